//! The pages of editions, and the files that stand beside them.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::folder::Folder;
use super::sent::Sent;
use crate::diagnostic::Spanned;
use crate::edition::{Correction, Edition};
use crate::engine::TableName;
use crate::job::{Context, Failure};
use crate::project::Project;
use crate::run::ShownIn;
use crate::text::{escape, grouped};

/// The page of an email may show its pictures and its own inline styles, and do nothing else.
const POLICY: &str = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src 'self'; \
                      style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n";

/// The page of an edition as it was sent.
const REPORT: &str = "report.html";

/// Returns the list of a folder's editions.
pub(super) fn list(context: &Context, folder: &Folder<'_>) -> Json {
    let mut reports: Vec<(&Sent<'_>, Vec<Json>)> = Vec::new();
    for sent in &folder.editions {
        let line = json!({
            "href": format!("editions/{}/index.html", sent.edition.id),
            "title": title(sent),
            "state": state(folder, sent),
            "made": made(context, &sent.edition),
            "id": sent.edition.id,
        });
        match reports.last_mut() {
            Some((last, lines)) if last.report.name == sent.report.name => lines.push(line),
            _ => reports.push((sent, vec![line])),
        }
    }
    let reports = reports.into_iter().map(|(sent, editions)| {
        json!({ "name": sent.report.name, "title": sent.report.file.title, "editions": editions })
    });
    json!({ "reports": reports.collect::<Vec<_>>() })
}

/// Returns the page of an edition. `sizes` are those of the files beside it, by name.
pub(super) fn page(
    context: &Context,
    folder: &Folder<'_>,
    sent: &Sent<'_>,
    sizes: &BTreeMap<String, u64>,
) -> Json {
    let edition = &sent.edition;
    let mut changed = match edition.changed.as_slice() {
        [] => vec!["This edition was made before editions said it.".to_owned()],
        lines => lines.to_vec(),
    };
    changed.extend(sent.correction.as_ref().map(Correction::in_words));
    // Pictures are in the report, and tables have a list of their own.
    let listed = sizes.iter().filter(|(name, _)| !name.contains('/'));
    let files = listed
        .map(|(name, bytes)| json!({ "href": name, "name": name, "what": what(name), "size": size(*bytes) }));
    let paper = sizes.keys().find(|name| has_extension(name, "pdf"));
    let link = |other: &Sent<'_>| {
        json!({
            "href": format!("../{}/index.html", other.edition.id),
            "id": other.edition.id,
            "title": title(other),
        })
    };
    let of_edition = folder.shown.iter().filter(|place| {
        place.report == sent.report.name && edition.files.contains_key(&format!("tables/{}.csv", place.table))
    });
    let tables = of_edition.map(|place| {
        json!({
            "href": format!("../../tables/{}.html", place.model),
            "title": table_title(context.project(), place),
            "csv": format!("tables/{}.csv", place.table),
        })
    });
    json!({
        "id": edition.id,
        "state": state(folder, sent),
        "newer": newer(folder, sent).map(link),
        "before": before(folder, sent).map(link),
        "made": made(context, edition),
        "run": edition.run,
        "paper": paper,
        "changed": changed,
        "files": files.collect::<Vec<_>>(),
        "tables": tables.collect::<Vec<_>>(),
    })
}

/// Returns the title of an edition with its period, and whose rows it holds where it is one of several versions.
pub(super) fn title(sent: &Sent<'_>) -> String {
    match &sent.edition.version {
        Some(version) => format!("{}, {version}", sent.edition.title),
        None => sent.edition.title.clone(),
    }
}

/// Returns the title of a table of a report: its own where that is plain words, else the model's.
pub(super) fn table_title(project: &Project, place: &ShownIn) -> String {
    let report = project.reports.get(&place.report);
    let mut tables = report.into_iter().flat_map(|report| &report.file.tables);
    let spec = tables.find(|(name, _)| *name.get_ref() == place.table).map(|(_, spec)| spec);
    let own = spec.and_then(|spec| spec.title.as_ref()).map(Spanned::get_ref);
    if let Some(own) = own.filter(|own| !own.contains("{{")) {
        return own.clone();
    }
    let model = TableName::parse(&place.model)
        .and_then(|name| project.pipelines.get(&name.pipeline)?.models.get(&name.table));
    let title = model.and_then(|model| model.file.title.clone());
    title.unwrap_or_else(|| place.table.replace('_', " "))
}

