//! `doctor`: whether this machine can do what the project asks of it, before a night depends on it.
//!
//! Nothing is sent, landed or published. What is tried in the store is removed again; secrets are opened and
//! never shown.

use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use serde::Serialize;

use super::check::unreached;
use crate::calendar::Clock;
use crate::deliver::Attempt;
use crate::diagnostic::Severity;
use crate::ingest;
use crate::ingest::{due, lists};
use crate::job::{Context, Failure, Kind};
use crate::post;
use crate::project::{KeyPlace, Pipeline, Project, SmtpAuth, SmtpTls, SourceDefinition};
use crate::store::{Created, StoreError};

/// Less space than this for the store is a fault.
const LEAST_BYTES: u64 = 100 << 20;
/// Less space than this is a warning.
const FEW_BYTES: u64 = 2 << 30;
/// A durable write that takes longer makes every publication slow.
const SLOW: Duration = Duration::from_millis(250);
/// The two clocks of a machine are watched for so long.
const WATCH: Duration = Duration::from_millis(200);
/// The program is younger than this: a clock that shows an earlier year has lost its battery.
const FIRST_YEAR: i32 = 2026;

/// What is found of a store without a commit.
const UNPUBLISHED: &str = "nothing is published yet";

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What kind of thing: `store`, `secret`, `mail`, `clock`, `zone`, `connection`, `source`, `settings`, `schedule`.
    pub kind: &'static str,
    /// Which one.
    pub of: String,
    /// How it is.
    pub state: Health,
    /// The exit code that it comes to; 0 for what is not a fault.
    pub code: u8,
    /// What was found.
    pub found: String,
    /// What would put it right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// How a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// As it should be.
    Good,
    /// It works, and somebody should look.
    Warning,
    /// It does not.
    Fault,
}

impl Finding {
    /// Makes a finding that is as it should be.
    pub fn good(kind: &'static str, of: impl Into<String>, found: impl Into<String>) -> Self {
        Self { kind, of: of.into(), state: Health::Good, code: 0, found: found.into(), help: None }
    }

    /// Makes a finding to look at.
    pub fn warning(kind: &'static str, of: impl Into<String>, found: impl Into<String>) -> Self {
        Self { state: Health::Warning, ..Self::good(kind, of, found) }
    }

    /// Makes a finding that would stop a run, which would fail as of that kind.
    pub fn fault(
        kind: &'static str,
        of: impl Into<String>,
        stops_as: Kind,
        found: impl Into<String>,
    ) -> Self {
        Self { state: Health::Fault, code: stops_as.code(), ..Self::good(kind, of, found) }
    }

    fn with_help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// Returns what a failure says, as a fault.
    fn failure(kind: &'static str, of: impl Into<String>, failure: &Failure) -> Self {
        Self::of(Health::Fault, failure.code(), kind, of, failure)
    }

    /// Returns what a failure says, in a state of its own.
    fn of(state: Health, code: u8, kind: &'static str, of: impl Into<String>, failure: &Failure) -> Self {
        let help = failure.what_to_do();
        let help = (!help.is_empty()).then(|| help.join("\n"));
        Self { state, code, help, ..Self::good(kind, of, failure.reason()) }
    }
}

/// Looks at everything that `project` needs of this machine. The schedules are not known here.
#[must_use]
pub fn doctor(project: &Project) -> Vec<Finding> {
    let mut findings = settings(project);
    findings.extend(clock(project.clock()));
    findings.push(zone(project.clock()));
    findings.extend(addresses(project));
    match Context::open(project.clone()) {
        Err(failure) => findings.push(Finding::failure("store", project.settings.store.clone(), &failure)),
        Ok(context) => {
            findings.extend(store(&context));
            findings.extend(secrets(&context));
            findings.push(mail(&context));
            let unreached = unreached(context.project());
            let is_there = |definition: &&SourceDefinition| {
                !unreached.iter().any(|place| place.connection == *definition.file.connection.get_ref())
            };
            for pipeline in context.project().pipelines.values() {
                findings.extend(sources(&context, pipeline, &is_there));
            }
            findings.extend(unreached.iter().map(|place| {
                let found =
                    format!("there is no `{}` on this machine, for {}", place.path, place.sources.join(", "));
                Finding::fault("connection", place.connection.clone(), Kind::SourceUnavailable, found)
                    .with_help("put the files there, or write in `settings.toml` where they are")
            }));
        }
    }
    findings
}

