//! A council's own project, begun from the pipelines and report templates that this program carries.
//!
//! What was copied is recorded with its hashes in `.sufficiency/origin.json`, in version control, so that a newer
//! program can say what it would change and whether somebody here has changed it too.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::chosen::{Chosen, UnknownPipeline};
use crate::text::hex;

const COUNCIL: &str = include_str!("../../sufficiency.toml");
const RECIPIENTS: &str = include_str!("../../recipients.toml");
/// Where the record of what was copied lies.
const ORIGIN: &str = ".sufficiency/origin.json";
/// What begins a source whose mapping was tried on real files, and one whose mapping was not.
const VERIFIED: &str = "# verified against ";
const UNVERIFIED: &str = "# unverified: ";
const NO_SAMPLE: &str = "# unverified: no real sample of this export has been seen. Compare every `from` with your own file, \
                         then say here\n# what it was verified against.\n";
const IGNORED: &str = "# What a machine has: its settings, its secrets, what it reads and what it makes.\n\
                       /settings.toml\n/secret\n/extracts\n/store\n/mail\n/drafts\n";

/// Whose project is begun.
#[derive(Debug, Clone)]
pub struct NewProject {
    /// The council's name, as it stands on reports.
    pub council: String,
    /// Its three-digit number.
    pub la_code: String,
    /// The domain of its mailboxes.
    pub domain: String,
    /// Which of the program's pipelines it begins with.
    pub begin_with: BeginWith,
}

/// Which of the program's pipelines a project begins with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum BeginWith {
    /// All of them.
    #[default]
    All,
    /// These, and those whose tables they read.
    Only(Vec<String>),
    /// None of them.
    Nothing,
}

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Started {
    /// Files written.
    pub files: usize,
    /// Sources whose mapping was tried on real files, each with which.
    pub verified: BTreeMap<String, String>,
    /// Sources whose mapping was not.
    pub unverified: Vec<String>,
    /// Pipelines that came along because those that were asked for read their tables.
    pub along: Vec<String>,
}

/// Why no project was begun, or none can be compared.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The folder holds something.
    #[error("expected a new or an empty folder, found files in it")]
    Occupied(PathBuf),
    /// A pipeline that this program does not have.
    #[error(transparent)]
    Unknown(#[from] UnknownPipeline),
    /// A file cannot be read or written.
    #[error("the file or folder cannot be read or written")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Nothing says what the project was copied from.
    #[error("expected a project that `sufficiency init` began, found no `{ORIGIN}`")]
    NoOrigin(PathBuf),
    /// The record of what was copied cannot be read.
    #[error("the record of what the project was copied from is damaged")]
    Origin {
        /// The record.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// What was copied, by which version.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Origin {
    version: String,
    /// The pipelines that were asked for; all of them when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    only: Option<Vec<String>>,
    /// SHA-256 of each file as it was written.
    files: BTreeMap<String, String>,
}

/// What this version would change in one file of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The file, relative to the project.
    pub file: String,
    /// What it is.
    pub kind: ChangeKind,
    /// The lines, as `diff -u` writes them; nothing for files that are not text.
    pub lines: String,
}

/// Kinds of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// This version has a file that the project was not begun with.
    New,
    /// This version has another text, and the project's is as it was copied: it can be replaced.
    Newer,
    /// This version has another text, and so has the project: somebody decides.
    Both,
    /// This version has the file no more.
    Gone,
}

