//! Real processes, killed for good at any instant, with a real store and a real line.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use chrono::NaiveDate;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::SmtpTransport;
use super::scripted::Scripted;
use crate::calendar::Clock;
use crate::deliver::permit::Unasked;
use crate::deliver::{
    DeliveryKey, FolderTransport, History, Origin, Outbox, Planned, Transport, Verdict, deliver,
};
use crate::project::{SmtpSettings, SmtpTls};
use crate::store::{Place, Store};

const RECIPIENTS: usize = 12;

fn clock() -> Clock {
    let morning = NaiveDate::from_ymd_opt(2026, 10, 5).unwrap().and_hms_opt(6, 0, 0).unwrap();
    Clock::fixed(morning, chrono_tz::Europe::London)
}

fn planned(number: usize) -> Planned {
    let recipient = format!("reader.{number}@demo-city.example").parse().unwrap();
    let key = DeliveryKey::of("r1", &recipient);
    Planned {
        report: "needs_assessment".to_owned(),
        period: "ay2025-26".to_owned(),
        edition: "r1".to_owned(),
        role: "commissioners".to_owned(),
        version: None,
        origin: Origin::of("store", "content"),
        from: "ap.reports@demo-city.example".parse().unwrap(),
        recipient,
        dated: clock().today(),
        message: format!(
            "Message-ID: {}\r\n\r\nbody\r\n",
            key.message_id(&Origin::of("store", "content"), "demo-city.example")
        )
        .into_bytes(),
        verdict: Verdict::Send { reason: "test".to_owned() },
    }
}

/// One run, as a process of its own: the folder that it starts in says what it does.
#[test]
#[ignore = "a process that another test starts and kills"]
fn one_run_of_another_test() {
    let Ok(port) = std::fs::read_to_string("port") else { return };
    let store = Store::open(Place::Folder("store".into())).unwrap();
    let objects = store.objects();
    let by = format!("run-{}", std::process::id());
    let outbox = Outbox::new(objects.as_ref(), &by);
    let mut transport: Box<dyn Transport> = match port.parse() {
        Err(_) => Box::new(FolderTransport::new("mail")),
        Ok(port) => {
            let settings = SmtpSettings {
                host: "localhost".to_owned(),
                port: Some(port),
                tls: SmtpTls::None,
                auth: None,
                ca_file: None,
                hello: None,
                per_minute: 10_000,
            };
            Box::new(SmtpTransport::new(&settings, Path::new(".")).unwrap())
        }
    };
    std::fs::write("started", "").unwrap();
    let mut histories: Vec<History> =
        (0..RECIPIENTS).map(|number| outbox.plan(&planned(number), &clock()).unwrap()).collect();
    deliver(&outbox, &mut histories, transport.as_mut(), &Unasked, &clock()).unwrap();
    std::fs::write("done", "").unwrap();
}

/// Starts runs in `folder` and kills each after a random while, until one comes to its end; says how
/// many were killed.
fn run_and_kill(folder: &Path, random: &mut ChaCha8Rng) -> u32 {
    let myself = std::env::current_exe().unwrap();
    for killed in 0.. {
        let _ = std::fs::remove_file(folder.join("started"));
        let mut child = Command::new(&myself)
            .args(["--exact", "deliver::smtp::killed::one_run_of_another_test", "--ignored", "--quiet"])
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while !folder.join("started").exists() && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        let patience = u64::from(random.next_u32() % 40_000) * u64::from(killed + 1) / 4;
        std::thread::sleep(Duration::from_micros(patience));
        let _ = child.kill();
        child.wait().unwrap();
        if folder.join("done").exists() {
            return killed;
        }
    }
    0
}

fn histories(folder: &Path) -> Vec<History> {
    let store = Store::open(Place::Folder(folder.join("store"))).unwrap();
    let objects = store.objects();
    let outbox = Outbox::new(objects.as_ref(), "auditor");
    outbox.edition("needs_assessment", "r1").unwrap()
}

fn kill_at_any_step(editions: u64) {
    let mut random = ChaCha8Rng::seed_from_u64(64);
    let mut killed = 0;
    let mut uncertain = 0;
    for _ in 0..editions {
        let folder = tempfile::tempdir().unwrap();
        let server = Scripted::start(vec![]);
        std::fs::write(folder.path().join("port"), server.port.to_string()).unwrap();
        killed += run_and_kill(folder.path(), &mut random);
        let mut taken: BTreeMap<String, u32> = BTreeMap::new();
        for message in &server.seen.lock().unwrap().messages {
            let text = String::from_utf8_lossy(message);
            let id = text.lines().next().unwrap().strip_prefix("Message-ID: ").unwrap();
            *taken.entry(id.to_owned()).or_default() += 1;
        }
        let histories = histories(folder.path());
        assert_eq!(histories.len(), RECIPIENTS, "somebody is unaccounted for");
        for history in histories {
            let key = history.plan().unwrap().key();
            let count = taken
                .get(&key.message_id(&Origin::of("store", "content"), "demo-city.example"))
                .copied()
                .unwrap_or(0);
            assert!(count <= 1, "taken {count} times");
            match history.state().word() {
                "accepted" => assert_eq!(count, 1, "said to be accepted and never taken"),
                "uncertain" => uncertain += 1,
                other => panic!("a sound server leaves nothing {other}"),
            }
        }
    }
    assert!(
        u64::from(killed) >= editions,
        "only {killed} processes were killed: the test has lost its point"
    );
    assert!(uncertain <= killed, "{uncertain} uncertain of {killed} killed");
    #[expect(clippy::print_stderr, reason = "the figures of a long run")]
    {
        let deliveries = editions * RECIPIENTS as u64;
        eprintln!(
            "{deliveries} deliveries, {killed} processes killed: none doubled, none unaccounted, {uncertain} uncertain"
        );
    }
}

#[test]
fn fault_f64_processes_killed_at_any_step_double_and_lose_nothing() {
    kill_at_any_step(3);
}

#[test]
#[ignore = "fault F64 in full, hundreds of killed processes: minutes"]
fn fault_f64_hundreds_of_processes_killed_at_any_step_double_and_lose_nothing() {
    kill_at_any_step(60);
}

#[test]
fn mail_into_a_folder_comes_through_any_kill_with_each_file_once() {
    let mut random = ChaCha8Rng::seed_from_u64(65);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("port"), "folder").unwrap();
    run_and_kill(folder.path(), &mut random);
    let files = std::fs::read_dir(folder.path().join("mail")).unwrap();
    let whole = files.filter(|file| {
        let name = file.as_ref().unwrap().file_name();
        name.to_string_lossy().ends_with(".eml")
    });
    assert_eq!(whole.count(), RECIPIENTS);
    let states: Vec<&str> = histories(folder.path()).iter().map(|history| history.state().word()).collect();
    assert!(states.iter().all(|state| *state == "accepted"), "{states:?}");
}
