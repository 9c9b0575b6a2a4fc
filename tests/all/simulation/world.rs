//! What is around the program: the clocks, the mail server, the source, and the job that joins them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arrow::array::{ArrayRef, AsArray, Int64Array, RecordBatch};
use arrow::datatypes::Int64Type;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Europe::London;
use sufficiency::calendar::Clock;
use sufficiency::deliver::{
    Attempt, DeliveryKey, Envelope, History, Outbox, OutboxError, Permit, Plan, Planned, Rejection, Ruling,
    Scope, Transport, Verdict, deliver,
};
use sufficiency::diagnostic::{Diagnostics, SourceFile};
use sufficiency::project::PipelineFile;
use sufficiency::schedule::{
    Ended, Hold, LeaseError, Occurrence, Process, Publication as Newest, Starter, Timepiece, Timetable,
    Timing, Wake,
};
use sufficiency::store::{FileFact, NewLanding, NewTable, Publication, Store, StoreError};

use super::place::Place;

pub(super) const REPORT: &str = "spend";
const READERS: u32 = 3;

/// Beats are of the machine's own time, and a simulated round takes none.
pub(super) fn timing() -> Timing {
    Timing { ttl: Duration::from_mins(1), beat: Duration::from_secs(20) }
}

/// Returns a process of one of two hosts.
pub(super) fn process(host: u32, round: usize) -> Process {
    let host = format!("host-{host}");
    Process { name: format!("{host}-{round}"), host, number: 1 + u32::try_from(round).unwrap() }
}

/// Returns a timetable of every hour; what was missed runs once.
pub(super) fn timetable() -> Timetable {
    let text =
        "description = \"d\"\nowner = \"data\"\nschedule = { cron = \"0 * * * *\", catch_up = \"latest\" }\n";
    let mut file: PipelineFile = toml::from_str(text).unwrap();
    let (source, schedule) = (SourceFile::inline("pipeline.toml", text), file.schedule.0.remove(0));
    let mut faults = Diagnostics::default();
    Timetable::read("finance", &source, &schedule, London, &Arc::default(), &mut faults).unwrap()
}

/// Both clocks of a machine: they move when somebody waits, and the one on the wall can be set.
#[derive(Debug)]
pub(super) struct Time {
    state: Mutex<(DateTime<Utc>, Duration)>,
}

impl Default for Time {
    fn default() -> Self {
        Self { state: Mutex::new(("2026-10-05T05:30:00Z".parse().unwrap(), Duration::ZERO)) }
    }
}

impl Time {
    pub(super) fn clock(&self) -> Clock {
        Clock::at(self.now(), London)
    }

    /// Lets minutes pass.
    pub(super) fn pass(&self, minutes: u32) {
        let mut state = self.state.lock().unwrap();
        state.0 += TimeDelta::minutes(i64::from(minutes));
        state.1 += Duration::from_mins(u64::from(minutes));
    }

    /// Sets the wall by up to three hours either way.
    pub(super) fn jump(&self, hours: u32) {
        self.state.lock().unwrap().0 += TimeDelta::hours(i64::from(hours) - 3);
    }
}

impl Timepiece for Time {
    fn now(&self) -> DateTime<Utc> {
        self.state.lock().unwrap().0
    }

    fn elapsed(&self) -> Duration {
        self.state.lock().unwrap().1
    }

    fn wait(&self, time: Duration) -> Wake {
        let mut state = self.state.lock().unwrap();
        state.0 += time;
        state.1 += time;
        Wake::Elapsed
    }

    fn stopping(&self) -> bool {
        false
    }
}

/// A mail server at the end of a line that breaks; a clone is the same one.
#[derive(Debug, Clone)]
pub(super) struct Server {
    place: Place,
    taken: Arc<Mutex<BTreeMap<DeliveryKey, u32>>>,
    calm: Arc<Mutex<bool>>,
}

impl Server {
    pub(super) fn new(place: Place) -> Self {
        Self { place, taken: Arc::default(), calm: Arc::default() }
    }

    pub(super) fn transport(&self) -> Line {
        Line(self.clone())
    }

    /// Takes everything from here on.
    pub(super) fn calm(&self) {
        *self.calm.lock().unwrap() = true;
    }

    /// Returns how often it took the message of a delivery.
    pub(super) fn accepted(&self, key: &DeliveryKey) -> u32 {
        self.taken.lock().unwrap().get(key).copied().unwrap_or_default()
    }

    pub(super) fn keys(&self) -> Vec<DeliveryKey> {
        self.taken.lock().unwrap().keys().cloned().collect()
    }

    fn take(&self, key: &DeliveryKey) {
        *self.taken.lock().unwrap().entry(key.clone()).or_default() += 1;
    }
}

/// The line to the server.
#[derive(Debug)]
pub(super) struct Line(Server);

impl Transport for Line {
    fn name(&self) -> &'static str {
        "simulated"
    }

    fn is_outbound(&self) -> bool {
        true
    }

    fn send(&mut self, envelope: &Envelope, _message: &[u8]) -> Attempt {
        let Self(server) = self;
        let deferred = |scope| Attempt::Deferred { later: scope, words: "421 later".to_owned() };
        if server.place.is_dead() {
            // A dead process sends nothing; what it would note down cannot be kept either.
            return deferred(Scope::Server);
        }
        let accepted = Attempt::Accepted { words: "250 queued".to_owned() };
        if *server.calm.lock().unwrap() {
            server.take(&envelope.key);
            return accepted;
        }
        let lost = || Attempt::Uncertain { words: "the line dropped after the dot".to_owned() };
        match server.place.draw(12) {
            0 => deferred(Scope::Server),
            1 => deferred(Scope::Recipient),
            2 => Attempt::Rejected { cause: Rejection::Recipient, words: "550 no such mailbox".to_owned() },
            3 => Attempt::Refused { words: "535 who are you".to_owned() },
            4 => lost(),
            5 => {
                server.take(&envelope.key);
                lost()
            }
            6 => {
                server.place.kill();
                deferred(Scope::Server)
            }
            7 => {
                server.take(&envelope.key);
                server.place.kill();
                accepted
            }
            _ => {
                server.take(&envelope.key);
                accepted
            }
        }
    }
}

