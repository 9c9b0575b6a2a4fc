use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

use super::known::known;
use crate::report::document::{Block, Inline};
use crate::report::escape::{END, START};

/// A piece of a body: prose, or a marker that a block helper left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::report) enum Piece {
    /// Prose.
    Block(Block),
    /// A block to be put here.
    Marker(Marker),
}

/// A block helper's name and its argument, which is empty where it takes none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::report) struct Marker {
    pub(in crate::report) name: String,
    pub(in crate::report) argument: String,
}

/// Returns markdown as pieces, in order. Raw HTML is text like any other; images are their description.
pub(in crate::report) fn pieces(text: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((prose, after)) = rest.split_once(START) {
        let Some((marker, next)) = after.split_once(END) else { break };
        found.extend(known(blocks(prose)).into_iter().map(Piece::Block));
        let (name, argument) = marker.split_once(' ').unwrap_or((marker, ""));
        found.push(Piece::Marker(Marker { name: name.to_owned(), argument: argument.to_owned() }));
        rest = next;
    }
    found.extend(known(blocks(rest)).into_iter().map(Piece::Block));
    found
}

/// Returns markdown without markers as blocks.
pub(in crate::report) fn blocks(text: &str) -> Vec<Block> {
    Reader { events: Parser::new(text) }.blocks()
}

/// Reads events until the element that it is in ends.
struct Reader<'a> {
    events: Parser<'a>,
}

impl Reader<'_> {
    fn blocks(&mut self) -> Vec<Block> {
        let mut found = Vec::new();
        let mut loose: Vec<Inline> = Vec::new();
        while let Some(event) = self.events.next() {
            let block = match event {
                Event::End(_) => break,
                Event::Start(Tag::Paragraph | Tag::CodeBlock(_) | Tag::HtmlBlock) => {
                    Block::Paragraph(self.inlines())
                }
                Event::Start(Tag::Heading { level, .. }) => self.heading(level),
                Event::Start(Tag::BlockQuote(_)) => Block::Quote(self.blocks()),
                Event::Start(Tag::List(start)) => {
                    Block::List { ordered: start.is_some(), items: self.items() }
                }
                Event::Start(tag) => {
                    self.inline(tag, &mut loose);
                    continue;
                }
                other => {
                    text(other, &mut loose);
                    continue;
                }
            };
            flush(&mut loose, &mut found);
            found.push(block);
        }
        flush(&mut loose, &mut found);
        found
    }

    fn heading(&mut self, level: HeadingLevel) -> Block {
        let level = match level {
            HeadingLevel::H1 | HeadingLevel::H2 => 2,
            HeadingLevel::H3 => 3,
            _ => 4,
        };
        Block::Heading { level, text: self.inlines() }
    }

    fn items(&mut self) -> Vec<Vec<Block>> {
        let mut items = Vec::new();
        while let Some(event) = self.events.next() {
            match event {
                Event::Start(Tag::Item) => items.push(self.blocks()),
                Event::End(TagEnd::List(_)) => break,
                _ => {}
            }
        }
        items
    }

    fn inlines(&mut self) -> Vec<Inline> {
        let mut found = Vec::new();
        while let Some(event) = self.events.next() {
            match event {
                Event::End(_) => break,
                Event::Start(tag) => self.inline(tag, &mut found),
                other => text(other, &mut found),
            }
        }
        trimmed(found)
    }

    fn inline(&mut self, tag: Tag, found: &mut Vec<Inline>) {
        let inner = self.inlines();
        match tag {
            Tag::Strong => found.push(Inline::Strong(inner)),
            Tag::Emphasis => found.push(Inline::Emphasis(inner)),
            Tag::Link { dest_url, .. } if is_safe(&dest_url) => {
                found.push(Inline::Link { href: dest_url.into_string(), text: inner });
            }
            _ => found.extend(inner),
        }
    }
}

/// Returns whether a link leads to a page or a mailbox and nowhere else.
fn is_safe(href: &str) -> bool {
    ["https://", "http://", "mailto:"].iter().any(|scheme| href.to_ascii_lowercase().starts_with(scheme))
}

/// Adds what an event says as text; adjacent texts become one.
fn text(event: Event, found: &mut Vec<Inline>) {
    let words = match event {
        Event::Text(words) | Event::Html(words) | Event::InlineHtml(words) => words.into_string(),
        Event::Code(words) => return found.push(Inline::Code(words.into_string())),
        Event::SoftBreak | Event::HardBreak => " ".to_owned(),
        _ => return,
    };
    match found.last_mut() {
        Some(Inline::Text(before)) => before.push_str(&words),
        _ => found.push(Inline::Text(words)),
    }
}

/// Makes a paragraph of the loose text of a tight list item.
fn flush(loose: &mut Vec<Inline>, found: &mut Vec<Block>) {
    let inlines = trimmed(std::mem::take(loose));
    if !inlines.is_empty() {
        found.push(Block::Paragraph(inlines));
    }
}

/// Takes the space from the ends.
fn trimmed(mut inlines: Vec<Inline>) -> Vec<Inline> {
    if let Some(Inline::Text(text)) = inlines.last_mut() {
        text.truncate(text.trim_end().len());
    }
    if let Some(Inline::Text(text)) = inlines.first_mut() {
        *text = text.trim_start().to_owned();
    }
    inlines.retain(|inline| !matches!(inline, Inline::Text(text) if text.is_empty()));
    inlines
}
