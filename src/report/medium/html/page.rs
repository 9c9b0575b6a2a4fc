use crate::report::document::Inline;
use crate::report::escape::html;

/// The page as it is written.
pub(super) struct Page(pub(super) String);

impl Page {
    /// Adds formatted markup; every text in it is escaped by the caller.
    pub(super) fn put(&mut self, markup: std::fmt::Arguments) {
        // Writing to a `String` cannot fail.
        let _ = std::fmt::Write::write_fmt(&mut self.0, markup);
    }

    /// Adds markup without a change.
    pub(super) fn push_str(&mut self, markup: &str) {
        self.0.push_str(markup);
    }
}

/// Returns a run of text as HTML.
pub(super) fn inline(text: &[Inline]) -> String {
    text.iter()
        .map(|piece| match piece {
            Inline::Text(text) => html(text),
            Inline::Strong(inner) => format!("<strong>{}</strong>", inline(inner)),
            Inline::Emphasis(inner) => format!("<em>{}</em>", inline(inner)),
            Inline::Code(text) => format!("<code>{}</code>", html(text)),
            Inline::Link { href, text } => {
                format!(
                    "<a class=\"link\" href=\"{}\" style=\"color:#1d70b8\">{}</a>",
                    html(href),
                    inline(text)
                )
            }
        })
        .collect()
}
