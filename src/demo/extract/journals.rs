//! `extracts/finance/journals/journals_2020_21.csv` and on: what the ledger books without paying anybody, one file for each
//! financial year of the period.
//!
//! What a school loses of its budget after a permanent exclusion is moved, not invoiced, where nobody claimed it: every
//! second of those, on the day on which a claim would have been made.
//!
//! Schools are recharged £95 (in 2025/26) for each day of a place that they use at a provider bought in block, term by
//! term; one term of a provider in sixteen was forgotten. At the end of each finished year what was delivered and is
//! paid in April and May is accrued, and reversed in the first period of the next; one centre is moved £18,000 in March;
//! and in period 13 £1,250 is corrected from one budget line to another.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{Datelike, NaiveDate};

use super::codes::provider_id;
use super::output::Output;
use super::price::price_in;
use super::recoupment::owed;
use super::spend::{Spend, span};
use super::text::{british, line, pounds};
use crate::demo::account::Account;
use crate::demo::error::DemoError;
use crate::demo::levels::THIS_YEAR;
use crate::demo::provider::Price;
use crate::demo::random::Stream;
use crate::demo::terms::{academic_year, date, financial_year, plus, school_weeks};
use crate::demo::town::district::Town;

const HEADER: [&str; 11] = [
    "Journal No",
    "Posted On",
    "Period",
    "Account",
    "Cost Centre(T)",
    "Amount",
    "Journal Type",
    "Provider Ref",
    "URN",
    "Exclusion Ref",
    "Text",
];
/// Pence for a day of a place in 2025-26.
const DAY: i64 = 9_500;
/// Terms of a provider that nobody recharged, per mille.
const FORGOTTEN: u32 = 60;
/// Accounts on which what is delivered by the end of a year is accrued.
const ACCRUED: [Account; 4] = [Account::TopUps, Account::Independent, Account::Services, Account::Tuition];

/// One line of a journal.
#[derive(Debug)]
pub(super) struct Journal {
    /// The financial year that it is booked to, by the calendar year in which it begins.
    pub(super) year: i32,
    /// Month of the financial year, 13 for its close.
    period: u32,
    posted_on: NaiveDate,
    pub(super) account: Account,
    /// Pence; income is negative.
    pub(super) pence: i64,
    kind: &'static str,
    /// Place in [`PROVIDERS`].
    provider: Option<usize>,
    /// The school and the number of the exclusion that it is for.
    exclusion: Option<(u32, String)>,
}

/// The yearly files while they are being written.
#[derive(Debug)]
pub(super) struct Exports {
    files: BTreeMap<i32, Output>,
}

impl Exports {
    pub(super) fn create(dir: &Path, first_year: i32) -> Result<Self, DemoError> {
        let mut files = BTreeMap::new();
        for year in first_year..=THIS_YEAR {
            let name = format!("journals_{year}_{:02}.csv", (year + 1).rem_euclid(100));
            let mut file = Output::create(dir.join("extracts/finance/journals").join(name))?;
            file.windows_1252(&line(&HEADER))?;
            files.insert(year, file);
        }
        Ok(Self { files })
    }

