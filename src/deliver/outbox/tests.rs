use chrono::NaiveDate;

use super::*;
use crate::deliver::Origin;
use crate::store::Memory;

fn clock() -> Clock {
    let morning = NaiveDate::from_ymd_opt(2026, 10, 5).unwrap().and_hms_opt(6, 0, 0).unwrap();
    Clock::fixed(morning, chrono_tz::Europe::London)
}

fn planned() -> Planned {
    Planned {
        report: "needs_assessment".to_owned(),
        period: "ay2025-26".to_owned(),
        edition: "r1".to_owned(),
        role: "commissioners".to_owned(),
        version: None,
        origin: Origin::of("store", "content"),
        from: "ap.reports@demo-city.example".parse().unwrap(),
        recipient: "ap.commissioner@demo-city.example".parse().unwrap(),
        dated: NaiveDate::from_ymd_opt(2026, 10, 5).unwrap(),
        message: b"Subject: one\r\n\r\n".to_vec(),
        verdict: Verdict::Send { reason: "test".to_owned() },
    }
}

#[test]
fn a_plan_keeps_the_message_first_and_then_says_so() {
    let store = Memory::default();
    Outbox::new(&store, "run-1").plan(&planned(), &clock()).unwrap();
    let key = DeliveryKey::of("r1", &planned().recipient);
    assert_eq!(
        store.list("").unwrap(),
        [
            format!("editions/needs_assessment/ay2025-26/r1/messages/{key}.eml"),
            format!("outbox/needs_assessment/r1/{key}/000000.json"),
            format!("outbox/needs_assessment/r1/{key}/000001.json"),
        ]
    );
}

#[test]
fn planned_again_with_other_bytes_the_first_message_stands() {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let first = outbox.plan(&planned(), &clock()).unwrap();
    let again = outbox.plan(&Planned { message: b"other".to_vec(), ..planned() }, &clock()).unwrap();
    assert_eq!(first, again);
    assert_eq!(outbox.message(&again).unwrap(), planned().message);
}

#[test]
fn a_message_left_by_a_run_that_died_before_its_plan_stands() {
    let store = Memory::default();
    let key = DeliveryKey::of("r1", &planned().recipient);
    store.create(&format!("editions/needs_assessment/ay2025-26/r1/messages/{key}.eml"), b"left").unwrap();
    let outbox = Outbox::new(&store, "run-2");
    let history = outbox.plan(&planned(), &clock()).unwrap();
    assert_eq!(outbox.message(&history).unwrap(), b"left");
}

#[test]
fn one_number_is_one_record_and_the_slower_writer_comes_after() {
    let store = Memory::default();
    let (one, two) = (Outbox::new(&store, "run-1"), Outbox::new(&store, "run-2"));
    let mut seen_by_one = one.plan(&planned(), &clock()).unwrap();
    let mut seen_by_two = seen_by_one.clone();
    let attempt = || Event::Attempt { transport: "t".to_owned(), outbound: true, sender: None };
    assert!(one.claim(&mut seen_by_one, &attempt(), &clock()).unwrap());
    assert!(!two.claim(&mut seen_by_two, &attempt(), &clock()).unwrap());
    assert_eq!(seen_by_one, seen_by_two, "the loser has read what the winner wrote");

    two.append(&mut seen_by_two, &Event::Tried(Outcome::Uncertain { words: "?".to_owned() }), &clock())
        .unwrap();
    one.append(&mut seen_by_one, &Event::Tried(Outcome::Accepted { words: "250".to_owned() }), &clock())
        .unwrap();
    assert_eq!(seen_by_one.records().len(), 5);
    assert_eq!(seen_by_one.state(), State::Tried(Outcome::Accepted { words: "250".to_owned() }));
}

#[test]
fn acceptance_is_the_end_whatever_comes_after_it() {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let mut history = outbox.plan(&planned(), &clock()).unwrap();
    for event in [
        Event::Tried(Outcome::Accepted { words: "250".to_owned() }),
        Event::Tried(Outcome::Uncertain { words: "?".to_owned() }),
    ] {
        outbox.append(&mut history, &event, &clock()).unwrap();
    }
    assert_eq!(history.state().word(), "accepted");
}

#[test]
fn a_record_is_read_back_as_it_was_written() {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let history = outbox.plan(&planned(), &clock()).unwrap();
    let key = DeliveryKey::of("r1", &planned().recipient);
    assert_eq!(outbox.history("needs_assessment", "r1", &key).unwrap(), history);
    assert_eq!(outbox.edition("needs_assessment", "r1").unwrap(), std::slice::from_ref(&history));
    assert_eq!(outbox.report("needs_assessment").unwrap(), [history]);
}

