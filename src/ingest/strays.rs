//! Rows of a file that belong to no part of a series, or to one that cannot be: they are counted and named, and make no part
//! look received.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use chrono::NaiveDate;

use super::parts;
use crate::calendar::Period;
use crate::project::Series;
use crate::source::Extraction;

/// The rule by which rows are counted whose cell for the part is blank, or names none.
pub(super) const IN_NO_PART: &str = "in_no_part";
/// The rule by which rows are counted whose part lies far off all others, or after the day of reading.
pub(super) const FAR_OFF: &str = "part_far_off";

/// Counts such rows of an extract. `there`: the rows of each part that other files have in the table.
pub(super) fn count(
    series: &Series,
    there: &BTreeMap<Period, u64>,
    rows: &[RecordBatch],
    today: NaiveDate,
    extraction: &mut Extraction,
) {
    let own = parts::rows(series, rows);
    let mut all = there.clone();
    for (part, rows) in &own {
        *all.entry(*part).or_default() += rows;
    }
    let mut strays = parts::far_off(&all, today);
    strays.extend(own.keys().filter(|part| part.start() > today));
    let (mut none, mut far) = ((0, 0), (0, 0));
    let mut first_part = None;
    for batch in rows {
        let placed = parts::of_rows(series, batch);
        let numbers =
            batch.column_by_name("_row").and_then(|numbers| numbers.as_primitive_opt::<Int64Type>());
        for (at, part) in placed.into_iter().enumerate() {
            let number =
                numbers.filter(|numbers| numbers.is_valid(at)).map_or(0, |numbers| numbers.value(at));
            let counted = match part {
                None => &mut none,
                Some(part) if strays.contains(&part) => {
                    first_part.get_or_insert(part);
                    &mut far
                }
                Some(_) => continue,
            };
            if counted.0 == 0 {
                counted.1 = number;
            }
            counted.0 += 1;
        }
    }
    let by = series.by.get_ref();
    let of_part = first_part.map_or_else(String::new, |part| format!(" of {}", part.label()));
    for (rule, (count, first), of) in [(IN_NO_PART, none, String::new()), (FAR_OFF, far, of_part)] {
        if count > 0 {
            extraction.warnings.insert(rule.to_owned(), count);
            extraction.first.insert(rule.to_owned(), format!("row {first}{of}, `{by}`"));
        }
    }
}
