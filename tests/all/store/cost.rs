//! What a publication costs, and how much of it is for safety: `tests/bench/publication` prints it.

use std::path::Path;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use sufficiency::store::{Place, Store};

use super::program::{Order, publication};

const PUBLICATIONS: i64 = 30;

/// Returns the time of one publication, on average.
fn time(store: &Store, order: &Order) -> Duration {
    let began = Instant::now();
    for generation in 1..=PUBLICATIONS {
        store.publish(&publication(order, generation)).unwrap();
    }
    began.elapsed() / u32::try_from(PUBLICATIONS).unwrap()
}

fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

/// Returns the most memory that this process has held.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "not known".to_owned(), |peak| peak.trim().to_owned())
}

#[test]
#[ignore = "a measurement: see tests/bench/publication"]
fn cost_of_a_publication() {
    for rows in [1_000, 100_000] {
        let disk = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let order = Order { rows, ..Order::small(disk.path(), 1..=1) };
        let on_disk = Store::open(Place::Folder(disk.path().join("store"))).unwrap();
        let synced = time(&on_disk, &order);
        let bytes: u64 = on_disk.head().unwrap().unwrap().files().map(|file| file.bytes).sum();
        let content = vec![7_u8; usize::try_from(bytes).unwrap()];
        let began = Instant::now();
        let digest = Sha256::digest(&content);
        let hashed = began.elapsed();
        assert_ne!(digest[..], [0; 32]);
        let in_memory = time(&Store::open(Place::Memory).unwrap(), &order);
        let unsynced = Path::new("/dev/shm").is_dir().then(|| {
            let shared = tempfile::tempdir_in("/dev/shm").unwrap();
            time(&Store::open(Place::Folder(shared.path().join("store"))).unwrap(), &order)
        });
        let share = |part: Duration| format!("{:.0} %", 100.0 * part.as_secs_f64() / synced.as_secs_f64());
        eprintln!(
            "{rows} rows, {bytes} bytes: {} a publication on disk, {} in memory; \
             hashing once {} ({}), syncing and moving {} ({}); peak {}",
            milliseconds(synced),
            milliseconds(in_memory),
            milliseconds(hashed),
            share(hashed),
            unsynced.map_or_else(|| "not known".to_owned(), |time| milliseconds(synced.saturating_sub(time))),
            unsynced.map_or_else(|| "not known".to_owned(), |time| share(synced.saturating_sub(time))),
            peak(),
        );
    }
}
