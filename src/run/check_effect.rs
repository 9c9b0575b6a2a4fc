//! Keys that change nothing as they are written, or that another key contradicts, in every file of a project. Those of a
//! contract are found by `source`.

use std::collections::BTreeSet;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use crate::calendar::Which;
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile};
use crate::project::{Approval, Pipeline, Project};

/// Numbers of which 0 leaves nothing: rows shown, years ahead, what something is divided by.
const ABOVE_ZERO: [&str; 14] = [
    "forecast_draws",
    "fte_sessions",
    "largest_message_mib",
    "last",
    "memory_mib",
    "per",
    "per_minute",
    "port",
    "query_seconds",
    "road_speed_kmh",
    "school_days",
    "threshold",
    "top",
    "years",
];
/// Names of tables whose keys are the user's own, and whose texts may be empty.
const OF_CODES: [&str; 2] = ["labels", "map"];
/// Counts from 1 to one less than this are hidden: below it, none are.
const LEAST_THRESHOLD: u32 = 2;

/// Finds every such key of `project`.
pub(super) fn check(project: &Project, faults: &mut Diagnostics) {
    for name in ["sufficiency.toml", "settings.toml", "recipients.toml"] {
        let path = project.root.join(name);
        if !path.exists() {
            continue;
        }
        let Some(file) = faults.collect(SourceFile::read(&project.root, &path)) else { continue };
        with_table(&file, |table| {
            Walk { file: &file, quoted: name != "settings.toml", faults: &mut *faults }.table(table);
            if name == "sufficiency.toml" {
                threshold(project, &file, table, faults);
            }
            if name == "recipients.toml" {
                unconfirmed(project, &file, table, faults);
            }
        });
    }
    for pipeline in project.pipelines.values() {
        let sources = pipeline.sources.values().map(|source| &source.source);
        let models = pipeline.models.values().filter_map(|model| model.settings.as_ref());
        for file in std::iter::once(&pipeline.source).chain(sources).chain(models) {
            with_table(file, |table| Walk { file, quoted: true, faults: &mut *faults }.table(table));
        }
        of_another_kind(project, pipeline, faults);
        if pipeline.file.reports.is_empty() {
            let why = "this pipeline delivers no report";
            with_table(&pipeline.source, |table| {
                for schedule in schedules(table) {
                    idle(&pipeline.source, schedule, &["period", "reports"], why, faults);
                }
            });
        }
        for model in pipeline.models.values() {
            let Some(settings) = &model.settings else { continue };
            let own = model.file.disclosure.as_ref().and_then(|policy| policy.threshold);
            let of_project = project.council.parameters.suppression_threshold;
            with_table(settings, |table| {
                if model.file.computed.is_empty() && model.file.computed_table.is_none() {
                    idle(settings, table, &["working"], "no column is computed", faults);
                }
                if model.file.indicators.is_empty() {
                    idle(settings, table, &["every_indicator"], "the table has no indicators", faults);
                }
                let Some(policy) = below(table, "disclosure") else { return };
                if model.file.disclosure.as_ref().is_some_and(|policy| policy.counts.is_empty()) {
                    idle(settings, policy, &["hide_zeros"], "there are no `counts` to hide", faults);
                }
                if own.is_some_and(|own| own <= of_project)
                    && let Some((key, _)) = policy.iter().find(|(key, _)| key.get_ref() == "threshold")
                {
                    let message =
                        format!("`threshold` changes nothing: the project hides counts below {of_project}");
                    let help = "write a greater number, or leave it out".to_owned();
                    faults.push(Diagnostic::warning(settings, Some(key.span()), message).with_help(help));
                }
            });
        }
    }
    for report in project.reports.values() {
        let file = &report.source;
        with_table(file, |table| {
            Walk { file, quoted: true, faults: &mut *faults }.table(table);
            if report.file.approval == Approval::Never {
                idle(file, table, &["approve_within"], "no edition waits for approval", faults);
            }
            if report.file.paper.is_none() {
                idle(file, table, &["unwritten"], "the report has no paper that officers write in", faults);
            }
        });
    }
}

/// Finds schedules that name a period of another kind than the reports of their pipeline are for.
fn of_another_kind(project: &Project, pipeline: &Pipeline, faults: &mut Diagnostics) {
    let first = pipeline.file.reports.iter().find_map(|name| project.reports.get(name.get_ref()));
    let Some(usual) = first.map(|report| report.file.period.any()) else { return };
    for text in pipeline.file.schedule.0.iter().filter_map(|schedule| schedule.period.as_ref()) {
        if let Ok(Which::Named(period)) = Which::parse(text.get_ref(), usual)
            && !period.is_like(usual)
        {
            let (expected, example) = usual.kind();
            let message = format!("expected {expected}, found {} `{period}`", period.kind().0);
            let help = format!("the reports are for {expected}: write it as `{example}`");
            faults.push(Diagnostic::error(&pipeline.source, Some(text.span()), message).with_help(help));
        }
    }
}

/// Looks at the keys of a file; one that is not TOML is a fault where it is read.
fn with_table(file: &Arc<SourceFile>, look: impl FnOnce(&DeTable<'_>)) {
    if let Ok(table) = DeTable::parse(file.text()) {
        look(table.get_ref());
    }
}

/// Returns a table below another.
fn below<'a>(table: &'a DeTable<'a>, key: &str) -> Option<&'a DeTable<'a>> {
    table.get(key).and_then(|value| value.get_ref().as_table())
}

