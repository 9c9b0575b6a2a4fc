//! `settings.toml`: what this machine is. Not in version control; secrets only by reference.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use chrono::NaiveDateTime;
use schemars::JsonSchema;
use serde::Deserialize;

use super::written::Written;
use crate::diagnostic::Spanned;

/// The whole of `settings.toml`; every key may be left out.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SettingsFile {
    /// Where the store is: a folder, relative to the project.
    pub store: String,
    /// Council-local time at which the clock stands still, as `2026-10-05T06:00`. The demo only.
    #[serde(deserialize_with = "local_minute")]
    #[schemars(schema_with = "super::schema_parts::local_minute")]
    pub fixed_clock: Option<NaiveDateTime>,
    /// Where the pseudonym key is.
    pub pseudonym: Option<PseudonymSettings>,
    /// Places that data comes from, by name: the kind of place, and its settings.
    #[serde(deserialize_with = "read_by_connectors")]
    #[schemars(schema_with = "super::schema_parts::connections")]
    pub connections: BTreeMap<String, Written>,
    /// How mail leaves.
    pub mail: Option<MailSettings>,
    /// Who is called beside the mail when an owner must know something.
    pub alarm: Option<AlarmSettings>,
    /// Where the figures for Prometheus go after each run, for the node exporter to pick up: a `.prom` file.
    pub metrics_file: Option<PathBuf>,
    /// What one query may use of this machine.
    pub limits: LimitSettings,
}

impl Default for SettingsFile {
    fn default() -> Self {
        Self {
            store: "./store".to_owned(),
            fixed_clock: None,
            pseudonym: None,
            connections: BTreeMap::new(),
            mail: None,
            alarm: None,
            metrics_file: None,
            limits: LimitSettings::default(),
        }
    }
}

/// What one query may use of this machine, before it ends with exit code 50.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LimitSettings {
    /// Mebibytes that it may hold before it spills to disk or ends. The program takes up to three times as
    /// much at its peak.
    pub memory_mib: usize,
    /// Seconds that it may take.
    pub query_seconds: u64,
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self { memory_mib: 2048, query_seconds: 3600 }
    }
}

/// Where the key of the pseudonyms is kept: outside the store, never in the environment. One of the three.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PseudonymSettings {
    /// A file of 32 or more random bytes, readable by its owner alone.
    pub key_file: Option<Spanned<PathBuf>>,
    /// The name of a credential that systemd hands to the service: `LoadCredential=` of its unit.
    pub key_credential: Option<Spanned<String>>,
    /// A program and its arguments that print the key, such as a vault's; one line end after it is left off.
    pub key_command: Option<Spanned<Vec<String>>>,
}

/// Where a key is to be had on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyPlace {
    /// In a file.
    File(PathBuf),
    /// From a program: its name, then its arguments.
    Command(Vec<String>),
}

/// Why the settings do not say where the key of the pseudonyms is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoKeyPlace {
    /// What was expected, and what was found.
    pub what: String,
    /// What to do.
    pub help: String,
}

impl PseudonymSettings {
    /// Returns where the key is, or what the settings lack, in words. Files are relative to the project in `root`.
    ///
    /// # Errors
    ///
    /// When none or several places are named, which is a fault of the file, or a credential is and systemd passed
    /// none over.
    pub fn place(&self, root: &std::path::Path) -> Result<KeyPlace, NoKeyPlace> {
        let command = self.key_command.as_ref().map(Spanned::get_ref);
        let (file, credential) = (&self.key_file, &self.key_credential);
        match (file.as_ref().map(Spanned::get_ref), credential.as_ref().map(Spanned::get_ref), command) {
            (Some(path), None, None) => Ok(KeyPlace::File(root.join(path).components().collect())),
            (None, Some(name), None) => {
                #[expect(clippy::disallowed_methods, reason = "systemd says where its credentials are")]
                let folder = std::env::var("CREDENTIALS_DIRECTORY").map_err(|_| NoKeyPlace {
                    what: format!("expected the credential `{name}` from systemd, found none"),
                    help: format!("write `LoadCredential={name}:…` into the unit"),
                })?;
                Ok(KeyPlace::File(PathBuf::from(folder).join(name)))
            }
            (None, None, Some(command)) if !command.is_empty() => Ok(KeyPlace::Command(command.clone())),
            _ => Err(NoKeyPlace {
                what: "expected one place of the key in `[pseudonym]`, found none or several".to_owned(),
                help: "name one of `key_file`, `key_credential` and `key_command`".to_owned(),
            }),
        }
    }

