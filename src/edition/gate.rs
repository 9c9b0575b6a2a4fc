//! The tables of an edition through the gate, held against all that was shown before.

use arrow::array::RecordBatch;

use super::purpose::Purpose;
use super::record::all;
use super::{audited, disclosed, waiting};
use crate::disclosure::{Limits, Release, Together, clear_together};
use crate::job::{Context, Failure};
use crate::project::{Model, Report};

/// Clears the tables of a report for a period, as the content that it would hold.
///
/// # Errors
///
/// A failure of disclosure when they may not leave; damage when what was shown before cannot be read.
pub(super) fn clear(
    context: &Context,
    report: &Report,
    (period, digest): (&str, &str),
    tables: &[(&Model, &[RecordBatch])],
    purpose: Purpose,
) -> Result<Together, Failure> {
    let parameters = &context.project().council.parameters;
    let limits = Limits {
        threshold: parameters.suppression_threshold,
        percentage_floor: parameters.percentage_floor,
        dominance: parameters.dominance,
        nearness: parameters.nearness,
    };
    let release = Release {
        earlier: &disclosed::earlier(context, purpose)?,
        period,
        is_revision: !all(context, &report.name, Some(period))?.is_empty(),
        is_released: waiting::is_released(context, report, (period, digest))?,
        large: usize::try_from(parameters.large_revision).unwrap_or(usize::MAX),
    };
    match clear_together(tables, &limits, &release) {
        Ok(together) => {
            if purpose == Purpose::Edition {
                audited::write(context, report, period, &together.audit)?;
            }
            Ok(together)
        }
        Err(error) => Err(waiting::held(context, report, (period, digest), error, purpose)?),
    }
}
