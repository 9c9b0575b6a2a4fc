//! What happens to whole files on their way: sent again, cut, exported by another program, opened and saved by a person.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What may happen to delimited files.
const OF_TEXT: [&str; 17] = [
    "drop a file",
    "drop a stretch of rows",
    "swap two files",
    "swap two stretches of rows",
    "copy under another name",
    "copy under another name with a correction",
    "double every row",
    "rename",
    "rename with a correction",
    "send again with a correction",
    "cut",
    "turn the columns round",
    "swap two headers",
    "decimal commas",
    "UTF-16",
    "semicolons",
    "a total at the end",
];
/// What may happen to workbooks.
const OF_WORKBOOKS: [&str; 4] = ["cut", "drop a row of a sheet", "swap two texts", "rename"];
/// What may happen to databases.
const OF_DATABASES: [&str; 5] =
    ["cut", "drop a stretch of rows", "double every row", "rename a column", "swap two columns"];

pub(super) struct Chance(ChaCha8Rng);

impl Chance {
    pub(super) fn of(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.0.next_u64() % bound.max(1) as u64).unwrap()
    }

    fn two_of(&mut self, bound: usize) -> (usize, usize) {
        let one = self.below(bound);
        (one, (one + 1 + self.below(bound - 1)) % bound)
    }
}

/// Does one thing to one file of `files`, which are those of one source; returns it in words.
pub(super) fn mutate(files: &[PathBuf], chance: &mut Chance) -> String {
    let file = &files[chance.below(files.len())];
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    let kind = match file.extension().unwrap().to_str().unwrap() {
        "csv" => {
            let kind = OF_TEXT[chance.below(OF_TEXT.len())];
            text(kind, file, files, chance);
            kind
        }
        "xlsx" => {
            let kind = OF_WORKBOOKS[chance.below(OF_WORKBOOKS.len())];
            workbook(kind, file, chance);
            kind
        }
        _ => {
            let kind = OF_DATABASES[chance.below(OF_DATABASES.len())];
            database(kind, file, chance);
            kind
        }
    };
    format!("{kind}: {name}")
}

/// A delimited file as rows of cells, and the row that names the columns.
struct Table {
    rows: Vec<Vec<Vec<u8>>>,
    header: usize,
}

impl Table {
    fn read(file: &Path) -> Self {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(file).unwrap();
        let rows: Vec<Vec<Vec<u8>>> =
            reader.byte_records().map(|row| row.unwrap().iter().map(<[u8]>::to_vec).collect()).collect();
        let width = rows.iter().map(Vec::len).max().unwrap();
        let is_header = |row: &Vec<Vec<u8>>| {
            row.len() == width
                && row.iter().filter(|cell| !cell.is_empty()).count() + 1 >= width
                && !row.contains(&b"sort".to_vec())
        };
        let named = rows.iter().position(|row| row.contains(&b"Supplier ID".to_vec()));
        Self { header: named.or_else(|| rows.iter().position(is_header)).unwrap(), rows }
    }

    fn write(&self, file: &Path, delimiter: u8) {
        let mut writer =
            csv::WriterBuilder::new().flexible(true).delimiter(delimiter).from_path(file).unwrap();
        for row in &self.rows {
            writer.write_record(row).unwrap();
        }
        writer.flush().unwrap();
    }

    fn first(&self) -> usize {
        self.header + 1
    }

    /// Returns a twelfth of the rows, as a month is of a year; at least one.
    fn stretch(&self, chance: &mut Chance) -> std::ops::Range<usize> {
        let rows = self.rows.len() - self.first();
        let length = (rows / 12).max(1).min(rows);
        let from = self.first() + chance.below(rows + 1 - length);
        from..from + length
    }

    /// Changes one digit of one cell, where a cell has one.
    fn correct(&mut self, chance: &mut Chance) {
        for _ in 0..100 {
            let at = self.first() + chance.below(self.rows.len() - self.first());
            let row = &mut self.rows[at];
            let cell = chance.below(row.len());
            if let Some(digit) = row[cell].iter_mut().rev().find(|byte| byte.is_ascii_digit()) {
                *digit = if *digit == b'9' { b'1' } else { *digit + 1 };
                return;
            }
        }
    }

    /// Adds a row with the sum of each column of pounds, as exports end.
    fn total(&mut self) {
        let width = self.rows[self.header].len();
        let mut total = vec![Vec::new(); width];
        total[0] = b"Total".to_vec();
        for (column, total) in total.iter_mut().enumerate().skip(1) {
            let cells = self.rows[self.first()..].iter().filter_map(|row| row.get(column));
            let pence = cells.filter(|cell| Self::is_number(cell)).filter_map(|cell| {
                let (pounds, pence) = std::str::from_utf8(cell).unwrap().split_once('.')?;
                (pence.len() == 2).then(|| format!("{pounds}{pence}").parse::<i64>().ok())?
            });
            let sum: i64 = pence.sum();
            if sum > 0 {
                *total = format!("{}.{:02}", sum / 100, sum % 100).into_bytes();
            }
        }
        self.rows.push(total);
    }

    fn is_number(cell: &[u8]) -> bool {
        let digits = cell.strip_prefix(b"-").unwrap_or(cell);
        digits.contains(&b'.') && digits.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
    }
}

