//! Whether an email in a project's layout could be sent: invented reports in it, read back as every message is.

use std::sync::Arc;

use crate::diagnostic::{Cause, Diagnostic, Diagnostics, SourceFile};
use crate::inspect::{self, Finding, Limits, Rule};
use crate::post;
use crate::project::{Layout, Project};
use crate::report::{self, ReportError, Templates};

/// Who replies reach in an invented report, where the project has no mail.
const REPLY_TO: &str = "service@council.example";

/// Finds what is wrong with the templates, and then what would keep an email in them from being sent.
pub(super) fn check(project: &Project) -> Diagnostics {
    let layout = &project.layout;
    let faults = report::check_layout(layout);
    if faults.has_errors() || layout.changed().next().is_none() {
        return faults;
    }
    let mut limits = post::limits_of(project).unwrap_or_default();
    limits.addresses.insert(REPLY_TO.to_owned());
    let mut faults = faults;
    faults.extend(paper(layout));
    for finding in refused(layout, &limits, &mut faults) {
        let message = format!("an email in this layout would be refused: {finding}");
        let fault = match place(layout, &finding, &limits) {
            Some((file, span)) => Diagnostic::error(&file, span, message),
            None => Diagnostic::of_path(Layout::FOLDER, message),
        };
        faults.push(fault);
    }
    faults
}

/// Finds what keeps a committee paper from being set by a template of the project's own.
fn paper(layout: &Layout) -> Diagnostics {
    if layout.changed().all(|(name, _)| name != report::PAPER) {
        return Diagnostics::default();
    }
    let Ok(templates) = Templates::new(layout) else { return Diagnostics::default() };
    report::check_paper(layout, &templates).unwrap_or_else(|error| of_error(&error).into())
}

/// Returns the fault of a layout in which an invented report cannot be made.
fn of_error(error: &ReportError) -> Diagnostic {
    let fault = Diagnostic::of_path(Layout::FOLDER, format!("no report can be made in this layout: {error}"));
    Cause::behind(error)
        .into_iter()
        .fold(fault, Diagnostic::because)
        .with_help("compare the file with the one that `sufficiency init` begins".to_owned())
}

/// Returns what keeps invented reports in a layout from being sent.
fn refused(layout: &Layout, limits: &Limits, faults: &mut Diagnostics) -> Vec<Finding> {
    let templates = match Templates::new(layout) {
        Ok(templates) => templates,
        Err(found) => {
            faults.extend(found);
            return Vec::new();
        }
    };
    let samples = match report::samples(&templates, REPLY_TO) {
        Ok(samples) => samples,
        Err(error) => {
            faults.push(of_error(&error));
            return Vec::new();
        }
    };
    let mut found: Vec<Finding> = Vec::new();
    for sample in samples {
        let findings = inspect::forms(&sample.text, &sample.html, limits).err().unwrap_or_default();
        for finding in findings.list() {
            if !found.contains(finding) {
                found.push(finding.clone());
            }
        }
    }
    found
}

/// Returns the changed file that a finding comes from, with its line where that is known.
fn place(
    layout: &Layout,
    finding: &Finding,
    limits: &Limits,
) -> Option<(Arc<SourceFile>, Option<std::ops::Range<usize>>)> {
    let changed: Vec<(&str, &str)> = layout.changed().filter(|(name, _)| *name != report::PAPER).collect();
    let alone = changed.iter().find(|(name, text)| {
        let one = Layout::own().with(name, text);
        refused(&one, limits, &mut Diagnostics::default()).iter().any(|found| found.rule == finding.rule)
    });
    let (name, text) = alone.or(changed.last())?;
    let file = layout.file(name)?;
    let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).chain([text.len()]).collect();
    let shows = |end: usize| found_in(name, text.get(..end).unwrap_or_default(), finding.rule, limits);
    let line = match finding.rule {
        Rule::Unsaid => {
            let at = ["{{body", "{{~body"].iter().find_map(|body| text.find(body));
            return Some((Arc::clone(file), at.map(|at| at..at + 2)));
        }
        rule if found_in(name, "", rule, limits) => None,
        _ => ends.iter().position(|end| shows(*end)),
    };
    let span = line.and_then(|line| {
        let start = line.checked_sub(1).and_then(|before| ends.get(before)).map_or(0, |end| end + 1);
        Some(start..*ends.get(line)?)
    });
    Some((Arc::clone(file), span))
}

/// Returns whether the beginning of a file breaks a rule by itself.
fn found_in(name: &str, beginning: &str, rule: Rule, limits: &Limits) -> bool {
    let page = if name.to_lowercase().ends_with(".css") {
        let open = beginning.matches('{').count().saturating_sub(beginning.matches('}').count());
        let classes = "pad figure data dense back card quiet asked gap rule link";
        format!("<style>{beginning}{}</style><p class=\"{classes}\">x</p>", "}".repeat(open))
    } else {
        plain(beginning) + "x"
    };
    let findings = inspect::forms("", &page, limits).err().unwrap_or_default();
    findings.list().iter().any(|found| found.rule == rule)
}

/// Returns a template with a letter in the place of each value.
fn plain(template: &str) -> String {
    let mut page = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, braces)) = rest.split_once("{{") {
        let (inner, after) = braces.split_once("}}").unwrap_or((braces, ""));
        page.push_str(before);
        if !inner.starts_with(['#', '/', '!', '~'])
            || inner.starts_with('~') && !inner.starts_with("~#") && !inner.starts_with("~/")
        {
            page.push('x');
        }
        rest = after;
    }
    page + rest
}

#[cfg(test)]
mod tests;