/// Begins a project in the folder `root`, which is made or is empty.
///
/// # Errors
///
/// When the folder holds anything, or cannot be written.
pub fn start(root: &Path, of: &NewProject) -> Result<Started, StartError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| StartError::File { path, source }
    };
    let only = match &of.begin_with {
        BeginWith::All => None,
        BeginWith::Only(names) => Some(names.clone()),
        BeginWith::Nothing => Some(Vec::new()),
    };
    let chosen = Chosen::of(only.as_deref())?;
    std::fs::create_dir_all(root).map_err(failed(root))?;
    if std::fs::read_dir(root).map_err(failed(root))?.next().is_some() {
        return Err(StartError::Occupied(root.to_owned()));
    }
    let copied = copies(&chosen);
    let mut started = Started { along: chosen.along(), ..Started::default() };
    for (name, bytes) in &copied {
        tell(name, bytes, &mut started);
    }
    let origin = Origin {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        only,
        files: copied.iter().map(|(name, bytes)| (name.clone(), hash(bytes))).collect(),
    };
    let mut record = serde_json::to_vec_pretty(&origin).unwrap_or_default();
    record.push(b'\n');
    let mut files = copied;
    // A name may hold what TOML reads as the end of a text.
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let council = COUNCIL
        .replace("\"Demo City Council\"", &quoted(&of.council))
        .replace("\"336\"", &quoted(&of.la_code));
    let named = |text: &str| text.replace("demo-city.example", &of.domain).into_bytes();
    files.insert("sufficiency.toml".to_owned(), named(&council));
    files.insert("recipients.toml".to_owned(), named(RECIPIENTS));
    files.insert("settings.toml".to_owned(), settings(&chosen, &of.domain).into_bytes());
    files.insert(".gitignore".to_owned(), IGNORED.as_bytes().to_vec());
    files.insert(ORIGIN.to_owned(), record);
    for (name, bytes) in &files {
        let path = root.join(name);
        let folder = path.parent().unwrap_or(root);
        std::fs::create_dir_all(folder).map_err(failed(folder))?;
        std::fs::write(&path, bytes).map_err(failed(&path))?;
    }
    // Where a project of nothing goes on.
    let pipelines = root.join("pipelines");
    std::fs::create_dir_all(&pipelines).map_err(failed(&pipelines))?;
    started.files = files.len();
    Ok(started)
}

/// Compares the project in `root` with this version, and returns what this version would change, by file. Changes
/// nothing.
///
/// # Errors
///
/// When the project was not begun by [`start`], or a file of it cannot be read.
pub fn compare(root: &Path) -> Result<Vec<Change>, StartError> {
    let path = root.join(ORIGIN);
    let record = match std::fs::read(&path) {
        Ok(record) => record,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(StartError::NoOrigin(root.to_owned()));
        }
        Err(source) => return Err(StartError::File { path, source }),
    };
    let origin: Origin =
        serde_json::from_slice(&record).map_err(|source| StartError::Origin { path, source })?;
    let ours = copies(&Chosen::of(origin.only.as_deref())?);
    let names: BTreeSet<&String> = ours.keys().chain(origin.files.keys()).collect();
    let mut changes = Vec::new();
    for name in names {
        let was = origin.files.get(name);
        let new = ours.get(name);
        let here = match std::fs::read(root.join(name)) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(source) => return Err(StartError::File { path: root.join(name), source }),
        };
        if new.map(|bytes| hash(bytes)).as_ref() == was || here.as_ref() == new {
            continue;
        }
        let untouched = here.as_ref().map(|bytes| hash(bytes)).as_ref() == was;
        let kind = match (was, new) {
            (None, _) if here.is_none() => ChangeKind::New,
            (_, None) => ChangeKind::Gone,
            (Some(_), _) if untouched => ChangeKind::Newer,
            _ => ChangeKind::Both,
        };
        let text = |bytes: Option<&Vec<u8>>| String::from_utf8(bytes.cloned().unwrap_or_default());
        let lines = match (text(here.as_ref()), text(new)) {
            (Ok(here), Ok(new)) => similar::TextDiff::from_lines(&here, &new)
                .unified_diff()
                .header(name, &format!("{name} of version {}", env!("CARGO_PKG_VERSION")))
                .to_string(),
            _ => String::new(),
        };
        changes.push(Change { file: name.clone(), kind, lines });
    }
    Ok(changes)
}

