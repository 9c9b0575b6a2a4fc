//! Chooses what a contract says of one column, and says what that rests on.

use chrono::Datelike;

use super::contract::{About, Column, Kind, shown};
use super::hide::{Suspicion, hide};
use super::personal::Identifier;
use super::profile::{DAYS, Profile};
use crate::text::counted;

/// Words, in small letters, by which files say that a cell holds nothing.
const NOTHING: [&str; 26] = [
    "x", "c", "z", "k", "u", "low", "-", "--", "\u{2013}", "\u{2014}", ".", "..", "...", ":", "n/a", "na",
    "n.a.", "n/k", "null", "none", "nil", "tbc", "tba", "unknown", "(blank)", "#n/a",
];
/// Words of a name by which its column holds days.
const DAY_NAMES: [&str; 14] = [
    "date", "day", "dob", "birth", "on", "from", "to", "start", "end", "started", "ended", "due", "since",
    "until",
];
/// Words of a name by which figures are a code.
const CODE_NAMES: [&str; 30] = [
    "id",
    "no",
    "num",
    "number",
    "code",
    "ref",
    "reference",
    "urn",
    "ukprn",
    "uprn",
    "laestab",
    "estab",
    "lea",
    "key",
    "account",
    "invoice",
    "voucher",
    "transno",
    "orderno",
    "upn",
    "uln",
    "phone",
    "dfe",
    "identifier",
    "postcode",
    "cc",
    "cpv",
    "period",
    "isbn",
    "extension",
];
/// Words of a name by which numbers are sums of money.
const MONEY_NAMES: [&str; 28] = [
    "amount",
    "value",
    "cost",
    "costs",
    "price",
    "paid",
    "spend",
    "spent",
    "gross",
    "net",
    "vat",
    "budget",
    "actual",
    "forecast",
    "fee",
    "fees",
    "charge",
    "pounds",
    "gbp",
    "expenditure",
    "income",
    "balance",
    "debit",
    "credit",
    "payment",
    "outturn",
    "funding",
    "sum",
];

/// Chooses what the contract says of a column.
pub(super) fn choose(
    name: String,
    from: String,
    profile: &Profile,
    suspicion: Option<&Suspicion>,
    about: About,
) -> Column {
    let mut column = Column {
        name,
        from,
        kind: Kind::Text,
        required: false,
        optional: false,
        blanks: Vec::new(),
        privacy: None,
        fill_down: profile.merged > 0,
        says: vec![evidence(profile, suspicion.is_some())],
    };
    if profile.filled == 0 {
        column.says.push("unsure: every cell is blank, so nothing shows its type".to_owned());
    } else {
        column.kind = kind(&mut column, profile, suspicion, about);
    }
    if let Some((what, why)) = suspicion {
        hide(&mut column, profile, *what, why, about);
    }
    let is_plain = !matches!(column.kind, Kind::Text | Kind::Boolean) && column.privacy.is_none();
    column.required = is_plain && profile.blank == 0 && column.blanks.is_empty() && profile.filled > 1;
    if column.fill_down {
        column.required = false;
        let merged = counted(profile.merged, "cell is", "cells are");
        column.says.push(format!("{merged} merged with the one above and repeat it"));
    }
    column
}

/// Says how many cells there are.
fn evidence(profile: &Profile, is_hidden: bool) -> String {
    let mut says = vec![format!("{} filled", shown(profile.filled))];
    if profile.blank > 0 {
        says.push(format!("{} blank", shown(profile.blank)));
    }
    if profile.is_unique() {
        says.push("no two alike".to_owned());
    } else if profile.filled > 1 && profile.different() <= 50 && !is_hidden {
        says.push(format!("{} different", profile.different()));
    }
    says.join(", ")
}

