//! Writes `openapi.json`, the API's description, from the code.

/// Beside this crate's manifest, wherever it is run from.
const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");

fn main() -> anyhow::Result<()> {
    std::fs::write(PATH, api::docs::document("/"))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_document_is_the_codes() {
        let committed = std::fs::read_to_string(PATH).unwrap_or_default();
        assert!(
            committed == api::docs::document("/"),
            "openapi/openapi.json is stale: run `make openapi`"
        );
    }
}
