//! `extracts/statistics/postcodes.csv` and `ward_centres.csv`: where providers teach, and the middle of each ward by its
//! residents. No postcode of a child is in either.
//!
//! Two providers are in another authority: an independent and a non-maintained special school.

use std::path::Path;

use super::codes::ward_code;
use super::output::Output;
use super::text::line;
use crate::demo::error::DemoError;
use crate::demo::inspections::postcode;
use crate::demo::providers::PROVIDERS;
use crate::demo::town::district::Town;
use crate::demo::town::pupil::WARDS;

/// The files while they are being written.
#[derive(Debug)]
pub(super) struct Maps {
    postcodes: Output,
    wards: Output,
}

/// The middle of the city, in ten-thousandths of a degree north and west.
const MIDDLE: (i64, i64) = (525_870, 21_288);

impl Maps {
    pub(super) fn create(dir: &Path) -> Result<Self, DemoError> {
        let folder = dir.join("extracts/statistics");
        let mut postcodes = Output::create(folder.join("postcodes.csv"))?;
        postcodes.text(&line(&["Postcode", "Latitude", "Longitude", "Ward Code", "LA Code"]))?;
        let mut wards = Output::create(folder.join("ward_centres.csv"))?;
        wards.text(&line(&["Ward Code", "Latitude", "Longitude"]))?;
        Ok(Self { postcodes, wards })
    }

    /// Writes where the providers of one district teach.
    pub(super) fn write(&mut self, town: &Town) -> Result<(), DemoError> {
        // Postcodes are of ninety districts; those of a larger demo are theirs again.
        if town.district >= 90 {
            return Ok(());
        }
        for (place, provider) in PROVIDERS.iter().enumerate() {
            let is_far = matches!(provider.kind, "INDEPENDENT_SPECIAL" | "NMSS");
            let ward = u32::try_from(place).unwrap_or_default() * 7 % WARDS;
            let (north, west) = middle_of(ward);
            let (north, west) = if is_far { (north + 1_500, west + 2_600) } else { (north + 31, west - 23) };
            let (code, authority) =
                if is_far { (String::new(), "990") } else { (ward_code(ward, None), "336") };
            let postcode = postcode(place, town.district);
            self.postcodes.text(&line(&[
                &postcode,
                &degrees(north),
                &format!("-{}", degrees(west)),
                &code,
                authority,
            ]))?;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<(), DemoError> {
        for ward in 0..WARDS {
            let (north, west) = middle_of(ward);
            let old = chrono::NaiveDate::from_ymd_opt(2020, 1, 1);
            for code in [ward_code(ward, old), ward_code(ward, None)] {
                self.wards.text(&line(&[&code, &degrees(north), &format!("-{}", degrees(west))]))?;
            }
        }
        self.postcodes.finish()?;
        self.wards.finish()
    }
}

/// Returns the middle of a ward: five from west to east, four from south to north.
fn middle_of(ward: u32) -> (i64, i64) {
    let (across, up) = (i64::from(ward % 5), i64::from(ward / 5));
    (MIDDLE.0 + (up * 2 - 3) * 90, MIDDLE.1 - (across - 2) * 290)
}

/// Writes ten-thousandths of a degree.
fn degrees(tenths_of_thousandths: i64) -> String {
    format!("{}.{:04}", tenths_of_thousandths / 10_000, tenths_of_thousandths % 10_000)
}
