//! A store that fails, and a process that dies, where the seed says so.

use std::ops::Range;
use std::sync::{Arc, Mutex};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sufficiency::store::{Created, Memory, Objects, StoreError};

/// Objects in memory behind calls that fail; a clone is the same place.
#[derive(Debug, Clone)]
pub(super) struct Place {
    objects: Arc<Memory>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    random: ChaCha8Rng,
    /// Changing calls until the process dies; none in a life that ends well.
    calls_to_live: Option<u32>,
    /// One in how many changing calls fails; 0 for none.
    one_in_fails: u32,
    dead: bool,
    failed: bool,
}

/// How a changing call goes.
enum Fate {
    Done,
    /// It is done, and the answer is lost.
    DoneUnanswered,
    NotDone,
}

impl Place {
    pub(super) fn new(seed: u64) -> Self {
        let random = ChaCha8Rng::seed_from_u64(seed);
        let state = State { random, calls_to_live: None, one_in_fails: 0, dead: false, failed: false };
        Self { objects: Arc::new(Memory::default()), state: Arc::new(Mutex::new(state)) }
    }

    /// Draws a number below `below`.
    pub(super) fn draw(&self, below: u32) -> u32 {
        self.state.lock().unwrap().random.next_u32() % below
    }

    /// Begins a new process: it may live to the end of its round, or not.
    pub(super) fn begin_life(&self) {
        let (dies, calls, fails) = (self.draw(2) == 0, self.draw(40), self.draw(3));
        let mut state = self.state.lock().unwrap();
        state.calls_to_live = dies.then_some(calls);
        state.one_in_fails = [0, 0, 25][fails as usize];
        state.dead = false;
        state.failed = false;
    }

    /// Lets nothing fail and nobody die from here on.
    pub(super) fn calm(&self) {
        let mut state = self.state.lock().unwrap();
        state.calls_to_live = None;
        state.one_in_fails = 0;
        state.dead = false;
    }

    /// Lets the process die here and now.
    pub(super) fn kill(&self) {
        self.state.lock().unwrap().dead = true;
    }

    pub(super) fn is_dead(&self) -> bool {
        self.state.lock().unwrap().dead
    }

    /// Returns whether a call of this life failed.
    pub(super) fn has_failed(&self) -> bool {
        self.state.lock().unwrap().failed
    }

    fn fate(&self) -> Fate {
        let mut state = self.state.lock().unwrap();
        if state.dead {
            return Fate::NotDone;
        }
        if let Some(calls) = &mut state.calls_to_live {
            if *calls == 0 {
                state.dead = true;
                // The last call of a life may have reached the disk.
                return if state.random.next_u32().is_multiple_of(2) {
                    Fate::DoneUnanswered
                } else {
                    Fate::NotDone
                };
            }
            *calls -= 1;
        }
        if state.one_in_fails > 0 && state.random.next_u32().is_multiple_of(state.one_in_fails) {
            state.failed = true;
            return if state.random.next_u32().is_multiple_of(2) {
                Fate::DoneUnanswered
            } else {
                Fate::NotDone
            };
        }
        Fate::Done
    }

    fn change<T>(&self, name: &str, work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
        let fate = self.fate();
        let done = if matches!(fate, Fate::NotDone) { None } else { Some(work()?) };
        match (fate, done) {
            (Fate::Done, Some(done)) => Ok(done),
            _ => Err(StoreError::Write {
                name: name.to_owned(),
                source: std::io::Error::other("the simulation says so"),
            }),
        }
    }

    fn look<T>(&self, name: &str, work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
        if self.is_dead() {
            let source = std::io::Error::other("the process is dead");
            return Err(StoreError::Read { name: name.to_owned(), source });
        }
        work()
    }
}

impl Objects for Place {
    fn create(&self, name: &str, bytes: &[u8]) -> Result<Created, StoreError> {
        self.change(name, || self.objects.create(name, bytes))
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.change(name, || self.objects.replace(name, bytes))
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.look(name, || self.objects.read(name))
    }

    fn read_range(&self, name: &str, range: Range<u64>) -> Result<Option<Vec<u8>>, StoreError> {
        self.look(name, || self.objects.read_range(name, range))
    }

    fn size(&self, name: &str) -> Result<Option<u64>, StoreError> {
        self.look(name, || self.objects.size(name))
    }

    fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        self.look(prefix, || self.objects.list(prefix))
    }

    fn remove(&self, name: &str) -> Result<(), StoreError> {
        self.change(name, || self.objects.remove(name))
    }

    fn while_alone(&self, work: &mut dyn FnMut() -> Result<(), StoreError>) -> Result<bool, StoreError> {
        self.objects.while_alone(work)
    }

    fn exclusively(&self, work: &mut dyn FnMut() -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.objects.exclusively(work)
    }
}
