//! What a new extract is held against before it may land: the landing that it would replace.

use std::cmp::Ordering;

use chrono::NaiveDate;

use super::current;
use crate::job::{Failure, Kept, Kind};
use crate::project::{Disposition, SourceDefinition, Text};
use crate::source::{Extraction, Found, swing};
use crate::store::{LandingRecord, Share};

/// The greatest fall and rise of the count of rows, in hundredths of a per cent.
const FALL: u32 = 4_000;
const RISE: u32 = 30_000;
/// Fewer rows that another file has too do not make a file one that was sent again.
const LEAST_REPEATED: u64 = 3;
/// A difference of fewer rows does not count as a swing.
const LEAST_ROWS: u64 = 20;

/// Returns the landing that `found` would replace; for a new file of an `append` source, the landing before it.
pub(super) fn before<'a>(
    landings: &'a [LandingRecord],
    definition: &SourceDefinition,
    found: &Found,
) -> Option<&'a LandingRecord> {
    let last = || landings.iter().rfind(|landing| landing.replays.is_none());
    let same = current::newest(landings, definition).remove(&found.identity);
    match definition.file.disposition {
        Disposition::Append if same.is_none() && definition.file.swing.is_some() => last(),
        Disposition::Append => same,
        Disposition::Replace => current::landings(landings, definition).first().copied(),
        Disposition::Merge => last(),
    }
}

/// Returns the landing whose rows are in the table no more once `found` has landed, though its bytes be the same: another
/// contract or list may have judged them otherwise. Nothing where the rows of before stay in the table.
pub(super) fn replaced<'a>(
    landings: &'a [LandingRecord],
    definition: &SourceDefinition,
    found: &Found,
) -> Option<&'a LandingRecord> {
    let newest_of_file = || current::newest(landings, definition).remove(&found.identity);
    match definition.file.disposition {
        Disposition::Replace => current::landings(landings, definition).first().copied(),
        Disposition::Merge if definition.file.full_extract.is_some() => {
            landings.iter().rfind(|landing| landing.replays.is_none())
        }
        Disposition::Append | Disposition::Merge => newest_of_file(),
    }
}

/// Says that most rows of a file are in the table from other files: it was sent again under another name.
pub(super) fn repeats(found: &Found, extraction: &Extraction, repeated: u64) -> Option<String> {
    let rows = extraction.counts.published;
    let again = repeated >= LEAST_REPEATED && repeated.saturating_mul(2) > rows;
    again.then(|| {
        format!(
            "{repeated} of {rows} rows of `{}` are in the table from other files: it looks like one of them under \
             another name",
            found.name
        )
    })
}

/// Says that most rows of another file of the table are in this one too: it grew, or was edited, under another name. Of
/// a file that is there no more, fewer rows show it.
pub(super) fn holds_another(
    found: &Found,
    other: &LandingRecord,
    shared: u64,
    is_gone: bool,
) -> Option<String> {
    let (rows, name) = (other.counts.published, other.file.as_ref().map(|file| &file.name)?);
    let most = shared > 0 && shared.saturating_mul(2) > rows;
    let gone = if is_gone { ", which is not there any more," } else { "" };
    (most && (is_gone || shared >= LEAST_REPEATED)).then(|| {
        format!(
            "{shared} of {rows} rows of `{name}`{gone} are in `{}` too: it looks like that file under another name",
            found.name
        )
    })
}

/// Says how far the count of rows moved, where it moved further than the source allows.
///
/// A file that is read again because its contract changed says nothing new. A file that is added to from day
/// to day may grow as it likes, unless its source says otherwise.
pub(super) fn swung(
    definition: &SourceDefinition,
    before: &LandingRecord,
    found: &Found,
    extraction: &Extraction,
) -> Option<String> {
    if before.file.as_ref().is_some_and(|file| file.sha256 == found.sha256) {
        return None;
    }
    let (was, is) = (before.counts.read, extraction.counts.read);
    if was.abs_diff(is) < LEAST_ROWS {
        return None;
    }
    let written = definition.file.swing.as_ref();
    let limit = |text: Option<&Text>, default| text.and_then(|text| swing(text.get_ref())).unwrap_or(default);
    let (limit, word) = match is.cmp(&was) {
        Ordering::Less => (limit(written.and_then(|swing| swing.fall.as_ref()), FALL), "fall"),
        Ordering::Greater if written.is_none() && definition.file.disposition == Disposition::Append => {
            return None;
        }
        _ => (limit(written.and_then(|swing| swing.rise.as_ref()), RISE), "rise"),
    };
    // Exact: difference / was > limit / 10,000, without a division.
    let too_far = u128::from(was.abs_diff(is)) * 10_000 > u128::from(was) * u128::from(limit);
    too_far.then(|| {
        let share = u128::from(was.abs_diff(is)) * 100 / u128::from(was).max(1);
        format!(
            "expected `{}` to {word} by at most {}%, found {is} rows after {was}, which is {share}%",
            found.name,
            limit / 100
        )
    })
}

/// Returns whether an extract reaches less far than the one that is the table.
pub(super) fn is_older(before: &LandingRecord, extraction: &Extraction, today: NaiveDate) -> bool {
    let (was, is) = (current::reaches(before), current::reach(extraction.as_at, today));
    was.zip(is).is_some_and(|(was, is)| is < was)
}

/// Makes the failure of an extract that reaches less far than the one that it would replace.
pub(super) fn older(source: &str, before: &LandingRecord, found: &Found, extraction: &Extraction) -> Failure {
    let day = |day: Option<NaiveDate>| day.unwrap_or_default().to_string();
    let what = format!(
        "`{}` reaches to {} and the landing before it to {}: it is an older extract",
        found.name,
        day(extraction.as_at),
        day(before.as_at)
    );
    Failure::new(Kind::SourceRejected, what)
        .at(source)
        .kept(Kept::LastTables)
        .help("put the newer extract back")
}

/// Scores whether an extract that reached to `as_at` was timely on the day `seen` on which its bytes first came, where the
/// greatest age allowed is `limit` days.
pub(super) fn timeliness(as_at: Option<NaiveDate>, seen: NaiveDate, limit: Option<i64>) -> Share {
    let (Some(as_at), Some(limit)) = (as_at, limit) else { return Share::default() };
    Share::new(u64::from(seen.signed_duration_since(as_at).num_days() <= limit), 1)
}
