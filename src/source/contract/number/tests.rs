use super::{NumberFault, decimal, money, write};

#[test]
fn every_form_of_money_comes_to_the_same_pence() {
    for (text, pence) in [
        ("1,234.50", 123_450),
        ("£1,234.50", 123_450),
        (" £ 1,234.50 ", 123_450),
        ("1234.5", 123_450),
        ("440", 44_000),
        ("440.000", 44_000),
        (".5", 50),
        ("+12", 1_200),
        ("-12", -1_200),
        ("\u{2212}12", -1_200),
        ("-£12.01", -1_201),
        ("£-12.01", -1_201),
        ("(123.45)", -12_345),
        ("(£1,123.45)", -112_345),
        ("123.45-", -12_345),
        ("0", 0),
        ("-0.00", 0),
        (" £-   ", 0),
        ("9,999,999,999,999,999.99", 999_999_999_999_999_999),
    ] {
        assert_eq!(money(text, 2), Ok((pence, false)), "{text}");
    }
}

#[test]
fn a_destroyed_pound_sign_is_read_and_reported() {
    assert_eq!(money("\u{fffd}25,000.00", 2), Ok((2_500_000, true)));
    assert_eq!(money("Â£25,000.00", 2), Ok((2_500_000, true)));
}

#[test]
fn what_is_not_a_sum_of_money_is_refused() {
    for text in [
        "", "-", "£", ".", "TBC", "n/a", "12,34", "1,2345", ",123", "1.2.3", "1E5", "(12", "12)", "--1",
        "-(1)", "-1-", "1 234", "$5",
    ] {
        assert_eq!(money(text, 2), Err(NumberFault::Form), "{text}");
    }
    assert_eq!(money("1.234", 2), Err(NumberFault::Scale));
    assert_eq!(money("10000000000000000.00", 2), Err(NumberFault::Range));
    assert_eq!(money(&"9".repeat(400), 2), Err(NumberFault::Range));
}

#[test]
fn a_plain_number_has_no_currency_and_no_brackets() {
    assert_eq!(decimal("-1,234.5", 1), Ok(-12_345));
    assert_eq!(decimal("£1", 0), Err(NumberFault::Form));
    assert_eq!(decimal("(1)", 0), Err(NumberFault::Form));
}

#[test]
fn what_is_written_reads_back() {
    for (value, scale, text) in [(-5, 2, "-0.05"), (123_450, 2, "1234.50"), (7, 0, "7"), (0, 2, "0.00")] {
        assert_eq!(write(value, scale), text);
        assert_eq!(money(text, scale), Ok((value, false)));
    }
}
