use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use serde_json::json;

use super::complete;
use super::junit::unwritable;
use super::output::Output;
use super::values;
use super::viewer;
use super::watch::Watch;
use crate::export;
use crate::job::{Context, Failure, Stop};
use crate::run::{self, DraftOf};
use crate::schedule::daemon;

/// Make a report as its readers would get it, marked as a draft, in a folder: no revision, nothing recorded, nothing sent.
#[derive(Debug, Args)]
pub(super) struct Draft {
    /// The report.
    #[arg(add = complete::reports())]
    report: String,
    /// The period, as of `run`; the one that a run would report when left out.
    #[arg(long, value_name = "PERIOD", value_parser = values::period)]
    period: Option<String>,
    /// Of a report that is split, this version only.
    #[arg(long, value_name = "VERSION")]
    only: Option<String>,
    /// The folder; `drafts/<report>/<period>` of the project when left out.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Show it in the viewer of this machine.
    #[arg(long)]
    open: bool,
    /// Make it again whenever a file of the report, a model, a setting or the published tables change, until Ctrl-C.
    #[arg(long)]
    watch: bool,
}

impl Draft {
    pub(super) fn run(&self, root: &Path, out: &Output) -> Result<(), Failure> {
        if self.watch && out.is_for_programs() {
            return Err(Failure::usage("expected `--watch` or `--json`, found both")
                .help("leave `--watch` out: programs read one document"));
        }
        let stop = daemon::catch(daemon::First::BreaksOff)?;
        let mut watch = self.watch.then(|| Watch::over(root)).transpose()?;
        let mut opened = !self.open;
        loop {
            match self.once(root, &stop, watch.as_mut(), out) {
                Ok(page) => {
                    if !opened {
                        opened = true;
                        show(&page, out);
                    }
                }
                Err(_) if watch.is_some() && stop.is_now() => return Ok(()),
                Err(failure) if watch.is_some() => {
                    out.failed(&failure);
                }
                Err(failure) => return Err(failure),
            }
            let Some(watch) = &mut watch else { return Ok(()) };
            out.line("Watching; Ctrl-C ends it.");
            match watch.next(&stop) {
                Some(changed) => out.line(format!("\n{changed} changed.")),
                None => return Ok(()),
            }
        }
    }

    /// Makes the draft once, from the files as they are now; returns the page that a reader opens first.
    fn once(
        &self,
        root: &Path,
        stop: &Stop,
        watch: Option<&mut Watch>,
        out: &Output,
    ) -> Result<PathBuf, Failure> {
        let begun = Instant::now();
        let (context, warnings) = Context::look_sound(root)?;
        out.warnings(&warnings);
        if let Some(watch) = watch {
            watch.follow_store(&context.project().path(&context.project().settings.store));
        } else {
            daemon::end_in_time(stop, Some(context.store()), out);
        }
        let context = context.until(stop.clone());
        let of =
            DraftOf { report: self.report.clone(), period: self.period.clone(), version: self.only.clone() };
        let drafted = run::draft(&context, &of)?;
        let folder = self.out.clone().unwrap_or_else(|| drafted.folder.clone());
        let folder = folder.strip_prefix(".").map_or_else(|_| folder.clone(), Path::to_owned);
        let before = export::made(&folder).map_err(|error| unwritable(&folder, error))?;
        export::write_folder(&folder, &drafted.files, &before).map_err(|error| unwritable(&folder, error))?;
        let mut files: Vec<PathBuf> = drafted.files.keys().map(|name| folder.join(name)).collect();
        files.sort_by_key(|file| (file.extension().is_none_or(|ending| ending != "html"), file.clone()));
        let charts = |file: &&PathBuf| {
            let within = file.strip_prefix(&folder).unwrap_or(file);
            !within.components().any(|part| part.as_os_str() == "charts" || part.as_os_str() == "tables")
        };
        out.line(format!("Draft of {} for {}:", self.report, drafted.period));
        for file in files.iter().filter(charts) {
            out.line(format!("  {}", file.display()));
        }
        let rest = files.len() - files.iter().filter(charts).count();
        if rest > 0 {
            out.line(format!("  and {rest} more in charts/ and tables/ beside them"));
        }
        for hold in &drafted.would_be_held {
            out.line(format!("An edition would be held: {hold}"));
        }
        out.line(format!("Made in {:.1} s.", begun.elapsed().as_secs_f64()));
        out.value(&json!({
            "report": self.report,
            "period": drafted.period,
            "folder": folder,
            "files": files,
            "would_be_held": drafted.would_be_held,
        }));
        files.into_iter().next().ok_or_else(|| Failure::bug("the draft has no file"))
    }
}

fn show(page: &Path, out: &Output) {
    let shown = viewer::show(page);
    if !shown {
        out.line(format!("No viewer was found on this machine: open {} where there is one.", page.display()));
    }
    out.value(&json!({ "opened": shown }));
}
