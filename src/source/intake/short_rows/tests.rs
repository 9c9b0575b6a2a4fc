use super::ShortRead;
use crate::source::intake::layout_settings::ShortRows;

#[test]
fn all_rows_of_a_group_of_16_end_alike() {
    let mut read = ShortRead::new(ShortRows::SetAside);
    assert_eq!(read.ends_early(2, 3), (false, vec![]), "the header is in the same group");
    assert!(read.reaches(3).is_empty());
    for row in 17..=32 {
        assert_eq!(read.ends_early(row, 3), (true, vec![]), "row {row}");
    }
    assert_eq!(read.ends_early(33, 2), (true, vec![]));
    assert_eq!(read.ends_early(34, 3), (false, vec![33]));
    assert_eq!(read.ends_early(35, 2), (false, vec![]));
    assert_eq!(read.ends_early(49, 4), (true, vec![]));
    assert_eq!(read.reaches(50), [49]);
    assert!(read.finish(5).is_empty());
    assert_eq!(read.counted(), (16, 17));
}

#[test]
fn two_halves_of_a_row_and_a_row_that_is_cut_are_no_short_rows() {
    let mut halves = ShortRead::new(ShortRows::SetAside);
    assert!(halves.ends_early(17, 2).0 && halves.ends_early(18, 2).0);
    assert_eq!(halves.finish(3), [17, 18]);
    assert_eq!(halves.counted(), (0, 0));
    let mut cut = ShortRead::new(ShortRows::Blank);
    assert!(cut.ends_early(2, 2).0 && cut.ends_early(3, 1).0);
    assert_eq!(cut.cut(3), [3]);
    assert_eq!(cut.counted(), (1, 2));
}

#[test]
fn a_last_group_that_goes_on_as_rows_that_were_refused_is_none() {
    let mut read = ShortRead::new(ShortRows::SetAside);
    assert!(read.reaches(17).is_empty());
    for row in 18..=32 {
        assert_eq!(read.ends_early(row, 3), (false, vec![]), "row {row}");
    }
    assert!(read.ends_early(33, 3).0);
    assert_eq!(read.finish(5), [33]);
    let mut otherwise = ShortRead::new(ShortRows::SetAside);
    assert!(otherwise.reaches(17).is_empty());
    assert!(!otherwise.ends_early(32, 2).0);
    assert!(otherwise.ends_early(33, 3).0);
    assert!(otherwise.finish(5).is_empty());
}
