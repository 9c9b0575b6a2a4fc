use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::output::Output;
use super::values;
use crate::calendar::Clock;
use crate::ingest;
use crate::job::context::no_such;
use crate::job::{Failure, Kind};
use crate::project::{KeyPlace, Project, Written};
use crate::sketch::{self, At, Home, HomeError, Sketch as Sketched};
use crate::source::{Place, SourceError};
use crate::text::{counted, grouped};

/// Draft a contract from files that nobody has described yet: header, names, types, dates, blanks, totals, keys, and what
/// could identify a child.
#[derive(Debug, Args)]
pub(super) struct Sketch {
    /// The files: CSV, XLSX, XLS, ODS, Parquet, JSON or XML; several of one kind become one source.
    #[arg(required_unless_present = "source")]
    files: Vec<PathBuf>,
    /// A table of a database instead, by its connection, as `casework/placements`.
    #[arg(long, value_name = "CONNECTION/TABLE", conflicts_with = "files", value_parser = values::table)]
    source: Option<(String, String)>,
    /// Write it into the project as this source, with the connection and the pipeline where they are missing.
    #[arg(long, value_name = "PIPELINE.SOURCE", value_parser = values::source)]
    write: Option<(String, String)>,
}

impl Sketch {
    pub(super) fn run(self, root: &Path, out: &Output) -> Result<(), Failure> {
        let has_project = root.join("sufficiency.toml").is_file();
        let (project, faults) = Project::read(root);
        if !has_project && (self.write.is_some() || self.source.is_some()) {
            return Err(faults.into());
        }
        // What cannot be read cannot be added to.
        let has_settings = project.as_ref().is_none_or(|project| !project.is_unread("settings.toml"));
        if self.write.is_some() && !has_settings {
            return Err(faults.into());
        }
        let project = project.as_ref();
        let name = self.write.as_ref().map_or("sketch", |(_, source)| source.as_str());
        let (sketch, gains) = match &self.source {
            Some((connection, table)) => (of_table(project, name, connection, table)?, None),
            None => of_files(project, root, name, &self.files)?,
        };
        match (&self.write, project) {
            (Some((pipeline, source)), Some(project)) => {
                write(project, (pipeline, source), &sketch, gains.as_deref(), out)?;
            }
            _ => show(&sketch, out),
        }
        out.value(&json!({
            "contract": sketch.text,
            "query": sketch.query,
            "facts": sketch.facts,
            "refused": sketch.refused.as_ref().map(SourceError::in_full),
        }));
        match sketch.refused {
            Some(error) => Err(ingest::failure_of(error, name)),
            None => Ok(()),
        }
    }
}

/// Returns where a sketch is made, with what the project says of the day and of postcodes.
fn at<'a>(project: Option<&Project>, name: &'a str, connection: &'a str, place: Place<'a>) -> At<'a> {
    let clock = project.map_or_else(|| Clock::system(chrono_tz::Europe::London), Project::clock);
    At {
        place,
        connection,
        source: name,
        today: clock.today(),
        zone: clock.zone(),
        has_postcodes: project.is_some_and(|project| project.tables().contains("reference.postcodes")),
    }
}

/// Drafts a contract for files; with what `settings.toml` would gain.
fn of_files(
    project: Option<&Project>,
    root: &Path,
    name: &str,
    files: &[PathBuf],
) -> Result<(Sketched, Option<String>), Failure> {
    let home = Home::of(project, files).map_err(|error| match error {
        HomeError::File { path, source } => Failure::usage("expected a file that can be read, found none")
            .at(path.display().to_string())
            .because(source),
        HomeError::Name { path } => Failure::usage("expected a path that can be written into a contract")
            .at(path.display().to_string()),
    })?;
    let place = Place { root, connection: &home.written };
    let sketch = sketch::of_files(&at(project, name, &home.connection, place), &home.files);
    Ok((sketch.map_err(unreadable)?, home.gains))
}

/// Makes the failure of files for which no contract can be drafted.
fn unreadable(error: SourceError) -> Failure {
    let SourceError::NoHeader { file, .. } = &error else { return ingest::failure_of(error, "sketch") };
    let what = format!("`{file}`: expected a row that names the columns, found none among the first rows");
    Failure::new(Kind::SourceRejected, what)
        .at("sketch")
        .help("write a name above each column, in the file or a copy of it")
}

