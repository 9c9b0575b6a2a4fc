use super::auth::Login;
use super::connection::{Connection, HandshakeFault, LineFault};
use super::judge::{Phase, judge};
use super::reply::Reply;
use super::server::{Security, Server};
use crate::deliver::outcome::Rejection;
use crate::deliver::transport::{Attempt, Envelope, Scope};

/// What a session has carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Carried {
    /// No message yet.
    Nothing,
    /// A message, of which the server has forgotten what it remembered.
    Before,
    /// A message, of which the server may remember something.
    Just,
}

/// A connection on which the server has greeted us, is who it should be, and knows who we are.
#[derive(Debug)]
pub(super) struct Session {
    connection: Connection,
    /// The largest message that the server takes, in bytes; `None` when it does not say.
    largest: Option<usize>,
    says_size: bool,
    open: bool,
    pub(super) carried: Carried,
    ended_before_mail: bool,
}

impl Session {
    /// Connects, encrypts and logs in. Every failure is the end of an attempt, with nothing sent.
    pub(super) fn open(server: &Server) -> Result<Self, Attempt> {
        let timeout = server.timeouts.command;
        let connection = Connection::open((&server.host, server.port), timeout)
            .map_err(|fault| line_fault(Phase::Connect, &fault))?;
        let mut session = Self {
            connection,
            largest: None,
            says_size: false,
            open: true,
            carried: Carried::Nothing,
            ended_before_mail: false,
        };
        if let Security::Implicit(config, name) = &server.security {
            session.connection.encrypt(config, name.clone(), timeout).map_err(|fault| handshake(&fault))?;
        }
        let greeting =
            session.connection.reply(timeout).map_err(|fault| line_fault(Phase::Connect, &fault))?;
        judge(Phase::Connect, &greeting)?;
        let mut hello = session.hello(server)?;
        if let Security::StartTls(config, name) = &server.security {
            if hello.extension("STARTTLS").is_none() {
                let words = "the server does not offer STARTTLS: nothing was sent".to_owned();
                return Err(Attempt::Refused { words });
            }
            session.say(Phase::StartTls, "STARTTLS", server)?;
            if session.connection.has_unread() {
                let words = "somebody speaks for the server before TLS: nothing was sent".to_owned();
                return Err(Attempt::Refused { words });
            }
            session.connection.encrypt(config, name.clone(), timeout).map_err(|fault| handshake(&fault))?;
            hello = session.hello(server)?;
        }
        if let Some(size) = hello.extension("SIZE") {
            session.says_size = true;
            session.largest = size.parse().ok().filter(|size| *size > 0);
        }
        session.log_in(&hello, server)?;
        Ok(session)
    }

    /// Returns whether a second message can be sent over it.
    pub(super) fn is_open(&self) -> bool {
        self.open
    }

    /// Returns whether a message can be begun over it without a reset.
    pub(super) fn is_ready(&self) -> bool {
        self.open && self.carried != Carried::Just
    }

    /// Returns whether the server ended it before it had taken so much as the sender of the last message.
    pub(super) fn ended_before_mail(&self) -> bool {
        self.ended_before_mail
    }

    /// Forgets whatever the server may remember of the message before.
    pub(super) fn reset(&mut self, server: &Server) -> Result<(), Attempt> {
        self.say(Phase::Reset, "RSET", server)?;
        self.carried = Carried::Before;
        Ok(())
    }

    /// Sends one message to one recipient.
    pub(super) fn send(&mut self, server: &Server, envelope: &Envelope, message: &[u8]) -> Attempt {
        self.carried = Carried::Just;
        match self.transaction(server, envelope, message) {
            Ok(reply) => Attempt::Accepted { words: reply.to_string() },
            Err(end) => end,
        }
    }

    fn transaction(
        &mut self,
        server: &Server,
        envelope: &Envelope,
        message: &[u8],
    ) -> Result<Reply, Attempt> {
        if let Some(largest) = self.largest.filter(|largest| message.len() > *largest) {
            let words = format!(
                "the message has {} bytes and the server takes {largest}: nothing was sent",
                message.len()
            );
            return Err(Attempt::Rejected { cause: Rejection::TooBig, words });
        }
        let size = if self.says_size { format!(" SIZE={}", message.len()) } else { String::new() };
        self.say(Phase::Mail, &format!("MAIL FROM:<{}>{size}", envelope.from), server)?;
        self.say(Phase::Recipient, &format!("RCPT TO:<{}>", envelope.to), server)?;
        self.say(Phase::Data, "DATA", server)?;
        self.connection
            .write(&transparent(message), server.timeouts.block)
            .map_err(|fault| self.broken(Phase::Body, &fault))?;
        // From here on the server may have the message, whatever we hear of it.
        self.connection
            .write(b".\r\n", server.timeouts.block)
            .map_err(|fault| self.broken(Phase::Dot, &fault))?;
        let reply =
            self.connection.reply(server.timeouts.end).map_err(|fault| self.broken(Phase::Dot, &fault))?;
        self.judged(Phase::Dot, reply)
    }

