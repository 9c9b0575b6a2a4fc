use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{NaiveDate, TimeDelta};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::*;
use crate::deliver::permit::Unasked;
use crate::deliver::{Address, DeliveryKey, Origin, Planned, Rejection, Verdict};
use crate::store::{Created, Memory, Objects, Place, Store, StoreError};

fn clock() -> Clock {
    let morning = NaiveDate::from_ymd_opt(2026, 10, 5).unwrap().and_hms_opt(6, 0, 0).unwrap();
    Clock::fixed(morning, chrono_tz::Europe::London)
}

fn later(clock: &Clock, minutes: i64) -> Clock {
    Clock::at(clock.now() + TimeDelta::minutes(minutes), clock.zone())
}

fn planned(number: usize) -> Planned {
    Planned {
        report: "needs_assessment".to_owned(),
        period: "ay2025-26".to_owned(),
        edition: "r1".to_owned(),
        role: "commissioners".to_owned(),
        version: None,
        origin: Origin::of("store", "content"),
        from: "ap.reports@demo-city.example".parse().unwrap(),
        recipient: format!("reader.{number}@demo-city.example").parse().unwrap(),
        dated: NaiveDate::from_ymd_opt(2026, 10, 5).unwrap(),
        message: format!("Subject: {number}\r\n\r\nbody\r\n").into_bytes(),
        verdict: Verdict::Send { reason: "test".to_owned() },
    }
}

fn histories(outbox: &Outbox<'_>, count: usize) -> Vec<History> {
    (0..count).map(|number| outbox.plan(&planned(number), &clock()).unwrap()).collect()
}

/// A transport that answers as it was set up, once each, and then accepts.
#[derive(Debug, Default)]
struct Scripted {
    answers: Vec<Attempt>,
    sent: Vec<Address>,
    recalled: Option<Attempt>,
    /// What getting ready comes to, once each, and then it is ready.
    unready: Vec<Attempt>,
}

impl Scripted {
    fn answering(answers: impl IntoIterator<Item = Attempt>) -> Self {
        Self { answers: answers.into_iter().collect(), ..Self::default() }
    }
}

impl Transport for Scripted {
    fn name(&self) -> &'static str {
        "scripted"
    }

    fn is_outbound(&self) -> bool {
        true
    }

    fn prepare(&mut self, _goes_on: &dyn Fn() -> bool) -> Result<(), Attempt> {
        self.unready.pop().map_or(Ok(()), Err)
    }

    fn send(&mut self, envelope: &Envelope, _message: &[u8]) -> Attempt {
        self.sent.push(envelope.to.clone());
        if self.answers.is_empty() { accepted() } else { self.answers.remove(0) }
    }

    fn recall(&mut self, _envelope: &Envelope, _message: &[u8]) -> Option<Attempt> {
        self.recalled.clone()
    }
}

fn accepted() -> Attempt {
    Attempt::Accepted { words: "250 queued".to_owned() }
}

fn rejected() -> Attempt {
    Attempt::Rejected { cause: Rejection::Recipient, words: "550 5.1.1 no such user".to_owned() }
}

fn deferred(scope: Scope) -> Attempt {
    Attempt::Deferred { later: scope, words: "451 later".to_owned() }
}

fn uncertain() -> Attempt {
    Attempt::Uncertain { words: "closed after the dot".to_owned() }
}

fn refused() -> Attempt {
    Attempt::Refused { words: "535 5.7.139 basic authentication is off".to_owned() }
}

fn words(receipts: &[Receipt]) -> Vec<&'static str> {
    receipts.iter().map(|receipt| receipt.state.word()).collect()
}

