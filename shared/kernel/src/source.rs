//! Where an answer comes from.

use serde::{Deserialize, Serialize};

/// An article that an answer was taken from.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The article's title.
    pub title: String,
    /// Where the article can be read, if it has an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}
