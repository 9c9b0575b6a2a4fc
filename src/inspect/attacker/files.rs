//! Finds the tables of an edition's files: comma-separated text, workbooks, pages, papers and plain text.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use super::grid::Grid;
use crate::inspect::hypertext::cells_of_tables;
use crate::inspect::paper;

/// Most cells of a sheet that are read.
const MOST: usize = 1_000_000;

/// Reads the tables of a file.
type Reading = fn(&str, &[u8]) -> Vec<Grid>;

/// How the files of each medium are read, by the ends of their names: one line for each. A drawing has bars and no table.
const READINGS: &[(&str, Reading)] = &[
    ("csv", |name, bytes| comma_separated(name, bytes).into_iter().collect()),
    ("xlsx", workbook),
    ("html", |name, bytes| page(name, &String::from_utf8_lossy(bytes))),
    ("pdf", paper),
    ("txt", |name, bytes| plain(name, &String::from_utf8_lossy(bytes))),
    ("svg", |_, _| Vec::new()),
];

/// Returns how a file of that name is read, if it is.
fn reading(name: &str) -> Option<Reading> {
    let (_, extension) = name.rsplit_once('.')?;
    READINGS.iter().find(|(of, _)| *of == extension).map(|(_, reading)| *reading)
}

/// Returns whether a file of that name is read.
pub(super) fn reads(name: &str) -> bool {
    reading(name).is_some()
}

/// Returns the tables of a file; nothing for one that holds none.
pub(super) fn grids(name: &str, bytes: &[u8]) -> Vec<Grid> {
    reading(name).map_or_else(Vec::new, |reading| reading(name, bytes))
}

fn comma_separated(name: &str, bytes: &[u8]) -> Option<Grid> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let lines: Vec<Vec<String>> = reader
        .into_records()
        .map_while(Result::ok)
        .map(|record| record.iter().map(str::to_owned).collect())
        .collect();
    Grid::of(name.to_owned(), &lines)
}

/// Reads each table by its tags.
fn paper(name: &str, bytes: &[u8]) -> Vec<Grid> {
    let tables = paper::tables(bytes).into_iter().enumerate();
    tables.filter_map(|(at, rows)| Grid::of(format!("{name}, table {}", at + 1), &rows)).collect()
}

/// Reads each sheet: lines of one cell stand above a table; a first column `Table` says which of several a row is of.
fn workbook(name: &str, bytes: &[u8]) -> Vec<Grid> {
    let Ok(mut workbook) = Xlsx::new(Cursor::new(bytes)) else { return Vec::new() };
    let mut found = Vec::new();
    for sheet in workbook.sheet_names() {
        let Ok(range) = workbook.worksheet_range(&sheet) else { continue };
        if range.height().saturating_mul(range.width()) > MOST {
            continue;
        }
        let place = format!("{name}, sheet {sheet}");
        let lines: Vec<Vec<String>> = range
            .rows()
            .map(|row| row.iter().map(written).collect::<Vec<String>>())
            .skip_while(|row| row.iter().filter(|cell| !cell.is_empty()).count() < 2)
            .collect();
        let Some((head, body)) = lines.split_first() else { continue };
        if head.first().is_some_and(|first| first == "Table") {
            let mut start = 0;
            while let Some(title) = body.get(start).and_then(|row| row.first()) {
                let length = body.iter().skip(start).take_while(|row| row.first() == Some(title)).count();
                let own: Vec<Vec<String>> = std::iter::once(head)
                    .chain(body.iter().skip(start).take(length))
                    .map(|row| row.iter().skip(1).cloned().collect())
                    .collect();
                found.extend(Grid::of(format!("{place}, {title}"), &own));
                start += length.max(1);
            }
        } else {
            found.extend(Grid::of(place, &lines));
        }
    }
    found
}

fn written(cell: &Data) -> String {
    match cell {
        Data::Float(number) => number.to_string(),
        other => other.to_string(),
    }
}

/// Reads the tables of a page that have headings.
fn page(name: &str, html: &str) -> Vec<Grid> {
    let tables = cells_of_tables(html).into_iter().enumerate();
    let grids = tables.filter_map(|(at, (caption, lines))| {
        Grid::of(format!("{name}, table {}, {caption}", at + 1), &lines)
    });
    grids.collect()
}

/// Reads tables that are drawn with a line of dashes under their heads.
fn plain(name: &str, text: &str) -> Vec<Grid> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let spans = spans(line);
        if spans.len() < 2 {
            continue;
        }
        let cut = |line: &str| -> Vec<String> {
            let letters: Vec<char> = line.chars().collect();
            let part = |&(from, to): &(usize, usize)| {
                letters
                    .get(from.min(letters.len())..to.min(letters.len()))
                    .unwrap_or_default()
                    .iter()
                    .collect::<String>()
            };
            spans.iter().map(|span| part(span).trim().to_owned()).collect()
        };
        let above = lines.iter().take(at).rev().take_while(|line| !line.trim().is_empty()).count();
        let mut head = vec![String::new(); spans.len()];
        for line in lines.iter().take(at).skip(at - above) {
            for (whole, part) in head.iter_mut().zip(cut(line)) {
                format!("{whole} {part}").trim().clone_into(whole);
            }
        }
        let mut table = vec![head];
        for line in lines.iter().skip(at + 1).take_while(|line| !line.trim().is_empty()) {
            let cells = cut(line);
            let goes_on = cells.iter().skip(1).all(String::is_empty) && table.len() > 1;
            match table.last_mut().and_then(|row| row.first_mut()).filter(|_| goes_on) {
                Some(label) => *label = format!("{label} {}", cells.first().cloned().unwrap_or_default()),
                None => table.push(cells),
            }
        }
        found.extend(Grid::of(format!("{name}, line {}", at + 1), &table));
    }
    found
}

/// Returns from where to where each run of dashes of a line goes; nothing for a line that holds anything else.
fn spans(line: &str) -> Vec<(usize, usize)> {
    if !line.chars().all(|letter| letter == '-' || letter == ' ') {
        return Vec::new();
    }
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (at, _) in line.chars().enumerate().filter(|(_, letter)| *letter == '-') {
        match found.last_mut() {
            Some((_, to)) if *to == at => *to += 1,
            _ => found.push((at, at + 1)),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::reads;
    use crate::report::MEDIA;

    #[test]
    fn the_files_of_every_medium_are_read() {
        for medium in MEDIA {
            assert!(reads(&format!("a.{}", medium.extension())), "{}", medium.extension());
        }
    }
}
