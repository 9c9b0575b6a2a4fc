//! `extracts/commissioning/commissioning_and_budget.xlsx`: three sheets as people keep them, with titles
//! above, merged cells, amounts that are text here and numbers there, and a total below.
//!
//! Planted for quarantine, where there are 120 rows or more: one row of places whose number is `tbc`,
//! outside the sheet's total.

use std::collections::BTreeMap;
use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Worksheet, XlsxError};

use super::codes::provider_id;
use super::journals::Journal;
use super::output::Output;
use super::price::{commissioned, place_rate, price_in};
use super::spend::{Spend, by_budget};
use super::supplier::Supplier;
use super::text::grouped_pounds;
use crate::demo::account::Account;
use crate::demo::error::DemoError;
use crate::demo::inspections::{AREAS, register_entry};
use crate::demo::levels::{Size, THIS_YEAR};
use crate::demo::provider::{Price, Provider};
use crate::demo::providers::PROVIDERS;
use crate::demo::terms::year_code;
use crate::demo::town::district::Town;
use crate::demo::town::key_stage::KeyStage;

/// What the sheets hold, gathered until all districts are known.
#[derive(Debug, Default)]
pub(super) struct Workbook {
    districts: Vec<District>,
    /// Pence by financial year and account.
    spent: BTreeMap<(i32, Account), i64>,
}

#[derive(Debug)]
struct District {
    number: u32,
    size: Size,
    /// URNs of the providers that are schools here, by place in the list.
    urns: BTreeMap<usize, u32>,
}

/// The last columns of the register: what was found, since when a status holds, and whom a provider takes.
const OFFER: [&str; 7] =
    ["Safeguarding", "Status From", "Needs", "Sexes", "NC Year From", "NC Year To", "Holding"];

/// Rows among which a wrong one stays below the contract's limit.
const PLANTED_AMONG: u32 = 120;
const FILE: &str = "extracts/commissioning/commissioning_and_budget.xlsx";

impl Workbook {
    pub(super) fn add(&mut self, town: &Town, spend: &Spend, journals: &[Journal]) {
        for (key, pence) in by_budget(spend) {
            *self.spent.entry(key).or_default() += pence;
        }
        for journal in journals {
            *self.spent.entry((journal.year, journal.account)).or_default() += journal.pence;
        }
        let urns = (0..PROVIDERS.len())
            .filter_map(|place| Some((place, town.school(town.alternative_school(place)?).urn)))
            .collect();
        self.districts.push(District { number: town.district, size: town.size, urns });
    }

    pub(super) fn finish(self, dir: &Path, first_year: i32) -> Result<(), DemoError> {
        let path = dir.join(FILE);
        let bytes =
            self.sheets(first_year).map_err(|source| DemoError::Workbook { path: path.clone(), source })?;
        let mut file = Output::create(path)?;
        file.bytes(&bytes)?;
        file.finish()
    }

    fn sheets(&self, first_year: i32) -> Result<Vec<u8>, XlsxError> {
        let mut book = rust_xlsxwriter::Workbook::new();
        // The same seed gives the same bytes: no time of writing in the file.
        let made = ExcelDateTime::from_ymd(2026, 9, 30)?;
        book.set_properties(&DocProperties::new().set_creation_datetime(&made));
        self.budget(book.add_worksheet().set_name("AP budget")?, first_year)?;
        self.places(book.add_worksheet().set_name("Places commissioned")?, first_year)?;
        self.providers(book.add_worksheet().set_name("Providers")?)?;
        book.save_to_buffer()
    }

