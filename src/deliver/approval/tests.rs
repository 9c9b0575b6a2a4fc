use chrono::NaiveDate;

use super::*;
use crate::deliver::permit::Unasked;
use crate::deliver::{
    Attempt, DeliveryKey, Envelope, Origin, Planned, Rejection, Transport, Verdict, deliver,
};
use crate::store::Memory;

#[derive(Debug, Default)]
struct Counting {
    answers: Vec<Attempt>,
    messages: Vec<Vec<u8>>,
}

impl Transport for Counting {
    fn name(&self) -> &'static str {
        "counting"
    }

    fn is_outbound(&self) -> bool {
        true
    }

    fn send(&mut self, _: &Envelope, message: &[u8]) -> Attempt {
        self.messages.push(message.to_vec());
        self.answers.pop().unwrap_or(Attempt::Accepted { words: "250".to_owned() })
    }
}

fn clock() -> Clock {
    let morning = NaiveDate::from_ymd_opt(2026, 10, 5).unwrap().and_hms_opt(6, 0, 0).unwrap();
    Clock::fixed(morning, chrono_tz::Europe::London)
}

fn history(outbox: &Outbox<'_>, name: &str, verdict: Verdict) -> History {
    let planned = Planned {
        report: "cost_review".to_owned(),
        period: "fy2025-26".to_owned(),
        edition: "r1".to_owned(),
        role: "commissioners".to_owned(),
        version: None,
        origin: Origin::of("store", "content"),
        from: "ap.reports@demo-city.example".parse().unwrap(),
        recipient: format!("{name}@demo-city.example").parse().unwrap(),
        dated: NaiveDate::from_ymd_opt(2026, 10, 5).unwrap(),
        message: format!("Subject: {name}\r\n\r\n").into_bytes(),
        verdict,
    };
    outbox.plan(&planned, &clock()).unwrap()
}

fn hold() -> Verdict {
    Verdict::Hold { reason: "the first edition".to_owned() }
}

fn send() -> Verdict {
    Verdict::Send { reason: "known".to_owned() }
}

#[test]
fn what_is_approved_leaves_once_and_the_record_says_who_and_which_bytes() {
    let store = Memory::default();
    let run = Outbox::new(&store, "run-1");
    let mut held = vec![history(&run, "a", hold()), history(&run, "b", hold())];
    let mut transport = Counting::default();
    deliver(&run, &mut held, &mut transport, &Unasked, &clock()).unwrap();
    assert!(transport.messages.is_empty());

    let person = Outbox::new(&store, "head.of.inclusion");
    let mut found = person.edition("cost_review", "r1").unwrap();
    assert_eq!(person.approve(&mut found, "read and agreed", &clock()).unwrap(), 2);
    assert_eq!(person.approve(&mut found, "again", &clock()).unwrap(), 0);
    let record = found[0].records().last().unwrap();
    assert_eq!(record.by, "head.of.inclusion");
    let sha256 = found[0].plan().unwrap().message.sha256.clone();
    assert_eq!(record.event, Event::Approved { reason: "read and agreed".to_owned(), sha256 });

    deliver(&person, &mut found, &mut transport, &Unasked, &clock()).unwrap();
    assert_eq!(transport.messages.len(), 2);
}

#[test]
fn what_is_uncertain_is_sent_again_only_by_a_person_and_says_that_it_may_be_there_twice() {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let mut histories = vec![history(&outbox, "a", send())];
    let mut transport =
        Counting { answers: vec![Attempt::Uncertain { words: "?".to_owned() }], ..Counting::default() };
    deliver(&outbox, &mut histories, &mut transport, &Unasked, &clock()).unwrap();
    let person = Outbox::new(&store, "a.person");
    assert_eq!(person.release(&mut histories, "try", &clock()).unwrap(), 0);
    let again = b"Subject: a (possible duplicate)\r\n\r\n";
    assert!(person.reissue(&mut histories[0], again, "not in the inbox", &clock()).unwrap());
    assert!(!person.reissue(&mut histories[0], again, "twice", &clock()).unwrap());
    let mut found = person.edition("cost_review", "r1").unwrap();
    let receipts = deliver(&person, &mut found, &mut transport, &Unasked, &clock()).unwrap();
    assert_eq!(receipts[0].state.word(), "accepted");
    assert_eq!(transport.messages[1], again);
}

