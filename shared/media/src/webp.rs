//! WebP containers: a copy without metadata, and a check of the frames' sizes.

use bytes::{Bytes, BytesMut};
use image::metadata::Orientation;
use img_parts::riff::{RiffChunk, RiffContent};
use img_parts::webp::{CHUNK_ANMF, CHUNK_EXIF, CHUNK_VP8, CHUNK_VP8X, WebP};

use super::Rejected;
use super::strip::{Clean, damaged, minimal_exif, orientation};

const EXIF_FLAG: u8 = 0b1000;
const XMP_FLAG: u8 = 0b0100;
/// A frame's position, size and timing, before its bitstream.
const FRAME_HEADER_BYTES: usize = 16;
const CHUNK_HEADER_BYTES: usize = 8;

/// The same picture and animation without EXIF, XMP, unknown chunks, and anything after the end.
///
/// # Errors
///
/// `Truncated` if the file is shorter than it says, `Undecodable` if its parts contradict each other.
pub(super) fn strip(bytes: &Bytes) -> Result<Clean, Rejected> {
    let mut webp = WebP::from_bytes(bytes.clone()).map_err(damaged)?;
    check_frames(&webp)?;
    // Only the extended format, which has a header, can hold EXIF data; viewers ignore it anywhere else.
    let orientation = if webp.has_chunk(CHUNK_VP8X) {
        orientation(&webp)
    } else {
        Orientation::NoTransforms
    };
    let exif = minimal_exif(orientation);

    webp.chunks_mut().retain(|chunk| is_picture(chunk.id()));
    set_flags(&mut webp, exif.is_some());
    if let Some(exif) = exif {
        webp.chunks_mut()
            .push(RiffChunk::new(CHUNK_EXIF, RiffContent::Data(exif)));
    }
    Ok(Clean {
        bytes: webp.encoder().bytes(),
        orientation,
    })
}

fn is_picture(id: [u8; 4]) -> bool {
    matches!(
        &id,
        b"VP8X" | b"VP8 " | b"VP8L" | b"ALPH" | b"ANIM" | b"ANMF" | b"ICCP"
    )
}

/// Makes the header agree with what was removed: decoders refuse a file that announces a chunk it lacks.
fn set_flags(webp: &mut WebP, has_exif: bool) {
    let header = webp
        .chunks_mut()
        .iter_mut()
        .find(|chunk| chunk.id() == CHUNK_VP8X);
    let Some(RiffContent::Data(data)) = header.map(RiffChunk::content_mut) else {
        return;
    };
    let mut changed = BytesMut::from(&data[..]);
    if let Some(flags) = changed.first_mut() {
        *flags &= !(EXIF_FLAG | XMP_FLAG);
        if has_exif {
            *flags |= EXIF_FLAG;
        }
    }
    *data = changed.freeze();
}

/// Refuses a bitstream that is larger than the canvas or frame it is for.
///
/// image-webp allocates by the bitstream's own header, up to 400 MB, before it compares, and in one place it never
/// compares and indexes out of bounds.
fn check_frames(webp: &WebP) -> Result<(), Rejected> {
    let canvas = webp.dimensions();
    for chunk in webp.chunks() {
        let Some(data) = chunk.content().data() else {
            continue;
        };
        let sound = match chunk.id() {
            CHUNK_VP8 => vp8_size(data).is_some_and(|size| Some(size) == canvas),
            CHUNK_ANMF => is_frame_sound(data),
            _ => true,
        };
        if !sound {
            return Err(Rejected::Undecodable);
        }
    }
    Ok(())
}

fn is_frame_sound(frame: &[u8]) -> bool {
    let Some(size) = frame.get(6..FRAME_HEADER_BYTES) else {
        return false;
    };
    let declared = (
        u24(size[0], size[1], size[2]) + 1,
        u24(size[3], size[4], size[5]) + 1,
    );
    let mut rest = &frame[FRAME_HEADER_BYTES..];
    while let Some(header) = rest.get(..CHUNK_HEADER_BYTES) {
        let length = u32::from_le_bytes([header[4], header[5], header[6], header[7]]) as usize;
        let data = &rest[CHUNK_HEADER_BYTES..];
        if header[..4] == CHUNK_VP8 && vp8_size(data) != Some(declared) {
            return false;
        }
        rest = data.get(length.saturating_add(length % 2)..).unwrap_or_default();
    }
    true
}

/// The size in the header of a lossy bitstream: a tag of 3 bytes, a start code of 3, then 14 bits each.
fn vp8_size(data: &[u8]) -> Option<(u32, u32)> {
    let header = data
        .get(..10)
        .filter(|header| header[3..6] == [0x9D, 0x01, 0x2A])?;
    let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3FFF);
    Some((side(header[6], header[7]), side(header[8], header[9])))
}

fn u24(low: u8, middle: u8, high: u8) -> u32 {
    u32::from_le_bytes([low, middle, high, 0])
}
