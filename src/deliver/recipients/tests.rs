use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::*;
use crate::diagnostic::Spanned;

fn list() -> AllowList {
    AllowList::new(["Demo-City.example", "partner.nhs.example"]).unwrap()
}

fn role(to: &[&str], confirm_by: Option<NaiveDate>) -> Role {
    Role {
        to: to.iter().map(|&address| Spanned::new(0..0, address.to_owned())).collect(),
        audience: Some(Audience::Council),
        confirm_by,
    }
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 10, day).unwrap()
}

#[test]
fn an_address_on_an_allowed_domain_is_admitted() {
    for written in
        ["ap.commissioner@demo-city.example", "Head+AP@DEMO-CITY.EXAMPLE", "o'brien@partner.nhs.example"]
    {
        list().admit(written).unwrap_or_else(|error| panic!("{written}: {error}"));
    }
}

#[test]
fn fault_f71_look_alikes_and_tricks_are_refused() {
    for written in [
        "a@demo-c\u{456}ty.example",
        "a@demo-city.example.",
        "a@demo-city.example.evil.example",
        "a@evil-demo-city.example",
        "a@sub.demo-city.example",
        "a@xn--demo-cty-s4a.example",
        "\"a@demo-city.example\"@evil.example",
        "\"a b\"@demo-city.example",
        "a@evil.example@demo-city.example",
        "a%evil.example@demo-city.example",
        "evil.example!a@demo-city.example",
        "@evil.example:a@demo-city.example",
        "a@demo-city.example,b@evil.example",
        "a@demo-city.example b@evil.example",
        "a@demo-city.example\r\nRCPT TO:<b@evil.example>",
        "<a@demo-city.example>",
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "a@demo-city",
        "a(comment)@demo-city.example",
        "a@demo-city.example(comment)",
        ".a@demo-city.example",
        "a..b@demo-city.example",
        "a.@demo-city.example",
        "@demo-city.example",
        "a@",
        "",
        "\u{ff41}@demo-city.example",
        "a@demo-city\u{3002}example",
        "a@demo-city.example\u{200b}",
        " a@demo-city.example",
        "a@-demo-city.example",
    ] {
        assert!(list().admit(written).is_err(), "`{written}` was admitted");
    }
}

/// Goal E7. What is admitted goes to an allowed domain whatever a mail server makes of it: the text is
/// ASCII, has one `@`, and what follows it is, letter for letter, on the list.
#[test]
fn goal_e7_ten_thousand_mutated_addresses_reach_no_other_domain() {
    const PIECES: &[&str] = &[
        "@",
        ".",
        "..",
        "\"",
        "\\",
        " ",
        "\t",
        "\r\n",
        "%",
        "!",
        ":",
        ",",
        ";",
        "<",
        ">",
        "(",
        ")",
        "[",
        "]",
        "+tag",
        "evil.example",
        "@evil.example",
        "demo-city.example",
        "sub.",
        "-",
        "\u{430}",
        "\u{3002}",
        "\u{200b}",
        "xn--",
        "\u{ff0e}",
        "\0",
        "127.0.0.1",
        "E",
        "\u{130}",
        "\u{212a}",
    ];
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let mut admitted = 0;
    for _ in 0..10_000 {
        let mut letters: Vec<char> = "ap.commissioner@demo-city.example".chars().collect();
        for _ in 0..=random.next_u32() % 3 {
            let at = random.next_u32() as usize % letters.len();
            match random.next_u32() % 4 {
                0 => drop(letters.remove(at)),
                1 => letters.swap(at, 0),
                _ => {
                    let piece = PIECES[random.next_u32() as usize % PIECES.len()];
                    letters.splice(at..at, piece.chars());
                }
            }
        }
        let written: String = letters.into_iter().collect();
        if list().admit(&written).is_ok() {
            admitted += 1;
            let domain = written.split('@').nth(1).unwrap().to_ascii_lowercase();
            assert!(["demo-city.example", "partner.nhs.example"].contains(&domain.as_str()), "`{written}`");
            assert!(written.is_ascii() && written.matches('@').count() == 1, "`{written}`");
            assert!(!written.contains(['"', '%', '!', '\\', ' ', '\r', '\n', '<', '(', ',']), "`{written}`");
        }
    }
    assert!(admitted > 500, "only {admitted} admitted: the test no longer tells refusal from refusal of all");
}

