//! `extracts/outcomes/exclusions/exclusions_2013_14.csv` and on: the local log, one file a year, written
//! by an old Windows program, with names, dates of birth and free text that no contract lets in.
//!
//! Planted for quarantine, all suspensions: three wrong check letters (2015/16, 2021/22, 2024/25), two
//! reasons that the list does not know (2018/19, 2023/24), one row without a URN (2022/23).

use std::collections::BTreeMap;
use std::path::Path;

use super::output::Output;
use super::text::{british, line};
use crate::demo::error::DemoError;
use crate::demo::levels::{FIRST_YEAR, THIS_YEAR};
use crate::demo::random::Stream;
use crate::demo::town::district::Town;
use crate::demo::town::exclusion::Exclusion;
use crate::demo::town::pupil::Sen;
use crate::demo::upn::with_wrong_letter;

/// The yearly logs while they are being written.
#[derive(Debug)]
pub(super) struct Logs {
    files: BTreeMap<i32, Output>,
    seed: u64,
}

const HEADER: [&str; 20] = [
    "Exclusion Ref",
    "UPN",
    "Surname",
    "Forename",
    "DOB",
    "Gender",
    "School",
    "URN",
    "Phase",
    "Type",
    "Start Date",
    "Sessions",
    "Reason 1",
    "Reason 2",
    "Reason 3",
    "Outcome",
    "NC Year",
    "SEN",
    "In Census",
    "Notes",
];

/// What teachers wrote, with the pound signs, dashes and curly quotes that need the right encoding.
const NOTES: [&str; 8] = [
    "",
    "",
    "Parents informed – letter sent",
    "Repair cost £85 – invoice to follow",
    "Pupil said “it wasn’t me”",
    "See behaviour log; meeting on return",
    "Governors’ panel notified, clerk’s ref to follow",
    "Work set online – £0 cost",
];

impl Logs {
    pub(super) fn create(dir: &Path, seed: u64) -> Result<Self, DemoError> {
        let mut files = BTreeMap::new();
        for year in FIRST_YEAR..THIS_YEAR {
            let name = format!("exclusions_{year}_{:02}.csv", (year + 1).rem_euclid(100));
            let mut file = Output::create(dir.join("extracts/outcomes/exclusions").join(name))?;
            file.windows_1252(&line(&HEADER))?;
            files.insert(year, file);
        }
        Ok(Self { files, seed })
    }

    /// Writes one district, each year in the order of the days.
    pub(super) fn write(&mut self, town: &Town) -> Result<(), DemoError> {
        let mut chance = Stream::new(self.seed, "exclusion_log", town.district);
        for (event, reference) in numbered(town) {
            let Some(file) = self.files.get_mut(&event.academic_year) else { continue };
            file.windows_1252(&line(
                &row(town, &mut chance, event, &reference).each_ref().map(String::as_str),
            ))?;
        }
        if town.district == 0 {
            self.plant(town, &mut chance)?;
        }
        Ok(())
    }