#[test]
fn an_edition_goes_to_everyone_once_and_a_second_run_sends_nothing() {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let mut transport = Scripted::default();
    let first = deliver(&outbox, &mut histories(&outbox, 3), &mut transport, &Unasked, &clock()).unwrap();
    assert_eq!(words(&first), ["accepted"; 3]);
    assert!(first.iter().all(|receipt| !receipt.already));

    let outbox = Outbox::new(&store, "run-2");
    let second = deliver(&outbox, &mut histories(&outbox, 3), &mut transport, &Unasked, &clock()).unwrap();
    assert_eq!(words(&second), ["accepted"; 3]);
    assert!(second.iter().all(|receipt| receipt.already));
    assert_eq!(transport.sent.len(), 3);
}

#[test]
fn goal_e3_one_bad_address_of_fifty_never_touches_the_others() {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let mut transport = Scripted::answering((0..20).map(|_| accepted()).chain([
        rejected(),
        uncertain(),
        deferred(Scope::Recipient),
    ]));
    let receipts = deliver(&outbox, &mut histories(&outbox, 50), &mut transport, &Unasked, &clock()).unwrap();
    let count = |word: &str| words(&receipts).iter().filter(|found| **found == word).count();
    assert_eq!(
        (receipts.len(), count("accepted"), count("rejected"), count("uncertain"), count("deferred")),
        (50, 47, 1, 1, 1)
    );
}

#[test]
fn goal_e2_what_is_uncertain_stays_so_whoever_runs_and_however_often() {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let mut transport = Scripted::answering([uncertain()]);
    deliver(&outbox, &mut histories(&outbox, 1), &mut transport, &Unasked, &clock()).unwrap();
    for days in 1..40 {
        let receipts = deliver(
            &outbox,
            &mut histories(&outbox, 1),
            &mut transport,
            &Unasked,
            &later(&clock(), days * 1440),
        )
        .unwrap();
        assert_eq!(words(&receipts), ["uncertain"]);
    }
    assert_eq!(transport.sent.len(), 1);
}

#[test]
fn fault_f64_an_intent_without_a_result_is_uncertain_and_not_sent_again() {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let mut left = histories(&outbox, 2);
    let intent = Event::Attempt { transport: "scripted".to_owned(), outbound: true, sender: None };
    assert!(outbox.claim(&mut left[0], &intent, &clock()).unwrap());

    let outbox = Outbox::new(&store, "run-2");
    let mut transport = Scripted::default();
    let receipts =
        deliver(&outbox, &mut histories(&outbox, 2), &mut transport, &Unasked, &later(&clock(), 121))
            .unwrap();
    assert_eq!(words(&receipts), ["uncertain", "accepted"]);
    assert_eq!(transport.sent.len(), 1);
}

#[test]
fn an_intent_without_a_result_is_settled_where_the_transport_can_look() {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let intent = || Event::Attempt { transport: "scripted".to_owned(), outbound: true, sender: None };
    let mut left = histories(&outbox, 1);
    outbox.claim(&mut left[0], &intent(), &clock()).unwrap();
    let mut transport = Scripted { recalled: Some(accepted()), ..Scripted::default() };
    let receipts =
        deliver(&outbox, &mut histories(&outbox, 1), &mut transport, &Unasked, &later(&clock(), 121))
            .unwrap();
    assert_eq!(words(&receipts), ["accepted"]);
    assert!(transport.sent.is_empty());
}

#[test]
fn an_intent_that_was_seen_to_come_to_nothing_is_tried_at_once() {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let mut left = histories(&outbox, 1);
    let intent = Event::Attempt { transport: "scripted".to_owned(), outbound: true, sender: None };
    outbox.claim(&mut left[0], &intent, &clock()).unwrap();
    let mut transport = Scripted { recalled: Some(deferred(Scope::Recipient)), ..Scripted::default() };
    let receipts =
        deliver(&outbox, &mut histories(&outbox, 1), &mut transport, &Unasked, &later(&clock(), 121))
            .unwrap();
    assert_eq!(words(&receipts), ["accepted"]);
    assert_eq!(transport.sent.len(), 1);
}

