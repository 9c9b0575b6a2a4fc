//! What is published, for those who ask: the list, and one table in full.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::engine::TableName;
use crate::job::context::{no_such, one_of};
use crate::job::{Context, Failure};
use crate::store::Commit;
use crate::text::counted;

/// One published table, in a list.
#[derive(Debug, Clone, Serialize)]
pub struct TableLine {
    /// `pipeline.table`.
    pub name: String,
    /// Its rows.
    pub rows: u64,
    /// What it holds, in a few words.
    pub title: Option<String>,
    /// The file that analysts read.
    pub file: String,
}

/// One published table, in full.
#[derive(Debug, Clone, Serialize)]
pub struct TableDescription {
    /// `pipeline.table`.
    pub name: String,
    /// Its rows.
    pub rows: u64,
    /// What it holds.
    pub comment: Option<String>,
    /// Its columns, in order.
    pub columns: Vec<ColumnLine>,
    /// The file that analysts read.
    pub file: String,
    /// The immutable files of this state, for readers that cannot bear a replacement.
    pub snapshot: Vec<String>,
    /// The commit that published it.
    pub commit: u64,
    /// The run that made it.
    pub run: String,
    /// The measures among its columns: each in full, with its owner.
    pub indicators: BTreeMap<String, String>,
}

/// One column.
#[derive(Debug, Clone, Serialize)]
pub struct ColumnLine {
    /// Its name.
    pub name: String,
    /// Its Arrow type.
    pub kind: String,
    /// What it holds.
    pub comment: Option<String>,
}

/// Returns the newest state, or what to do when nothing is published.
pub(super) fn head(context: &Context) -> Result<Commit, Failure> {
    context
        .store()
        .head()?
        .ok_or_else(|| Failure::usage("nothing is published yet").help("`sufficiency run --all`"))
}

/// Returns the published tables, by name; none when nothing is published.
///
/// # Errors
///
/// When the store cannot be read.
pub fn tables(context: &Context) -> Result<Vec<TableLine>, Failure> {
    let Some(commit) = context.store().head()? else { return Ok(Vec::new()) };
    let lines = commit.listed().map(|(pipeline, table, published)| TableLine {
        name: format!("{pipeline}.{table}"),
        rows: published.rows,
        title: published.comment.as_ref().map(|comment| first_sentence(comment)),
        file: format!("tables/{pipeline}/{table}.parquet"),
    });
    Ok(lines.collect())
}

fn first_sentence(text: &str) -> String {
    text.split_once(". ").map_or(text, |(first, _)| first).trim_end_matches('.').to_owned()
}

/// Returns one table, as `pipeline.table`, or without its pipeline where only one has the name.
///
/// # Errors
///
/// When there is no such table or the store cannot be read.
pub fn describe(context: &Context, name: &str) -> Result<TableDescription, Failure> {
    let commit = head(context)?;
    let parsed = match TableName::parse(name) {
        Some(parsed) => parsed,
        None => meant(&commit, name)?.unwrap_or_else(|| TableName::new("", name)),
    };
    of_commit(context, &commit, &parsed)
}

/// Returns one table of a commit.
pub(super) fn of_commit(
    context: &Context,
    commit: &Commit,
    parsed: &TableName,
) -> Result<TableDescription, Failure> {
    let name = if parsed.pipeline.is_empty() { parsed.table.clone() } else { parsed.to_string() };
    let mut listed = commit.listed();
    let published =
        listed.find(|(pipeline, table, _)| *pipeline == parsed.pipeline && *table == parsed.table);
    let Some((_, _, published)) = published else { return Err(not_listed(context, commit, parsed, &name)) };
    let publication = commit.pipelines.get(&parsed.pipeline);
    let model =
        context.project().pipelines.get(&parsed.pipeline).and_then(|found| found.models.get(&parsed.table));
    let owner = context.project().pipelines.get(&parsed.pipeline).map(|found| found.file.owner.get_ref());
    let indicators = model.into_iter().flat_map(|model| &model.file.indicators).map(|(name, indicator)| {
        let owner = indicator.owner.as_ref().map(crate::diagnostic::Spanned::get_ref).or(owner);
        let owner = owner.map_or_else(String::new, |owner| format!(" Owner: {owner}."));
        (name.get_ref().clone(), indicator.in_full() + &owner)
    });
    Ok(TableDescription {
        name,
        rows: published.rows,
        comment: published.comment.clone(),
        columns: published
            .columns
            .iter()
            .map(|column| ColumnLine {
                name: column.name.clone(),
                kind: column.kind.clone(),
                comment: column.comment.clone(),
            })
            .collect(),
        file: format!("tables/{}/{}.parquet", parsed.pipeline, parsed.table),
        snapshot: published.files.iter().map(|file| file.name.clone()).collect(),
        commit: publication.map_or(commit.seq, |publication| publication.seq),
        run: publication.map_or_else(|| commit.run.clone(), |publication| publication.run.clone()),
        indicators: indicators.collect(),
    })
}

/// Returns why a table is in no list: it is internal, or there is none of that name.
fn not_listed(context: &Context, commit: &Commit, table: &TableName, name: &str) -> Failure {
    let pipeline = context.project().pipelines.get(&table.pipeline);
    let model = pipeline.and_then(|pipeline| pipeline.models.get(&table.table));
    if model.is_some_and(|model| model.file.internal) {
        return Failure::usage("it is internal: other models read it, and it is not published")
            .at(name)
            .note(format!("the pipeline `{}` builds it", table.pipeline))
            .help(format!("look at it with `sufficiency query \"SELECT * FROM {name} LIMIT 20\"`"));
    }
    no_such(
        "published table",
        name,
        commit.listed().map(|(pipeline, table, _)| format!("{pipeline}.{table}")),
    )
}

impl TableDescription {
    /// Writes the description as a person reads it.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("{}: {}", self.name, counted(self.rows, "row", "rows"))];
        lines.extend(self.comment.clone());
        lines.push(String::new());
        let width = self.columns.iter().map(|column| column.name.len()).max().unwrap_or_default();
        let kinds = self.columns.iter().map(|column| column.kind.len()).max().unwrap_or_default();
        for column in &self.columns {
            let comment = column.comment.as_deref().unwrap_or_default();
            lines.push(
                format!("  {:width$}  {:kinds$}  {comment}", column.name, column.kind).trim_end().to_owned(),
            );
        }
        if !self.indicators.is_empty() {
            lines.push(String::new());
            lines.extend(self.indicators.iter().map(|(name, text)| format!("  {name}: {text}")));
        }
        lines.push(String::new());
        lines.push(format!("read it at        {}", self.file));
        lines.extend(self.snapshot.iter().map(|file| format!("kept unchanged at {file}")));
        lines.push(format!("published by      commit {}, run {}", self.commit, self.run));
        lines
    }
}

/// Returns the table that a name without its pipeline means; nothing where no published table has the name.
pub(super) fn meant(commit: &Commit, bare: &str) -> Result<Option<TableName>, Failure> {
    let named = commit.tables().filter(|(_, table, _)| *table == bare);
    let found: Vec<TableName> = named.map(|(pipeline, table, _)| TableName::new(pipeline, table)).collect();
    match found.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(only.clone())),
        several => {
            Err(Failure::usage(format!("expected the name of one table, found that of {}", several.len()))
                .at(bare)
                .help(one_of(several.iter().map(ToString::to_string))))
        }
    }
}