/// Chooses the type of a column that holds something.
fn kind(column: &mut Column, profile: &Profile, suspicion: Option<&Suspicion>, about: About) -> Kind {
    let suspected = suspicion.map(|(what, _)| *what);
    let name = column.name.clone();
    let has = |words: &[&str]| name.split('_').any(|word| words.contains(&word));
    let (is_code, is_money, is_day) = (has(&CODE_NAMES), has(&MONEY_NAMES), has(&DAY_NAMES));
    let is_hidden = suspicion.is_some_and(|(what, _)| *what != Identifier::Supplier);
    // Whatever is neither a value of the type nor a word for nothing makes the column one of text.
    let nothing = |values: u64| nothing_words(profile, values);
    if suspected == Some(Identifier::Upn) {
        let valid = profile.looks.upns - profile.looks.upns_wrong;
        if let Some(words) = nothing(valid) {
            take_blanks(column, profile, words);
            return Kind::Upn;
        }
        let wrong = shown(profile.filled - valid);
        column.says.push(format!(
            "unsure: {wrong} are not pupil numbers with the right check letter; `type = \"upn\"` would set their rows aside"
        ));
        return Kind::Text;
    }
    let days: u64 = profile.days.values().sum();
    if days > 0
        && let Some(words) = nothing(days)
        && let Some(formats) = formats(profile, is_day)
    {
        take_blanks(column, profile, words);
        return date(column, profile, formats, suspected, about);
    }
    if let Some(words) = nothing(profile.years).filter(|_| profile.years > 0) {
        let is_plain = profile.whole == profile.years;
        if !is_plain || has(&["year", "period"]) {
            take_blanks(column, profile, words);
            if has(&["financial", "fy", "fiscal"]) {
                return Kind::FinancialYear;
            }
            if !has(&["academic", "ay", "school"]) {
                column.says.push("unsure: academic years, or financial ones (`financial_year`)".to_owned());
            }
            return Kind::AcademicYear;
        }
    }
    let is_zero_or_one = profile.booleans == profile.whole;
    if let Some(words) = nothing(profile.booleans).filter(|_| profile.booleans > 0)
        && (!is_zero_or_one || has(&["is", "has", "flag"]))
    {
        take_blanks(column, profile, words);
        return Kind::Boolean;
    }
    if let Some(words) = nothing(profile.money).filter(|_| profile.money > 0) {
        return number(column, profile, words, is_code, is_money);
    }
    almost(column, profile, days, is_hidden);
    text_words(column, profile, is_hidden);
    Kind::Text
}

/// Chooses the type of a column of numbers.
fn number(column: &mut Column, profile: &Profile, words: Vec<String>, is_code: bool, is_money: bool) -> Kind {
    let is_whole = profile.whole == profile.money;
    let why = if profile.padded > 0 && is_whole {
        Some(format!("{} begin with a zero: they are a code, kept as text", shown(profile.padded)))
    } else if profile.as_code > 0 {
        Some("the sheet shows them with zeros or letters that are no part of them: they are a code, kept as text".to_owned())
    } else if is_whole && is_code && !is_money {
        Some("figures that are a code by its name, kept as text".to_owned())
    } else if is_whole && profile.figures >= 12 {
        Some(format!("figures of up to {} places: a code, kept as text", profile.figures))
    } else {
        None
    };
    if let Some(why) = why {
        column.says.push(why);
        return Kind::Text;
    }
    take_blanks(column, profile, words);
    if profile.foreign > 0 {
        let foreign = shown(profile.foreign);
        column.says.push(format!("unsure: {foreign} are shown as sums of another currency than pounds"));
        return Kind::Decimal(profile.places.max(2));
    }
    if profile.percentages > 0 {
        let count = shown(profile.percentages);
        column.says.push(format!("{count} are shown as a percentage and read as parts of one"));
        return Kind::Decimal(profile.places.max(2));
    }
    if profile.as_money > 0 || is_money && profile.places <= 4 {
        return Kind::Money(profile.places.max(2));
    }
    if profile.places > 6 {
        let places = profile.places;
        column
            .says
            .push(format!("unsure: up to {places} decimal places, as programs write what they worked out"));
    }
    if profile.places == 0 { Kind::Integer } else { Kind::Decimal(profile.places) }
}

/// Chooses the formats of a column of days: few that read all of them, in one order of day and month. Figures alone are
/// days only where the name says so.
fn formats(profile: &Profile, is_day: bool) -> Option<Vec<&'static str>> {
    let mut rest: Vec<(u32, u64)> = profile.days.iter().map(|(bits, count)| (*bits, *count)).collect();
    let mut chosen = Vec::new();
    while !rest.is_empty() && chosen.len() < 4 {
        let reads = |at: usize| -> u64 {
            rest.iter().filter(|(bits, _)| bits & (1 << at) != 0).map(|(_, count)| count).sum()
        };
        let fits = |at: &usize| {
            let format = DAYS.get(*at).copied().unwrap_or_default();
            let is_figures = matches!(format, "serial" | "%Y%m%d");
            let other = match format {
                "%m/%d/%Y" => "%d/%m/%Y",
                "%d/%m/%Y" => "%m/%d/%Y",
                _ => "",
            };
            (!is_figures || is_day) && !chosen.contains(&other)
        };
        // The first of those that read the most.
        let best = (0..DAYS.len()).filter(fits).rev().max_by_key(|at| reads(*at))?;
        if reads(best) == 0 {
            return None;
        }
        rest.retain(|(bits, _)| bits & (1 << best) == 0);
        chosen.push(DAYS.get(best).copied()?);
    }
    rest.is_empty().then_some(chosen)
}

