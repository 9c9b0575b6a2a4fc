use crate::diagnostic::Cause;

/// Why a report could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A table of the report whose model has no cleared rows.
    #[error("table `{table}` needs model `{model}`, which has no cleared rows")]
    NoModel {
        /// The report's table.
        table: String,
        /// The model.
        model: String,
    },
    /// A column that the model does not have.
    #[error("table `{table}` names column `{column}`, which model `{model}` does not return")]
    NoColumn {
        /// The report's table.
        table: String,
        /// The model.
        model: String,
        /// The column.
        column: String,
    },
    /// A table, chart or indicator that the narrative names and the report does not have.
    #[error("the narrative names {kind} `{name}`, which the report does not have")]
    NoSuch {
        /// What it should be.
        kind: &'static str,
        /// The name.
        name: String,
    },
    /// A template that cannot be rendered.
    #[error("`{name}` cannot be rendered")]
    Narrative {
        /// Which template.
        name: String,
        /// Why.
        #[source]
        error: Box<handlebars::RenderError>,
    },
    /// A committee paper that cannot be set.
    #[error("the committee paper cannot be set")]
    Paper {
        /// Why.
        #[source]
        reason: Cause,
    },
    /// A chart that cannot be drawn.
    #[error("chart `{name}` cannot be drawn")]
    Chart {
        /// Which chart.
        name: String,
        /// Why.
        #[source]
        reason: Cause,
    },
    /// A workbook that cannot be written.
    #[error("the workbook cannot be written")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
}