/// Returns every file that a project is begun with, each source annotated with what its mapping was tried on.
fn copies(chosen: &Chosen) -> BTreeMap<String, Vec<u8>> {
    chosen
        .files()
        .into_iter()
        .map(|(name, bytes)| {
            let says = [VERIFIED, UNVERIFIED].iter().any(|mark| bytes.starts_with(mark.as_bytes()));
            let bytes = if is_source(&name) && !says {
                [NO_SAMPLE.as_bytes(), bytes].concat()
            } else {
                bytes.to_vec()
            };
            (name, bytes)
        })
        .collect()
}

/// Returns whether a name is `pipelines/<pipeline>/sources/<source>.toml`.
fn is_source(name: &str) -> bool {
    let path = Path::new(name);
    path.extension().is_some_and(|extension| extension == "toml")
        && path.parent().is_some_and(|folder| folder.ends_with("sources"))
}

/// Notes whether a source's mapping was tried on real files.
fn tell(name: &str, bytes: &[u8], started: &mut Started) {
    if !is_source(name) {
        return;
    }
    let text = String::from_utf8_lossy(bytes);
    match text.lines().next().and_then(|line| line.strip_prefix(VERIFIED)) {
        Some(against) => {
            started.verified.insert(name.to_owned(), against.to_owned());
        }
        None => started.unverified.push(name.to_owned()),
    }
}

/// Writes the settings of a machine, with every connection that the pipelines name.
fn settings(chosen: &Chosen, domain: &str) -> String {
    let mut connections: BTreeMap<String, (bool, Vec<String>)> = BTreeMap::new();
    let files = chosen.files();
    for (name, bytes) in &files {
        let text = String::from_utf8_lossy(bytes);
        let of = |line: &str| Some(line.strip_prefix("connection = \"")?.split('"').next()?.to_owned());
        let Some(connection) = text.lines().find_map(of).filter(|_| is_source(name)) else { continue };
        let is_query = files.contains_key(&name.replace(".toml", ".sql"));
        let (query, sources) = connections.entry(connection).or_default();
        *query |= is_query;
        let mut parts = name.trim_end_matches(".toml").split('/').skip(1);
        if let (Some(pipeline), Some(source)) = (parts.next(), parts.nth(1)) {
            sources.push(format!("{pipeline}.{source}"));
        }
    }
    let mut text = String::from(
        "# This machine: keep it out of version control. Secrets stand here by reference only.\n\
         store = \"./store\"\n\n\
         [pseudonym]\n\
         # 32 or more random bytes, readable by their owner alone:\n\
         #     mkdir -m 700 secret && head -c 32 /dev/urandom > secret/pseudonym.key && chmod 600 secret/pseudonym.key\n\
         # Under systemd: key_credential = \"pseudonym.key\". From a vault: key_command = [\"program\", \"argument\"].\n\
         # Whoever has the key can undo the pseudonyms; whoever loses it needs a full extract of every source.\n\
         key_file = \"./secret/pseudonym.key\"\n",
    );
    for (name, (query, sources)) in connections {
        let folder = name.strip_suffix("_share").unwrap_or(&name);
        let place = if query {
            format!("sqlite = {{ path = \"./extracts/{folder}/{folder}.sqlite\" }}")
        } else {
            format!("folder = {{ path = \"./extracts/{folder}\" }}")
        };
        // Writing to a string cannot fail.
        let _ = write!(text, "\n[connections.{name}]\n# read by {}\n{place}\n", sources.join(", "));
    }
    let _ = write!(
        text,
        "\n[mail]\n\
         from = \"AP commissioning <ap.reports@{domain}>\"\n\
         reply_to = \"commissioning@{domain}\"\n\
         # Messages are written as files until a mail server is named in place of the folder:\n\
         #     smtp = {{ host = \"smtp.{domain}\", tls = \"starttls\" }}\n\
         folder = {{ path = \"./mail\" }}\n\
         allow_domains = [\"{domain}\"]\n"
    );
    text
}

fn hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
