//! The site, built from the demo council: what is in each folder, and how Chromium shows it.

#![expect(clippy::case_sensitive_file_extension_comparisons, reason = "the program writes these names")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::Value;

use crate::email;

fn build(project: &Path, out: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sufficiency"))
        .args(["site", "build", "--json", "--out"])
        .arg(out)
        .arg("--project")
        .arg(project)
        .output()
        .unwrap()
}

fn place(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

/// Returns the site of the demo, built once.
fn site() -> &'static Path {
    static SITE: OnceLock<PathBuf> = OnceLock::new();
    SITE.get_or_init(|| {
        let out = place("site");
        let built = build(email::demo(), &out);
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        out
    })
}

/// Reads every file below a folder, by its name there.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                found.insert(name, std::fs::read(path).unwrap());
            }
        }
    }
    found
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn the_same_store_gives_the_same_pages_and_a_second_build_takes_the_place_of_the_first() {
    let (first, out) = (files(site()), place("site-again"));
    crate::council::copy(site(), &out);
    std::fs::write(out.join("council/old.html"), "a page of before").unwrap();
    assert!(build(email::demo(), &out).status.success());
    let again = files(&out);
    assert_eq!(first.keys().collect::<Vec<_>>(), again.keys().collect::<Vec<_>>());
    for (name, bytes) in &first {
        assert!(again[name] == *bytes, "{name} differs");
    }
}

#[test]
fn a_folder_names_what_its_readers_may_see_and_nothing_of_others() {
    let (council, commissioning) = (site().join("council"), site().join("commissioning"));
    let tables = |folder: &Path| names(&folder.join("tables"));
    let editions = |folder: &Path| names(&folder.join("editions"));
    // Who commissions may see what the council may see.
    assert!(tables(&council).is_subset(&tables(&commissioning)));
    assert!(editions(&council).is_subset(&editions(&commissioning)));
    let pages = files(&council);
    let all: String = pages
        .iter()
        .filter(|(name, _)| name.ends_with(".html"))
        .map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned())
        .collect();
    let mut hidden = 0;
    // Whole names: one may be the beginning of another.
    let is_named = |name: &str| {
        all.match_indices(name).any(|(at, _)| {
            let next = all[at + name.len()..].chars().next();
            next.is_none_or(|letter| !letter.is_ascii_alphanumeric() && letter != '_')
        })
    };
    for other in tables(&commissioning).difference(&tables(&council)) {
        let name = other.trim_end_matches(".html");
        assert!(!is_named(name), "{name} is for others");
        hidden += 1;
    }
    for other in editions(&commissioning).difference(&editions(&council)) {
        assert!(!is_named(other), "{other} is for others");
        hidden += 1;
    }
    assert!(hidden > 30, "there is something to hide: {hidden}");
}

#[test]
fn no_page_holds_what_the_gate_keeps_for_itself_or_a_count_of_rows() {
    let all = files(site());
    for (name, bytes) in &all {
        assert!(
            !name.ends_with("/cells.csv")
                && !name.ends_with("edition.json")
                && !name.ends_with("evidence.json"),
            "{name}"
        );
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("@council") || name.contains("report."), "{name} names a mailbox");
    }
    let runs = String::from_utf8_lossy(&all["commissioning/runs.html"]).into_owned();
    assert!(runs.contains("id=\"run-000001\""), "{runs}");
    assert!(
        !runs.contains(" row") && !runs.contains("delivered"),
        "messages of runs stay in the ledger: {runs}"
    );
    let quality = String::from_utf8_lossy(&all["commissioning/quality.html"]).into_owned();
    assert!(quality.contains("<td class=\"number\">100.0%</td>"), "{quality}");
}

#[test]
fn the_report_of_an_edition_is_the_email_with_its_pictures_beside_it() {
    let edition = "cost_review-fy2025-26-r1";
    let sent = email::demo().join("store/editions/cost_review/fy2025-26").join(edition);
    let there = site().join("commissioning/editions").join(edition);
    let page = std::fs::read_to_string(there.join("report.html")).unwrap();
    let email = std::fs::read_to_string(sent.join("email.html")).unwrap();
    let start = page.find("<meta http-equiv=\"Content-Security-Policy\"").expect("it may load nothing else");
    let end = start + page[start..].find('\n').unwrap() + 1;
    let without = format!("{}{}", &page[..start], &page[end..]);
    assert!(!page.contains("cid:"));
    assert_eq!(without, email.replace("cid:chart-year_bridge", "charts/year_bridge.png"));
    let same =
        |name: &str| std::fs::read(sent.join(name)).unwrap() == std::fs::read(there.join(name)).unwrap();
    for name in ["cost-review-fy2025-26.xlsx", "cost-review-fy2025-26.pdf", "tables/budget.csv"] {
        assert!(same(name), "{name}");
    }
    let index = std::fs::read_to_string(there.join("index.html")).unwrap();
    assert!(index.contains("<p>This is the first edition.</p>"), "{index}");
}

/// Copies a project but for what no test here reads.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if ["extracts", "mail", "truth", "snapshots"].iter().any(|left| name == **left) {
            continue;
        }
        if entry.path().is_dir() {
            copy(&entry.path(), &to.join(name));
        } else {
            std::fs::copy(entry.path(), to.join(name)).unwrap();
        }
    }
}

