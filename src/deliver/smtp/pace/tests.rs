use super::*;

#[test]
fn goal_e9_no_sixty_seconds_hold_more_than_the_rate_allows() {
    let mut pace = Pace::new(20);
    let mut now = Instant::now();
    let mut sent = Vec::new();
    for round in 0_u64..200 {
        now += pace.wait(now);
        pace.count(now);
        sent.push(now);
        now += Duration::from_millis(round * 37 % 2_900);
    }
    for (at, moment) in sent.iter().enumerate() {
        let within = sent[at..].iter().take_while(|later| later.duration_since(*moment) < MINUTE).count();
        assert!(within <= 20, "{within} messages within a minute");
    }
    let whole = sent[199].duration_since(sent[0]);
    assert!(whole < Duration::from_mins(11), "two hundred took {whole:?}: slower than the rate asks");
}

#[test]
fn a_pace_that_is_halved_again_and_again_never_stops() {
    let mut pace = Pace::new(5);
    for _ in 0..10 {
        pace.slow_down();
    }
    let now = Instant::now();
    assert_eq!(pace.wait(now), Duration::ZERO);
    pace.count(now);
    assert_eq!(pace.wait(now), MINUTE);
    assert_eq!(pace.wait(now + MINUTE), Duration::ZERO);
}
