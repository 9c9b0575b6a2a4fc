//! The rest of the council's spend, around that on alternative provision.

use chrono::{Datelike, NaiveDate};

use crate::demo::names::firm;
use crate::demo::random::Stream;
use crate::demo::terms::financial_year;

/// One line of the ledger as the export has it.
#[derive(Debug, Clone)]
pub(super) struct LedgerLine {
    pub(super) supplier_id: u32,
    pub(super) supplier_name: String,
    /// Pence.
    pub(super) amount: i64,
    pub(super) account: String,
    pub(super) account_title: String,
    pub(super) paid_on: NaiveDate,
    pub(super) transaction: u32,
    pub(super) service: String,
    pub(super) cost_centre: String,
    /// The order that it pays, where there is one.
    pub(super) order: String,
    /// The ledger's period, such as `202304` for July 2023.
    pub(super) period: String,
}

/// Account, its title, service, cost centre.
const ELSEWHERE: [(&str, &str, &str, &str); 22] = [
    ("R4400", "Services - Professional Fees", "Legal Services", "External Legal Costs"),
    ("R4400", "Services - Professional Fees", "Adult Education", "Skills and Growth"),
    ("R4010", "Equipment - Catering", "Catering", "Education Catering  General Overheads"),
    ("R4308", "Stationery", "Support Services", "Business Support Unit"),
    ("R2076", "Grounds Maintenance - Non Contract", "Environmental Services", "Parks and Verges"),
    ("R2704", "Refuse Collection", "Facilities", "Civic Hall"),
    ("R4700", "Grant Payments", "External Funding", "Community Grants"),
    ("R5501", "TPP - Social Care Support Services", "Adult Services", "Independent Living"),
    ("R5502", "TPP - Residential Care", "Children's Services", "External Residential"),
    ("R5503", "TPP - Foster Care Agencies", "Children's Services", "Agency Fostering"),
    ("R5010", "TPP - Other", "Starting and Developing Well", "Family Hubs"),
    ("R4000", "Equipment - Purchase", "Digital", "Infrastructure"),
    ("R4120", "Software Licences", "Digital", "Applications"),
    ("R1200", "Agency Staff", "Waste", "Collection Rounds"),
    ("R3110", "Vehicle Hire", "Fleet", "Fleet Operations"),
    ("R3201", "Home to School Transport - SEN", "Inclusion and SEND", "SEN Transport"),
    ("R5020", "TPP - Top-up Special Schools", "Inclusion and SEND", "Special School Top-Ups"),
    ("R2500", "Electricity", "Facilities", "Corporate Landlord"),
    ("C1100", "Construction and Conversion", "Capital", "Schools Safety Programme"),
    ("C1200", "Highways Works", "Capital", "Carriageways"),
    ("R4601", "Training", "People", "Organisational Development"),
    ("R4900", "Sundry", "Finance", "Corporate Adjustments"),
];

/// The council's other suppliers.
#[derive(Debug)]
pub(super) struct Suppliers {
    list: Vec<(u32, String)>,
}

impl Suppliers {
    pub(super) fn draw(chance: &mut Stream) -> Self {
        let mut next = 700_000;
        let list = std::iter::repeat_with(|| {
            next += 20 + chance.below(100);
            (next, firm(chance))
        });
        Self { list: list.take(380).collect() }
    }

    /// Makes a line of a month, on one of its days.
    pub(super) fn line(
        &self,
        chance: &mut Stream,
        first: NaiveDate,
        last: NaiveDate,
        transaction: u32,
    ) -> LedgerLine {
        let (supplier_id, name) = chance.pick(&self.list);
        let (account, title, service, cost_centre) = *chance.pick(&ELSEWHERE);
        // Many small amounts and a few large ones.
        let size = chance.weighted(&[
            (2_000_i64, 3),
            (9_000, 6),
            (40_000, 7),
            (180_000, 5),
            (900_000, 2),
            (4_500_000, 1),
        ]);
        let amount = chance.between(size / 9, size) * if chance.chance(28) { -1 } else { 1 };
        // One in twelve is a round sum.
        let amount = if chance.chance(83) { amount / 10_000 * 10_000 + 10_000 } else { amount };
        let line = LedgerLine {
            supplier_id: *supplier_id,
            supplier_name: name.clone(),
            amount,
            account: account.to_owned(),
            account_title: title.to_owned(),
            paid_on: chance.day(first, last),
            transaction,
            service: service.to_owned(),
            cost_centre: format!("{cost_centre}{}", if chance.chance(90) { "\t\t\t" } else { "" }),
            order: String::new(),
            period: String::new(),
        };
        LedgerLine { period: period(line.paid_on), ..line }
    }
}

/// Returns the ledger's period of a day: the financial year and the month in it, as `202304` for July 2023.
pub(super) fn period(day: NaiveDate) -> String {
    format!("{}{:02}", financial_year(day), (day.month() + 8) % 12 + 1)
}
