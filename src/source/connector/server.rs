use std::path::{Path, PathBuf};
use std::time::Duration;

use backon::{BlockingRetryable, ExponentialBuilder};
use rustls::ClientConfig;
use schemars::JsonSchema;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::query::{Query, StatedTotals};
use crate::diagnostic::Cause;
use crate::privacy::{Secret, certificates, encryption};
use crate::project::SourceDefinition;
use crate::source::error::SourceError;
use crate::source::extraction::Extraction;
use crate::source::found::Found;
use crate::source::inputs::Inputs;
use crate::source::receiver::Receiver;
use crate::source::row::{Row, Take};
use crate::text::hex;

/// A database server: where it is, who reads, and how the line is encrypted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Server {
    /// Its name in the network, or the folder of its socket on this machine.
    pub(super) host: String,
    /// Its port; the usual one of its kind when left out.
    #[serde(default)]
    pub(super) port: Option<u16>,
    /// The database.
    pub(super) database: String,
    /// The account that reads: one that may read the views of the queries and nothing else.
    pub(super) user: String,
    /// The file with the account's password, for its owner's eyes only. Left out where the server knows this machine's
    /// users.
    #[serde(default)]
    password_file: Option<PathBuf>,
    /// How the line is encrypted.
    #[serde(default)]
    pub(super) tls: Tls,
    /// Certificates to trust beside those of this machine, as PEM.
    #[serde(default)]
    ca_file: Option<PathBuf>,
    /// How long one query may take, in seconds.
    #[serde(default = "ten_minutes")]
    #[schemars(range(min = 1, max = 86_400))]
    pub(super) query_seconds: u32,
}

/// How the line to a database is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Tls {
    /// With a server that shows a certificate of its name by an authority that is trusted.
    #[default]
    Verified,
    /// Not at all. For a database on this machine only.
    None,
}

const fn ten_minutes() -> u32 {
    600
}

/// Reads the rows of a query within one snapshot of a server.
pub(super) type Reader<'a> = &'a dyn Fn(&Login, Query<'_>, Take<'_>) -> Result<StatedTotals, SourceError>;

/// What opens a line to a server, as it was read from the files that the settings name.
pub(super) struct Login {
    /// The password, where there is one.
    pub(super) password: Option<Secret>,
    /// How to encrypt; nothing where the server is this machine.
    pub(super) tls: Option<ClientConfig>,
}

impl Server {
    /// Returns where it is, for messages.
    pub(super) fn place(&self) -> String {
        format!("{} on {}", self.database, self.host)
    }

    /// Returns how long one query may take.
    pub(super) fn patience(&self) -> Duration {
        Duration::from_secs(self.query_seconds.into())
    }