    /// Writes the journals of one district.
    pub(super) fn write(&mut self, town: &Town, journals: &[Journal]) -> Result<(), DemoError> {
        for (journal, number) in journals.iter().zip(1_u32..) {
            let Some(file) = self.files.get_mut(&journal.year) else { continue };
            let provider =
                journal.provider.map(|place| provider_id(town.district, place)).unwrap_or_default();
            file.windows_1252(&line(&[
                &format!("GL{:07}", town.district * 10_000 + number),
                &british(journal.posted_on),
                &format!("{}{:02}", journal.year, journal.period),
                journal.account.code(),
                journal.account.cost_centre(),
                &pounds(journal.pence),
                journal.kind,
                &provider,
                &journal.exclusion.as_ref().map(|(urn, _)| urn.to_string()).unwrap_or_default(),
                journal.exclusion.as_ref().map_or("", |(_, reference)| reference),
                "see working paper",
            ]))?;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(), DemoError> {
        self.files.into_values().try_for_each(Output::finish)
    }
}

/// Makes the journals of one district, in the order of posting.
pub(super) fn booked(town: &Town, spend: &Spend, seed: u64, first_year: i32) -> Vec<Journal> {
    let mut journals = recharges(town, &mut Stream::new(seed, "recharges", town.district), first_year);
    journals.extend(adjustments(town, first_year));
    for year in first_year..THIS_YEAR {
        journals.extend(closing(spend, year, year == first_year));
    }
    journals.sort_by_key(|journal| (journal.posted_on, journal.account, journal.provider, journal.pence));
    journals
}

/// Moves out of schools' budgets what they owe after exclusions that nobody claims. It is income of the places.
fn adjustments(town: &Town, first_year: i32) -> Vec<Journal> {
    let (first_day, last_day) = span(first_year);
    let unclaimed = owed(town).into_iter().filter(|owed| !owed.is_claimed).step_by(2);
    unclaimed
        .filter(|owed| (first_day..=last_day).contains(&owed.asked_on))
        .map(|owed| Journal {
            year: financial_year(owed.asked_on),
            period: (owed.asked_on.month() + 8) % 12 + 1,
            posted_on: owed.asked_on,
            account: Account::Income,
            pence: -owed.pence,
            kind: "Excluded pupil adjustment",
            provider: None,
            exclusion: Some((owed.urn, owed.reference)),
        })
        .collect()
}

/// Recharges schools for the days on which they used places that are bought in block.
fn recharges(town: &Town, chance: &mut Stream, first_year: i32) -> Vec<Journal> {
    let (first_day, last_day) = span(first_year);
    let weeks: Vec<(NaiveDate, u32)> = (first_year - 1..=THIS_YEAR).flat_map(school_weeks).collect();
    // Tenths of a pence by financial year, period and provider: a placement of ten sessions a week is a whole day.
    let mut terms: BTreeMap<(i32, u32, usize), i64> = BTreeMap::new();
    for placement in town.placements.iter().filter(|placement| placement.commissioner == "SCHOOL") {
        if !matches!(placement.provider().price, Price::Block { .. }) {
            continue;
        }
        let last = placement.last_day();
        let begin = weeks.partition_point(|(monday, _)| plus(*monday, 4) < placement.started_on);
        for (monday, days) in weeks.iter().skip(begin).take_while(|(monday, _)| *monday <= last) {
            let there = (0..i64::from(*days)).map(|day| plus(*monday, day));
            let there = there.filter(|day| (placement.started_on..=last).contains(day)).count();
            let (year, period) = match monday.month() {
                1..=3 => (monday.year() - 1, 12),
                4..=8 => (monday.year(), 4),
                _ => (monday.year(), 9),
            };
            let day = price_in(academic_year(*monday), DAY);
            let days = i64::try_from(there).unwrap_or_default();
            *terms.entry((year, period, placement.provider)).or_default() +=
                days * i64::from(placement.sessions) * day;
        }
    }
    let mut journals = Vec::new();
    for ((year, period, provider), tenths) in terms {
        let posted_on = match period {
            12 => date(year + 1, 3, 31),
            9 => date(year, 12, 20),
            _ => date(year, 7, 28),
        };
        if chance.chance(FORGOTTEN) || posted_on < first_day || posted_on > last_day {
            continue;
        }
        journals.push(Journal {
            year,
            period,
            posted_on,
            account: Account::Income,
            pence: -(tenths / 10),
            kind: "School recharge",
            provider: Some(provider),
            exclusion: None,
        });
    }
    journals
}

/// Closes a financial year. The reversal with which the first one begins is of a year that is not on record.
fn closing(spend: &Spend, year: i32, is_first: bool) -> Vec<Journal> {
    let (end, begin) = (date(year + 1, 3, 31), date(year + 1, 4, 1));
    let mut journals = Vec::new();
    let mut book = |year, period, posted_on, account, pence, kind, provider| {
        journals.push(Journal { year, period, posted_on, account, pence, kind, provider, exclusion: None });
    };
    for account in ACCRUED {
        let late = spend.invoices.iter().filter(|invoice| {
            invoice.account == account
                && !invoice.closing
                && (begin..=date(year + 1, 5, 31)).contains(&invoice.paid_on)
        });
        let delivered = late.flat_map(|invoice| &invoice.lines).filter(|line| line.service_to <= end);
        // To the nearest hundred pounds, as estimates are.
        let pence = delivered.map(|line| line.net).sum::<i64>() / 10_000 * 10_000;
        if pence > 0 {
            if is_first {
                book(
                    year,
                    1,
                    date(year, 4, 1),
                    account,
                    -(pence / 20_000 * 19_000),
                    "Accrual reversal",
                    None,
                );
            }
            book(year, 12, end, account, pence, "Accrual", None);
            book(year + 1, 1, begin, account, -pence, "Accrual reversal", None);
        }
    }
    book(year, 12, date(year + 1, 3, 25), Account::Places, 1_800_000, "Place transfer", Some(0));
    book(year, 13, date(year + 1, 4, 20), Account::Services, -125_000, "Correction", None);
    book(year, 13, date(year + 1, 4, 20), Account::Tuition, 125_000, "Correction", None);
    journals
}
