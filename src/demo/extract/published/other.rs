//! The other authorities: their numbers, and their figures near England's.

use crate::demo::levels::FIRST_YEAR;
use crate::demo::random::Stream;

/// Authorities beside the council's own, three of them too small to be counted.
pub(super) const OTHERS: u32 = 151;
/// Authorities of 2016-17 with a higher rate than the council's.
const ABOVE: u32 = 11;
/// The council's statistical neighbours, closest first, by place among the others.
pub(super) const NEIGHBOURS: [u32; 10] = [14, 4, 21, 9, 33, 7, 40, 17, 26, 52];
/// Authorities of the council's region, by place among the others.
pub(super) const REGION: [u32; 13] = [3, 9, 14, 21, 29, 38, 47, 58, 71, 88, 99, 120, 141];
/// England's permanent exclusions for 100,000 pupils from [`FIRST_YEAR`].
pub(super) const ENGLAND: [u32; 12] = [60, 70, 80, 100, 100, 98, 62, 48, 78, 111, 129, 132];
/// England's suspensions for 10,000 pupils.
pub(super) const ENGLAND_SUSPENSIONS: [u32; 12] =
    [350, 388, 429, 476, 480, 470, 330, 345, 455, 480, 510, 520];
/// An authority that does not exist.
pub(super) struct Other {
    pub(super) place: u32,
    pub(super) headcount: u32,
    pub(super) permanent: u32,
    pub(super) suspensions: u32,
    pub(super) suspended: u32,
}

impl Other {
    /// Returns its number, which no authority has.
    pub(super) fn number(place: u32) -> u32 {
        500 + place
    }

    pub(super) fn named(place: u32) -> String {
        format!("Authority {}", Self::number(place))
    }

    pub(super) fn name(&self) -> String {
        Self::named(self.place)
    }
}

/// Makes the figures of all other authorities in a year.
pub(super) fn others(seed: u64, year: i32) -> Vec<Other> {
    // One stream for each authority, so that a year more moves no figure.
    let mut chance = Stream::new(seed, "authorities", 0);
    let (now, then) = (of_year(&ENGLAND, year), of_year(&ENGLAND, 2016));
    let events = of_year(&ENGLAND_SUSPENSIONS, year);
    (0..OTHERS)
        .map(|place| {
            let tiny = place >= OTHERS - 3;
            let headcount = if tiny { 2_600 + chance.below(900) } else { 14_000 + chance.below(90_000) };
            // For 100,000 pupils in 2016-17; the council's own is 185.
            let rate = match place {
                _ if tiny => 60,
                ..ABOVE => 210 + chance.below(150),
                _ => 14 + chance.below(155),
            };
            let drift = chance.below(21) * u32::try_from((year - 2016).abs()).unwrap_or_default();
            let rate = rate * now / then * (1000 + drift) / 1000;
            let suspensions = headcount / 100 * events / 100 * (500 + chance.below(1000)) / 1000;
            Other {
                place,
                headcount,
                permanent: (headcount * rate / 1000 + 50) / 100,
                suspensions,
                suspended: suspensions * 50 / 100,
            }
        })
        .collect()
}

/// Returns the figure of `year`; the nearest one for a year outside the list.
pub(super) fn of_year(list: &[u32; 12], year: i32) -> u32 {
    let place = usize::try_from(year - FIRST_YEAR).unwrap_or_default();
    list.get(place.min(list.len() - 1)).copied().unwrap_or_default()
}
