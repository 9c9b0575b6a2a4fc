//! Makes text fit to stand in a header, whatever it holds.

/// Returns `text` in one line of at most `longest` characters.
///
/// Every run of white space and controls becomes one space. What reorders or hides text goes, and so
/// does the mark that begins an encoded word, because a reader's program would decode it.
pub(super) fn one_line(text: &str, longest: usize) -> String {
    let visible: String =
        text.chars().filter(|&letter| !is_invisible(letter)).map(spaced).collect::<String>();
    let line = visible.split_whitespace().collect::<Vec<_>>().join(" ").replace("=?", "= ?");
    if line.chars().count() <= longest {
        return line;
    }
    let shown: String = line.chars().take(longest.saturating_sub(1)).collect();
    format!("{}…", shown.trim_end())
}

/// Returns `name` as the name of a file in any system: no path, no quote, no control.
pub(super) fn file_name(name: &str) -> String {
    let plain = one_line(name, 120);
    plain.chars().map(|letter| if r#"/\:*?"<>|"#.contains(letter) { '-' } else { letter }).collect()
}

/// Returns `text` in lines that end in CR LF, without other controls.
pub(super) fn lines(text: &str) -> String {
    let unified = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut lines = String::with_capacity(unified.len() + unified.len() / 32);
    for letter in unified.chars() {
        match letter {
            '\n' => lines.push_str("\r\n"),
            '\t' => lines.push('\t'),
            _ if letter.is_control() => {}
            _ => lines.push(letter),
        }
    }
    lines
}

fn spaced(letter: char) -> char {
    if letter.is_control() || letter.is_whitespace() { ' ' } else { letter }
}

/// Marks that turn the direction of text, join or part letters without showing, or end lines unseen.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{00AD}' | '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' |
        '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}

#[cfg(test)]
mod tests;
