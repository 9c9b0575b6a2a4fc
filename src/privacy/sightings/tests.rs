use super::{Sightings, holds_pupil_number, pupil_numbers, ten_figures, without_pupil_numbers};

#[test]
fn a_number_is_found_however_it_is_written() {
    for text in [
        "Q336203325001",
        " q336203325001 ",
        "moved, see Q336203325001.",
        "upn:Q336203325001/2024",
        "pupilQ336203325001",
        "Q336 2033 25001",
        "Q-336-2033-25-001",
        "A33620012400A",
        "letter_Q336203325001",
        "pupil Q336-2033-25001 moved",
        "pupil Q 336 2033 25 001, moved",
        "x Q:336203325001",
        "of Q  336203325001 and others",
        "of Q\u{200b}336203325001 and others",
        // Other groups, other marks between them, small letters.
        "pupil q33 62 03 32 50 01 moved",
        "Q33620 332 5001",
        "call Q 33620 332 5001 now",
        "see q3362|0332|5001, then",
        "see Q336,2033,25001, then",
        "Q336\u{a0}20\u{ad}33 \u{2013} 25001 (moved)",
        "Q*3*3*6*2*0*3*3*2*5*0*0*1",
        "UPNQ336 2033 25001 moved",
        "a33620\\012400\\a",
    ] {
        assert!(holds_pupil_number(text), "{text}");
    }
}

#[test]
fn what_only_looks_like_one_is_none() {
    for text in [
        "",
        "Q336203325002",
        "Q3362033250011",
        "XQ336203325001Z",
        "4Q336203325001",
        "0123456789012",
        "01902 551155 ext 12",
        "2024-08-31T12:00:00",
        // A letter and a day with a time has as many figures, in other groups; so have numbers of telephones. Their check
        // letters are right, and no authority has such a number.
        "session C 26/11/2024 12:30",
        "call X 01902 551155 1 now",
        "pupil Q336-2033-250011 moved",
        "pupil R336-2033-25001 moved",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ] {
        assert!(!holds_pupil_number(text), "{text}");
    }
    assert_eq!(pupil_numbers("B202408123456, Q336203325001"), Sightings { alike: 2, right: 1 });
}

#[test]
fn a_text_loses_its_numbers_and_nothing_else() {
    assert_eq!(
        without_pupil_numbers("`Q336203325001.csv` row 2: é A33620012400A"),
        "`(a pupil number).csv` row 2: é (a pupil number)"
    );
    assert_eq!(without_pupil_numbers("Q336 2033 25001"), "(a pupil number)");
    assert_eq!(without_pupil_numbers("`payments.csv` row 2"), "`payments.csv` row 2");
}

#[test]
fn ten_figures_are_read_by_their_check_digits() {
    // The example of the NHS data dictionary, and one that is wrong by a figure.
    let of = |text: &str| ten_figures(text).map(|found| (found.is_nhs, found.is_learner));
    assert_eq!(of("943 476 5919"), Some((true, false)));
    assert_eq!(of("9434765919"), Some((true, false)));
    assert_eq!(of("943/476\u{a0}5919"), Some((true, false)));
    assert_eq!(of("9434765918"), Some((false, true)));
    assert_eq!(of("9434765917"), Some((false, false)));
    for text in ["0000000000", "943476591", "94347659191", "9434x65919", "94347659.19", ""] {
        assert_eq!(of(text), None, "{text}");
    }
}
