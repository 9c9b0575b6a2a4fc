//! What the council's systems send: the town as files, with the dirt that such files have.
//!
//! Each file's writer knows how its system exports and nothing of the others. Every row that a contract
//! ought to set aside is planted on purpose, of a kind that is listed where it is planted.

mod absence;
mod aliases;
mod areas;
mod casework;
mod contracts;
mod exclusions;
mod fair_access;
mod home_education;
mod invoices;
mod ledger;
mod orders;
mod payments;
mod project;
mod published;
mod registers;
mod spend;
mod workbook;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate};

use super::town::Town;
use super::{DemoError, Summary};
use crate::text::grouped;

/// All files of a demo while they are being written.
#[derive(Debug)]
pub(super) struct Extracts {
    dir: PathBuf,
    seed: u64,
    first_year: i32,
    casework: casework::Casework,
    exclusions: exclusions::Logs,
    home_education: home_education::Register,
    registers: registers::Registers,
    fair_access: fair_access::Panel,
    absence: absence::Returns,
    areas: areas::Tables,
    published: published::Published,
    payments: payments::Exports,
    invoices: invoices::Exports,
    orders: orders::Exports,
    contracts: contracts::Registers,
    workbook: workbook::Workbook,
}

impl Extracts {
    pub(super) fn create(dir: &Path, seed: u64, first_year: i32) -> Result<Self, DemoError> {
        project::write(dir, seed)?;
        Ok(Self {
            dir: dir.to_owned(),
            seed,
            first_year,
            casework: casework::Casework::create(dir, seed)?,
            exclusions: exclusions::Logs::create(dir, seed)?,
            home_education: home_education::Register::create(dir, seed)?,
            registers: registers::Registers::create(dir, seed)?,
            fair_access: fair_access::Panel::create(dir, seed)?,
            absence: absence::Returns::create(dir, seed),
            areas: areas::Tables::create(dir, seed)?,
            published: published::Published::new(seed),
            payments: payments::Exports::create(dir, seed, first_year)?,
            invoices: invoices::Exports::create(dir, seed, first_year)?,
            orders: orders::Exports::create(dir, seed, first_year)?,
            contracts: contracts::Registers::create(dir, seed, first_year)?,
            workbook: workbook::Workbook::default(),
        })
    }

    /// Writes one district into all files.
    pub(super) fn tell(&mut self, town: &Town) -> Result<(), DemoError> {
        self.casework.tell(town)?;
        self.exclusions.tell(town)?;
        self.home_education.tell(town)?;
        self.registers.tell(town)?;
        self.fair_access.tell(town)?;
        self.absence.tell(town)?;
        self.areas.tell(town)?;
        self.published.tell(town);
        let spend = spend::spend(town, self.seed, self.first_year);
        self.invoices.tell(&spend)?;
        self.payments.tell(town, &spend, self.seed)?;
        self.orders.tell(town)?;
        self.contracts.tell(town)?;
        self.workbook.tell(town, &spend);
        Ok(())
    }

    /// Completes all files.
    pub(super) fn finish(self, summary: &mut Summary) -> Result<(), DemoError> {
        self.casework.finish()?;
        self.exclusions.finish()?;
        self.home_education.finish()?;
        self.registers.finish()?;
        self.fair_access.finish()?;
        self.absence.finish()?;
        self.areas.finish()?;
        self.published.finish(&self.dir)?;
        self.invoices.finish()?;
        self.orders.finish()?;
        self.contracts.finish()?;
        summary.ledger_lines = self.payments.finish()?;
        self.workbook.finish(&self.dir, self.first_year)?;
        list(&self.dir, Path::new(""), &mut summary.files)
    }
}

/// All files below `dir`, in order.
fn list(dir: &Path, below: &Path, files: &mut Vec<PathBuf>) -> Result<(), DemoError> {
    let folder = dir.join(below);
    let failed = |source| DemoError::Write { path: folder.clone(), source };
    let mut entries = Vec::new();
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        entries.push((entry.file_name(), entry.file_type().map_err(failed)?.is_dir()));
    }
    entries.sort();
    for (name, is_folder) in entries {
        let path = below.join(name);
        if is_folder {
            list(dir, &path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// A file being written, which says its path when it cannot be.
#[derive(Debug)]
struct Output {
    path: PathBuf,
    file: BufWriter<File>,
}

impl Output {
    /// Creates the file and the folders above it.
    fn create(path: PathBuf) -> Result<Self, DemoError> {
        let folder = path.parent().unwrap_or(Path::new("."));
        let file = fs::create_dir_all(folder).and_then(|()| File::create(&path));
        match file {
            Ok(file) => Ok(Self { path, file: BufWriter::new(file) }),
            Err(source) => Err(DemoError::Write { path, source }),
        }
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<(), DemoError> {
        self.file.write_all(bytes).map_err(|source| DemoError::Write { path: self.path.clone(), source })
    }

    fn text(&mut self, text: &str) -> Result<(), DemoError> {
        self.bytes(text.as_bytes())
    }

    /// Text in the encoding of old Windows programs.
    fn windows_1252(&mut self, text: &str) -> Result<(), DemoError> {
        self.bytes(&encoding_rs::WINDOWS_1252.encode(text).0)
    }

    fn finish(mut self) -> Result<(), DemoError> {
        self.file.flush().map_err(|source| DemoError::Write { path: self.path, source })
    }
}

/// Fields as a line of delimited text, quoted where they must be.
fn line(fields: &[&str]) -> String {
    let mut line = String::with_capacity(160);
    for (place, field) in fields.iter().enumerate() {
        if place > 0 {
            line.push(',');
        }
        let bytes = field.as_bytes();
        if [b',', b'"', b'\n', b'\t'].iter().any(|special| bytes.contains(special)) {
            line.push('"');
            line.push_str(&field.replace('"', "\"\""));
            line.push('"');
        } else {
            line.push_str(field);
        }
    }
    line.push_str("\r\n");
    line
}

/// `2024-12-31`. Hundreds of thousands are written: by hand it takes a fifth of the time.
fn iso(day: NaiveDate) -> String {
    let mut text = String::with_capacity(10);
    digits(&mut text, day.year().unsigned_abs(), 1000);
    text.push('-');
    digits(&mut text, day.month(), 10);
    text.push('-');
    digits(&mut text, day.day(), 10);
    text
}

/// `31/12/2024`, as the British write it.
fn british(day: NaiveDate) -> String {
    let mut text = String::with_capacity(10);
    digits(&mut text, day.day(), 10);
    text.push('/');
    digits(&mut text, day.month(), 10);
    text.push('/');
    digits(&mut text, day.year().unsigned_abs(), 1000);
    text
}

/// The digits of `number` from that of `unit` down.
fn digits(text: &mut String, number: u32, unit: u32) {
    let mut unit = unit;
    while unit > 0 {
        text.push(char::from_digit(number / unit % 10, 10).unwrap_or('0'));
        unit /= 10;
    }
}

/// Pence as pounds with two decimals and no grouping: `-1234.50`.
fn pounds(pence: i64) -> String {
    let sign = if pence < 0 { "-" } else { "" };
    let pence = pence.unsigned_abs();
    format!("{sign}{}.{:02}", pence / 100, pence % 100)
}

/// Pence as pounds with grouping: `-1,234.50`.
fn grouped_pounds(pence: i64) -> String {
    let sign = if pence < 0 { "-" } else { "" };
    let whole = grouped(&(pence.unsigned_abs() / 100).to_string());
    format!("{sign}{whole}.{:02}", pence.unsigned_abs() % 100)
}
