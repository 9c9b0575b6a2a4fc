use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustls::pki_types::CertificateDer;
use serde::Deserialize;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};
use ureq::{Agent, Body};

use crate::deliver::header_text::one_line;
use crate::deliver::transport::{Attempt, Scope};
use crate::privacy::Secret;

/// How long the token endpoint may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long before its end a token is no longer used: it must outlive the login.
const MARGIN: Duration = Duration::from_mins(2);

/// The largest answer that is read, in bytes.
const LARGEST: u64 = 65_536;

/// Access tokens by client credentials (RFC 6749, 4.4): asked for when one is needed, kept until shortly before it
/// ends, and asked for again when the mail server does not take it.
pub(super) struct Tokens {
    agent: Agent,
    url: String,
    client_id: String,
    secret: Secret,
    scope: String,
    held: Mutex<Option<Held>>,
}

struct Held {
    token: Secret,
    until: Instant,
}

/// What the endpoint answers.
#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: u64,
}

/// What it answers when it refuses.
#[derive(Default, Deserialize)]
struct Denied {
    #[serde(default)]
    error: String,
    #[serde(default)]
    error_description: String,
}

impl Tokens {
    /// Prepares to ask for tokens of one client for one scope, from an endpoint that shows a certificate by one of
    /// `roots`.
    pub(super) fn new(
        url: &str,
        client_id: &str,
        secret: Secret,
        scope: &str,
        roots: &[CertificateDer<'static>],
    ) -> Self {
        let roots = roots.iter().map(|root| Certificate::from_der(root).to_owned()).collect();
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .root_certs(RootCerts::Specific(Arc::new(roots)))
            .build();
        // No proxy of the environment and no redirect: the secret goes where the settings say, and nowhere else.
        let agent = Agent::config_builder()
            .tls_config(tls)
            .https_only(true)
            .proxy(None)
            .max_redirects(0)
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .build()
            .into();
        Self {
            agent,
            url: url.to_owned(),
            client_id: client_id.to_owned(),
            secret,
            scope: scope.to_owned(),
            held: Mutex::new(None),
        }
    }

    /// Returns a token: the one at hand, or a new one. A failure is the end of an attempt, with nothing sent.
    pub(super) fn token(&self) -> Result<Secret, Attempt> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = held.as_ref().filter(|known| Instant::now() < known.until) {
            return Ok(known.token.clone());
        }
        let granted = self.ask()?;
        let token = Secret::of(granted.access_token);
        let lives = Duration::from_secs(granted.expires_in).saturating_sub(MARGIN);
        *held = Some(Held { token: token.clone(), until: Instant::now() + lives });
        Ok(token)
    }

    /// Gives up the token at hand.
    pub(super) fn forget(&self) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn ask(&self) -> Result<Granted, Attempt> {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &self.client_id),
            ("client_secret", self.secret.expose()),
            ("scope", &self.scope),
        ];
        let mut answer = self.agent.post(&self.url).send_form(form).map_err(|error| self.failed(&error))?;
        let status = answer.status().as_u16();
        let text = body(answer.body_mut()).map_err(|error| self.failed(&error))?;
        match status {
            200 => serde_json::from_str(&text).map_err(|_| self.away("its answer holds no token")),
            429 | 500.. => Err(self.away(&format!("it answers {status}"))),
            _ => Err(self.denied(status, &text)),
        }
    }

    /// Returns what a refusal by the endpoint comes to: the settings or the secret are wrong, and asking again would
    /// change nothing.
    fn denied(&self, status: u16, text: &str) -> Attempt {
        let denied: Denied = serde_json::from_str(text).unwrap_or_default();
        let said = one_line(&format!("{} {}", denied.error, denied.error_description), 200);
        let words = format!(
            "the token endpoint `{}` refuses ({status} {said}): check `client_id`, `client_secret_file` and `scope`; \
             nothing was sent",
            self.url
        );
        Attempt::Refused { words }
    }

    /// Returns what it comes to when the endpoint is not there, or not who it should be.
    fn failed(&self, error: &ureq::Error) -> Attempt {
        match error {
            ureq::Error::Tls(_)
            | ureq::Error::Rustls(_)
            | ureq::Error::RequireHttpsOnly(_)
            | ureq::Error::BadUri(_) => {
                let words = format!("the token endpoint `{}`: {error}; nothing was sent", self.url);
                Attempt::Refused { words }
            }
            ureq::Error::Io(inner) if is_untrusted(inner) => {
                let words = format!("the token endpoint `{}`: {inner}; nothing was sent", self.url);
                Attempt::Refused { words }
            }
            other => self.away(&other.to_string()),
        }
    }

    fn away(&self, why: &str) -> Attempt {
        let words = format!("the token endpoint `{}` fails: {why}", self.url);
        Attempt::Deferred { later: Scope::Server, words }
    }
}

/// Returns whether a line failed because the other side is not who it should be.
fn is_untrusted(error: &std::io::Error) -> bool {
    error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<rustls::Error>)
}

fn body(body: &mut Body) -> Result<String, ureq::Error> {
    body.with_config().limit(LARGEST).read_to_string()
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens")
            .field("url", &self.url)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}
