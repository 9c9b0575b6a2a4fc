//! The pages of tables and measures: what each holds, and from which columns of which sources it comes.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::editions::table_title;
use super::folder::Folder;
use crate::engine::TableName;
use crate::project::{Indicator, Project};
use crate::report::capitalised;
use crate::run::{Dictionary, LineageMap, ShownIn, TableEntry, TableLineage};

/// What the pages of tables are made from.
#[derive(Debug)]
pub(super) struct Catalogue<'a> {
    project: &'a Project,
    entries: BTreeMap<&'a str, &'a TableEntry>,
    lineages: BTreeMap<String, TableLineage>,
}

impl<'a> Catalogue<'a> {
    pub(super) fn new(project: &'a Project, dictionary: &'a Dictionary, lineage: &LineageMap) -> Self {
        let tables = dictionary.pipelines.iter().flat_map(|pipeline| &pipeline.tables);
        let lineages =
            lineage.tables().filter_map(|name| Some((name.clone(), lineage.table(project, &name)?)));
        Self {
            project,
            entries: tables.map(|entry| (entry.table.as_str(), entry)).collect(),
            lineages: lineages.collect(),
        }
    }

    /// Returns the list of a folder's tables.
    pub(super) fn list(&self, folder: &Folder<'_>) -> Json {
        let line = |table: &String| json!({ "href": format!("tables/{table}.html"), "table": table, "description": self.description(table) });
        let kind = |table: &String| self.lineages.get(table).map_or("source", |found| found.kind);
        let (seeds, sources): (Vec<&String>, Vec<&String>) =
            folder.sources.iter().partition(|table| kind(table) == "seed");
        let groups = [
            ("Tables of reports", folder.models.iter().map(line).collect::<Vec<_>>()),
            ("Sources", sources.into_iter().map(line).collect()),
            ("Lists that the service keeps", seeds.into_iter().map(line).collect()),
        ];
        let groups = groups.into_iter().filter(|(_, tables)| !tables.is_empty());
        let groups = groups.map(|(title, tables)| json!({ "title": title, "tables": tables }));
        json!({ "groups": groups.collect::<Vec<_>>() })
    }

    /// Returns the page of one table.
    pub(super) fn page(&self, folder: &Folder<'_>, table: &str) -> Json {
        let entry = self.entries.get(table);
        let lineage = self.lineages.get(table);
        let shown = folder.shown.iter().filter(|place| place.model == table);
        let is_model = folder.models.contains(table);
        let columns = lineage.into_iter().flat_map(|lineage| &lineage.columns).map(|column| {
            let described = entry
                .and_then(|entry| entry.columns.iter().find(|described| described.column == column.column));
            let used = column.shown_in.iter().filter(|place| !is_model && folder.shown.contains(place));
            json!({
                "column": column.column,
                "kind": described.map(|described| &described.kind),
                "note": described.map(|described| plain(&described.note)),
                "from": if is_model { links(folder, &column.sources) } else { Vec::new() },
                "used": self.by_report(used),
            })
        });
        let rows = lineage.map(|lineage| lineage.row_sources.as_slice()).unwrap_or_default();
        json!({
            "description": self.description(table),
            "grain": entry.map(|entry| entry.one_row_for_each.join(", ")),
            "shown": self.by_report(shown),
            "columns": columns.collect::<Vec<_>>(),
            "rows": if is_model { links(folder, rows) } else { Vec::new() },
        })
    }

    /// Returns the catalogue of measures.
    pub(super) fn indicators(&self, folder: &Folder<'_>) -> Json {
        let mut found = Vec::new();
        for table in &folder.models {
            let Some(name) = TableName::parse(table) else { continue };
            let Some(pipeline) = self.project.pipelines.get(&name.pipeline) else { continue };
            let Some(model) = pipeline.models.get(&name.table) else { continue };
            for (column, indicator) in &model.file.indicators {
                let column = column.get_ref();
                let owner = indicator.owner.as_ref().unwrap_or(&pipeline.file.owner).get_ref();
                let label = |of: &str, indicator: &Indicator| {
                    indicator.label.clone().unwrap_or_else(|| capitalised(&of.replace('_', " ")))
                };
                let own = label(column, indicator);
                let figure = indicator
                    .limit_of
                    .as_ref()
                    .and_then(|of| model.file.indicators.get(of).map(|figure| label(of.get_ref(), figure)));
                // A limit is called alike wherever it stands.
                let label = figure.map_or_else(|| own.clone(), |figure| format!("{figure}: {own}"));
                found.push((
                    (label.to_lowercase(), table.clone(), column.clone()),
                    json!({
                        "id": format!("{table}.{column}"),
                        "label": label,
                        "text": plain(&format!("{} Owner: {}.", indicator.in_full(), owner.replace('_', " "))),
                        "column": column,
                        "table": table,
                        "href": format!("tables/{table}.html#{column}"),
                    }),
                ));
            }
        }
        found.sort_by(|(one, _), (other, _)| one.cmp(other));
        json!({ "indicators": found.into_iter().map(|(_, page)| page).collect::<Vec<_>>() })
    }

    fn description(&self, table: &str) -> String {
        self.entries.get(table).map(|entry| plain(&entry.description)).unwrap_or_default()
    }

    /// Returns reports, each with the tables of it that are among `places` and a link to the page of each table's model.
    fn by_report<'p>(&self, places: impl Iterator<Item = &'p ShownIn>) -> Vec<Json> {
        let mut reports: BTreeMap<&str, Vec<Json>> = BTreeMap::new();
        for place in places {
            let report = self.project.reports.get(&place.report);
            let title = report.map_or("", |report| report.file.title.as_str());
            let link = json!({
                "href": format!("{}.html", place.model),
                "table": table_title(self.project, place),
            });
            reports.entry(title).or_default().push(link);
        }
        let line = |(report, tables): (&str, Vec<Json>)| json!({ "report": report, "tables": tables });
        reports.into_iter().map(line).collect()
    }
}

/// Returns a text without the marks of Markdown around names.
fn plain(text: &str) -> String {
    text.replace('`', "")
}

/// Returns tables, each with the columns of it that are among `names` and a link to its page where it has one; a table whose
/// rows are counted stands there without its columns too.
fn links(folder: &Folder<'_>, names: &[String]) -> Vec<Json> {
    let mut tables: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in names {
        let mut parts = name.splitn(3, '.');
        let table = [parts.next(), parts.next()].into_iter().flatten().collect::<Vec<_>>().join(".");
        tables.entry(table).or_default().extend(parts.next());
    }
    let line = |(table, columns): (String, Vec<&str>)| {
        let href = folder.has(&table).then(|| format!("{table}.html"));
        let columns = if columns.is_empty() { "its rows".to_owned() } else { columns.join(", ") };
        json!({ "table": table, "href": href, "columns": columns })
    };
    tables.into_iter().map(line).collect()
}
