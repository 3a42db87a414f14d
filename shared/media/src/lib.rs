//! Uploaded files: what they really are, a safe name, and a cleaned copy with a thumbnail.
//!
//! Everything here is synchronous and CPU-bound (up to a few hundred milliseconds for a large photo), so callers run
//! [`process`] in `spawn_blocking`.

#![deny(missing_docs)]

mod gif;
mod name;
mod strip;
mod thumbnail;
mod webp;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod fixtures;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod fuzz;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;

pub use name::safe_name;

/// The largest upload that is accepted, in bytes (10 MiB).
pub const MAX_FILE_BYTES: usize = 10 * 1024 * 1024;
/// The longest side of an image that is accepted, in pixels.
pub const MAX_SIDE: u32 = 8192;
/// How much memory the pixels of one image may need, in bytes (64 MiB: 22 megapixels of RGB, 16 of RGBA).
pub const MAX_DECODED_BYTES: u64 = 64 * 1024 * 1024;
/// The longest side of a thumbnail, in pixels.
pub const THUMBNAIL_SIDE: u32 = 320;

/// Readers look for a PDF's end marker in the last kilobyte, so a file without one there is cut off.
const PDF_TAIL_BYTES: usize = 1024;

/// The types of file that can be uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// JFIF or EXIF, baseline or progressive.
    Jpeg,
    /// Also animated (APNG): all frames are kept.
    Png,
    /// Also animated: all frames are kept.
    Gif,
    /// Lossy, lossless or animated.
    Webp,
    /// Version 1 or 2; stored as it came, and never given a thumbnail.
    Pdf,
}

impl Kind {
    /// Every kind, in the order in which they are documented.
    pub const ALL: [Self; 5] = [Self::Jpeg, Self::Png, Self::Gif, Self::Webp, Self::Pdf];

    /// The media type to store and to serve, for example `image/jpeg`.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Pdf => "application/pdf",
        }
    }

    /// The usual file extension, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::Webp => "webp",
            Self::Pdf => "pdf",
        }
    }

    /// Whether the file has pixels: a size and a thumbnail.
    pub fn is_image(self) -> bool {
        self != Self::Pdf
    }
}

/// What a file is, from its bytes only; `None` for everything that is not on the list.
///
/// Give it the whole file, or at least the first kilobyte. More than the magic number is looked at, so that a text that
/// starts with `GIF89a` or `%PDF` is not taken for one; only [`process`] tells whether the rest is sound.
pub fn sniff(bytes: &[u8]) -> Option<Kind> {
    match bytes {
        [0xFF, 0xD8, 0xFF, 0xC0..=0xCF | 0xDA..=0xFE, ..] => Some(Kind::Jpeg),
        _ if bytes.starts_with(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR") => Some(Kind::Png),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            b'V',
            b'P',
            b'8',
            b' ' | b'L' | b'X',
            ..,
        ] => Some(Kind::Webp),
        [b'%', b'P', b'D', b'F', b'-', b'1' | b'2', b'.', b'0'..=b'9', ..] => Some(Kind::Pdf),
        _ if gif::looks_like(bytes) => Some(Kind::Gif),
        _ => None,
    }
}

/// What became of a file that was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Processed {
    /// The original without EXIF, XMP, comments, embedded previews and trailing data, pixels untouched; `None` if there
    /// was nothing to remove. An orientation other than the normal one is kept, as an EXIF block with nothing else.
    pub bytes: Option<Bytes>,
    /// Pixels across, as displayed (after the EXIF orientation); `None` for a PDF.
    pub width: Option<u32>,
    /// Pixels down, as displayed; `None` for a PDF.
    pub height: Option<u32>,
    /// A picture of at most [`THUMBNAIL_SIDE`] a side, upright and without metadata; of the first frame if there are
    /// several; never larger than the original; `None` for a PDF.
    pub thumbnail: Option<Bytes>,
    /// The media type of the thumbnail: `image/jpeg`, or `image/png` if a pixel is transparent.
    pub thumbnail_type: &'static str,
}