/// Returns what to do next with a project of which nothing is published yet, in a few lines; nothing for any other.
#[must_use]
pub fn next_steps(project: &Project, findings: &[Finding]) -> Vec<String> {
    let is_fresh = findings.iter().any(|finding| finding.of == "commits" && finding.found == UNPUBLISHED);
    if !is_fresh {
        return Vec::new();
    }
    let mut steps = Vec::new();
    let has_sources = project.pipelines.values().any(|pipeline| !pipeline.sources.is_empty());
    let lacks_key = findings.iter().any(|finding| finding.kind == "secret" && finding.state == Health::Fault);
    if lacks_key {
        steps.push(
            "make the key that pupil numbers are replaced with, and keep a copy of it:\n     mkdir -p -m 700 secret && head -c \
             32 /dev/urandom > secret/pseudonym.key && chmod 600 secret/pseudonym.key"
                .to_owned(),
        );
    }
    let unreached = unreached(project);
    if !unreached.is_empty() {
        let places: Vec<String> = unreached
            .iter()
            .take(3)
            .map(|place| format!("`{}` ({})", place.connection, place.path))
            .collect();
        let more = unreached.len().saturating_sub(3);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        steps.push(format!("give each connection of settings.toml its files: {}{more}", places.join(", ")));
    }
    if has_sources {
        steps.push("`sufficiency try`: read every source, land nothing, see every fault at once".to_owned());
        steps.push(
            "`sufficiency run PIPELINE` for those that are in order, or `sufficiency run --all`".to_owned(),
        );
    } else {
        steps.push("`sufficiency sketch FILE --write PIPELINE.SOURCE`: a contract to start from".to_owned());
        steps.push("`sufficiency try`, then `sufficiency run PIPELINE`".to_owned());
    }
    steps
}

/// Finds addresses that mail cannot go to, as far as their text shows.
fn addresses(project: &Project) -> Vec<Finding> {
    let faults = post::check_addresses(project);
    let findings: Vec<Finding> = faults
        .iter()
        .map(|fault| {
            let of = fault.location().unwrap_or_default();
            let finding = match fault.severity() {
                Severity::Error => Finding::fault("address", of, Kind::Project, fault.message()),
                Severity::Warning => Finding::warning("address", of, fault.message()),
            };
            Finding { help: fault.help().map(str::to_owned), ..finding }
        })
        .collect();
    if findings.is_empty() {
        return vec![Finding::good("address", "all", "every address can be one that mail goes to")];
    }
    findings
}

/// Checks who may change the settings.
fn settings(project: &Project) -> Vec<Finding> {
    let mut findings = Vec::new();
    let file = project.root.join("settings.toml");
    if !file.is_file() {
        let found = "there is none: the store is `./store`, and mail goes into `./mail`";
        findings.push(Finding::warning("settings", "settings.toml", found));
    } else if writable_by_others(&file) {
        let found = "others than its owner may write it, and so send mail elsewhere or read another place";
        findings.push(
            Finding::fault("settings", "settings.toml", Kind::Credentials, found)
                .with_help("run `chmod go-w settings.toml`"),
        );
    } else {
        findings.push(Finding::good("settings", "settings.toml", "only its owner may write it"));
    }
    let smtp = project.settings.mail.as_ref().and_then(|mail| mail.smtp.as_ref());
    if let Some(authorities) = smtp.and_then(|smtp| smtp.ca_file.as_ref())
        && writable_by_others(&project.path(authorities))
    {
        let found = "others than its owner may write it, and so choose which mail server is trusted";
        findings.push(Finding::fault(
            "settings",
            authorities.display().to_string(),
            Kind::Credentials,
            found,
        ));
    }
    findings
}

/// Checks whether the clock on the wall can be believed.
fn clock(now: Clock) -> Vec<Finding> {
    let read = || (Clock::system(chrono_tz::UTC).now(), Instant::now());
    let (wall, running) = read();
    std::thread::sleep(WATCH);
    let (wall_after, running_after) = read();
    let passed = TimeDelta::from_std(running_after - running).unwrap_or_default();
    let drift = (wall_after - wall - passed).abs();
    let shown = now.local().format("%Y-%m-%d %H:%M:%S %Z");
    let year = now.local().year();
    if year < FIRST_YEAR {
        let found = format!("it shows {shown}, which cannot be: nothing starts by schedule until it is set");
        return vec![
            Finding::fault("clock", "wall", Kind::Credentials, found)
                .with_help("set it, and see to it that NTP runs"),
        ];
    }
    let steady = if drift > TimeDelta::milliseconds(100) {
        let found = format!(
            "it moved by {} ms against the running time within {} ms: is it being set?",
            drift.num_milliseconds(),
            WATCH.as_millis()
        );
        Finding::warning("clock", "wall", found)
    } else {
        Finding::good("clock", "wall", format!("it shows {shown} and keeps pace with the running time"))
    };
    vec![steady]
}

