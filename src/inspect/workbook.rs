//! Opens a workbook twice: as an archive, for what no cell shows, and as cells, for what every reader sees.

use std::io::{Cursor, Read};

use calamine::{Data, Reader, SheetVisible, Xlsx};
use quick_xml::escape::unescape;
use zip::ZipArchive;

use super::finding::{Findings, Rule};
use super::limits::Limits;
use super::{personal, table};

/// Most bytes that a workbook may come to when it is unpacked, and most parts that it may have.
const UNPACKED: u64 = 100_000_000;
const PARTS: usize = 2_000;

/// Looks through the workbook `name`.
pub(super) fn inspect(name: &str, bytes: &[u8], limits: &Limits, findings: &mut Findings) {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else {
        return findings.add(name, Rule::Unreadable);
    };
    if archive.len() > PARTS {
        return findings.add(name, Rule::TooBig);
    }
    let mut budget = UNPACKED;
    let mut strings = String::new();
    for index in 0..archive.len() {
        let Ok(file) = archive.by_index(index) else {
            return findings.add(name, Rule::Unreadable);
        };
        let part = String::from_utf8_lossy(file.name_raw()).into_owned();
        let mut content = Vec::new();
        // The size that an archive states is a claim; what comes out is counted.
        if file.take(budget + 1).read_to_end(&mut content).is_err() {
            return findings.add(format!("{name}, {part}"), Rule::Unreadable);
        }
        match budget.checked_sub(content.len() as u64) {
            Some(left) => budget = left,
            None => return findings.add(name, Rule::TooBig),
        }
        part_of(name, &part, &content, limits, findings);
        if part.eq_ignore_ascii_case("xl/sharedStrings.xml") {
            strings = String::from_utf8_lossy(&content).into_owned();
        }
    }
    cells(name, bytes, limits, findings);
    left_over(&format!("{name}, xl/sharedStrings.xml"), &strings, limits, findings);
}

/// Looks at texts that the workbook keeps and no cell shows: what a cell held before it was emptied. What a cell shows
/// has been found there.
fn left_over(place: &str, strings: &str, limits: &Limits, findings: &mut Findings) {
    let known: Vec<Rule> = findings.list().iter().map(|finding| finding.rule).collect();
    for text in strings.split('<').filter_map(|tag| tag.split_once('>')).map(|(_, text)| text) {
        for rule in rules(text, limits) {
            if !known.contains(&rule) {
                findings.add(place, rule);
            }
        }
    }
}

/// Returns the rules that a text of XML breaks, once its references are read. One whose references cannot be
/// read is open to a second reading.
fn rules(text: &str, limits: &Limits) -> Vec<Rule> {
    unescape(text).map_or_else(|_| vec![Rule::Unreadable], |text| personal::rules(&text, limits))
}

/// Looks through one part of the archive.
fn part_of(name: &str, part: &str, content: &[u8], limits: &Limits, findings: &mut Findings) {
    let place = || format!("{name}, {part}");
    let lower = part.to_ascii_lowercase();
    let forbidden = [
        ("xl/pivot", Rule::Pivot),
        ("xl/comments", Rule::Comment),
        ("xl/threadedcomments", Rule::Comment),
        ("xl/persons", Rule::Author),
        ("xl/externallinks", Rule::ExternalLink),
        ("xl/connections", Rule::ExternalLink),
        ("xl/querytables", Rule::ExternalLink),
        ("xl/model", Rule::Pivot),
        ("xl/vba", Rule::Active),
        ("xl/macrosheets", Rule::Active),
        ("xl/activex", Rule::Active),
        ("xl/ctrlprops", Rule::Active),
        ("xl/embeddings", Rule::Embedded),
        ("xl/revisions", Rule::Comment),
        ("xl/printersettings", Rule::Author),
        ("customxml", Rule::Embedded),
        ("docprops/custom", Rule::Author),
    ];
    for (prefix, rule) in forbidden {
        if lower.starts_with(prefix) {
            findings.add(place(), rule);
        }
    }
    let is_xml = [".xml", ".rels", ".vml"].iter().any(|ending| lower.ends_with(ending));
    if !is_xml {
        if !lower.starts_with("xl/media/") && !lower.ends_with('/') {
            findings.add(place(), Rule::Embedded);
        }
        return;
    }
    let Ok(xml) = std::str::from_utf8(content) else {
        return findings.add(place(), Rule::Unreadable);
    };
    match lower.as_str() {
        "docprops/core.xml" | "docprops/app.xml" => properties(&place(), xml, limits, findings),
        _ if lower.contains("_rels/") => relations(&place(), xml, limits, findings),
        _ => {}
    }
    // A row or column without height or width does not show either.
    let unseen = ["hidden=\"1\"", "hidden=\"true\"", " ht=\"0\"", " width=\"0\""];
    if lower.starts_with("xl/worksheets/") && unseen.iter().any(|mark| xml.contains(mark)) {
        findings.add(place(), Rule::Hidden);
    }
    // Alternative text, headers and footers: shown to some readers, and never in a cell. Cells come later.
    let beside_the_cells = lower.starts_with("xl/drawings/") || lower.starts_with("xl/charts/");
    for tag in xml.split('<').filter(|tag| beside_the_cells || !tag.starts_with("v>")) {
        for text in tag.split(['"', '>']).filter(|_| beside_the_cells || lower.starts_with("xl/worksheets/"))
        {
            for rule in rules(text, limits) {
                findings.add(place(), rule);
            }
        }
    }
}

