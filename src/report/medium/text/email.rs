use super::letter::{Letter, inline};
use crate::report::error::ReportError;
use crate::report::medium::renderer::{Content, File, Renderer};

/// The plain text of an email. Its lines end in `\n`.
pub(in crate::report::medium) struct Text;

impl Renderer for Text {
    fn extension(&self) -> &'static str {
        "txt"
    }

    fn content_type(&self) -> &'static str {
        "text/plain"
    }

    fn render(&self, content: &Content<'_>) -> Result<Vec<File>, ReportError> {
        let document = content.document;
        let mut body = Letter::new(document);
        body.blocks(&document.blocks);
        let mut letter = Letter::new(document);
        let frame = content.templates.letter(document, &inline(&document.headline))?;
        letter.frame(&frame, body.lines);
        Ok(vec![File { name: "email.txt".to_owned(), bytes: letter.text().into_bytes() }])
    }
}
