/// What passes the gate, and so whether what the gate finds is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// An edition: what it shows is remembered, and where it waits a person can let it go.
    Edition,
    /// A draft: it is held by the same rules, and leaves no trace.
    Draft,
}
