use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use super::holder::Holder;
use super::occurrence::Occurrence;
use crate::calendar::Clock;
use crate::job::Stop;

/// How a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wake {
    /// The time is over.
    Elapsed,
    /// The process has been asked to stop.
    Stop,
}

/// The two clocks of a machine, which are not one: the clock on the wall says what is due and can be set,
/// the other only ever goes forward and says how long something has lasted.
pub trait Timepiece: Sync {
    /// Returns the clock on the wall.
    fn now(&self) -> DateTime<Utc>;

    /// Returns the time since a moment that stays the same while the process lives.
    fn elapsed(&self) -> Duration;

    /// Waits by the clock that cannot be set, or until the process is asked to stop.
    fn wait(&self, time: Duration) -> Wake;

    /// Returns whether the process has been asked to stop.
    fn stopping(&self) -> bool;
}

/// The machine's own clocks.
#[derive(Debug)]
pub struct Machine {
    started: Instant,
    stop: Stop,
    fixed: Option<DateTime<Utc>>,
}

/// How soon a request to stop is noticed.
const NOTICE: Duration = Duration::from_millis(200);

impl Machine {
    /// Returns the machine's clocks; whoever catches a signal asks `stop`.
    #[must_use]
    pub fn new(stop: Stop) -> Self {
        Self { started: Instant::now(), stop, fixed: None }
    }

    /// Returns the same with a clock that does not move, as a demo has.
    #[must_use]
    pub fn fixed_at(self, now: Option<DateTime<Utc>>) -> Self {
        Self { fixed: now, ..self }
    }
}

impl Timepiece for Machine {
    fn now(&self) -> DateTime<Utc> {
        self.fixed.unwrap_or_else(|| Clock::system(chrono_tz::UTC).now())
    }

    fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    fn wait(&self, time: Duration) -> Wake {
        let until = self.elapsed() + time;
        while !self.stopping() {
            let rest = until.saturating_sub(self.elapsed());
            if rest.is_zero() {
                return Wake::Elapsed;
            }
            std::thread::sleep(rest.min(NOTICE));
        }
        Wake::Stop
    }

    fn stopping(&self) -> bool {
        self.stop.asked().is_some()
    }
}

/// This process, as no other is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Host, number and something random.
    pub name: String,
    /// The machine.
    pub host: String,
    /// Its number there.
    pub number: u32,
}

impl Process {
    /// Describes this process.
    ///
    /// # Errors
    ///
    /// When the machine has no randomness to give.
    pub fn this() -> Result<Self, getrandom::Error> {
        let host = std::fs::read_to_string("/etc/hostname").unwrap_or_default().trim().to_owned();
        let number = std::process::id();
        let name = format!("{host}-{number}-{:016x}", getrandom::u64()?);
        Ok(Self { name, host, number })
    }

    /// Returns a holder that no other holding is named as.
    pub(super) fn holder(&self, occurrence: Option<&Occurrence>, now: DateTime<Utc>) -> Holder {
        static HOLDINGS: AtomicU64 = AtomicU64::new(0);
        let holding = HOLDINGS.fetch_add(1, Ordering::Relaxed);
        Holder {
            token: format!("{}-{holding}", self.name),
            host: self.host.clone(),
            process: self.number,
            occurrence: occurrence.map(Occurrence::to_string),
            since: now,
        }
    }
}
