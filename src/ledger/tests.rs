use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Outcome, Run, Step, history, show};
use crate::store::{Memory, Objects};

fn moment() -> DateTime<Utc> {
    "2026-10-05T05:00:00Z".parse().unwrap()
}

#[test]
fn runs_are_numbered_in_the_order_they_start_and_read_back_whole() {
    let objects: Arc<dyn Objects> = Arc::new(Memory::default());
    let mut first = Run::start(&objects, "finance", moment(), "by hand").unwrap();
    let second = Run::start(&objects, "pupils", moment(), "by hand").unwrap();
    assert_eq!((first.id(), second.id()), ("000001", "000002"));
    first.note(Step::Built { table: "finance.budgets".to_owned(), rows: 12 });
    let record =
        first.finish(moment(), Outcome { code: 0, message: "done".to_owned(), failure: None }).unwrap();
    let all = history(objects.as_ref()).unwrap();
    assert_eq!(all[0], record);
    assert_eq!(all[1].finished, None, "a run that died has a start and no end");
    assert_eq!(show(objects.as_ref(), "1").unwrap(), Some(record));
    assert_eq!(show(objects.as_ref(), "7").unwrap(), None);
}

#[test]
fn a_damaged_record_is_named() {
    let objects: Arc<dyn Objects> = Arc::new(Memory::default());
    objects.create("runs/000001/started.json", b"{").unwrap();
    assert!(history(objects.as_ref()).unwrap_err().to_string().contains("runs/000001/started.json"));
}
