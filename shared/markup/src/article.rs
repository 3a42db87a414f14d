//! An article as a page shows it: headings that can be linked to, pictures and links of the server's own, and all else as in
//! a message.

use super::limits::{self, Capped};
use super::{MAX_DEPTH, OPTIONS, Over, TAGS, max_html, plain};
use ammonia::clean_text;
use pulldown_cmark::{CowStr, Event, HeadingLevel, Parser, Tag, TagEnd};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Characters of an article's summary.
const SUMMARY: usize = 160;

static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = ammonia::Builder::new();
    cleaner
        .tags(TAGS.into_iter().chain(["h5", "h6", "img"]).collect())
        .generic_attributes(HashSet::new())
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href", "title", "rel"])),
            ("img", HashSet::from(["src", "alt", "title"])),
            ("ol", HashSet::from(["start"])),
            ("h2", HashSet::from(["id"])),
            ("h3", HashSet::from(["id"])),
            ("h4", HashSet::from(["id"])),
            ("h5", HashSet::from(["id"])),
            ("h6", HashSet::from(["id"])),
        ]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .attribute_filter(|element, attribute, value| match (element, attribute) {
            ("img", "src") if leaves(value) => None,
            _ => Some(Cow::Borrowed(value)),
        })
        // said of each link where it is written: those that stay here need none
        .link_rel(None);
    cleaner
});

/// An article's text as HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Article {
    /// Safe to show. Its headings are of level 2 to 6.
    pub html: String,
    /// Its headings, in order.
    pub headings: Vec<Heading>,
    /// What it begins with, as plain text of at most 160 characters; empty where it has no words.
    pub summary: String,
}

/// A heading of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// 2 to 6.
    pub level: u8,
    /// Its `id` in the HTML: lower-case letters, digits and hyphens.
    pub id: String,
    /// What it says.
    pub text: String,
}

/// Renders an article. Unlike in a message a single line break is a space: articles are written in lines. CPU-bound, some
/// milliseconds at the worst.
///
/// # Errors
///
/// The limit that the text is over; [`unrendered`] shows it then.
pub fn render(text: &str) -> Result<Article, Over> {
    limits::check(text)?;
    let mut events = events(text)?;
    let headings = name_headings(&mut events);
    let summary = summary(&events);
    let mut html = Capped::new(max_html(text));
    let mut state = Shown::default();
    let shown = events.into_iter().map(|event| state.event(event));
    pulldown_cmark::html::write_html_fmt(&mut html, shown).map_err(|_| Over::Size)?;
    let html = CLEANER.clean(&html.into_inner()).to_string();
    if html.len() > max_html(text) {
        return Err(Over::Size);
    }
    Ok(Article {
        html,
        headings,
        summary,
    })
}

/// An article that cannot be rendered: its text as it stands.
pub fn unrendered(text: &str) -> Article {
    Article {
        html: plain(text),
        headings: Vec::new(),
        summary: cut(text, SUMMARY),
    }
}

/// The words of a passage in Markdown, at most so many characters of them.
pub fn excerpt(markdown: &str, longest: usize) -> String {
    // a word is some letters of the text and never longer than it
    let end = markdown.floor_char_boundary(longest.saturating_mul(8));
    let mut words = String::new();
    for event in Parser::new_ext(markdown.get(..end).unwrap_or_default(), OPTIONS) {
        push_words(&event, &mut words);
        if words.len() > longest.saturating_mul(4) {
            break;
        }
    }
    cut(&words, longest)
}

fn events(text: &str) -> Result<Vec<Event<'_>>, Over> {
    let mut depth = 0_usize;
    let mut events = Vec::new();
    for event in Parser::new_ext(text, OPTIONS) {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(Over::Depth);
        }
        events.push(event);
    }
    Ok(events)
}

/// Gives each heading an `id` of its own, and moves them below the page's title, which is the only one of level 1.
fn name_headings(events: &mut [Event<'_>]) -> Vec<Heading> {
    let has_first = events.iter().any(|event| {
        matches!(
            event,
            Event::Start(Tag::Heading {
                level: HeadingLevel::H1,
                ..
            })
        )
    });
    let mut ids = Ids::default();
    let mut headings = Vec::new();
    for at in 0..events.len() {
        let (before, rest) = events.split_at_mut(at + 1);
        match before.last_mut() {
            Some(Event::Start(Tag::Heading { level, id, .. })) => {
                let mut words = String::new();
                let inside = rest
                    .iter()
                    .take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
                inside.for_each(|event| push_words(event, &mut words));
                let text = cut(&words, usize::MAX);
                *level = lowered(*level, has_first);
                let name = ids.free(&text);
                *id = Some(CowStr::from(name.clone()));
                headings.push(Heading {
                    level: *level as u8,
                    id: name,
                    text,
                });
            }
            Some(Event::End(TagEnd::Heading(level))) => *level = lowered(*level, has_first),
            _ => {}
        }
    }
    headings.retain(|heading| !heading.text.is_empty());
    headings
}

fn lowered(level: HeadingLevel, has_first: bool) -> HeadingLevel {
    let to = (level as usize) + usize::from(has_first);
    HeadingLevel::try_from(to.clamp(2, 6)).unwrap_or(HeadingLevel::H6)
}

/// The ids that are given.
#[derive(Default)]
struct Ids {
    given: HashSet<String>,
    /// How often an id was wanted.
    wanted: HashMap<String, usize>,
}

impl Ids {
    fn free(&mut self, text: &str) -> String {
        let name = match slug(text) {
            name if name.is_empty() => "section".to_owned(),
            name => name,
        };
        loop {
            let count = self.wanted.entry(name.clone()).or_default();
            *count += 1;
            let tried = match *count {
                1 => name.clone(),
                count => format!("{name}-{count}"),
            };
            if self.given.insert(tried.clone()) {
                return tried;
            }
        }
    }
}

/// A text's letters and digits in lower case, with hyphens between its words: at most 80 characters.
fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') && !matches!(c, '\'' | '’') {
            slug.push('-');
        }
    }
    let cut: String = slug.chars().take(80).collect();
    cut.trim_end_matches('-').to_owned()
}

