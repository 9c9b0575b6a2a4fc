//! The failure of each error of the rooms below: its kind, its place, what was kept and what to do.

use super::failure::Failure;
use super::kept::Kept;
use super::kind::Kind;
use crate::deliver::OutboxError;
use crate::engine::EngineError;
use crate::store::StoreError;

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let (kind, kept) = match &error {
            StoreError::OtherFileSystem { .. } | StoreError::Newer { .. } => (Kind::Usage, None),
            StoreError::Overtaken { .. } => (Kind::Overtaken, Some(Kept::LastTables)),
            error if error.is_contention() => (Kind::Overtaken, None),
            error if error.is_damage() => (Kind::Damage, None),
            StoreError::Write { .. } | StoreError::NoSpace { .. } => (Kind::Store, Some(Kept::Store)),
            _ => (Kind::Store, None),
        };
        let (place, help) = (error.place(), error.help());
        let failure = kept.into_iter().fold(Self::of(kind, error), Self::kept);
        place.into_iter().fold(failure, Self::at).help(help)
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Query(fault) => fault.into(),
            EngineError::Memory { ref file, .. } | EngineError::Time { ref file, .. } => {
                let place = file.clone();
                let help = "let the query read fewer rows, or raise `memory_mib` or `query_seconds` under `[limits]` of \
                            `settings.toml`";
                Self::of(Kind::Limit, error).at(place).help(help)
            }
            EngineError::Read { source, .. } => StoreError::among(source.as_ref()).into(),
            EngineError::Start(cause) => Self::bug(cause),
        }
    }
}

impl From<OutboxError> for Failure {
    fn from(error: OutboxError) -> Self {
        match error {
            OutboxError::Store(error) => error.into(),
            OutboxError::Unknown { edition, cause } => match cause.downcast::<Self>() {
                Ok(failure) => failure.at(edition).kept(Kept::Messages),
                Err(cause) => Self::gate("it cannot be known whether it may still be sent")
                    .at(edition)
                    .kept(Kept::Unsent)
                    .because(cause)
                    .help("`sufficiency report send` checks it again"),
            },
            OutboxError::Name { ref name } => {
                let place = name.clone();
                let help = "rename the report or the version: letters, digits, `.`, `_` and `-`, 120 at most";
                Self::of(Kind::Usage, error).at(place).kept(Kept::Unsent).help(help)
            }
            OutboxError::Record { name: ref place, .. }
            | OutboxError::Damaged { folder: ref place, .. }
            | OutboxError::Message { name: ref place } => {
                let (place, help) = (
                    place.clone(),
                    "put it back from a copy of the store, or give it up with `sufficiency repair --give-up`",
                );
                Self::of(Kind::Damage, error).at(place).kept(Kept::Messages).help(help)
            }
        }
    }
}
