//! `extracts/commissioning/`: the contract register of the whole council as it is published, in the encoding of
//! old Windows programs; the rate card and the register of checks, as the commissioning team keeps them.
//!
//! The lot of online lessons was let for three years and has closed. That is what quality assurance looks for in the
//! register of checks: one in a hundred critical ones has run out and one in thirty of the others, a few were never made,
//! one in a hundred was judged red. Planted: the eighth provider's fire safety ran out the day before the demo's own,
//! so that it is red since this week; the last provider's first visit was made after its first placement.

use std::path::Path;

use chrono::{Datelike, NaiveDate};

use super::codes::provider_id;
use super::output::Output;
use super::price::{Unit, commissioned, place_rate, price_in};
use super::supplier::Supplier;
use super::text::{british, grouped_pounds, line, pounds};
use crate::demo::error::DemoError;
use crate::demo::levels::THIS_YEAR;
use crate::demo::names::firm;
use crate::demo::provider::{Price, Provider};
use crate::demo::providers::PROVIDERS;
use crate::demo::random::Stream;
use crate::demo::terms::{date, plus};
use crate::demo::town::district::Town;
use crate::demo::town::today::today;

const REGISTER: [&str; 24] = [
    "Directorate Name",
    "Process Used",
    "Purchasing Body",
    "Contract Reference",
    "Contract Title",
    "Contract Description",
    "Supplier Company Name",
    "Supplier Postcode",
    "Annual Value",
    "Total Contract Value (including extensions)",
    "OJEU?",
    "Start Date",
    "End Date",
    "Contract Duration (months)",
    "Option to extend (months)",
    "How many extensions",
    "Extension 1 Taken?",
    "Extension 2 Taken?",
    "Current Expiry Date",
    "SME Supplier?",
    "ProClass Classification",
    "ProClass Description",
    "Supplier No",
    "Visibility",
];
const RATES: [&str; 8] = [
    "Provider Ref",
    "Contract Reference",
    "Unit",
    "Price (£)",
    "Valid From",
    "Valid To",
    "Indexation",
    "Annual Cap (£)",
];
const CHECKS: [&str; 6] = ["Provider Ref", "Check", "Issued", "Expires", "Outcome", "Actions Due"];

/// Kinds of checks, each with the months for which it counts; none where it does not run out.
const KINDS: [(&str, u32); 14] = [
    ("DBS_CENTRAL_RECORD", 12),
    ("SAFEGUARDING_POLICY", 12),
    ("SAFEGUARDING_LEAD", 24),
    ("PUBLIC_LIABILITY", 12),
    ("EMPLOYERS_LIABILITY", 12),
    ("HEALTH_AND_SAFETY", 12),
    ("FIRE_SAFETY", 12),
    ("FIRST_AID", 36),
    ("FOOD_HYGIENE", 24),
    ("DATA_PROTECTION", 12),
    ("STAFF_QUALIFICATIONS", 24),
    ("CONTRACT_SIGNED", 0),
    ("FIRST_VISIT", 0),
    ("MONITORING_VISIT", 12),
];

/// Kinds without which a place may not be used.
const CRITICAL: [&str; 6] = [
    "DBS_CENTRAL_RECORD",
    "SAFEGUARDING_POLICY",
    "PUBLIC_LIABILITY",
    "FIRE_SAFETY",
    "CONTRACT_SIGNED",
    "FIRST_VISIT",
];

/// The provider whose fire safety ran out yesterday.
const FIRE_SAFETY_RUN_OUT: usize = 7;

/// What the council buys besides: directorate, title, class.
const ELSEWHERE: [(&str, &str, &str); 8] = [
    ("Place", "Highways maintenance", "Works"),
    ("Place", "Grounds maintenance", "Environmental services"),
    ("Adults", "Home care framework", "Social care adults"),
    ("Adults", "Supported living", "Social care adults"),
    ("Children's Services", "Foster care agencies", "Social care children"),
    ("Resources", "Software licences", "Information communication technology"),
    ("Resources", "Agency workers", "Human resources"),
    ("Children's Services", "Home to school transport", "Passenger transport"),
];

