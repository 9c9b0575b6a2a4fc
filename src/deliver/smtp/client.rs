use std::path::Path;
use std::time::{Duration, Instant};

use super::error::SmtpError;
use super::pace::Pace;
use super::server::Server;
use super::session::{Carried, Session};
use crate::deliver::transport::{Attempt, Envelope, Scope, Transport};
use crate::project::SmtpSettings;

/// How soon a request to stop is noticed while the pace is waited for.
const NOTICE: Duration = Duration::from_millis(200);

/// Sends messages to one mail server, over one connection for as long as the server keeps it.
#[derive(Debug)]
pub struct SmtpTransport {
    pub(super) server: Server,
    pub(super) pace: Pace,
    pub(super) session: Option<Session>,
}

impl SmtpTransport {
    /// Makes a transport by `settings`; its files lie relative to the folder `project`. Nothing is connected yet.
    ///
    /// # Errors
    ///
    /// [`SmtpError`] when mail could not be sent safely with these settings.
    pub fn new(settings: &SmtpSettings, project: &Path) -> Result<Self, SmtpError> {
        let server = Server::by(settings, project)?;
        Ok(Self { server, pace: Pace::new(settings.per_minute), session: None })
    }

    /// Returns a session that answers and carries no message yet: the one at hand, or a new one.
    fn session(&mut self) -> Result<Session, Attempt> {
        if let Some(mut session) = self.session.take()
            && (session.is_ready() || session.reset(&self.server).is_ok())
        {
            return Ok(session);
        }
        Session::open(&self.server)
    }

    /// Waits until the pace allows a message, or `goes_on` is false.
    fn wait(&mut self, goes_on: &dyn Fn() -> bool) {
        let until = Instant::now() + self.pace.wait(Instant::now());
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || !goes_on() {
                return;
            }
            std::thread::sleep(left.min(NOTICE));
        }
    }
}

impl Transport for SmtpTransport {
    fn name(&self) -> &'static str {
        "smtp"
    }

    fn is_outbound(&self) -> bool {
        true
    }

    fn reach(&mut self) -> Result<String, Attempt> {
        self.session = Some(self.session()?);
        let login = if self.server.login.is_some() { ", and takes the login" } else { "" };
        Ok(format!("the server answers, and proves who it is{login}"))
    }

    fn prepare(&mut self, goes_on: &dyn Fn() -> bool) -> Result<(), Attempt> {
        self.wait(goes_on);
        if goes_on() {
            self.session = Some(self.session()?);
        }
        Ok(())
    }

    fn send(&mut self, envelope: &Envelope, message: &[u8]) -> Attempt {
        if let Err(end) = self.prepare(&|| true) {
            return end;
        }
        let Some(mut session) = self.session.take() else {
            let words = "there is no connection: nothing was sent".to_owned();
            return Attempt::Deferred { later: Scope::Server, words };
        };
        self.pace.count(Instant::now());
        let was_used = session.carried != Carried::Nothing;
        let mut outcome = session.send(&self.server, envelope, message);
        // A server may end a connection between two messages. Nothing of this one has been said by then.
        if was_used && session.ended_before_mail() {
            session = match Session::open(&self.server) {
                Ok(session) => session,
                Err(end) => return end,
            };
            outcome = session.send(&self.server, envelope, message);
        }
        if matches!(outcome, Attempt::Deferred { later: Scope::Pace, .. }) {
            self.pace.slow_down();
        }
        self.session = session.is_open().then_some(session);
        outcome
    }
}
