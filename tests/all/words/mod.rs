//! Words that do not return: a reader who learnt English from compilers' messages and GOV.UK stumbles over them.
//! `CONTRIBUTING.md` says which English is written here.

mod decisions;
mod list;
mod names;
mod prose;
mod tables;
mod verbs;

/// Returns whether a file holds the words themselves, as this room does.
fn is_of_this_room(file: &str) -> bool {
    file.starts_with("tests/all/words/")
}
