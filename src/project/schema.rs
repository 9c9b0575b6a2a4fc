//! The JSON Schema of each file that a user writes, made from the types that read them: an editor that
//! has it completes keys, shows what they mean and marks what is misspelt.
//!
//! Draft 7, because that is what editors of TOML understand.

use std::io;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use schemars::r#gen::{SchemaGenerator, SchemaSettings};
use schemars::schema::Schema;
use serde_json::{Map, Value, json};

use super::council::CouncilFile;
use super::model::ModelFile;
use super::pipeline::PipelineFile;
use super::recipients::RecipientsFile;
use super::report::ReportFile;
use super::settings::SettingsFile;
use super::source::SourceToml;

/// The name of a kind of place or of file, and how the schema of its settings is made.
pub type KindSchema = (&'static str, fn(&mut SchemaGenerator) -> Schema);

/// What rooms above read in files of a project.
#[derive(Debug, Clone)]
pub struct SchemaParts {
    /// The kinds of place that a connection may be.
    pub connections: Vec<KindSchema>,
    /// The formats that a source may declare.
    pub formats: Vec<KindSchema>,
}

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

    /// Returns the name that the kind goes by.
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

    /// Returns where files of the kind lie in a project.
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

    /// Returns the JSON Schema of the kind.
    #[must_use]
    pub fn schema(self, parts: &SchemaParts) -> Value {
        match self {
            Self::Sufficiency => of::<CouncilFile>(self, &[]),
            Self::Settings => {
                with_connections(of::<SettingsFile>(self, &parts.connections), &parts.connections)
            }
            Self::Recipients => of::<RecipientsFile>(self, &[]),
            Self::Pipeline => of::<PipelineFile>(self, &[]),
            Self::Source => with_formats(of::<SourceToml>(self, &parts.formats), &parts.formats),
            Self::Model => of::<ModelFile>(self, &[]),
            Self::Report => of::<ReportFile>(self, &[]),
        }
    }

    /// Returns the name of the file that [`write_schemas`] writes it to.
    fn file_name(self) -> String {
        format!("{}.schema.json", self.name())
    }
}

/// Writes the schema of every kind into `folder`. Returns the files, in the order of [`FileKind::ALL`].
///
/// # Errors
///
/// When a file cannot be written.
pub fn write_schemas(folder: &Path, parts: &SchemaParts) -> io::Result<Vec<PathBuf>> {
    std::fs::create_dir_all(folder)?;
    let mut written = Vec::new();
    for kind in FileKind::ALL {
        let path = folder.join(kind.file_name());
        std::fs::write(&path, format!("{:#}\n", kind.schema(parts)))?;
        written.push(path);
    }
    Ok(written)
}

/// Returns the schema of `T`, with those of the settings of `kinds` among its definitions, each under its kind.
fn of<T: JsonSchema>(kind: FileKind, kinds: &[KindSchema]) -> Value {
    let settings = SchemaSettings::draft07().with(|settings| {
        // TOML has no null: a key that may be left out is only left out.
        settings.option_add_null_type = false;
    });
    let mut generator = settings.into_generator();
    let mut schema = generator.root_schema_for::<T>();
    for (name, settings) in kinds {
        let settings = settings(&mut generator);
        schema
            .definitions
            .insert((*name).to_owned(), generator.dereference(&settings).cloned().unwrap_or(settings));
    }
    schema.definitions.extend(generator.take_definitions());
    schema.schema.metadata().title = Some(kind.pattern().to_owned());
    without_null(serde_json::to_value(schema).unwrap_or_default())
}

/// Returns the schema of `settings.toml` with the kinds of place that a connection may be.
fn with_connections(mut schema: Value, kinds: &[KindSchema]) -> Value {
    let one = |(name, _): &KindSchema| {
        json!({
            "description": described(&schema, name),
            "type": "object",
            "required": [name],
            "properties": { *name: { "$ref": format!("#/definitions/{name}") } },
            "additionalProperties": false,
        })
    };
    let kinds: Vec<Value> = kinds.iter().map(one).collect();
    schema["properties"]["connections"]["additionalProperties"] = json!({ "oneOf": kinds });
    schema
}

/// Returns the schema of a source with the formats that it may declare.
fn with_formats(mut schema: Value, formats: &[KindSchema]) -> Value {
    for (name, _) in formats {
        let settings = json!({ "$ref": format!("#/definitions/{name}") });
        schema["properties"][name] = json!({ "description": described(&schema, name), "allOf": [settings] });
    }
    schema
}

/// Returns what a definition says of itself.
fn described(schema: &Value, name: &str) -> Value {
    schema["definitions"][name]["description"].clone()
}

/// Returns `schema` without defaults that are null, which TOML cannot write.
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
