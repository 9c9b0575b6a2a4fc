//! `extracts/outcomes/home_education/home_education_register.csv`: a register kept by hand since 2011.
//!
//! Planted for quarantine: one episode that ends before it starts, one reason that the list does not know.

use std::path::Path;

use super::super::DemoError;
use super::super::random::Stream;
use super::super::terms::{date, plus};
use super::super::town::{HomeEducation, Town};
use super::{Output, british, line};

/// The register while it is being written.
#[derive(Debug)]
pub(super) struct Register {
    file: Output,
    seed: u64,
}

const HEADER: [&str; 10] = [
    "Ref",
    "UPN",
    "Surname",
    "Forename",
    "DOB",
    "Start Date",
    "End Date",
    "Reason Given",
    "Previous Setting",
    "Reason Ended",
];

/// Reasons as officers have written them: those of the national list, and older ones.
const REASONS: [&str; 17] = [
    "Philosophical or preferential",
    "Lifestyle choice",
    "Religious reasons",
    "Physical health",
    "Mental health",
    "Did not get preferred school",
    "Dissatisfaction with school – SEND",
    "Dissatisfaction with school – general",
    "Risk of exclusion",
    "School suggestion",
    "Bullying",
    "Unknown",
    "Attendance/Prosecution",
    "Near Exclusion",
    "School Refuser",
    "Cultural",
    "Not known",
];
const SETTINGS: [&str; 4] = ["LA maintained school", "Academy", "Academy", "Special school"];

impl Register {
    pub(super) fn create(dir: &Path, seed: u64) -> Result<Self, DemoError> {
        let path = dir.join("extracts/outcomes/home_education/home_education_register.csv");
        let mut file = Output::create(path)?;
        file.windows_1252(&line(&HEADER))?;
        Ok(Self { file, seed })
    }

    /// Writes one district in the order of the first days.
    pub(super) fn tell(&mut self, town: &Town) -> Result<(), DemoError> {
        let mut chance = Stream::new(self.seed, "home_education_register", town.district);
        let mut episodes: Vec<&HomeEducation> = town.home_education.iter().collect();
        episodes.sort_by_key(|episode| (episode.started_on, episode.pupil));
        for (number, episode) in (town.district * 100_000 + 1..).zip(&episodes) {
            let row = row(town, &mut chance, episode, number);
            self.file.windows_1252(&line(&row.each_ref().map(String::as_str)))?;
        }
        let ended = episodes.iter().find(|episode| episode.ended.is_some());
        if let Some(episode) = ended.filter(|_| town.district == 0) {
            let mut early = row(town, &mut chance, episode, 99_001);
            early[6] = british(plus(episode.started_on, -30));
            self.file.windows_1252(&line(&early.each_ref().map(String::as_str)))?;
            let mut unknown = row(town, &mut chance, episode, 99_002);
            "ask Pat".clone_into(&mut unknown[7]);
            self.file.windows_1252(&line(&unknown.each_ref().map(String::as_str)))?;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(), DemoError> {
        self.file.finish()
    }
}

fn row(town: &Town, chance: &mut Stream, episode: &HomeEducation, number: u32) -> [String; 10] {
    let pupil = town.pupil(episode.pupil);
    let end = match episode.ended {
        Some((day, _)) => british(day),
        // The old register filled open ends in; the new one leaves them blank.
        None if episode.started_on < date(2022, 9, 1) => "31/12/9999".to_owned(),
        None => String::new(),
    };
    // The older wordings went out of use with the national list.
    let old = episode.started_on < date(2022, 9, 1);
    let reason = if old { episode.reason } else { episode.reason % 12 };
    let setting = if episode.from_school { chance.pick(&SETTINGS) } else { "None - never in school" };
    let dated = if chance.chance(60) { "%d-%b-%Y" } else { "%d/%m/%Y" };
    [
        format!("EHE{number:06}"),
        pupil.upn.clone(),
        pupil.name.surname(),
        pupil.name.forename(),
        british(pupil.born_on),
        episode.started_on.format(dated).to_string(),
        end,
        REASONS[reason % REASONS.len()].to_owned(),
        setting.to_owned(),
        episode.ended.map(|(_, reason)| reason.to_owned()).unwrap_or_default(),
    ]
}
