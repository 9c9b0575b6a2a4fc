use std::cell::Cell;

use super::*;

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