    fn plant(&mut self, town: &Town, chance: &mut Stream) -> Result<(), DemoError> {
        let plant = [
            (2015, Fault::CheckLetter),
            (2018, Fault::Reason),
            (2021, Fault::CheckLetter),
            (2022, Fault::Urn),
            (2023, Fault::Reason),
            (2024, Fault::CheckLetter),
        ];
        for (year, fault) in plant {
            let mut suspensions = town.exclusions.iter().filter(|event| event.academic_year == year);
            let Some(event) = suspensions.find(|event| !event.permanent) else { continue };
            let Some(file) = self.files.get_mut(&year) else { continue };
            let mut fields = row(town, chance, event, &format!("{}/99001", year + 1));
            match fault {
                Fault::CheckLetter => fields[1] = with_wrong_letter(&town.pupil(event.pupil).upn),
                Fault::Reason => "Misc - see file".clone_into(&mut fields[12]),
                Fault::Urn => fields[7] = String::new(),
            }
            file.windows_1252(&line(&fields.each_ref().map(String::as_str)))?;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(), DemoError> {
        self.files.into_values().try_for_each(Output::finish)
    }
}

/// Returns the exclusions of a district in the order of the log, each with the log's number of it.
pub(super) fn numbered(town: &Town) -> Vec<(&Exclusion, String)> {
    let mut events: Vec<&Exclusion> = town
        .exclusions
        .iter()
        .filter(|event| (FIRST_YEAR..THIS_YEAR).contains(&event.academic_year))
        .collect();
    events.sort_by_key(|event| (event.started_on, event.pupil, event.permanent));
    let mut written: BTreeMap<i32, u32> = BTreeMap::new();
    let number = |event: &Exclusion| {
        let number = written.entry(event.academic_year).or_default();
        *number += 1;
        format!("{}/{:05}", event.academic_year + 1, town.district * 10_000 + *number)
    };
    let numbers: Vec<String> = events.iter().copied().map(number).collect();
    events.into_iter().zip(numbers).collect()
}

/// What is wrong with a planted row.
#[derive(Debug, Clone, Copy)]
enum Fault {
    CheckLetter,
    Reason,
    Urn,
}

fn row(town: &Town, chance: &mut Stream, event: &Exclusion, reference: &str) -> [String; 20] {
    let pupil = town.pupil(event.pupil);
    let school = town.school(event.school);
    let kind = match (event.permanent, event.academic_year) {
        (true, _) => "Permanent",
        (false, ..2020) => "Fixed Period",
        (false, _) => "Suspension",
    };
    let sen = match town.sen_on(event.pupil, event.started_on) {
        // Statements were there until 2018.
        Sen::Plan if event.academic_year < 2017 && chance.chance(500) => "S",
        sen => sen.code(),
    };
    let mut reasons = event.reasons.iter().map(|code| wording(code, chance.chance(250)).to_owned());
    let mut reason = || reasons.next().unwrap_or_default();
    let reasons = [reason(), reason(), reason()];
    let [first, second, third] = reasons;
    let space = if chance.chance(15) { " " } else { "" };
    [
        reference.to_owned(),
        format!("{}{space}", pupil.upn),
        pupil.name.surname(),
        pupil.name.forename(),
        british(pupil.born_on),
        if pupil.female { "F" } else { "M" }.to_owned(),
        school.name.clone(),
        school.urn.to_string(),
        school.phase.code().to_uppercase(),
        kind.to_owned(),
        british(event.started_on),
        if event.permanent { String::new() } else { event.sessions.to_string() },
        first,
        second,
        third,
        outcome(event.outcome).to_owned(),
        pupil.nc_year(event.academic_year).to_string(),
        sen.to_owned(),
        event.in_census.map_or("", |returned| if returned { "Y" } else { "N" }).to_owned(),
        (*chance.pick(&NOTES)).to_owned(),
    ]
}

/// Returns the local wording of a reason, in one of two forms.
fn wording(code: &str, short: bool) -> &'static str {
    match (code, short) {
        ("DB", false) => "Persistent disruptive behaviour",
        ("DB", true) => "PDB",
        ("PP", false) => "Physical assault against a pupil",
        ("PP", true) => "Assault – pupil",
        ("PA", false) => "Physical assault against an adult",
        ("PA", true) => "Assault – adult",
        ("VP", _) => "Verbal abuse/threat pupil",
        ("VA", false) => "Verbal abuse/threatening behaviour against an adult",
        ("VA", true) => "Verbal abuse – adult",
        ("BU", _) => "Bullying",
        ("RA", _) => "Racist abuse",
        ("SM", _) => "Sexual misconduct",
        ("DA", false) => "Drug and alcohol related",
        ("DA", true) => "Drugs",
        ("DM", _) => "Damage",
        ("TH", _) => "Theft",
        ("LG", _) => "Abuse against sexual orientation and gender identity",
        ("DS", _) => "Abuse relating to disability",
        ("OW", false) => "Use or threat of use of an offensive weapon or prohibited item",
        ("OW", true) => "Weapon",
        ("MT", _) => "Inappropriate use of social media or online technology",
        ("PH", _) => "Wilful transgression of public health measures",
        (_, false) => "Other",
        (_, true) => "OTHER - see notes",
    }
}

fn outcome(code: &str) -> &'static str {
    match code {
        "GOVERNORS_REINSTATED" => "Reinstated by governors",
        "RESCINDED_BY_HEAD" => "Withdrawn by headteacher",
        "IRP_RECONSIDER" => "IRP: reconsider",
        "IRP_QUASHED" => "IRP: quashed",
        "PENDING" => "Pending",
        _ => "Upheld",
    }
}
