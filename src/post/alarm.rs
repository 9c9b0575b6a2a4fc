//! The alarm beside the mail: what an owner must know is also in a file of the store, `alarms/<pipeline>.json`, and goes to a
//! webhook where one is set. Mail that is itself broken says nothing of it.
//!
//! The file stands until the pipeline next runs to a good end. It holds counts, names and commands, and no row of data.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use crate::diagnostic::Cause;
use crate::job::{Context, Failure};

/// How long a webhook may take; a run is not kept longer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the file says.
#[derive(Debug, Serialize)]
pub(super) struct Alarm<'a> {
    /// When, in UTC.
    pub(super) at: String,
    /// The pipeline.
    pub(super) pipeline: &'a str,
    /// The owner's name in `sufficiency.toml`.
    pub(super) owner: &'a str,
    /// The exit code of what failed.
    pub(super) code: u8,
    /// What happened, in a few words.
    pub(super) what: String,
    /// The run whose record has the reason.
    pub(super) run: String,
    /// The command that is the next step.
    pub(super) command: String,
    /// What became of the mail to the owner.
    pub(super) mail: String,
    /// Names the cause and the day: the webhook is called once for each.
    pub(super) cause: String,
}

impl Alarm<'_> {
    /// Writes the file, and calls the webhook once for each cause and day; returns what did not work, which is for the
    /// record.
    pub(super) fn raise(&self, context: &Context) -> Vec<String> {
        let mut failed = Vec::new();
        let before = context.store().objects().read(&name(self.pipeline)).ok().flatten();
        let before: Option<serde_json::Value> = before.and_then(|json| serde_json::from_slice(&json).ok());
        let is_new = before.is_none_or(|before| before["cause"] != self.cause.as_str());
        let written = serde_json::to_vec_pretty(self).map_err(|error| error.to_string()).and_then(|json| {
            let objects = context.store().objects();
            objects.replace(&name(self.pipeline), &json).map_err(|error| Cause::of(&error).to_string())
        });
        if let Err(why) = written {
            failed.push(format!("the alarm `{}` could not be written: {why}", name(self.pipeline)));
        }
        if is_new && let Err(why) = self.call(context) {
            failed.push(format!("the webhook of `[alarm]` could not be called: {why}"));
        }
        failed
    }

    /// Calls the webhook, where one is set.
    fn call(&self, context: &Context) -> Result<(), String> {
        let Some(settings) = &context.project().settings.alarm else { return Ok(()) };
        let path = context.project().path(&settings.webhook_file);
        let address = settings.webhook(&path)?;
        let text = format!(
            "{} (exit code {}, run {}). Next: {}. The mail to the owner: {}.",
            self.what, self.code, self.run, self.command, self.mail
        );
        let body = serde_json::json!({ "text": text, "alarm": self });
        let answer = agent()
            .post(address.as_str())
            .header("Content-Type", "application/json")
            .send(body.to_string().as_bytes());
        // The rest of the address is a secret: an error may name it.
        let host = address.host_str().unwrap_or_default().to_owned();
        match answer {
            Ok(_) => Ok(()),
            Err(ureq::Error::StatusCode(status)) => Err(format!("{host} answers {status}")),
            Err(_) => Err(format!("{host} does not answer")),
        }
    }
}

/// Takes the alarm of a pipeline back, which has run to a good end.
pub(crate) fn all_clear(context: &Context, pipeline: &str) -> Result<(), Failure> {
    let objects = context.store().objects();
    if objects.size(&name(pipeline))?.is_some() {
        objects.remove(&name(pipeline))?;
    }
    Ok(())
}

fn name(pipeline: &str) -> String {
    format!("alarms/{pipeline}.json")
}

/// Returns a client that trusts what this machine trusts, and goes where it is sent and nowhere else.
fn agent() -> Agent {
    let trusted = rustls_native_certs::load_native_certs().certs;
    let certificates: Vec<Certificate<'static>> =
        trusted.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::Specific(Arc::new(certificates)))
        .unversioned_rustls_crypto_provider(provider)
        .build();
    let agent = Agent::config_builder().tls_config(tls).timeout_global(Some(PATIENCE)).max_redirects(0);
    agent.build().new_agent()
}
