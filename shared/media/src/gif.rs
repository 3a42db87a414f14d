//! GIF blocks: a check of the header, and a copy without comments and trailing data.

use bytes::{Bytes, BytesMut};

use super::Rejected;

const HEADER_BYTES: usize = 13;
const EXTENSION: u8 = 0x21;
const IMAGE: u8 = 0x2C;
const TRAILER: u8 = 0x3B;
const GRAPHIC_CONTROL: u8 = 0xF9;
const APPLICATION: u8 = 0xFF;

/// Whether a GIF header is followed by a canvas with a size, its colours, and the start of a block.
pub(super) fn looks_like(bytes: &[u8]) -> bool {
    let magic = bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a");
    let has_size = bytes
        .get(6..10)
        .is_some_and(|size| size[..2] != [0, 0] && size[2..] != [0, 0]);
    let first_block = blocks_start(bytes).and_then(|start| bytes.get(start));
    magic && has_size && matches!(first_block, Some(&(EXTENSION | IMAGE)))
}

/// The same picture and animation without comments, XMP, other applications' blocks, and anything after the end.
///
/// # Errors
///
/// `Truncated` if the file ends before its trailer, `Undecodable` if something else stands where a block should.
pub(super) fn strip(bytes: &Bytes) -> Result<Bytes, Rejected> {
    let mut at = blocks_start(bytes).ok_or(Rejected::Truncated)?;
    let mut kept = BytesMut::with_capacity(bytes.len());
    kept.extend_from_slice(bytes.get(..at).ok_or(Rejected::Truncated)?);
    loop {
        let (end, keep) = match *bytes.get(at).ok_or(Rejected::Truncated)? {
            TRAILER => break,
            EXTENSION => (sub_blocks_end(bytes, at + 2), is_needed(&bytes[at..])),
            IMAGE => (image_end(bytes, at), true),
            // Some encoders pad with empty blocks.
            0 => (Some(at + 1), false),
            _ => return Err(Rejected::Undecodable),
        };
        let end = end.ok_or(Rejected::Truncated)?;
        if keep {
            kept.extend_from_slice(&bytes[at..end]);
        }
        at = end;
    }
    kept.extend_from_slice(&[TRAILER]);
    Ok(kept.freeze())
}

fn blocks_start(bytes: &[u8]) -> Option<usize> {
    Some(HEADER_BYTES + color_table_bytes(*bytes.get(10)?))
}

fn color_table_bytes(flags: u8) -> usize {
    if flags & 0x80 == 0 {
        0
    } else {
        3 << ((flags & 7) + 1)
    }
}

fn image_end(bytes: &[u8], at: usize) -> Option<usize> {
    let flags = *bytes.get(at + 9)?;
    let minimum_code_size = 1;
    sub_blocks_end(bytes, at + 10 + color_table_bytes(flags) + minimum_code_size)
}

/// Where a chain of length-prefixed blocks ends; `None` if the file ends first.
fn sub_blocks_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match usize::from(*bytes.get(at)?) {
            0 => return Some(at + 1),
            length => at += 1 + length,
        }
    }
}

/// Timing and transparency of a frame, and how often an animation repeats.
fn is_needed(extension: &[u8]) -> bool {
    match extension.get(1) {
        Some(&GRAPHIC_CONTROL) => true,
        Some(&APPLICATION) => extension
            .get(2..14)
            .is_some_and(|id| id == b"\x0bNETSCAPE2.0" || id == b"\x0bANIMEXTS1.0"),
        _ => false,
    }
}
