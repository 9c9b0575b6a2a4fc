use crate::store::StoreError;

/// What can go wrong with the memory of what was sent. Nothing is sent after it.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// The store fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A record is not what was written.
    #[error("the record `{name}` of the outbox cannot be read: {source}")]
    Record {
        /// Its name.
        name: String,
        /// Why not.
        source: serde_json::Error,
    },
    /// A record of the delivery is damaged, so nothing is added to it.
    #[error("the delivery `{folder}` is damaged: {what}")]
    Damaged {
        /// Where its records are.
        folder: String,
        /// What is damaged.
        what: String,
    },
    /// It cannot be known whether a delivery may still leave.
    #[error("it cannot be known whether `{edition}` may still be sent: {cause}")]
    Unknown {
        /// The edition.
        edition: String,
        /// Why not.
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A name would leave its folder.
    #[error("`{name}` cannot name a folder of the outbox")]
    Name {
        /// The name.
        name: String,
    },
    /// The message in the store is not the one that was planned.
    #[error("the message `{name}` is not the one that was planned; nothing was sent")]
    Message {
        /// Its name.
        name: String,
    },
}
