use chrono::NaiveDate;

use super::*;
use crate::calendar::Clock;
use crate::deliver::permit::Unasked;
use crate::deliver::{Attempt, Envelope, Origin, Outbox, Planned, Transport, deliver};
use crate::store::Memory;

/// Takes everything; `bool` says whether it leaves.
#[derive(Debug)]
struct Taking(bool);

impl Transport for Taking {
    fn name(&self) -> &'static str {
        "taking"
    }

    fn is_outbound(&self) -> bool {
        self.0
    }

    fn send(&mut self, _: &Envelope, _: &[u8]) -> Attempt {
        Attempt::Accepted { words: "250".to_owned() }
    }
}

fn people(addresses: &[&str]) -> Vec<Recipient> {
    addresses
        .iter()
        .map(|address| Recipient {
            address: address.parse().unwrap(),
            role: "commissioners".to_owned(),
            version: None,
        })
        .collect()
}

/// Sends one edition to `to` on a day of October.
fn send(store: &Memory, edition: &str, day: u32, to: &[Recipient], outbound: bool) {
    let morning = NaiveDate::from_ymd_opt(2026, 10, day).unwrap().and_hms_opt(6, 0, 0).unwrap();
    let clock = Clock::fixed(morning, chrono_tz::Europe::London);
    let outbox = Outbox::new(store, "run");
    let mut histories: Vec<History> = to
        .iter()
        .map(|recipient| {
            let planned = Planned {
                report: "cost_review".to_owned(),
                period: edition.to_owned(),
                edition: edition.to_owned(),
                role: recipient.role.clone(),
                version: recipient.version.clone(),
                origin: Origin::of("store", "content"),
                from: "ap.reports@demo-city.example".parse().unwrap(),
                recipient: recipient.address.clone(),
                dated: clock.today(),
                message: b"\r\n".to_vec(),
                verdict: Verdict::Send { reason: "test".to_owned() },
            };
            outbox.plan(&planned, &clock).unwrap()
        })
        .collect();
    deliver(&outbox, &mut histories, &mut Taking(outbound), &Unasked, &clock).unwrap();
}

fn held(store: &Memory, approval: Approval, revision: bool, to: &[Recipient], outbound: bool) -> Vec<String> {
    let outbox = Outbox::new(store, "run");
    verdicts(&outbox, "cost_review", approval, revision, to, outbound)
        .unwrap()
        .into_iter()
        .map(|verdict| match verdict {
            Verdict::Send { .. } => String::new(),
            Verdict::Hold { reason } => reason,
        })
        .collect()
}

#[test]
fn a_first_edition_waits_and_the_next_to_the_same_people_does_not() {
    let store = Memory::default();
    let list = people(&["a@demo-city.example", "b@demo-city.example"]);
    let reason = "the first edition of this report is approved by a person";
    assert_eq!(held(&store, Approval::First, false, &list, true), [reason, reason]);
    send(&store, "r1", 1, &list, true);
    assert_eq!(held(&store, Approval::First, false, &list, true), ["", ""]);
    let always = "every edition of this report is approved by a person";
    assert_eq!(held(&store, Approval::Always, false, &list, true), [always, always]);
}

#[test]
fn a_new_address_or_domain_waits_alone() {
    let store = Memory::default();
    let mut list = people(&["a@demo-city.example", "b@demo-city.example", "c@demo-city.example"]);
    send(&store, "r1", 1, &list, true);
    list[1] = people(&["new@demo-city.example"])[0].clone();
    list[2] = people(&["new@partner.example"])[0].clone();
    assert_eq!(
        held(&store, Approval::Never, false, &list, true),
        [
            "",
            "the address `new@demo-city.example` is new to this report",
            "the domain `partner.example` is new to this report"
        ]
    );
}

#[test]
fn a_list_that_grows_by_a_fifth_waits_whole() {
    let store = Memory::default();
    let addresses: Vec<String> = (0..12).map(|number| format!("r{number}@demo-city.example")).collect();
    let all: Vec<&str> = addresses.iter().map(String::as_str).collect();
    send(&store, "r1", 1, &people(&all), true);
    send(&store, "r2", 2, &people(&all[..10]), true);
    assert!(held(&store, Approval::Never, false, &people(&all[..11]), true).iter().all(String::is_empty));
    let twelve = held(&store, Approval::Never, false, &people(&all), true);
    assert!(
        twelve.iter().all(|reason| reason == "the list has grown from 10 to 12 recipients"),
        "{twelve:?}"
    );
}

#[test]
fn a_changed_edition_never_leaves_by_itself() {
    let store = Memory::default();
    let list = people(&["a@demo-city.example"]);
    send(&store, "r1", 1, &list, true);
    let reasons = held(&store, Approval::Never, true, &list, true);
    assert_eq!(reasons, ["a changed edition leaves only by `report send` or `report correct`"]);
}

#[test]
fn a_folder_needs_no_approval_and_a_trial_into_one_earns_none() {
    let store = Memory::default();
    let list = people(&["a@demo-city.example"]);
    assert_eq!(held(&store, Approval::Always, true, &list, false), [""]);
    send(&store, "r1", 1, &list, false);
    assert!(held(&store, Approval::First, false, &list, true)[0].contains("the first edition"));
}

#[test]
fn another_ones_version_is_new_to_an_address_that_has_had_its_own() {
    let store = Memory::default();
    let of = |version: &str| Recipient {
        version: Some(version.to_owned()),
        ..people(&["office@provider.example"])[0].clone()
    };
    send(&store, "r1", 1, &[of("P1")], true);
    assert_eq!(held(&store, Approval::Never, false, &[of("P1")], true), [""]);
    assert_eq!(
        held(&store, Approval::Never, false, &[of("P2")], true),
        ["the address `office@provider.example` is new to this version of this report"]
    );
}
