use super::tables::middle;

#[test]
fn a_long_word_of_a_heading_may_be_broken_near_its_middle_and_a_short_one_not() {
    let broken = |word: &str| middle(word).map(|(before, after)| format!("{before}-{after}"));
    for (word, parts) in [
        ("Effective", "Effec-tive"),
        ("Occupancy", "Occu-pancy"),
        ("Required", "Requi-red"),
        ("Placements", "Place-ments"),
        ("suspended", "sus-pended"),
    ] {
        assert_eq!(broken(word).as_deref(), Some(parts));
    }
    for word in ["Outturn", "2018/19", "Rhythmns", "Strengths", "éducation"] {
        assert_eq!(broken(word), None, "{word}");
    }
}
