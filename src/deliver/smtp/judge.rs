//! What a reply means, by the phase in which it comes.
//!
//! | reply | means |
//! |---|---|
//! | after the message is whole: 4xx, 5xx | deferred, rejected: a refusal says that it was not taken |
//! | after the message is whole: anything unreadable | uncertain |
//! | 530, 534, 535, 538, 5.7.139 | settings: credentials are never tried in a loop |
//! | 454 to AUTH | deferred: the server cannot check a login now (RFC 4954, 6) |
//! | 5xx before MAIL; 5xx to MAIL | settings: the next recipient would fare the same |
//! | 552, 5.3.4, 5.2.3 | rejected: too big |
//! | 5.7.x | rejected: policy |
//! | 5.1.x; 550, 551, 553 | rejected: recipient |
//! | 4.7.x, 432 | deferred, and everything goes more slowly |
//! | other 4xx | deferred |
//!
//! Where the enhanced code and the basic code disagree, the enhanced one holds.

use super::reply::Reply;
use crate::deliver::outcome::Rejection;
use crate::deliver::transport::{Attempt, Scope};

/// Where in a session a reply comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// The greeting.
    Connect,
    /// EHLO.
    Hello,
    /// STARTTLS, and the handshake after it.
    StartTls,
    /// AUTH.
    Auth,
    /// RSET, before a second message on one connection.
    Reset,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Recipient,
    /// DATA.
    Data,
    /// The message itself, before its last line.
    Body,
    /// After the dot: from here on, silence is ambiguous.
    Dot,
}

impl Phase {
    /// Returns the phase in words, for a sentence about a failure.
    pub(super) fn says(self) -> &'static str {
        match self {
            Self::Connect => "at the greeting",
            Self::Hello => "at EHLO",
            Self::StartTls => "at STARTTLS",
            Self::Auth => "at AUTH",
            Self::Reset => "at RSET",
            Self::Mail => "at MAIL FROM",
            Self::Recipient => "at RCPT TO",
            Self::Data => "at DATA",
            Self::Body => "within the message",
            Self::Dot => "after the message",
        }
    }

    fn expects(self, code: u16) -> bool {
        match self {
            Self::Connect | Self::StartTls => code == 220,
            Self::Auth => code == 235,
            Self::Data => code == 354,
            Self::Hello | Self::Reset | Self::Mail => code == 250,
            Self::Recipient => code == 250 || code == 251,
            Self::Body => false,
            Self::Dot => (200..300).contains(&code),
        }
    }
}

/// Accepts the reply that the phase expects; any other is the end of the attempt, and which one.
pub(super) fn judge(phase: Phase, reply: &Reply) -> Result<(), Attempt> {
    if phase.expects(reply.code) {
        return Ok(());
    }
    let words = format!("{} ({})", reply, phase.says());
    if reply.code < 400 {
        return Err(unexpected(phase, words));
    }
    let enhanced = reply.enhanced().filter(|(class, ..)| *class != 2);
    let class = enhanced.map_or(reply.code / 100, |(class, ..)| class);
    let before_mail = matches!(phase, Phase::Connect | Phase::Hello | Phase::StartTls | Phase::Auth);
    if wrong_credentials(reply.code, enhanced) {
        return Err(Attempt::Refused { words: with_advice(words, enhanced) });
    }
    if class == 4 {
        return Err(Attempt::Deferred { later: scope(phase, reply.code, enhanced), words });
    }
    let cause = rejection(reply.code, enhanced);
    if before_mail || phase == Phase::Reset || phase == Phase::Mail && cause != Rejection::TooBig {
        return Err(Attempt::Refused { words });
    }
    Err(Attempt::Rejected { cause, words })
}

/// Returns what a reply comes to that is positive and not the one that belongs here: the two sides no longer agree.
fn unexpected(phase: Phase, words: String) -> Attempt {
    match phase {
        Phase::Dot => Attempt::Uncertain { words },
        _ => Attempt::Deferred { later: Scope::Server, words },
    }
}

fn wrong_credentials(code: u16, enhanced: Option<(u16, u16, u16)>) -> bool {
    matches!(code, 530 | 534 | 535 | 538) || enhanced == Some((5, 7, 139))
}

fn with_advice(words: String, enhanced: Option<(u16, u16, u16)>) -> String {
    match enhanced {
        Some((5, 7, 139)) => format!("{words}; this server no longer takes passwords: use `xoauth2`"),
        _ => words,
    }
}

fn scope(phase: Phase, code: u16, enhanced: Option<(u16, u16, u16)>) -> Scope {
    let about_one_recipient = matches!(phase, Phase::Recipient | Phase::Data | Phase::Dot);
    match (code, enhanced) {
        (454, _) if phase == Phase::Auth => Scope::Server,
        (432, _) | (_, Some((4, 7, _))) => Scope::Pace,
        (421, _) => Scope::Server,
        _ if about_one_recipient => Scope::Recipient,
        _ => Scope::Server,
    }
}

fn rejection(code: u16, enhanced: Option<(u16, u16, u16)>) -> Rejection {
    match (enhanced, code) {
        (Some((_, 3, 4) | (_, 2, 3)), _) | (None, 552) => Rejection::TooBig,
        (Some((_, 1, _)), _) | (None, 550 | 551 | 553) => Rejection::Recipient,
        (Some((_, 7, _)), _) => Rejection::Policy,
        _ => Rejection::Other,
    }
}

#[cfg(test)]
mod tests;
