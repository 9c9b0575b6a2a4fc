//! What the officers of the council have written about the newest finished year. It names no figure: those are the
//! reports' own.

use std::fs;
use std::path::Path;

use super::error::DemoError;

/// Report and period, the place of the words, and the words.
const WRITTEN: &[(&str, &str, &str)] = &[
    (
        "cost_review/fy2025-26",
        "budget",
        "Place funding is set before the year begins; the lines with most spending over budget are taken up with the finance business partner first.",
    ),
    (
        "cost_review/fy2025-26",
        "unit_cost",
        "Contract review sets what is paid by place beside what is paid by use, type by type, and begins with the types that are paid by use.",
    ),
    (
        "cost_review/fy2025-26",
        "matching",
        "Providers were asked in June to put one order number on each invoice line.",
    ),
    (
        "needs_assessment/ay2025-26",
        "exclusions",
        "Heads of secondary schools discussed the year's exclusions at the inclusion forum in July; earlier referral was agreed.",
    ),
    (
        "needs_assessment/ay2025-26",
        "home_education",
        "The home education team offers a visit to every family that begins within a term of a suspension.",
    ),
    (
        "needs_assessment/ay2025-26",
        "voice",
        "Young people in the two focus groups of May asked for places nearer home and for a way back to their school. Eleven took part.",
    ),
    (
        "needs_assessment/ay2025-26",
        "proposed",
        "Places for the coming year are proposed in the provision gap analysis, which is read with this assessment. Part-time timetables over six weeks are reviewed with each school by half term.",
    ),
    (
        "needs_assessment/ay2025-26",
        "financial",
        "This assessment commits no spending. What its needs cost is in the cost review, and is borne by the high needs block.",
    ),
    (
        "needs_assessment/ay2025-26",
        "legal",
        "The duty to arrange full-time education from the sixth school day applies to each permanent exclusion; where it was late, the reason is recorded for each child.",
    ),
    (
        "needs_assessment/ay2025-26",
        "equalities",
        "Differences between groups are followed up with schools under the equality duty; the equality impact assessment is revised each autumn.",
    ),
    (
        "provision_gap/ay2025-26",
        "gap",
        "A provider was suspended in January. Its places count as bought and not as effective until the register says otherwise.",
    ),
    (
        "provision_gap/ay2025-26",
        "waiting",
        "The panel meets each week from this autumn, so that agreed referrals wait for a place and not for a meeting.",
    ),
    (
        "provision_gap/ay2025-26",
        "market",
        "Providers that take several such children are invited to the market day in February.",
    ),
];

/// Returns who writes about something.
fn post(name: &str) -> &'static str {
    match name {
        "budget" | "unit_cost" | "matching" | "financial" => "finance business partner",
        "legal" => "legal officer",
        "equalities" => "equalities officer",
        _ => "Head of Inclusion Support",
    }
}

/// Writes what is not there yet: in an earlier demo's folder somebody may have changed it.
pub(super) fn write(dir: &Path) -> Result<(), DemoError> {
    for (folder, name, words) in WRITTEN {
        let folder = dir.join("commentary").join(folder);
        let path = folder.join(format!("{name}.md"));
        let failed = |source| DemoError::Write { path: path.clone(), source };
        fs::create_dir_all(&folder).map_err(failed)?;
        if !path.exists() {
            let text = format!("+++\npost = \"{}\"\ndate = 2026-10-02\n+++\n{words}\n", post(name));
            fs::write(&path, text).map_err(failed)?;
        }
    }
    Ok(())
}
