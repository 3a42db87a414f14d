//! Patterns for `LIKE`.

use sea_orm::sea_query::LikeExpr;

/// The pattern of texts that contain this one, whatever the case; their column is lower-cased.
pub fn contains(text: &str) -> LikeExpr {
    pattern(&text.to_lowercase())
}

/// The pattern of texts that contain this one as it is.
pub fn pattern(text: &str) -> LikeExpr {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape('\\')
}