#[test]
fn two_processes_that_begin_one_delivery_together_send_it_once() {
    let store = Memory::default();
    let (one, two) = (Outbox::new(&store, "run-1"), Outbox::new(&store, "run-2"));
    let mut seen_by_one = histories(&one, 1);
    let mut seen_by_two = histories(&two, 1);
    let mut transport = Scripted::default();
    deliver(&one, &mut seen_by_one, &mut transport, &Unasked, &clock()).unwrap();
    let receipts = deliver(&two, &mut seen_by_two, &mut transport, &Unasked, &clock()).unwrap();
    assert_eq!(words(&receipts), ["accepted"]);
    assert_eq!(transport.sent.len(), 1);
}

/// Returns the waits between the attempts of a delivery first tried at `now` that is put off each time, in minutes.
fn waits(mut now: Clock) -> Vec<i64> {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let mut transport = Scripted::answering((0..999).map(|_| deferred(Scope::Recipient)));
    let mut waits = Vec::new();
    loop {
        let receipts = deliver(&outbox, &mut histories(&outbox, 1), &mut transport, &Unasked, &now).unwrap();
        match &receipts[0].state {
            State::Tried(Outcome::Deferred { later: not_before, .. }) => {
                let wait = *not_before - now.now();
                waits.push(wait.num_minutes());
                let early = Clock::at(*not_before - TimeDelta::seconds(1), now.zone());
                let sent = transport.sent.len();
                deliver(&outbox, &mut histories(&outbox, 1), &mut transport, &Unasked, &early).unwrap();
                assert_eq!(transport.sent.len(), sent, "tried before its time");
                now = Clock::at(*not_before, now.zone());
            }
            State::Tried(Outcome::Rejected { cause: Rejection::GivenUp, .. }) => return waits,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_is_deferred_is_tried_after_1_5_15_and_60_minutes_for_five_working_days_and_then_given_up() {
    // Monday 5 October 2026, 06:00: the fifth working day after it is Monday 12 October.
    let monday = waits(clock());
    assert_eq!(monday[..5], [1, 5, 15, 60, 60]);
    assert_eq!(monday.last(), Some(&240));
    let total: i64 = monday.iter().sum();
    assert!((7 * 1440 - 240..=7 * 1440).contains(&total), "{total}");

    // Maundy Thursday 25 March 2027: Good Friday, the weekend and Easter Monday do not count, so it is tried until
    // Monday 5 April.
    let thursday = NaiveDate::from_ymd_opt(2027, 3, 25).unwrap().and_hms_opt(18, 0, 0).unwrap();
    let total: i64 = waits(Clock::fixed(thursday, chrono_tz::Europe::London)).iter().sum();
    assert!((11 * 1440 - 240..=11 * 1440).contains(&total), "{total}");
}

#[test]
fn what_ends_before_anything_is_said_is_an_attempt_of_which_nothing_is_uncertain() {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let mut transport = Scripted { unready: vec![deferred(Scope::Server)], ..Scripted::default() };
    let mut left = histories(&outbox, 1);
    let receipts = deliver(&outbox, &mut left, &mut transport, &Unasked, &clock()).unwrap();
    assert_eq!(words(&receipts), ["deferred"]);
    assert!(transport.sent.is_empty());
    assert_eq!(left[0].attempts().0, 1);
    let is_begun = |record: &crate::deliver::Record| matches!(record.event, Event::Attempt { .. });
    assert!(!left[0].records().iter().any(is_begun), "no intent of what was never begun");
    assert!(!left[0].has_left());
    let soon = later(&clock(), 1);
    let receipts = deliver(&outbox, &mut histories(&outbox, 1), &mut transport, &Unasked, &soon).unwrap();
    assert_eq!(words(&receipts), ["accepted"]);
}

/// A permit that gives one answer, and counts how often it is asked.
struct Answering(Ruling, Cell<u32>);

impl Permit for Answering {
    fn ruling(&self, _: &Plan, _: &History) -> Result<Ruling, OutboxError> {
        self.1.set(self.1.get() + 1);
        Ok(self.0.clone())
    }

    fn is_working_day(&self, _: NaiveDate) -> bool {
        true
    }
}

#[test]
fn before_each_attempt_it_is_asked_again_and_what_is_refused_is_kept_with_its_reason() {
    let reason = || "off the list".to_owned();
    for (ruling, word) in [
        (Ruling::Block { reason: reason() }, "blocked"),
        (Ruling::Hold { reason: reason() }, "held"),
        (Ruling::Withdraw { reason: reason() }, "withdrawn"),
    ] {
        for put_off in [false, true] {
            let store = Memory::default();
            let outbox = Outbox::new(&store, "run-1");
            let mut transport = Scripted::default();
            let mut now = clock();
            if put_off {
                transport.answers.push(deferred(Scope::Recipient));
                deliver(&outbox, &mut histories(&outbox, 1), &mut transport, &Unasked, &now).unwrap();
                transport.sent.clear();
                now = later(&now, 2);
            }
            let permit = Answering(ruling.clone(), Cell::new(0));
            let receipts =
                deliver(&outbox, &mut histories(&outbox, 1), &mut transport, &permit, &now).unwrap();
            assert_eq!(words(&receipts), [word]);
            assert_eq!(receipts[0].state.words(), "off the list");
            assert!(transport.sent.is_empty());
            assert_eq!(outbox.edition("needs_assessment", "r1").unwrap()[0].state(), receipts[0].state);
        }
    }
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let permit = Answering(Ruling::Send, Cell::new(0));
    deliver(&outbox, &mut histories(&outbox, 3), &mut Scripted::default(), &permit, &clock()).unwrap();
    assert_eq!(permit.1.get(), 6, "before the connection, and again before each message");
}

/// A permit of a sender that is asked to stop once so many messages have been sent.
struct Stopping(Cell<u32>);

impl Permit for Stopping {
    fn ruling(&self, _: &Plan, _: &History) -> Result<Ruling, OutboxError> {
        Ok(Ruling::Send)
    }

    fn stopping(&self) -> bool {
        self.0.get() == 0
    }

    fn unbroken(&self, act: &mut dyn FnMut()) {
        act();
        self.0.set(self.0.get() - 1);
    }

    fn is_working_day(&self, _: NaiveDate) -> bool {
        true
    }
}

#[test]
fn a_sender_that_is_asked_to_stop_ends_between_two_messages_and_the_rest_may_go_later() {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let mut transport = Scripted::default();
    let permit = Stopping(Cell::new(2));
    let receipts = deliver(&outbox, &mut histories(&outbox, 4), &mut transport, &permit, &clock()).unwrap();
    assert_eq!(words(&receipts), ["accepted", "accepted", "approved", "approved"]);
    let receipts = deliver(&outbox, &mut histories(&outbox, 4), &mut transport, &Unasked, &clock()).unwrap();
    assert_eq!(words(&receipts), ["accepted"; 4]);
    assert_eq!(transport.sent.len(), 4);
}

/// A transport within whose sending another process looks at the same store.
#[derive(Debug)]
struct Meanwhile<'a> {
    store: &'a dyn Objects,
    seen: Vec<&'static str>,
}

impl Transport for Meanwhile<'_> {
    fn name(&self) -> &'static str {
        "slow"
    }

    fn is_outbound(&self) -> bool {
        true
    }

    fn send(&mut self, _: &Envelope, _: &[u8]) -> Attempt {
        let other = Outbox::new(self.store, "run-2");
        let mut histories = other.edition("needs_assessment", "r1").unwrap();
        let mut transport = Scripted::default();
        let tomorrow = later(&clock(), 1440);
        self.seen = words(&deliver(&other, &mut histories, &mut transport, &Unasked, &tomorrow).unwrap());
        assert!(transport.sent.is_empty());
        accepted()
    }
}