    fn budget(&self, sheet: &mut Worksheet, first_year: i32) -> Result<(), XlsxError> {
        let money = Format::new().set_num_format("£#,##0.00");
        let bold = Format::new().set_bold();
        sheet.write_with_format(0, 0, "Alternative provision budget", &bold)?;
        sheet.write(1, 0, "Prepared by Children's Finance; figures in £")?;
        let header = [
            "Service",
            "S251 Line",
            "Budget Line",
            "Cost Centre",
            "Financial Year",
            "Approved Budget",
            "Revised Budget",
            "Forecast",
            "Profile",
            "Comment",
        ];
        write_row(sheet, 3, &header, &bold)?;
        let mut row = 4;
        let mut total = 0;
        for year in first_year..=THIS_YEAR {
            merge(sheet, row, row + 7, 0, "Inclusion and SEND")?;
            for account in Account::ALL {
                let line = self.budget_line(year, account);
                let (section, title) = account.section_251();
                total += line.approved;
                budget_row(sheet, row, [section, title, account.cost_centre(), &year_code(year)])?;
                // Somebody typed the budgets of two years in as text.
                if matches!(year, 2022 | 2024) {
                    sheet.write(row, 5, format!("£{}", grouped_pounds(line.approved)))?;
                } else {
                    sheet.write_with_format(row, 5, in_pounds(line.approved), &money)?;
                }
                sheet.write_with_format(row, 6, in_pounds(line.revised), &money)?;
                match line.forecast {
                    Some(forecast) => sheet.write_with_format(row, 7, in_pounds(forecast), &money)?,
                    None => sheet.write(row, 7, "TBC")?,
                };
                match account {
                    Account::Places => sheet.write(row, 8, "Terms")?,
                    Account::Transport => sheet.write(row, 8, "School months")?,
                    _ => sheet.write(row, 8, "")?,
                };
                row += 1;
            }
        }
        sheet.write_with_format(row, 0, "Total", &bold)?;
        sheet.write_with_format(row, 5, in_pounds(total), &money)?;
        Ok(())
    }

    /// Returns the budget of a line: near what was spent, below it in the last whole year; this year's is last
    /// year's raised by four per cent.
    fn budget_line(&self, year: i32, account: Account) -> BudgetLine {
        let spent = |year| self.spent.get(&(year, account)).copied().unwrap_or_default();
        let place =
            i64::try_from(Account::ALL.iter().position(|other| *other == account).unwrap_or_default());
        let tilt = (i64::from(year) * 7 + place.unwrap_or_default() * 5) % 9 - 4;
        let near = |pence: i64, per_mille: i64| pence * per_mille / 1000 / 50_000 * 50_000;
        if year == THIS_YEAR {
            let approved = near(self.budget_line(year - 1, account).approved, 1040);
            let forecast = near(spent(year - 1), 1035 + 4 * tilt);
            let forecast = (account != Account::Transport).then_some(forecast);
            return BudgetLine { approved, revised: approved, forecast };
        }
        let per_mille = if year == THIS_YEAR - 1 { 936 + 5 * tilt } else { 1004 + 6 * tilt };
        let approved = near(spent(year), per_mille);
        BudgetLine { approved, revised: near(approved, 1000 + tilt.max(0) * 3), forecast: Some(spent(year)) }
    }

    fn places(&self, sheet: &mut Worksheet, first_year: i32) -> Result<(), XlsxError> {
        let bold = Format::new().set_bold();
        let money = Format::new().set_num_format("£#,##0.00");
        sheet.write_with_format(0, 0, "Places commissioned from alternative providers", &bold)?;
        sheet.write(1, 0, "Version 14 – agreed with Schools’ Forum sub-group")?;
        let header = [
            "Provider Ref",
            "Provider",
            "Academic Year",
            "Key Stage",
            "Need",
            "Places",
            "Place Rate (£)",
            "Top-up Rate (£)",
            "Basis",
            "From",
            "To",
        ];
        write_row(sheet, 2, &header, &bold)?;
        let mut row = 3;
        let mut total = 0;
        for district in &self.districts {
            for (place, provider) in PROVIDERS.iter().enumerate() {
                let first = row;
                for year in first_year - 1..=THIS_YEAR {
                    let places = commissioned(district.size, place, year);
                    for (stage, need, share) in shares(provider, places) {
                        total += share;
                        sheet.write(row, 2, year_code(year).replace('-', "/"))?;
                        sheet.write(row, 3, stage.code())?;
                        sheet.write(row, 4, need)?;
                        sheet.write(row, 5, share)?;
                        sheet.write_with_format(row, 6, in_pounds(place_rate(place, year)), &money)?;
                        if let Price::Block { top_up: 1.., .. } = provider.price {
                            sheet.write_with_format(
                                row,
                                7,
                                in_pounds(price_in(year, top_up(provider))),
                                &money,
                            )?;
                        } else {
                            sheet.write(row, 7, "n/a")?;
                        }
                        sheet.write(row, 8, basis(provider))?;
                        // The year of a place after 16 is the college's.
                        let [from, to] =
                            if stage == KeyStage::P16 { ["01/08", "31/07"] } else { ["01/09", "31/08"] };
                        // A farm opens its place for the youngest in January, and it is bought already.
                        let opens_late =
                            year == THIS_YEAR && provider.name == "Sablecroft Farm" && stage == KeyStage::Ks2;
                        let from =
                            if opens_late { format!("05/01/{}", year + 1) } else { format!("{from}/{year}") };
                        sheet.write(row, 9, from)?;
                        sheet.write(row, 10, format!("{to}/{}", year + 1))?;
                        row += 1;
                    }
                }
                merge(sheet, first, row - 1, 0, &provider_id(district.number, place))?;
                merge(sheet, first, row - 1, 1, &name(provider, district.number))?;
            }
        }
        // Fewer rows would make one wrong one more than the contract allows.
        let planted =
            ["AP0008", "Tallowlane Learning", "2026/27", "P16", "SEMH", "tbc", "", "", "Spot", "", ""];
        if row > PLANTED_AMONG {
            write_row(sheet, row, &planted, &Format::new())?;
            row += 1;
        }
        sheet.write_with_format(row, 0, "Total", &bold)?;
        sheet.write(row, 5, total)?;
        Ok(())
    }

