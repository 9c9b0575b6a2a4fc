use crate::source;

/// Returns a pattern that fits all of `files`, names below one folder: what they share at the start and at the end, and a
/// `*` between.
pub(super) fn of(files: &[String]) -> String {
    let Some((first, others)) = files.split_first() else { return String::new() };
    if others.is_empty() {
        return source::exact_pattern(first);
    }
    let letters: Vec<char> = first.chars().collect();
    let (mut start, mut end) = (letters.len(), letters.len());
    for other in others {
        let other: Vec<char> = other.chars().collect();
        let same = |(one, two): &(&char, &char)| one == two;
        start = start.min(letters.iter().zip(&other).take_while(same).count());
        end = end.min(letters.iter().rev().zip(other.iter().rev()).take_while(same).count());
    }
    end = end.min(letters.len() - start);
    let text = |letters: &[char]| letters.iter().collect::<String>();
    let before = text(letters.get(..start).unwrap_or_default());
    let after = text(letters.get(letters.len() - end..).unwrap_or_default());
    let between = |file: &String| {
        let inner = file.get(before.len()..file.len().saturating_sub(after.len()));
        inner.is_some_and(|inner| inner.contains('/'))
    };
    if !files.iter().any(between) {
        return format!("{}*{}", source::exact_pattern(&before), source::exact_pattern(&after));
    }
    // They lie in several folders: any below what they share, with the same end.
    let folder = before
        .rsplit_once('/')
        .map_or_else(String::new, |(folder, _)| format!("{}/", source::exact_pattern(folder)));
    let end = after.rsplit('/').next().unwrap_or_default();
    format!("{folder}**/*{}", source::exact_pattern(end))
}

#[cfg(test)]
mod tests {
    use super::of;

    fn pattern(files: &[&str]) -> String {
        of(&files.iter().map(|file| (*file).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn one_pattern_fits_all_files() {
        assert_eq!(pattern(&["a.csv"]), "a.csv");
        assert_eq!(pattern(&["odd [1].csv"]), "odd [[]1].csv");
        assert_eq!(pattern(&["pay/apr_2023.csv", "pay/may_2023.csv"]), "pay/*_2023.csv");
        assert_eq!(pattern(&["pay/a.csv", "pay/aa.csv"]), "pay/a*.csv");
        assert_eq!(pattern(&["2023/pay.csv", "2024/pay.csv"]), "202*/pay.csv");
        assert_eq!(pattern(&["x/north/pay.csv", "x/south/east/pay.csv"]), "x/**/*pay.csv");
    }
}
