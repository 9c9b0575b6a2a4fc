//! A document in one medium, within the program's own layout.

use crate::project::Layout;
use crate::report::{Content, Document, Image, MEDIA, Templates, chart};

pub(super) use crate::report::csv::csv;

pub(super) fn templates() -> Templates {
    Templates::new(&Layout::own()).unwrap_or_else(|faults| panic!("{faults}"))
}

/// Returns the only file of the medium whose files end so.
pub(super) fn file(document: &Document, templates: &Templates, extension: &str) -> Vec<u8> {
    let medium = MEDIA.iter().find(|medium| medium.extension() == extension).unwrap();
    let content = Content { document, templates, images: &[], stem: "sample" };
    medium.render(&content).unwrap().remove(0).bytes
}

pub(super) fn html(document: &Document) -> String {
    String::from_utf8(file(document, &templates(), "html")).unwrap()
}

pub(super) fn text(document: &Document) -> String {
    String::from_utf8(file(document, &templates(), "txt")).unwrap()
}

pub(super) fn workbook(document: &Document) -> Vec<u8> {
    file(document, &templates(), "xlsx")
}

pub(super) fn images(document: &Document) -> Vec<Image> {
    chart::images(document).unwrap()
}
