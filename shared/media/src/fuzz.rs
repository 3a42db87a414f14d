//! No bytes make the media functions panic, and nothing they accept still holds metadata.

use bytes::Bytes;
use proptest::prelude::*;

use super::fixtures::{self, SECRET};
use super::{Kind, clean, process, safe_name, sniff};

const MAGICS: [(Kind, &[u8]); 9] = [
    (Kind::Jpeg, b"\xFF\xD8\xFF\xE0"),
    (Kind::Jpeg, b"\xFF\xD8\xFF\xC0\x00\x11\x08\x00\x10\x00\x10\x03"),
    (
        Kind::Png,
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\x08\x02\0\0\0",
    ),
    (Kind::Gif, b"GIF89a\x10\0\x10\0\x80\0\0\0\0\0\xFF\xFF\xFF\x2C"),
    (Kind::Gif, b"GIF87a"),
    (
        Kind::Webp,
        b"RIFF\0\x01\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\x0f\0\0\x0f\0\0",
    ),
    (Kind::Webp, b"RIFF\0\x01\0\0WEBPVP8L"),
    (Kind::Webp, b"RIFF\0\x01\0\0WEBPVP8 "),
    (Kind::Pdf, b"%PDF-1.7"),
];

/// Files of every kind with a magic number and noise behind it.
fn noise() -> impl Strategy<Value = (Kind, Vec<u8>)> {
    let tail = prop::collection::vec(any::<u8>(), 0..600);
    (prop::sample::select(&MAGICS[..]), tail)
        .prop_map(|((kind, magic), tail)| (kind, [magic, &tail[..]].concat()))
}

/// Valid files with up to eight bits flipped, and perhaps the end cut off.
fn damaged() -> impl Strategy<Value = (Kind, Vec<u8>)> {
    let flips = prop::collection::vec((any::<prop::sample::Index>(), 0..8u8), 0..8);
    let cut = prop::option::of(any::<prop::sample::Index>());
    (prop::sample::select(fixtures::all()), flips, cut).prop_map(|((kind, bytes), flips, cut)| {
        let mut bytes = bytes.to_vec();
        for (at, bit) in flips {
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        (kind, bytes)
    })
}

fn assert_sound(kind: Kind, bytes: Vec<u8>) {
    let bytes = Bytes::from(bytes);
    let _ = sniff(&bytes);
    let cleaned = clean(bytes.clone(), kind);
    let Ok(processed) = process(bytes.clone(), kind) else {
        return;
    };
    let kept = processed.bytes.unwrap_or(bytes);
    assert!(kept.len() <= super::MAX_FILE_BYTES);
    assert_eq!(
        cleaned,
        Ok(kept.clone()),
        "an upload is stored as the worker would have it"
    );
    if kind.is_image() {
        assert!(processed.thumbnail.is_some() && processed.width.is_some());
        let again = process(kept, kind).expect("what was accepted is accepted again");
        assert_eq!(again.bytes, None, "a clean file is left alone");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn noise_behind_a_magic_number_never_panics((kind, bytes) in noise()) {
        assert_sound(kind, bytes);
    }

    #[test]
    fn damaged_files_never_panic((kind, bytes) in damaged()) {
        assert_sound(kind, bytes);
    }

    #[test]
    fn a_file_of_one_kind_is_never_accepted_as_another((kind, bytes) in damaged(), other in 0..5usize) {
        let other = Kind::ALL[other];
        if kind != other {
            prop_assert!(process(bytes.into(), other).is_err());
        }
    }

    #[test]
    fn any_claimed_name_becomes_a_safe_one(claimed in "\\PC{0,300}|[./\\\\a-c\u{202e}\\x00-\\x1f]{0,40}", kind in 0..5usize) {
        let kind = Kind::ALL[kind];
        let name = safe_name(&claimed, kind);
        prop_assert!(!name.is_empty() && name.len() <= 255 && !name.starts_with('.'));
        let forbidden = |c: char| c.is_control() || ['/', '\\', '\u{202e}'].contains(&c);
        let is_clean = !name.contains(forbidden);
        prop_assert!(is_clean);
        let extension = name.rsplit('.').next().unwrap_or_default().to_lowercase();
        prop_assert!(extension == kind.extension() || (kind == Kind::Jpeg && extension.starts_with('j')));
        prop_assert_eq!(safe_name(&name, kind), name);
    }
}

#[test]
fn every_truncation_of_every_image_is_rejected() {
    for (kind, bytes) in fixtures::all().into_iter().filter(|(kind, _)| kind.is_image()) {
        // The fixtures end with a trailer that is not part of the picture; cutting into it is harmless.
        let picture = bytes.len() - if bytes.ends_with(SECRET) { SECRET.len() } else { 0 };
        for length in 0..picture {
            let result = process(bytes.slice(..length), kind);
            assert!(
                result.is_err(),
                "{kind:?} cut to {length} of {picture} bytes was accepted"
            );
        }
    }
}
