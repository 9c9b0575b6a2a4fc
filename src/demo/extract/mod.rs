//! What the council's systems send: the town as files, with the dirt that such files have.
//!
//! Each file's writer knows how its system exports and nothing of the others. Every row that a contract
//! ought to set aside is planted on purpose, of a kind that is listed where it is planted.

mod absence;
mod areas;
mod casework;
mod codes;
mod contracts;
mod exclusions;
mod fair_access;
mod geography;
mod home_education;
mod invoices;
mod journals;
mod key_stage_4;
mod ledger;
mod orders;
mod output;
mod payments;
mod planted;
mod price;
mod project;
mod published;
mod pupil_attendance;
mod recoupment;
mod registers;
mod spend;
mod supplier;
mod text;
mod workbook;

use std::fs;
use std::path::{Path, PathBuf};

use super::error::DemoError;
use super::summary::Summary;
use super::town::district::Town;

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
    key_stage_4: key_stage_4::Returns,
    pupil_attendance: pupil_attendance::Returns,
    areas: areas::Tables,
    maps: geography::Maps,
    published: published::Published,
    payments: payments::Exports,
    invoices: invoices::Exports,
    orders: orders::Exports,
    journals: journals::Exports,
    claims: recoupment::Claims,
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
            key_stage_4: key_stage_4::Returns::create(dir, seed)?,
            pupil_attendance: pupil_attendance::Returns::create(dir, seed)?,
            areas: areas::Tables::create(dir, seed)?,
            maps: geography::Maps::create(dir)?,
            published: published::Published::new(seed),
            payments: payments::Exports::create(dir, seed, first_year)?,
            invoices: invoices::Exports::create(dir, seed, first_year)?,
            orders: orders::Exports::create(dir, seed, first_year)?,
            journals: journals::Exports::create(dir, first_year)?,
            claims: recoupment::Claims::create(dir)?,
            contracts: contracts::Registers::create(dir, seed, first_year)?,
            workbook: workbook::Workbook::default(),
        })
    }

    /// Writes one district into all files.
    pub(super) fn write(&mut self, town: &Town) -> Result<(), DemoError> {
        self.casework.write(town)?;
        self.exclusions.write(town)?;
        self.home_education.write(town)?;
        self.registers.write(town)?;
        self.fair_access.write(town)?;
        self.absence.write(town)?;
        self.key_stage_4.write(town)?;
        self.pupil_attendance.write(town)?;
        self.areas.write(town)?;
        self.maps.write(town)?;
        self.published.add(town);
        let spend = spend::biller::spend(town, self.seed, self.first_year);
        self.invoices.write(&spend)?;
        self.payments.write(town, &spend, self.seed)?;
        self.orders.write(town)?;
        let journals = journals::booked(town, &spend, self.seed, self.first_year);
        self.journals.write(town, &journals)?;
        self.claims.write(town)?;
        self.contracts.write(town)?;
        self.workbook.add(town, &spend, &journals);
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
        self.key_stage_4.finish()?;
        self.pupil_attendance.finish()?;
        self.areas.finish()?;
        self.maps.finish()?;
        self.published.finish(&self.dir)?;
        self.invoices.finish()?;
        self.orders.finish()?;
        self.journals.finish()?;
        self.claims.finish()?;
        self.contracts.finish()?;
        summary.ledger_lines = self.payments.finish()?;
        self.workbook.finish(&self.dir, self.first_year)?;
        list(&self.dir, Path::new(""), &mut summary.files)
    }
}

/// Lists all files below `dir`, in order.
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
