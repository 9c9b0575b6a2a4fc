//! Opens a PDF twice: object by object, for what no page shows, and page by page, for what every reader sees.

mod objects;
mod pages;
mod structure;
mod unpacked;

use lopdf::{Document, LoadOptions};

use super::finding::{Findings, Rule};
use super::limits::Limits;
use super::personal;
use structure::Structure;
use unpacked::UNPACKED;

/// Looks through the PDF `name`.
pub(super) fn inspect(name: &str, bytes: &[u8], limits: &Limits, findings: &mut Findings) {
    // What was written after the end shows an earlier or a later state to some readers.
    if bytes.windows(5).filter(|window| window == b"%%EOF").count() != 1 || !ends(bytes) {
        findings.add(name, Rule::Hidden);
    }
    let Some(document) = read(bytes) else { return findings.add(name, Rule::Unreadable) };
    objects::inspect(name, &document, limits, findings);
    let Some(pages) = pages::read(&document) else { return findings.add(name, Rule::Unreadable) };
    for (at, page) in pages.iter().enumerate() {
        let place = format!("{name}, page {}", at + 1);
        if page.has_unseen {
            findings.add(place.as_str(), Rule::Hidden);
        }
        // An identifier may be in two pieces; and two numbers side by side are none.
        let mut own = Findings::default();
        personal::lines(&place, &page.text, limits, &mut own);
        for rule in personal::rules(&page.text.replace(pages::SEAM, ""), limits) {
            if own.list().iter().all(|finding| finding.rule != rule) {
                own.add(place.as_str(), rule);
            }
        }
        findings.extend(own.or(()));
    }
    let structure = Structure::of(&document, &pages);
    if !structure.is_there() || !structure.is_complete() {
        findings.add(name, Rule::Missing);
    }
}

/// Returns the tables of a PDF that is tagged, each as its rows, the heads first.
pub(super) fn tables(bytes: &[u8]) -> Vec<Vec<Vec<String>>> {
    let Some(document) = read(bytes) else { return Vec::new() };
    let Some(pages) = pages::read(&document) else { return Vec::new() };
    Structure::of(&document, &pages).tables()
}

fn read(bytes: &[u8]) -> Option<Document> {
    let options =
        LoadOptions { strict: true, max_decompressed_size: Some(UNPACKED), ..LoadOptions::default() };
    Document::load_mem_with_options(bytes, options).ok().filter(|document| document.xref_recovery.is_none())
}

fn ends(bytes: &[u8]) -> bool {
    bytes.trim_ascii_end().ends_with(b"%%EOF")
}

#[cfg(test)]
mod tests;