fn text(kind: &str, file: &Path, files: &[PathBuf], chance: &mut Chance) {
    let mut table = Table::read(file);
    let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
    let beside = file.with_file_name(format!("{stem} (1).csv"));
    match kind {
        "drop a file" => return fs::remove_file(file).unwrap(),
        "drop a stretch of rows" => drop(table.rows.drain(table.stretch(chance))),
        "swap two files" => {
            let Some(other) = files.iter().find(|other| *other != file) else { return };
            let (one, two) = (fs::read(file).unwrap(), fs::read(other).unwrap());
            fs::write(file, two).unwrap();
            return fs::write(other, one).unwrap();
        }
        "swap two stretches of rows" => {
            let stretch = table.stretch(chance);
            let moved: Vec<_> = table.rows.drain(stretch).collect();
            let at = table.first() + chance.below(table.rows.len() - table.first() + 1);
            table.rows.splice(at..at, moved);
        }
        "copy under another name" => {
            fs::copy(file, beside).unwrap();
            return;
        }
        "copy under another name with a correction" => {
            table.correct(chance);
            return table.write(&beside, b',');
        }
        "double every row" => {
            let again = table.rows[table.first()..].to_vec();
            table.rows.extend(again);
        }
        "rename" => return fs::rename(file, beside).unwrap(),
        "rename with a correction" => {
            table.correct(chance);
            fs::remove_file(file).unwrap();
            return table.write(&beside, b',');
        }
        "send again with a correction" => table.correct(chance),
        "cut" => return cut(file, chance),
        "turn the columns round" => {
            for row in &mut table.rows {
                row.reverse();
            }
        }
        "swap two headers" => {
            let header = table.header;
            let (one, two) = chance.two_of(table.rows[header].len());
            table.rows[header].swap(one, two);
        }
        "decimal commas" => {
            let first = table.first();
            for cell in table.rows[first..].iter_mut().flatten().filter(|cell| Table::is_number(cell)) {
                cell.iter_mut().filter(|byte| **byte == b'.').for_each(|byte| *byte = b',');
            }
        }
        "UTF-16" => {
            let words: String = fs::read(file).unwrap().iter().map(|byte| char::from(*byte)).collect();
            let words = words.trim_start_matches("\u{ef}\u{bb}\u{bf}");
            let bytes: Vec<u8> =
                "\u{feff}".encode_utf16().chain(words.encode_utf16()).flat_map(u16::to_le_bytes).collect();
            return fs::write(file, bytes).unwrap();
        }
        "semicolons" => return table.write(file, b';'),
        "a total at the end" => table.total(),
        other => panic!("no mutation `{other}`"),
    }
    table.write(file, b',');
}

fn cut(file: &Path, chance: &mut Chance) {
    let bytes = fs::read(file).unwrap();
    fs::write(file, &bytes[..chance.below(bytes.len())]).unwrap();
}

fn workbook(kind: &str, file: &Path, chance: &mut Chance) {
    match kind {
        "cut" => return cut(file, chance),
        "rename" => return fs::rename(file, file.with_file_name("another.xlsx")).unwrap(),
        _ => {}
    }
    let mut archive = zip::ZipArchive::new(fs::File::open(file).unwrap()).unwrap();
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        parts.push((part.name().unwrap().into_owned(), bytes));
    }
    let wanted = |name: &str| match kind {
        "swap two texts" => name.ends_with("sharedStrings.xml"),
        _ => name.contains("worksheets/sheet"),
    };
    let (begin, end) = if kind == "swap two texts" { ("<si>", "</si>") } else { ("<row ", "</row>") };
    let sheets: Vec<usize> =
        parts.iter().enumerate().filter(|(_, (name, _))| wanted(name)).map(|(at, _)| at).collect();
    let part = &mut parts[sheets[chance.below(sheets.len())]].1;
    let text = String::from_utf8(part.clone()).unwrap();
    let spans: Vec<std::ops::Range<usize>> = text
        .match_indices(begin)
        .filter_map(|(from, _)| Some(from..from + text[from..].find(end)? + end.len()))
        .collect();
    let mut changed = String::new();
    if kind == "swap two texts" {
        let (one, two) = chance.two_of(spans.len());
        let (one, two) = (spans[one.min(two)].clone(), spans[one.max(two)].clone());
        for piece in [0..one.start, two.clone(), one.end..two.start, one, two.end..text.len()] {
            changed.push_str(&text[piece]);
        }
    } else {
        let row = spans[chance.below(spans.len())].clone();
        changed.push_str(&text[..row.start]);
        changed.push_str(&text[row.end..]);
    }
    *part = changed.into_bytes();
    let mut writer = zip::ZipWriter::new(fs::File::create(file).unwrap());
    for (name, bytes) in parts {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(&bytes).unwrap();
    }
    writer.finish().unwrap();
}

fn database(kind: &str, file: &Path, chance: &mut Chance) {
    if kind == "cut" {
        return cut(file, chance);
    }
    let database = rusqlite::Connection::open(file).unwrap();
    let names = |sql: &str| -> Vec<String> {
        let mut query = database.prepare(sql).unwrap();
        query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let tables = names("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
    let table = &tables[chance.below(tables.len())];
    let columns = names(&format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid"));
    // A key that numbers the rows takes numbers only.
    let keys = names(&format!("SELECT name FROM pragma_table_info('{table}') WHERE pk > 0"));
    let rest: Vec<&str> = columns.iter().filter(|name| !keys.contains(name)).map(String::as_str).collect();
    let (one, two) = chance.two_of(rest.len());
    let (one, two) = (rest[one], rest[two]);
    let part = chance.below(12);
    let sql = match kind {
        "drop a stretch of rows" => format!("DELETE FROM {table} WHERE rowid % 12 = {part}"),
        "double every row" => {
            // A number of its own for each copy, where the table numbers its rows.
            format!("INSERT INTO {table} ({0}) SELECT {0} FROM {table}", rest.join(", "))
        }
        "rename a column" => format!("ALTER TABLE {table} RENAME COLUMN {one} TO {one}_old"),
        _ => format!("UPDATE OR IGNORE {table} SET {one} = {two}, {two} = {one}"),
    };
    database.execute_batch(&sql).unwrap();
}