#[test]
fn an_attempt_that_is_under_way_is_left_alone_however_long_it_lasts() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(Place::Folder(folder.path().to_owned())).unwrap();
    let objects = store.objects();
    let outbox = Outbox::new(objects.as_ref(), "run-1");
    let mut transport = Meanwhile { store: objects.as_ref(), seen: Vec::new() };
    let receipts = deliver(&outbox, &mut histories(&outbox, 1), &mut transport, &Unasked, &clock()).unwrap();
    assert_eq!(transport.seen, ["begun"], "the sender lives, and its lock says so");
    assert_eq!(words(&receipts), ["accepted"]);
    assert_eq!(
        objects.list("leases/_senders").unwrap(),
        Vec::<String>::new(),
        "and it leaves nothing behind"
    );
}

#[test]
fn an_attempt_whose_sender_died_on_this_machine_is_known_as_uncertain_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(Place::Folder(folder.path().to_owned())).unwrap();
    let objects = store.objects();
    let outbox = Outbox::new(objects.as_ref(), "run-1");
    let dead = crate::deliver::sender::Sender::enter(objects.as_ref(), "dead").unwrap();
    let sender = Some(dead.name().to_owned());
    let intent = Event::Attempt { transport: "scripted".to_owned(), outbound: true, sender };
    let mut left = histories(&outbox, 1);
    outbox.claim(&mut left[0], &intent, &clock()).unwrap();
    let mut transport = Scripted::default();
    let mut look = || {
        let mut histories = outbox.edition("needs_assessment", "r1").unwrap();
        words(&deliver(&outbox, &mut histories, &mut transport, &Unasked, &clock()).unwrap())
    };
    assert_eq!(look(), ["begun"]);
    drop(dead);
    assert_eq!(look(), ["uncertain"]);
}