#[test]
fn a_name_that_would_leave_its_folder_is_refused() {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    for name in ["..", "a/b", "", ".hidden", "a\\b", "a\nb"] {
        let wrong = Planned { edition: name.to_owned(), ..planned() };
        assert!(matches!(outbox.plan(&wrong, &clock()), Err(OutboxError::Name { .. })), "{name:?}");
    }
    assert!(store.list("").unwrap().is_empty());
}

#[test]
fn nothing_is_added_to_a_delivery_with_a_damaged_record_or_a_gap() {
    for damage in ["garbled", "missing"] {
        let store = Memory::default();
        let outbox = Outbox::new(&store, "run-1");
        let history = outbox.plan(&planned(), &clock()).unwrap();
        match damage {
            "garbled" => store.replace(&format!("{}/000001.json", history.folder()), b"{").unwrap(),
            _ => store.remove(&format!("{}/000000.json", history.folder())).unwrap(),
        }
        let before = store.list("outbox").unwrap();
        let mut history = outbox.plan(&planned(), &clock()).unwrap();
        assert_eq!(history.state().word(), "damaged", "{damage}");
        let event = Event::Held { reason: "x".to_owned() };
        let added = outbox.append(&mut history, &event, &clock());
        assert!(matches!(added, Err(OutboxError::Damaged { .. })), "{added:?}");
        assert_eq!(store.list("outbox").unwrap(), before);
    }
}

fn refusal(written: &str) -> Refusal {
    let reason = crate::deliver::RefusalReason::Domain { domain: "elsewhere.example".to_owned() };
    Refusal { written: written.to_owned(), role: "commissioners".to_owned(), reason }
}

#[test]
fn a_recipient_who_is_refused_and_then_allowed_is_one_delivery() {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let written = "AP.Commissioner@demo-city.example";
    let history = outbox.block("needs_assessment", "r1", &refusal(written), &clock()).unwrap();
    assert_eq!(history.state().word(), "blocked");
    let history = outbox.plan(&planned(), &clock()).unwrap();
    assert_eq!(history.state().word(), "approved");
    assert_eq!(outbox.edition("needs_assessment", "r1").unwrap(), [history]);
}

#[test]
fn a_recipient_who_is_no_longer_allowed_gets_nothing_that_has_not_left_and_keeps_what_has() {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let written = planned().recipient.to_string();
    outbox.plan(&planned(), &clock()).unwrap();
    let mut history = outbox.block("needs_assessment", "r1", &refusal(&written), &clock()).unwrap();
    assert_eq!(history.state().word(), "blocked");
    let again = outbox.block("needs_assessment", "r1", &refusal(&written), &clock()).unwrap();
    assert_eq!(again.records().len(), history.records().len(), "the same refusal is kept once");
    outbox
        .append(&mut history, &Event::Tried(Outcome::Accepted { words: "250".to_owned() }), &clock())
        .unwrap();
    let left = outbox.block("needs_assessment", "r1", &refusal(&written), &clock()).unwrap();
    assert_eq!(left.state().word(), "accepted");
}

#[test]
fn what_has_come_to_an_end_is_not_among_what_is_unsettled() {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let to =
        |name: &str| Planned { recipient: format!("{name}@demo-city.example").parse().unwrap(), ..planned() };
    for name in ["a", "b", "c"] {
        outbox.plan(&to(name), &clock()).unwrap();
    }
    let mut histories = outbox.edition("needs_assessment", "r1").unwrap();
    outbox
        .append(&mut histories[1], &Event::Tried(Outcome::Accepted { words: "250".to_owned() }), &clock())
        .unwrap();
    let open: Vec<Option<String>> = outbox.unsettled().unwrap().iter().map(History::recipient).collect();
    assert_eq!(open, [Some("a@demo-city.example".to_owned()), Some("c@demo-city.example".to_owned())]);
    let key = histories[1].plan().unwrap().key();
    let other = DeliveryKey::of("r2", &planned().recipient);
    let found = outbox.find(&[key.clone(), other].into()).unwrap();
    assert_eq!(found.into_iter().collect::<Vec<_>>(), [(key, histories[1].clone())]);
}

/// Stores hold such records already, and programs read such states.
#[test]
fn an_outcome_is_written_as_it_always_was() {
    let later = "2026-10-05T05:01:00Z".parse().unwrap();
    let outcome = Outcome::Deferred { later, words: "later".to_owned() };
    let written = "{\"deferred\":{\"not_before\":\"2026-10-05T05:01:00Z\",\"words\":\"later\"}}";
    assert_eq!(serde_json::to_string(&Event::Tried(outcome.clone())).unwrap(), written);
    assert_eq!(serde_json::to_string(&State::Tried(outcome.clone())).unwrap(), written);
    assert_eq!(serde_json::from_str::<Event>(written).unwrap(), Event::Tried(outcome));
    assert_eq!(serde_json::to_string(&State::Planned).unwrap(), "\"planned\"");
    assert!(serde_json::from_str::<Event>("{\"lost\":{\"words\":\"x\"}}").is_err());
}
