use super::*;

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
