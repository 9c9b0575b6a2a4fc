//! `extracts/outcomes/missing_education/children_missing_education.csv` and
//! `extracts/outcomes/managed_moves/managed_moves.csv`: two registers that people fill in by hand and save as
//! text, with a title above the header and a count below the rows.
//!
//! Planted for quarantine, in the first district only and where there are 120 rows or more: one episode that
//! ends before it starts, one managed move with an unknown outcome.

use std::path::Path;

use chrono::NaiveDate;

use super::output::Output;
use super::planted::{REGISTER_ROWS, plants};
use super::text::{british, line};
use crate::demo::error::DemoError;
use crate::demo::random::Stream;
use crate::demo::terms::plus;
use crate::demo::town::district::Town;
use crate::demo::town::managed_move::ManagedMove;
use crate::demo::town::missing::Missing;

/// The registers while they are being written.
#[derive(Debug)]
pub(super) struct Registers {
    missing: Output,
    moves: Output,
    counted: (usize, usize),
    seed: u64,
}

const MISSING: [&str; 10] = [
    "CME Ref",
    "UPN",
    "Surname",
    "Forename",
    "DOB",
    "Date Referred",
    "Date Closed",
    "Reason",
    "Last Setting",
    "Outcome",
];
const MOVES: [&str; 10] = [
    "Move Ref",
    "UPN",
    "Year",
    "Home School URN",
    "Receiving School URN",
    "Trial Start",
    "Trial Review",
    "Date Closed",
    "Outcome",
    "Reason For Move",
];

impl Registers {
    pub(super) fn create(dir: &Path, seed: u64) -> Result<Self, DemoError> {
        let outcomes = dir.join("extracts/outcomes");
        let mut missing = Output::create(outcomes.join("missing_education/children_missing_education.csv"))?;
        missing.windows_1252(&line(&["Children missing education – working register", "", ""]))?;
        missing.windows_1252(&line(&["Do not circulate", "", ""]))?;
        missing.windows_1252(&line(&MISSING))?;
        let mut moves = Output::create(outcomes.join("managed_moves/managed_moves.csv"))?;
        moves.windows_1252(&line(&["Managed moves agreed at panel", "", ""]))?;
        moves.windows_1252(&line(&MOVES))?;
        Ok(Self { missing, moves, counted: (0, 0), seed })
    }

    /// Writes one district in the order of the first days.
    pub(super) fn write(&mut self, town: &Town) -> Result<(), DemoError> {
        let mut chance = Stream::new(self.seed, "registers", town.district);
        for (number, episode) in (town.district * 100_000 + 1..).zip(&town.missing) {
            self.write_missing(town, &mut chance, episode, number, None)?;
        }
        let mut ended = town.missing.iter().filter(|episode| episode.ended.is_some());
        if let Some(episode) =
            ended.nth(3).filter(|_| plants(town.district, town.missing.len(), REGISTER_ROWS))
        {
            let early = plus(episode.started_on, -20);
            self.write_missing(town, &mut chance, episode, 99_001, Some(early))?;
        }
        let mut moves: Vec<&ManagedMove> = town.managed_moves.iter().collect();
        moves.sort_by_key(|managed| (managed.started_on, managed.pupil));
        for (number, managed) in (town.district * 100_000 + 1..).zip(&moves) {
            self.write_move(town, &mut chance, managed, number, None)?;
        }
        if let Some(managed) = moves.get(5).filter(|_| plants(town.district, moves.len(), REGISTER_ROWS)) {
            self.write_move(town, &mut chance, managed, 99_001, Some("ongoing?"))?;
        }
        Ok(())
    }

    fn write_missing(
        &mut self,
        town: &Town,
        chance: &mut Stream,
        episode: &Missing,
        number: u32,
        closed: Option<NaiveDate>,
    ) -> Result<(), DemoError> {
        let pupil = town.pupil(episode.pupil);
        let closed = closed.or(episode.ended.map(|(day, _)| day));
        let space = if chance.chance(30) { " " } else { "" };
        self.counted.0 += 1;
        self.missing.windows_1252(&line(&[
            &format!("CME{number:06}"),
            &format!("{}{space}", pupil.upn),
            &pupil.name.surname(),
            &pupil.name.forename(),
            &british(pupil.born_on),
            &british(episode.started_on),
            &closed.map(british).unwrap_or_default(),
            reason(episode.reason, chance.chance(300)),
            setting(episode.prior_setting),
            episode.ended.map_or("", |(_, outcome)| found(outcome)),
        ]))
    }

    fn write_move(
        &mut self,
        town: &Town,
        chance: &mut Stream,
        managed: &ManagedMove,
        number: u32,
        outcome: Option<&str>,
    ) -> Result<(), DemoError> {
        let dated = if chance.chance(120) { "%d-%b-%Y" } else { "%d/%m/%Y" };
        self.counted.1 += 1;
        self.moves.windows_1252(&line(&[
            &format!("MM{number:06}"),
            &town.pupil(managed.pupil).upn,
            &format!("Y{}", managed.nc_year),
            &town.school(managed.from).urn.to_string(),
            &town.school(managed.to).urn.to_string(),
            &managed.started_on.format(dated).to_string(),
            &british(managed.trial_ends_on),
            &managed.ended.map(|(day, _)| british(day)).unwrap_or_default(),
            outcome.unwrap_or_else(|| managed.ended.map_or("", |(_, code)| came_of(code))),
            why(managed.reason),
        ]))
    }

    pub(super) fn finish(mut self) -> Result<(), DemoError> {
        self.missing.windows_1252(&line(&["Total", "", &self.counted.0.to_string()]))?;
        self.moves.windows_1252(&line(&["Total", "", &self.counted.1.to_string()]))?;
        self.missing.finish()?;
        self.moves.finish()
    }
}

fn reason(code: &str, short: bool) -> &'static str {
    match (code, short) {
        ("NEW_ARRIVAL_NO_PLACE", false) => "New to city – awaiting school place",
        ("NEW_ARRIVAL_NO_PLACE", true) => "No school place",
        ("AWAITING_SPECIALIST_PLACE", _) => "Awaiting specialist placement",
        ("MOVED_WHEREABOUTS_UNKNOWN", false) => "Moved – whereabouts unknown",
        ("MOVED_WHEREABOUTS_UNKNOWN", true) => "Whereabouts unknown",
        ("REMOVED_FROM_ROLL", _) => "Removed from roll",
        ("UNSUITABLE_HOME_EDUCATION", _) => "EHE found unsuitable",
        _ => "Other",
    }
}

fn setting(code: &str) -> &'static str {
    match code {
        "SCHOOL" => "School in city",
        "NONE" => "Never in school",
        _ => "Not known",
    }
}

fn found(code: &str) -> &'static str {
    match code {
        "PLACED_IN_SCHOOL" => "On roll",
        "PLACED_IN_AP" => "Placed in AP",
        "HOME_EDUCATED" => "Registered EHE",
        "MOVED_AWAY" => "Moved to other LA",
        "LEFT_ENGLAND" => "Left the country",
        _ => "Not traced – closed after checks",
    }
}

fn came_of(code: &str) -> &'static str {
    match code {
        "SUCCESSFUL" => "Successful",
        "RETURNED" => "Returned to home school",
        _ => "Ended early",
    }
}

fn why(code: &str) -> &'static str {
    match code {
        "PREVENT_EXCLUSION" => "To prevent exclusion",
        "FRESH_START" => "Fresh start",
        "BULLYING" => "Bullying",
        _ => "Other",
    }
}
