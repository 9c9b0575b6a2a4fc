//! What a reader takes a figure for by the names around it.

/// What rows that are totals are called.
const TOTALS: [&str; 5] = ["total", "all", "total, all", "all pupils", "whole council"];

/// Words of heads and titles whose figures are pounds, or worked out from other figures: those move by whatever they move.
const NO_COUNTS: [&str; 21] = [
    "spend",
    "cost",
    "paid",
    "invoice",
    "order",
    "price",
    "fund",
    "budget",
    "£",
    "rate",
    "share",
    "%",
    "per ",
    "week",
    "day",
    "change",
    "index",
    "occupancy",
    "risk",
    "contract",
    "median",
];

/// Returns whether a row is the total of others by its name.
pub(super) fn is_total(name: &str) -> bool {
    TOTALS.contains(&name.to_lowercase().as_str())
}

/// Returns whether a name is that of a year, a month or a day: a number of a school has digits as well, and no year of ours.
pub(super) fn is_period(name: &str) -> bool {
    let Some((year, rest)) = name.split_at_checked(4) else { return false };
    let is_year =
        year.bytes().all(|byte| byte.is_ascii_digit()) && (year.starts_with("19") || year.starts_with("20"));
    let goes_on = rest.is_empty() || rest.starts_with(['/', '-']);
    is_year && goes_on && rest.bytes().all(|byte| byte.is_ascii_digit() || b"/-".contains(&byte))
}

/// Returns whether nothing in the head of a column says that its figures are pounds or worked out.
pub(super) fn is_named_as_count(head: &str) -> bool {
    let head = head.to_lowercase();
    head.contains("within") || !head.starts_with("due") && !NO_COUNTS.iter().any(|word| head.contains(word))
}

/// Returns whether the head of a column says that its figures are averages or shares, whose total is not a sum.
pub(super) fn is_named_as_average(head: &str) -> bool {
    let head = head.to_lowercase();
    ["median", "mean", "average", "rate", "share", "%", "per "].iter().any(|word| head.contains(word))
}