    fn providers(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let bold = Format::new().set_bold();
        sheet.write_with_format(0, 0, "Approved provider register", &bold)?;
        let header = [
            "Provider Ref",
            "Provider Name",
            "URN",
            "UKPRN",
            "Provision Type",
            "Registered?",
            "Status",
            "Supplier No",
            "Key Stages",
            "Address",
            "Postcode",
            "Framework Lot",
            "Ofsted Scheme",
            "Inspected",
            "Overall",
        ];
        let header = [&header[..], &AREAS, &OFFER].concat();
        write_row(sheet, 2, &header, &bold)?;
        let mut row = 3;
        for district in &self.districts {
            for (place, provider) in PROVIDERS.iter().enumerate() {
                let number = u32::try_from(place).unwrap_or_default() + district.number * 100;
                let urn = match (district.urns.get(&place), provider.registered) {
                    (Some(urn), _) => urn.to_string(),
                    (None, true) => (980_000 + number).to_string(),
                    (None, false) => String::new(),
                };
                let ukprn = provider.kind == "REGISTERED_UKPRN_NON_SCHOOL" || provider.kind == "FE_14_16";
                let stages =
                    provider.key_stages.iter().map(|stage| stage.code()).collect::<Vec<_>>().join(", ");
                let cells = [
                    provider_id(district.number, place),
                    name(provider, district.number),
                    urn,
                    if ukprn { (19_900_000 + number).to_string() } else { String::new() },
                    kind_in_words(provider.kind).to_owned(),
                    if provider.registered { "Yes" } else { "No" }.to_owned(),
                    provider.status.to_lowercase().replace('_', " "),
                    Supplier::Provider(place).id(district.number).to_string(),
                    stages,
                ];
                let entry = register_entry(provider, place, district.number);
                let known = [
                    entry.address.as_str(),
                    &entry.postcode,
                    entry.lot,
                    entry.scheme,
                    entry.inspected_on,
                    entry.overall,
                ];
                let cells = cells.each_ref().map(String::as_str);
                // The day on which a provider was suspended is written down, that of an approval is not.
                let since = if provider.status == "SUSPENDED" { "05/01/2026" } else { "" };
                let offer = offer(provider);
                let offer = offer.each_ref().map(String::as_str);
                let cells = [&cells[..], &known, &entry.areas, &[entry.safeguarding, since], &offer].concat();
                write_row(sheet, row, &cells, &Format::new())?;
                row += 1;
            }
        }
        Ok(())
    }
}

/// A line of the budget, in pence.
#[derive(Debug, Clone, Copy)]
struct BudgetLine {
    approved: i64,
    revised: i64,
    forecast: Option<i64>,
}

/// Shares a provider's places out: evenly over its key stages, the first taking what is left
/// over, and of each one fifth to every need but the main one.
fn shares(provider: &Provider, places: u32) -> Vec<(KeyStage, &'static str, u32)> {
    let stages = u32::try_from(provider.key_stages.len()).unwrap_or(1);
    let mut shares = Vec::new();
    for (nth, stage) in (0..).zip(provider.key_stages) {
        let mut left = places / stages + u32::from(nth < places % stages);
        let fifth = left / 5;
        for need in provider.needs.iter().skip(1) {
            shares.push((*stage, *need, fifth));
            left -= fifth;
        }
        shares.extend(provider.needs.first().map(|need| (*stage, *need, left)));
    }
    shares.retain(|(_, _, places)| *places > 0);
    shares
}

