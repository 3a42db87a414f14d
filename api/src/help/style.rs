//! How the pages look: the one set of design tokens, in the system's theme, and what is made of them.

use super::kept;
use crate::pages::Asset;
use poem::{Request, Response, Result};
use std::sync::LazyLock;

/// The tokens of everything that people see; where nothing runs, nothing can choose their theme but the system.
const TOKENS: &str = include_str!("../../../widget/src/kit/tokens.css");
const RULES: &str = include_str!("style.css");
/// Where the dark ones begin.
const DARK: &str = ":root[data-theme=\"dark\"],\n:host([data-theme=\"dark\"]) {";

static STYLE: LazyLock<Asset> = LazyLock::new(|| Asset::plain("style.css", style().into()));

pub(super) async fn answer(request: Request) -> Result<Response> {
    Ok(kept(&request, &STYLE))
}

fn style() -> String {
    let dark = dark().unwrap_or_default();
    format!("{TOKENS}\n@media screen and (prefers-color-scheme: dark) {{\n:root {{{dark}}}\n}}\n{RULES}")
}

/// What the tokens are in the dark.
fn dark() -> Option<&'static str> {
    let (_, from) = TOKENS.split_once(DARK)?;
    let (tokens, _) = from.split_once('}')?;
    Some(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dark_tokens_hold_where_the_system_is_dark() {
        let dark = dark().expect("the dark tokens");
        assert!(
            dark.contains("color-scheme: dark;") && dark.contains("--sb-bg:"),
            "{dark}"
        );
    }

    #[test]
    fn every_colour_is_a_token() {
        for line in RULES.lines() {
            let is_own = line.contains('#')
                && line.contains(':')
                && !line.trim_start().starts_with(['/', '#', '*', '.']);
            assert!(!is_own && !line.contains("rgb("), "{line}");
        }
    }
}
