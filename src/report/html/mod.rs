//! The HTML part of an email.
//!
//! Laid out with tables and inline styles, because that is what Outlook's Word engine, Gmail and
//! Apple Mail all draw; the few rules in `<style>` only adapt to narrow screens and dark schemes and
//! may be dropped by a reader without loss. It loads nothing from anywhere: charts are referred to by
//! content id. Every text goes through [`escaped`].

mod blocks;
mod frame;
mod tables;

use super::document::{Document, Inline};
use super::narrative::is_dropped;

/// The document as one HTML page for a mail reader.
#[must_use]
pub fn html(document: &Document) -> String {
    let mut page = Page(String::with_capacity(32 * 1024));
    frame::open(&mut page, document);
    blocks::write(&mut page, document, &document.blocks);
    frame::close(&mut page, document);
    page.0
}

/// The page as it is written.
struct Page(String);

impl Page {
    /// Adds formatted markup; every text in it is escaped by the caller.
    fn put(&mut self, markup: std::fmt::Arguments) {
        // Writing to a `String` cannot fail.
        let _ = std::fmt::Write::write_fmt(&mut self.0, markup);
    }

    /// Adds markup as it stands.
    fn push_str(&mut self, markup: &str) {
        self.0.push_str(markup);
    }
}

/// `text` with the characters of markup written out; safe between tags and within quotes.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            letter if is_dropped(letter) => {}
            letter => safe.push(letter),
        }
    }
    safe
}

/// A run of text as HTML.
fn inline(text: &[Inline]) -> String {
    text.iter()
        .map(|piece| match piece {
            Inline::Text(text) => escaped(text),
            Inline::Strong(inner) => format!("<strong>{}</strong>", inline(inner)),
            Inline::Emphasis(inner) => format!("<em>{}</em>", inline(inner)),
            Inline::Code(text) => format!("<code>{}</code>", escaped(text)),
            Inline::Link { href, text } => {
                format!(
                    "<a class=\"link\" href=\"{}\" style=\"color:#1d70b8\">{}</a>",
                    escaped(href),
                    inline(text)
                )
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
