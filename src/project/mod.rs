//! What the user wrote: read, checked as far as text can be, and resolved.
//!
//! ```text
//! sufficiency.toml  settings.toml  recipients.toml
//! pipelines/<name>/pipeline.toml  sources/  models/  checks/  seeds/  tests/
//! report-templates/<name>/report.toml  report.md.hbs
//! ```
//!
//! Two shapes of each thing: as written (`…File`, `…Toml`, private to their file in spirit) and as
//! loaded ([`Project`], [`Pipeline`], [`Report`]). Loading reads files and nothing else: it opens no
//! connection, plans no query and asks for no time. It reports every fault that it finds.

mod council;
mod model;
mod pipeline;
mod recipients;
mod report;
mod settings;
mod source;

use toml::Spanned;

pub use council::{CalendarSettings, Council, CouncilFile, Parameters};
pub use model::{
    AcceptedValues, Check, DisclosurePolicy, Footing, Indicator, ModelFile, Polarity, Relationship, Unit,
};
pub use pipeline::{CatchUp, Model, Pipeline, PipelineFile, Schedule};
pub use recipients::{RecipientsFile, Role};
pub use report::{
    Approval, BarSpec, ChartSpec, Columns, Compare, Gates, KeyFigureSpec, PeriodKind, Report, ReportFile,
    TableSpec,
};
pub use settings::{
    Connection, FolderConnection, MailSettings, PasswordLogin, PseudonymSettings, SettingsFile, SmtpAuth,
    SmtpSettings, SmtpTls, TokenLogin,
};
pub use source::{
    Column, ColumnType, ControlRow, ControlTotal, CsvFormat, DateType, Disposition, Drift, ExactDuplicates,
    Generalise, Header, Identity, MoneyType, Normalise, OneOrMany, Privacy, PseudonymPurpose, Rule,
    RuleSeverity, SkipRows, SourceDefinition, SourceToml, WorkbookFormat,
};

/// A text whose place is kept because a later check may complain of it.
pub type Text = Spanned<String>;
