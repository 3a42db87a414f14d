//! What is recognised, cleaned, measured, shrunk and refused.

use bytes::Bytes;
use image::{DynamicImage, GrayImage};
use img_parts::jpeg::Jpeg;
use img_parts::png::{Png, PngChunk};
use rstest::rstest;

use super::fixtures::{self, SECRET, encode, picture, transparent};
use super::{Kind, MAX_FILE_BYTES, Processed, Rejected, process, safe_name, sniff};

fn thumbnail(processed: &Processed) -> DynamicImage {
    image::load_from_memory(processed.thumbnail.as_ref().unwrap()).unwrap()
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

fn is_red(image: &DynamicImage, x: u32, y: u32) -> bool {
    let [red, _, blue, _] = image::GenericImageView::get_pixel(image, x, y).0;
    red > 200 && blue < 60
}

#[test]
fn every_kind_is_recognised_from_its_bytes() {
    for (kind, bytes) in fixtures::all() {
        assert_eq!(sniff(&bytes), Some(kind));
    }
}

#[rstest]
#[case(b"")]
#[case(b"<!doctype html><script>alert(1)</script>")]
#[case(b"<svg xmlns='http://www.w3.org/2000/svg'/>")]
#[case(b"MZ\x90\0\x03\0\0\0")]
#[case(b"PK\x03\x04")]
#[case(b"GIF89a=1;alert(document.domain)//")]
#[case(b"GIFTS for everybody")]
#[case(b"%PDF is a format")]
#[case(b" %PDF-1.4")]
#[case(b"\xFF\xD8\xFF")]
#[case(b"\xFF\xD8\xFF\x00")]
#[case(b"\x89PNG\r\n\x1a\n<html>")]
#[case(b"RIFF\x24\0\0\0WAVEfmt ")]
#[case(b"RIFF\x24\0\0\0WEBP<html>")]
fn other_bytes_are_not_recognised(#[case] bytes: &[u8]) {
    assert_eq!(sniff(bytes), None);
}

#[rstest]
#[case("photo.png", "photo.png")]
#[case("PHOTO.PNG", "PHOTO.PNG")]
#[case("page.html", "page.png")]
#[case("archive.tar.gz", "archive.tar.png")]
#[case("Dr. Smith", "Dr. Smith.png")]
#[case("version 1.2", "version 1.2.png")]
#[case("/etc/passwd", "passwd.png")]
#[case("..\\..\\boot.ini", "boot.png")]
#[case("C:\\Users\\me\\cat.png", "cat.png")]
#[case("photo\u{202e}gnp.exe", "photognp.png")]
#[case("a\r\nb\0.png", "ab.png")]
#[case("", "file.png")]
#[case("..", "file.png")]
#[case("dir/", "file.png")]
#[case(".png", "file.png")]
#[case(".htaccess", "htaccess.png")]
#[case("  .  ", "file.png")]
#[case("фото.jpeg", "фото.png")]
fn names_are_made_safe(#[case] claimed: &str, #[case] expected: &str) {
    assert_eq!(safe_name(claimed, Kind::Png), expected);
}

#[test]
fn a_long_name_is_cut_between_characters_and_keeps_its_extension() {
    let name = safe_name(&format!("{}.jpeg", "я".repeat(300)), Kind::Jpeg);
    assert_eq!(name, format!("{}.jpeg", "я".repeat(125)));
}

#[rstest]
#[case(Kind::Jpeg, fixtures::dirty_jpeg(64, 48, 1))]
#[case(Kind::Jpeg, fixtures::dirty_jpeg(64, 48, 6))]
#[case(Kind::Png, fixtures::dirty_png(64, 48, 1))]
#[case(Kind::Png, fixtures::dirty_png(64, 48, 6))]
#[case(Kind::Webp, fixtures::dirty_webp(64, 48, 1))]
#[case(Kind::Webp, fixtures::dirty_webp(64, 48, 6))]
#[case(Kind::Webp, fixtures::animated_webp(64, 48))]
#[case(Kind::Gif, fixtures::dirty_gif(64, 48))]
fn metadata_is_removed_and_pixels_are_not_touched(#[case] kind: Kind, #[case] dirty: Bytes) {
    assert!(contains(&dirty, SECRET));
    let clean = process(dirty.clone(), kind)
        .unwrap()
        .bytes
        .expect("there was something to remove");
    assert!(!contains(&clean, SECRET));
    let pixels = |bytes: &Bytes| image::load_from_memory(bytes).unwrap().into_bytes();
    assert!(pixels(&clean) == pixels(&dirty));
    assert_eq!(process(clean, kind).unwrap().bytes, None);
}

#[rstest]
#[case(Kind::Jpeg)]
#[case(Kind::Png)]
#[case(Kind::Webp)]
#[case(Kind::Gif)]
fn a_file_without_metadata_is_left_as_it_is(#[case] kind: Kind) {
    let processed = process(encode(&picture(64, 48), kind), kind).unwrap();
    assert_eq!(processed.bytes, None);
    assert_eq!((processed.width, processed.height), (Some(64), Some(48)));
}

#[test]
fn a_jpegs_colour_profile_and_colour_coding_are_kept() {
    use img_parts::{ImageICC, jpeg::JpegSegment};
    let mut jpeg = Jpeg::from_bytes(fixtures::dirty_jpeg(16, 16, 1)).unwrap();
    jpeg.set_icc_profile(Some(Bytes::from_static(b"profile")));
    let adobe = Bytes::from_static(b"Adobe\0\x64\0\0\0\0\x01");
    jpeg.segments_mut()
        .insert(1, JpegSegment::new_with_contents(0xEE, adobe.clone()));
    let clean = process(jpeg.encoder().bytes(), Kind::Jpeg)
        .unwrap()
        .bytes
        .unwrap();
    let clean = Jpeg::from_bytes(clean).unwrap();
    assert_eq!(clean.icc_profile(), Some(Bytes::from_static(b"profile")));
    assert_eq!(clean.segment_by_marker(0xEE).unwrap().contents(), &adobe);
}

#[rstest]
#[case(Kind::Jpeg, fixtures::dirty_jpeg(640, 480, 6))]
#[case(Kind::Png, fixtures::dirty_png(640, 480, 6))]
#[case(Kind::Webp, fixtures::dirty_webp(640, 480, 6))]
fn orientation_is_kept_in_the_file_and_applied_to_the_thumbnail(#[case] kind: Kind, #[case] bytes: Bytes) {
    let processed = process(bytes, kind).unwrap();
    assert_eq!((processed.width, processed.height), (Some(480), Some(640)));

    // Turned by 90 degrees clockwise, what was on the left is on top.
    let small = thumbnail(&processed);
    assert_eq!((small.width(), small.height()), (240, 320));
    assert!(is_red(&small, 120, 80) && !is_red(&small, 120, 240));

    let again = process(processed.bytes.unwrap(), kind).unwrap();
    assert_eq!((again.width, again.height), (Some(480), Some(640)));
}

#[rstest]
fn every_orientation_survives_cleaning(#[values(1, 2, 3, 4, 5, 6, 7, 8)] orientation: u8) {
    use image::metadata::Orientation;
    use img_parts::ImageEXIF;
    let clean = process(fixtures::dirty_jpeg(16, 16, orientation), Kind::Jpeg)
        .unwrap()
        .bytes
        .unwrap();
    let exif = Jpeg::from_bytes(clean).unwrap().exif();
    let kept = exif
        .and_then(|exif| Orientation::from_exif_chunk(&exif))
        .map(Orientation::to_exif);
    assert_eq!(kept, (orientation != 1).then_some(orientation));
}

#[rstest]
#[case(2000, 1000, (320, 160))]
#[case(1000, 2000, (160, 320))]
#[case(8192, 1, (320, 1))]
#[case(321, 320, (320, 319))]
#[case(100, 80, (100, 80))]
#[case(1, 1, (1, 1))]
fn a_thumbnail_fits_its_box_and_never_enlarges(
    #[case] width: u32,
    #[case] height: u32,
    #[case] expected: (u32, u32),
) {
    let small = thumbnail(&process(encode(&picture(width, height), Kind::Png), Kind::Png).unwrap());
    assert_eq!((small.width(), small.height()), expected);
}

#[test]
fn a_thumbnail_is_a_jpeg_unless_a_pixel_is_transparent() {
    for kind in [Kind::Png, Kind::Gif, Kind::Webp] {
        let opaque = DynamicImage::from(picture(400, 300).to_rgba8());
        assert_eq!(
            process(encode(&opaque, kind), kind).unwrap().thumbnail_type,
            "image/jpeg"
        );
        let clear = process(encode(&transparent(30, 30), kind), kind).unwrap();
        assert_eq!(clear.thumbnail_type, "image/png");
        assert_eq!(sniff(&clear.thumbnail.unwrap()), Some(Kind::Png));
    }
}

#[test]
fn grey_and_sixteen_bit_pictures_get_thumbnails_too() {
    for image in [
        picture(400, 300).grayscale(),
        picture(400, 300).into_rgba16().into(),
    ] {
        assert_eq!(
            thumbnail(&process(encode(&image, Kind::Png), Kind::Png).unwrap()).width(),
            320
        );
    }
}

#[test]
fn an_animation_is_kept_whole_and_shown_by_its_first_frame() {
    use image::AnimationDecoder;
    let processed = process(fixtures::dirty_gif(640, 480), Kind::Gif).unwrap();
    assert!(is_red(&thumbnail(&processed), 80, 120));
    let clean = std::io::Cursor::new(processed.bytes.unwrap());
    let decoder = image::codecs::gif::GifDecoder::new(clean).unwrap();
    assert_eq!(decoder.into_frames().collect_frames().unwrap().len(), 3);

    let processed = process(fixtures::animated_webp(640, 480), Kind::Webp).unwrap();
    assert!(is_red(&thumbnail(&processed), 80, 120));
    let clean = std::io::Cursor::new(processed.bytes.unwrap());
    let decoder = image::codecs::webp::WebPDecoder::new(clean).unwrap();
    assert_eq!(decoder.into_frames().collect_frames().unwrap().len(), 2);
}

/// A PNG header for any size, with no pixels behind it.
fn png_header(width: u32, height: u32) -> Bytes {
    let ihdr = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let mut png = Png::from_bytes(encode(&picture(8, 8), Kind::Png)).unwrap();
    png.chunks_mut()[0] = PngChunk::new(*b"IHDR", ihdr.into());
    png.encoder().bytes()
}

#[test]
fn an_image_with_too_long_a_side_is_refused_by_its_header() {
    for (width, height) in [(50_000, 50_000), (8193, 1), (1, 8193), (u32::MAX >> 1, 1)] {
        let result = process(png_header(width, height), Kind::Png);
        assert_eq!(result, Err(Rejected::TooManyPixels));
    }
    let jpeg = encode(&DynamicImage::from(GrayImage::new(8193, 1)), Kind::Jpeg);
    assert_eq!(process(jpeg, Kind::Jpeg), Err(Rejected::TooManyPixels));
    let mut gif = encode(&picture(8, 8), Kind::Gif).to_vec();
    gif[6..10].copy_from_slice(&[0x50, 0xC3, 0x50, 0xC3]);
    assert_eq!(process(gif.into(), Kind::Gif), Err(Rejected::TooManyPixels));
    let webp = encode(&DynamicImage::from(GrayImage::new(8193, 1)), Kind::Webp);
    assert_eq!(process(webp, Kind::Webp), Err(Rejected::TooManyPixels));
}

#[test]
fn an_image_whose_pixels_need_too_much_memory_is_refused_by_its_header() {
    assert_eq!(
        process(png_header(8192, 8192), Kind::Png),
        Err(Rejected::TooMuchMemory)
    );
}

#[test]
fn a_webp_frame_that_is_larger_than_it_says_is_refused() {
    // One pixel is declared; the bitstream is for more. The second case makes image-webp 0.2.4 panic.
    let mut huge = fixtures::LOSSY_WEBP[20..].to_vec();
    huge[6..10].copy_from_slice(&[0xFF, 0x3F, 0xFF, 0x3F]);
    let mut larger = fixtures::LOSSY_WEBP[20..].to_vec();
    larger[6..10].copy_from_slice(&[16, 0, 16, 0]);
    let alpha = &fixtures::LOSSY_ALPHA_WEBP[38..50];

    let huge = fixtures::animation(1, 1, &[(*b"VP8 ", &huge)]);
    assert_eq!(process(huge, Kind::Webp), Err(Rejected::Undecodable));
    let larger = fixtures::animation(1, 1, &[(*b"ALPH", alpha), (*b"VP8 ", &larger)]);
    assert_eq!(process(larger, Kind::Webp), Err(Rejected::Undecodable));

    let fitting = &fixtures::LOSSY_WEBP[20..];
    let fitting = fixtures::animation(1, 1, &[(*b"ALPH", alpha), (*b"VP8 ", fitting)]);
    assert!(process(fitting, Kind::Webp).is_ok());
}

#[test]
fn a_file_above_the_limit_is_refused_unread() {
    let result = process(vec![0xFF; MAX_FILE_BYTES + 1].into(), Kind::Jpeg);
    assert_eq!(result, Err(Rejected::FileTooLarge));
}

#[test]
fn a_file_that_lies_about_its_kind_is_refused() {
    assert_eq!(
        process(encode(&picture(8, 8), Kind::Png), Kind::Jpeg),
        Err(Rejected::Undecodable)
    );
    assert_eq!(
        process(Bytes::from_static(b"<html>"), Kind::Pdf),
        Err(Rejected::BadPdf)
    );
}

#[test]
fn a_pdf_passes_unchanged_if_it_is_whole() {
    let processed = process(fixtures::pdf(), Kind::Pdf).unwrap();
    assert_eq!(
        (processed.bytes, processed.width, processed.thumbnail),
        (None, None, None)
    );
    assert_eq!(
        process(fixtures::pdf().slice(..40), Kind::Pdf),
        Err(Rejected::BadPdf)
    );
    let late = [&fixtures::pdf()[..], &[b' '; 2000]].concat();
    assert_eq!(process(late.into(), Kind::Pdf), Err(Rejected::BadPdf));
}

#[test]
fn a_refusal_reads_like_a_sentence_for_people() {
    assert_eq!(
        Rejected::TooManyPixels.to_string(),
        "image is larger than 8192 x 8192 pixels"
    );
    assert_eq!(Rejected::Undecodable.to_string(), "image cannot be decoded");
}
