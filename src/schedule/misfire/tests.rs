use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Europe::London;

use super::{Policy, due};
use crate::diagnostic::{Diagnostics, SourceFile};
use crate::project::PipelineFile;
use crate::schedule::{Occurrence, Timetable};

fn timetable(keys: &str) -> Timetable {
    let text = format!("description = \"d\"\nowner = \"data\"\nschedule = {{ {keys} }}\n");
    let file: PipelineFile = toml::from_str(&text).unwrap();
    let source = SourceFile::inline("pipeline.toml", text);
    let schedule = file.schedule.0[0].clone();
    Timetable::read("p", &source, &schedule, London, &Arc::default(), &mut Diagnostics::default()).unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn an_occurrence_is_due_at_its_time_and_at_the_end_of_its_window() {
    let timetable = timetable("cron = \"0 5 * * *\", start_within = \"2h\"");
    let since = at("2026-10-01T00:00:00Z");
    for (now, starts) in [
        ("2026-10-05T03:59:59Z", 0),
        ("2026-10-05T04:00:00Z", 1),
        ("2026-10-05T06:00:00Z", 1),
        ("2026-10-05T06:00:01Z", 0),
    ] {
        assert_eq!(due(&timetable, since, since, at(now)).start.len(), starts, "{now}");
    }
    assert_eq!(due(&timetable, at("2026-10-05T04:00:01Z"), since, at("2026-10-05T05:00:00Z")).start.len(), 0);
}

#[test]
fn all_is_bounded_and_then_takes_the_newest_first() {
    let keys = "cron = \"0 * * * *\", catch_up = \"all\", start_within = \"7 days\"";
    let since = at("2026-10-01T00:00:00Z");
    let few = due(&timetable(keys), since, since, at("2026-10-01T05:10:00Z"));
    assert!(few.start.is_sorted_by_key(Occurrence::due));
    assert_eq!((few.start.len(), few.missed.len()), (6, 0));
    let many = due(&timetable(keys), since, since, at("2026-10-03T05:10:00Z"));
    assert_eq!(many.start.len(), Policy::MOST_AT_ONCE);
    assert_eq!(many.start[0].key(), "2026-10-03T0600.Europe.London");
    assert!(many.start.iter().rev().is_sorted_by_key(Occurrence::due));
    assert_eq!(many.missed.len(), 54 - Policy::MOST_AT_ONCE);
}
