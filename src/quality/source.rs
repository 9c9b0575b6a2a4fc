use chrono::NaiveDate;

use super::finding::{Counted, Finding, Severity, Topic};
use crate::calendar::Span;
use crate::engine::TableName;
use crate::ingest::assemble;
use crate::ingest::parts::{self, PartFact, PartState};
use crate::job::{Context, Failure};
use crate::project::{Missing, Pipeline, SourceDefinition};

/// How old a source may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit {
    pub(super) days: i64,
    /// Whether a report is held when it is older.
    pub(super) holds: bool,
}

/// One source of a project.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) context: &'a Context,
    pub(super) pipeline: &'a Pipeline,
    pub(super) definition: &'a SourceDefinition,
}

impl Source<'_> {
    pub(super) fn name(&self) -> TableName {
        TableName::new(&self.pipeline.name, &self.definition.name)
    }

    /// Returns whether its rows are about persons.
    pub(super) fn is_personal(&self) -> bool {
        self.definition.file.columns.iter().any(|column| column.privacy.is_personal())
    }

    /// Makes a finding of this source, which counts nothing yet.
    pub(super) fn finding(
        &self,
        topic: Topic,
        detail: &str,
        severity: Severity,
        rule: String,
        since: NaiveDate,
    ) -> Finding {
        Finding::new(self.pipeline, self.name().to_string(), topic, detail, severity, rule, since)
    }

    /// Returns how old it may be: by those who read it, or by itself where it says less.
    pub(super) fn limit(&self, of_readers: Option<&Limit>) -> Option<Limit> {
        let own = self.definition.file.max_age.as_ref().and_then(|age| Span::days_in(age.get_ref()));
        let own = own.map(|days| Limit { days, holds: false });
        match (of_readers.copied(), own) {
            (Some(readers), Some(own)) if own.days < readers.days => Some(own),
            (readers, own) => readers.or(own),
        }
    }

    pub(super) fn never_landed(&self, limit: Option<Limit>) -> Option<Finding> {
        let limit = limit?;
        let severity = if limit.holds { Severity::Stop } else { Severity::Warn };
        let rule = "nothing has landed yet".to_owned();
        Some(self.finding(Topic::NeverLanded, "", severity, rule, self.context.clock().today()))
    }

    pub(super) fn late(&self, received: NaiveDate, age: i64, limit: Limit) -> Option<Finding> {
        let since = received + chrono::TimeDelta::days(limit.days + 1);
        let severity = if limit.holds { Severity::Stop } else { Severity::Warn };
        let rule = format!(
            "expected data at most {} days old, the newest is of {}",
            limit.days,
            received.format("%-d %B %Y")
        );
        (age > limit.days).then(|| self.finding(Topic::Late, "", severity, rule, since))
    }

    /// Returns the months, terms or years that are missing or thin.
    pub(super) fn parts(&self) -> Result<Vec<Finding>, Failure> {
        let Some(series) = &self.definition.file.series else { return Ok(Vec::new()) };
        let assembly = assemble::assembly(self.context, self.pipeline, self.definition, None)?;
        let rows = assembly.map(|assembly| assembly.rows(self.context)).transpose()?.unwrap_or_default();
        let today = self.context.clock().today();
        let facts = parts::states(series, &parts::rows(series, &rows), today, today);
        let of_fact = |fact: PartFact| {
            let (part, label) = (fact.part.to_string(), fact.part.label());
            let due = format!("due {}", fact.due.format("%-d %B %Y"));
            match fact.state {
                PartState::Missing => {
                    let holds = series.missing == Missing::Hold;
                    let severity = if holds { Severity::Stop } else { Severity::Warn };
                    let rule = format!("no row of {label}, {due}");
                    Some(self.finding(Topic::PartMissing, &part, severity, rule, fact.due))
                }
                PartState::Thin => {
                    let rule = format!("in {label}, far fewer than in the parts before it, {due}");
                    let thin = self.finding(Topic::PartThin, &part, Severity::Warn, rule, fact.due);
                    Some(Finding { rows: self.count(fact.rows), ..thin })
                }
                PartState::Present | PartState::NotDue => None,
            }
        };
        Ok(facts.into_iter().filter_map(of_fact).collect())
    }

    pub(super) fn count(&self, rows: u64) -> Counted {
        Counted { rows: Some(rows), personal: self.is_personal() }
    }
}
