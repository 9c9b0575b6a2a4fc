//! Tells a monitor outside that a run starts and how it ends, so that silence is noticed.
//!
//! Three addresses, as monitors of cron jobs know them: `<heartbeat>/start`, `<heartbeat>` and
//! `<heartbeat>/fail`. Nothing but the request itself is sent. A monitor that does not answer is reported and
//! changes nothing about a run.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use url::Url;

use super::event::Event;
use super::timetable::Timetable;

/// A monitor that has not answered by then is left alone.
const PATIENCE: Duration = Duration::from_secs(10);

/// Tells monitors.
pub struct Pulse {
    agent: Agent,
}

/// A monitor that could not be reached.
#[derive(Debug, thiserror::Error)]
#[error("the monitor of `{pipeline}` at {host} could not be reached")]
pub struct Unreached {
    pipeline: String,
    /// The host alone: the rest of the address is the monitor's secret.
    host: String,
    #[source]
    cause: Box<ureq::Error>,
}

impl Pulse {
    /// Creates it with the certificates that this machine trusts.
    #[must_use]
    pub fn new() -> Self {
        let trusted = rustls_native_certs::load_native_certs().certs;
        let certificates: Vec<Certificate<'static>> =
            trusted.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::Specific(Arc::new(certificates)))
            .unversioned_rustls_crypto_provider(provider)
            .build();
        let agent = Agent::config_builder().tls_config(tls).timeout_global(Some(PATIENCE)).max_redirects(0);
        Self { agent: agent.build().new_agent() }
    }

    /// Tells the monitor of the schedule that an event is about, if it has one and it is about a run.
    ///
    /// # Errors
    ///
    /// [`Unreached`], to be reported and no more.
    pub fn tell(&self, event: &Event<'_>) -> Result<(), Unreached> {
        let (timetable, end) = match event {
            Event::Started { timetable, .. } => (timetable, "start"),
            Event::Ended { timetable, ended, .. } if ended.exit == 0 => (timetable, ""),
            Event::Ended { timetable, .. }
            | Event::Uncertain { timetable, .. }
            | Event::GivenUp { timetable, .. }
            | Event::Missed { timetable, .. } => (timetable, "fail"),
            _ => return Ok(()),
        };
        timetable.heartbeat().map_or(Ok(()), |address| self.call(timetable, address, end))
    }

    fn call(&self, timetable: &Timetable, address: &Url, end: &str) -> Result<(), Unreached> {
        let mut address = address.clone();
        if !end.is_empty()
            && let Ok(mut path) = address.path_segments_mut()
        {
            path.pop_if_empty().push(end);
        }
        let answer = self.agent.get(address.as_str()).call();
        answer.map(|_| ()).map_err(|cause| Unreached {
            pipeline: timetable.pipeline().to_owned(),
            host: address.host_str().unwrap_or_default().to_owned(),
            cause: Box::new(cause),
        })
    }
}

impl Default for Pulse {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Pulse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pulse").finish_non_exhaustive()
    }
}
