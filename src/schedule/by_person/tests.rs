use std::time::{Duration, Instant};

use super::ByPerson;
use crate::job::{PipelineLock, Stop};
use crate::schedule::{Holder, Machine, Process, Timing};
use crate::store::{Memory, Place, Store};

/// Quick enough for a test, in the proportions of the real one.
const TIMING: Timing = Timing { ttl: Duration::from_millis(1500), beat: Duration::from_millis(300) };

fn process(name: &str, host: &str) -> Process {
    Process { name: name.to_owned(), host: host.to_owned(), number: 4711 }
}

#[test]
fn f17_who_comes_second_hears_within_a_second_who_is_at_work() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(Place::Folder(folder.path().to_owned())).unwrap();
    let stop = Stop::default();
    let time = Machine::new(stop.clone());
    let (first, second) = (process("a", "ap-reports"), process("b", "ap-reports"));
    let nobody = |_: &str, there: &Holder| panic!("nobody is waited for: {there}");
    // The times of the real thing: only the lock can tell so soon.
    let person =
        |process| ByPerson::new(store.objects().as_ref(), &time, Timing::default(), process, &stop, &nobody);
    let (one, two) = (person(&first), person(&second));
    one.during(&|| (), || {
        one.take("finance").unwrap();
        one.take("finance").unwrap();
        two.take("pupils").unwrap();
        let asked = Instant::now();
        let refused = two.take("finance").unwrap_err();
        assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());
        assert_eq!(refused.code(), 22);
        let heard = refused.to_string();
        assert!(heard.starts_with("`finance` is held by process 4711 on ap-reports, since 20"), "{heard}");
        one.permit().unwrap();
        one.release().unwrap();
        two.take("finance").unwrap();
        two.permit().unwrap();
    });
}

#[test]
fn a_holder_that_died_on_this_machine_is_succeeded_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(Place::Folder(folder.path().to_owned())).unwrap();
    let stop = Stop::default();
    let time = Machine::new(stop.clone());
    let (first, second) = (process("a", "ap-reports"), process("b", "ap-reports"));
    let nobody = |_: &str, there: &Holder| panic!("nobody is waited for: {there}");
    let dead = ByPerson::new(store.objects().as_ref(), &time, Timing::default(), &first, &stop, &nobody);
    dead.take("finance").unwrap();
    // Dropping a lease that was not released is what a crash does: its lock goes, its epoch stays.
    drop(dead);
    let next = ByPerson::new(store.objects().as_ref(), &time, Timing::default(), &second, &stop, &nobody);
    next.take("finance").unwrap();
    next.permit().unwrap();
    next.release().unwrap();
}

#[test]
fn a_holder_elsewhere_is_listened_for_and_a_person_hears_so() {
    let objects = Memory::default();
    let stop = Stop::default();
    let time = Machine::new(stop.clone());
    let (here, there) = (process("a", "here"), process("b", "there"));
    let heard = std::sync::Mutex::new(Vec::new());
    let tell = |pipeline: &str, holder: &Holder| {
        heard.lock().unwrap().push(format!("{pipeline}: {}", holder.host));
    };
    let living = ByPerson::new(&objects, &time, TIMING, &there, &stop, &tell);
    living.during(&|| (), || {
        living.take("finance").unwrap();
        let second = ByPerson::new(&objects, &time, TIMING, &here, &stop, &tell);
        assert_eq!(second.take("finance").unwrap_err().code(), 22);
    });
    // It is not heard any more from here on.
    let second = ByPerson::new(&objects, &time, TIMING, &here, &stop, &tell);
    second.take("finance").unwrap();
    assert_eq!(living.permit().unwrap_err().code(), 22, "whoever was silent is fenced");
    assert_eq!(*heard.lock().unwrap(), ["finance: there", "finance: there"]);
}

#[test]
fn work_that_does_not_break_off_is_ended_with_its_lease_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(Place::Folder(folder.path().to_owned())).unwrap();
    let stop = Stop::default();
    let time = Machine::new(Stop::default());
    let (first, second) = (process("a", "ap-reports"), process("b", "elsewhere"));
    let nobody = |_: &str, there: &Holder| panic!("nobody is waited for: {there}");
    let person = ByPerson::new(store.objects().as_ref(), &time, Timing::default(), &first, &stop, &nobody);
    let ended = std::sync::Mutex::new(None);
    let began = Instant::now();
    let end = || *ended.lock().unwrap() = Some(began.elapsed());
    person.during(&end, || {
        person.take("finance").unwrap();
        stop.now(143);
        // One long query: it asks nobody.
        while ended.lock().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(person.permit().unwrap_err().code(), 22, "and publishes nothing, should it go on");
    });
    let took = ended.lock().unwrap().unwrap();
    assert!(took < Duration::from_secs(5), "{took:?}");
    drop(person);
    let (asked, nobody_stops) = (Instant::now(), Stop::default());
    let next =
        ByPerson::new(store.objects().as_ref(), &time, Timing::default(), &second, &nobody_stops, &nobody);
    next.take("finance").unwrap();
    assert!(asked.elapsed() < Duration::from_secs(1), "the lease was given up");
}
