use std::collections::BTreeMap;

use super::parts::{Parts, attribute, is_set};
use crate::source::error::SourceError;
use crate::source::format::workbook::fault::fault;
use crate::source::format::workbook::number_format::Shown;

/// What a workbook says of all its sheets.
pub(super) struct Book {
    /// Names of the sheets with their parts, in order.
    pub(super) sheets: Vec<(String, String)>,
    /// The part of the texts that cells share.
    pub(super) strings: Option<String>,
    /// What each style shows.
    pub(super) styles: Vec<Shown>,
    /// Whether its days count from 1904.
    pub(super) from_1904: bool,
    /// Whether it asks to be calculated when it is opened: a stored 0 may then be no result.
    pub(super) calculates_on_load: bool,
}

impl Book {
    pub(super) fn read(parts: &mut Parts<'_>) -> Result<Self, SourceError> {
        let file = parts.file;
        let root = parts.relations("")?;
        let part = root.into_iter().find(|(kind, ..)| kind == "officeDocument");
        let part = part.map_or_else(|| "xl/workbook.xml".to_owned(), |(.., target)| target);
        if parts.part(&part)?.is_none() {
            return Err(fault(file, "it holds no workbook"));
        }
        let relations = parts.relations(&part)?;
        let target = |wanted: &str| {
            relations.iter().find(|(kind, ..)| kind == wanted).map(|(.., target)| target.clone())
        };
        let (mut sheets, mut from_1904, mut calculates_on_load) = (Vec::new(), false, false);
        parts.elements(&part, &mut |element| match element.local_name().as_ref() {
            "sheet" => {
                let id = attribute(element, "id").unwrap_or_default();
                let target = relations.iter().find(|(_, known, _)| *known == id);
                let target = target.map(|(.., target)| target.clone()).unwrap_or_default();
                sheets.push((attribute(element, "name").unwrap_or_default(), target));
            }
            "workbookPr" => from_1904 |= is_set(element, "date1904"),
            "calcPr" => calculates_on_load |= is_set(element, "fullCalcOnLoad"),
            _ => {}
        })?;
        let styles = target("styles").map(|part| styles(parts, &part)).transpose()?.unwrap_or_default();
        Ok(Self { sheets, strings: target("sharedStrings"), styles, from_1904, calculates_on_load })
    }
}

/// Reads what each style of a cell shows.
fn styles(parts: &mut Parts<'_>, part: &str) -> Result<Vec<Shown>, SourceError> {
    let (mut codes, mut styles, mut within) = (BTreeMap::new(), Vec::new(), false);
    parts.elements(part, &mut |element| {
        let number = |name: &str| attribute(element, name).and_then(|text| text.parse::<u32>().ok());
        match element.local_name().as_ref() {
            "numFmt" => {
                if let (Some(id), Some(code)) = (number("numFmtId"), attribute(element, "formatCode")) {
                    codes.insert(id, Shown::of_numbered(id, &code));
                }
            }
            "cellXfs" => within = true,
            "cellStyleXfs" | "cellStyles" | "dxfs" => within = false,
            "xf" if within => {
                let id = number("numFmtId").unwrap_or_default();
                styles.push(codes.get(&id).copied().unwrap_or_else(|| Shown::built_in(id)));
            }
            _ => {}
        }
    })?;
    Ok(styles)
}
