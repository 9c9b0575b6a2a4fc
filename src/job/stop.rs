use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use super::failure::Failure;

/// How long work that was asked to break off may take to do so by itself.
pub const GRACE: Duration = Duration::from_secs(2);

/// A request to stop, shared by whoever asks and whoever works. A clone is the same request.
///
/// Work asks [`Stop::check`] between its steps. A step that takes long and cannot ask, such as one query, is
/// ended with the process once [`Stop::try_end`] lets it be, which it never does while something is
/// [`Stop::unbroken`].
#[derive(Debug, Clone, Default)]
pub struct Stop {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    /// The exit code that was asked for; 0 while nobody has asked.
    code: AtomicU8,
    /// Whether the run that is going is to break off, and not only be the last.
    now: AtomicBool,
    asked: Mutex<Option<Instant>>,
    /// When the last unbroken step ended.
    unbroken: Mutex<Option<Instant>>,
    /// What is open and is closed before the process is ended.
    open: Mutex<Open>,
}

/// What closes something that is open, given why the process is ended.
type Close = Box<dyn Fn(&Failure) + Send>;

#[derive(Default)]
struct Open {
    newest: u64,
    closes: BTreeMap<u64, Close>,
}

impl std::fmt::Debug for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.closes.keys()).finish()
    }
}

impl Stop {
    /// Asks to begin nothing more, and to end with `code`.
    pub fn after_this(&self, code: u8) {
        let _first = self.shared.code.compare_exchange(0, code, Ordering::AcqRel, Ordering::Acquire);
    }

    /// Asks to break off what is going, and to end with `code`.
    pub fn now(&self, code: u8) {
        self.after_this(code);
        locked(&self.shared.asked).get_or_insert_with(Instant::now);
        self.shared.now.store(true, Ordering::Release);
    }

    /// Returns the exit code that was asked for, when somebody has asked.
    #[must_use]
    pub fn asked(&self) -> Option<u8> {
        Some(self.shared.code.load(Ordering::Acquire)).filter(|code| *code != 0)
    }

    /// Returns whether the work under way is to break off.
    #[must_use]
    pub fn is_now(&self) -> bool {
        self.shared.now.load(Ordering::Acquire)
    }

    /// Checks that work may go on.
    ///
    /// # Errors
    ///
    /// [`Kind::Stopped`](super::kind::Kind) when it is to break off.
    pub fn check(&self) -> Result<(), Failure> {
        match self.asked().filter(|_| self.is_now()) {
            Some(code) => Err(Failure::stopped(code)),
            None => Ok(()),
        }
    }

    /// Keeps the process from being ended for as long as the guard lives: for a commit, and for a message
    /// that the other side is taking.
    #[must_use]
    pub fn unbroken(&self) -> Unbroken<'_> {
        Unbroken { ended: locked(&self.shared.unbroken) }
    }

    /// Sees to it that `close` is called before the process is ended, for as long as the guard lives.
    pub fn closing(&self, close: impl Fn(&Failure) + Send + 'static) -> Closing {
        let mut open = locked(&self.shared.open);
        open.newest += 1;
        let number = open.newest;
        open.closes.insert(number, Box::new(close));
        Closing { stop: self.clone(), number }
    }

    /// Closes what is open, because the process is ended by `failure`.
    pub fn close(&self, failure: &Failure) {
        let closes = std::mem::take(&mut locked(&self.shared.open).closes);
        for close in closes.into_values() {
            close(failure);
        }
    }

    /// Returns a guard when work that was asked to break off has had its time, and ending the process breaks nothing.
    /// For as long as the guard lives no unbroken step begins.
    #[must_use]
    pub fn try_end(&self) -> Option<Unbroken<'_>> {
        let asked = *locked(&self.shared.asked);
        asked.filter(|asked| self.is_now() && asked.elapsed() > GRACE)?;
        let ended = match self.shared.unbroken.try_lock() {
            Ok(ended) => ended,
            Err(TryLockError::Poisoned(ended)) => ended.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        let over = ended.is_none_or(|ended| ended.elapsed() > GRACE);
        // Looking does not count as a step: dropping a guard would count as the end of one.
        if over { Some(Unbroken { ended }) } else { None }
    }
}

/// A step that is not broken off. See [`Stop::unbroken`].
#[derive(Debug)]
pub struct Unbroken<'a> {
    ended: MutexGuard<'a, Option<Instant>>,
}

impl Drop for Unbroken<'_> {
    fn drop(&mut self) {
        *self.ended = Some(Instant::now());
    }
}

/// Something open that is closed before the process is ended. See [`Stop::closing`].
#[derive(Debug)]
pub struct Closing {
    stop: Stop,
    number: u64,
}

impl Drop for Closing {
    fn drop(&mut self) {
        locked(&self.stop.shared.open).closes.remove(&self.number);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
