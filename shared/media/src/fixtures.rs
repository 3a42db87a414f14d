//! Small valid files of every kind, made in memory.

use std::io::Cursor;

use bytes::Bytes;
use image::codecs::gif::GifEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, Frame, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use img_parts::jpeg::{Jpeg, JpegSegment, markers};
use img_parts::png::{Png, PngChunk};
use img_parts::riff::{RiffChunk, RiffContent};
use img_parts::webp::WebP;

use super::Kind;

/// What the metadata of every "dirty" fixture contains, and no clean file may.
pub(super) const SECRET: &[u8] = b"SECRET-51.5007N";

/// A valid lossy WebP of one pixel; `image` can only write lossless ones.
pub(super) const LOSSY_WEBP: &[u8] =
    b"\x52\x49\x46\x46\x22\x00\x00\x00\x57\x45\x42\x50\x56\x50\x38\x20\x16\x00\x00\x00\
    \x30\x01\x00\x9d\x01\x2a\x01\x00\x01\x00\x0e\xc0\xfe\x25\xa4\x00\x03\x70\x00\x00\x00\x00";

/// A valid lossy WebP of one pixel with an alpha plane.
pub(super) const LOSSY_ALPHA_WEBP: &[u8] = b"\x52\x49\x46\x46\x4a\x00\x00\x00\x57\x45\x42\x50\x56\x50\x38\x58\x0a\x00\
    \x00\x00\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00\x41\x4c\x50\x48\x0c\x00\x00\x00\x11\x07\x10\x11\xfd\x0f\x44\x44\
    \xff\x03\x00\x00\x56\x50\x38\x20\x18\x00\x00\x00\x14\x01\x00\x9d\x01\x2a\x01\x00\x01\x00\x00\x00\xfe\x00\x00\x0d\
    \xc0\x00\xfe\xe6\xb5\x00\x00\x00";

/// Red on the left, blue on the right.
pub(super) fn picture(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, _| {
        if x < width / 2 {
            Rgb([250, 10, 10])
        } else {
            Rgb([10, 10, 250])
        }
    })
    .into()
}

/// One clear pixel in the corner of a green picture.
pub(super) fn transparent(width: u32, height: u32) -> DynamicImage {
    let mut image = RgbaImage::from_pixel(width, height, Rgba([10, 200, 10, 255]));
    image.put_pixel(0, 0, Rgba([0, 0, 0, 0]));
    image.into()
}

pub(super) fn encode(image: &DynamicImage, kind: Kind) -> Bytes {
    let mut out = Cursor::new(Vec::new());
    match kind {
        Kind::Jpeg => JpegEncoder::new_with_quality(&mut out, 90).encode_image(image),
        Kind::Png => image.write_to(&mut out, ImageFormat::Png),
        Kind::Gif => image.write_to(&mut out, ImageFormat::Gif),
        Kind::Webp => image.write_to(&mut out, ImageFormat::WebP),
        Kind::Pdf => return pdf(),
    }
    .unwrap();
    out.into_inner().into()
}

