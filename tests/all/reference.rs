//! `docs/reference/commands.md` says what the parser knows, and nothing else.

use std::path::Path;

/// Everything below this line of the page is written by the program.
const BELOW: &str = "## Every command\n";

#[test]
fn the_reference_of_commands_is_what_the_parser_knows() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/commands.md");
    let page = std::fs::read_to_string(&file).unwrap();
    let (above, below) = page.split_once(BELOW).expect("the page has its heading");
    let written = format!("\n{}", sufficiency::cli::reference().trim_end().to_owned() + "\n");
    if std::env::var_os("SUFFICIENCY_WRITE_DOCS").is_some() {
        std::fs::write(&file, format!("{above}{BELOW}{written}")).unwrap();
        return;
    }
    assert_eq!(below, written, "write it anew: SUFFICIENCY_WRITE_DOCS=1 cargo test --test all reference");
}
