/// Returns `text` with its first letter as a capital.
pub(crate) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Returns a report's title with its period: `Annual needs assessment 2018/19`, `Alarms, week of 5 October 2026`.
pub(crate) fn titled(title: &str, period: &str) -> String {
    let comma = if period.starts_with(char::is_lowercase) { "," } else { "" };
    format!("{title}{comma} {period}")
}
