//! What a new extract is held against before it may land: the landing that it would replace.

use std::cmp::Ordering;

use crate::job::{Failure, Kept, Kind};
use crate::project::{Disposition, SourceDefinition, Text};
use crate::source::{Extraction, Found, swing};
use crate::store::{LandingRecord, Share};

/// The greatest fall and rise of the count of rows, in hundredths of a per cent.
const FALL: u32 = 4_000;
const RISE: u32 = 30_000;
/// A difference of fewer rows does not count as a swing.
const LEAST_ROWS: u64 = 20;

/// Returns the landing that `found` would replace; for a new file of an `append` source, the landing before it.
pub(super) fn before<'a>(
    landings: &'a [LandingRecord],
    definition: &SourceDefinition,
    found: &Found,
) -> Option<&'a LandingRecord> {
    let mut own = landings.iter().filter(|landing| landing.replays.is_none());
    let same = own.clone().rfind(|landing| is_of(landing, found));
    match definition.file.disposition {
        Disposition::Append if same.is_none() && definition.file.swing.is_some() => own.next_back(),
        Disposition::Append => same,
        Disposition::Replace | Disposition::Merge => own.next_back(),
    }
}

fn is_of(landing: &LandingRecord, found: &Found) -> bool {
    landing.file.as_ref().is_some_and(|file| file.identity == found.identity)
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
        Ordering::Less => (limit(written.and_then(|swing| swing.fall.as_ref()), FALL), "fell"),
        Ordering::Greater if written.is_none() && definition.file.disposition == Disposition::Append => {
            return None;
        }
        _ => (limit(written.and_then(|swing| swing.rise.as_ref()), RISE), "rose"),
    };
    // Exact: difference / was > limit / 10,000, without a division.
    let too_far = u128::from(was.abs_diff(is)) * 10_000 > u128::from(was) * u128::from(limit);
    too_far.then(|| {
        let share = u128::from(was.abs_diff(is)) * 100 / u128::from(was).max(1);
        format!(
            "`{}` {word} from {was} rows to {is}, by {share}%, and {}% is the limit",
            found.name,
            limit / 100
        )
    })
}

/// Refuses an extract that reaches less far than the one that it would replace.
pub(super) fn not_older(
    source: &str,
    before: &LandingRecord,
    found: &Found,
    extraction: &Extraction,
) -> Result<(), Failure> {
    match (before.as_at, extraction.as_at) {
        (Some(was), Some(is)) if is < was => {
            let what = format!(
                "`{}` reaches to {is} and the landing before it to {was}: it is an older extract",
                found.name
            );
            Err(Failure::new(Kind::SourceRejected, what)
                .at(source)
                .kept(Kept::LastTables)
                .help("put the newer extract back"))
        }
        _ => Ok(()),
    }
}

/// Scores how timely data are that reach to `newest`, where the greatest age allowed is `limit` days.
pub(super) fn timeliness(
    newest: Option<chrono::NaiveDate>,
    today: chrono::NaiveDate,
    limit: Option<i64>,
) -> Share {
    let (Some(newest), Some(limit)) = (newest, limit) else { return Share::default() };
    let days = |days: i64| u64::try_from(days.max(1)).unwrap_or(1);
    let (age, limit) = (days(today.signed_duration_since(newest).num_days()), days(limit));
    Share::new(limit.min(age), age)
}
