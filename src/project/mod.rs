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

mod academic_year;
mod audience;
mod bounds;
mod chart;
mod chosen;
mod computed;
mod council;
mod follow;
mod load;
mod loaded;
mod model;
mod own;
mod paper;
mod pipeline;
mod practice;
mod recipients;
mod removed;
mod report;
mod report_layout;
mod running;
mod schema;
mod schema_parts;
mod secrets;
mod series;
mod settings;
mod severity;
mod sound;
mod source;
mod start;
mod text;
mod written;

pub use academic_year::AcademicYear;
pub use audience::Audience;
pub use bounds::{Codes, Lookup, Pattern, Range, References, Spells, Swing};
pub use chart::{
    BandSpec, BarSpec, BridgeSpec, ChartSpec, DotSpec, FunnelSpec, LimitSpec, LineSpec, ReferenceSpec,
};
pub use chosen::UnknownPipeline;
pub use computed::{
    ChangeColumn, CohortForecast, Computation, ComputedTable, IntervalColumn, Limit, Method, RateColumn,
    RiskColumn, ShareColumn, TwoByTwo,
};
pub use council::{Council, CouncilFile, DigestEvery, DigestSettings, Parameters};
pub use loaded::Project;
pub use model::{
    AcceptedValues, AlikeRow, Check, CopiedCount, DisclosurePolicy, EveryIndicator, Footing, Indicator,
    ModelFile, ModelKind, MoneyPolicy, Relationship, RollingCount, SameCount, SummedCount, Unit,
};
pub use own::write_own;
pub use paper::{FrontRow, PaperPart, PaperSpec};
pub use pipeline::{CatchUp, Model, Overlap, Pipeline, PipelineFile, Schedule, Schedules};
pub use practice::{Practice, PracticeValue};
pub use recipients::{RecipientsFile, Role};
pub use report::{
    Approval, Burst, Columns, Compare, Gates, KeyFigureSpec, Order, PeriodKind, Report, ReportFile,
    TableSpec, Unwritten,
};
pub use report_layout::Layout;
pub use running::Running;
pub use schema::{FileKind, KindSchema, SchemaParts, write_schemas};
pub use series::{Due, Missing, Series, SeriesUnit};
pub use settings::{
    AlarmSettings, ClientCredentials, FolderConnection, KeyPlace, LimitSettings, MailSettings, NoKeyPlace,
    PasswordLogin, PseudonymSettings, SettingsFile, SmtpAuth, SmtpSettings, SmtpTls, TokenLogin,
    state_folder,
};
pub use severity::RuleSeverity;
pub use source::{
    Column, ColumnType, DateType, Disposition, Drift, ExactDuplicates, Generalise, Identity, MoneyType,
    Normalise, OnBad, OneOrMany, Privacy, PseudonymPurpose, Rule, SourceDefinition, SourceToml,
};
pub use start::{BeginWith, Change, ChangeKind, NewProject, StartError, Started, compare, start};
pub use text::Text;
pub use written::Written;
