use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::atomic::{AtomicI64, Ordering};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::*;
use crate::deliver::DeliveryKey;
use crate::store::{Created, StoreError};

/// A store whose process can be killed: after so many writes, or while a message is on its way, nothing
/// more is written. The write at which it dies may or may not have landed.
#[derive(Debug)]
struct Mortal<'a> {
    memory: &'a Memory,
    writes_left: AtomicI64,
    last_lands: bool,
}

impl Objects for Mortal<'_> {
    fn create(&self, name: &str, bytes: &[u8]) -> Result<Created, StoreError> {
        let left = self.writes_left.fetch_sub(1, Ordering::Relaxed);
        if left > 0 {
            return self.memory.create(name, bytes);
        }
        if left == 0 && self.last_lands {
            self.memory.create(name, bytes)?;
        }
        Err(StoreError::Write { name: name.to_owned(), source: std::io::Error::other("killed") })
    }

    fn replace(&self, _: &str, _: &[u8]) -> Result<(), StoreError> {
        unreachable!("the outbox replaces nothing")
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.memory.read(name)
    }

    fn read_range(&self, _: &str, _: std::ops::Range<u64>) -> Result<Option<Vec<u8>>, StoreError> {
        unreachable!("the outbox reads whole records")
    }

    fn size(&self, _: &str) -> Result<Option<u64>, StoreError> {
        unreachable!("the outbox asks for no size")
    }

    fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        self.memory.list(prefix)
    }

    fn remove(&self, _: &str) -> Result<(), StoreError> {
        unreachable!("the outbox removes nothing")
    }

    fn while_alone(&self, _: &mut dyn FnMut() -> Result<(), StoreError>) -> Result<bool, StoreError> {
        unreachable!("the outbox needs no lock")
    }

    fn exclusively(&self, _: &mut dyn FnMut() -> Result<(), StoreError>) -> Result<(), StoreError> {
        unreachable!("the outbox needs no lock")
    }
}

/// A mail server that takes, refuses and fails by chance, and counts what it has taken.
#[derive(Debug)]
struct Chance<'a> {
    random: Rc<RefCell<ChaCha8Rng>>,
    taken: Rc<RefCell<BTreeMap<DeliveryKey, u32>>>,
    process: &'a Mortal<'a>,
    number: Cell<u32>,
}

impl Chance<'_> {
    fn take(&self, envelope: &Envelope) {
        *self.taken.borrow_mut().entry(envelope.key.clone()).or_default() += 1;
    }

    fn kill(&self) {
        self.process.writes_left.store(-1, Ordering::Relaxed);
    }
}

impl Transport for Chance<'_> {
    fn name(&self) -> &'static str {
        "chance"
    }

    fn is_outbound(&self) -> bool {
        true
    }

    fn send(&mut self, envelope: &Envelope, _: &[u8]) -> Attempt {
        self.number.set(self.number.get() + 1);
        if self.number.get().is_multiple_of(2) {
            self.take(envelope);
            return accepted();
        }
        let fault = self.random.borrow_mut().next_u32() % 10;
        match fault {
            0 => rejected(),
            1 => deferred(Scope::Recipient),
            2 => deferred(Scope::Server),
            3 => deferred(Scope::Pace),
            4 => {
                self.take(envelope);
                uncertain()
            }
            5 => uncertain(),
            6 => refused(),
            7 => {
                self.take(envelope);
                self.kill();
                accepted()
            }
            8 => {
                self.kill();
                deferred(Scope::Server)
            }
            _ => {
                self.take(envelope);
                accepted()
            }
        }
    }
}

#[test]
fn goal_e1_no_delivery_is_doubled_and_none_is_unaccounted() {
    simulate(30);
}

#[test]
#[ignore = "goal E1 in full, ten thousand deliveries: twenty seconds"]
fn goal_e1_of_ten_thousand_deliveries_none_is_doubled_and_none_unaccounted() {
    simulate(200);
}

/// Sends editions to fifty recipients, each with a fault on every second delivery and deaths at random writes, until
/// nothing more can be done. Nobody got two, nobody is missing, and what the records say is what the server did.
fn simulate(editions: u64) {
    let mut deaths = 0;
    let mut ends: BTreeMap<&'static str, u32> = BTreeMap::new();
    for seed in 0..editions {
        const RECIPIENTS: usize = 50;
        let memory = Memory::default();
        let random = Rc::new(RefCell::new(ChaCha8Rng::seed_from_u64(seed)));
        let taken = Rc::new(RefCell::new(BTreeMap::new()));
        let mut now = clock();
        for run in 0.. {
            assert!(run < 3_000, "seed {seed} never comes to an end");
            now = later(&now, 7);
            let life = i64::from(random.borrow_mut().next_u32() % 120);
            let last_lands = random.borrow_mut().next_u32().is_multiple_of(2);
            let store = Mortal { memory: &memory, writes_left: AtomicI64::new(life), last_lands };
            let by = format!("run-{run}");
            let outbox = Outbox::new(&store, &by);
            let mut transport = Chance {
                random: Rc::clone(&random),
                taken: Rc::clone(&taken),
                process: &store,
                number: Cell::new(random.borrow_mut().next_u32() % 2),
            };
            let ended = (0..RECIPIENTS)
                .map(|number| outbox.plan(&planned(number), &now))
                .collect::<Result<Vec<_>, _>>()
                .and_then(|mut histories| deliver(&outbox, &mut histories, &mut transport, &Unasked, &now));
            let Ok(receipts) = ended else {
                deaths += 1;
                continue;
            };
            assert_eq!(receipts.len(), RECIPIENTS);
            if receipts
                .iter()
                .all(|receipt| matches!(receipt.state.word(), "accepted" | "rejected" | "uncertain"))
            {
                break;
            }
        }
        let outbox = Outbox::new(&memory, "auditor");
        let histories = outbox.edition("needs_assessment", "r1").unwrap();
        assert_eq!(histories.len(), RECIPIENTS, "seed {seed}: somebody is unaccounted for");
        for history in &histories {
            let count = taken.borrow().get(&history.plan().unwrap().key()).copied().unwrap_or(0);
            assert!(count <= 1, "seed {seed}: taken {count} times");
            match history.state().word() {
                "accepted" => assert_eq!(count, 1, "seed {seed}: said to be accepted and never taken"),
                "rejected" => assert_eq!(count, 0, "seed {seed}: said to be rejected and taken"),
                _ => {}
            }
            *ends.entry(history.state().word()).or_default() += 1;
        }
    }
    assert_eq!(u64::from(ends.values().sum::<u32>()), editions * 50);
    assert!(deaths > editions * 5, "only {deaths} deaths: the test has lost its point");
    for word in ["accepted", "uncertain", "rejected"] {
        assert!(u64::from(ends[word]) > editions * 2, "{ends:?}");
    }
}
