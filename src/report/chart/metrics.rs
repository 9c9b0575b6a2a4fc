/// Returns the width of `text` in Liberation Sans of `size`, close enough to place a label: the font's own
/// advance widths for ASCII, in thousandths, and that of a digit for the rest.
pub(super) fn width(text: &str, size: f64, bold: bool) -> f64 {
    let thousandths: f64 = text.chars().map(advance).sum();
    thousandths / 1000.0 * size * if bold { 1.06 } else { 1.0 }
}

fn advance(letter: char) -> f64 {
    match letter {
        'i' | 'j' | 'l' | '\'' => 222.0,
        ' ' | '!' | ',' | '.' | '/' | ':' | ';' | 'I' | '[' | ']' | 'f' | 't' => 278.0,
        '(' | ')' | '-' | 'r' => 333.0,
        'c' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' | 'J' => 500.0,
        'F' | 'T' | 'Z' => 611.0,
        'A' | 'B' | 'E' | 'K' | 'P' | 'S' | 'V' | 'X' | 'Y' | '&' => 667.0,
        'C' | 'D' | 'H' | 'N' | 'R' | 'U' | 'w' => 722.0,
        'G' | 'O' | 'Q' => 778.0,
        'M' | 'm' => 833.0,
        'W' => 944.0,
        '%' => 889.0,
        _ => 556.0,
    }
}

/// Returns `text` cut to `space`, with a mark that says so.
pub(super) fn fitted(text: &str, size: f64, space: f64) -> String {
    if width(text, size, false) <= space {
        return text.to_owned();
    }
    let mut cut = String::new();
    for letter in text.chars() {
        if width(&cut, size, false) + advance(letter) / 1000.0 * size + size > space {
            break;
        }
        cut.push(letter);
    }
    cut.trim_end().to_owned() + "…"
}

/// Returns `text` in at most two lines of `space`, the second cut where it must be.
pub(super) fn lines(text: &str, size: f64, space: f64) -> Vec<String> {
    if width(text, size, false) <= space {
        return vec![text.to_owned()];
    }
    let fits = |(first, _): &(&str, &str)| width(first, size, false) <= space;
    let mut breaks = text.rmatch_indices(' ').map(|(at, _)| text.split_at(at));
    match breaks.find(fits) {
        Some((first, second)) => vec![first.to_owned(), fitted(second.trim_start(), size, space)],
        None => vec![fitted(text, size, space)],
    }
}
