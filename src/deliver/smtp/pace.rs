use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How many messages may leave in any sixty seconds.
#[derive(Debug)]
pub(super) struct Pace {
    per_minute: usize,
    sent: VecDeque<Instant>,
}

/// The window in which messages are counted.
const MINUTE: Duration = Duration::from_mins(1);

impl Pace {
    /// Makes a pace of at most `per_minute` messages in any minute, and at least one.
    pub(super) fn new(per_minute: u32) -> Self {
        Self { per_minute: usize::try_from(per_minute).unwrap_or(usize::MAX).max(1), sent: VecDeque::new() }
    }

    /// Returns the pace as it is now.
    #[cfg(test)]
    pub(super) fn per_minute(&self) -> usize {
        self.per_minute
    }

    /// Returns how long to wait at `now` before the next message.
    pub(super) fn wait(&mut self, now: Instant) -> Duration {
        while self.sent.front().is_some_and(|sent| now.duration_since(*sent) >= MINUTE) {
            self.sent.pop_front();
        }
        match self.sent.len().checked_sub(self.per_minute).and_then(|over| self.sent.get(over)) {
            Some(sent) => MINUTE.saturating_sub(now.duration_since(*sent)),
            None => Duration::ZERO,
        }
    }

    /// Counts a message that leaves at `now`.
    pub(super) fn count(&mut self, now: Instant) {
        self.sent.push_back(now);
    }

    /// Halves the pace, because the other side asked for it.
    pub(super) fn slow_down(&mut self) {
        self.per_minute = (self.per_minute / 2).max(1);
    }
}

#[cfg(test)]
mod tests;