#[test]
fn what_nobody_was_sent_is_on_no_page_and_no_other_folder_is_replaced() {
    let project = place("site-unsent");
    copy(email::demo(), &project);
    // A revision that waits for a person has no delivery.
    let period = project.join("store/editions/cost_review/fy2025-26");
    let (old, new) = (period.join("cost_review-fy2025-26-r1"), period.join("cost_review-fy2025-26-r2"));
    copy(&old, &new);
    std::fs::remove_dir_all(&old).unwrap();
    let json = std::fs::read_to_string(new.join("edition.json")).unwrap();
    // As of before they were sealed.
    let sealed = json.rfind(",\n  \"seal\"").unwrap();
    let json = format!("{}\n}}\n", &json[..sealed]).replace("fy2025-26-r1", "fy2025-26-r2");
    std::fs::write(new.join("edition.json"), json).unwrap();
    let out = project.join("site");
    let built = build(&project, &out);
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    assert!(!names(&out.join("commissioning/editions")).iter().any(|name| name.starts_with("cost_review")));
    assert!(!names(&out.join("commissioning/tables")).iter().any(|name| name.starts_with("cost_review.")));

    std::fs::remove_file(out.join(".sufficiency-site")).unwrap();
    let refused = build(&project, &out);
    assert_eq!(refused.status.code(), Some(2));
    assert!(out.join("commissioning/index.html").is_file(), "it is left as it was");

    let faulty = project.join("report-templates/_site");
    std::fs::create_dir_all(&faulty).unwrap();
    let page = include_str!("../../report-templates/_site/page.html.hbs");
    std::fs::write(faulty.join("page.html.hbs"), page.replace("{{council}}", "{{counsil}}")).unwrap();
    let out = project.join("other");
    let failed = build(&project, &out);
    assert_eq!(failed.status.code(), Some(30), "{}", String::from_utf8_lossy(&failed.stdout));
    assert!(!out.exists(), "half a site is none");
}

#[test]
fn the_pages_are_valid_html() {
    let Some(web) = email::web() else { return };
    let folder = site().join("commissioning");
    let all = files(&folder);
    // What a report looks like in a mail program is looked at where emails are.
    let pages = all.keys().filter(|name| name.ends_with(".html") && !name.ends_with("report.html"));
    let pages: Vec<PathBuf> = pages.map(|name| folder.join(name)).collect();
    assert!(pages.len() > 50, "{}", pages.len());
    let mut checker = Command::new("java");
    checker.arg("-jar").arg(web.join("node_modules/vnu-jar/build/dist/vnu.jar"));
    let output = checker
        .args(["--format", "json", "--errors-only", "--exit-zero-always"])
        .args(&pages)
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stderr)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(report["messages"], serde_json::json!([]));
}

/// Returns what Chromium finds in the folder of those who commission.
fn opened() -> Option<Value> {
    let web = email::web()?;
    let out = site().with_file_name("site-opened.json");
    let shots = site().with_file_name("site-shots");
    email::said(email::node(&web, "site.mjs").arg(site().join("commissioning")).arg(&out).arg(shots));
    Some(serde_json::from_slice(&std::fs::read(out).unwrap()).unwrap())
}

#[test]
fn the_pages_open_in_chromium_at_every_width_without_javascript_by_keyboard_and_in_print() {
    let Some(found) = opened() else { return };
    let pages = found["pages"].as_array().unwrap();
    assert!(pages.len() > 50, "{}", pages.len());
    let mut titles = BTreeSet::new();
    for page in pages {
        let name = page["page"].as_str().unwrap();
        assert_eq!(page["sideways"], 0, "{name} scrolls sideways at 320 px");
        assert_eq!(page["broken"], 0, "{name} lacks a picture");
        for list in ["events", "astray"] {
            assert_eq!(page[list], serde_json::json!([]), "{name}: {list}");
        }
        assert!(page["links"].as_u64().unwrap() > 0 && name.ends_with(".html"));
        assert!(
            name.ends_with("report.html") || titles.insert(page["title"].to_string()),
            "{name} has another's title"
        );
    }
    let kinds = found["kinds"].as_array().unwrap();
    assert_eq!(kinds.len() % 6, 0);
    assert!(kinds.len() >= 8 * 6, "{} looks", kinds.len());
    for look in kinds {
        let of = format!("{} at {} in {}", look["page"], look["width"], look["scheme"]);
        assert!(look["passed"].as_u64().unwrap() > 10, "axe looked at little: {of}");
        assert_eq!(look["violations"], serde_json::json!([]), "{of}");
        assert_eq!((&look["sideways"], &look["events"]), (&0.into(), &serde_json::json!([])), "{of}");
    }
    assert_eq!(found["plain"], serde_json::json!({ "same": true, "boxes": 0 }));
    let keyboard = &found["keyboard"];
    assert_eq!(keyboard["first"], "Skip to the content");
    assert!(keyboard["stops"].as_u64().unwrap() > 10, "{keyboard}");
    assert_eq!(keyboard["unseen"], serde_json::json!([]), "each stop is seen");
    assert_eq!((&keyboard["some"], &keyboard["groups"]), (&1.into(), &1.into()), "{keyboard}");
    assert_eq!(keyboard["status"], format!("1 of {} found", keyboard["all"]));
    assert_eq!(found["print"], serde_json::json!({ "navigation": "none", "search": "none" }));
}
