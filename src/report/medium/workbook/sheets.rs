//! Which tables stand on which sheet: one each, or those of one subject one after the other.

use crate::report::document::{Document, TableBlock, TableCell, TableRow};

/// The most characters of a sheet's name.
const LONGEST: usize = 31;
/// What heads the rows of a sheet whose tables call it by different names.
const GROUPS: [&str; 3] = ["Group", "Part", "Further part"];
/// Heads the names of the tables that a sheet holds one after the other.
const TABLE: &str = "Table";
/// What is written for a table that has no such column.
const NOT_APPLICABLE: &str = "[z]";

/// One sheet with its one marked table.
pub(super) struct Sheet<'a> {
    /// From 1.
    pub(super) number: usize,
    /// What its tab says.
    pub(super) name: String,
    /// What it holds.
    pub(super) title: String,
    pub(super) headings: Vec<String>,
    pub(super) row_headings: usize,
    pub(super) rows: Vec<TableRow>,
    /// The tables on it.
    pub(super) tables: Vec<&'a TableBlock>,
}

/// Returns the sheets of a document's tables, each where its first table stands.
pub(super) fn sheets(document: &Document) -> Vec<Sheet<'_>> {
    let sheets = (1..).zip(groups(document));
    sheets.map(|(number, (name, tables))| Sheet::new(number, name, tables)).collect()
}

/// Returns what the tab of the sheet says on which a table stands.
pub(super) fn tab_of(document: &Document, table: &TableBlock) -> Option<String> {
    let mut sheets = (1..).zip(groups(document));
    sheets.find_map(|(number, (subject, tables))| {
        let is_on_it = tables.iter().any(|on_it| on_it.number == table.number);
        is_on_it.then(|| tab(number, subject.unwrap_or(&table.title)))
    })
}

/// Returns the tables that stand on one sheet, with the subject that they share.
fn groups(document: &Document) -> Vec<(Option<&str>, Vec<&TableBlock>)> {
    let mut groups: Vec<(Option<&str>, Vec<&TableBlock>)> = Vec::new();
    for table in &document.tables {
        let shared = table.sheet.as_deref();
        let known = groups.iter_mut().find(|(name, _)| shared.is_some() && *name == shared);
        match known {
            Some((_, tables)) => tables.push(table),
            None => groups.push((shared, vec![table])),
        }
    }
    groups
}

impl<'a> Sheet<'a> {
    fn new(number: usize, subject: Option<&str>, tables: Vec<&'a TableBlock>) -> Self {
        let title = match (subject, tables.as_slice()) {
            (_, [only]) => only.title.clone(),
            (subject, _) => subject.unwrap_or_default().to_owned(),
        };
        let name = tab(number, subject.unwrap_or(&title));
        if let [only] = tables.as_slice() {
            return Self {
                number,
                name,
                title,
                headings: only.headings.clone(),
                row_headings: only.row_headings,
                rows: only.rows.clone(),
                tables,
            };
        }
        let width = tables.iter().map(|table| table.row_headings).max().unwrap_or_default();
        let mut measures: Vec<&String> = Vec::new();
        for heading in tables.iter().flat_map(|table| table.headings.iter().skip(table.row_headings)) {
            if !measures.contains(&heading) {
                measures.push(heading);
            }
        }
        let heads = (0..width).map(|at| head(&tables, at));
        let headings =
            [TABLE.to_owned()].into_iter().chain(heads).chain(measures.iter().map(|name| (*name).clone()));
        let rows = tables.iter().flat_map(|table| {
            let measures = &measures;
            table.rows.iter().map(move |row| stacked(table, row, width, measures))
        });
        Self {
            number,
            name,
            title,
            headings: headings.collect(),
            row_headings: width + 1,
            rows: rows.collect(),
            tables,
        }
    }
}

/// Returns what heads the rows at a place, where all tables that have it agree.
fn head(tables: &[&TableBlock], at: usize) -> String {
    let mut named =
        tables.iter().filter(|table| table.row_headings > at).filter_map(|table| table.headings.get(at));
    let first = named.next();
    match first.filter(|first| named.all(|other| other == *first)) {
        Some(first) => first.clone(),
        None => GROUPS.get(at).map_or_else(|| format!("Part {}", at + 1), |name| (*name).to_owned()),
    }
}

/// Returns a row of one table in the columns of all.
fn stacked(table: &TableBlock, row: &TableRow, width: usize, measures: &[&String]) -> TableRow {
    let text = |text: &str| TableCell { text: text.to_owned(), number: None };
    let (heads, cells) = row.cells.split_at(table.row_headings.min(row.cells.len()));
    let padded = (0..width).map(|at| heads.get(at).cloned().unwrap_or_else(|| text(NOT_APPLICABLE)));
    let own: Vec<&String> = table.headings.iter().skip(table.row_headings).collect();
    let figures = measures.iter().map(|name| {
        let place = own.iter().position(|own| own == name);
        place.and_then(|place| cells.get(place)).cloned().unwrap_or_else(|| text(NOT_APPLICABLE))
    });
    TableRow {
        cells: [text(&table.title)].into_iter().chain(padded).chain(figures).collect(),
        total: row.total,
    }
}

/// Returns the name of a tab: number and subject, cut at a word, without what a tab may not hold.
fn tab(number: usize, subject: &str) -> String {
    let clean: String =
        subject.chars().map(|letter| if "[]:*?/\\'".contains(letter) { ' ' } else { letter }).collect();
    let mut name = number.to_string();
    for word in clean.split_whitespace() {
        if name.chars().count() + 1 + word.chars().count() > LONGEST {
            break;
        }
        name.push(' ');
        name.push_str(word);
    }
    name.trim_end_matches([',', '.', ';']).to_owned()
}