    /// Returns where each place that is named stands in the file, in its order.
    pub(super) fn named(&self) -> Vec<Range<usize>> {
        let command = self.key_command.as_ref();
        let mut spans: Vec<Range<usize>> = [
            self.key_file.as_ref().map(Spanned::span),
            self.key_credential.as_ref().map(Spanned::span),
            command.filter(|command| !command.get_ref().is_empty()).map(Spanned::span),
        ]
        .into_iter()
        .flatten()
        .collect();
        spans.sort_by_key(|span| span.start);
        spans
    }
}

/// A folder or a file of this machine.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FolderConnection {
    /// Its path, relative to the project.
    pub path: PathBuf,
}

/// How mail leaves.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// The sender: `Name <address>`.
    pub from: String,
    /// Where replies go: a team mailbox. The sender when left out.
    #[serde(default)]
    pub reply_to: Option<String>,
    /// Write messages as `.eml` files into this folder.
    #[serde(default)]
    pub folder: Option<FolderConnection>,
    /// Send messages to this mail server.
    #[serde(default)]
    pub smtp: Option<SmtpSettings>,
    /// ASCII domains that mail may go to; none other.
    #[serde(default)]
    pub allow_domains: Vec<String>,
    /// A maildir with what comes back to the sender, read and left as it is; without it, what the mail server said
    /// on taking a message is the last word.
    #[serde(default)]
    pub bounces: Option<FolderConnection>,
    /// The mailbox that bounces go to, with at most 14 letters before its `@`: each message leaves from an address of its
    /// own, this one with the delivery after a `+`, by which a bounce is known that holds nothing of the message. The
    /// sender when left out.
    #[serde(default)]
    pub bounces_to: Option<String>,
    /// Mebibytes that one message may have with all that goes with it, the committee paper included: 10 when left out. An
    /// edition that would be larger is not made.
    #[serde(default = "largest_message")]
    pub largest_message_mib: u32,
}

fn largest_message() -> u32 {
    10
}

/// Who is called beside the mail when an owner must know something. A file in the store says it always.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlarmSettings {
    /// A file with the address to which the alarm is posted as JSON, of which `text` is what chat programs show. The
    /// address is a secret: one line, readable by its owner alone.
    pub webhook_file: PathBuf,
}