    fn hello(&mut self, server: &Server) -> Result<Reply, Attempt> {
        let name = server.hello.clone().unwrap_or_else(|| self.connection.address_literal());
        self.say(Phase::Hello, &format!("EHLO {name}"), server)
    }

    /// Tells the server who we are, never in the clear.
    fn log_in(&mut self, hello: &Reply, server: &Server) -> Result<(), Attempt> {
        let Some(login) = server.login.as_ref().filter(|_| self.connection.is_encrypted()) else {
            return Ok(());
        };
        let offered = hello.extension("AUTH").unwrap_or_default();
        if !offered.split_whitespace().any(|mechanism| mechanism.eq_ignore_ascii_case(login.keyword())) {
            let words = format!("the server does not offer `{}`; it offers `{offered}`", login.keyword());
            return Err(Attempt::Refused { words });
        }
        let line = login.begin()?;
        match self.authenticate(line, login, server) {
            // A token may have been withdrawn before its time: one more is asked for, and no third.
            Err(Attempt::Refused { .. }) if self.open && login.forget() => {
                let line = login.begin()?;
                self.authenticate(line, login, server)
            }
            end => end,
        }
    }

    fn authenticate(&mut self, mut line: String, login: &Login, server: &Server) -> Result<(), Attempt> {
        for question in 0.. {
            let reply = self
                .connection
                .command(&line, server.timeouts.command)
                .map_err(|fault| self.broken(Phase::Auth, &fault))?;
            if reply.code != 334 {
                return self.judged(Phase::Auth, reply).map(|_| ());
            }
            line = login.answer(question)?.ok_or_else(|| Attempt::Refused {
                words: format!("the server asks for more than `{}` has", login.keyword()),
            })?;
        }
        Ok(())
    }

    /// Says one line and takes the reply that the phase expects.
    fn say(&mut self, phase: Phase, line: &str, server: &Server) -> Result<Reply, Attempt> {
        let timeout = if phase == Phase::Data { server.timeouts.data } else { server.timeouts.command };
        let reply = self.connection.command(line, timeout).map_err(|fault| self.broken(phase, &fault))?;
        self.judged(phase, reply)
    }

    fn judged(&mut self, phase: Phase, reply: Reply) -> Result<Reply, Attempt> {
        let ends = reply.code == 421 || reply.code < 400;
        judge(phase, &reply).map(|()| reply).inspect_err(|_| {
            self.open &= !ends;
            self.ended_before_mail = ends && phase == Phase::Mail;
        })
    }

    /// Marks the session as ended, and returns what a failure of the line in `phase` comes to.
    fn broken(&mut self, phase: Phase, fault: &LineFault) -> Attempt {
        self.open = false;
        self.ended_before_mail = phase == Phase::Mail;
        line_fault(phase, fault)
    }
}

impl Drop for Session {
    /// Says good-bye and does not wait for an answer.
    fn drop(&mut self) {
        if self.open {
            let _ = self.connection.write(b"QUIT\r\n", std::time::Duration::from_secs(5));
        }
    }
}

fn line_fault(phase: Phase, fault: &LineFault) -> Attempt {
    let words = format!("{fault} ({})", phase.says());
    match phase {
        Phase::Dot => Attempt::Uncertain { words },
        _ => Attempt::Deferred { later: Scope::Server, words },
    }
}

/// Returns what a failed handshake comes to: a line that fails may work later; a server that cannot prove who it is
/// will not.
fn handshake(fault: &HandshakeFault) -> Attempt {
    match fault {
        HandshakeFault::Line(fault) => line_fault(Phase::StartTls, fault),
        HandshakeFault::Untrusted(_) => Attempt::Refused { words: format!("{fault}: nothing was sent") },
    }
}

/// Returns the message with a second dot before each line that begins with one (RFC 5321, 4.5.2), and its last line
/// ended.
fn transparent(message: &[u8]) -> Vec<u8> {
    let mut wire = Vec::with_capacity(message.len() + 64);
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        if line.first() == Some(&b'.') {
            wire.push(b'.');
        }
        wire.extend_from_slice(line);
    }
    if !wire.ends_with(b"\r\n") {
        wire.extend_from_slice(b"\r\n");
    }
    wire
}

#[cfg(test)]
mod tests;