/// Threads with a store of files between them, all of which send the same edition at once.
fn race(rounds: u64) {
    for round in 0..rounds {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(Place::Folder(folder.path().to_owned())).unwrap();
        let objects = store.objects();
        let sent = std::sync::Mutex::new(BTreeMap::<String, u32>::new());
        let start = std::sync::Barrier::new(3);
        std::thread::scope(|scope| {
            for number in 0..3 {
                let (objects, sent, start) = (objects.as_ref(), &sent, &start);
                scope.spawn(move || {
                    let by = format!("run-{number}");
                    let outbox = Outbox::new(objects, &by);
                    start.wait();
                    let mut histories = histories(&outbox, 8);
                    let mut transport = Counting(sent);
                    deliver(&outbox, &mut histories, &mut transport, &Unasked, &clock()).unwrap();
                });
            }
        });
        let sent = sent.into_inner().unwrap();
        assert_eq!(sent.len(), 8, "round {round}: somebody got nothing");
        assert!(sent.values().all(|count| *count == 1), "round {round}: {sent:?}");
        let outbox = Outbox::new(objects.as_ref(), "auditor");
        for history in outbox.edition("needs_assessment", "r1").unwrap() {
            assert_eq!(history.state().word(), "accepted");
            let planned = history.records().iter().filter(|record| matches!(record.event, Event::Planned(_)));
            assert_eq!(planned.count(), 1, "round {round}: it was planned again over what had begun");
        }
    }
}

/// A transport that counts what it takes, by recipient, over all threads.
#[derive(Debug)]
struct Counting<'a>(&'a std::sync::Mutex<BTreeMap<String, u32>>);

impl Transport for Counting<'_> {
    fn name(&self) -> &'static str {
        "counting"
    }

    fn is_outbound(&self) -> bool {
        true
    }

    fn send(&mut self, envelope: &Envelope, _: &[u8]) -> Attempt {
        *self.0.lock().unwrap().entry(envelope.to.to_string()).or_default() += 1;
        std::thread::yield_now();
        accepted()
    }
}

#[test]
fn senders_that_race_for_one_edition_send_each_delivery_once() {
    race(10);
}