/// The three files while they are being written.
#[derive(Debug)]
pub(super) struct Registers {
    register: Output,
    rates: Output,
    checks: Output,
    seed: u64,
    first_year: i32,
}

impl Registers {
    pub(super) fn create(dir: &Path, seed: u64, first_year: i32) -> Result<Self, DemoError> {
        let folder = dir.join("extracts/commissioning");
        let mut register = Output::create(folder.join("contract_register.csv"))?;
        register.windows_1252(&line(&REGISTER))?;
        let mut rates = Output::create(folder.join("rate_cards.csv"))?;
        rates.windows_1252(&line(&RATES))?;
        let mut checks = Output::create(folder.join("provider_checks.csv"))?;
        checks.windows_1252(&line(&CHECKS))?;
        Ok(Self { register, rates, checks, seed, first_year })
    }

    /// Writes one district.
    pub(super) fn write(&mut self, town: &Town) -> Result<(), DemoError> {
        let mut chance = Stream::new(self.seed, "contracts", town.district);
        for (place, provider) in PROVIDERS.iter().enumerate() {
            self.contracts(town, place, provider)?;
            self.rates(town, place, provider)?;
            self.checks(town, place, &mut chance)?;
        }
        if town.district == 0 {
            for number in 0..64 {
                self.elsewhere(number, &mut chance)?;
            }
        }
        Ok(())
    }

    /// Writes a framework contract of four years, and the one before it.
    fn contracts(&mut self, town: &Town, place: usize, provider: &Provider) -> Result<(), DemoError> {
        for from in [2019, 2023] {
            let years = if from == 2023 && provider.kind == "ONLINE" { 3 } else { 4 };
            let (starts, ends) = (date(from, 9, 1), date(from + years, 8, 31));
            let places = i64::from(commissioned(town.size, place, from + 2));
            let annual = places * place_rate(place, from + 2);
            let row = Contract {
                directorate: "Children's Services",
                process: if provider.registered { "Framework" } else { "Dynamic purchasing system" },
                reference: contract_id(town.district, place, from),
                title: format!("Alternative provision – {}", provider.name),
                supplier: provider.ledger_name,
                supplier_id: Supplier::Provider(place).id(town.district).to_string(),
                annual,
                years: years.into(),
                starts,
                ends,
                class: "Education",
            };
            self.register.windows_1252(&row.line())?;
        }
        Ok(())
    }

    fn elsewhere(&mut self, number: u32, chance: &mut Stream) -> Result<(), DemoError> {
        let (directorate, title, class) = *chance.pick(&ELSEWHERE);
        let (from, years) = (i32::try_from(chance.between(2021, 2025)).unwrap_or(2024), chance.between(2, 5));
        let supplier = firm(chance);
        let starts = date(from, 4, 1);
        let ends = date(from + i32::try_from(years).unwrap_or(2), 3, 31);
        let row = Contract {
            directorate,
            process: "Open tender",
            reference: format!("C/{:05}", 20_100 + number * 7),
            title: title.to_owned(),
            supplier: &supplier,
            supplier_id: String::new(),
            annual: chance.between(20_000, 900_000) * 100,
            years,
            starts,
            ends,
            class,
        };
        self.register.windows_1252(&row.line())
    }

