use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};

/// Bytes of stack that a thread has: planning recurses as deep as a query nests.
const STACK: usize = 8 << 20;

/// The threads that queries run on. They are left behind when their owner goes, because a join under way
/// gives its thread back to nobody before it ends.
pub(super) struct Threads {
    runtime: Option<Runtime>,
    handle: Handle,
}

/// Why there is no answer.
pub(super) enum NoAnswer {
    /// The time was up.
    TimeUp,
    /// The work ended without one: it panicked.
    Broken,
}

impl Threads {
    pub(super) fn new(count: usize) -> std::io::Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(count).thread_stack_size(STACK).build()?;
        Ok(Self { handle: runtime.handle().clone(), runtime: Some(runtime) })
    }

    /// Waits for the answer of `work`, here and now: for what takes no time worth watching.
    pub(super) fn block_on<F: Future>(&self, work: F) -> F::Output {
        self.handle.block_on(work)
    }

    /// Waits for the answer of `work`, and returns it if it comes in time.
    ///
    /// The clock is watched by this thread of the operating system and not by the runtime: a timer of the
    /// runtime fires when a worker next looks, and a join does not look for as long as it has rows.
    pub(super) fn answer_within<F>(&self, time: Duration, work: F) -> Result<F::Output, NoAnswer>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let (tell, answers) = sync_channel(1);
        let task = self.handle.spawn(async move {
            // Nobody listens any more when the time was up.
            let _gone = tell.send(work.await);
        });
        answers.recv_timeout(time).map_err(|error| {
            task.abort();
            match error {
                RecvTimeoutError::Timeout => NoAnswer::TimeUp,
                RecvTimeoutError::Disconnected => NoAnswer::Broken,
            }
        })
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