/// The words before the first heading, or else the first ones that are in none.
fn summary(events: &[Event<'_>]) -> String {
    let mut words = String::new();
    let mut in_heading = false;
    for event in events {
        match event {
            Event::Start(Tag::Heading { .. }) => in_heading = true,
            Event::End(TagEnd::Heading(_)) => in_heading = false,
            event if !in_heading => push_words(event, &mut words),
            _ => {}
        }
        if words.len() > SUMMARY * 4 {
            break;
        }
    }
    cut(&words, SUMMARY)
}

fn push_words(event: &Event<'_>, words: &mut String) {
    match event {
        Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
            words.push_str(text);
        }
        Event::SoftBreak | Event::HardBreak | Event::End(_) if !is_inline(event) => words.push(' '),
        _ => {}
    }
}

fn is_inline(event: &Event<'_>) -> bool {
    matches!(
        event,
        Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
    )
}

/// So many characters of a text with single spaces, whole words where that is possible.
fn cut(text: &str, longest: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((end, next)) = text.char_indices().nth(longest) else {
        return text;
    };
    let mut kept = text.get(..end).unwrap_or_default();
    if next != ' ' {
        kept = kept.rsplit_once(' ').map_or(kept, |(whole, _)| whole);
    }
    format!("{}…", kept.trim_end_matches([',', ';', ':', ' ']))
}

/// What the events before say about one: which pictures and links it lies in.
#[derive(Default)]
struct Shown {
    /// Of each open picture, whether it is shown as one.
    pictures: Vec<bool>,
    links: usize,
}

impl Shown {
    /// HTML is shown as the text that it is. Links that leave say so, and pictures from elsewhere are links: no page here
    /// loads anything of another site.
    fn event<'a>(&mut self, event: Event<'a>) -> Event<'a> {
        // all that lies in a picture is its description
        let in_picture = self.pictures.contains(&true);
        match event {
            Event::Html(html) | Event::InlineHtml(html) => Event::Text(html),
            Event::Start(Tag::Link { dest_url, title, .. }) if leaves(&dest_url) && !in_picture => {
                self.links += 1;
                link(&dest_url, &title)
            }
            Event::Start(Tag::Link { .. }) => {
                self.links += 1;
                event
            }
            Event::End(TagEnd::Link) => {
                self.links = self.links.saturating_sub(1);
                event
            }
            Event::Start(Tag::Image {
                ref dest_url,
                ref title,
                ..
            }) => {
                let is_shown = in_picture || !leaves(dest_url);
                self.pictures.push(is_shown);
                match (is_shown, self.links) {
                    (true, _) => event,
                    (false, 0) => link(dest_url, title),
                    // a link cannot lie in another
                    (false, _) => nothing(),
                }
            }
            Event::End(TagEnd::Image) => match (self.pictures.pop(), self.links) {
                (Some(false), 0) => Event::InlineHtml("</a>".into()),
                (Some(false), _) => nothing(),
                _ => event,
            },
            other => other,
        }
    }
}

fn nothing<'a>() -> Event<'a> {
    Event::Text("".into())
}

fn link<'a>(address: &str, title: &str) -> Event<'a> {
    let title = if title.is_empty() {
        String::new()
    } else {
        format!(" title=\"{}\"", clean_text(title))
    };
    let address = clean_text(address);
    Event::InlineHtml(format!("<a href=\"{address}\"{title} rel=\"noopener nofollow\">").into())
}

/// Whether an address is of another site, as a browser reads it: it has a scheme or a host.
fn leaves(address: &str) -> bool {
    let seen: String = address
        .chars()
        .filter(|c| !c.is_control())
        .collect::<String>()
        .replace('\\', "/");
    let seen = seen.trim_start();
    let path = seen.split(['/', '?', '#']).next().unwrap_or_default();
    seen.starts_with("//") || path.contains(':')
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
