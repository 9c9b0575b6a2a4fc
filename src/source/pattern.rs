//! Patterns of file names: `*` any run of characters, `?` one, `[a-z]` one of some, `[!a-z]` one of all others;
//! `**` as a whole part of a path fits any run of folders. Capitals do not matter: one system writes `.csv`, the next
//! `.CSV`.

/// Returns whether the name `text` of a file or a folder fits `pattern`, one part of a path.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    let letters = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<Vec<char>>();
    let (pattern, text) = (letters(pattern), letters(text));
    // Where to go on after the last `*`, should what follows it not fit: one character further on.
    let mut retry: Option<(usize, usize)> = None;
    let (mut at, mut letter) = (0, 0);
    while let Some(&found) = text.get(letter) {
        let one = match pattern.get(at) {
            Some('*') => {
                retry = Some((at + 1, letter));
                at += 1;
                continue;
            }
            Some('?') => Some(at + 1),
            Some('[') => match class(&pattern, at) {
                Some((inside, not, end)) => (among(inside, found) != not).then_some(end),
                None => (found == '[').then_some(at + 1),
            },
            Some(&wanted) => (wanted == found).then_some(at + 1),
            None => None,
        };
        if let Some(next) = one {
            (at, letter) = (next, letter + 1);
        } else if let Some((after, from)) = retry {
            retry = Some((after, from + 1));
            (at, letter) = (after, from + 1);
        } else {
            return false;
        }
    }
    pattern.get(at..).unwrap_or_default().iter().all(|rest| *rest == '*')
}

/// Returns the pattern that fits `name` and nothing else, capitals aside.
pub(super) fn exact(name: &str) -> String {
    let mut pattern = String::new();
    for letter in name.chars() {
        match letter {
            '*' | '?' | '[' => pattern.extend(['[', letter, ']']),
            _ => pattern.push(letter),
        }
    }
    pattern
}

/// Returns whether the parts of a file's path fit those of a pattern; `**` stands for any run of folders.
pub(super) fn fits_path(pattern: &[&str], path: &[&str]) -> bool {
    match pattern {
        ["**", rest @ ..] => (0..path.len()).any(|at| fits_path(rest, path.get(at..).unwrap_or_default())),
        [part, rest @ ..] => {
            path.split_first().is_some_and(|(name, path)| fits(part, name) && fits_path(rest, path))
        }
        [] => path.is_empty(),
    }
}

/// Returns whether `pattern` opens a bracket that it does not close.
fn is_open(pattern: &str) -> bool {
    let letters: Vec<char> = pattern.chars().collect();
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        if letter == '[' {
            let Some((.., end)) = class(&letters, at) else { return true };
            at = end;
        } else {
            at += 1;
        }
    }
    false
}

/// Returns why no file can ever fit a pattern of a path, and what to write; nothing where one may.
pub(super) fn never_fits(pattern: &str) -> Option<(String, &'static str)> {
    let parts: Vec<&str> = pattern.split('/').collect();
    if pattern.starts_with('/') || parts.first().is_some_and(|part| part.ends_with(':')) {
        return Some((
            format!("expected a pattern within the connection's folder, found the absolute path `{pattern}`"),
            "write the path from that folder on, as in `payments/*.csv`",
        ));
    }
    if pattern.contains('\\') {
        return Some((format!("expected `/` between folders, found a `\\` in `{pattern}`"), "write `/`"));
    }
    let faults = parts.iter().find_map(|part| never_fits_part(part));
    let of_part = faults.map(|(what, help)| (format!("{what} in `{pattern}`"), help));
    of_part.or_else(|| {
        (parts.last() == Some(&"**")).then(|| {
            (format!("expected the name of a file at the end, found `{pattern}`"), "write `**/*.csv`, say")
        })
    })
}

/// Returns why no name can fit one part of a pattern, and what to write.
fn never_fits_part(part: &str) -> Option<(String, &'static str)> {
    let found = |what: &str| format!("expected names of folders and files, found {what}");
    match part {
        "" => Some((found("nothing between two `/` or at an end"), "leave one `/` out")),
        "." | ".." => Some((
            found(&format!("`{part}`")),
            "write the path from the connection's folder on, within that folder",
        )),
        _ if part.starts_with('.') || part.starts_with("~$") => {
            let help = "rename the files: hidden ones, and those that office programs write beside an open file, are not read";
            Some((found(&format!("the hidden name `{part}`")), help))
        }
        _ if is_open(part) => Some((
            found(&format!("the bracket in `{part}`, which is not closed")),
            "close it, as in `q[1-4].csv`",
        )),
        _ if is_void(part) => Some((
            found(&format!("the bracket in `{part}`, which holds no character")),
            "write the lesser end first, as in `q[1-4].csv`",
        )),
        _ => None,
    }
}

/// Returns whether `pattern` has brackets that no character is in, as in `[4-1]`.
fn is_void(pattern: &str) -> bool {
    let letters: Vec<char> = pattern.chars().collect();
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        let Some((inside, not, end)) = (letter == '[').then(|| class(&letters, at)).flatten() else {
            at += 1;
            continue;
        };
        // What is among some characters is among them by one of their own.
        if !not && !inside.iter().any(|own| among(inside, *own)) {
            return true;
        }
        at = end;
    }
    false
}

/// Returns what stands in the brackets that open at `at`, whether it is excluded, and where the pattern goes on.
fn class(pattern: &[char], at: usize) -> Option<(&[char], bool, usize)> {
    let not = pattern.get(at + 1) == Some(&'!');
    let first = at + 1 + usize::from(not);
    // A closing bracket that comes first is one of the characters.
    let length = pattern.get(first + 1..)?.iter().position(|letter| *letter == ']')? + 1;
    Some((pattern.get(first..first + length)?, not, first + length + 1))
}

fn among(mut inside: &[char], found: char) -> bool {
    loop {
        match inside {
            [from, '-', to, rest @ ..] => {
                if (*from..=*to).contains(&found) {
                    return true;
                }
                inside = rest;
            }
            [one, rest @ ..] => {
                if *one == found {
                    return true;
                }
                inside = rest;
            }
            [] => return false,
        }
    }
}

#[cfg(test)]
mod tests;
