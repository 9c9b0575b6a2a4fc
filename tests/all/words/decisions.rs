//! The decisions have one form.

use std::path::Path;

use regex::Regex;

use crate::tree;

#[test]
fn every_decision_has_a_title_of_one_form_and_the_same_parts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/decisions");
    let title = Regex::new(r"^# ([1-9][0-9]*)\. [A-Z`][^\n]*[^.\n]\n\n\*\*Context\.\*\* ").unwrap();
    for (file, text) in tree::texts(&folder, &["md"]) {
        let number: u32 =
            file.split('-').next().unwrap().parse().unwrap_or_else(|_| panic!("{file}: no number"));
        let found = title
            .captures(&text)
            .unwrap_or_else(|| panic!("{file}: expected `# {number}. Title`, `**Context.**`"));
        assert_eq!(found[1].parse::<u32>().unwrap(), number, "{file}: the title has another number");
        for part in ["\n**Decision.**", "\n**Consequences.**"] {
            assert!(text.contains(part), "{file}: expected a part `{}`", part.trim());
        }
        assert!(!text.contains("\n## "), "{file}: expected parts as `**Why.**`, found a heading");
    }
}
