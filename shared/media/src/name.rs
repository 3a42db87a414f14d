//! A display name that is safe to show, to store and to offer for a download.

use super::Kind;

/// File systems and most clients stop at this many bytes.
const MAX_NAME_BYTES: usize = 255;
/// What comes after the last dot is an extension if it is at most this long; a longer tail is part of the name.
const MAX_EXTENSION_CHARS: usize = 5;

/// A safe name for a file of this `kind`, from the one that the sender claimed.
///
/// Path parts (`/` and `\`), control characters, and characters that reorder or hide text are removed; an extension
/// that does not fit the kind is replaced (`page.html` that is a PNG becomes `page.png`). At most 255 bytes, cut on a
/// character's boundary, never empty: what remains nameless is called `file`. It may still hold quotes and `<`: escape
/// it where it is shown.
pub fn safe_name(claimed: &str, kind: Kind) -> String {
    let last = claimed.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible: String = last.chars().filter(|c| !is_unsafe(*c)).collect();
    let visible = trim(&visible);

    let (stem, extension) = match visible.rsplit_once('.') {
        Some((stem, extension)) if fits(extension, kind) => (stem, extension),
        Some((stem, extension)) if looks_like_extension(extension) => (stem, kind.extension()),
        // A leading dot is trimmed away, so a bare ".png" arrives here as "png".
        None if last.trim_start().starts_with('.') && looks_like_extension(visible) => ("", kind.extension()),
        _ => (visible, kind.extension()),
    };
    let stem = trim(cut(stem, MAX_NAME_BYTES - extension.len() - 1));
    let stem = if stem.is_empty() { "file" } else { stem };
    format!("{stem}.{extension}")
}

/// Windows drops dots and spaces at the end of a name, and Unix hides names with a dot at the start.
fn trim(name: &str) -> &str {
    name.trim_matches(|c: char| c.is_whitespace() || c == '.')
}

fn fits(extension: &str, kind: Kind) -> bool {
    let accepted: &[&str] = match kind {
        Kind::Jpeg => &["jpg", "jpeg", "jpe", "jfif"],
        Kind::Png => &["png"],
        Kind::Gif => &["gif"],
        Kind::Webp => &["webp"],
        Kind::Pdf => &["pdf"],
    };
    accepted.iter().any(|known| extension.eq_ignore_ascii_case(known))
}

fn looks_like_extension(tail: &str) -> bool {
    (1..=MAX_EXTENSION_CHARS).contains(&tail.len())
        && tail.bytes().all(|b| b.is_ascii_alphanumeric())
        && tail.bytes().any(|b| b.is_ascii_alphabetic())
}

/// Control characters, and invisible ones that change the order or the look of what follows ("gnp.exe" shown backwards).
/// The two joiners (U+200C, U+200D) stay: Persian and emoji need them.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}'
            | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}')
}

fn cut(text: &str, max_bytes: usize) -> &str {
    &text[..text.floor_char_boundary(max_bytes)]
}
