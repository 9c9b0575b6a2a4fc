use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Acquired, Lease, LeaseError, Patience, Timing, acquire, may_have_published};
use crate::job::Stop;
use crate::schedule::virtual_time::Virtual;
use crate::schedule::{Holder, Machine, Timepiece, Wake};
use crate::store::{Memory, Objects};

const NAME: &str = "finance";

fn holder(token: &str) -> Holder {
    Holder {
        token: token.to_owned(),
        host: String::new(),
        process: 0,
        occurrence: None,
        since: DateTime::UNIX_EPOCH,
    }
}

fn clock() -> Virtual {
    Virtual::at("2026-10-05T05:00:00Z".parse().unwrap())
}

fn ask<'a>(objects: &'a Memory, time: &dyn Timepiece, token: &str) -> Acquired<'a> {
    acquire(objects, time, Timing::default(), &holder(token), NAME, Patience::UntilSilent, || Ok(true))
        .unwrap()
}

fn hold<'a>(objects: &'a Memory, time: &dyn Timepiece, token: &str) -> Lease<'a> {
    match ask(objects, time, token) {
        Acquired::Held(lease, _) => lease,
        other => panic!("`{token}` does not hold it: {other:?}"),
    }
}

#[test]
fn a_released_lease_is_entered_at_once_with_a_greater_token() {
    let (objects, time) = (Memory::default(), clock());
    for epoch in 1..=3 {
        let lease = hold(&objects, &time, "a");
        assert_eq!(lease.epoch(), epoch);
        lease.release().unwrap();
    }
    assert_eq!(time.elapsed(), Duration::ZERO);
}

#[test]
fn s4_a_dead_holder_is_succeeded_within_120_seconds_of_its_last_beat() {
    let (objects, time) = (Memory::default(), clock());
    let dead = hold(&objects, &time, "dead");
    dead.renew(time.elapsed()).unwrap();
    // The worst case: the next process looks just before it is started again a minute later.
    time.pass(TimeDelta::seconds(59));
    let Acquired::Held(lease, Some(silent)) = ask(&objects, &time, "next") else { panic!("not taken over") };
    assert_eq!((lease.epoch(), silent.token.as_str()), (2, "dead"));
    assert!(time.elapsed() <= Duration::from_mins(2), "{:?}", time.elapsed());
}

/// A timepiece that lets somebody else act while its owner waits.
#[derive(Debug)]
struct Meanwhile<F: Fn() + Sync> {
    time: Virtual,
    act: F,
}

impl<F: Fn() + Sync> Timepiece for Meanwhile<F> {
    fn now(&self) -> DateTime<Utc> {
        self.time.now()
    }
    fn elapsed(&self) -> Duration {
        self.time.elapsed()
    }
    fn wait(&self, time: Duration) -> Wake {
        (self.act)();
        self.time.wait(time)
    }
    fn stopping(&self) -> bool {
        false
    }
}

#[test]
fn a_living_holder_keeps_its_lease_whatever_its_clock_shows() {
    let objects = Memory::default();
    for clock_of_holder in ["1970-01-01T00:00:00Z", "2026-10-04T05:00:00Z", "2038-01-19T03:14:08Z"] {
        let theirs = Virtual::at(clock_of_holder.parse().unwrap());
        let lease = hold(&objects, &theirs, clock_of_holder);
        let beat = || lease.renew(theirs.elapsed()).unwrap();
        let time = Meanwhile { time: clock(), act: beat };
        for _ in 0..20 {
            let Acquired::Busy(found) = ask(&objects, &time, "other") else {
                panic!("taken from the living")
            };
            assert_eq!(found.token, clock_of_holder);
        }
        lease.permit().unwrap();
        lease.release().unwrap();
    }
}

