use crate::store::StoreError;

/// Why a holder may not go on.
#[derive(Debug, thiserror::Error)]
pub enum LeaseError {
    /// A successor has taken the permission: nothing may be published any more.
    #[error("the lease of `{name}` was lost: epoch {epoch} has been succeeded")]
    Lost {
        /// The pipeline.
        name: String,
        /// The epoch that has ended.
        epoch: u64,
    },
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}
