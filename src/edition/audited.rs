//! Why each cell of a report is hidden: `restricted/disclosure/<report>/<period>.csv`, for the owners of the data and nobody
//! else, since it says more than the report.

use crate::diagnostic::Cause;
use crate::disclosure::Audited;
use crate::job::context::no_such;
use crate::job::{Context, Failure, Kept};
use crate::project::Report;
use crate::store::StoreError;

const HEAD: [&str; 7] = ["table", "row", "column", "status", "because", "least", "most"];

/// Writes why each hidden cell is hidden, in place of what was written of the period before.
pub(super) fn write(
    context: &Context,
    report: &Report,
    period: &str,
    audit: &[Audited],
) -> Result<(), Failure> {
    let mut to = csv::Writer::from_writer(Vec::new());
    to.write_record(HEAD).map_err(Failure::bug)?;
    for cell in audit {
        let (least, most) = cell.between.clone().unwrap_or_default();
        let status = cell.status.to_string();
        to.write_record([&cell.table, &cell.row, &cell.column, &status, &cell.because, &least, &most])
            .map_err(Failure::bug)?;
    }
    let bytes = to.into_inner().map_err(Failure::bug)?;
    Ok(context.store().objects().replace(&name(&report.name, period), &bytes)?)
}

/// Reads why each hidden cell of a report is hidden: of the period that is named, or of the newest.
///
/// # Errors
///
/// When there is no such report, or nothing was written of it or of the period.
pub(crate) fn read(
    context: &Context,
    report: &str,
    period: Option<&str>,
) -> Result<(String, Vec<Audited>), Failure> {
    let report = context.report(report)?;
    let objects = context.store().objects();
    let prefix = format!("restricted/disclosure/{}/", report.name);
    let names = objects.list(prefix.trim_end_matches('/'))?;
    let of = |name: &String| Some(name.strip_prefix(&prefix)?.strip_suffix(".csv")?.to_owned());
    let known: Vec<String> = names.iter().filter_map(of).collect();
    let found = known.iter().filter(|found| period.is_none_or(|period| period == found.as_str())).max();
    let missing = || {
        let failure = match period {
            Some(period) if !known.is_empty() => no_such("period", period, &known),
            _ => Failure::usage("expected an edition of the report, found none")
                .help("run its pipeline to make one"),
        };
        failure.at(&report.name).kept(Kept::Everything)
    };
    let period = found.cloned().ok_or_else(missing)?;
    let file = name(&report.name, &period);
    let bytes = objects.read(&file)?.ok_or_else(missing)?;
    let damaged = |what: Cause| StoreError::Corrupt { name: file.clone(), what };
    let mut cells = Vec::new();
    for row in csv::Reader::from_reader(bytes.as_slice()).into_records() {
        let row = row.map_err(|error| damaged(Cause::of(&error)))?;
        let text = |at: usize| row.get(at).unwrap_or_default().to_owned();
        let between = Some((text(5), text(6))).filter(|(least, _)| !least.is_empty());
        cells.push(Audited {
            table: text(0),
            row: text(1),
            column: text(2),
            status: text(3).chars().next().ok_or_else(|| damaged("a row has no status".into()))?,
            because: text(4),
            between,
        });
    }
    Ok((period, cells))
}

fn name(report: &str, period: &str) -> String {
    format!("restricted/disclosure/{report}/{period}.csv")
}
