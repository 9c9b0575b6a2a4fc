use std::path::Path;

use futures::StreamExt;
use schemars::JsonSchema;
use serde::Deserialize;
use tokio_postgres::config::SslMode;
use tokio_postgres::error::{DbError, ErrorPosition, SqlState};
use tokio_postgres::types::{Kind, Type};
use tokio_postgres::{Client, Config, Error, NoTls, SimpleQueryMessage, SimpleQueryRow};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::Connector;
use super::query::{Query, StatedTotals};
use super::server::{Login, Server};
use crate::diagnostic::{Cause, Diagnostics, SourceFile};
use crate::project::SourceDefinition;
use crate::source::error::SourceError;
use crate::source::extraction::Extraction;
use crate::source::found::Found;
use crate::source::inputs::Inputs;
use crate::source::receiver::Receiver;
use crate::source::row::{Row, Take};

/// How long a server may take to answer the first word.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

/// What every session is set to, so that values are written in one way whatever the server's settings are.
const SESSION: &str = "SET datestyle TO 'ISO, YMD'; SET intervalstyle TO 'iso_8601'; SET timezone TO 'UTC'; \
    SET extra_float_digits TO 1; SET bytea_output TO 'hex'; SET standard_conforming_strings TO on; \
    SET lock_timeout TO '10s'; SET idle_in_transaction_session_timeout TO '10min'";

/// One snapshot for the rows and their totals, in which nothing can be written.
const BEGIN: &str = "START TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// A `PostgreSQL` database. The query runs read-only, in one snapshot.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct Postgres(Server);

impl Connector for Postgres {
    fn place(&self) -> String {
        self.0.place()
    }

    fn is_missing(&self, root: &Path) -> bool {
        self.0.is_socket() && !root.join(&self.0.host).exists()
    }

    fn holds_files(&self) -> bool {
        false
    }

    fn check(&self, source: &SourceDefinition) -> Diagnostics {
        let mut faults = Diagnostics::default();
        if let Err(SourceError::Contract(fault)) = Query::of(source) {
            faults.push(*fault);
        }
        faults
    }

    fn reads_snapshot(&self) -> bool {
        true
    }

    fn discover(&self, source: &SourceDefinition, root: &Path) -> Result<Vec<Found>, SourceError> {
        self.0.discover(source, root, &|login, query, take| self.read(login, query, take))
    }

    fn look(
        &self,
        source: &SourceDefinition,
        root: &Path,
        _found: &Found,
        to: &mut dyn Receiver,
    ) -> Result<(), SourceError> {
        self.0.look(source, root, to, &|login, query, take| self.read(login, query, take))
    }

    fn extract(
        &self,
        source: &SourceDefinition,
        root: &Path,
        _found: &Found,
        inputs: &Inputs,
    ) -> Result<Extraction, SourceError> {
        self.0.extract(source, root, inputs, &|login, query, take| self.read(login, query, take))
    }
}

