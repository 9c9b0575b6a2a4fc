use super::share;

#[test]
fn a_share_is_a_per_cent_of_at_most_all() {
    assert_eq!(share("2%"), Some(200));
    assert_eq!(share("0.5 %"), Some(50));
    assert_eq!(share("100%"), Some(10_000));
    for text in ["2", "101%", "-1%", "2.345%", "%", "two%"] {
        assert_eq!(share(text), None, "{text}");
    }
}