/// Drafts a contract for a table of a database.
fn of_table(
    project: Option<&Project>,
    name: &str,
    connection: &str,
    table: &str,
) -> Result<Sketched, Failure> {
    let connections = project.map(|project| &project.settings.connections);
    let written: Option<&Written> = connections.and_then(|connections| connections.get(connection));
    let (Some(project), Some(written)) = (project, written) else {
        let known = connections.into_iter().flatten().map(|(name, _)| name);
        return Err(no_such("connection", connection, known).at("settings.toml"));
    };
    if written.kind() == "folder" {
        return Err(Failure::usage(format!(
            "expected the connection of a database, found the folder `{connection}`"
        ))
        .help("name the files themselves: `sufficiency sketch FILE`"));
    }
    let place = Place { root: &project.root, connection: written };
    sketch::of_table(&at(Some(project), name, connection, place), table)
        .map_err(|error| ingest::failure_of(error, name))
}

/// Prints the contract, and on the side channel what is to be looked at.
fn show(sketch: &Sketched, out: &Output) {
    out.line(sketch.text.trim_end());
    if let Some(query) = &sketch.query {
        out.line(format!(
            "\n# its query, a file of the same name that ends in .sql:\n#\n# {}",
            query.trim_end().replace('\n', "\n# ")
        ));
    }
    out.progress(format!("{}.", found(sketch)));
    out.progress("`--write PIPELINE.SOURCE` puts it into a project.");
}

/// Writes the contract into the project, and says what is to be looked at and done next.
fn write(
    project: &Project,
    (pipeline, source): (&str, &str),
    sketch: &Sketched,
    gains: Option<&str>,
    out: &Output,
) -> Result<(), Failure> {
    let written = sketch::write(project, pipeline, source, sketch, gains).map_err(|error| {
        let is_there = error.kind() == std::io::ErrorKind::AlreadyExists;
        if is_there {
            Failure::usage(format!("expected a source that is not there yet, found `{error}`"))
                .help("name another source, or remove that file first")
        } else {
            Failure::usage("the contract cannot be written").because(error)
        }
    })?;
    out.line(format!("Wrote {}.", written.join(", ")));
    out.line(format!("{}.", found(sketch)));
    let unsure = &sketch.facts.unsure;
    if !unsure.is_empty() {
        out.line(format!("{} not sure:", counted(unsure.len(), "thing is", "things are")));
        for sentence in unsure {
            out.line(format!("  {}", sentence.replacen("unsure: ", "", 1)));
        }
    }
    out.line("Next:");
    out.line(format!("  1. read pipelines/{pipeline}/sources/{source}.toml and correct what is not right"));
    let mut step = 2;
    if sketch.facts.needs_key && !has_key(project) {
        out.line(format!(
            "  {step}. make the key that pupil numbers are replaced with, and keep a copy of it:\n     \
             mkdir -p -m 700 secret && head -c 32 /dev/urandom > secret/pseudonym.key && chmod 600 secret/pseudonym.key"
        ));
        step += 1;
    }
    out.line(format!("  {step}. sufficiency try {pipeline}.{source}"));
    if sketch.refused.is_some() {
        return Ok(());
    }
    out.line(format!("  {}. sufficiency run {pipeline}", step + 1));
    out.line(format!("  {}. sufficiency query \"SELECT * FROM {pipeline}.{source} LIMIT 10\"", step + 2));
    Ok(())
}

/// Returns whether the key of the pseudonyms is where the settings say.
fn has_key(project: &Project) -> bool {
    let place = project.settings.pseudonym.as_ref().map(|settings| settings.place(&project.root));
    match place {
        Some(Ok(KeyPlace::File(path))) => path.is_file(),
        Some(Ok(KeyPlace::Command(_))) => true,
        Some(Err(_)) | None => false,
    }
}

/// Says in one line what was found.
fn found(sketch: &Sketched) -> String {
    let facts = &sketch.facts;
    let personal = match facts.personal.len() {
        0 => String::new(),
        1 => ", 1 of them hidden or not stored".to_owned(),
        several => format!(", {several} of them hidden or not stored"),
    };
    let columns = counted(facts.columns, "column", "columns");
    if sketch.refused.is_some() {
        return format!("{columns}{personal}; the files cannot be read under it yet");
    }
    let rows = grouped(&facts.rows.to_string());
    let fit = match facts.set_aside {
        0 => "all of them fit".to_owned(),
        1 => "1 does not fit".to_owned(),
        several => format!("{} do not fit", grouped(&several.to_string())),
    };
    format!("{columns}{personal}; {rows} rows, {fit}")
}
