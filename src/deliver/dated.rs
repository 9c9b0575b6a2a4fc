use chrono::{DateTime, Utc};

/// Returns `message` with `at` in its `Date`: the day on which it is sent, and not that on which it was built. A message
/// without one is returned as it is.
pub(super) fn dated(message: &[u8], at: DateTime<Utc>) -> Vec<u8> {
    let mut start = 0;
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        if line == b"\r\n" {
            break;
        }
        let end = start + line.len();
        if line.get(..5).is_some_and(|name| name.eq_ignore_ascii_case(b"date:")) {
            let date = format!("Date: {}\r\n", at.format("%a, %d %b %Y %H:%M:%S +0000"));
            let before = message.get(..start).unwrap_or_default();
            let after = message.get(end..).unwrap_or_default();
            return [before, date.as_bytes(), after].concat();
        }
        start = end;
    }
    message.to_vec()
}

#[cfg(test)]
mod tests;