    /// Returns whether it is this machine: its network never leaves it.
    pub(super) fn is_here(&self) -> bool {
        self.is_socket()
            || self.host == "localhost"
            || self.host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// Returns whether its host is the folder of a socket.
    pub(super) fn is_socket(&self) -> bool {
        self.host.starts_with('/')
    }

    /// Reads the files of its settings.
    fn login(&self, root: &Path) -> Result<Login, SourceError> {
        let denied = |reason: Cause| SourceError::Denied { place: self.place(), reason };
        let password = self.password_file.as_ref().map(|file| Secret::read(&root.join(file)));
        let password = password.transpose().map_err(|error| denied(Cause::of(&error)))?;
        let tls = match self.tls {
            Tls::None if self.is_here() => None,
            Tls::None => {
                return Err(denied("`tls = \"none\"` is for a database on this machine only".into()));
            }
            Tls::Verified if self.is_socket() => None,
            Tls::Verified => {
                let ca_file = self.ca_file.as_ref().map(|file| root.join(file));
                let trusted = certificates(ca_file.as_deref()).and_then(encryption);
                Some(trusted.map_err(|error| denied(Cause::of(&error)))?)
            }
        };
        Ok(Login { password, tls })
    }

    /// Streams the rows of the query of `source` into `to`.
    pub(super) fn look(
        &self,
        source: &SourceDefinition,
        root: &Path,
        to: &mut dyn Receiver,
        reader: Reader<'_>,
    ) -> Result<(), SourceError> {
        reader(&self.login(root)?, Query::of(source)?, &mut |row| to.take(row)).map(drop)
    }

    /// Returns the query of `source` as the one thing to read, with the fingerprint of its rows: it reads them all and
    /// keeps none, so that nothing lands where nothing changed.
    pub(super) fn discover(
        &self,
        source: &SourceDefinition,
        root: &Path,
        reader: Reader<'_>,
    ) -> Result<Vec<Found>, SourceError> {
        let (query, login) = (Query::of(source)?, self.login(root)?);
        let print = again(|| {
            let mut print = Fingerprint::new(query);
            reader(&login, query, &mut |row| {
                print.add(row);
                Ok(())
            })?;
            Ok(print)
        })?;
        let name = source.name.clone();
        let (bytes, sha256) = print.finish();
        Ok(vec![Found { identity: name.clone(), name, bytes, sha256, path: PathBuf::new(), member: None }])
    }

    /// Streams the rows of the query of `source` into its contract, and says what it read: others may have written
    /// since it was discovered.
    pub(super) fn extract(
        &self,
        source: &SourceDefinition,
        root: &Path,
        inputs: &Inputs,
        reader: Reader<'_>,
    ) -> Result<Extraction, SourceError> {
        let (query, login) = (Query::of(source)?, self.login(root)?);
        again(|| {
            let mut print = Fingerprint::new(query);
            let mut extraction = query.extract(inputs, |take| {
                reader(&login, query, &mut |row| {
                    print.add(row);
                    take(row)
                })
            })?;
            extraction.read = Some(print.finish());
            Ok(extraction)
        })
    }
}

/// Reads from the start again where the line broke, after a while that grows and differs from run to run: three times at
/// most. What was read before is dropped.
fn again<T>(read: impl FnMut() -> Result<T, SourceError>) -> Result<T, SourceError> {
    let waits = ExponentialBuilder::default().with_jitter().with_max_times(3);
    read.retry(waits).when(|error| matches!(error, SourceError::Broken { .. })).call()
}

/// What tells one state of a query's rows from another, in whatever order a server returns them.
struct Fingerprint {
    query: Sha256,
    /// The sum of the rows' hashes, in two halves that wrap around.
    rows: (u128, u128),
    count: u64,
    bytes: u64,
}

impl Fingerprint {
    fn new(query: Query<'_>) -> Self {
        let mut hash = Sha256::new();
        for text in [Some(query.rows), query.totals].into_iter().flatten() {
            hash.update(text.text().len().to_le_bytes());
            hash.update(text.text());
        }
        Self { query: hash, rows: (0, 0), count: 0, bytes: 0 }
    }

    fn add(&mut self, row: &Row) {
        let mut hash = Sha256::new();
        for place in 0..row.len() {
            let cell = row.get(place).unwrap_or_default();
            hash.update(cell.len().to_le_bytes());
            hash.update(cell);
            self.bytes += cell.len() as u64;
        }
        let digest = hash.finalize();
        let half = |at: usize| {
            digest.iter().skip(at).take(16).fold(0_u128, |number, byte| number << 8 | u128::from(*byte))
        };
        self.rows = (self.rows.0.wrapping_add(half(0)), self.rows.1.wrapping_add(half(16)));
        self.count += 1;
    }

    /// Returns the bytes of all cells, and the fingerprint in hexadecimal.
    fn finish(self) -> (u64, String) {
        let mut hash = self.query;
        hash.update(self.count.to_le_bytes());
        hash.update(self.rows.0.to_le_bytes());
        hash.update(self.rows.1.to_le_bytes());
        (self.bytes, hex(&hash.finalize()))
    }
}
