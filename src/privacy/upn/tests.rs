use super::{Upn, UpnFault};

#[test]
fn a_number_with_the_right_check_letter_is_read_in_either_case() {
    let upper = Upn::parse("Q336203325001").unwrap();
    assert_eq!(upper, Upn::parse(" q336203325001\u{a0}").unwrap());
    assert!(!upper.is_temporary());
}

#[test]
fn a_temporary_number_ends_in_a_letter() {
    assert!(Upn::parse("A33620012400A").unwrap().is_temporary());
}

#[test]
fn every_single_wrong_digit_is_found() {
    let right = "Q336203325001";
    for at in 1..13 {
        for digit in '0'..='9' {
            let mut wrong: Vec<char> = right.chars().collect();
            if wrong[at] == digit {
                continue;
            }
            wrong[at] = digit;
            let wrong: String = wrong.into_iter().collect();
            assert_eq!(Upn::parse(&wrong), Err(UpnFault::CheckLetter), "place {at}, digit {digit}");
        }
    }
}

#[test]
fn texts_of_another_form_are_refused() {
    for text in [
        "",
        "Q33620332500",
        "Q3362033250011",
        "Q33620332500O",
        "I336203325001",
        "Q3362O3325001",
        "é33620332500",
    ] {
        assert_eq!(Upn::parse(text), Err(UpnFault::Form), "{text}");
    }
}

#[test]
fn debug_says_nothing_of_the_number() {
    assert_eq!(format!("{:?}", Upn::parse("Q336203325001").unwrap()), "Upn(_)");
}
