use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::audience::Audience;
use super::council::CouncilFile;
use super::model::DisclosurePolicy;
use super::pipeline::Pipeline;
use super::recipients::RecipientsFile;
use super::report::Report;
use super::report_layout::Layout;
use super::settings::SettingsFile;
use crate::calendar::Clock;
use crate::diagnostic::{Diagnostics, SourceFile};

/// A project as loaded: every name in it points at something that is there.
#[derive(Debug, Clone)]
pub struct Project {
    /// Its folder.
    pub root: PathBuf,
    /// `sufficiency.toml`.
    pub council: CouncilFile,
    /// `settings.toml`.
    pub settings: SettingsFile,
    /// `recipients.toml`.
    pub recipients: RecipientsFile,
    /// The text of `recipients.toml`, for faults.
    pub recipients_source: Arc<SourceFile>,
    /// `pipelines/`, by name.
    pub pipelines: BTreeMap<String, Pipeline>,
    /// `report-templates/`, by name.
    pub reports: BTreeMap<String, Report>,
    /// `report-templates/_layout/`: what surrounds every report.
    pub layout: Layout,
    /// Pipelines that are left out because their files have faults, with the faults: see [`Project::load_sound`].
    pub faulty: BTreeMap<String, Diagnostics>,
    /// Files that are there and could not be read, as users are shown them. Empty but where faults are
    /// looked for: see [`Project::read`].
    pub(super) unread: BTreeSet<String>,
}

impl Project {
    /// Returns the pipeline that delivers the report of that name, if one does.
    #[must_use]
    pub fn pipeline_of(&self, report: &str) -> Option<&Pipeline> {
        let delivers =
            |pipeline: &&Pipeline| pipeline.file.reports.iter().any(|name| name.get_ref() == report);
        self.pipelines.values().find(delivers)
    }

    /// Returns whom an edition of `report` that shows these models of its pipeline is for: whom the report names, or more
    /// trusted ones where one of its tables is for those only. A model that is not there any more is for whom the
    /// council trusts most.
    #[must_use]
    pub fn audience_of<'a>(&self, report: &Report, shown: impl IntoIterator<Item = &'a str>) -> Audience {
        let models = self.pipeline_of(&report.name).map(|pipeline| &pipeline.models);
        let table = |name: &str| {
            let model = models.and_then(|models| models.get(name));
            let policy = model.and_then(|model| model.file.disclosure.as_ref());
            policy.map_or(Audience::Commissioning, DisclosurePolicy::audience)
        };
        let named = report.file.audience.as_ref().map(|named| *named.get_ref());
        let widest = shown.into_iter().map(table).chain(named).max().unwrap_or(Audience::Commissioning);
        report.audience_of(widest)
    }

    /// Returns whether a file of the project, as users are shown it, could not be read.
    #[must_use]
    pub fn is_unread(&self, file: &str) -> bool {
        self.unread.contains(file)
    }

    /// Returns whether every file of the project could be read.
    #[must_use]
    pub fn is_read_whole(&self) -> bool {
        self.unread.is_empty()
    }

    /// Returns whether what some pipeline delivers is not known.
    #[must_use]
    pub fn has_unread_pipelines(&self) -> bool {
        self.unread.iter().any(|file| file.ends_with("/pipeline.toml"))
    }

    /// Returns whether `pipeline.table` would be made by a file that could not be read.
    #[must_use]
    pub fn is_unread_table(&self, table: &str) -> bool {
        let Some((pipeline, table)) = table.split_once('.') else { return false };
        let folder = format!("pipelines/{pipeline}");
        self.is_unread(&format!("{folder}/pipeline.toml")) && !self.pipelines.contains_key(pipeline)
            || [("sources", "toml"), ("models", "sql"), ("seeds", "csv")]
                .iter()
                .any(|(kind, extension)| self.is_unread(&format!("{folder}/{kind}/{table}.{extension}")))
    }

    /// Returns the clock of a run: the machine's time, or the fixed one of `settings.toml`.
    #[must_use]
    pub fn clock(&self) -> Clock {
        let zone = self.council.council.timezone;
        self.settings.fixed_clock.map_or_else(|| Clock::system(zone), |local| Clock::fixed(local, zone))
    }

    /// Returns a path of the project's files as one from where the program runs, without `/./` within it.
    #[must_use]
    pub fn path(&self, written: impl AsRef<Path>) -> PathBuf {
        self.root.join(written).components().collect()
    }

    /// Returns every table that some pipeline makes, as `pipeline.table`.
    #[must_use]
    pub fn tables(&self) -> BTreeSet<String> {
        self.pipelines
            .values()
            .flat_map(|pipeline| {
                pipeline.tables().into_iter().map(|table| format!("{}.{table}", pipeline.name))
            })
            .collect()
    }
}
