use std::path::Path;

use clap::Args;
use serde_json::json;

use super::output::Output;
use crate::diagnostic::Severity;
use crate::job::{Failure, Kind};
use crate::project::Project;
use crate::run;
use crate::run::{Finding, Health};
use crate::schedule::read_project;
use crate::text::counted;

/// Check that this machine can do what the project asks: store, secrets, mail, clock, sources, schedules.
#[derive(Debug, Args)]
pub(super) struct Doctor;

impl Doctor {
    pub(super) fn run(root: &Path, out: &Output) -> Result<(), Failure> {
        let (project, _) = Project::load(root)?;
        let mut findings = run::doctor(&project);
        findings.extend(schedules(&project));
        for finding in &findings {
            let mark = match finding.state {
                Health::Good => "ok     ",
                Health::Warning => "WARNING",
                Health::Fault => "FAULT  ",
            };
            let found = finding.found.replace('\n', "\n           ");
            out.line(format!("{mark}  {:<10}  {}: {found}", finding.kind, finding.of));
            if let Some(help) = &finding.help {
                out.line(format!("           help: {help}"));
            }
        }
        let count = |state| findings.iter().filter(|finding| finding.state == state).count();
        let (faults, warnings) = (count(Health::Fault), count(Health::Warning));
        out.line(format!(
            "{} looked at: {}, {}",
            counted(findings.len(), "thing", "things"),
            counted(faults, "fault", "faults"),
            counted(warnings, "warning", "warnings"),
        ));
        let steps = run::next_steps(&project, &findings);
        if !steps.is_empty() {
            out.line("Nothing is published yet. Next:");
        }
        for (step, number) in steps.iter().zip(1..) {
            out.line(format!("  {number}. {step}"));
        }
        out.value(&json!({ "code": 0, "findings": findings, "next": steps }));
        let faults = findings.iter().filter(|finding| finding.state == Health::Fault);
        let failures = faults.map(|finding| (finding.kind.to_owned(), failure(finding))).collect();
        Failure::worst_of(failures).map_or(Ok(()), |failure| Err(out.reported(&failure)))
    }
}

/// Returns what a finding would stop a run with.
fn failure(finding: &Finding) -> Failure {
    let mut lines = finding.found.lines();
    let failure = Failure::new(Kind::of(finding.code), lines.next().unwrap_or_default()).at(&finding.of);
    finding.help.iter().fold(lines.fold(failure, Failure::note), Failure::help)
}

/// Finds what the schedules say that cannot be, or is seldom meant.
fn schedules(project: &Project) -> Vec<Finding> {
    let (timetables, faults) = read_project(project);
    let mut findings: Vec<Finding> = faults
        .iter()
        .map(|fault| {
            let of = fault.location().unwrap_or_default();
            match fault.severity() {
                Severity::Error => Finding::fault("schedule", of, Kind::Project, fault.message()),
                Severity::Warning => Finding::warning("schedule", of, fault.message()),
            }
        })
        .collect();
    let now = project.clock().now();
    for timetable in &timetables {
        // Dates of terms come to an end, and a schedule that keeps to them with it.
        if timetable.follows().is_none() && timetable.next(now).is_none() {
            let found = format!("`{timetable}` never comes again: do the term dates reach far enough?");
            findings.push(Finding::warning("schedule", timetable.pipeline(), found));
        }
    }
    if findings.is_empty() {
        findings.push(Finding::good(
            "schedule",
            "all",
            format!("{}, no contradiction", counted(timetables.len(), "schedule", "schedules")),
        ));
    }
    findings
}
