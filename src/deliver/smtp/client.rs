use std::path::Path;
use std::time::Instant;

use super::error::SmtpError;
use super::pace::Pace;
use super::server::Server;
use super::session::Session;
use crate::deliver::transport::{Attempt, Envelope, Scope, Transport};
use crate::project::SmtpSettings;

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

    /// Returns a session that answers, and whether it has been used before: the one at hand, or a new one.
    fn session(&mut self) -> Result<(Session, bool), Attempt> {
        if let Some(mut session) = self.session.take()
            && session.reset(&self.server).is_ok()
        {
            return Ok((session, true));
        }
        Ok((Session::open(&self.server)?, false))
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
        let (session, _) = self.session()?;
        self.session = Some(session);
        let login = if self.server.login.is_some() { ", and takes the login" } else { "" };
        Ok(format!("the server answers, and proves who it is{login}"))
    }

    fn send(&mut self, envelope: &Envelope, message: &[u8]) -> Attempt {
        std::thread::sleep(self.pace.wait(Instant::now()));
        let (mut session, used) = match self.session() {
            Ok(found) => found,
            Err(end) => return end,
        };
        self.pace.count(Instant::now());
        let mut outcome = session.send(&self.server, envelope, message);
        // A server may end a connection between two messages. Nothing of this one has been said by then.
        if used && session.ended_before_mail() {
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
