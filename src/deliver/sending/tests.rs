mod chance;
mod permits;
mod races;
mod retries;

use chrono::{NaiveDate, TimeDelta};

use super::*;
use crate::deliver::permit::Unasked;
use crate::deliver::{Address, Origin, Planned, Rejection, Verdict};
use crate::store::{Memory, Objects};

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
