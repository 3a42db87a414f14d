//! Copies of images without metadata, pixels untouched.
//!
//! What a picture needs is listed and the rest is dropped, so a new kind of metadata is not leaked by default.

use bytes::{Bytes, BytesMut};
use image::metadata::Orientation;
use img_parts::jpeg::{Jpeg, JpegSegment, markers};
use img_parts::png::Png;
use img_parts::{Error, ImageEXIF};

use super::{Kind, Rejected, gif, webp};

/// An image without metadata.
pub(super) struct Clean {
    /// The encoded image; equal to the original if there was nothing to remove.
    pub(super) bytes: Bytes,
    /// How the pixels must be turned to be upright. `bytes` still says the same.
    pub(super) orientation: Orientation,
}

/// Removes everything but the picture, its colours, its animation and its orientation.
///
/// # Errors
///
/// `Truncated` if the end marker is missing, `Undecodable` if the container is damaged.
pub(super) fn strip(bytes: &Bytes, kind: Kind) -> Result<Clean, Rejected> {
    match kind {
        Kind::Jpeg => jpeg(bytes),
        Kind::Png => png(bytes),
        Kind::Webp => webp::strip(bytes),
        Kind::Gif => Ok(Clean {
            bytes: gif::strip(bytes)?,
            orientation: Orientation::NoTransforms,
        }),
        Kind::Pdf => Err(Rejected::Undecodable),
    }
}

/// The orientation in an image's EXIF data; the normal one if it has none.
pub(super) fn orientation(image: &impl ImageEXIF) -> Orientation {
    image
        .exif()
        .and_then(|exif| Orientation::from_exif_chunk(&exif))
        .unwrap_or(Orientation::NoTransforms)
}

/// EXIF data with an orientation and nothing else; `None` for the normal one, which needs no saying.
///
/// Turning the pixels instead would re-encode a JPEG and lose quality.
pub(super) fn minimal_exif(orientation: Orientation) -> Option<Bytes> {
    if orientation == Orientation::NoTransforms {
        return None;
    }
    // Big-endian TIFF, one directory at offset 8 with one entry: tag 0x0112, type SHORT, one value; no next directory.
    let mut exif = *b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0";
    exif[19] = orientation.to_exif();
    Some(Bytes::copy_from_slice(&exif))
}

pub(super) fn damaged(error: Error) -> Rejected {
    match error {
        Error::Truncated => Rejected::Truncated,
        _ => Rejected::Undecodable,
    }
}

fn jpeg(bytes: &Bytes) -> Result<Clean, Rejected> {
    let mut jpeg = Jpeg::from_bytes(bytes.clone()).map_err(damaged)?;
    let orientation = orientation(&jpeg);

    let scan = jpeg
        .segments_mut()
        .pop()
        .filter(|last| last.marker() == markers::SOS)
        .ok_or(Rejected::Undecodable)?;
    // img-parts takes all that follows the first scan's header for its data: further scans, the end, and trailing data.
    let tail = bytes.slice(bytes.len() - (scan.len_with_entropy() - scan.len())..);
    let tail = jpeg_tail(&tail).ok_or(Rejected::Truncated)?;

    let mut kept: Vec<JpegSegment> = jpeg.segments().iter().filter_map(jpeg_segment).collect();
    kept.push(JpegSegment::new_with_entropy(
        markers::SOS,
        scan.contents().clone(),
        tail,
    ));
    *jpeg.segments_mut() = kept;
    jpeg.set_exif(minimal_exif(orientation));
    Ok(Clean {
        bytes: jpeg.encoder().bytes(),
        orientation,
    })
}

/// The segment without metadata, or `None` if it is nothing else.
fn jpeg_segment(segment: &JpegSegment) -> Option<JpegSegment> {
    let contents = segment.contents();
    match segment.marker() {
        // Beyond 14 bytes is an uncompressed preview, perhaps of the picture before it was cropped.
        markers::APP0 if contents.starts_with(b"JFIF\0") && contents.len() >= 14 => {
            let mut header = BytesMut::from(&contents[..14]);
            header[12..].fill(0);
            Some(JpegSegment::new_with_contents(markers::APP0, header.freeze()))
        }
        markers::APP2 if contents.starts_with(b"ICC_PROFILE\0") => Some(segment.clone()),
        // Says how the colours are coded; without it a CMYK picture comes out inverted.
        markers::APP14 if contents.starts_with(b"Adobe") && contents.len() >= 12 => Some(
            JpegSegment::new_with_contents(markers::APP14, contents.slice(..12)),
        ),
        marker if is_jpeg_metadata(marker) => None,
        _ => Some(segment.clone()),
    }
}

/// Application segments, reserved extensions, and comments.
fn is_jpeg_metadata(marker: u8) -> bool {
    (0xE0..=0xFE).contains(&marker)
}

/// The scans up to the end marker, without metadata between them; `None` if there is no end marker.
///
/// What follows the end is dropped: phones put whole further pictures and videos there, with EXIF data of their own.
fn jpeg_tail(tail: &Bytes) -> Option<Bytes> {
    let mut kept = BytesMut::with_capacity(tail.len());
    let (mut from, mut at) = (0, 0);
    loop {
        at += tail.get(at..)?.iter().position(|byte| *byte == markers::P)?;
        match *tail.get(at + 1)? {
            markers::EOI => {
                kept.extend_from_slice(&tail[from..at + 2]);
                return Some(kept.freeze());
            }
            markers::P => at += 1,
            // An escaped 0xFF, or a marker that stands alone.
            0x00..=0x01 | 0xD0..=0xD8 => at += 2,
            marker => {
                let length = u16::from_be_bytes([*tail.get(at + 2)?, *tail.get(at + 3)?]);
                let end = at + 2 + usize::from(length);
                if is_jpeg_metadata(marker) {
                    kept.extend_from_slice(&tail[from..at]);
                    from = end;
                }
                at = end;
            }
        }
    }
}

fn png(bytes: &Bytes) -> Result<Clean, Rejected> {
    let mut png = Png::from_bytes(bytes.clone()).map_err(damaged)?;
    if png.chunks().last().is_none_or(|last| last.kind() != *b"IEND") {
        return Err(Rejected::Truncated);
    }
    let orientation = orientation(&png);
    png.chunks_mut().retain(|chunk| is_png_picture(&chunk.kind()));
    png.set_exif(minimal_exif(orientation));
    Ok(Clean {
        bytes: png.encoder().bytes(),
        orientation,
    })
}

/// Pixels, colours, animation and aspect; not text, time, EXIF, and what is unknown.
fn is_png_picture(kind: &[u8; 4]) -> bool {
    const PICTURE: [&[u8; 4]; 20] = [
        b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"acTL", b"fcTL", b"fdAT", b"gAMA", b"cHRM", b"sRGB",
        b"iCCP", b"sBIT", b"cICP", b"mDCV", b"cLLI", b"bKGD", b"hIST", b"sPLT", b"pHYs",
    ];
    PICTURE.contains(&kind)
}