/// Looks at who and what the file says it is from.
fn properties(place: &str, xml: &str, limits: &Limits, findings: &mut Findings) {
    for element in ["dc:creator", "cp:lastModifiedBy", "Manager", "Company", "HyperlinkBase"] {
        let text = between(xml, &format!("<{element}>"), &format!("</{element}>"));
        if text.is_some_and(|text| {
            !text.trim().is_empty() && !unescape(text).is_ok_and(|text| limits.authors.contains(&*text))
        }) {
            findings.add(place, Rule::Author);
        }
    }
    for element in ["dc:title", "dc:subject", "dc:description", "cp:keywords", "cp:category"] {
        let text = between(xml, &format!("<{element}>"), &format!("</{element}>")).unwrap_or_default();
        for rule in rules(text, limits) {
            findings.add(place, rule);
        }
    }
}

/// Looks at where the file points outside itself.
fn relations(place: &str, xml: &str, limits: &Limits, findings: &mut Findings) {
    for relation in xml.split("<Relationship ").filter(|tag| tag.contains("TargetMode=\"External\"")) {
        let written = between(relation, "Target=\"", "\"").unwrap_or_default();
        let Ok(target) = unescape(written).map(|target| target.to_lowercase()) else {
            findings.add(place, Rule::Unreadable);
            continue;
        };
        let mailbox = target.strip_prefix("mailto:").map(|to| to.split('?').next().unwrap_or_default());
        let link = relation.contains("/hyperlink\"");
        let allowed =
            target.starts_with("https://") || mailbox.is_some_and(|to| limits.addresses.contains(to));
        match (link, allowed) {
            (true, true) => {}
            (true, false) => findings.add(place, Rule::Link),
            (false, _) => findings.add(place, Rule::ExternalLink),
        }
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    text.split_once(start).and_then(|(_, after)| after.split_once(end)).map(|(inner, _)| inner)
}

/// Looks at what the workbook shows: sheets, names and cells.
fn cells(name: &str, bytes: &[u8], limits: &Limits, findings: &mut Findings) {
    let Ok(mut workbook) = Xlsx::new(Cursor::new(bytes)) else {
        return findings.add(name, Rule::Unreadable);
    };
    // A workbook that repeats its headings in print, or has filter buttons, names those ranges itself.
    if workbook.defined_names().iter().any(|(defined, _)| !defined.starts_with("_xlnm.")) {
        findings.add(name, Rule::DefinedName);
    }
    let sheets = workbook.sheets_metadata().to_vec();
    for (number, sheet) in sheets.iter().enumerate() {
        let place = format!("{name}, sheet {}", number + 1);
        if sheet.visible != SheetVisible::Visible {
            findings.add(&*place, Rule::Hidden);
        }
        for rule in personal::rules(&sheet.name, limits) {
            findings.add(format!("{place}, its name"), rule);
        }
        let (Ok(range), Ok(formulas)) =
            (workbook.worksheet_range(&sheet.name), workbook.worksheet_formula(&sheet.name))
        else {
            findings.add(&*place, Rule::Unreadable);
            continue;
        };
        if formulas.used_cells().any(|(_, _, formula)| !formula.is_empty()) {
            findings.add(&*place, Rule::Formula);
        }
        let (top, left) = range.start().unwrap_or_default();
        for (row, column, cell) in range.used_cells() {
            let text = cell.to_string();
            let at = || format!("{place}, cell {}", reference(top as usize + row, left as usize + column));
            if matches!(cell, Data::String(_)) && table::would_run(&text) {
                findings.add(at(), Rule::Formula);
            }
            for rule in personal::rules(&text, limits) {
                findings.add(at(), rule);
            }
        }
    }
}

/// Names a cell, as `AB12`, by its row and column from 0.
fn reference(row: usize, column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect::<String>() + &(row + 1).to_string()
}

#[cfg(test)]
mod tests;
