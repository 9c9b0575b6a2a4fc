use std::path::Path;

use super::rendered::{csv, html, images, text};
use super::sample;

/// Compares with `golden/<name>`; what was rendered instead is written where the failure says.
fn same(name: &str, rendered: &str, faults: &mut Vec<String>) {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/tests/golden").join(name);
    if std::fs::read_to_string(&golden).unwrap_or_default() == rendered {
        return;
    }
    let folder = std::env::temp_dir().join("sufficiency-golden");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(name), rendered).unwrap();
    faults.push(format!("diff {} {}", golden.display(), folder.join(name).display()));
}

#[test]
fn q10_the_golden_report_is_as_it_was_in_every_text_form() {
    let document = sample::document(&sample::YEARS);
    let mut faults = Vec::new();
    same("email.html", &html(&document), &mut faults);
    same("email.txt", &text(&document), &mut faults);
    for table in &document.tables {
        same(&format!("{}.csv", table.name), &csv(table), &mut faults);
    }
    for image in images(&document) {
        same(&format!("{}.svg", image.name), &image.svg, &mut faults);
    }
    assert!(
        faults.is_empty(),
        "look at the difference, and copy it over what is golden if it is meant:\n{}",
        faults.join("\n")
    );
}
