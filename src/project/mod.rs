//! What the user wrote: read, checked as far as text can be, and resolved.
//!
//! ```text
//! sufficiency.toml  settings.toml  recipients.toml
//! pipelines/<name>/pipeline.toml  sources/  models/  checks/  seeds/  tests/
//! report-templates/<name>/report.toml  report.md.hbs
//! report-templates/_layout/
//! ```
//!
//! Two shapes of each thing: as written (`…File`, `…Toml`, private to their file in spirit) and as
//! loaded ([`Project`], [`Pipeline`], [`Report`]). Loading reads files and nothing else: it opens no
//! connection, plans no query and asks for no time. It reports every fault that it finds.

mod bounds;
mod chart;
mod council;
mod layout;
mod load;
mod model;
mod own;
mod pipeline;
mod recipients;
mod report;
mod report_layout;
mod schema;
mod secrets;
mod settings;
mod source;
mod start;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::calendar::Clock;
use crate::diagnostic::{Diagnostics, SourceFile, Spanned};

pub use bounds::{Codes, Lookup, Pattern, Range, References, Spells, Swing};
pub use chart::{BarSpec, BridgeSpec, ChartSpec, DotSpec, FunnelSpec, LimitSpec, LineSpec, ReferenceSpec};
pub use council::{CalendarSettings, Council, CouncilFile, DigestEvery, DigestSettings, Parameters};
pub use layout::{
    ControlRow, ControlTotal, CsvFormat, Header, JsonFormat, SkipRows, WorkbookFormat, XmlFormat,
};
pub use model::{
    AcceptedValues, Check, Computation, CopiedCount, DisclosurePolicy, EveryIndicator, Footing, Indicator,
    ModelFile, Polarity, Relationship, RollingCount, SameCount, SummedCount, TwoByTwo, Unit,
};
pub use own::write_own;
pub use pipeline::{CatchUp, Model, Overlap, Pipeline, PipelineFile, Schedule, Schedules};
pub use recipients::{RecipientsFile, Role};
pub use report::{
    Approval, Burst, Columns, Compare, Gates, KeyFigureSpec, PeriodKind, Report, ReportFile, TableSpec,
};
pub use report_layout::Layout;
pub use schema::{FileKind, write_schemas};
pub use settings::{
    ClientCredentials, Connection, FolderConnection, KeyPlace, LimitSettings, MailSettings, PasswordLogin,
    PseudonymSettings, SettingsFile, SmtpAuth, SmtpSettings, SmtpTls, TokenLogin,
};
pub use source::{
    Column, ColumnType, DateType, Disposition, Drift, ExactDuplicates, Generalise, Identity, MoneyType,
    Normalise, OneOrMany, Privacy, PseudonymPurpose, Rule, RuleSeverity, SourceDefinition, SourceToml,
};
pub use start::{Change, ChangeKind, NewProject, StartError, Started, compare, start};

/// A text whose place is kept because a later check may complain of it.
pub type Text = Spanned<String>;

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
    /// Files that are there and could not be read, as users are shown them. Empty but where faults are
    /// looked for: see [`Project::read`].
    unread: BTreeSet<String>,
}

impl Project {
    /// Loads the project in `root`, with the warnings that do not stop it.
    ///
    /// # Errors
    ///
    /// Every fault found in one pass over all files.
    pub fn load(root: &Path) -> Result<(Self, Diagnostics), Diagnostics> {
        match Self::read(root) {
            (Some(project), faults) if !faults.has_errors() => Ok((project, faults)),
            (_, faults) => Err(faults),
        }
    }

    /// As much of the project in `root` as can be read, for those who look for faults and do not stop at
    /// the first; nothing when there is no project. It is whole when no fault is an error.
    #[must_use]
    pub fn read(root: &Path) -> (Option<Self>, Diagnostics) {
        load::read(root)
    }

    /// Whether a file of the project, as users are shown it, could not be read.
    #[must_use]
    pub fn is_unread(&self, file: &str) -> bool {
        self.unread.contains(file)
    }

    /// Whether what some pipeline delivers is not known.
    #[must_use]
    pub fn has_unread_pipelines(&self) -> bool {
        self.unread.iter().any(|file| file.ends_with("/pipeline.toml"))
    }

    /// Whether `pipeline.table` would be made by a file that could not be read.
    #[must_use]
    pub fn is_unread_table(&self, table: &str) -> bool {
        let Some((pipeline, table)) = table.split_once('.') else { return false };
        let folder = format!("pipelines/{pipeline}");
        self.is_unread(&format!("{folder}/pipeline.toml")) && !self.pipelines.contains_key(pipeline)
            || [("sources", "toml"), ("models", "sql"), ("seeds", "csv")]
                .iter()
                .any(|(kind, extension)| self.is_unread(&format!("{folder}/{kind}/{table}.{extension}")))
    }

    /// The time of a run: the machine's, or the fixed one of `settings.toml`.
    #[must_use]
    pub fn clock(&self) -> Clock {
        let zone = self.council.council.timezone;
        self.settings.fixed_clock.map_or_else(|| Clock::system(zone), |local| Clock::fixed(local, zone))
    }

    /// A path of the project's files, made absolute by its folder.
    #[must_use]
    pub fn path(&self, written: impl AsRef<Path>) -> PathBuf {
        self.root.join(written)
    }

    /// Every table that some pipeline makes, as `pipeline.table`.
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