/// Reports the council's zone, and when its clocks change next.
fn zone(now: Clock) -> Finding {
    let name = now.zone().name();
    let data = format!("zone data {} inside the program", chrono_tz::IANA_TZDB_VERSION);
    let found = match next_change(now) {
        Some(change) => {
            format!(
                "{data}; the clocks change next on {}",
                change.with_timezone(&now.zone()).format("%a %Y-%m-%d")
            )
        }
        None => format!("{data}; the clocks do not change within a year"),
    };
    Finding::good("zone", name, found)
}

/// Returns the first hour within a year at which the zone's offset is another than now.
fn next_change(now: Clock) -> Option<DateTime<Utc>> {
    use chrono::Offset;
    let offset = |moment: DateTime<Utc>| moment.with_timezone(&now.zone()).offset().fix().local_minus_utc();
    (1..=366 * 24)
        .map(|hours| now.now() + TimeDelta::hours(hours))
        .find(|moment| offset(*moment) != offset(now.now()))
}

/// Tries create-if-absent, replace, read and remove, each durable.
fn store(context: &Context) -> Vec<Finding> {
    let place = context.project().settings.store.clone();
    let objects = context.store().objects();
    let name = format!("leases/doctor-{}/probe", std::process::id());
    let began = Instant::now();
    let tried = (|| -> Result<(), StoreError> {
        let wrong = |what: &str| StoreError::Write {
            name: name.clone(),
            source: std::io::Error::other(what.to_owned()),
        };
        if objects.create(&name, b"one")? != Created::New {
            return Err(wrong("what is not there cannot be created"));
        }
        if objects.create(&name, b"two")? != Created::Exists {
            return Err(wrong("what is there is created again: the place is not atomic"));
        }
        objects.replace(&name, b"three")?;
        if objects.read(&name)?.as_deref() != Some(b"three") {
            return Err(wrong("what was written is not what is read"));
        }
        Ok(())
    })();
    let took = began.elapsed() / 3;
    let tried = tried.and(objects.remove(&name));
    let mut findings = Vec::new();
    findings.push(match tried {
        Err(error) => Finding::failure("store", place.clone(), &error.into()),
        Ok(()) if took > SLOW => {
            let found = format!("atomic and durable, but slow: {} ms a write", took.as_millis());
            Finding::warning("store", place.clone(), found)
        }
        Ok(()) => {
            let found =
                format!("creates if absent, replaces whole, and syncs: {} ms a write", took.as_millis());
            Finding::good("store", place.clone(), found)
        }
    });
    match context.store().head() {
        Ok(None) => findings.push(Finding::good("store", "commits", UNPUBLISHED)),
        Ok(Some(commit)) => {
            let found =
                format!("the newest is {}, of {}", commit.seq, commit.at.format("%Y-%m-%d %H:%M UTC"));
            findings.push(Finding::good("store", "commits", found));
        }
        Err(error) => findings.push(
            Finding::failure("store", "commits", &error.into())
                .with_help("run `sufficiency verify`, then `repair`"),
        ),
    }
    findings.extend(objects.available().map(space));
    findings
}

fn space(bytes: u64) -> Finding {
    let found = format!("{} MiB are free for the store", bytes >> 20);
    match bytes {
        0..LEAST_BYTES => Finding::fault("store", "space", Kind::Store, found),
        LEAST_BYTES..FEW_BYTES => Finding::warning("store", "space", found),
        _ => Finding::good("store", "space", found),
    }
}

/// Checks every file that holds a secret: there, private, and outside the store.
fn secrets(context: &Context) -> Vec<Finding> {
    let project = context.project();
    let mut findings = Vec::new();
    if let Some(settings) = &project.settings.pseudonym {
        let place = settings.place(&project.root);
        let (of, misplaced) = match &place {
            Ok(KeyPlace::File(path)) => (path.display().to_string(), place_of_secret(project, path)),
            Ok(KeyPlace::Command(command)) => {
                (format!("from `{}`", command.first().map_or("", String::as_str)), None)
            }
            Err(_) => ("[pseudonym]".to_owned(), None),
        };
        let sound = || {
            Finding::good("secret", of.clone(), "the pseudonym key is there, and only its owner may read it")
        };
        findings.push(match context.pseudonyms() {
            Err(failure) => Finding::failure("secret", of, &failure),
            Ok(_) => misplaced.unwrap_or_else(sound),
        });
    } else if project
        .pipelines
        .values()
        .any(|pipeline| pipeline.sources.values().any(ingest::needs_pseudonyms))
    {
        let found = "sources replace pupil numbers, and no key is set";
        findings.push(
            Finding::fault("secret", "[pseudonym]", Kind::Credentials, found)
                .with_help("set `key_file` under `[pseudonym]` in `settings.toml`"),
        );
    }
    let smtp = project.settings.mail.as_ref().and_then(|mail| mail.smtp.as_ref());
    if let Some(auth) = smtp.and_then(|smtp| smtp.auth.as_ref()) {
        for file in auth_files(auth) {
            findings.extend(place_of_secret(project, &project.path(file)));
        }
    }
    findings
}

