/// Most names that one line lists.
const LISTED: usize = 20;

/// Writes the names that there are, of which one is expected: "there is `a`", "there are `a`, `b` and `c`".
#[must_use]
pub fn known<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{}`", name.as_ref())).collect();
    match names.as_slice() {
        [] => "there is none yet".to_owned(),
        [one] => format!("there is {one}"),
        names if names.len() > LISTED => {
            format!("there are {} and {} more", names[..LISTED].join(", "), names.len() - LISTED)
        }
        [first @ .., last] => format!("there are {} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::known;

    #[test]
    fn names_are_a_list_in_a_sentence() {
        assert_eq!(known([""; 0]), "there is none yet");
        assert_eq!(known(["a"]), "there is `a`");
        assert_eq!(known(["a", "b"]), "there are `a` and `b`");
        assert_eq!(known(["a", "b", "c"]), "there are `a`, `b` and `c`");
        let many = known((0..23).map(|at| at.to_string()));
        assert!(many.starts_with("there are `0`, `1`,") && many.ends_with("`19` and 3 more"), "{many}");
    }
}
