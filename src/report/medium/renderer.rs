use crate::report::chart::Image;
use crate::report::document::Document;
use crate::report::error::ReportError;
use crate::report::templates::Templates;

/// Renders documents in one medium: HTML, text, a workbook, a paper, and in time a page.
pub trait Renderer: Sync {
    /// Returns how the names of its files end.
    fn extension(&self) -> &'static str;

    /// Returns what its files are, as mail and web servers name it.
    fn content_type(&self) -> &'static str;

    /// Returns the file that goes with the email; `None` for a medium that stays in the edition.
    fn attachment(&self, _document: &Document, _stem: &str) -> Option<Attachment> {
        None
    }

    /// Returns whether it shows the charts as pictures, which are then beside its files.
    fn takes_images(&self) -> bool {
        false
    }

    /// Returns its files of one edition. The same content gives the same bytes.
    ///
    /// # Errors
    ///
    /// Returns an error when the document cannot be written in this medium.
    fn render(&self, content: &Content<'_>) -> Result<Vec<File>, ReportError>;
}

/// What every medium is made from.
#[derive(Clone, Copy)]
pub struct Content<'a> {
    /// The document.
    pub document: &'a Document,
    /// What surrounds it in an email.
    pub templates: &'a Templates,
    /// Its charts as drawn.
    pub images: &'a [Image],
    /// How the names of attached files begin: `needs-assessment-ay2018-19`.
    pub stem: &'a str,
}

/// One file of an edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name within the edition, with `/` between folders.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// A file that goes with the email.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name within the edition.
    pub file: String,
    /// What a reader finds in it.
    pub holds: &'static str,
}
