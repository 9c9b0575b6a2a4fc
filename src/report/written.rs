//! Who wrote an officer's words, and when: what may stand before them in their file.
//!
//! ```text
//! +++
//! post = "Head of Inclusion Support"
//! date = 2026-10-02
//! +++
//! The words.
//! ```

use std::ops::Range;
use std::sync::Arc;

use chrono::NaiveDate;
use serde::Deserialize;
use toml::value::Datetime;

use crate::diagnostic::{Diagnostic, SourceFile};

/// Who wrote an officer's words, and when, as far as they say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct By {
    /// The officer's post.
    pub post: Option<String>,
    /// The day.
    pub date: Option<NaiveDate>,
}

/// Stands before and after what is said of the words.
const FENCE: &str = "+++";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Front {
    #[serde(default)]
    post: Option<String>,
    #[serde(default)]
    date: Option<toml::Spanned<Datetime>>,
}

/// Returns who wrote an officer's words, and the words. What is said of them wrongly has been found by [`check_commentary`].
pub(super) fn written(text: &str) -> (By, &str) {
    let Some((place, words)) = front(text) else { return (By::default(), text.trim()) };
    let front: Front = text.get(place).and_then(|front| toml::from_str(front).ok()).unwrap_or_default();
    let by = By {
        post: front.post.map(|post| post.trim().to_owned()).filter(|post| !post.is_empty()),
        date: front.date.and_then(|date| day(date.get_ref())),
    };
    (by, words.trim())
}

/// Finds what is wrong with what stands before an officer's words.
///
/// # Errors
///
/// A fault at its place in the file.
pub fn check_commentary(file: &Arc<SourceFile>) -> Result<(), Diagnostic> {
    let text = file.text();
    let Some((place, _)) = front(text) else {
        if text.lines().next().is_some_and(|line| line.trim_end() == FENCE) {
            let message = "expected `+++` below what is said of the words, found none";
            return Err(Diagnostic::error(file, Some(0..FENCE.len()), message));
        }
        return Ok(());
    };
    let front: Front = toml::from_str(text.get(place.clone()).unwrap_or_default()).map_err(|error| {
        let at = error.span().map(|span| span.start + place.start..span.end + place.start);
        let message = format!("expected `post` and `date` of an officer's words, found: {}", error.message());
        Diagnostic::error(file, at, message)
    })?;
    match front.date {
        Some(date) if day(date.get_ref()).is_none() => {
            let at = date.span().start + place.start..date.span().end + place.start;
            let message = format!("expected a day such as 2026-10-02, found `{}`", date.get_ref());
            Err(Diagnostic::error(file, Some(at), message))
        }
        _ => Ok(()),
    }
}

/// Returns the place of what is said of the words, and the words; nothing where they stand alone.
fn front(text: &str) -> Option<(Range<usize>, &str)> {
    let rest = text.strip_prefix(FENCE)?;
    let start = FENCE.len()
        + rest.find('\n').filter(|at| rest.get(..*at).is_some_and(|line| line.trim().is_empty()))?
        + 1;
    let mut at = start;
    for line in text.get(start..)?.split_inclusive('\n') {
        if line.trim_end() == FENCE {
            return Some((start..at, text.get(at + line.len()..)?));
        }
        at += line.len();
    }
    None
}

/// Returns the day of a date without a time.
fn day(date: &Datetime) -> Option<NaiveDate> {
    let day = date.date.filter(|_| date.time.is_none() && date.offset.is_none())?;
    NaiveDate::from_ymd_opt(day.year.into(), day.month.into(), day.day.into())
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::{check_commentary, written};
    use crate::diagnostic::SourceFile;

    #[test]
    fn an_officer_s_words_may_say_whose_they_are_and_of_which_day() {
        let (by, words) =
            written("+++\npost = \"Head of Inclusion\"\ndate = 2026-10-02\n+++\nWords.\n\nMore.\n");
        assert_eq!(by.post.as_deref(), Some("Head of Inclusion"));
        assert_eq!(by.date, NaiveDate::from_ymd_opt(2026, 10, 2));
        assert_eq!(words, "Words.\n\nMore.");
        let (by, words) = written("+++\r\ndate = 2026-10-02\r\n+++\r\nWords.\r\n");
        assert_eq!((by.date, words), (NaiveDate::from_ymd_opt(2026, 10, 2), "Words."));
        let (by, words) = written("Words +++ alone.\n");
        assert_eq!((by.post, by.date, words), (None, None, "Words +++ alone."));
        assert_eq!(written("+++\n+++\n").1, "", "nothing is written yet");
    }

    #[test]
    fn what_is_said_wrongly_of_an_officer_s_words_is_a_fault_at_its_place() {
        let fault = |text: &str| {
            let file = SourceFile::inline("commentary/costs/fy2025-26/legal.md", text);
            check_commentary(&file).map_err(|fault| fault.to_string()).err().unwrap_or_default()
        };
        for (text, found) in [
            ("+++\npost = \"x\"\n", "found none"),
            ("+++\nofficer = \"x\"\n+++\n", "unknown field `officer`"),
            ("+++\ndate = 2026-10-02T10:00:00\n+++\n", "expected a day such as 2026-10-02"),
            ("+++\ndate = \"2 October\"\n+++\n", "expected `post` and `date`"),
            ("+++\ndate = 2026-02-30\n+++\n", "expected"),
        ] {
            assert!(fault(text).contains(found), "{text}: {}", fault(text));
        }
        assert_eq!(fault("Words.\n"), "");
        assert_eq!(fault("+++\ndate = 2026-10-02\n+++\nWords.\n"), "");
    }
}
