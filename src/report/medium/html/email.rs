use super::blocks::Blocks;
use super::page::inline;
use crate::report::error::ReportError;
use crate::report::medium::renderer::{Content, File, Renderer};

/// The HTML of an email: one page for a mail reader.
pub(in crate::report::medium) struct Html;

impl Renderer for Html {
    fn extension(&self) -> &'static str {
        "html"
    }

    fn content_type(&self) -> &'static str {
        "text/html"
    }

    fn takes_images(&self) -> bool {
        true
    }

    fn render(&self, content: &Content<'_>) -> Result<Vec<File>, ReportError> {
        let Content { document, templates, .. } = *content;
        let body = Blocks { document, templates }.render(&document.blocks)?;
        let page = templates.page(document, &inline(&document.headline), &body)?;
        Ok(vec![File { name: "email.html".to_owned(), bytes: page.into_bytes() }])
    }
}
