use super::{Shown, write_iso_length, write_number};
use crate::source::marks::Marks;
use crate::source::row::Row;

fn written(text: &str, shown: Shown) -> (String, Marks) {
    let mut row = Row::default();
    write_number(&mut row, 0, text.parse().unwrap(), text, shown, false);
    row.end_cell();
    (row.get(0).unwrap().to_owned(), row.marks_at(0))
}

#[test]
fn a_number_is_written_as_what_it_means() {
    let none = Marks::default();
    for (text, shown, expected, marks) in [
        ("10.50", Shown::Number, "10.5", none),
        ("-7", Shown::Number, "-7", none),
        ("1E3", Shown::Number, "1000", none),
        ("26643.350000000915", Shown::Number, "26643.35", none),
        ("0.85", Shown::Percent, "0.85", Marks::PERCENT),
        ("123", Shown::Padded(5), "00123", none),
        ("1.5", Shown::Padded(5), "1.5", Marks::CODE),
        ("1.041666666666667", Shown::Length, "25:00", Marks::TIME),
        ("0.39583333333333331", Shown::Date, "09:30", Marks::TIME),
        ("45322", Shown::Date, "2024-01-31", Marks::DATE),
        ("1.234567890123457e+18", Shown::Number, "1234567890123457000", Marks::DIGITS_LOST),
        ("123456789012345", Shown::Number, "123456789012345", none),
    ] {
        assert_eq!(written(text, shown), (expected.to_owned(), marks), "{text} {shown:?}");
    }
}

#[test]
fn a_length_of_time_is_hours_and_minutes() {
    for (text, expected) in
        [("PT25H30M00S", "25:30"), ("P1DT1H", "25:00"), ("PT0.5H", "00:30"), ("P1Y", "P1Y")]
    {
        let mut row = Row::default();
        write_iso_length(&mut row, 0, text);
        row.end_cell();
        assert_eq!(row.get(0), Some(expected), "{text}");
    }
}