/// Returns the schedules of a pipeline, of which there may be one or several.
fn schedules<'a>(table: &'a DeTable<'a>) -> Vec<&'a DeTable<'a>> {
    match table.get("schedule").map(toml::Spanned::get_ref) {
        Some(DeValue::Table(one)) => vec![one],
        Some(DeValue::Array(several)) => several.iter().filter_map(|one| one.get_ref().as_table()).collect(),
        _ => Vec::new(),
    }
}

/// Finds those of `keys` that are written, though they have no effect because of `why`.
fn idle(file: &Arc<SourceFile>, table: &DeTable<'_>, keys: &[&str], why: &str, faults: &mut Diagnostics) {
    for (key, _) in table.iter().filter(|(key, _)| keys.contains(&key.get_ref().as_ref())) {
        let message = format!("`{}` changes nothing: {why}", key.get_ref());
        let fault = Diagnostic::error(file, Some(key.span()), message);
        faults.push(fault.with_help("leave it out".to_owned()));
    }
}

/// Finds a threshold under which no count is hidden.
fn threshold(project: &Project, file: &Arc<SourceFile>, table: &DeTable<'_>, faults: &mut Diagnostics) {
    let found = project.council.parameters.suppression_threshold;
    let written = below(table, "parameters").and_then(|parameters| parameters.get("suppression_threshold"));
    if let Some(written) = written.filter(|_| found < LEAST_THRESHOLD) {
        let message = format!(
            "expected a threshold of {LEAST_THRESHOLD} or more, found {found}: no count would be hidden"
        );
        let help = "write the least count that may be shown, such as 5".to_owned();
        faults.push(Diagnostic::error(file, Some(written.span()), message).with_help(help));
    }
}

/// Warns of lists of recipients that an owner had to confirm by a day that is past.
fn unconfirmed(project: &Project, file: &Arc<SourceFile>, table: &DeTable<'_>, faults: &mut Diagnostics) {
    let today = project.clock().today();
    for (name, role) in &project.recipients.roles {
        let Some(day) = role.confirm_by.filter(|day| *day < today) else { continue };
        let written = below(table, "roles")
            .and_then(|roles| below(roles, name))
            .and_then(|role| role.get("confirm_by"));
        let message = format!("the mailboxes of `{name}` had to be confirmed by {day}: nothing goes to them");
        let help = "ask whether each is still the right one, and write the next day".to_owned();
        let span = written.map(toml::Spanned::span);
        faults.push(Diagnostic::warning(file, span, message).with_help(help));
    }
}

/// A look at every key of a file.
struct Walk<'a> {
    file: &'a Arc<SourceFile>,
    /// Whether its lines may be shown: some hold secrets.
    quoted: bool,
    faults: &'a mut Diagnostics,
}

impl Walk<'_> {
    fn table(&mut self, table: &DeTable<'_>) {
        let text = |key: &str| table.get(key).and_then(|value| value.get_ref().as_str().map(str::to_owned));
        if let Some((key, _)) = table.iter().find(|(key, _)| key.get_ref() == "ca_file")
            && text("tls").as_deref() == Some("none")
        {
            self.fault(
                key.span(),
                "`ca_file` changes nothing: the line is not encrypted",
                "leave it out, or write another `tls`",
            );
        }
        for (key, value) in table {
            self.value(key.get_ref(), value);
        }
    }

    /// Finds a text that appears in a list twice.
    fn repeated(&mut self, list: &[toml::Spanned<DeValue<'_>>]) {
        let mut seen = BTreeSet::new();
        for item in list {
            let Some(text) = item.get_ref().as_str() else { continue };
            if !seen.insert(text.to_owned()) {
                let message = if self.quoted {
                    format!("`{text}` appears in the list twice")
                } else {
                    "a text appears in the list twice".to_owned()
                };
                self.fault(item.span(), &message, "leave one of them out");
            }
        }
    }

    fn value(&mut self, key: &str, value: &toml::Spanned<DeValue<'_>>) {
        let empty = match value.get_ref() {
            DeValue::Table(_) if OF_CODES.contains(&key) => return,
            DeValue::Table(below) => return self.table(below),
            DeValue::Array(list) if !list.is_empty() => {
                self.repeated(list);
                list.iter().for_each(|item| self.value(key, item));
                return;
            }
            DeValue::Integer(number) if ABOVE_ZERO.contains(&key) && number.as_str() == "0" => {
                let message = format!("expected a number above 0 for `{key}`, found 0");
                return self.fault(value.span(), &message, "write one, or leave the key out");
            }
            DeValue::Array(_) => "an empty list",
            DeValue::String(text) if text.trim().is_empty() => "an empty text",
            _ => return,
        };
        let message = format!("expected something in `{key}`, found {empty}");
        self.fault(value.span(), &message, "write what it is for, or leave the key out");
    }

    fn fault(&mut self, span: std::ops::Range<usize>, message: &str, help: &str) {
        let fault = Diagnostic::error(self.file, Some(span), message);
        let fault = if self.quoted { fault } else { fault.unquoted() };
        self.faults.push(fault.with_help(help.to_owned()));
    }
}
