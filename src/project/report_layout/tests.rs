use tempfile::TempDir;

use super::*;

/// Returns the faults of a layout whose files `write` makes.
fn found(write: impl FnOnce(&Path)) -> String {
    let root = TempDir::new().unwrap();
    let folder = root.path().join(FOLDER);
    std::fs::create_dir_all(&folder).unwrap();
    write(&folder);
    let mut faults = Diagnostics::default();
    Layout::read(root.path(), &mut faults);
    faults.iter().map(Diagnostic::message).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_file_that_no_email_can_use_is_named() {
    let write = |name: &'static str, bytes: usize| {
        move |folder: &Path| std::fs::write(folder.join(name), vec![b' '; bytes]).unwrap()
    };
    assert_eq!(found(write("email.css", 65_536)), "");
    assert_eq!(found(write("email.css", 65_537)), "expected at most 65536 bytes, found 65537");
    assert!(found(write("email.html.hbs", 30_000_000)).contains("found 30000000"));
    assert!(
        found(|folder| std::fs::create_dir(folder.join("email.css")).unwrap()).contains("found a folder")
    );
    assert!(
        found(|folder| std::fs::create_dir(folder.join("chart.html.hbs")).unwrap())
            .contains("found a folder")
    );
    assert!(found(write("email.CSS", 1)).contains("found one that no email uses"));
    assert!(
        found(|folder| std::fs::write(folder.join("email.css"), [0xFF]).unwrap())
            .contains("expected UTF-8 text")
    );
    assert_eq!(found(write("README.md", 1)), "");
    assert_eq!(found(write(".email.css.swp", 70_000)), "");
}

#[cfg(unix)]
#[test]
fn a_link_to_nothing_and_a_layout_that_is_a_file_are_faults() {
    let link = |folder: &Path| std::os::unix::fs::symlink("gone", folder.join("email.css")).unwrap();
    assert!(found(link).contains("found nothing"));
    let as_a_file = |folder: &Path| {
        std::fs::remove_dir(folder).unwrap();
        std::fs::write(folder, "").unwrap();
    };
    assert_eq!(found(as_a_file), "expected a folder with the files of the layout, found a file");
}