pub(super) fn pdf() -> Bytes {
    Bytes::from_static(b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
}

/// EXIF data with an orientation (1 to 8), and a secret after it.
pub(super) fn exif(orientation: u8) -> Bytes {
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x00\0\0\0\0\0\0\0".to_vec();
    exif[18] = orientation;
    exif.extend_from_slice(SECRET);
    exif.into()
}

/// A JPEG with EXIF, XMP, a comment, a JFIF preview, a comment between scans' data and the end, and a trailer.
pub(super) fn dirty_jpeg(width: u32, height: u32, orientation: u8) -> Bytes {
    use img_parts::ImageEXIF;
    let clean = encode(&picture(width, height), Kind::Jpeg);
    let mut jpeg = Jpeg::from_bytes(clean.slice(..clean.len() - 2)).unwrap();
    let segment =
        |marker, prefix: &[u8]| JpegSegment::new_with_contents(marker, [prefix, SECRET].concat().into());
    let segments = jpeg.segments_mut();
    segments[0] = segment(markers::APP0, b"JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01");
    segments.insert(1, segment(markers::APP1, b"http://ns.adobe.com/xap/1.0/\0"));
    segments.insert(1, segment(markers::APP2, b"MPF\0"));
    segments.insert(1, segment(markers::APP13, b"Photoshop 3.0\0"));
    segments.insert(1, segment(markers::COM, b""));
    jpeg.set_exif(Some(exif(orientation)));
    let comment = segment(markers::COM, b"").encoder().bytes();
    [&jpeg.encoder().bytes()[..], &comment[..], &[0xFF, 0xD9], SECRET]
        .concat()
        .into()
}

/// A PNG with EXIF, text, a time, an unknown chunk, and a trailer.
pub(super) fn dirty_png(width: u32, height: u32, orientation: u8) -> Bytes {
    let mut png = Png::from_bytes(encode(&picture(width, height), Kind::Png)).unwrap();
    for kind in [*b"tEXt", *b"tIME", *b"prVt"] {
        let chunk = PngChunk::new(kind, [b"Comment\0", SECRET].concat().into());
        png.chunks_mut().insert(1, chunk);
    }
    png.chunks_mut()
        .insert(1, PngChunk::new(*b"eXIf", exif(orientation)));
    [&png.encoder().bytes()[..], SECRET].concat().into()
}

/// A GIF of three frames with a comment, XMP, and a trailer.
pub(super) fn dirty_gif(width: u32, height: u32) -> Bytes {
    let mut out = Vec::new();
    let mut encoder = GifEncoder::new(&mut out);
    encoder.set_repeat(image::codecs::gif::Repeat::Infinite).unwrap();
    for _ in 0..3 {
        encoder
            .encode_frame(Frame::new(picture(width, height).to_rgba8()))
            .unwrap();
    }
    drop(encoder);
    let length = SECRET.len() as u8;
    let block = [&[length][..], SECRET, &[0]].concat();
    let comment = [&[0x21, 0xFE][..], &block].concat();
    let xmp = [&b"\x21\xFF\x0bXMP DataXMP"[..], &block].concat();
    let trailer = out.pop().unwrap();
    [&out[..], &comment, &xmp, &[trailer], SECRET].concat().into()
}

fn riff(chunks: Vec<([u8; 4], Bytes)>) -> Bytes {
    let subchunks = chunks
        .into_iter()
        .map(|(id, data)| RiffChunk::new(id, RiffContent::Data(data)))
        .collect();
    let list = RiffContent::List {
        kind: Some(*b"WEBP"),
        subchunks,
    };
    WebP::new(RiffChunk::new(*b"RIFF", list))
        .unwrap()
        .encoder()
        .bytes()
}

fn vp8x(flags: u8, width: u32, height: u32) -> Bytes {
    let side = |side: u32| (side - 1).to_le_bytes();
    [&[flags, 0, 0, 0][..], &side(width)[..3], &side(height)[..3]]
        .concat()
        .into()
}

/// The lossless bitstream of a picture, as it stands in a simple WebP file.
fn vp8l(width: u32, height: u32) -> Bytes {
    let webp = WebP::from_bytes(encode(&picture(width, height), Kind::Webp)).unwrap();
    webp.chunk_by_id(*b"VP8L")
        .unwrap()
        .content()
        .data()
        .unwrap()
        .clone()
}

/// A WebP with EXIF, XMP, an unknown chunk, and a trailer.
pub(super) fn dirty_webp(width: u32, height: u32, orientation: u8) -> Bytes {
    let clean = riff(vec![
        (*b"VP8X", vp8x(0b1100, width, height)),
        (*b"VP8L", vp8l(width, height)),
        (*b"EXIF", exif(orientation)),
        (*b"XMP ", Bytes::from_static(SECRET)),
        (*b"hide", Bytes::from_static(SECRET)),
    ]);
    [&clean[..], SECRET].concat().into()
}

/// An animated WebP of two frames, with EXIF.
pub(super) fn animated_webp(width: u32, height: u32) -> Bytes {
    animation(width, height, &[(*b"VP8L", &vp8l(width, height))])
}

/// An animation of two frames that hold any chunks, fitting or not.
pub(super) fn animation(width: u32, height: u32, chunks: &[([u8; 4], &[u8])]) -> Bytes {
    let side = |side: u32| (side - 1).to_le_bytes();
    let header = [
        &[0; 6][..],
        &side(width)[..3],
        &side(height)[..3],
        &[100, 0, 0, 0],
    ]
    .concat();
    let chunks = chunks.iter().flat_map(|(id, data)| {
        let padding = &[0][..data.len() % 2];
        [&id[..], &(data.len() as u32).to_le_bytes(), data, padding].concat()
    });
    let frame: Bytes = header.into_iter().chain(chunks).collect::<Vec<u8>>().into();
    riff(vec![
        (*b"VP8X", vp8x(0b1_1010, width, height)),
        (*b"ANIM", Bytes::from_static(&[0; 6])),
        (*b"ANMF", frame.clone()),
        (*b"ANMF", frame),
        (*b"EXIF", exif(1)),
    ])
}

/// One valid file of every sort, each with metadata where the format has any.
pub(super) fn all() -> Vec<(Kind, Bytes)> {
    vec![
        (Kind::Jpeg, dirty_jpeg(40, 30, 6)),
        (Kind::Png, dirty_png(40, 30, 6)),
        (Kind::Png, encode(&transparent(40, 30), Kind::Png)),
        (Kind::Gif, dirty_gif(40, 30)),
        (Kind::Webp, dirty_webp(40, 30, 6)),
        (Kind::Webp, animated_webp(40, 30)),
        (Kind::Webp, Bytes::from_static(LOSSY_WEBP)),
        (Kind::Webp, Bytes::from_static(LOSSY_ALPHA_WEBP)),
        (Kind::Pdf, pdf()),
    ]
}
