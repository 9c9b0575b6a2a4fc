use std::sync::Arc;

use crate::diagnostic::SourceFile;
use crate::project::{Disposition, SourceDefinition};
use crate::source::contract::Contract;
use crate::source::contract::cells::Cells;
use crate::source::error::SourceError;
use crate::source::extraction::Extraction;
use crate::source::inputs::Inputs;
use crate::source::intake::Intake;
use crate::source::intake::layout_settings::LayoutSettings;
use crate::source::receiver::Receiver;
use crate::source::row::Take;

/// What a query for totals states, by its columns' names.
pub(super) type StatedTotals = Vec<(String, String)>;

/// The query of a source that is a database, in the database's own dialect.
#[derive(Clone, Copy)]
pub(super) struct Query<'a> {
    source: &'a SourceDefinition,
    /// The query for the rows.
    pub(super) rows: &'a Arc<SourceFile>,
    /// The query whose one row states the count and the sums of the rows.
    pub(super) totals: Option<&'a Arc<SourceFile>>,
}

impl<'a> Query<'a> {
    /// Returns the query of `source`, or the fault that there is none.
    pub(super) fn of(source: &'a SourceDefinition) -> Result<Self, SourceError> {
        let rows = source.sql.as_ref().ok_or_else(|| {
            let message = format!("a source of a database needs a query: no file `{}.sql`", source.name);
            SourceError::contract(source, source.file.connection.span(), message, None)
        })?;
        Ok(Self { source, rows, totals: source.totals.as_ref() })
    }

    /// Streams the rows that `run` reads into the contract, and compares them with the totals that it returns.
    ///
    /// `run`: takes the names of the columns as a row 0, then each row of the result. Reads rows and totals in
    /// one transaction.
    pub(super) fn extract(
        self,
        inputs: &Inputs,
        run: impl FnOnce(Take<'_>) -> Result<StatedTotals, SourceError>,
    ) -> Result<Extraction, SourceError> {
        let contract = Contract::new(self.source, Cells::Written, inputs)?;
        let mut intake = Intake::new(self.rows.shown(), false, contract, LayoutSettings::names_first())?;
        let totals = run(&mut |row| intake.take(row))?;
        intake.expect_totals(totals);
        intake.finish(self.source.file.disposition == Disposition::Merge)
    }
}