#[test]
fn what_failed_is_sent_again_and_what_was_accepted_is_not() {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let mut histories = vec![history(&outbox, "a", send()), history(&outbox, "b", send())];
    let rejected = Attempt::Rejected { cause: Rejection::Policy, words: "550".to_owned() };
    let mut transport = Counting { answers: vec![rejected], ..Counting::default() };
    deliver(&outbox, &mut histories, &mut transport, &Unasked, &clock()).unwrap();
    assert_eq!(outbox.release(&mut histories, "list corrected", &clock()).unwrap(), 1);
    deliver(&outbox, &mut histories, &mut transport, &Unasked, &clock()).unwrap();
    assert_eq!(transport.messages.len(), 3);
    assert_eq!(outbox.release(&mut histories, "once more", &clock()).unwrap(), 0);
}

#[test]
fn a_correction_goes_to_exactly_those_who_have_or_may_have_the_old_one() {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let mut histories = vec![
        history(&outbox, "has", send()),
        history(&outbox, "may-have", send()),
        history(&outbox, "was-refused", send()),
        history(&outbox, "waits", hold()),
    ];
    let mut transport = Counting {
        answers: vec![
            Attempt::Rejected { cause: Rejection::Recipient, words: "550".to_owned() },
            Attempt::Uncertain { words: "?".to_owned() },
            Attempt::Accepted { words: "250".to_owned() },
        ],
        ..Counting::default()
    };
    deliver(&outbox, &mut histories, &mut transport, &Unasked, &clock()).unwrap();
    let holders: Vec<(String, bool)> = outbox
        .holders("cost_review", "r1")
        .unwrap()
        .iter()
        .map(|held| (held.plan.recipient.local().to_owned(), held.certain))
        .collect();
    assert_eq!(holders, [("has".to_owned(), true), ("may-have".to_owned(), false)]);
}

#[test]
fn fault_f74_what_was_withdrawn_does_not_leave_even_when_it_is_approved_late() {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let mut histories = vec![history(&outbox, "a", hold()), history(&outbox, "b", send())];
    assert_eq!(outbox.withdraw(&mut histories, "nobody approved it in time", &clock()).unwrap(), 2);
    assert_eq!(outbox.approve(&mut histories, "late", &clock()).unwrap(), 0);
    let mut transport = Counting::default();
    let receipts = deliver(&outbox, &mut histories, &mut transport, &Unasked, &clock()).unwrap();
    assert!(receipts.iter().all(|receipt| receipt.state.word() == "withdrawn"));
    assert!(transport.messages.is_empty());
}

#[test]
fn fault_f74_an_approval_that_nobody_gives_expires_and_a_person_may_still_send_it() {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let mut histories = vec![history(&outbox, "a", hold()), history(&outbox, "b", send())];
    let days = |count| Clock::at(clock().now() + TimeDelta::days(count), clock().zone());
    let fortnight = TimeDelta::days(14);
    assert_eq!(outbox.expire(&mut histories, fortnight, &days(14)).unwrap(), 0);
    assert_eq!(outbox.expire(&mut histories, fortnight, &days(15)).unwrap(), 1);
    assert_eq!(histories[0].state().to_string(), "withdrawn: nobody approved it within 14 days");
    assert_eq!(outbox.approve(&mut histories, "late", &days(15)).unwrap(), 0);
    assert_eq!(outbox.reinstate(&mut histories, "sent", false, &days(15)).unwrap(), 0, "its time is over");
    assert_eq!(outbox.reinstate(&mut histories, "sent all the same", true, &days(15)).unwrap(), 1);
    let mut transport = Counting::default();
    deliver(&outbox, &mut histories, &mut transport, &Unasked, &days(15)).unwrap();
    assert_eq!(transport.messages.len(), 2);
}

