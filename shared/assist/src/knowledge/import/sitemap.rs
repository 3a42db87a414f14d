//! A site's own list of its pages (sitemaps.org).

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;

/// Addresses of one list: as many as the format allows.
const MAX_ADDRESSES: usize = 50_000;

/// What a list names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sitemap {
    /// Pages.
    Pages(Vec<String>),
    /// Other lists.
    Lists(Vec<String>),
}

/// Whether a text is more likely a list than a page.
pub(super) fn is_likely(content_type: &str, text: &str) -> bool {
    let opening = text.trim_start_matches('\u{feff}').trim_start();
    let is_xml = matches!(content_type, "application/xml" | "text/xml") || opening.starts_with("<?xml");
    is_xml && !opening.contains("<html")
        || opening.starts_with("<urlset")
        || opening.starts_with("<sitemapindex")
}

/// Reads a list.
///
/// # Errors
///
/// What is wrong with it.
pub(super) fn parse(text: &str) -> Result<Sitemap, String> {
    let mut reader = Reader::from_str(text);
    let (mut lists, mut addresses, mut address) = (None, Vec::new(), None::<String>);
    let mut is_whole = false;
    loop {
        let event = reader
            .read_event()
            .map_err(|error| format!("Is no XML: {error}"))?;
        match event {
            Event::Start(tag) => match (lists, tag.local_name().as_ref()) {
                (None, b"urlset") => lists = Some(false),
                (None, b"sitemapindex") => lists = Some(true),
                (None, _) => return Err("Is no sitemap".into()),
                // images and films have one of their own, with a prefix
                _ if tag.name().as_ref() == b"loc" => address = Some(String::new()),
                _ => {}
            },
            Event::Empty(_) if lists.is_none() => return Err("Is an empty sitemap".into()),
            Event::Text(text) => {
                if let Some(address) = &mut address {
                    address.push_str(&text.decode().map_err(|error| error.to_string())?);
                }
            }
            Event::CData(text) => {
                if let Some(address) = &mut address {
                    address.push_str(&text.decode().map_err(|error| error.to_string())?);
                }
            }
            Event::GeneralRef(reference) => {
                if let Some(address) = &mut address {
                    let name = reference.decode().map_err(|error| error.to_string())?;
                    match reference.resolve_char_ref() {
                        Ok(Some(c)) => address.push(c),
                        // no entity of its own is read: they could grow without an end
                        _ => address.push_str(resolve_predefined_entity(&name).unwrap_or_default()),
                    }
                }
            }
            Event::End(tag) if tag.name().as_ref() == b"loc" => {
                let address = address.take().unwrap_or_default();
                if addresses.len() >= MAX_ADDRESSES {
                    return Err(format!("Names more than {MAX_ADDRESSES} addresses"));
                }
                addresses.push(address.trim().to_owned());
            }
            Event::End(tag) => is_whole |= matches!(tag.local_name().as_ref(), b"urlset" | b"sitemapindex"),
            Event::Eof => break,
            _ => {}
        }
    }
    match lists {
        Some(_) if !is_whole => Err("Ends in the middle".into()),
        Some(true) => Ok(Sitemap::Lists(addresses)),
        Some(false) => Ok(Sitemap::Pages(addresses)),
        None => Err("Is no sitemap".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

    #[test]
    fn a_list_names_its_pages_and_an_index_its_lists() {
        let pages = format!(
            "{HEAD}<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" xmlns:image=\"i\">\n\
             <url><loc> https://a.example/?x=1&amp;y=&#50; </loc><lastmod>2024</lastmod>\
             <image:image><image:loc>https://a.example/i.png</image:loc></image:image></url>\
             <url><loc><![CDATA[https://a.example/b]]></loc></url></urlset>"
        );
        let expected = ["https://a.example/?x=1&y=2", "https://a.example/b"].map(str::to_owned);
        assert_eq!(parse(&pages), Ok(Sitemap::Pages(expected.into())));
        let index = format!(
            "{HEAD}<sitemapindex><sitemap><loc>https://a.example/s.xml</loc></sitemap></sitemapindex>"
        );
        assert_eq!(
            parse(&index),
            Ok(Sitemap::Lists(vec!["https://a.example/s.xml".into()]))
        );
        assert!(is_likely("text/plain", &index) && is_likely("application/xml", "<x/>"));
        assert!(!is_likely("text/html", "<!doctype html><html>"));
        assert!(!is_likely(
            "application/xml",
            &format!("{HEAD}<html xmlns=\"x\">")
        ));
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for bad in [
            "",
            "text",
            "<html></html>",
            "<urlset><url></urlset>",
            "<urlset><url><loc>x</loc></url>",
            "<urlset/>",
            "<rss><loc>x</loc></rss>",
        ] {
            assert!(parse(bad).is_err(), "{bad}: {:?}", parse(bad));
        }
        // an entity that would grow stands for nothing
        let bomb = "<!DOCTYPE urlset [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><urlset><url><loc>x&b;</loc></url></urlset>";
        assert_eq!(parse(bomb), Ok(Sitemap::Pages(vec!["x".into()])));
        let long = format!(
            "<urlset>{}</urlset>",
            "<url><loc>x</loc></url>".repeat(MAX_ADDRESSES + 1)
        );
        assert!(parse(&long).unwrap_err().contains("50000"));
    }
}
