//! What kept deliveries from their end, and what a person can do about each cause.

use crate::deliver::{Outcome, Receipt, Rejection, State, is_expired};
use crate::edition::Edition;
use crate::job::{Context, Failure, Kept, Kind};
use crate::project::Report;

/// Why nothing goes to somebody who left the list.
pub(super) const UNLISTED: &str = "no longer on the list of recipients";

/// How a reason ends that names the edition which took another's place.
const TAKES_ITS_PLACE: &str = "takes its place";

/// Returns why a reader does not get an edition whose content they have.
pub(super) fn has_it(old: &Edition) -> String {
    format!("they have `{}`, which holds the same", old.id)
}

/// Says which edition took another's place.
pub(super) fn takes_its_place(newer: &Edition) -> String {
    format!("`{}` {TAKES_ITS_PLACE}", newer.id)
}

/// Returns whether a reason says that another edition took the place of this one.
fn is_superseded(reason: &str) -> bool {
    reason.ends_with(TAKES_ITS_PLACE)
}

/// What kept a delivery from its end, the worst first, as exit codes rank them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Trouble {
    Damaged,
    Settings,
    Uncertain,
    NoMailbox,
    Policy,
    TooBig,
    GivenUp,
    Bounced,
    RefusedOtherwise,
    Waiting,
    Blocked,
    Expired,
    Superseded,
    Unlisted,
    UnderWay,
    PutOff,
    NotTried,
}

impl Trouble {
    /// Finds what kept a delivery in `state` from its end, if anything did.
    fn of(state: &State) -> Option<Self> {
        Some(match state {
            State::Tried(Outcome::Accepted { .. }) => return None,
            State::Damaged { .. } => Self::Damaged,
            State::Tried(Outcome::Refused { .. }) => Self::Settings,
            State::Tried(Outcome::Uncertain { .. }) => Self::Uncertain,
            State::Tried(Outcome::Rejected { cause, .. }) => match cause {
                Rejection::Recipient => Self::NoMailbox,
                Rejection::Policy => Self::Policy,
                Rejection::TooBig => Self::TooBig,
                Rejection::GivenUp => Self::GivenUp,
                Rejection::Other => Self::RefusedOtherwise,
            },
            State::Bounced { .. } => Self::Bounced,
            State::Planned | State::Held { .. } => Self::Waiting,
            State::Blocked { .. } => Self::Blocked,
            State::Withdrawn { reason } if is_expired(reason) => Self::Expired,
            State::Withdrawn { reason } if is_superseded(reason) => Self::Superseded,
            State::Withdrawn { reason } if reason == UNLISTED => Self::Unlisted,
            State::Withdrawn { .. } => Self::Superseded,
            State::Begun => Self::UnderWay,
            State::Tried(Outcome::Deferred { .. }) => Self::PutOff,
            State::Approved => Self::NotTried,
        })
    }

    /// Returns the kind of failure that it is.
    fn kind(self) -> Kind {
        match self {
            Self::Damaged => Kind::Damage,
            Self::Settings => Kind::Credentials,
            Self::Uncertain => Kind::Uncertain,
            Self::NoMailbox
            | Self::Policy
            | Self::TooBig
            | Self::GivenUp
            | Self::Bounced
            | Self::RefusedOtherwise => Kind::Rejected,
            Self::Waiting | Self::Blocked | Self::Expired | Self::Superseded | Self::Unlisted => Kind::Held,
            Self::UnderWay | Self::PutOff | Self::NotTried => Kind::Deferred,
        }
    }

    /// Says what a person can do about it.
    fn hint(self, report: &str) -> String {
        let resend = format!("`sufficiency report resend {report}`");
        match self {
            Self::Damaged => format!(
                "damaged: one record or message is not as it was written, and nothing else is touched; put the file that \
                 is named back from a backup of the store, then `sufficiency report send {report}`"
            ),
            Self::Settings => {
                format!("refused: correct `[mail]` in `settings.toml` or the secret, then {resend}")
            }
            Self::Uncertain => format!(
                "uncertain: nothing sends it again by itself; ask the recipient or the mail team; if it is not there, \
                 `sufficiency report resend {report} --uncertain --by YOUR-NAME`"
            ),
            Self::NoMailbox => format!(
                "rejected, there is no such mailbox: correct the address in `recipients.toml`, then \
                 `sufficiency report send {report}`; or have the mailbox made, then {resend}"
            ),
            Self::Policy => format!(
                "rejected by the other side's rules: show its words to the mail team (SPF, DKIM, DMARC, a relay that does \
                 not know this host), then {resend}"
            ),
            Self::TooBig => format!(
                "rejected as too big: have the limit raised, or leave a medium or a table out of the report, then {resend}"
            ),
            Self::GivenUp => format!(
                "put off for five working days and given up: ask the mail team about the words of the server, then {resend}"
            ),
            Self::Bounced => format!(
                "came back after it was accepted: correct the address in `recipients.toml`, then \
                 `sufficiency report send {report}`; or have the mailbox put right, then {resend}"
            ),
            Self::RefusedOtherwise => format!(
                "rejected: `report status {report}` has the server's words; when its cause is gone, {resend}"
            ),
            Self::Waiting => format!(
                "held: look at it with `sufficiency report preview {report}`, then \
                 `sufficiency report approve {report} --by YOUR-NAME`; what a gate holds waits for newer data"
            ),
            Self::Blocked => format!(
                "blocked: correct what its line names in `recipients.toml` (an address, a `confirm_by`), `allow_domains` or an \
                 `audience`, then \
                 `sufficiency report send {report}`"
            ),
            Self::Expired => format!(
                "nobody approved it in time: run its pipeline for newer figures, or, if it is to go all the same, \
                 `sufficiency report send {report} --by YOUR-NAME --late`"
            ),
            Self::Superseded => {
                format!("another edition took its place: `sufficiency report status {report}` shows it")
            }
            Self::Unlisted => {
                "left the list: nothing is to be done, unless `recipients.toml` lacks them".to_owned()
            }
            Self::UnderWay => format!(
                "begun: another process is sending it now; `sufficiency report status {report}` shows its end"
            ),
            Self::PutOff => {
                format!("deferred: `tick` and `serve` try again by themselves; {resend} tries now")
            }
            Self::NotTried => format!(
                "not tried: the mail server was away, or the sending ended before its turn; `tick` and `serve` try by themselves, and \
                 `sufficiency report send {report}` tries now"
            ),
        }
    }
}