    /// Writes the prices of each academic year, the last of them open.
    fn rates(&mut self, town: &Town, place: usize, provider: &Provider) -> Result<(), DemoError> {
        for year in self.first_year..=THIS_YEAR {
            let (from, to) = (date(year, 9, 1), date(year + 1, 8, 31));
            let from = if year == self.first_year { date(year, 4, 1) } else { from };
            let prices: Vec<(&str, i64)> = match provider.price {
                Price::Block { top_up, .. } => vec![
                    ("Place per year", place_rate(place, year)),
                    ("Top-up per pupil per year", price_in(year, top_up)),
                ],
                Price::Spot { session } | Price::SchoolsPay { session } => {
                    let unit = Unit::of(place);
                    vec![(unit.word(), unit.price(price_in(year, session)))]
                }
            };
            for (unit, price) in prices.into_iter().filter(|(_, price)| *price > 0) {
                let id = provider_id(town.district, place);
                let contract = contract_id(town.district, place, if year < 2023 { 2019 } else { 2023 });
                let to = if year == THIS_YEAR { String::new() } else { british(to) };
                let index =
                    if provider.registered { "School funding settlement" } else { "CPI, each September" };
                let fields = [&id, &contract, unit, &pounds(price), &british(from), &to, index, ""];
                self.rates.windows_1252(&line(&fields))?;
            }
        }
        Ok(())
    }

    /// Writes the newest check of each kind, and the one before it where it runs out.
    fn checks(&mut self, town: &Town, place: usize, chance: &mut Stream) -> Result<(), DemoError> {
        for (kind, months) in KINDS {
            // What children's safety rests on is looked after better than the rest.
            let (missing, run_out, red) = if CRITICAL.contains(&kind) { (4, 10, 100) } else { (25, 30, 20) };
            if chance.chance(missing) {
                continue;
            }
            let valid = i64::from(months) * 30;
            let age = match months {
                0 => chance.between(200, 1_000),
                _ if chance.chance(run_out) => valid + chance.between(1, 90),
                _ => chance.between(1, valid - 1),
            };
            let issued = match kind {
                "FIRST_VISIT" if place + 1 < PROVIDERS.len() => date(self.first_year - 4, 6, 14),
                "FIRE_SAFETY" if place == FIRE_SAFETY_RUN_OUT => plus(today(), -1 - valid),
                _ => plus(today(), -age),
            };
            let expires = if months == 0 { String::new() } else { british(plus(issued, valid)) };
            let outcome = chance.weighted(&[("Green", red * 4 / 5), ("Amber", red / 5), ("Red", 1)]);
            let due = if outcome == "Green" { String::new() } else { british(plus(issued, 42)) };
            let id = provider_id(town.district, place);
            if months > 0 {
                // It ran out five days after it was replaced.
                let before = (british(plus(issued, -valid)), british(plus(issued, 5)));
                self.checks.windows_1252(&line(&[&id, kind, &before.0, &before.1, "Green", ""]))?;
            }
            self.checks.windows_1252(&line(&[&id, kind, &british(issued), &expires, outcome, &due]))?;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(), DemoError> {
        self.register.finish()?;
        self.rates.finish()?;
        self.checks.finish()
    }
}

/// A line of the register.
struct Contract<'a> {
    directorate: &'a str,
    process: &'a str,
    reference: String,
    title: String,
    supplier: &'a str,
    supplier_id: String,
    /// Pence a year.
    annual: i64,
    years: i64,
    starts: NaiveDate,
    ends: NaiveDate,
    class: &'a str,
}

impl Contract<'_> {
    fn line(&self) -> String {
        let money = |pence: i64| format!(" £{} ", grouped_pounds(pence));
        let months = (self.years * 12).to_string();
        // A day and a month without a leading zero, as the register writes some of them.
        let day = |day: NaiveDate| format!("{}/{}/{}", day.day(), day.month(), day.year());
        line(&[
            self.directorate,
            self.process,
            "Council",
            &self.reference,
            &self.title,
            "",
            self.supplier,
            "",
            &money(self.annual),
            &money(self.annual * self.years),
            "Yes",
            &day(self.starts),
            &british(self.ends),
            &months,
            "0",
            "0",
            "N/A",
            "N/A",
            &british(self.ends),
            "No",
            "",
            self.class,
            &self.supplier_id,
            "Public",
        ])
    }
}

fn contract_id(district: u32, provider: usize, from: i32) -> String {
    format!("AP/{}/{from}", provider_id(district, provider))
}