/// Returns the files that a login reads.
fn auth_files(auth: &SmtpAuth) -> Vec<&Path> {
    match auth {
        SmtpAuth::Plain(login) | SmtpAuth::Login(login) => vec![&login.password_file],
        SmtpAuth::Xoauth2(login) => {
            let client = login.client.as_ref().map(|client| &client.client_secret_file);
            login.token_file.iter().chain(client).map(AsRef::as_ref).collect()
        }
    }
}

/// Finds what is wrong with where a secret is.
fn place_of_secret(project: &Project, path: &Path) -> Option<Finding> {
    let of = path.display().to_string();
    let (secret, store) =
        (path.canonicalize().ok()?, project.path(&project.settings.store).canonicalize().ok()?);
    if secret.starts_with(&store) {
        let found = "it lies within the store, which others read and copy";
        return Some(
            Finding::fault("secret", of, Kind::Credentials, found)
                .with_help("move it out, as to `/etc/sufficiency/`"),
        );
    }
    let folder = secret.parent()?;
    if writable_by_others(folder) {
        let found =
            format!("others may write its folder `{}`, and so put another in its place", folder.display());
        return Some(
            Finding::fault("secret", of, Kind::Credentials, found)
                .with_help("run `chmod go-w` on the folder"),
        );
    }
    None
}

/// Checks whether mail could leave now. Nothing is sent.
fn mail(context: &Context) -> Finding {
    let Some(settings) = &context.project().settings.mail else {
        let found = "is not set up: reports are made and cannot be sent";
        return Finding::warning("mail", "[mail]", found);
    };
    let of = settings.smtp.as_ref().map_or_else(
        || {
            settings
                .folder
                .as_ref()
                .map_or_else(|| "./mail".to_owned(), |folder| folder.path.display().to_string())
        },
        |smtp| format!("{}:{}", smtp.host, smtp.port()),
    );
    let reached = post::transport(context).and_then(|mut transport| {
        transport.reach().map_err(|end| match end {
            Attempt::Deferred { words, .. } | Attempt::Uncertain { words } => {
                Failure::new(Kind::SourceUnavailable, "the mail server cannot be reached").because(words)
            }
            Attempt::Refused { words } | Attempt::Rejected { words, .. } | Attempt::Accepted { words } => {
                Failure::credentials("the mail server refuses").because(words)
            }
        })
    });
    // The mailboxes of a report that is split are in a table, which is there after its first run.
    let by_role = context.project().reports.values().filter(|report| report.file.burst.is_none());
    let allowed = by_role.map(|report| post::recipients(context, report, None).map(|_| ()));
    let reached = allowed.collect::<Result<(), Failure>>().and(reached);
    match reached {
        Ok(words) if settings.smtp.as_ref().is_some_and(|smtp| smtp.tls == SmtpTls::None) => {
            Finding::warning("mail", of, format!("{words}, without TLS, on this machine"))
        }
        Ok(words) => Finding::good("mail", of, words),
        Err(failure) => Finding::failure("mail", of, &failure),
    }
}

/// Checks the sources of a pipeline whose place is there: reachable, readable, and what a run would find there.
fn sources(
    context: &Context,
    pipeline: &Pipeline,
    is_wanted: &dyn Fn(&&SourceDefinition) -> bool,
) -> Vec<Finding> {
    let pseudonyms = context.pseudonyms().ok().flatten();
    let look = |definition| {
        let inputs = lists::inputs(context, pipeline, definition, pseudonyms.as_ref())?;
        due::due(context, pipeline, definition, &inputs)
    };
    let sources = pipeline.sources.values().filter(is_wanted);
    let found = sources.map(|definition| {
        let of = format!("{}.{}", pipeline.name, definition.name);
        match look(definition) {
            Ok(due) => Finding::good("source", of, format!("{} new, {} landed", due.fresh.len(), due.known)),
            // A list that it is held against comes with the first run of another pipeline.
            Err(failure) if failure.kind() == Kind::Gate => {
                Finding::of(Health::Warning, 0, "source", of, &failure)
            }
            Err(failure) => Finding::failure("source", of, &failure),
        }
    });
    found.collect()
}

#[cfg(unix)]
fn writable_by_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let mode = |metadata: std::fs::Metadata| metadata.permissions().mode();
    // A folder with the sticky bit, as /tmp: others may add to it and not replace what is not theirs.
    path.metadata().map(mode).is_ok_and(|mode| mode & 0o022 != 0 && mode & 0o1000 == 0)
}

/// Answers no: elsewhere access lists decide, which a mode does not show.
#[cfg(not(unix))]
fn writable_by_others(_: &Path) -> bool {
    false
}
