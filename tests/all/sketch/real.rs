//! Files as they were published: each is drafted, and every row of it fits what is drafted.

use std::path::PathBuf;

use super::sketch;

/// Returns the folder of real files; says loudly what did not run where it is not known.
pub(super) fn real_data(test: &str) -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "the environment says where the real files are")]
    let folder = std::env::var("SUFFICIENCY_REAL_DATA").ok();
    if folder.is_none() {
        eprintln!("NOT RUN: {test} needs SUFFICIENCY_REAL_DATA, the folder of real published files");
    }
    folder.map(PathBuf::from)
}

/// Each file with its rows, and how many of its columns are hidden or not stored.
const FILES: &[(&str, u64, usize)] = &[
    ("finance/wolver_apr_2023.csv", 7_466, 0),
    ("finance/wolver_aug_2023.csv", 7_470, 0),
    ("messy/london_batch4_waltham_sample.xlsx", 1_428, 0),
    ("messy/london_batch1_bromley_sample.csv", 2_771, 0),
    ("messy/pcc_hants_sample.xls", 596, 0),
    ("messy/tier2_unitaries_leicester_sample.csv", 200, 0),
    ("messy/tier3_unitaries_westberks_sample.xlsx", 3_183, 0),
    ("placements/spc_ap_setting.csv", 707, 0),
    ("placements/ap_placements_wolverhampton_sandwell_walsall_national.csv", 2_520, 0),
    ("outcomes/4_absence_2term_pru.csv", 1_373, 0),
    ("benchmarks/sn_may_2025.xlsx", 158, 0),
    ("commissioning/salford_city_council__contract-register-for-publication-june-2023.csv", 368, 1),
];

#[test]
fn published_files_are_drafted_and_every_row_fits() {
    let Some(folder) = real_data("published_files_are_drafted_and_every_row_fits") else { return };
    let mut faults = Vec::new();
    for (file, rows, personal) in FILES {
        let drafted = match sketch(&folder, &[file]) {
            Ok(drafted) => drafted,
            Err(error) => {
                faults.push(format!("{file}: {error}"));
                continue;
            }
        };
        let found = (drafted.facts.rows, drafted.facts.set_aside, drafted.facts.personal.len());
        if drafted.refused.is_some() || found != (*rows, 0, *personal) {
            faults.push(format!(
                "{file}: {found:?}, expected {rows} rows, none set aside, {personal} hidden; {:?}",
                drafted.refused
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