#[test]
fn a_domain_that_could_never_match_is_a_fault_in_the_list() {
    for domain in ["demo-city", "*.demo-city.example", "dem\u{43e}.example", "demo-city.example.", ""] {
        assert!(AllowList::new([domain]).is_err(), "`{domain}`");
    }
}

#[test]
fn a_role_that_nobody_confirmed_in_time_is_refused_whole_with_the_reason() {
    let role = role(&["a@demo-city.example", "b@demo-city.example"], Some(day(5)));
    let on_the_day = screen([("commissioners", &role)], &list(), day(5), Audience::Council);
    assert_eq!(on_the_day.recipients.len(), 2);
    let after = screen([("commissioners", &role)], &list(), day(6), Audience::Council);
    assert!(after.recipients.is_empty());
    assert_eq!(
        after.refusals[0].reason.to_string(),
        "the list of the role `commissioners` was to be confirmed by 2026-10-05"
    );
}

#[test]
fn one_mailbox_in_two_roles_is_one_recipient() {
    let first = role(&["a@demo-city.example", "wrong"], None);
    let second = role(&["A@Demo-City.example", "b@demo-city.example"], None);
    let screened = screen([("one", &first), ("two", &second)], &list(), day(1), Audience::Council);
    let found: Vec<_> =
        screened.recipients.iter().map(|found| (found.address.to_string(), found.role.as_str())).collect();
    assert_eq!(found, [("a@demo-city.example".to_owned(), "one"), ("b@demo-city.example".to_owned(), "two")]);
    assert_eq!(screened.refusals.len(), 1);
}

#[test]
fn an_edition_goes_to_nobody_who_is_trusted_less_than_its_readers() {
    let role = role(&["a@demo-city.example"], None);
    for audience in [Audience::Public, Audience::Provider, Audience::Council] {
        assert_eq!(
            screen([("directors", &role)], &list(), day(1), audience).recipients.len(),
            1,
            "{audience}"
        );
    }
    let screened = screen([("directors", &role)], &list(), day(1), Audience::Commissioning);
    assert!(screened.recipients.is_empty());
    assert_eq!(
        screened.refusals[0].reason.to_string(),
        "`directors` is trusted as `council`, and the edition is for `commissioning`"
    );
}

#[test]
fn a_mailbox_of_a_role_that_is_trusted_too_little_gets_nothing_as_another_role() {
    let council = role(&["A@demo-city.example"], None);
    let mut trusted = role(&["a@demo-city.example", "b@demo-city.example"], None);
    trusted.audience = Some(Audience::Commissioning);
    for roles in [[("one", &council), ("two", &trusted)], [("two", &trusted), ("one", &council)]] {
        let screened = screen(roles, &list(), day(1), Audience::Commissioning);
        let found: Vec<String> = screened.recipients.iter().map(|found| found.address.to_string()).collect();
        assert_eq!(found, ["b@demo-city.example"]);
        assert_eq!(screened.refusals.len(), 1);
    }
}

#[test]
fn the_mailboxes_of_a_query_are_trusted_as_providers() {
    let entry =
        Entry { version: "P01".to_owned(), address: "p@demo-city.example".to_owned(), confirm_by: None };
    let screened = |audience| screen_entries(std::slice::from_ref(&entry), &list(), day(1), audience);
    assert_eq!(screened(Audience::Provider).recipients.len(), 1);
    assert!(screened(Audience::Council).recipients.is_empty());
}
