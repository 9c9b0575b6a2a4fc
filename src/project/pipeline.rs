//! `pipelines/<name>/`: `pipeline.toml` and the folders beside it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use schemars::JsonSchema;
use schemars::r#gen::SchemaGenerator;
use schemars::schema::Schema;
use serde::{Deserialize, Deserializer, de};

use super::model::ModelFile;
use super::source::SourceDefinition;
use super::text::Text;
use crate::diagnostic::{SourceFile, Spanned};

/// `pipeline.toml`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PipelineFile {
    /// What the pipeline is for, in one line.
    pub description: String,
    /// Which owner of `sufficiency.toml` answers for it.
    pub owner: Spanned<String>,
    /// When it runs: one schedule or a list of them; by hand only when left out.
    #[serde(default)]
    pub schedule: Schedules,
    /// Greatest age of each published table that it reads, as `pipeline.table = "35 days"`.
    #[serde(default)]
    pub inputs: BTreeMap<Spanned<String>, Text>,
    /// Reports that it delivers, each a folder of `report-templates/`.
    #[serde(default)]
    pub reports: Vec<Spanned<String>>,
    /// Those of its `checks/` that are counted and stop nothing: the owner hears of them in the digest of data quality.
    #[serde(default)]
    pub warn_checks: Vec<Spanned<String>>,
}

impl PipelineFile {
    /// Returns what stands in for a file that cannot be read, where faults are looked for.
    pub(super) fn unread() -> Self {
        Self {
            description: String::new(),
            owner: Spanned::new(0..0, String::new()),
            schedule: Schedules::default(),
            inputs: BTreeMap::new(),
            reports: Vec::new(),
            warn_checks: Vec::new(),
        }
    }
}

/// When a pipeline runs: one schedule, or several of which each brings it about.
#[derive(Debug, Clone, Default)]
pub struct Schedules(pub Vec<Schedule>);

impl JsonSchema for Schedules {
    fn is_referenceable() -> bool {
        false
    }

    fn schema_name() -> String {
        "Schedules".to_owned()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        super::schema_parts::one_or_many::<Schedule>(generator)
    }
}

/// One table or a list of tables, so that a fault still points at the key that is wrong.
impl<'de> Deserialize<'de> for Schedules {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Schedules;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a schedule such as `{ cron = \"0 5 * * MON-FRI\" }`, or a list of schedules")
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Schedules, A::Error> {
                let one = Schedule::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(Schedules(vec![one]))
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Schedules, A::Error> {
                let mut list = Vec::new();
                while let Some(schedule) = seq.next_element()? {
                    list.push(schedule);
                }
                Ok(Schedules(list))
            }
        }
        from.deserialize_any(Visitor)
    }
}

/// When a pipeline runs: `cron`, `rule` or `after`, one of the three.
///
/// The three are keys of one table and not variants of one enum, so that the two policies can stand
/// beside them and a fault still points at its own line.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// Five Unix cron fields in council time, weekdays by name: `0 5 * * MON-FRI`.
    #[serde(default)]
    pub cron: Option<Text>,
    /// A rule of the field in words: `first monday of october at 06:00`.
    #[serde(default)]
    pub rule: Option<Text>,
    /// The pipeline whose publication starts this one.
    #[serde(default)]
    pub after: Option<Text>,
    /// Which period its reports are for: `last_finished`, the newest that has been closed, when left out; `running`, the
    /// one that holds the last whole month, reported so far and no further; `running to august`, the same cut at the end of
    /// the last August; or one by name, as `ay2024-25`.
    #[serde(default)]
    pub period: Option<Text>,
    /// Which of the pipeline's reports it makes, each with an audience, tables and readers of its own: those that no
    /// schedule names when left out.
    #[serde(default)]
    pub reports: Vec<Spanned<String>>,
    /// What this run is for, in a few words: `annual outturn`.
    #[serde(default, rename = "for")]
    pub purpose: Option<String>,
    /// The address of a monitor outside, which hears that a run starts (`/start`), has ended, or has failed (`/fail`).
    #[serde(default)]
    pub heartbeat: Option<Text>,
    /// Which missed occurrences run later; the latest one when left out.
    #[serde(default)]
    pub catch_up: Option<Spanned<CatchUp>>,
    /// How long after its time an occurrence may still start; six hours when left out.
    #[serde(default)]
    pub start_within: Option<Text>,
    /// What happens to an occurrence that comes while the one before it still runs; skipped when left out.
    #[serde(default)]
    pub overlap: Option<Spanned<Overlap>>,
}

impl Schedule {
    /// Returns what brings it about, as written.
    #[must_use]
    pub fn written(&self) -> Option<&Text> {
        self.cron.as_ref().or(self.rule.as_ref()).or(self.after.as_ref())
    }
}

/// Which missed occurrences run later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CatchUp {
    /// Every one within the window.
    All,
    /// The newest one.
    #[default]
    Latest,
    /// None.
    None,
}

/// What happens to an occurrence that comes while the one before it still runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Overlap {
    /// It is recorded as skipped.
    #[default]
    Skip,
    /// It waits for as long as it may still start.
    Queue,
}

/// A pipeline as loaded: its file and everything that lies beside it.
#[derive(Debug, Clone)]
pub struct Pipeline {
    /// The folder's name; also its SQL schema.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
    /// `pipeline.toml`.
    pub file: PipelineFile,
    /// The text of `pipeline.toml`, for faults.
    pub source: Arc<SourceFile>,
    /// What it pulls, by name.
    pub sources: BTreeMap<String, SourceDefinition>,
    /// What it computes, by name.
    pub models: BTreeMap<String, Model>,
    /// Queries that return the rows that are wrong, by name.
    pub checks: BTreeMap<String, Arc<SourceFile>>,
    /// Code lists, by name: CSV files in version control.
    pub seeds: BTreeMap<String, Arc<SourceFile>>,
}

impl Pipeline {
    /// Returns whether only other pipelines read its tables, all of them. Such a pipeline is brought up to date with
    /// those.
    #[must_use]
    pub fn is_internal(&self) -> bool {
        let makes_others = !self.sources.is_empty() || !self.seeds.is_empty();
        !makes_others && !self.models.is_empty() && self.models.values().all(|model| model.file.internal)
    }

    /// Returns the reports of a run: those that are named or, where none is, those that no schedule names for itself.
    pub fn reports_of<'a>(&'a self, named: &'a [String]) -> impl Iterator<Item = &'a Spanned<String>> {
        self.file.reports.iter().filter(|report| {
            let name = report.get_ref();
            if named.is_empty() { self.schedule_of(name).is_none() } else { named.contains(name) }
        })
    }

    /// Returns the schedule that makes the report of that name and no other, where one names it.
    #[must_use]
    pub fn schedule_of(&self, report: &str) -> Option<&Schedule> {
        let names_it = |schedule: &&Schedule| schedule.reports.iter().any(|named| named.get_ref() == report);
        self.file.schedule.0.iter().find(names_it)
    }

    /// Returns the tables that it publishes, by name: sources, seeds and models.
    #[must_use]
    pub fn tables(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.sources.keys().chain(self.seeds.keys()).chain(self.models.keys()).cloned().collect();
        names.sort();
        names
    }
}

/// One SELECT, one table of the same name.
#[derive(Debug, Clone)]
pub struct Model {
    /// The file's name; the table's name.
    pub name: String,
    /// The query.
    pub sql: Arc<SourceFile>,
    /// The settings beside it; defaults when there are none.
    pub file: ModelFile,
    /// The text of the settings, for faults.
    pub settings: Option<Arc<SourceFile>>,
}
