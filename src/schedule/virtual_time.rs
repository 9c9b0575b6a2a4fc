//! A timepiece for tests: both clocks move when somebody waits, and the wall can be set.

use std::sync::Mutex;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::timepiece::{Timepiece, Wake};

/// Two clocks, and the wall time at which the process is asked to stop.
#[derive(Debug)]
pub(super) struct Virtual {
    state: Mutex<Times>,
}

#[derive(Debug)]
struct Times {
    wall: DateTime<Utc>,
    elapsed: Duration,
    /// Running time at which to stop.
    stop: Option<Duration>,
}

impl Virtual {
    pub(super) fn at(wall: DateTime<Utc>) -> Self {
        Self { state: Mutex::new(Times { wall, elapsed: Duration::ZERO, stop: None }) }
    }

    /// Sets the clock on the wall; no time passes.
    pub(super) fn set(&self, wall: DateTime<Utc>) {
        self.state.lock().unwrap().wall = wall;
    }

    /// Lets time pass.
    pub(super) fn pass(&self, time: TimeDelta) {
        let mut state = self.state.lock().unwrap();
        state.wall += time;
        state.elapsed += time.to_std().unwrap();
    }

    /// Asks to stop after so much more time.
    pub(super) fn stop_in(&self, time: TimeDelta) {
        let mut state = self.state.lock().unwrap();
        state.stop = Some(state.elapsed + time.to_std().unwrap());
    }
}

impl Timepiece for Virtual {
    fn now(&self) -> DateTime<Utc> {
        self.state.lock().unwrap().wall
    }

    fn elapsed(&self) -> Duration {
        self.state.lock().unwrap().elapsed
    }

    fn wait(&self, time: Duration) -> Wake {
        let mut state = self.state.lock().unwrap();
        let rest = state.stop.map_or(time, |stop| stop.saturating_sub(state.elapsed).min(time));
        state.wall += rest;
        state.elapsed += rest;
        if rest < time || state.stop == Some(state.elapsed) { Wake::Stop } else { Wake::Elapsed }
    }

    fn stopping(&self) -> bool {
        let state = self.state.lock().unwrap();
        state.stop.is_some_and(|stop| stop <= state.elapsed)
    }
}
