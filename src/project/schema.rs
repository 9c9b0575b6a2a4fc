//! The JSON Schema of each file that a user writes, made from the types that read them: an editor that
//! has it completes keys, shows what they mean and marks what is misspelt.
//!
//! Draft 7, because that is what editors of TOML understand.

use std::io;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use schemars::r#gen::SchemaSettings;
use serde_json::{Map, Value};

use super::council::CouncilFile;
use super::model::ModelFile;
use super::pipeline::PipelineFile;
use super::recipients::RecipientsFile;
use super::report::ReportFile;
use super::settings::SettingsFile;
use super::source::SourceToml;

/// A kind of file that a user writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// `sufficiency.toml`.
    Sufficiency,
    /// `settings.toml`.
    Settings,
    /// `recipients.toml`.
    Recipients,
    /// `pipelines/*/pipeline.toml`.
    Pipeline,
    /// `pipelines/*/sources/*.toml`.
    Source,
    /// `pipelines/*/models/*.toml`.
    Model,
    /// `report-templates/*/report.toml`.
    Report,
}

impl FileKind {
    /// Every kind, the project's own file first.
    pub const ALL: [Self; 7] = [
        Self::Sufficiency,
        Self::Settings,
        Self::Recipients,
        Self::Pipeline,
        Self::Source,
        Self::Model,
        Self::Report,
    ];

    /// The name that the kind goes by.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sufficiency => "sufficiency",
            Self::Settings => "settings",
            Self::Recipients => "recipients",
            Self::Pipeline => "pipeline",
            Self::Source => "source",
            Self::Model => "model",
            Self::Report => "report",
        }
    }

    /// Where files of the kind lie in a project.
    #[must_use]
    pub fn pattern(self) -> &'static str {
        match self {
            Self::Sufficiency => "sufficiency.toml",
            Self::Settings => "settings.toml",
            Self::Recipients => "recipients.toml",
            Self::Pipeline => "pipelines/*/pipeline.toml",
            Self::Source => "pipelines/*/sources/*.toml",
            Self::Model => "pipelines/*/models/*.toml",
            Self::Report => "report-templates/*/report.toml",
        }
    }

    /// The JSON Schema of the kind.
    #[must_use]
    pub fn schema(self) -> Value {
        match self {
            Self::Sufficiency => of::<CouncilFile>(self),
            Self::Settings => of::<SettingsFile>(self),
            Self::Recipients => of::<RecipientsFile>(self),
            Self::Pipeline => of::<PipelineFile>(self),
            Self::Source => of::<SourceToml>(self),
            Self::Model => of::<ModelFile>(self),
            Self::Report => of::<ReportFile>(self),
        }
    }

    /// The name of the file that [`write_schemas`] writes it to.
    fn file_name(self) -> String {
        format!("{}.schema.json", self.name())
    }
}

/// Writes the schema of every kind into `folder`. Returns the files, in the order of [`FileKind::ALL`].
///
/// # Errors
///
/// When a file cannot be written.
pub fn write_schemas(folder: &Path) -> io::Result<Vec<PathBuf>> {
    std::fs::create_dir_all(folder)?;
    let mut written = Vec::new();
    for kind in FileKind::ALL {
        let path = folder.join(kind.file_name());
        std::fs::write(&path, format!("{:#}\n", kind.schema()))?;
        written.push(path);
    }
    Ok(written)
}

fn of<T: JsonSchema>(kind: FileKind) -> Value {
    let settings = SchemaSettings::draft07().with(|settings| {
        // TOML has no null: a key that may be left out is only left out.
        settings.option_add_null_type = false;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.schema.metadata().title = Some(kind.pattern().to_owned());
    without_null(serde_json::to_value(schema).unwrap_or_default())
}

/// `schema` without defaults that are null, which TOML cannot write.
fn without_null(schema: Value) -> Value {
    match schema {
        Value::Object(object) => object
            .into_iter()
            .filter(|(key, value)| !(key == "default" && value.is_null()))
            .map(|(key, value)| (key, without_null(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(list) => list.into_iter().map(without_null).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests;
