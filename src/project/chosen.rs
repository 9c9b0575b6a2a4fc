//! The program's own pipelines that a project begins with: those that were asked for, and those whose tables they read.

use std::collections::{BTreeMap, BTreeSet};

use super::own;
use crate::diagnostic::did_you_mean;
use crate::text;

/// A pipeline that this program does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no pipeline `{name}` in this program")]
pub struct UnknownPipeline {
    /// Its name.
    pub name: String,
    /// What may be meant, or all that there are.
    pub help: String,
}

/// The program's own files that a project begins with.
#[derive(Debug)]
pub(super) struct Chosen {
    /// The pipelines that were asked for, and all that are copied; nothing where all are.
    pipelines: Option<(BTreeSet<String>, BTreeSet<String>)>,
    /// Their reports.
    reports: BTreeSet<String>,
}

impl Chosen {
    /// Chooses the pipelines of `only`, with those whose tables they read; all where it is nothing.
    pub(super) fn of(only: Option<&[String]>) -> Result<Self, UnknownPipeline> {
        let Some(only) = only else { return Ok(Self { pipelines: None, reports: BTreeSet::new() }) };
        let files = own::files();
        let tables = tables(&files);
        if let Some(name) = only.iter().find(|name| !tables.contains_key(name.as_str())) {
            let help = did_you_mean(name, tables.keys()).unwrap_or_else(|| text::known(tables.keys()));
            return Err(UnknownPipeline { name: name.clone(), help });
        }
        let wanted: BTreeSet<String> = only.iter().cloned().collect();
        let mut all = wanted.clone();
        let mut open: Vec<String> = only.to_vec();
        while let Some(pipeline) = open.pop() {
            for read in reads(&pipeline, &files, &tables) {
                if all.insert(read.clone()) {
                    open.push(read);
                }
            }
        }
        let reports = all.iter().flat_map(|pipeline| reports(pipeline, &files)).collect();
        Ok(Self { pipelines: Some((wanted, all)), reports })
    }

    /// Returns the pipelines that nobody asked for and that come along.
    pub(super) fn along(&self) -> Vec<String> {
        self.pipelines.iter().flat_map(|(wanted, all)| all.difference(wanted).cloned()).collect()
    }

    /// Returns the files, by their names in a project.
    pub(super) fn files(&self) -> BTreeMap<String, &'static [u8]> {
        let mut files = own::files();
        if let Some((_, all)) = &self.pipelines {
            files.retain(|name, _| match name.split('/').collect::<Vec<_>>().as_slice() {
                ["pipelines", pipeline, ..] => all.contains(*pipeline),
                ["report-templates", report, ..] => *report == "_layout" || self.reports.contains(*report),
                _ => true,
            });
        }
        files
    }
}

/// Returns the tables of each pipeline, by the names of its files.
fn tables(files: &BTreeMap<String, &'static [u8]>) -> BTreeMap<String, BTreeSet<String>> {
    let mut tables: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for name in files.keys() {
        if let ["pipelines", pipeline, folder, file] = name.split('/').collect::<Vec<_>>().as_slice()
            && ["sources", "models", "seeds"].contains(folder)
        {
            let table = file.split('.').next().unwrap_or_default().to_owned();
            tables.entry((*pipeline).to_owned()).or_default().insert(table);
        }
    }
    tables
}

/// Returns the other pipelines whose tables the files of `pipeline`, or of a report of it, name.
fn reads(
    pipeline: &str,
    files: &BTreeMap<String, &'static [u8]>,
    tables: &BTreeMap<String, BTreeSet<String>>,
) -> BTreeSet<String> {
    let reports = reports(pipeline, files);
    let is_read = |name: &str| match name.split('/').collect::<Vec<_>>().as_slice() {
        ["pipelines", own, folder, ..] => *own == pipeline && *folder != "tests",
        ["report-templates", report, ..] => reports.contains(*report),
        _ => false,
    };
    let mut found = BTreeSet::new();
    for (_, bytes) in files.iter().filter(|(name, _)| is_read(name)) {
        let text = String::from_utf8_lossy(bytes);
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '.';
        for word in text.split(|letter: char| !is_part(letter)) {
            let Some((other, rest)) = word.split_once('.') else { continue };
            let table = rest.split('.').next().unwrap_or_default();
            if other != pipeline && tables.get(other).is_some_and(|tables| tables.contains(table)) {
                found.insert(other.to_owned());
            }
        }
    }
    found
}

/// Returns the reports that `pipeline` delivers.
fn reports(pipeline: &str, files: &BTreeMap<String, &'static [u8]>) -> BTreeSet<String> {
    let bytes = files.get(&format!("pipelines/{pipeline}/pipeline.toml")).copied().unwrap_or_default();
    let table: Option<toml::Table> =
        std::str::from_utf8(bytes).ok().and_then(|text| toml::from_str(text).ok());
    let reports = table.as_ref().and_then(|table| table.get("reports")).and_then(toml::Value::as_array);
    reports.into_iter().flatten().filter_map(toml::Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::Chosen;

    #[test]
    fn a_pipeline_brings_those_whose_tables_it_reads_and_no_others() {
        let only = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            Chosen::of(Some(&names)).unwrap()
        };
        let reference = only(&["reference"]);
        assert!(!reference.files().keys().any(|name| name.starts_with("pipelines/finance/")));
        let review = only(&["cost_review"]);
        assert!(review.along().contains(&"finance".to_owned()), "{:?}", review.along());
        assert!(review.files().contains_key("report-templates/cost_review/report.toml"));
        assert!(!review.files().contains_key("report-templates/needs_assessment/report.toml"));
        let nothing = only(&[]);
        assert!(nothing.files().keys().all(|name| name.starts_with("report-templates/_layout/")));
        assert!(Chosen::of(Some(&["finanse".to_owned()])).is_err_and(|fault| fault.help.contains("finance")));
    }
}