/// Finishes a column of days.
fn date(
    column: &mut Column,
    profile: &Profile,
    formats: Vec<&'static str>,
    suspected: Option<Identifier>,
    about: About,
) -> Kind {
    let at = |format: &str| DAYS.iter().position(|known| *known == format).map_or(0, |at| 1_u32 << at);
    let either = at("%d/%m/%Y") | at("%m/%d/%Y");
    if formats.contains(&"%d/%m/%Y") && profile.days.keys().all(|bits| bits & either != at("%d/%m/%Y")) {
        column.says.push("unsure: no day is above 12, so the month may come first (`%m/%d/%Y`)".to_owned());
    }
    if formats.contains(&"serial") {
        column.says.push("unsure: figures of five places, read as a spreadsheet's count of days".to_owned());
    }
    if formats.len() > 1 {
        column.says.push(format!("its days are written in {} forms", formats.len()));
    }
    let is_short = formats.iter().any(|format| format.contains("%y"));
    let years_from = (is_short && profile.latest.is_some_and(|latest| latest > about.today)).then(|| {
        let from = if suspected == Some(Identifier::Birth) {
            about.today.year() - 99
        } else {
            about.today.year() - 69
        };
        column.says.push(format!(
            "unsure: years of two figures, some after today; they are read as {from} to {}",
            from + 99
        ));
        from
    });
    Kind::Date { formats, years_from }
}

/// Returns the words that stand for nothing beside so many values of a type; `None` where there are other cells too, or
/// hardly a value.
fn nothing_words(profile: &Profile, values: u64) -> Option<Vec<String>> {
    let total: u64 = profile.words.values().sum();
    if values == 0 || values + total != profile.filled || profile.others > 0 {
        return None;
    }
    // Any other word may be a value of its own, and is not taken for a blank.
    let is_listed = |word: &String| NOTHING.contains(&word.as_str()) || word.starts_with('#');
    let is_enough = values * 10 >= profile.filled;
    (is_enough && profile.words.keys().all(is_listed)).then(|| profile.words.keys().cloned().collect())
}

/// Takes words as blanks, and says how many cells hold each.
fn take_blanks(column: &mut Column, profile: &Profile, words: Vec<String>) {
    if words.is_empty() {
        return;
    }
    let counts: Vec<String> = words
        .iter()
        .map(|word| format!("`{word}` in {}", shown(profile.words.get(word).copied().unwrap_or(0))))
        .collect();
    let unsure = if words.iter().any(|word| word.starts_with('#')) { "unsure: " } else { "" };
    column.says.push(format!("{unsure}read as blank: {}", counts.join(", ")));
    column.blanks = words;
}

/// Says that a column of text is almost of another type.
fn almost(column: &mut Column, profile: &Profile, days: u64, is_hidden: bool) {
    let most = |count: u64| count < profile.filled && count * 10 >= profile.filled * 7;
    let (what, count, first) = if most(days) {
        ("dates", days, profile.first_not_day)
    } else if most(profile.money) {
        ("numbers", profile.money, profile.first_not_number)
    } else {
        return;
    };
    let first = first.map_or_else(String::new, |row| format!(", the first in row {row}"));
    let hidden =
        if is_hidden { "" } else { ": correct them in the file, or name what they hold in `blanks`" };
    column.says.push(format!(
        "unsure: {what} in {} of {} cells; the others are not{first}{hidden}",
        shown(count),
        shown(profile.filled)
    ));
}

/// Says which words for nothing a column of text holds, and takes failed formulas for blank.
fn text_words(column: &mut Column, profile: &Profile, is_hidden: bool) {
    let failed: Vec<String> = profile.words.keys().filter(|word| word.starts_with('#')).cloned().collect();
    if profile.errors > 0 {
        let count = counted(profile.errors, "formula", "formulas");
        column.says.push(format!("unsure: {count} failed in a spreadsheet; read as blank"));
        column.blanks = failed;
    }
    let known = ["n/a", "null", "none", "-", "tbc", "unknown", "(blank)"];
    let found: Vec<String> = profile
        .words
        .iter()
        .filter(|(word, _)| known.contains(&word.as_str()) && !is_hidden)
        .map(|(word, count)| format!("`{word}` in {}", shown(*count)))
        .collect();
    if !found.is_empty() && profile.different() > 2 {
        column.says.push(format!(
            "unsure: may mean nothing, and is text here: {}; if so, name it in `blanks`",
            found.join(", ")
        ));
    }
}
