use crate::diagnostic::Cause;
use crate::store::StoreError;

/// What can go wrong with the memory of what was sent. Nothing is sent after it.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// The store fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A record is not what was written.
    #[error("the record `{name}` of the outbox is damaged")]
    Record {
        /// Its name.
        name: String,
        /// Why not.
        source: serde_json::Error,
    },
    /// A record of the delivery is damaged, so nothing is added to it.
    #[error("the delivery `{folder}` is damaged")]
    Damaged {
        /// Where its records are.
        folder: String,
        /// What is damaged.
        #[source]
        what: Cause,
    },
    /// It cannot be known whether a delivery may still leave.
    #[error("it cannot be known whether `{edition}` may still be sent")]
    Unknown {
        /// The edition.
        edition: String,
        /// Why not.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A name would leave its folder.
    #[error("expected a name that a folder of the outbox can have, found `{name}`")]
    Name {
        /// The name.
        name: String,
    },
    /// The message in the store is not the one that was planned.
    #[error("the message `{name}` is not the one that was planned")]
    Message {
        /// Its name.
        name: String,
    },
}
