use std::collections::BTreeMap;

use super::csv::Csv;
use super::html::Html;
use super::paper::Paper;
use super::renderer::{Attachment, Content, Renderer};
use super::text::Text;
use super::workbook::Workbook;
use crate::report::chart;
use crate::report::document::Document;
use crate::report::error::ReportError;
use crate::report::templates::Templates;

/// The media of an edition. A new one is a file of this folder and a name here.
pub const MEDIA: &[&dyn Renderer] = &[&Html, &Text, &Csv, &Workbook, &Paper];

/// The files of an edition, rendered.
#[derive(Debug, Default)]
pub struct Rendered {
    /// What each holds, by its name within the edition.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Pictures of the email: content id and file.
    pub images: BTreeMap<String, String>,
    /// The files that go with the email.
    pub attachments: Vec<String>,
}

/// Renders a document in every medium. `stem` begins the names of attached files.
///
/// # Errors
///
/// Returns an error when a chart cannot be drawn, or a medium cannot be written.
pub fn render(document: &Document, templates: &Templates, stem: &str) -> Result<Rendered, ReportError> {
    let mut rendered = Rendered::default();
    let has_images = MEDIA.iter().any(|medium| medium.takes_images());
    let images = if has_images { chart::images(document)? } else { Vec::new() };
    let content = Content { document, templates, images: &images, stem };
    for medium in MEDIA {
        let files = medium.render(&content)?.into_iter().map(|file| (file.name, file.bytes));
        rendered.files.extend(files);
    }
    rendered.attachments.extend(attachments(document, stem).into_iter().map(|attachment| attachment.file));
    let in_email = document.charts_of_the_email();
    for image in images {
        let file = format!("charts/{}.png", image.name);
        rendered.files.insert(format!("charts/{}.svg", image.name), image.svg.into_bytes());
        rendered.files.insert(file.clone(), image.png);
        // A message that holds a picture which its page does not show is refused.
        if in_email.contains(image.name.as_str()) {
            rendered.images.insert(image.cid, file);
        }
    }
    Ok(rendered)
}

/// Returns the files of a document that go with its email, in the order of the media.
#[must_use]
pub fn attachments(document: &Document, stem: &str) -> Vec<Attachment> {
    MEDIA.iter().filter_map(|medium| medium.attachment(document, stem)).collect()
}

/// Returns what a file of an edition is, by how its name ends; `None` where no medium makes such files.
#[must_use]
pub fn content_type(file: &str) -> Option<&'static str> {
    let (_, extension) = file.rsplit_once('.')?;
    MEDIA.iter().find(|medium| medium.extension() == extension).map(|medium| medium.content_type())
}
