//! Whom tables, reports and roles are for: no reader gets an edition with a table that is for more trusted ones.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::project::audience::Audience;
use crate::project::loaded::Project;
use crate::project::report::Report;

/// Finds every table and every recipient of a report that does not fit the report's audience.
pub(super) fn check(project: &Project, faults: &mut Diagnostics) {
    for report in project.reports.values() {
        let fits = named(report, faults);
        let Some(shown) = shown(project, report) else { continue };
        if fits {
            tables(report, &shown, faults);
        }
        recipients(project, report, &shown, faults);
    }
    mailboxes(project, faults);
}

/// Warns of a role that does not say how far it is trusted, and of a mailbox that two roles trust differently: it gets what
/// the more trusted one gets.
fn mailboxes(project: &Project, faults: &mut Diagnostics) {
    let mut seen: BTreeMap<String, (&str, Audience)> = BTreeMap::new();
    for (name, role) in &project.recipients.roles {
        if role.audience.is_none() {
            let message =
                format!("expected `audience` in the role `{name}`, found none: it is trusted as `council`");
            let help =
                "say whom its mailboxes are trusted as: `public`, `provider`, `council` or `commissioning`";
            let span = role.to.first().map(crate::diagnostic::Spanned::span);
            let fault = Diagnostic::warning(&project.recipients_source, span, message);
            faults.push(fault.with_help(help.to_owned()));
        }
        for address in &role.to {
            match seen.get(&address.get_ref().to_lowercase()) {
                Some((other, audience)) if *audience != role.audience() => {
                    let message = format!(
                        "expected a mailbox of one trust, found one that `{other}` trusts as `{audience}` and `{name}` as `{}`",
                        role.audience()
                    );
                    let help = "give each role mailboxes of its own, or both roles the same `audience`";
                    let fault =
                        Diagnostic::warning(&project.recipients_source, Some(address.span()), message);
                    faults.push(fault.with_help(help.to_owned()));
                }
                Some(_) => {}
                None => {
                    seen.insert(address.get_ref().to_lowercase(), (name, role.audience()));
                }
            }
        }
    }
}

/// A table of a report and whom it is for there.
type Shown<'a> = (&'a str, std::ops::Range<usize>, Audience);

/// Returns the tables of `report`; `None` where a model or its settings are not there or could not be read, which is a
/// fault of its own.
fn shown<'a>(project: &Project, report: &'a Report) -> Option<Vec<Shown<'a>>> {
    let pipeline = project.pipeline_of(&report.name)?;
    let tables = report.file.tables.values().map(|table| {
        let model = table.model.get_ref();
        let policy = pipeline.models.get(model)?.file.disclosure.as_ref()?;
        Some((model.as_str(), table.model.span(), report.audience_of(policy.audience())))
    });
    tables.collect()
}

/// Returns whether the audience that a report names is one that it can have, and adds a fault where it is not.
fn named(report: &Report, faults: &mut Diagnostics) -> bool {
    let Some(named) = &report.file.audience else { return true };
    let fits = report.audience_of(*named.get_ref()) == *named.get_ref();
    if !fits {
        let message =
            "expected `[burst]` in a report for `provider`, found none: a provider sees its own rows only";
        let help = "split the report by the provider's key, or write `public` or `council`".to_owned();
        faults.push(Diagnostic::error(&report.source, Some(named.span()), message).with_help(help));
    }
    fits
}

/// Adds a fault for each table that is for more trusted readers than the report.
fn tables(report: &Report, shown: &[Shown<'_>], faults: &mut Diagnostics) {
    let Some(named) = report.file.audience.as_ref().map(|named| *named.get_ref()) else { return };
    for (model, span, audience) in shown.iter().filter(|(_, _, audience)| !named.may_see(*audience)) {
        let message = format!("the table `{model}` is for `{audience}`, the report for `{named}`");
        let help =
            "leave the table out; or change `audience` here or in the model's `[disclosure]`, with its owner"
                .to_owned();
        faults.push(Diagnostic::error(&report.source, Some(span.clone()), message).with_help(help));
    }
}

/// Adds a fault for each recipient that is trusted less than the report's readers must be.
fn recipients(project: &Project, report: &Report, shown: &[Shown<'_>], faults: &mut Diagnostics) {
    let audience = project.audience_of(report, report.models());
    let why = match shown.iter().find(|(_, _, other)| *other == audience) {
        Some((model, _, _)) if report.file.audience.is_none() => format!("the table `{model}`"),
        _ => "this report".to_owned(),
    };
    let mut less_trusted = Vec::new();
    for name in &report.file.recipients {
        let Some(role) = project.recipients.roles.get(name.get_ref()) else { continue };
        if !role.audience().may_see(audience) {
            let who = format!("the role `{}` is trusted as `{}`", name.get_ref(), role.audience());
            less_trusted.push((name.span(), who));
        }
    }
    if let Some(burst) = &report.file.burst
        && !Audience::Provider.may_see(audience)
    {
        less_trusted.push((burst.recipients.span(), "the mailboxes are trusted as `provider`".to_owned()));
    }
    for (span, who) in less_trusted {
        let message = format!("{who}, and {why} is for `{audience}`");
        let help = "name other recipients; or change an `audience`, with the owner of the data".to_owned();
        faults.push(Diagnostic::error(&report.source, Some(span), message).with_help(help));
    }
}