/// Why a file was not accepted; the text is meant for the person who sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// More than [`MAX_FILE_BYTES`].
    #[error("file is larger than 10 MB")]
    FileTooLarge,
    /// A side of more than [`MAX_SIDE`], found in the header before anything was decoded.
    #[error("image is larger than 8192 x 8192 pixels")]
    TooManyPixels,
    /// More than [`MAX_DECODED_BYTES`] of pixels.
    #[error("image needs more than 64 MiB of memory to be decoded")]
    TooMuchMemory,
    /// The file ends before its end marker.
    #[error("image is incomplete")]
    Truncated,
    /// The file is damaged, is not what it claims to be, or uses a variant that nothing here can decode.
    #[error("image cannot be decoded")]
    Undecodable,
    /// Not a PDF, or without an end marker.
    #[error("PDF is damaged or incomplete")]
    BadPdf,
}

/// The file without EXIF, XMP, comments, embedded previews and trailing data, pixels untouched: a rewrite of its container,
/// some milliseconds at the most. Whether it can be decoded only [`process`] tells.
///
/// # Errors
///
/// The [`Rejected`] reason; trying again cannot help.
pub fn clean(bytes: Bytes, kind: Kind) -> Result<Bytes, Rejected> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(Rejected::FileTooLarge);
    }
    if kind == Kind::Pdf {
        return process_pdf(&bytes).map(|_| bytes);
    }
    catch_unwind(AssertUnwindSafe(|| clean_image(&bytes, kind))).unwrap_or(Err(Rejected::Undecodable))
}

fn clean_image(bytes: &Bytes, kind: Kind) -> Result<Bytes, Rejected> {
    thumbnail::check_size(bytes, kind)?;
    Ok(strip::strip(bytes, kind)?.bytes)
}

/// Checks a file, removes what it tells about its author, and makes a thumbnail.
///
/// `kind` is what [`sniff`] said. CPU-bound; at the worst it needs some 250 MiB for a moment (a large progressive
/// JPEG), so bound how many run at once. It never panics, whatever the bytes.
///
/// # Errors
///
/// The [`Rejected`] reason; trying again cannot help.
pub fn process(bytes: Bytes, kind: Kind) -> Result<Processed, Rejected> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(Rejected::FileTooLarge);
    }
    if kind == Kind::Pdf {
        return process_pdf(&bytes);
    }
    // The decoders are other people's code fed with strangers' bytes (image-webp 0.2.4 does index out of bounds): a
    // panic in one of them is a bad file, not a reason to lose the job.
    catch_unwind(AssertUnwindSafe(|| process_image(&bytes, kind))).unwrap_or(Err(Rejected::Undecodable))
}

fn process_pdf(bytes: &[u8]) -> Result<Processed, Rejected> {
    let tail = &bytes[bytes.len().saturating_sub(PDF_TAIL_BYTES)..];
    if !bytes.starts_with(b"%PDF-") || !tail.windows(5).any(|window| window == b"%%EOF") {
        return Err(Rejected::BadPdf);
    }
    Ok(Processed {
        bytes: None,
        width: None,
        height: None,
        thumbnail: None,
        thumbnail_type: thumbnail::JPEG,
    })
}

fn process_image(bytes: &Bytes, kind: Kind) -> Result<Processed, Rejected> {
    thumbnail::check_size(bytes, kind)?;
    let clean = strip::strip(bytes, kind)?;
    let picture = thumbnail::make(&clean.bytes, kind, clean.orientation)?;
    Ok(Processed {
        bytes: (clean.bytes != bytes).then_some(clean.bytes),
        width: Some(picture.width),
        height: Some(picture.height),
        thumbnail: Some(picture.bytes),
        thumbnail_type: picture.content_type,
    })
}
