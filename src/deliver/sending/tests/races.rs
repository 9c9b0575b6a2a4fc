use std::collections::BTreeMap;

use super::*;
use crate::store::{Place, Store};

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
