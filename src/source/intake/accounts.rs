//! Accounts for rows and money by outcome, compares them with what was read, with the file's own total and with the
//! totals of a second query, and scores the quality of the rows.

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Decimal128Type;

use super::Intake;
use super::pending::{Fate, Pending};
use crate::project::ColumnType;
use crate::source::contract::cells::Cells;
use crate::source::contract::column::ColumnWriter;
use crate::source::contract::number::write as write_amount;
use crate::source::error::SourceError;
use crate::source::extraction::ControlTotalFact;
use crate::source::intake::layout_settings::ControlRow;
use crate::store::{Quality, Share};

impl Intake<'_> {
    /// Adds the rows and the money of a batch to their outcomes.
    pub(super) fn account(&mut self, batch: &RecordBatch, pending: &[Pending]) {
        for pending in pending {
            match pending.fate {
                Fate::Publish => self.counts.published += 1,
                Fate::Duplicate => self.counts.duplicates += 1,
                Fate::SetAside(_) => self.counts.quarantined += 1,
            }
        }
        for (column, array) in self.contract.columns.iter().zip(batch.columns()) {
            let Some(totals) = self.money.get_mut(column.name()) else { continue };
            let Some(amounts) = array.as_primitive_opt::<Decimal128Type>() else { continue };
            for (pending, amount) in pending.iter().zip(amounts) {
                let amount = amount.unwrap_or(0);
                match pending.fate {
                    Fate::Publish => totals.published += amount,
                    Fate::Duplicate => totals.duplicates += amount,
                    Fate::SetAside(_) => totals.quarantined += amount,
                }
            }
        }
    }

    /// Refuses a file of which every day of `as_at` is after today: nothing says how far it reaches.
    pub(super) fn reaches_some_day(&self) -> Result<(), SourceError> {
        let column = self.contract.source.file.as_at.as_ref();
        let Some(column) = column.filter(|_| self.as_at.is_none() && self.contract.cells != Cells::Replayed)
        else {
            return Ok(());
        };
        let Some(latest) = self.ahead.and_then(chrono::NaiveDate::from_epoch_days) else { return Ok(()) };
        let (file, column, today) = (self.file.clone(), column.get_ref().clone(), self.contract.today);
        Err(SourceError::Ahead { file, column, today, latest })
    }

    /// Compares the totals that a second query states with the sums of the rows.
    pub(super) fn check_stated(&self) -> Result<(), SourceError> {
        for (name, stated) in &self.stated {
            let column = self.contract.columns.iter().find(|column| column.name() == name);
            let found = match column.and_then(|column| Some((column, column.money_scale()?))) {
                _ if name == "rows" => self.counts.read.to_string(),
                Some((column, scale)) => {
                    if column.amount(stated) == Some(column.total()) {
                        continue;
                    }
                    write_amount(column.total(), scale)
                }
                None => {
                    let source = self.contract.source;
                    let message = format!(
                        "the totals name `{name}`, and the contract has no such column of money or decimals"
                    );
                    let help = "name the columns `rows` or after columns of money or decimals".to_owned();
                    return Err(SourceError::contract(
                        source,
                        source.file.connection.span(),
                        message,
                        Some(help),
                    ));
                }
            };
            if *stated != found {
                let (query, what, stated) = (self.file.clone(), name.clone(), stated.clone());
                return Err(SourceError::QueryTotal { query, what, stated, found });
            }
        }
        Ok(())
    }

    /// Scores the quality of what was read, without timeliness.
    pub(super) fn quality(&self, totalled: bool) -> Quality {
        let read = self.counts.read;
        let columns = &self.contract.columns;
        let required = columns.iter().filter(|column| column.definition.required);
        let cells = |column: &ColumnWriter<'_>| {
            let (filled, refused) = column.cells();
            Share::new(filled - refused, filled)
        };
        let all = |shares: &mut dyn Iterator<Item = Share>| shares.fold(Share::default(), Share::and);
        let complete = required.map(|column| Share::new(column.cells().0, read));
        // A check letter confirms a pupil number, a stated total every amount under it.
        let upns = columns.iter().filter(|column| column.definition.kind == ColumnType::Upn).map(cells);
        let money = columns.iter().filter(|column| totalled && column.money_scale().is_some()).map(cells);
        Quality {
            completeness: all(&mut complete.into_iter()),
            uniqueness: Share::new(read - self.counts.duplicates - self.not_unique, read),
            // A row may be one of several that do not agree.
            consistency: Share::new(read.saturating_sub(self.not_consistent), read),
            timeliness: Share::default(),
            validity: all(&mut columns.iter().map(cells)).and(Share::new(0, self.ragged)),
            accuracy: all(&mut upns.chain(money)),
        }
    }

    /// Compares the total that the file states with the sum of its rows.
    pub(super) fn control_total(&self) -> Result<Option<ControlTotalFact>, SourceError> {
        let Some(control) = self.settings.control else { return Ok(None) };
        let column = self.contract.money_column(&control.column).and_then(|at| self.contract.columns.get(at));
        let Some((column, scale)) = column.and_then(|column| Some((column, column.money_scale()?))) else {
            return Ok(None);
        };
        let stated = match control.row {
            ControlRow::Footer => self.layout.stated(),
        };
        let stated = stated.and_then(|(row, cell)| Some((row, column.amount(cell)?)));
        let found = self.money.get(column.name()).map_or(0, |totals| totals.read);
        let (file, name) = (self.file.clone(), control.column.clone());
        match stated {
            None if control.required == Some(true) => Err(SourceError::NoControlTotal { file, column: name }),
            None => Ok(None),
            Some((row, stated)) if stated != found => {
                let (stated, found) = (write_amount(stated, scale), write_amount(found, scale));
                Err(SourceError::ControlTotal { file, column: name, row, stated, found })
            }
            Some((row, stated)) => {
                Ok(Some(ControlTotalFact { column: column.name().to_owned(), row, stated, found }))
            }
        }
    }

    /// Adds to a refusal for rows above the header what the file states as its total, where the rows below do not come to
    /// it.
    pub(super) fn with_total(&self, mut refusal: SourceError) -> SourceError {
        if let SourceError::RowsAbove { total, .. } = &mut refusal
            && let Err(SourceError::ControlTotal { row, stated, found, .. }) = self.control_total()
        {
            *total = format!(
                "; row {row} states a total of {stated}, and the rows below the header come to {found}"
            );
        }
        refusal
    }

    /// Checks that every row and every penny read is published, set aside or a dropped copy.
    pub(super) fn check_identities(&self) -> Result<(), SourceError> {
        let unaccounted = |what: &str, read: i128, accounted: i128| {
            let (file, what) = (self.file.clone(), what.to_owned());
            Err(SourceError::Unaccounted { file, what, read, accounted })
        };
        let accounted = self.rows.count() + self.quarantine.len() as u64 + self.counts.duplicates;
        if self.counts.read != accounted {
            return unaccounted("rows", i128::from(self.counts.read), i128::from(accounted));
        }
        for (column, totals) in &self.money {
            let accounted = totals.published + totals.quarantined + totals.duplicates;
            if totals.read != accounted {
                return unaccounted(column, totals.read, accounted);
            }
        }
        Ok(())
    }
}
