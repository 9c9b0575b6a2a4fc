//! Keys that earlier versions read. A file that still has one gets a fault that says what became of it.

/// The files that had a key, by a part of their path; the key; why it does nothing.
const REMOVED: [(&str, &str, &str); 3] = [
    ("/models/", "polarity", "no report says whether a change is good: that is for the reader"),
    ("/sources/", "lookback", "every extract is read whole"),
    (
        "sufficiency.toml",
        "calendar",
        "the academic year begins on 1 September and the financial year on 1 April, for every council",
    ),
];

/// Returns what to do about a key that is unknown now, and why, where a version of before read it in `file`.
pub(super) fn help(file: &str, message: &str) -> Option<String> {
    let key = message.strip_prefix("unknown field `")?.split('`').next()?;
    let (_, _, why) = REMOVED.iter().find(|(of, removed, _)| file.contains(of) && *removed == key)?;
    let what = if key == "calendar" { "table" } else { "line" };
    Some(format!("remove the {what}: {why}"))
}
