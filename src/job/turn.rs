use super::failure::Failure;

/// A pipeline's turn: whoever has it is the only one to run the pipeline.
///
/// A run that finds nothing to do never takes it. One that does takes it before the first thing that it
/// writes, and asks again before anything that others can see.
pub trait Turn: std::fmt::Debug {
    /// Takes the turn of `pipeline`, unless this run has it.
    ///
    /// # Errors
    ///
    /// [`Kind::Lease`](super::kind::Kind) when another run has it; the store's own.
    fn take(&self, pipeline: &str) -> Result<(), Failure>;

    /// Whether the run may go on. Cheap: asked between any two steps.
    ///
    /// # Errors
    ///
    /// [`Kind::Lease`](super::kind::Kind) when the turn is known to be lost.
    fn go_on(&self) -> Result<(), Failure>;

    /// Asks to publish or to send.
    ///
    /// # Errors
    ///
    /// [`Kind::Lease`](super::kind::Kind) when somebody has succeeded this run; the store's own.
    fn permit(&self) -> Result<(), Failure>;

    /// Gives the turn back, when it was taken.
    ///
    /// # Errors
    ///
    /// The store's own: the next run then waits until this one has been silent for long enough.
    fn give_back(&self) -> Result<(), Failure>;
}

/// Does `work` in the turn of `pipeline`, and gives the turn back whatever comes of it.
pub(crate) fn within<T>(
    turn: &dyn Turn,
    pipeline: &str,
    work: impl FnOnce() -> Result<T, Failure>,
) -> Result<T, Failure> {
    turn.take(pipeline)?;
    let done = work();
    let given_back = turn.give_back();
    done.and_then(|value| given_back.map(|()| value))
}

/// Nobody else runs anything: a demo in its own folder, and tests.
#[derive(Debug, Clone, Copy)]
pub struct Alone;

impl Turn for Alone {
    fn take(&self, _: &str) -> Result<(), Failure> {
        Ok(())
    }

    fn go_on(&self) -> Result<(), Failure> {
        Ok(())
    }

    fn permit(&self) -> Result<(), Failure> {
        Ok(())
    }

    fn give_back(&self) -> Result<(), Failure> {
        Ok(())
    }
}