#[test]
fn f18_a_holder_that_was_frozen_past_its_time_is_fenced() {
    let (objects, time) = (Memory::default(), clock());
    let frozen = hold(&objects, &time, "frozen");
    frozen.renew(time.elapsed()).unwrap();
    let next = hold(&objects, &time, "next");
    assert!(next.epoch() > frozen.epoch());
    // It wakes, and its own clock has not moved: nothing tells it but the store.
    assert!(matches!(frozen.permit(), Err(LeaseError::Lost { epoch: 1, .. })));
    assert!(matches!(frozen.renew(Duration::ZERO), Err(LeaseError::Lost { .. })));
    assert!(frozen.is_lost());
    next.permit().unwrap();
    assert!(!may_have_published(&objects, NAME, 1).unwrap());
    assert!(may_have_published(&objects, NAME, 2).unwrap());
}

#[test]
fn a_holder_that_slept_through_a_hundred_epochs_is_fenced_too() {
    let (objects, time) = (Memory::default(), clock());
    let frozen = hold(&objects, &time, "frozen");
    for _ in 0..100 {
        hold(&objects, &time, "next").release().unwrap();
    }
    assert!(objects.list(&format!("leases/{NAME}")).unwrap().len() < 200, "old epochs are swept");
    assert!(matches!(frozen.permit(), Err(LeaseError::Lost { .. })));
    assert!(may_have_published(&objects, NAME, 1).unwrap(), "what is not known counts as published");
}

#[test]
fn whoever_asked_to_publish_before_it_was_succeeded_is_known_to_have_asked() {
    let (objects, time) = (Memory::default(), clock());
    let frozen = hold(&objects, &time, "frozen");
    frozen.permit().unwrap();
    hold(&objects, &time, "next");
    assert!(may_have_published(&objects, NAME, 1).unwrap());
    assert!(frozen.permit().is_err(), "and may not ask again");
}

#[test]
fn s4_in_a_thousand_races_for_a_lease_no_two_hold_it() {
    let time = Machine::new(Stop::default());
    // Looks every quarter of a millisecond; nobody dies in this test.
    let timing = Timing { ttl: Duration::from_secs(30), beat: Duration::from_secs(10) };
    let quick = Quick(time);
    for round in 0..1000 {
        let (objects, inside, barrier) = (Memory::default(), AtomicU32::new(0), Barrier::new(4));
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let (objects, inside, barrier, quick) = (&objects, &inside, &barrier, &quick);
                scope.spawn(move || {
                    barrier.wait();
                    let me = holder(&format!("{round}-{thread}"));
                    let lease = loop {
                        if let Acquired::Held(lease, taken) =
                            acquire(objects, quick, timing, &me, NAME, Patience::UntilSilent, || Ok(true))
                                .unwrap()
                        {
                            assert_eq!(taken, None, "nobody has died");
                            break lease;
                        }
                    };
                    assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "two hold the lease at once");
                    lease.renew(quick.elapsed()).unwrap();
                    lease.permit().unwrap();
                    std::thread::yield_now();
                    inside.fetch_sub(1, Ordering::SeqCst);
                    lease.release().unwrap();
                });
            }
        });
    }
}

/// The machine's clocks, with waits cut short.
struct Quick(Machine);

impl Timepiece for Quick {
    fn now(&self) -> DateTime<Utc> {
        self.0.now()
    }
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
    fn wait(&self, _: Duration) -> Wake {
        std::thread::sleep(Duration::from_micros(50));
        Wake::Elapsed
    }
    fn stopping(&self) -> bool {
        false
    }
}

#[test]
fn s4_in_a_thousand_races_between_a_waking_holder_and_its_successor_one_may_publish() {
    let mut woke = 0;
    for _ in 0..1000 {
        let (objects, time, barrier) = (Memory::default(), clock(), Barrier::new(2));
        let sleeper = hold(&objects, &time, "sleeper");
        let (permitted, known) = std::thread::scope(|scope| {
            let sleeping = scope.spawn(|| {
                barrier.wait();
                sleeper.permit().is_ok()
            });
            let successor = scope.spawn(|| {
                barrier.wait();
                let next = hold(&objects, &time, "next");
                let known = may_have_published(&objects, NAME, 1).unwrap();
                next.permit().unwrap();
                known
            });
            (sleeping.join().unwrap(), successor.join().unwrap())
        });
        assert!(known || !permitted, "the sleeper may publish and its successor does not know");
        woke += u32::from(permitted);
    }
    assert!(woke > 0, "the race was never won by the sleeper");
}
