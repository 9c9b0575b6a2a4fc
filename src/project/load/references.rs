//! Names that point from one file into another, and ages.

use std::sync::Arc;

use crate::calendar::Span;
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile, Spanned, did_you_mean};
use crate::project::loaded::Project;
use crate::project::report::Report;
use crate::project::text::Text;

/// Finds every name of one file that another does not have, and every age that is none.
pub(super) fn check(project: &Project, council: &Arc<SourceFile>, faults: &mut Diagnostics) {
    // A clone is not a machine that is set up: `settings.toml` is not in version control.
    let has_settings = project.root.join("settings.toml").is_file();
    if !has_settings && project.pipelines.values().any(|pipeline| !pipeline.sources.is_empty()) {
        let message = "no `settings.toml`: where this machine finds its connections is not known";
        faults.push(Diagnostic::of_path("settings.toml", message).as_warning());
    }
    let mut names = Names { project, faults };
    let owners = &project.council.owners;
    let digest = project.council.digest.iter().flat_map(|digest| &digest.to);
    let quality = project.council.data_quality.iter().flat_map(|quality| &quality.to);
    for owner in digest.chain(quality) {
        names.known(council, owner, owners.keys(), "owner", "sufficiency.toml");
    }
    for pipeline in project.pipelines.values() {
        for model in pipeline.models.values() {
            let Some(settings) = &model.settings else { continue };
            for owner in model.file.indicators.values().filter_map(|indicator| indicator.owner.as_ref()) {
                names.known(settings, owner, owners.keys(), "owner", "sufficiency.toml");
            }
        }
        for definition in pipeline.sources.values() {
            if has_settings {
                let (source, name) = (&definition.source, &definition.file.connection);
                names.known(source, name, project.settings.connections.keys(), "connection", "settings.toml");
            }
            if let Some(age) = &definition.file.max_age {
                names.age(&definition.source, age);
            }
        }
        if project.is_unread(&format!("pipelines/{}/pipeline.toml", pipeline.name)) {
            continue;
        }
        let source = &pipeline.source;
        names.known(source, &pipeline.file.owner, owners.keys(), "owner", "sufficiency.toml");
        for check in &pipeline.file.warn_checks {
            let folder = format!("pipelines/{}/checks/", pipeline.name);
            names.known(source, check, pipeline.checks.keys(), "check", &folder);
        }
        for report in &pipeline.file.reports {
            let files = ["report.toml", "report.md.hbs"];
            let folder = format!("report-templates/{}", report.get_ref());
            if !files.iter().any(|file| project.is_unread(&format!("{folder}/{file}"))) {
                names.known(source, report, project.reports.keys(), "report", "report-templates/");
            }
        }
        for report in pipeline.file.schedule.0.iter().flat_map(|schedule| &schedule.reports) {
            let own = pipeline.file.reports.iter().map(Spanned::get_ref);
            names.known(source, report, own, "report", "reports");
        }
        names.inputs(source, pipeline.file.inputs.iter());
    }
    for report in project.reports.values() {
        names.somebody(report);
        for role in &report.file.recipients {
            names.known(&report.source, role, project.recipients.roles.keys(), "role", "recipients.toml");
        }
        names.inputs(&report.source, report.file.gates.inputs.iter());
    }
}

struct Names<'a> {
    project: &'a Project,
    faults: &'a mut Diagnostics,
}

impl Names<'_> {
    /// Checks a name that `place` must have, unless `place` could not be read.
    fn known<'n>(
        &mut self,
        source: &Arc<SourceFile>,
        name: &Spanned<String>,
        all: impl Iterator<Item = &'n String>,
        what: &str,
        place: &str,
    ) {
        let all: Vec<&String> = all.collect();
        if all.contains(&name.get_ref()) || self.project.is_unread(place) {
            return;
        }
        let message = format!("no {what} `{}` in `{place}`", name.get_ref());
        let fault = Diagnostic::error(source, Some(name.span()), message);
        self.faults.push(fault.with_help(did_you_mean(name.get_ref(), all)));
    }

    /// Checks tables with the greatest age that each may have.
    fn inputs<'n>(
        &mut self,
        source: &Arc<SourceFile>,
        inputs: impl Iterator<Item = (&'n Spanned<String>, &'n Text)>,
    ) {
        for (table, age) in inputs {
            self.table(source, table);
            self.age(source, age);
        }
    }

    /// Checks that some pipeline makes `pipeline.table`.
    fn table(&mut self, source: &Arc<SourceFile>, name: &Spanned<String>) {
        let made = self.project.tables();
        if made.contains(name.get_ref()) || self.project.is_unread_table(name.get_ref()) {
            return;
        }
        let message = format!("no pipeline makes the table `{}`", name.get_ref());
        let fault = Diagnostic::error(source, Some(name.span()), message);
        self.faults.push(fault.with_help(did_you_mean(name.get_ref(), made)));
    }

    /// Checks that somebody gets a report: by roles, or by a key, and not by both.
    fn somebody(&mut self, report: &Report) {
        let message = match (&report.file.burst, report.file.recipients.is_empty()) {
            (None, true) => "nobody gets this report: `recipients` names no role",
            (Some(_), false) => "a report has either `recipients` or `[burst]`, not both",
            _ => return,
        };
        let span = report.file.recipients.first().map(Spanned::span);
        let help = "name a role of `recipients.toml`, or a key and a query in `[burst]`".to_owned();
        self.faults.push(Diagnostic::error(&report.source, span, message).with_help(help));
    }

    /// Checks an age: whole days, because that is what reports count in.
    fn age(&mut self, source: &Arc<SourceFile>, text: &Text) {
        let fault = match Span::parse(text.get_ref()) {
            Ok(span) if span.whole_days().is_some() => return,
            Ok(_) => format!("expected a whole number of days, found `{}`", text.get_ref()),
            Err(_) => format!("expected an age, found `{}`", text.get_ref()),
        };
        let help = "write it as `35 days` or `2 weeks`".to_owned();
        self.faults.push(Diagnostic::error(source, Some(text.span()), fault).with_help(help));
    }
}
