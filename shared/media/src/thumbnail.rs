//! Decoding within limits, and small upright pictures.

use std::io::Cursor;

use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::error::LimitErrorKind;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use super::{Kind, MAX_DECODED_BYTES, MAX_SIDE, Rejected, THUMBNAIL_SIDE};

pub(super) const JPEG: &str = "image/jpeg";
const PNG: &str = "image/png";
/// Out of 100; at this size artefacts are not visible, and a photo takes some 15 KB.
const JPEG_QUALITY: u8 = 80;

/// A thumbnail, and the size of the picture that it was made from.
pub(super) struct Picture {
    pub(super) bytes: Bytes,
    pub(super) content_type: &'static str,
    /// In pixels, as displayed.
    pub(super) width: u32,
    pub(super) height: u32,
}

/// Refuses an image whose header says that it is too large; allocates nothing for its pixels.
///
/// A header that cannot be read passes: what follows finds a better reason to refuse it.
pub(super) fn check_size(bytes: &[u8], kind: Kind) -> Result<(), Rejected> {
    match reader(bytes, kind)?.into_decoder() {
        Err(error) if rejected(&error) == Rejected::TooManyPixels => Err(Rejected::TooManyPixels),
        Ok(decoder) if decoder.total_bytes() > MAX_DECODED_BYTES => Err(Rejected::TooMuchMemory),
        _ => Ok(()),
    }
}

/// Decodes the (first) frame, shrinks it, and turns it upright.
///
/// # Errors
///
/// Any [`Rejected`] reason for an image.
pub(super) fn make(bytes: &[u8], kind: Kind, orientation: Orientation) -> Result<Picture, Rejected> {
    let image = reader(bytes, kind)?.decode().map_err(|error| rejected(&error))?;
    let (width, height) = displayed_size(&image, orientation);

    // Shrink before turning: there is less to turn. `thumbnail` would enlarge a smaller picture.
    let mut small = if width.max(height) > THUMBNAIL_SIDE {
        image.thumbnail(THUMBNAIL_SIDE, THUMBNAIL_SIDE)
    } else {
        image
    };
    small.apply_orientation(orientation);
    let (bytes, content_type) = encode(&small)?;
    Ok(Picture {
        bytes,
        content_type,
        width,
        height,
    })
}

fn reader(bytes: &[u8], kind: Kind) -> Result<ImageReader<Cursor<&[u8]>>, Rejected> {
    let format = match kind {
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Png => ImageFormat::Png,
        Kind::Gif => ImageFormat::Gif,
        Kind::Webp => ImageFormat::WebP,
        Kind::Pdf => return Err(Rejected::Undecodable),
    };
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    Ok(reader)
}

fn displayed_size(image: &DynamicImage, orientation: Orientation) -> (u32, u32) {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    match orientation {
        Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH => (image.height(), image.width()),
        _ => (image.width(), image.height()),
    }
}

fn encode(image: &DynamicImage) -> Result<(Bytes, &'static str), Rejected> {
    let mut out = Cursor::new(Vec::new());
    // A GIF is always decoded with alpha, used or not, so look at the pixels.
    let transparent =
        image.color().has_alpha() && image.to_rgba8().pixels().any(|pixel| pixel.0[3] != u8::MAX);
    let written = if transparent {
        image.to_rgba8().write_to(&mut out, ImageFormat::Png)
    } else {
        JpegEncoder::new_with_quality(&mut out, JPEG_QUALITY).encode_image(&image.to_rgb8())
    };
    written.map_err(|error| rejected(&error))?;
    Ok((
        Bytes::from(out.into_inner()),
        if transparent { PNG } else { JPEG },
    ))
}

fn rejected(error: &ImageError) -> Rejected {
    match error {
        ImageError::Limits(limit) => match limit.kind() {
            LimitErrorKind::DimensionError => Rejected::TooManyPixels,
            _ => Rejected::TooMuchMemory,
        },
        ImageError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Rejected::Truncated
        }
        _ => Rejected::Undecodable,
    }
}