/// Reads the files of an edition that stand beside its page: the report as it was sent, its pictures, what was attached, the
/// letter, and each table that passed the gate.
pub(super) fn files(context: &Context, sent: &Sent<'_>) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let edition = &sent.edition;
    let mut found = BTreeMap::new();
    let page = String::from_utf8(edition.read(context, "email.html")?).map_err(Failure::bug)?;
    found.insert(REPORT.to_owned(), on_a_page(&page, &edition.images).into_bytes());
    let tables = edition.files.keys().filter(|name| name.starts_with("tables/"));
    let beside = edition.images.values().chain(&edition.attachments).chain(tables);
    for name in beside {
        found.insert(name.clone(), edition.read(context, name)?);
    }
    found.insert("report.txt".to_owned(), edition.read(context, "email.txt")?);
    Ok(found)
}

/// Returns the page of an email with its pictures from beside it, which may load nothing else.
fn on_a_page(email: &str, images: &BTreeMap<String, String>) -> String {
    let mut page = email.replacen("<meta name=\"viewport\"", &format!("{POLICY}<meta name=\"viewport\""), 1);
    for (id, file) in images {
        page = page.replace(&format!("\"cid:{id}\""), &format!("\"{}\"", escape(file)));
    }
    page
}

/// Returns the edition that took the place of this one.
fn newer<'a>(folder: &Folder<'a>, sent: &Sent<'_>) -> Option<&'a Sent<'a>> {
    let same = |other: &&&Sent<'_>| {
        is_of_the_same(other, sent)
            && other.edition.period == sent.edition.period
            && other.edition.issue() > sent.edition.issue()
    };
    folder.editions.iter().filter(same).max_by_key(|other| other.edition.issue()).copied()
}

/// Returns the edition before this one: the revision before, or the newest of an earlier period that is reported alike.
fn before<'a>(folder: &Folder<'a>, sent: &Sent<'_>) -> Option<&'a Sent<'a>> {
    let is_cut = |sent: &Sent<'_>| sent.edition.period.contains("-to-");
    let place = |sent: &Sent<'_>| (sent.edition.period.clone(), sent.edition.revision);
    let earlier = folder.editions.iter().filter(|other| {
        is_of_the_same(other, sent) && is_cut(other) == is_cut(sent) && place(other) < place(sent)
    });
    earlier.max_by_key(|other| place(other)).copied()
}

fn is_of_the_same(one: &Sent<'_>, other: &Sent<'_>) -> bool {
    one.report.name == other.report.name && one.edition.version == other.edition.version
}

fn state(folder: &Folder<'_>, sent: &Sent<'_>) -> String {
    let so_far = if sent.edition.period.contains("-to-") { ", of a period so far" } else { "" };
    match newer(folder, sent) {
        Some(newer) => format!("replaced by revision {}{so_far}", newer.edition.revision),
        None => format!("current{so_far}"),
    }
}

fn made(context: &Context, edition: &Edition) -> String {
    edition.made.with_timezone(&context.clock().zone()).format("%-d %B %Y").to_string()
}

fn has_extension(name: &str, wanted: &str) -> bool {
    std::path::Path::new(name).extension().is_some_and(|extension| extension == wanted)
}

fn what(name: &str) -> &'static str {
    let known = [
        ("html", "the report as it was sent"),
        ("txt", "the report as plain text"),
        ("xlsx", "every table, as a workbook"),
        ("csv", "one table, as CSV"),
        ("pdf", "the committee paper"),
    ];
    known.iter().find(|(extension, _)| has_extension(name, extension)).map_or("a file", |(_, words)| words)
}

fn size(bytes: u64) -> String {
    format!("{} kB", grouped(&bytes.div_ceil(1000).to_string()))
}
