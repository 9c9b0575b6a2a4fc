use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::output::Output;
use crate::edition::replay;
use crate::export;
use crate::job::{Context, Failure, Kept, Kind};
use crate::text::counted;

/// Make an edition again from the landings behind it, in memory, and compare it byte by byte with the one that was sent; changes
/// nothing.
#[derive(Debug, Args)]
pub(super) struct Replay {
    /// The edition, as `report list` names it.
    edition: String,
    /// Write the documents as they were made now into this folder, which must be empty or not there.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Replay {
    pub(super) fn run(&self, context: &Context, out: &Output) -> Result<(), Failure> {
        let found = replay::replay(context, &self.edition)?;
        if let Some(folder) = &self.out {
            export::write_new_folder(folder, &found.documents).map_err(|error| {
                Failure::usage("the documents cannot be written")
                    .at(folder.display().to_string())
                    .because(error)
            })?;
        }
        out.line(format!(
            "{} made again, {} compared: {}",
            counted(found.publications as u64, "publication", "publications"),
            counted(found.files as u64, "document", "documents"),
            if found.different.is_empty() { "the same, byte for byte" } else { "not all are the same" },
        ));
        for table in &found.tables {
            out.line(format!("different  {table}"));
        }
        for file in &found.different {
            out.line(format!("different  {file}"));
        }
        out.value(&json!({
            "edition": found.edition, "publications": found.publications, "documents": found.files,
            "different_tables": found.tables, "different_documents": found.different, "made_by": found.made_by,
        }));
        if found.different.is_empty() {
            return Ok(());
        }
        let what = counted(
            found.different.len() as u64,
            "document is another one than was sent",
            "documents differ from what was sent",
        );
        let failure = Failure::new(Kind::Gate, what).at(&found.edition).kept(Kept::Everything);
        Err(match &found.made_by {
            Some(by) => failure.help(format!("it was made by {by} of the program: replay it with that")),
            None => failure.help("`--out DIR` writes what was made now, to be compared"),
        })
    }
}
