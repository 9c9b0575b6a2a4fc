//! `/metrics` and `/healthz` of the daemon, for monitors on the council's own network. Answers, and takes nothing.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::json;
use tiny_http::{Header, Method, Request, Response, Server};

use super::console::Console;
use crate::calendar::Clock;
use crate::job::{Context, Failure};
use crate::schedule::entry::Entry;
use crate::schedule::event::Event;
use crate::schedule::metrics::metrics;
use crate::schedule::timetable::Timetable;

/// The schedules are looked at every half minute: one that has not been for so long hangs.
const SILENCE: Duration = Duration::from_mins(5);

/// Listens until the process ends.
#[derive(Debug)]
pub(super) struct Listener {
    state: Arc<Mutex<State>>,
}

/// What the daemon is doing, as far as it has said.
#[derive(Debug)]
struct State {
    timetables: Vec<Timetable>,
    looked: Instant,
    running: Option<String>,
    project_broken: bool,
    store_failed: bool,
}

impl Listener {
    pub(super) fn open(
        address: SocketAddr,
        context: Arc<Context>,
        timetables: Vec<Timetable>,
        console: &dyn Console,
    ) -> Result<Self, Failure> {
        let server = Server::http(address).map_err(|error| {
            Failure::usage("expected an address of this machine that nobody listens at, found another")
                .at(format!("--metrics-listen {address}"))
                .because(error)
                .help("write `--metrics-listen 127.0.0.1:9464`, say, with a port that is free")
        })?;
        // The port is the system's choice when it was given as 0.
        let at = server.server_addr();
        console.entry(&Entry::new("info", "listening", format!("/metrics and /healthz at http://{at}")));
        let state = State {
            timetables,
            looked: Instant::now(),
            running: None,
            project_broken: false,
            store_failed: false,
        };
        let listener = Self { state: Arc::new(Mutex::new(state)) };
        let state = Arc::clone(&listener.state);
        std::thread::spawn(move || {
            for request in server.incoming_requests() {
                answer(request, &context, &state);
            }
        });
        Ok(listener)
    }

    /// Notes that the schedules are being looked at.
    pub(super) fn looked(&self) {
        let mut state = locked(&self.state);
        state.looked = Instant::now();
        state.store_failed = false;
    }

    /// Notes that the project was read again.
    pub(super) fn adopt(&self, timetables: Vec<Timetable>) {
        let mut state = locked(&self.state);
        state.timetables = timetables;
        state.project_broken = false;
    }

    /// Notes that something happened.
    pub(super) fn heard(&self, event: &Event<'_>) {
        let mut state = locked(&self.state);
        match event {
            Event::Started { occurrence, .. } => state.running = Some(occurrence.to_string()),
            Event::Ended { .. } | Event::LeaseLost { .. } => {
                state.running = None;
                state.looked = Instant::now();
            }
            Event::ProjectBroken { .. } => state.project_broken = true,
            Event::StoreFailed { .. } => {
                state.running = None;
                state.store_failed = true;
            }
            _ => {}
        }
    }
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Answers one request. A monitor that went away meanwhile is not a fault.
fn answer(request: Request, context: &Context, state: &Mutex<State>) {
    let (status, kind, body) = match (request.method(), request.url()) {
        (Method::Get | Method::Head, "/healthz") => {
            let (status, body) = health(&locked(state));
            (status, "application/json", body)
        }
        (Method::Get | Method::Head, "/metrics") => {
            let timetables = locked(state).timetables.clone();
            match metrics(context, &timetables, Clock::system(chrono_tz::UTC).now()) {
                Ok(page) => (200, "text/plain; version=0.0.4; charset=utf-8", page),
                Err(failure) => (500, "text/plain; charset=utf-8", format!("{failure}\n")),
            }
        }
        (Method::Get | Method::Head, _) => {
            (404, "text/plain", "there are /metrics and /healthz\n".to_owned())
        }
        _ => (405, "text/plain", "this only answers GET\n".to_owned()),
    };
    let mut response = Response::from_string(body).with_status_code(status);
    if let Ok(header) = Header::from_bytes(&b"Content-Type"[..], kind.as_bytes()) {
        response.add_header(header);
    }
    let _gone = request.respond(response);
}

/// Answers 200 while the daemon does its work, 503 when somebody should look.
fn health(state: &State) -> (u16, String) {
    let hangs = state.running.is_none() && state.looked.elapsed() > SILENCE;
    let status = if hangs || state.store_failed { 503 } else { 200 };
    let body = json!({
        "status": if status == 200 { "ok" } else { "failing" },
        "seconds_since_last_look": state.looked.elapsed().as_secs(),
        "running": state.running,
        "project_broken": state.project_broken,
        "store_failed": state.store_failed,
    });
    (status, format!("{body}\n"))
}
