use super::deliveries::Deliveries;
use super::history::{History, State};
use super::outbox_error::OutboxError;
use crate::store::{Damage, given_up};

/// What a look at all deliveries found.
#[derive(Debug, Default)]
pub struct Verified {
    /// Deliveries whose every record was read.
    pub deliveries: u64,
    /// Messages whose every byte was read.
    pub messages: u64,
    /// What is not as it was written, in the order of names.
    pub damage: Vec<Damage>,
}

impl Deliveries<'_> {
    /// Reads every record of every delivery, and its message, and says what is missing or was changed. Changes nothing.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] only when the store cannot be listed or read; what is damaged is in the result.
    pub fn verify(&self) -> Result<Verified, OutboxError> {
        self.verified(self.below("outbox")?)
    }

    /// Does the same with the deliveries of one edition.
    ///
    /// # Errors
    ///
    /// As [`Deliveries::verify`].
    pub fn verify_edition(&self, report: &str, edition: &str) -> Result<Verified, OutboxError> {
        self.verified(self.edition(report, edition)?)
    }

    fn verified(&self, histories: Vec<History>) -> Result<Verified, OutboxError> {
        let mut verified = Verified::default();
        let given_up = given_up(self.objects)?;
        for history in histories {
            verified.deliveries += 1;
            let damage = |what: String| Damage { name: history.folder().to_owned(), what };
            if let State::Damaged { what } = history.state() {
                verified.damage.push(damage(what));
            }
            // A delivery that was refused before it was planned has no message.
            if history.message().is_none() {
                continue;
            }
            match self.message(&history) {
                Ok(_) => verified.messages += 1,
                Err(OutboxError::Message { name }) if given_up.contains(&name) => {}
                Err(OutboxError::Message { name }) => verified.damage.push(Damage {
                    name,
                    what: "the message is not there, or is not the one that was planned".to_owned(),
                }),
                Err(error) => return Err(error),
            }
        }
        verified.damage.sort();
        Ok(verified)
    }
}
