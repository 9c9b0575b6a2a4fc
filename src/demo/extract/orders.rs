//! `extracts/finance/orders/orders_2020_21.csv` and on: the orders that the ledger holds, one file for each
//! financial year of the order. A placement bought by the session has an order of its own, for the sessions up to
//! its planned end; a provider's places have one a year, the taxis another.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;

use super::codes::{block_order, placement_order, transport_order};
use super::output::Output;
use super::price::{Unit, commissioned, place_rate, price_in};
use super::spend::span;
use super::supplier::Supplier;
use super::text::{british, grouped_pounds, line, pounds};
use crate::demo::account::Account;
use crate::demo::error::DemoError;
use crate::demo::levels::THIS_YEAR;
use crate::demo::provider::Price;
use crate::demo::providers::PROVIDERS;
use crate::demo::random::Stream;
use crate::demo::terms::{academic_year, date, financial_year, plus};
use crate::demo::town::district::Town;
use crate::demo::town::placement::Placement;

const HEADER: [&str; 13] = [
    "Order No",
    "Supplier ID",
    "Order Date",
    "Service From",
    "Service To",
    "Quantity",
    "Unit",
    "Unit Price",
    "Net Value",
    "Account",
    "Cost Centre(T)",
    "Order Text",
    "Status",
];

/// The yearly files while they are being written.
#[derive(Debug)]
pub(super) struct Exports {
    files: BTreeMap<i32, Output>,
    seed: u64,
    first_year: i32,
}

/// One order.
struct Order {
    number: String,
    supplier: Supplier,
    account: Account,
    on: NaiveDate,
    from: NaiveDate,
    to: NaiveDate,
    /// The last day for which it may be billed, agreed or not.
    billed_to: NaiveDate,
    /// Pence.
    net: i64,
    /// Quantity, unit and pounds for one, where it is for sessions.
    units: Option<[String; 3]>,
}

impl Exports {
    pub(super) fn create(dir: &Path, seed: u64, first_year: i32) -> Result<Self, DemoError> {
        let mut files = BTreeMap::new();
        for year in first_year..=THIS_YEAR {
            let name = format!("orders_{year}_{:02}.csv", (year + 1).rem_euclid(100));
            let mut file = Output::create(dir.join("extracts/finance/orders").join(name))?;
            file.windows_1252(&line(&HEADER))?;
            files.insert(year, file);
        }
        Ok(Self { files, seed, first_year })
    }

    /// Writes one district.
    pub(super) fn write(&mut self, town: &Town) -> Result<(), DemoError> {
        let mut chance = Stream::new(self.seed, "orders", town.district);
        let (first_day, last_day) = span(self.first_year);
        let mut orders: Vec<Order> =
            town.placements.iter().filter_map(|one| of_placement(town, one)).collect();
        // Pupils who came in an earlier year are still paid for by its orders.
        for year in self.first_year - 2..=THIS_YEAR {
            orders.extend(of_places(town, year));
            orders.push(of_transport(town, year));
        }
        orders.retain(|order| order.billed_to >= first_day && order.on <= last_day);
        orders.sort_by(|a, b| (a.on, &a.number).cmp(&(b.on, &b.number)));
        for order in &orders {
            // Earlier orders are in the first file, as orders brought forward are.
            let year = financial_year(order.on.max(first_day));
            let Some(file) = self.files.get_mut(&year) else { continue };
            let net = if chance.chance(30) {
                format!("£{}", grouped_pounds(order.net))
            } else {
                pounds(order.net)
            };
            let [quantity, unit, price] =
                order.units.as_ref().map_or([""; 3], |units| units.each_ref().map(String::as_str));
            let status = if order.to < date(THIS_YEAR, 8, 1) { "Closed" } else { "Open" };
            file.windows_1252(&line(&[
                &order.number,
                &order.supplier.id(town.district).to_string(),
                &british(order.on),
                &british(order.from),
                &british(order.to),
                quantity,
                unit,
                price,
                &net,
                order.account.code(),
                order.account.cost_centre(),
                "AP placement as agreed by panel",
                status,
            ]))?;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(), DemoError> {
        self.files.into_values().try_for_each(Output::finish)
    }
}

/// Makes the order of a placement that is bought by the session: for its sessions up to the planned end, or that of
/// the academic year.
fn of_placement(town: &Town, placement: &Placement) -> Option<Order> {
    let Price::Spot { session } = placement.provider().price else { return None };
    if placement.commissioner != "LA" {
        return None;
    }
    let year = academic_year(placement.started_on);
    let to = placement.planned_end_on.unwrap_or_else(|| date(year + 1, 7, 24)).max(placement.started_on);
    // 38 school weeks of the year's 52.
    let unit = Unit::of(placement.provider);
    let weeks = ((to - placement.started_on).num_days() / 7 + 1) * 38 / 52 + 1;
    Some(Order {
        number: placement_order(town, placement)?,
        supplier: Supplier::Provider(placement.provider),
        account: placement.provider().account,
        on: plus(placement.started_on, -i64::from(placement.number % 15)),
        from: placement.started_on,
        to,
        billed_to: to.max(placement.last_day()),
        net: weeks * i64::from(placement.sessions) * price_in(year, session),
        units: Some([
            unit.quantity(weeks * i64::from(placement.sessions)),
            unit.word().to_owned(),
            pounds(unit.price(price_in(year, session))),
        ]),
    })
}

fn of_places(town: &Town, year: i32) -> impl Iterator<Item = Order> + '_ {
    let blocks = PROVIDERS.iter().enumerate().filter(|(_, one)| matches!(one.price, Price::Block { .. }));
    blocks.map(move |(place, provider)| Order {
        number: block_order(town.district, place, year),
        supplier: Supplier::Provider(place),
        account: provider.account,
        on: date(year, 7, 15),
        from: date(year, 9, 1),
        to: date(year + 1, 8, 31),
        billed_to: date(year + 2, 8, 31),
        net: i64::from(commissioned(town.size, place, year)) * place_rate(place, year),
        units: None,
    })
}

/// Makes the order for eleven months of taxis.
fn of_transport(town: &Town, year: i32) -> Order {
    Order {
        number: transport_order(town.district, year),
        supplier: Supplier::Transport,
        account: Account::Transport,
        on: date(year, 8, 20),
        from: date(year, 9, 1),
        to: date(year + 1, 7, 31),
        billed_to: date(year + 1, 8, 31),
        net: i64::from(town.size.at_least_one(11_500)) * 100 * 11,
        units: None,
    }
}
