use super::failure::Failure;

/// A pipeline's lock: whoever has it is the only one to run the pipeline.
///
/// A run that finds nothing to do never takes it. One that does takes it before the first thing that it
/// writes, and asks for permission before anything that others can see.
pub trait PipelineLock: std::fmt::Debug {
    /// Takes the lock of `pipeline`, unless this run has it.
    ///
    /// # Errors
    ///
    /// [`Kind::Lease`](super::kind::Kind) when another run has it; the store's own.
    fn take(&self, pipeline: &str) -> Result<(), Failure>;

    /// Checks that the run may go on. Cheap: asked between any two steps.
    ///
    /// # Errors
    ///
    /// [`Kind::Lease`](super::kind::Kind) when the lock is known to be lost.
    fn go_on(&self) -> Result<(), Failure>;

    /// Asks to publish or to send.
    ///
    /// # Errors
    ///
    /// [`Kind::Lease`](super::kind::Kind) when somebody has succeeded this run; the store's own.
    fn permit(&self) -> Result<(), Failure>;

    /// Releases the lock, when it was taken.
    ///
    /// # Errors
    ///
    /// The store's own: the next run then waits until this one has been silent for long enough.
    fn release(&self) -> Result<(), Failure>;
}

/// Does `work` under the lock of `pipeline`, and releases the lock whatever comes of it.
pub(crate) fn within<T>(
    lock: &dyn PipelineLock,
    pipeline: &str,
    work: impl FnOnce() -> Result<T, Failure>,
) -> Result<T, Failure> {
    lock.take(pipeline)?;
    let done = work();
    let released = lock.release();
    done.and_then(|value| released.map(|()| value))
}

/// Nobody else runs anything: a demo in its own folder, and tests.
#[derive(Debug, Clone, Copy)]
pub struct Alone;

impl PipelineLock for Alone {
    fn take(&self, _: &str) -> Result<(), Failure> {
        Ok(())
    }

    fn go_on(&self) -> Result<(), Failure> {
        Ok(())
    }

    fn permit(&self) -> Result<(), Failure> {
        Ok(())
    }

    fn release(&self) -> Result<(), Failure> {
        Ok(())
    }
}
