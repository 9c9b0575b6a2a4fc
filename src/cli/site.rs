use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;

use super::output::Output;
use crate::job::{Context, Failure};
use crate::site;
use crate::text::{counted, grouped};

/// Build static pages of what was sent.
#[derive(Debug, Args)]
pub(super) struct Site {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Write the pages: editions, measures, tables and their lineage, data quality, runs; a folder for each kind of reader.
    Build {
        /// Where they go; a site that stands there is replaced. The folder `site` of the project when left out.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}

impl Site {
    pub(super) fn run(&self, context: &Context, out: &Output) -> Result<(), Failure> {
        let Verb::Build { out: folder } = &self.verb;
        let folder = folder.clone().unwrap_or_else(|| context.project().path("site"));
        let built = site::build(context, &folder)?;
        for (name, editions) in &built.folders {
            let editions = counted(*editions as u64, "edition", "editions");
            out.line(format!("{}: {editions}", folder.join(name).display()));
        }
        let files = counted(built.files, "file", "files");
        out.line(format!("{files}, {} kB", grouped(&built.bytes.div_ceil(1000).to_string())));
        out.value(&json!(built));
        Ok(())
    }
}
