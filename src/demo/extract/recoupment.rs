//! `extracts/finance/recoupment_claims.csv`: what finance asked of schools after permanent exclusions, and what came.
//!
//! Of five exclusions of a mainstream school that stand four are claimed, and of four claims three are collected. Finance
//! counts the weeks from the eighth day after the exclusion, whatever the school calendar says. A panel that quashed an
//! exclusion which was not reinstated adds an adjustment of £4,000.

use std::path::Path;

use chrono::{Datelike, NaiveDate};

use super::exclusions::numbered;
use super::output::Output;
use super::spend::span;
use super::text::{british, line, pounds};
use crate::demo::error::DemoError;
use crate::demo::terms::{date, financial_year, plus, year_code};
use crate::demo::town::district::Town;
use crate::demo::town::exclusion::Exclusion;
use crate::demo::town::phase::Phase;

/// Amounts for a pupil by financial year and national curriculum year: those that the models read.
const AMOUNTS: &str = include_str!("../../../pipelines/reference/seeds/pupil_amounts.csv");
const HEADER: [&str; 7] =
    ["Exclusion Ref", "URN", "Invoiced On", "Invoiced", "Collected On", "Collected", "Adjustment Order"];
/// Pence.
const ADJUSTMENT: i64 = 400_000;

/// The file of claims while it is being written.
#[derive(Debug)]
pub(super) struct Claims {
    file: Output,
}

impl Claims {
    pub(super) fn create(dir: &Path) -> Result<Self, DemoError> {
        let mut file = Output::create(dir.join("extracts/finance/recoupment_claims.csv"))?;
        file.text(&line(&HEADER))?;
        Ok(Self { file })
    }

    /// Writes one district, in the order of the log.
    pub(super) fn write(&mut self, town: &Town) -> Result<(), DemoError> {
        let today = span(town.first_placement_year).1;
        let mut claimed = 0_u32;
        for owed in owed(town) {
            let (due, invoiced_on) = (owed.pence, owed.asked_on);
            if !owed.is_claimed || invoiced_on > today {
                continue;
            }
            claimed += 1;
            let collected_on =
                Some(plus(invoiced_on, 60)).filter(|day| !claimed.is_multiple_of(4) && *day <= today);
            let adjustment = if owed.is_quashed { pounds(ADJUSTMENT) } else { String::new() };
            self.file.text(&line(&[
                &owed.reference,
                &owed.urn.to_string(),
                &british(invoiced_on),
                &pounds(due),
                &collected_on.map_or_else(String::new, british),
                &collected_on.map_or_else(String::new, |_| pounds(due)),
                &adjustment,
            ]))?;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(), DemoError> {
        self.file.finish()
    }
}

/// What a school owes after an exclusion, claimed or not.
#[derive(Debug)]
pub(super) struct Owed {
    /// The number of the exclusion.
    pub(super) reference: String,
    /// The school's.
    pub(super) urn: u32,
    /// The day on which finance asks.
    pub(super) asked_on: NaiveDate,
    /// Pence.
    pub(super) pence: i64,
    pub(super) is_claimed: bool,
    is_quashed: bool,
}

/// Returns what schools owe after exclusions, in the order of the log; one in five is not claimed.
pub(super) fn owed(town: &Town) -> Vec<Owed> {
    let events = numbered(town).into_iter().filter(|(event, _)| owes(town, event));
    let owed = events.zip(0_u32..).filter_map(|((event, reference), nth)| {
        Some(Owed {
            reference,
            urn: town.school(event.school).urn,
            asked_on: plus(event.started_on, 35),
            pence: asked(town, event)?,
            is_claimed: nth % 5 != 4,
            is_quashed: event.outcome == "IRP_QUASHED",
        })
    });
    owed.collect()
}

/// Decides whether a school owes something: for a permanent exclusion that stands, of a mainstream school.
fn owes(town: &Town, event: &Exclusion) -> bool {
    let phase = town.school(event.school).phase;
    event.permanent && event.stands() && matches!(phase, Phase::Primary | Phase::Secondary)
}

/// Returns what finance asks, in pence; nothing for a year without amounts.
fn asked(town: &Town, event: &Exclusion) -> Option<i64> {
    let from = plus(event.started_on, 8);
    let nc_year = town.pupil(event.pupil).nc_year(event.academic_year);
    let is_oldest = (4..9).contains(&event.started_on.month())
        && town.school(event.school).top_year.is_some_and(|top| nc_year >= top);
    let end = if is_oldest { date(from.year(), 8, 31) } else { end_of_year(from) };
    let weeks = ((end - from).num_days() + 1) / 7;
    let adjustment = if event.outcome == "IRP_QUASHED" { ADJUSTMENT } else { 0 };
    amount(from, nc_year).map(|pence| pence * weeks / 52 + adjustment)
}

fn end_of_year(day: NaiveDate) -> NaiveDate {
    date(financial_year(day) + 1, 3, 31)
}

/// Returns the pence for a pupil of the national curriculum year in the financial year that holds `day`.
fn amount(day: NaiveDate, nc_year: i32) -> Option<i64> {
    let begin = format!("{},{nc_year},", year_code(financial_year(day)));
    let row = AMOUNTS.lines().find_map(|row| row.strip_prefix(&begin))?;
    let (pounds, _) = row.split_once('.')?;
    pounds.parse::<i64>().ok().map(|pounds| pounds * 100)
}
