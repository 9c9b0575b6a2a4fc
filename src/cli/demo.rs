use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use serde_json::json;

use super::output::Output;
use super::run::conclude;
use super::values;
use crate::demo;
use crate::demo::DemoError;
use crate::job::{Alone, Context, Failure, Options};
use crate::post::attend_mail;
use crate::project::{Project, write_own};
use crate::run;
use crate::run::Selection;
use crate::schedule::daemon::{self, Console};
use crate::text::counted;

/// Make a synthetic council, run everything on it, and leave the emails, workbooks and store to look at.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// The folder to make it in.
    #[arg(long, value_name = "DIR", default_value = "./demo-council")]
    dir: PathBuf,
    /// Pupils on roll, 200 to 8,557,000.
    #[arg(
        long, value_name = "N", default_value_t = demo::Options::default().pupils,
        value_parser = values::between(demo::LEAST_PUPILS, demo::MOST_PUPILS)
    )]
    pupils: u32,
    /// Years of placements, attendance and spend, 1 to 12.
    #[arg(
        long, value_name = "Y", default_value_t = demo::Options::default().years,
        value_parser = values::between(1, demo::MOST_YEARS)
    )]
    years: u32,
    /// The same seed makes the same council, byte for byte.
    #[arg(long, value_name = "S", default_value_t = demo::Options::default().seed, value_parser = values::seed)]
    seed: u64,
}

impl Demo {
    pub(super) fn run(&self, out: &Output) -> Result<(), Failure> {
        let began = Instant::now();
        let stop = daemon::catch(daemon::First::BreaksOff)?;
        daemon::end_in_time(&stop, None, out);
        let options = demo::Options { pupils: self.pupils, years: self.years, seed: self.seed };
        out.progress(format!("Making a synthetic council in {} ...", self.dir.display()));
        let council = demo::write(&self.dir, &options).map_err(refused)?;
        write_own(&self.dir).map_err(|error| {
            Failure::usage("the folder cannot be written")
                .at(self.dir.display().to_string())
                .because(error)
                .help("name a folder that may be made and written to")
        })?;

        let (project, warnings) = Project::load(&self.dir)?;
        out.warnings(&warnings);
        let context = Context::open(project)?.until(stop.clone());
        let options = Options { send: true, trigger: "demo".to_owned(), ..Options::default() };
        let outcome = run::run(&context, &Selection::All, &options, &Alone, &mut |event| out.event(event))?;
        stop.check()?;
        // What a look at the mail would send: the digest of data quality.
        attend_mail(&context, &[])?;
        let tables = run::tables(&context)?.len();
        let (read, aside) =
            outcome.made().fold((0, 0), |(read, aside), made| (read + made.read, aside + made.quarantined));
        let emails = files(&self.dir.join("mail"), "eml");
        let dir = self.dir.display();
        out.line("");
        out.line(format!(
            "A synthetic council of {} pupils, {read} rows read ({aside} set aside), {}, {}, in {:.1} s.",
            council.pupils,
            counted(tables, "table", "tables"),
            counted(emails.len(), "email", "emails"),
            began.elapsed().as_secs_f64()
        ));
        out.line(format!("  emails     {dir}/mail/*.eml"));
        out.line(format!("  workbooks  {dir}/store/editions/<report>/<period>/<edition>/*.xlsx"));
        out.line(format!("  tables     {dir}/store/tables/<pipeline>/<table>.parquet"));
        out.line(format!("  extracts   {dir}/extracts, as a council would send them"));
        out.line("Next:");
        out.line(format!(
            "  sufficiency --project {dir} run --all        (nothing has changed, so nothing is done)"
        ));
        out.line(format!("  sufficiency --project {dir} report preview needs_assessment"));
        out.value(&json!({ "dir": self.dir, "rows": read, "quarantined": aside, "tables": tables, "emails": emails }));
        conclude(outcome, out)
    }
}

/// Returns why no demo was written, and where.
fn refused(error: DemoError) -> Failure {
    let what = error.to_string();
    let failure = |path: &Path| Failure::usage(what.clone()).at(path.display().to_string());
    match error {
        DemoError::Options { .. } => Failure::usage(what).help("write `--pupils` and `--years` within these"),
        DemoError::Occupied(path) => failure(&path).help("name another folder with `--dir`"),
        DemoError::Write { path, source } => {
            failure(&path).because(source).help("name a folder that may be made and written to")
        }
        DemoError::Database { path, source } => {
            failure(&path).because(source).help("name a folder that may be made and written to")
        }
        DemoError::Workbook { path, source } => {
            failure(&path).because(source).help("name a folder that may be made and written to")
        }
    }
}

/// Returns the files of `folder` with an extension, by name.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    found.sort();
    found
}