#[test]
#[ignore = "a thousand races: minutes"]
fn in_a_thousand_races_for_one_edition_each_delivery_is_sent_once() {
    race(1000);
}

#[test]
fn one_damaged_record_harms_its_own_delivery_and_no_other() {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let planned = histories(&outbox, 4);
    let folders: Vec<String> = planned.iter().map(|history| history.folder().to_owned()).collect();
    store.replace(&format!("{}/000001.json", folders[1]), b"").unwrap();
    store.remove(&format!("{}/000000.json", folders[2])).unwrap();
    let mut read = outbox.edition("needs_assessment", "r1").unwrap();
    assert_eq!(outbox.unsettled().unwrap().len(), 4);
    let mut transport = Scripted::default();
    let receipts = deliver(&outbox, &mut read, &mut transport, &Unasked, &clock()).unwrap();
    let mut found = words(&receipts);
    found.sort_unstable();
    assert_eq!(found, ["accepted", "accepted", "damaged", "damaged"]);
    assert_eq!(transport.sent.len(), 2);
    let again = histories(&outbox, 4);
    assert_eq!(
        again.iter().filter(|history| history.is_damaged()).count(),
        2,
        "and nothing is planned over it"
    );
}

#[test]
fn wrong_settings_end_the_batch_before_anything_else_is_tried_and_are_tried_again_when_corrected() {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let mut transport = Scripted::answering([accepted(), refused()]);
    let receipts = deliver(&outbox, &mut histories(&outbox, 5), &mut transport, &Unasked, &clock()).unwrap();
    assert_eq!(words(&receipts), ["accepted", "refused", "refused", "refused", "refused"]);
    assert_eq!(transport.sent.len(), 2);
    let receipts = deliver(&outbox, &mut histories(&outbox, 5), &mut transport, &Unasked, &clock()).unwrap();
    assert_eq!(words(&receipts), ["accepted"; 5]);
}

#[test]
fn a_server_that_is_gone_is_tried_twice_and_not_fifty_times() {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let mut transport = Scripted::answering((0..50).map(|_| deferred(Scope::Server)));
    let receipts = deliver(&outbox, &mut histories(&outbox, 50), &mut transport, &Unasked, &clock()).unwrap();
    assert_eq!(transport.sent.len(), 2);
    assert_eq!(words(&receipts)[..3], ["deferred", "deferred", "approved"]);
}

#[test]
fn what_is_held_or_blocked_does_not_leave() {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let held = Planned { verdict: Verdict::Hold { reason: "new".to_owned() }, ..planned(0) };
    let refusal = crate::deliver::Refusal {
        written: "a@evil.example".to_owned(),
        role: "commissioners".to_owned(),
        reason: crate::deliver::RefusalReason::Domain { domain: "evil.example".to_owned() },
    };
    let mut histories = vec![
        outbox.plan(&held, &clock()).unwrap(),
        outbox.block("needs_assessment", "r1", &refusal, &clock()).unwrap(),
    ];
    let mut transport = Scripted::default();
    let receipts = deliver(&outbox, &mut histories, &mut transport, &Unasked, &clock()).unwrap();
    assert_eq!(words(&receipts), ["held", "blocked"]);
    assert!(transport.sent.is_empty());
    assert_eq!(outbox.edition("needs_assessment", "r1").unwrap().len(), 2);
}

#[test]
fn a_message_that_was_changed_in_the_store_does_not_leave() {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let mut histories = histories(&outbox, 1);
    let name = histories[0].plan().unwrap().message.name.clone();
    store.replace(&name, b"Subject: other\r\n\r\n").unwrap();
    let mut transport = Scripted::default();
    let receipts = deliver(&outbox, &mut histories, &mut transport, &Unasked, &clock()).unwrap();
    assert_eq!(words(&receipts), ["damaged"]);
    assert!(transport.sent.is_empty());
}

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
