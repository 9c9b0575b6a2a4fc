//! F04, F08, F19, F20: disks that are full, read-only, split, or lack a call.

use std::path::Path;
use std::process::Output;

use super::program::{Order, acknowledged};
use super::{open, settled_generation};

/// Runs a program after `script`, in which mounts are seen by nobody else. `"$@"` is the program.
fn run_after(order: &Order, script: &str) -> Output {
    let tool = ["unshare", "--map-root-user", "--mount", "sh", "-ec", script, "sh"];
    order.command_under(&tool).output().expect("`unshare` is needed for this test")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}

fn published(folder: &Path) {
    assert_eq!(acknowledged(&Order::small(folder, 1..=1).command().output().unwrap().stdout), [1]);
}

#[test]
fn f04_a_disk_that_fills_up_keeps_the_last_generation_and_says_how_much_is_missing() {
    let temporary = tempfile::tempdir().unwrap();
    let root = temporary.path();
    published(&root.join("template"));
    std::fs::create_dir(root.join("disk")).unwrap();
    let order = Order { rows: 2_000, ..Order::small(&root.join("disk/store"), 2..=100) };
    let script = format!(
        "cd {}; mount -t tmpfs -o size=400k tmpfs disk; cp -r template disk/store; \
         \"$@\" && exit 99; cp -r disk/store after",
        root.display()
    );
    let output = run_after(&order, &script);
    let said = said(&output);
    assert!(output.status.success(), "{said}");
    let acknowledged = acknowledged(&output.stdout).last().copied().unwrap_or(1);
    assert!(said.contains("no space for `") && said.contains("are available"), "{said}");
    let generation = settled_generation(&root.join("after"));
    assert!(
        generation == acknowledged || generation == acknowledged + 1,
        "{generation}, {acknowledged} said"
    );
}

#[test]
fn f08_a_read_only_disk_is_refused_before_anything_is_done() {
    let temporary = tempfile::tempdir().unwrap();
    let store = temporary.path().join("store");
    published(&store);
    let place = store.display();
    let script = format!("mount --bind {place} {place}; mount -o remount,ro,bind {place}; exec \"$@\"");
    let said = said(&run_after(&Order::small(&store, 2..=2), &script));
    assert!(said.contains("not opened: ") && said.contains("cannot be written in the store"), "{said}");
    assert_eq!(settled_generation(&store), 1);
}

#[test]
fn f19_a_store_across_two_file_systems_is_refused_before_anything_is_done() {
    let temporary = tempfile::tempdir().unwrap();
    let store = temporary.path().join("store");
    published(&store);
    for folder in [".staging", "commits", "snapshots", "tables"] {
        let script = format!("mount -t tmpfs tmpfs {}; exec \"$@\"", store.join(folder).display());
        let said = said(&run_after(&Order::small(&store, 2..=2), &script));
        assert!(said.contains("not opened: ") && said.contains("is on another file system"), "{said}");
    }
    assert_eq!(settled_generation(&store), 1);
}

/// Runs a program in which every call of a name fails.
fn run_without(order: &Order, call: &str, error: &str) -> Output {
    let inject = format!("inject={call}:error={error}");
    let trace = format!("trace={call}");
    let tool = ["strace", "-f", "-e", &trace, "-e", &inject, "-o", "/dev/null"];
    order.command_under(&tool).output().expect("`strace` is needed for this test")
}

#[test]
fn f20_a_file_system_without_locks_is_served_and_its_dead_are_left_alone() {
    let temporary = tempfile::tempdir().unwrap();
    let store = temporary.path().join("store");
    published(&store);
    std::fs::write(store.join(".staging/dead-1"), b"half").unwrap();
    let output = run_without(&Order::small(&store, 2..=4), "flock", "ENOLCK");
    assert_eq!(acknowledged(&output.stdout), [2, 3, 4], "{}", said(&output));
    assert!(store.join(".staging/dead-1").exists(), "nobody could tell that its owner is dead");
    assert_eq!(settled_generation(&store), 4);
}

#[test]
fn a_file_system_without_no_replace_moves_is_served_by_links() {
    for error in ["EINVAL", "ENOSYS"] {
        let temporary = tempfile::tempdir().unwrap();
        let store = temporary.path().join("store");
        let output = run_without(&Order::small(&store, 1..=3), "renameat2", error);
        assert_eq!(acknowledged(&output.stdout), [1, 2, 3], "{}", said(&output));
        assert_eq!(settled_generation(&store), 3);
        assert_eq!(open(&store).commits().unwrap().len(), 3);
    }
}

#[test]
fn a_file_system_with_neither_moves_nor_links_is_refused() {
    let temporary = tempfile::tempdir().unwrap();
    let store = temporary.path().join("store");
    let inject = "inject=renameat2,link,linkat:error=EOPNOTSUPP";
    let tool = ["strace", "-f", "-e", "trace=renameat2,link,linkat", "-e", inject, "-o", "/dev/null"];
    let output = Order::small(&store, 1..=1).command_under(&tool).output().unwrap();
    assert!(said(&output).contains("cannot create a file only if it is absent"), "{}", said(&output));
}