#[test]
fn what_came_back_is_known_as_such_and_may_be_sent_again() {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let mut histories = vec![history(&outbox, "a", send())];
    let mut transport = Counting::default();
    assert!(!outbox.bounced(&mut histories[0], &bounce("1", None), &clock()).unwrap(), "it has not left");
    deliver(&outbox, &mut histories, &mut transport, &Unasked, &clock()).unwrap();
    assert!(outbox.bounced(&mut histories[0], &bounce("1", None), &clock()).unwrap());
    assert!(!outbox.bounced(&mut histories[0], &bounce("1", None), &clock()).unwrap(), "matched once");
    assert_eq!(histories[0].state().to_string(), "bounced: 550 no such user");
    assert_eq!(outbox.release(&mut histories, "mailbox made", &clock()).unwrap(), 1);
    deliver(&outbox, &mut histories, &mut transport, &Unasked, &clock()).unwrap();
    assert_eq!((histories[0].state().word(), transport.messages.len()), ("accepted", 2));
}

/// Returns a notification about reader `a`, for somebody or for whom it does not say.
fn bounce(notice: &str, recipient: Option<&str>) -> Bounce {
    Bounce {
        key: DeliveryKey::of("r1", &"a@demo-city.example".parse().unwrap()),
        origin: Some(Origin::of("store", "content")),
        recipient: recipient.map(str::to_owned),
        words: "550 no such user".to_owned(),
        notice: notice.to_owned(),
    }
}

#[test]
fn a_second_bounce_counts_and_the_first_one_read_again_does_not() {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let mut histories = vec![history(&outbox, "a", send())];
    let mut transport = Counting::default();
    for notice in ["1", "2", "3"] {
        deliver(&outbox, &mut histories, &mut transport, &Unasked, &clock()).unwrap();
        assert_eq!(histories[0].state().word(), "accepted");
        for known in ["1", "2", "3"].iter().take_while(|known| **known != notice) {
            assert!(!outbox.bounced(&mut histories[0], &bounce(known, None), &clock()).unwrap());
        }
        let again = bounce(notice, Some("A@demo-city.example"));
        assert!(outbox.bounced(&mut histories[0], &again, &clock()).unwrap(), "bounce {notice}");
        assert_eq!(histories[0].state().word(), "bounced");
        outbox.release(&mut histories, "corrected", &clock()).unwrap();
    }
    assert_eq!(transport.messages.len(), 3);
}

#[test]
fn a_bounce_of_another_stores_message_to_the_same_reader_says_nothing_of_this_one() {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let mut histories = vec![history(&outbox, "a", send())];
    deliver(&outbox, &mut histories, &mut Counting::default(), &Unasked, &clock()).unwrap();
    for origin in [None, Some(Origin::of("trial", "content")), Some(Origin::of("store", "made again"))] {
        let other = Bounce { origin, ..bounce("1", None) };
        assert!(!other.is_new_to(&histories[0]));
        assert!(!outbox.bounced(&mut histories[0], &other, &clock()).unwrap());
    }
    assert_eq!(histories[0].state().word(), "accepted");
}

#[test]
fn a_bounce_of_a_lists_member_is_kept_and_leaves_the_delivery_to_the_list_as_it_is() {
    let store = Memory::default();
    let outbox = Outbox::new(&store, "run-1");
    let mut histories = vec![history(&outbox, "a", send())];
    let of_member = bounce("1", Some("somebody@other.example"));
    assert!(!outbox.bounced(&mut histories[0], &of_member, &clock()).unwrap(), "it was never tried");
    deliver(&outbox, &mut histories, &mut Counting::default(), &Unasked, &clock()).unwrap();
    assert!(outbox.bounced(&mut histories[0], &of_member, &clock()).unwrap());
    assert!(!outbox.bounced(&mut histories[0], &of_member, &clock()).unwrap(), "kept once");
    assert_eq!(histories[0].state().word(), "accepted", "the others behind it have it");
    assert_eq!(
        histories[0].bounced_members().collect::<Vec<_>>(),
        [("somebody@other.example", "550 no such user")]
    );
    assert_eq!(
        outbox.release(&mut histories, "again", &clock()).unwrap(),
        0,
        "the others would get it twice"
    );
    assert_eq!(outbox.unsettled().unwrap(), []);
    assert!(outbox.bounced(&mut histories[0], &bounce("2", None), &clock()).unwrap());
    assert_eq!(histories[0].state().word(), "bounced", "one that names nobody is the delivery's own");
    assert_eq!(outbox.edition("cost_review", "r1").unwrap(), histories, "and all of it is read back");
}
