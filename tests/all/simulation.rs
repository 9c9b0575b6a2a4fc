//! C7, in the whole: a day of a schedule whose store fails, whose clock jumps, whose mail server drops the
//! line, whose source is late or torn, and whose process dies at any of these.
//!
//! ```text
//! Rounds → Starter → source → Store::land → permit → Store::publish → Outbox::plan → deliver → Transport
//! ```
//!
//! Everything between is the program's own; only the outermost four are played. What a power cut leaves of a
//! disk is simulated one floor below, in `store::disk`. A seed is a day: `SUFFICIENCY_SEED=7 cargo test c7` plays it again.

mod place;
mod world;

use sufficiency::deliver::{Outbox, Outcome, State, deliver};
use sufficiency::schedule::Rounds;
use sufficiency::store::Store;

use place::Place;
use world::{Always, Job, REPORT, Server, Time, timetable};

/// Rounds of a simulated day.
const ROUNDS: usize = 8;

/// What one day came to, so that a test can tell a rough sea from a calm one.
#[derive(Debug, Default, Clone, Copy)]
struct Day {
    deaths: u32,
    commits: u32,
    accepted: u32,
    uncertain: u32,
}

/// Plays one day and checks every promise. A broken one comes back in words.
fn play(seed: u64) -> Result<Day, String> {
    let place = Place::new(seed);
    let (time, server) = (Time::default(), Server::new(place.clone()));
    let mut day = Day::default();
    for round in 0..ROUNDS {
        place.begin_life();
        let process = world::process(place.draw(2), round);
        let job = Job { place: &place, time: &time, server: &server };
        let rounds = Rounds {
            objects: &place,
            starter: &job,
            time: &time,
            timing: world::timing(),
            process: &process,
        };
        let ticked = rounds.tick(&[timetable()], &mut |_| {});
        if place.is_dead() {
            day.deaths += 1;
        } else if let Err(error) = ticked
            && !place.has_failed()
        {
            return Err(format!("a store that did not fail made a round fail: {error}"));
        }
        time.pass(place.draw(130));
        if place.draw(9) == 0 {
            time.jump(place.draw(7));
        }
    }
    settle(&place, &time, &server)?;
    check(&place, &server, &mut day)?;
    Ok(day)
}

/// Goes through two calm days, so that whatever can end does.
fn settle(place: &Place, time: &Time, server: &Server) -> Result<(), String> {
    place.calm();
    server.calm();
    for _ in 0..30 {
        let outbox = Outbox::new(place, "calm");
        let mut histories = outbox.report(REPORT).map_err(|error| error.to_string())?;
        let mut transport = server.transport();
        deliver(&outbox, &mut histories, &mut transport, &Always, &time.clock())
            .map_err(|error| error.to_string())?;
        time.pass(100);
    }
    Ok(())
}

fn check(place: &Place, server: &Server, day: &mut Day) -> Result<(), String> {
    let store = Store::over(std::sync::Arc::new(place.clone()));
    let commits = store.commits().map_err(|error| format!("a commit cannot be read: {error}"))?;
    let mut runs: Vec<String> = Vec::new();
    for commit in &commits {
        let newest = commit.pipelines.values().max_by_key(|published| published.at);
        let Some(published) = newest else { return Err(format!("commit {} is of nothing", commit.seq)) };
        runs.push(published.run.clone());
        for (pipeline, table, _) in commit.tables() {
            let batches = store.read_table(commit, pipeline, table).map_err(|error| error.to_string())?;
            world::one_generation(&batches)
                .ok_or_else(|| format!("commit {} mixes generations", commit.seq))?;
        }
    }
    // A process that starts on a disk does this by itself.
    store.repair().map_err(|error| error.to_string())?;
    let report = store.verify().map_err(|error| error.to_string())?;
    if !report.is_whole() {
        return Err(format!("damaged: {:?}", report.damage));
    }
    runs.sort();
    if let Some([twice, _]) = runs.array_windows().find(|[one, next]| one == next) {
        return Err(format!("`{twice}` was committed twice"));
    }
    day.commits = u32::try_from(runs.len()).unwrap();

    let histories = Outbox::new(place, "check").report(REPORT).map_err(|error| error.to_string())?;
    for history in &histories {
        let key = history.plan().map(sufficiency::deliver::Plan::key);
        let taken = key.as_ref().map_or(0, |key| server.accepted(key));
        if taken > 1 {
            return Err(format!("{:?} got one message {taken} times", history.recipient()));
        }
        match history.state() {
            State::Tried(Outcome::Accepted { .. }) if taken == 1 => day.accepted += 1,
            State::Tried(Outcome::Uncertain { .. }) => day.uncertain += 1,
            // What died between the message and the word on whether it may leave was never sent.
            State::Tried(Outcome::Rejected { .. }) | State::Held { .. } | State::Planned if taken == 0 => {}
            other => {
                return Err(format!("{:?} ended as {other:?}, and {taken} were taken", history.recipient()));
            }
        }
    }
    let known: Vec<_> =
        histories.iter().filter_map(|history| history.plan()).map(sufficiency::deliver::Plan::key).collect();
    match server.keys().into_iter().find(|key| !known.contains(key)) {
        Some(stray) => Err(format!("`{stray}` was taken and is in no history")),
        None => Ok(()),
    }
}

/// Reads a number of the environment.
fn number(name: &str) -> Option<u64> {
    std::env::var_os(name)?.into_string().ok()?.parse().ok()
}

#[test]
fn c7_a_thousand_days_of_failing_stores_clocks_mailers_and_sources_break_no_promise() {
    if let Some(seed) = number("SUFFICIENCY_SEED") {
        play(seed).unwrap_or_else(|broken| panic!("seed {seed}: {broken}"));
        return;
    }
    let days = number("SUFFICIENCY_SOAK").map_or(1_000, |times| times * 10_000);
    let half = |seeds: std::ops::Range<u64>| {
        let mut sum = Day::default();
        for seed in seeds {
            let day = play(seed).unwrap_or_else(|broken| panic!("SUFFICIENCY_SEED={seed}: {broken}"));
            sum.deaths += day.deaths;
            sum.commits += day.commits;
            sum.accepted += day.accepted;
            sum.uncertain += day.uncertain;
        }
        sum
    };
    let (left, right) = std::thread::scope(|scope| {
        let other = scope.spawn(|| half(days / 2..days));
        (half(0..days / 2), other.join().unwrap())
    });
    // A calm sea would prove nothing.
    let seen = [left.deaths + right.deaths, left.commits + right.commits, left.accepted + right.accepted];
    assert!(seen.into_iter().all(|count| u64::from(count) > days), "{left:?} {right:?}");
    assert!(u64::from(left.uncertain + right.uncertain) > days / 20, "{left:?} {right:?}");
}

#[test]
fn c7_a_seed_plays_the_same_day_again() {
    for seed in [3, 77, 500] {
        let (first, again) = (play(seed).unwrap(), play(seed).unwrap());
        assert_eq!(format!("{first:?}"), format!("{again:?}"));
    }
}
