use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::{Value, json};

use super::output::Output;
use crate::job::Failure;
use crate::project::{FileKind, write_schemas};
use crate::source::schema_parts;
use crate::text::counted;

/// Print the JSON Schema of the files that you write, for editors that complete and check them.
///
/// With `--into`, every schema goes into a folder and what is printed are the rules for `.taplo.toml`, by which
/// editors of TOML find them: `sufficiency schema --into .schemas > .taplo.toml`.
#[derive(Debug, Args)]
pub(super) struct Schema {
    /// One kind of file; all of them, by name, when left out.
    #[arg(value_name = "KIND", value_parser = kinds())]
    kind: Option<FileKind>,
    /// Write the schemas into this folder.
    #[arg(long, value_name = "DIR", conflicts_with = "kind")]
    into: Option<PathBuf>,
}

/// Returns the kinds by name, so that help and completion list them.
fn kinds() -> impl TypedValueParser<Value = FileKind> {
    PossibleValuesParser::new(FileKind::ALL.map(FileKind::name)).try_map(|name| {
        FileKind::ALL.into_iter().find(|kind| kind.name() == name).ok_or("not a kind of file")
    })
}

impl Schema {
    pub(super) fn run(self, out: &Output) -> Result<(), Failure> {
        if let Some(folder) = &self.into {
            return write(folder, out);
        }
        let schema = self.kind.map_or_else(every, |kind| kind.schema(&schema_parts()));
        Output::answer(&format!("{schema:#}"));
        Ok(())
    }
}

/// Returns all schemas as one object.
fn every() -> Value {
    FileKind::ALL
        .into_iter()
        .map(|kind| (kind.name().to_owned(), kind.schema(&schema_parts())))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn write(folder: &Path, out: &Output) -> Result<(), Failure> {
    let written = write_schemas(folder, &schema_parts()).map_err(|error| {
        Failure::usage("the schemas cannot be written")
            .at(folder.display().to_string())
            .because(error)
            .help("name a folder that may be made and written to")
    })?;
    let mut values = Vec::new();
    for (kind, path) in FileKind::ALL.into_iter().zip(&written) {
        // As TOML quotes a text; a path that is not UTF-8 cannot be in TOML at all.
        let shown = Value::from(path.to_string_lossy());
        out.line(format!(
            "[[rule]]\ninclude = [\"{}\"]\nschema = {{ path = {shown}, enabled = true }}\n",
            kind.pattern()
        ));
        values.push(json!({ "kind": kind.name(), "files": kind.pattern(), "schema": shown }));
    }
    out.progress(format!("Wrote {} to {}.", counted(written.len(), "schema", "schemas"), folder.display()));
    out.value(&json!({ "schemas": values }));
    Ok(())
}
