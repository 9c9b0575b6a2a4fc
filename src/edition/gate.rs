//! The tables of an edition through the gate, held against all that was shown before.

use arrow::array::RecordBatch;

use super::beside::Other;
use super::record::all;
use super::waiting::Stopped;
use super::{audited, disclosed, waiting};
use crate::disclosure::{Beside, Limits, Release, Together, clear_together};
use crate::job::Context;
use crate::project::{Model, Report};

/// Clears the tables of a report for a period, as the content that it would hold, beside what other reports showed.
///
/// # Errors
///
/// When they may not leave, or wait for a person; damage when what was shown before cannot be read.
pub(super) fn clear(
    context: &Context,
    report: &Report,
    (period, digest): (&str, &str),
    tables: &[(&Model, &[RecordBatch])],
    others: &[Other<'_>],
) -> Result<Together, Stopped> {
    let parameters = &context.project().council.parameters;
    let limits = Limits {
        threshold: parameters.suppression_threshold,
        percentage_floor: parameters.percentage_floor,
        dominance: parameters.dominance,
        nearness: parameters.nearness,
    };
    let beside: Vec<Beside<'_>> = others
        .iter()
        .map(|other| Beside { model: other.model, batches: &other.rows, period: &other.period })
        .collect();
    let release = Release {
        beside: &beside,
        earlier: &disclosed::earlier(context)?,
        period,
        is_revision: !all(context, &report.name, Some(period))?.is_empty(),
        is_released: waiting::is_released(context, report, (period, digest))?,
        large: usize::try_from(parameters.large_revision).unwrap_or(usize::MAX),
    };
    match clear_together(tables, &limits, &release) {
        Ok(together) => {
            audited::write(context, report, period, &together.audit)?;
            Ok(together)
        }
        Err(error) => Err(waiting::held(report, (period, digest), error)),
    }
}