/// A pipeline from source to inbox, made of the program's own parts.
#[derive(Debug)]
pub(super) struct Job<'a> {
    pub(super) place: &'a Place,
    pub(super) time: &'a Time,
    pub(super) server: &'a Server,
}

impl Job<'_> {
    /// Returns what the source gives at this hour: nothing yet, half of it, or all.
    fn extract(&self) -> Result<RecordBatch, &'static str> {
        match self.place.draw(8) {
            0 => Err("the file is not there"),
            1 => Err("the file ends within a row"),
            _ => Ok(rows(self.time.now().timestamp())),
        }
    }

    fn work(&self, occurrence: &Occurrence, hold: &Hold<'_>) -> Result<(), String> {
        let text = |error: &dyn std::fmt::Display| error.to_string();
        let store = Store::over(Arc::new(self.place.clone()));
        let base = store.head().map_err(|error| text(&error))?.map_or(0, |head| head.seq);
        let rows = self.extract()?;
        self.time.pass(self.place.draw(20));
        let file =
            FileFact { name: "spend.csv".to_owned(), identity: "spend".to_owned(), ..FileFact::default() };
        let landing = NewLanding {
            pipeline: "finance".to_owned(),
            source: "ledger_lines".to_owned(),
            received: self.time.now(),
            run: run_of(occurrence),
            file: Some(file),
            batches: vec![rows.clone()],
            ..NewLanding::default()
        };
        store.land(&landing).map_err(|error| text(&error))?;
        hold.permit().map_err(|error: LeaseError| text(&error))?;
        let table = |name: &str| NewTable {
            name: name.to_owned(),
            batches: vec![rows.clone()],
            ..NewTable::default()
        };
        let publication = Publication {
            pipeline: "finance".to_owned(),
            run: run_of(occurrence),
            at: self.time.now(),
            base: Some(base),
            tables: vec![table("ledger_lines"), table("spend_by_month")],
            ..Publication::default()
        };
        store.publish(&publication).map_err(|error| text(&error))?;
        self.post(occurrence).map_err(|error| text(&error))
    }

    /// Plans the edition of this occurrence and sends it, with what earlier ones have left.
    fn post(&self, occurrence: &Occurrence) -> Result<(), sufficiency::deliver::OutboxError> {
        let outbox = Outbox::new(self.place, occurrence.key());
        let clock = self.time.clock();
        for reader in 0..READERS {
            let verdict = match self.place.draw(10) {
                0 => Verdict::Hold { reason: "a new address".to_owned() },
                _ => Verdict::Send { reason: "the simulation".to_owned() },
            };
            let planned = Planned {
                report: REPORT.to_owned(),
                period: "2026-10".to_owned(),
                edition: occurrence.key().replace(':', "-"),
                role: "readers".to_owned(),
                version: None,
                origin: sufficiency::deliver::Origin::of("store", "content"),
                from: "ap.reports@council.example".parse().unwrap(),
                recipient: format!("reader.{reader}@council.example").parse().unwrap(),
                dated: clock.today(),
                message: format!("Subject: {}\r\n\r\n{reader}\r\n", occurrence.key()).into_bytes(),
                verdict,
            };
            outbox.plan(&planned, &clock)?;
        }
        let mut histories = outbox.report(REPORT)?;
        deliver(&outbox, &mut histories, &mut self.server.transport(), &Always, &clock)?;
        Ok(())
    }
}

impl Starter for Job<'_> {
    fn start(&self, occurrence: &Occurrence, hold: &Hold<'_>) -> Ended {
        match self.work(occurrence, hold) {
            Ok(()) => Ended { exit: 0, outcome: "done".to_owned() },
            Err(outcome) => Ended { exit: 20, outcome },
        }
    }

    fn newest_publication(&self, _: &str) -> Result<Option<Newest>, StoreError> {
        Ok(None)
    }
}

/// Every delivery may leave, and every day is worked on.
pub(super) struct Always;

impl Permit for Always {
    fn ruling(&self, _: &Plan, _: &History) -> Result<Ruling, OutboxError> {
        Ok(Ruling::Send)
    }

    fn is_working_day(&self, _: NaiveDate) -> bool {
        true
    }
}

/// Returns the one run of an occurrence, as the store takes names.
fn run_of(occurrence: &Occurrence) -> String {
    occurrence.key().to_lowercase()
}

fn rows(generation: i64) -> RecordBatch {
    let column = Arc::new(Int64Array::from(vec![generation; 3])) as ArrayRef;
    RecordBatch::try_from_iter([("generation", column)]).unwrap()
}

/// Returns the one generation of all rows; `None` when there are several.
pub(super) fn one_generation(batches: &[RecordBatch]) -> Option<i64> {
    let mut found: Vec<i64> = batches
        .iter()
        .flat_map(|batch| batch.column(0).as_primitive::<Int64Type>().values().to_vec())
        .collect();
    found.dedup();
    match found.as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}
