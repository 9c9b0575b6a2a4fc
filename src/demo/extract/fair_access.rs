//! `extracts/outcomes/fair_access/fair_access.csv`: the list that the clerk of the fair access panel keeps, with
//! a title above the header and a count below the rows.
//!
//! Planted for quarantine, in the first district only and where there are 120 rows or more: one case whose
//! category nobody has agreed.

use std::path::Path;

use super::output::Output;
use super::planted::{REGISTER_ROWS, plants};
use super::text::{british, line};
use crate::demo::error::DemoError;
use crate::demo::random::Stream;
use crate::demo::town::district::Town;
use crate::demo::town::fair_access::FairAccess;

/// The list while it is being written.
#[derive(Debug)]
pub(super) struct Panel {
    file: Output,
    counted: usize,
    seed: u64,
}

const HEADER: [&str; 13] = [
    "FAP Ref",
    "UPN",
    "Surname",
    "Forename",
    "DOB",
    "Year",
    "FAP Category",
    "Date Agreed Under FAP",
    "Date School Allocated",
    "Allocated School URN",
    "Start Date",
    "Date Closed",
    "Outcome",
];

impl Panel {
    pub(super) fn create(dir: &Path, seed: u64) -> Result<Self, DemoError> {
        let mut file = Output::create(dir.join("extracts/outcomes/fair_access/fair_access.csv"))?;
        file.windows_1252(&line(&["Fair Access Panel – case list", "", ""]))?;
        file.windows_1252(&line(&HEADER))?;
        Ok(Self { file, counted: 0, seed })
    }

    /// Writes one district in the order of the agreements.
    pub(super) fn write(&mut self, town: &Town) -> Result<(), DemoError> {
        let mut chance = Stream::new(self.seed, "fair_access_list", town.district);
        for (number, case) in (town.district * 100_000 + 1..).zip(&town.fair_access) {
            self.write_case(town, &mut chance, case, number, None)?;
        }
        if let Some(case) =
            town.fair_access.get(7).filter(|_| plants(town.district, town.fair_access.len(), REGISTER_ROWS))
        {
            self.write_case(town, &mut chance, case, 99_001, Some("tbc at panel"))?;
        }
        Ok(())
    }

    fn write_case(
        &mut self,
        town: &Town,
        chance: &mut Stream,
        case: &FairAccess,
        number: u32,
        category: Option<&str>,
    ) -> Result<(), DemoError> {
        let pupil = town.pupil(case.pupil);
        let dated = if chance.chance(90) { "%d-%b-%Y" } else { "%d/%m/%Y" };
        let space = if chance.chance(30) { " " } else { "" };
        let year = if case.nc_year < 1 { "R".to_owned() } else { format!("Y{}", case.nc_year) };
        let short = chance.chance(250);
        self.counted += 1;
        self.file.windows_1252(&line(&[
            &format!("FAP{number:06}"),
            &format!("{}{space}", pupil.upn),
            &pupil.name.surname(),
            &pupil.name.forename(),
            &british(pupil.born_on),
            &if chance.chance(100) { year.to_lowercase() } else { year },
            category.unwrap_or_else(|| group(case.category, short)),
            &case.referred_on.format(dated).to_string(),
            &case.allocated.map(|(day, _)| british(day)).unwrap_or_default(),
            &case.allocated.map(|(_, school)| town.school(school).urn.to_string()).unwrap_or_default(),
            &case.started_on.map(british).unwrap_or_default(),
            &case.closed.map(|(day, _)| british(day)).unwrap_or_default(),
            case.closed.map_or("", |(_, code)| came_of(code, short)),
        ]))
    }

    pub(super) fn finish(mut self) -> Result<(), DemoError> {
        self.file.windows_1252(&line(&["Total", "", &self.counted.to_string()]))?;
        self.file.finish()
    }
}

fn group(code: &str, short: bool) -> &'static str {
    match (code, short) {
        ("IN_NEED", false) => "CIN / CP in last 12 months",
        ("IN_NEED", true) => "CIN or CP",
        ("REFUGE", _) => "Refuge / emergency accommodation",
        ("CRIMINAL_JUSTICE", _) => "Criminal justice system",
        ("AP_OR_EXCLUDED", false) => "In AP / PEX – ready for mainstream",
        ("AP_OR_EXCLUDED", true) => "PEX",
        ("SEN_OR_MEDICAL", _) => "SEN (no EHCP), disability or medical",
        ("CARER", _) => "Young carer",
        ("HOMELESS", _) => "Homeless",
        ("KINSHIP_CARE", _) => "Formal kinship care",
        ("TRAVELLER_OR_REFUGEE", _) => "GRT, refugee or asylum seeker",
        ("REFUSED_FOR_BEHAVIOUR", _) => "Refused – challenging behaviour (3.10)",
        ("FOUR_WEEKS_OUT", false) => "Out of education 4+ weeks",
        ("FOUR_WEEKS_OUT", true) => "Out of ed 4 wks",
        ("PREVIOUSLY_LOOKED_AFTER", _) => "Previously LAC",
        _ => "No place sought – exceptional circumstances",
    }
}

fn came_of(code: &str, long: bool) -> &'static str {
    match (code, long) {
        ("PLACED", _) => "Placed",
        ("WITHDRAWN", true) => "Moved away / withdrawn",
        ("WITHDRAWN", false) => "Withdrawn",
        _ => "AP arranged",
    }
}