/// Returns the needs, the sexes and the year groups that a provider takes, and the firm that owns it, as the register has
/// them. What it takes in fact is wider: about eight placements of a hundred differ.
fn offer(provider: &Provider) -> [String; 5] {
    let usual = ["SEMH", "SLCN", "MLD", "ASD"];
    let others = usual.iter().filter(|need| !provider.needs.contains(*need));
    let needs: Vec<&str> = provider.needs.iter().chain(others).copied().collect();
    let sexes = if provider.kind == "WORK_BASED" { "Boys" } else { "Mixed" };
    let bounds = |stage: &KeyStage| match stage {
        KeyStage::Ks1 => (1, 2),
        KeyStage::Ks2 => (3, 6),
        KeyStage::Ks3 => (7, 9),
        KeyStage::Ks4 => (10, 11),
        KeyStage::P16 => (12, 13),
    };
    let youngest = provider.key_stages.iter().map(|stage| bounds(stage).0).min().unwrap_or(1);
    let oldest = provider.key_stages.iter().map(|stage| bounds(stage).1).max().unwrap_or(13);
    // Day providers that are no schools say that they take nobody in the first year of a key stage.
    let youngest = if provider.kind == "UNREGISTERED_DAY" { youngest + 1 } else { youngest };
    let holding = match provider.name {
        "Tallowlane Learning" | "Sablecroft Farm" => "TALLOW GROUP",
        _ => "",
    };
    [needs.join(", "), sexes.to_owned(), youngest.to_string(), oldest.to_string(), holding.to_owned()]
}

fn top_up(provider: &Provider) -> i64 {
    match provider.price {
        Price::Block { top_up, .. } => top_up,
        Price::Spot { .. } | Price::SchoolsPay { .. } => 0,
    }
}

fn basis(provider: &Provider) -> &'static str {
    if matches!(provider.price, Price::Block { .. }) { "Block" } else { "Spot" }
}

fn name(provider: &Provider, district: u32) -> String {
    if district == 0 {
        provider.name.to_owned()
    } else {
        format!("{} (District {})", provider.name, district + 1)
    }
}

/// Returns the register's own words for a provision type.
fn kind_in_words(code: &str) -> &'static str {
    match code {
        "PRU" => "Pupil referral unit",
        "AP_ACADEMY" => "AP academy",
        "HOSPITAL_MEDICAL" => "Hospital / medical",
        "INDEPENDENT_SCHOOL_AP" => "Independent school (AP)",
        "INDEPENDENT_SPECIAL" => "Independent special school",
        "NMSS" => "Non-maintained special school",
        "FE_14_16" => "College 14-16",
        "REGISTERED_UKPRN_NON_SCHOOL" => "Training provider (UKPRN)",
        "TUITION_1TO1" => "1:1 tuition",
        "ONLINE" => "Online",
        "WORK_BASED" => "Work based",
        "MAINSTREAM_AP_UNIT" => "Unit in mainstream school",
        "EOTAS_PACKAGE" => "EOTAS package",
        _ => "Unregistered day provision",
    }
}

fn budget_row(sheet: &mut Worksheet, row: u32, cells: [&str; 4]) -> Result<(), XlsxError> {
    for (column, cell) in (1..).zip(cells) {
        sheet.write(row, column, cell)?;
    }
    Ok(())
}

fn write_row(sheet: &mut Worksheet, row: u32, cells: &[&str], format: &Format) -> Result<(), XlsxError> {
    for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
        sheet.write_with_format(row, column, *cell, format)?;
    }
    Ok(())
}

/// Writes one cell over several rows, as people merge them; a single row needs no merging.
fn merge(sheet: &mut Worksheet, first: u32, last: u32, column: u16, text: &str) -> Result<(), XlsxError> {
    if last > first {
        let format = Format::new().set_align(FormatAlign::Top);
        sheet.merge_range(first, column, last, column, text, &format)?;
    } else {
        sheet.write(first, column, text)?;
    }
    Ok(())
}

/// Returns pence as the number of pounds that a cell holds. A cell knows no decimals; sums of pence below 2^53 come out
/// exact to the penny.
#[expect(
    clippy::cast_precision_loss,
    reason = "a workbook's numbers are floats, and budgets far below 2^53 pence"
)]
fn in_pounds(pence: i64) -> f64 {
    pence as f64 / 100.0
}