impl AlarmSettings {
    /// Reads the address from the file at `path`.
    ///
    /// # Errors
    ///
    /// When there is none, others may read it, or it would be called in the clear over a network; in words that do not
    /// name it.
    pub fn webhook(&self, path: &std::path::Path) -> Result<url::Url, String> {
        let shown = self.webhook_file.display();
        let metadata =
            std::fs::metadata(path).map_err(|error| format!("`{shown}` cannot be read: {error}"))?;
        if is_open(&metadata) {
            return Err(format!(
                "expected a file that only its owner may read, found that others may read `{shown}`"
            ));
        }
        let text =
            std::fs::read_to_string(path).map_err(|error| format!("`{shown}` cannot be read: {error}"))?;
        let address = url::Url::parse(text.trim()).map_err(|_| format!("`{shown}` is not one address"))?;
        let is_own = matches!(address.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        if address.scheme() == "https" || address.scheme() == "http" && is_own {
            return Ok(address);
        }
        Err(format!("the address in `{shown}` does not begin with `https://`"))
    }
}

#[cfg(unix)]
fn is_open(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn is_open(_: &std::fs::Metadata) -> bool {
    false
}

/// A mail server.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SmtpSettings {
    /// Its name, as it stands in its certificate.
    pub host: String,
    /// Its port; 587 with `starttls`, 465 with `implicit` and 25 with `none` when left out.
    #[serde(default)]
    pub port: Option<u16>,
    /// How the line is encrypted.
    #[serde(default)]
    pub tls: SmtpTls,
    /// How we say who we are; left out for a relay that knows this machine by its address.
    #[serde(default)]
    pub auth: Option<SmtpAuth>,
    /// Certificates to trust beside those of this machine, as PEM.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// The name that we greet with; this machine's address when left out.
    #[serde(default)]
    pub hello: Option<String>,
    /// Most messages in any minute.
    #[serde(default = "twenty")]
    pub per_minute: u32,
}

impl SmtpSettings {
    /// Returns the port, as written or by custom.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(match self.tls {
            SmtpTls::Starttls => 587,
            SmtpTls::Implicit => 465,
            SmtpTls::None => 25,
        })
    }
}

/// How the line to a mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SmtpTls {
    /// The server must offer STARTTLS; nothing is said before it.
    #[default]
    Starttls,
    /// From the first byte.
    Implicit,
    /// Not at all. For a mail server on this machine only.
    None,
}

/// How we say who we are.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum SmtpAuth {
    /// User and password in one line.
    Plain(PasswordLogin),
    /// User and password in two lines, as some servers want it.
    Login(PasswordLogin),
    /// An access token, as Microsoft 365 and Google want it.
    Xoauth2(TokenLogin),
}

/// A user and where the password is.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordLogin {
    /// The user.
    pub user: String,
    /// A file with the password in its one line, readable by its owner alone.
    pub password_file: PathBuf,
}

/// A user and where the access token comes from: `token_file` or `client`, one of the two.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenLogin {
    /// The mailbox that sends.
    pub user: String,
    /// A file with the token in its one line, readable by its owner alone, kept fresh by another program.
    #[serde(default)]
    pub token_file: Option<PathBuf>,
    /// The client that asks for tokens itself.
    #[serde(default)]
    pub client: Option<ClientCredentials>,
}

/// A client that is registered with the mail provider and asks for its own access tokens (RFC 6749, 4.4).
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientCredentials {
    /// Where tokens are given out, as `https://login.microsoftonline.com/<tenant>/oauth2/v2.0/token`.
    pub token_url: String,
    /// The client's name there.
    pub client_id: String,
    /// A file with the client's secret in its one line, readable by its owner alone.
    pub client_secret_file: PathBuf,
    /// What the token is for.
    #[serde(default = "microsoft_mail")]
    pub scope: String,
}

fn microsoft_mail() -> String {
    "https://outlook.office365.com/.default".to_owned()
}

fn twenty() -> u32 {
    20
}

/// Leaves what is written to [`Written`], by which connectors read it.
fn read_by_connectors<'de, D: serde::Deserializer<'de>>(
    from: D,
) -> Result<BTreeMap<String, Written>, D::Error> {
    serde::de::IgnoredAny::deserialize(from).map(|_| BTreeMap::new())
}

/// Reads `2026-10-05T06:00`, with or without seconds.
fn local_minute<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<NaiveDateTime>, D::Error> {
    let text = String::deserialize(from)?;
    NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M")
        .or_else(|_| NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S"))
        .map(Some)
        .map_err(|_| {
            serde::de::Error::custom(format!("`{text}` is not a local time such as `2026-10-05T06:00`"))
        })
}

/// Returns the folder in which the programs of this user keep what is theirs from one time to the next.
#[must_use]
pub fn state_folder() -> Option<PathBuf> {
    let named = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
    named.or_else(|| std::env::home_dir().map(|home| home.join(".local/state")))
}
