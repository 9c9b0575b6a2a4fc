/// A program that a signal ended has this exit code and the signal's number.
const SIGNALS: u8 = 128;

/// What kind of failure stopped the work. It alone gives the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A fault of the program.
    Bug,
    /// A file that a user wrote has a fault.
    Project,
    /// An argument or a setting asks for something that cannot be done.
    Usage,
    /// A secret is missing, or others may read it; or access was refused.
    Credentials,
    /// A source cannot be reached.
    SourceUnavailable,
    /// A source is not what its contract says.
    SourceRejected,
    /// A check or a limit on the age of data did not pass.
    Gate,
    /// The store cannot be read or written.
    Store,
    /// The store holds something other than what was written to it.
    Damage,
    /// Another run published first, or another process holds the store.
    Overtaken,
    /// Another run has the pipeline's lease.
    Lease,
    /// A document could not be made.
    Render,
    /// Disclosure control or the inspection held a document.
    Disclosure,
    /// Some recipients were rejected.
    Rejected,
    /// It is not known whether a message arrived, and it is held.
    Uncertain,
    /// A delivery is queued for later.
    Deferred,
    /// A safeguard holds an edition, or a person must approve it.
    Held,
    /// A query needs more memory or time than it may have.
    Limit,
    /// A signal asked for it, with this exit code.
    Stopped(u8),
    /// Work that has reported itself as it ended, with this exit code: runs by schedule, or a signal.
    Ended(u8),
}

impl Kind {
    /// Returns the exit code of the program: users' scripts rely on it.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Bug => 1,
            Self::Project | Self::Usage => 2,
            Self::Credentials => 3,
            Self::SourceUnavailable => 10,
            Self::SourceRejected => 11,
            Self::Gate => 12,
            Self::Store => 20,
            Self::Damage => 21,
            Self::Overtaken | Self::Lease => 22,
            Self::Render => 30,
            Self::Disclosure => 31,
            Self::Rejected => 40,
            Self::Uncertain => 41,
            Self::Deferred => 42,
            Self::Held => 43,
            Self::Limit => 50,
            Self::Stopped(code) | Self::Ended(code) => code,
        }
    }

    /// Returns the first kind that has this exit code; that of work which has ended where no other has it.
    #[must_use]
    pub(crate) fn of(code: u8) -> Self {
        let kinds = BY_SEVERITY.iter().copied().chain([Self::Lease, Self::Usage]);
        let stopped = (code > SIGNALS).then_some(Self::Stopped(code));
        kinds.filter(|kind| kind.code() == code).chain(stopped).next().unwrap_or(Self::Ended(code))
    }

    /// Returns the kind in one word, for programs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bug => "bug",
            Self::Project => "project",
            Self::Usage => "usage",
            Self::Credentials => "credentials",
            Self::SourceUnavailable => "source_unavailable",
            Self::SourceRejected => "source_rejected",
            Self::Gate => "gate",
            Self::Store => "store",
            Self::Damage => "damage",
            Self::Overtaken => "overtaken",
            Self::Lease => "lease",
            Self::Render => "render",
            Self::Disclosure => "disclosure",
            Self::Rejected => "rejected",
            Self::Uncertain => "uncertain",
            Self::Deferred => "deferred",
            Self::Held => "held",
            Self::Limit => "limit",
            Self::Stopped(_) => "stopped",
            Self::Ended(_) => "ended",
        }
    }

    /// Returns what to do about a failure that says nothing of its own.
    #[must_use]
    pub fn next_step(self) -> &'static str {
        match self {
            Self::Bug => "please report it",
            Self::Project => {
                "correct it where it is named; `sufficiency check` looks at every file of the project"
            }
            Self::Usage => "`--help` behind the command says what it takes",
            Self::Credentials => "`sufficiency doctor` tries every secret and every connection",
            Self::SourceUnavailable | Self::SourceRejected => {
                "`sufficiency plan` shows what each source would read now"
            }
            Self::Gate | Self::Render => "`sufficiency show` has every step of the run",
            Self::Store => "`sufficiency doctor` looks at the store and its disk",
            Self::Damage => {
                "`sufficiency repair` restores it where it can, and says how to go on where it cannot"
            }
            Self::Overtaken | Self::Lease => "run it again when the other one has ended",
            Self::Disclosure => "`sufficiency report explain-suppression` says why a figure is hidden",
            Self::Rejected | Self::Uncertain | Self::Deferred | Self::Held => {
                "`sufficiency report status` shows the state of each delivery"
            }
            Self::Limit => "raise `memory_mib` or `query_seconds` under `[limits]` of `settings.toml`",
            Self::Stopped(_) | Self::Ended(_) => "run it again: what is done is not done twice",
        }
    }

    /// Returns whether the edition was made and passed, and something came of its deliveries.
    #[must_use]
    pub fn is_about_delivery(self) -> bool {
        matches!(self, Self::Rejected | Self::Uncertain | Self::Deferred | Self::Held | Self::Credentials)
    }
}

/// Returns the most severe of several exit codes; `None` when none is a failure.
#[must_use]
pub fn worst(codes: impl IntoIterator<Item = u8>) -> Option<u8> {
    codes.into_iter().filter(|code| *code != 0).max_by_key(|code| severity(*code))
}

/// Kinds by what they say of the whole, the least severe first: a fault of the program says the most, then damage, then
/// what holds everything up.
const BY_SEVERITY: [Kind; 16] = [
    Kind::Deferred,
    Kind::Held,
    Kind::Rejected,
    Kind::Gate,
    Kind::SourceUnavailable,
    Kind::SourceRejected,
    Kind::Uncertain,
    Kind::Render,
    Kind::Disclosure,
    Kind::Limit,
    Kind::Credentials,
    Kind::Project,
    Kind::Overtaken,
    Kind::Store,
    Kind::Damage,
    Kind::Bug,
];

/// Ranks an exit code among others: that a signal stopped it says the most, and a code of no kind the least.
pub(crate) fn severity(code: u8) -> usize {
    if code > SIGNALS {
        return usize::MAX;
    }
    BY_SEVERITY.iter().position(|kind| kind.code() == code).map_or(0, |at| at + 1)
}