impl Postgres {
    /// Runs both queries in one snapshot: the column names as a row 0, then each row of the result.
    fn read(&self, login: &Login, query: Query<'_>, take: Take<'_>) -> Result<StatedTotals, SourceError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| SourceError::from_io(&self.place(), &error))?;
        runtime.block_on(async {
            let client = self.connect(login).await?;
            self.run(&client, SESSION).await?;
            let limit = format!("SET statement_timeout TO {}", self.0.patience().as_millis());
            self.run(&client, &limit).await?;
            self.run(&client, BEGIN).await?;
            let stated = match query.totals {
                Some(totals) => self.total_row(&client, totals).await?,
                None => StatedTotals::default(),
            };
            self.rows(&client, query.rows, take).await?;
            self.run(&client, "ROLLBACK").await?;
            Ok(stated)
        })
    }

    /// Opens a line and keeps it moving beside the caller.
    async fn connect(&self, login: &Login) -> Result<Client, SourceError> {
        let mut config = Config::new();
        config.dbname(&self.0.database).user(&self.0.user).connect_timeout(PATIENCE);
        config.application_name("sufficiency").port(self.0.port.unwrap_or(5432));
        if self.0.is_socket() {
            config.host_path(&self.0.host)
        } else {
            config.host(&self.0.host)
        };
        if let Some(password) = &login.password {
            config.password(password.expose());
        }
        let fault = |error: Error| self.fault(&error);
        if let Some(tls) = &login.tls {
            config.ssl_mode(SslMode::Require);
            let (client, line) = config.connect(MakeRustlsConnect::new(tls.clone())).await.map_err(fault)?;
            tokio::spawn(line);
            return Ok(client);
        }
        config.ssl_mode(SslMode::Disable);
        let (client, line) = config.connect(NoTls).await.map_err(fault)?;
        tokio::spawn(line);
        Ok(client)
    }

    async fn run(&self, client: &Client, statement: &str) -> Result<(), SourceError> {
        client.batch_execute(statement).await.map_err(|error| self.fault(&error))
    }

    /// Streams the rows of `query` as text, which is how the server itself writes each value without loss.
    async fn rows(&self, client: &Client, query: &SourceFile, take: Take<'_>) -> Result<(), SourceError> {
        let columns = self.columns(client, query).await?;
        let mut row = Row::default();
        for column in &columns {
            row.push(&column.name);
        }
        take(&row)?;
        let result =
            client.simple_query_raw(query.text()).await.map_err(|error| self.fault_in(query, &error))?;
        let mut result = std::pin::pin!(result);
        let (mut number, mut counted) = (0, None);
        while let Some(message) = result.next().await {
            match message.map_err(|error| self.fault_in(query, &error))? {
                SimpleQueryMessage::Row(values) => {
                    number += 1;
                    row.clear();
                    row.number = number;
                    for (place, column) in columns.iter().enumerate() {
                        if let Some(value) = value(&values, place) {
                            column.form.write(value, &mut row);
                        }
                        row.end_cell();
                    }
                    take(&row)?;
                }
                SimpleQueryMessage::CommandComplete(rows) => counted = Some(rows),
                _ => {}
            }
        }
        // A line that ends early is an error of its own; this holds the server to its word besides.
        match counted {
            Some(rows) if i64::try_from(rows).is_ok_and(|rows| rows == number) => Ok(()),
            _ => Err(SourceError::Broken {
                place: self.place(),
                reason: format!(
                    "the answer ended after {number} rows, and the server did not confirm their count"
                )
                .into(),
            }),
        }
    }

    /// Prepares `query`, by which the server accepts one statement only, and returns its columns.
    async fn columns(&self, client: &Client, query: &SourceFile) -> Result<Vec<Column>, SourceError> {
        let statement = client.prepare(query.text()).await.map_err(|error| self.fault_in(query, &error))?;
        if statement.columns().is_empty() {
            return Err(
                self.query_fault(query, "expected a query that returns rows, found one that returns none")
            );
        }
        let columns = statement.columns().iter();
        columns
            .map(|column| {
                let form = Form::of(column.type_()).ok_or_else(|| {
                    let (name, kind) = (column.name(), column.type_().name());
                    let reason = format!(
                        "expected a number, text, day, time or boolean in the column `{name}`, found `{kind}`: cast it to `text`"
                    );
                    self.query_fault(query, reason)
                })?;
                Ok(Column { name: column.name().to_owned(), form })
            })
            .collect()
    }

    /// Reads the one row of the query for totals.
    async fn total_row(&self, client: &Client, totals: &SourceFile) -> Result<StatedTotals, SourceError> {
        let mut found: Vec<StatedTotals> = Vec::new();
        let mut names: Vec<String> = Vec::new();
        self.rows(client, totals, &mut |row| {
            let cells = (0..row.len()).map(|place| row.get(place).unwrap_or_default().to_owned());
            if row.number == 0 {
                names = cells.collect();
            } else if found.len() < 2 {
                let cells = cells.map(|cell| if cell.is_empty() { "0".to_owned() } else { cell });
                found.push(names.iter().cloned().zip(cells).collect());
            }
            Ok(())
        })
        .await?;
        if let Ok([stated]) = <[StatedTotals; 1]>::try_from(found) {
            Ok(stated)
        } else {
            Err(self.query_fault(totals, "expected one row of totals, found none or several"))
        }
    }

    /// Builds the fault of a query.
    fn query_fault(&self, query: &SourceFile, reason: impl Into<Cause>) -> SourceError {
        SourceError::Query { place: self.place(), query: query.shown().to_owned(), reason: reason.into() }
    }

    /// Returns what a failure of `query` means, at its line where the server names one.
    fn fault_in(&self, query: &SourceFile, error: &Error) -> SourceError {
        let fault = self.fault(error);
        let position = error.as_db_error().and_then(DbError::position);
        match (fault, position) {
            (SourceError::Query { place, reason, .. }, Some(ErrorPosition::Original(letter))) => {
                let letter = usize::try_from(*letter).unwrap_or_default().saturating_sub(1);
                let byte = query.text().char_indices().nth(letter).map_or(query.text().len(), |(at, _)| at);
                let (line, column) = query.line_and_column(byte);
                SourceError::Query { place, query: format!("{}:{line}:{column}", query.shown()), reason }
            }
            (SourceError::Query { place, reason, .. }, _) => {
                SourceError::Query { place, query: query.shown().to_owned(), reason }
            }
            (fault, _) => fault,
        }
    }

    /// Returns what a failure means. What the server says of values is left out: they may be personal.
    fn fault(&self, error: &Error) -> SourceError {
        let place = self.place();
        let Some(answer) = error.as_db_error() else {
            return self.line_fault(error);
        };
        let code = answer.code();
        let said = Cause::from(format!("{} (SQLSTATE {})", answer.message(), code.code()));
        let refused =
            |reason: Cause| SourceError::Query { place: place.clone(), query: place.clone(), reason };
        match code.code().get(..2) {
            _ if *code == SqlState::QUERY_CANCELED => SourceError::Unavailable {
                place,
                reason: format!("the query took longer than {} s, or was ended there", self.0.query_seconds).into(),
            },
            _ if *code == SqlState::INSUFFICIENT_PRIVILEGE => SourceError::Denied { place, reason: said },
            _ if *code == SqlState::READ_ONLY_SQL_TRANSACTION => refused("the query would change the database".into()),
            Some("28") => SourceError::Denied { place, reason: said },
            // Names of the query and the server's own state: no value of a row.
            Some("42") => refused(said),
            Some("3D") => SourceError::Unavailable { place, reason: said },
            Some("08" | "40" | "53" | "55" | "57" | "58") => SourceError::Broken { place, reason: said },
            _ => refused(
                format!(
                    "it failed with SQLSTATE {}; what the server says of it may hold a value of a row: run the query there",
                    code.code()
                )
                .into(),
            ),
        }
    }

    /// Returns what a failure of the line means: a server that is not who it should be, or one that is away.
    fn line_fault(&self, error: &Error) -> SourceError {
        let place = self.place();
        let reason = Cause::of(error);
        let causes =
            std::iter::successors(Some(error as &(dyn std::error::Error + 'static)), |error| error.source());
        let is_untrusted = |cause: &(dyn std::error::Error + 'static)| {
            let within = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
            cause.is::<rustls::Error>() || matches!(within, Some(within) if within.is::<rustls::Error>())
        };
        if causes.into_iter().any(is_untrusted) {
            SourceError::Denied { place, reason }
        } else {
            SourceError::Broken { place, reason }
        }
    }
}

/// A column of the result.
struct Column {
    name: String,
    form: Form,
}

/// How a type's text becomes what a contract reads.
#[derive(Clone, Copy)]
enum Form {
    /// As the server writes it.
    AsWritten,
    /// `t` and `f`.
    Boolean,
    /// A day and a time of day, with a blank between.
    Time,
    /// The same in UTC, with `+00` at its end.
    Instant,
}

impl Form {
    /// Returns the form of a type, or nothing where a cell cannot hold it.
    fn of(of: &Type) -> Option<Self> {
        match *of {
            Type::BOOL => Some(Self::Boolean),
            Type::TIMESTAMP => Some(Self::Time),
            Type::TIMESTAMPTZ => Some(Self::Instant),
            Type::INT2
            | Type::INT4
            | Type::INT8
            | Type::OID
            | Type::NUMERIC
            | Type::FLOAT4
            | Type::FLOAT8
            | Type::TEXT
            | Type::VARCHAR
            | Type::BPCHAR
            | Type::CHAR
            | Type::NAME
            | Type::UNKNOWN
            | Type::DATE
            | Type::TIME
            | Type::TIMETZ
            | Type::INTERVAL
            | Type::UUID => Some(Self::AsWritten),
            _ => match of.kind() {
                Kind::Enum(_) => Some(Self::AsWritten),
                Kind::Domain(base) => Self::of(base),
                // Text of an extension, of which only the name is known.
                _ => (of.name() == "citext").then_some(Self::AsWritten),
            },
        }
    }

    /// Writes `value` as a cell being built.
    fn write(self, value: &str, row: &mut Row) {
        match self {
            Self::AsWritten => row.push_text(value),
            Self::Boolean => row.push_text(if value == "t" { "true" } else { "false" }),
            Self::Time => write_time(value, "", row),
            Self::Instant => match value.strip_suffix("+00") {
                Some(value) => write_time(value, "Z", row),
                // `infinity` has no zone.
                None => row.push_text(value),
            },
        }
    }
}

/// Writes a day and a time of day as ISO 8601 does.
fn write_time(value: &str, zone: &str, row: &mut Row) {
    match value.split_once(' ') {
        Some((day, time)) => {
            for part in [day, "T", time, zone] {
                row.push_text(part);
            }
        }
        None => row.push_text(value),
    }
}

fn value(values: &SimpleQueryRow, place: usize) -> Option<&str> {
    values.try_get(place).ok().flatten()
}
