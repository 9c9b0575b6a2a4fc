use serde_json::Value;

use super::Entry;
use crate::job::Event;

#[test]
fn a_line_of_the_log_is_one_object_whose_fields_are_known() {
    const KNOWN: [&str; 10] =
        ["time", "level", "event", "pipeline", "occurrence", "table", "check", "rows", "exit", "message"];
    let events = [
        Event::Reading { source: "finance.ledger_lines".to_owned(), files: 2 },
        Event::Read { source: "finance.ledger_lines".to_owned(), rows: 7 },
        Event::Building { model: "cost_review.spend".to_owned(), done: 0, tables: 3 },
        Event::Checked { check: ("cost_review".to_owned(), "spend: unique".to_owned()), wrong: 1 },
        Event::Skipped { pipeline: "cost_review".to_owned(), because: "finance".to_owned() },
        Event::Finished { pipeline: "finance".to_owned(), code: 12, outcome: "two\nlines".to_owned() },
    ];
    for event in &events {
        let line = super::json(&Entry::from(event));
        assert!(!line.contains('\n'), "{line}");
        let object: Value = serde_json::from_str(&line).unwrap();
        for name in object.as_object().unwrap().keys() {
            assert!(KNOWN.contains(&name.as_str()), "{name}");
        }
        assert!(object["pipeline"].is_string(), "{line}");
    }
    let wrong: Value = serde_json::from_str(&super::json(&Entry::from(&events[3]))).unwrap();
    assert_eq!((wrong["level"].as_str(), wrong["rows"].as_u64()), (Some("error"), Some(1)));
}
