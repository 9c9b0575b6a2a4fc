use super::parse;

#[test]
fn every_form_comes_to_the_same_year() {
    for text in ["2018-19", "2018/19", "201819", "2018-2019", "2018/2019", " 2018/19 "] {
        assert_eq!(parse(text).as_deref(), Some("2018-19"), "{text}");
    }
    assert_eq!(parse("1999/00").as_deref(), Some("1999-00"));
}

#[test]
fn years_that_do_not_follow_are_refused() {
    for text in
        ["2018-20", "2018-18", "2018", "201", "18/19", "2018-", "2018--19", "20182019x", "2O18-19", "é018-19"]
    {
        assert_eq!(parse(text), None, "{text}");
    }
}
