use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::output::Output;
use super::values;
use crate::job::Failure;
use crate::project::{BeginWith, ChangeKind, NewProject, StartError, compare, start};

/// Begin a council's own project from the pipelines and report templates of this program.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// The folder: a new or an empty one.
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// The council's name, as reports have it.
    #[arg(long, value_name = "NAME", default_value = "The council's name")]
    council: String,
    /// Its three-digit number.
    #[arg(long, value_name = "CODE", default_value = "000", value_parser = values::la_code)]
    la_code: String,
    /// The domain of its mailboxes.
    #[arg(long, value_name = "DOMAIN", default_value = "council.example")]
    domain: String,
    /// Begin with these pipelines and those whose tables they read; may be repeated.
    #[arg(long, value_name = "PIPELINE", num_args = 1.., conflicts_with = "empty")]
    only: Vec<String>,
    /// Begin with no pipeline.
    #[arg(long)]
    empty: bool,
    /// Show what this version would change in a project that was begun before; change nothing.
    #[arg(long, conflicts_with_all = ["council", "la_code", "domain", "only", "empty"])]
    diff: bool,
}

impl Init {
    pub(super) fn run(self, out: &Output) -> Result<(), Failure> {
        if self.diff { self.compare(out) } else { self.start(out) }
    }

    fn start(self, out: &Output) -> Result<(), Failure> {
        let begin_with = match (self.empty, self.only.is_empty()) {
            (true, _) => BeginWith::Nothing,
            (false, true) => BeginWith::All,
            (false, false) => BeginWith::Only(self.only),
        };
        let of = NewProject { council: self.council, la_code: self.la_code, domain: self.domain, begin_with };
        let started = start(&self.dir, &of).map_err(refused)?;
        let dir = self.dir.display();
        out.line(format!("A project of {} files in {dir}.", started.files));
        if !started.along.is_empty() {
            out.line(format!("Came along, because their tables are read: {}.", started.along.join(", ")));
        }
        if !started.verified.is_empty() {
            out.line("Mappings that were tried on real files:");
        }
        for (source, against) in &started.verified {
            out.line(format!("  {source}: {against}"));
        }
        if !started.unverified.is_empty() {
            out.line("Mappings to compare with your own files, column by column:");
        }
        for source in &started.unverified {
            out.line(format!("  {source}"));
        }
        out.line("Next:");
        out.line("  1. sufficiency.toml and recipients.toml: whose reports these are, and who reads them");
        if self.empty {
            out.line(format!("  2. sufficiency --project {dir} sketch FILE --write PIPELINE.SOURCE"));
            out.line(format!("  3. sufficiency --project {dir} try"));
        } else {
            out.line("  2. settings.toml: where this machine finds its files, its key and its mail server");
            out.line(format!("  3. sufficiency --project {dir} doctor"));
        }
        out.value(&json!(started));
        Ok(())
    }

    fn compare(&self, out: &Output) -> Result<(), Failure> {
        let changes = compare(&self.dir).map_err(refused)?;
        if changes.is_empty() {
            out.line("This version would change nothing.");
        }
        for change in &changes {
            out.line(format!(
                "{}: {}",
                change.file,
                match change.kind {
                    ChangeKind::New => "new in this version",
                    ChangeKind::Newer => "newer in this version, and not changed here",
                    ChangeKind::Both => "changed in this version and here: compare them",
                    ChangeKind::Gone => "no more in this version",
                }
            ));
            if !change.lines.is_empty() {
                out.line(&change.lines);
            }
        }
        out.value(&json!({ "changes": changes }));
        Ok(())
    }
}

/// Returns why no project was begun or none can be compared, and what to do.
fn refused(error: StartError) -> Failure {
    let (path, help) = match &error {
        StartError::Occupied(path) => {
            (path, Some("name a new folder, or see what a newer version would change with `--diff`"))
        }
        StartError::NoOrigin(path) => {
            (path, Some("name the folder of such a project, or begin one with `sufficiency init DIR`"))
        }
        StartError::File { path, .. } => (path, Some("name a folder that may be made and written to")),
        StartError::Origin { path, .. } => (path, Some("bring the file back from a copy of the project")),
        StartError::Unknown(unknown) => {
            return Failure::usage(unknown.to_string()).help(unknown.help.clone());
        }
    };
    let failure = Failure::usage(error.to_string()).at(path.display().to_string());
    let failure = help.into_iter().fold(failure, Failure::help);
    match error {
        StartError::File { source, .. } => failure.because(source),
        StartError::Origin { source, .. } => failure.because(source),
        StartError::Occupied(_) | StartError::NoOrigin(_) | StartError::Unknown(_) => failure,
    }
}