/// Returns what a person can do about the worst of these states; nothing where all have it.
pub(super) fn worst_hint(states: &[State], report: &str) -> Option<String> {
    states.iter().filter_map(Trouble::of).min().map(|trouble| trouble.hint(report))
}

/// Fails where a signal has stopped the sending, and says what was sent and what was not.
pub(super) fn go_on(context: &Context, report: &Report, receipts: &[Receipt]) -> Result<(), Failure> {
    let Err(mut stopped) = context.stop().check() else { return Ok(()) };
    let is_sent = |receipt: &&Receipt| matches!(receipt.state, State::Tried(Outcome::Accepted { .. }));
    let (sent, unsent): (Vec<&Receipt>, Vec<&Receipt>) = receipts.iter().partition(is_sent);
    stopped = stopped.kept(Kept::Messages).note(format!(
        "of `{}` {} of {} recipients have it",
        report.name,
        sent.len(),
        receipts.len()
    ));
    for receipt in unsent {
        stopped = stopped.note(format!("{}: {}", receipt.recipient, receipt.state));
    }
    Err(stopped.help(format!("`sufficiency report send {}` sends the rest, and nothing twice", report.name)))
}

/// Fails where the receipts say that somebody did not get it.
pub(super) fn verdict(report: &Report, receipts: &[Receipt]) -> Result<(), Failure> {
    if receipts.is_empty() {
        return Err(Failure::new(Kind::Held, format!("nobody is on the list of `{}`", report.name))
            .kept(Kept::Messages)
            .help("name a role with a mailbox in its `recipients`"));
    }
    let mut troubles: Vec<(Trouble, &Receipt)> = receipts
        .iter()
        .filter_map(|receipt| Trouble::of(&receipt.state).map(|trouble| (trouble, receipt)))
        .collect();
    troubles.sort_by_key(|(trouble, _)| *trouble);
    let Some((worst, _)) = troubles.first() else {
        return Ok(());
    };
    let reached = receipts.len() - troubles.len();
    let what = format!("`{}` reached {reached} of {} recipients", report.name, receipts.len());
    let mut failure = Failure::new(worst.kind(), what).kept(Kept::Messages);
    for (_, receipt) in &troubles {
        failure = failure.note(format!("{}: {}", receipt.recipient, receipt.state));
    }
    let mut kinds: Vec<Trouble> = troubles.iter().map(|(trouble, _)| *trouble).collect();
    kinds.dedup();
    Err(kinds.into_iter().fold(failure, |failure, trouble| failure.help(trouble.hint(&report.name))))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Trouble;

    const ALL: [Trouble; 17] = [
        Trouble::Damaged,
        Trouble::Settings,
        Trouble::Uncertain,
        Trouble::NoMailbox,
        Trouble::Policy,
        Trouble::TooBig,
        Trouble::GivenUp,
        Trouble::Bounced,
        Trouble::RefusedOtherwise,
        Trouble::Waiting,
        Trouble::Blocked,
        Trouble::Expired,
        Trouble::Superseded,
        Trouble::Unlisted,
        Trouble::UnderWay,
        Trouble::PutOff,
        Trouble::NotTried,
    ];

    #[test]
    fn each_cause_has_a_hint_of_its_own_and_only_what_may_have_arrived_is_not_simply_sent_again() {
        let hints: BTreeSet<String> = ALL.iter().map(|trouble| trouble.hint("cost_review")).collect();
        assert_eq!(hints.len(), ALL.len(), "{hints:#?}");
        for trouble in ALL {
            let hint = trouble.hint("cost_review");
            assert!(hint.len() > 20, "{trouble:?} says little: {hint}");
            assert_eq!(hint.contains("--uncertain"), trouble == Trouble::Uncertain, "{trouble:?}: {hint}");
        }
        assert!(ALL.windows(2).all(|pair| pair[0] < pair[1]), "the worst first");
    }
}
