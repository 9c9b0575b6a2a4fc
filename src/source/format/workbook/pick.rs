use super::fault::fault;
use crate::diagnostic::did_you_mean;
use crate::source::column_name::normalise;
use crate::source::error::SourceError;
use crate::source::pattern::fits;
use crate::text::counted;

/// The sheet that is wanted.
#[derive(Debug, Clone, Copy)]
pub(in crate::source) struct Wanted<'a> {
    /// Its name, or a pattern.
    pub(in crate::source) name: &'a str,
    /// Whether the workbook is of persons.
    pub(in crate::source) of_persons: bool,
}

/// Returns the one name that fits `sheet`. Of a workbook of persons, a sheet is named in a fault only where its name
/// is the wanted one but for case and blanks: there may be one for each child.
pub(super) fn pick(file: &str, names: &[String], sheet: Wanted<'_>) -> Result<String, SourceError> {
    let Wanted { name: sheet, of_persons } = sheet;
    let fitting: Vec<&String> = names.iter().filter(|name| fits(sheet, name)).collect();
    match fitting.as_slice() {
        [name] => Ok((*name).clone()),
        [] => {
            let same = names.iter().find(|name| normalise(name) == normalise(sheet));
            let same = same.map(|name| format!("did you mean `{name}`?"));
            let like = || did_you_mean(sheet, names).filter(|_| !of_persons);
            let help = same.or_else(like).map(|help| format!(" ({help})")).unwrap_or_default();
            let found = if of_persons { count(names.len()) } else { listed(names) };
            Err(fault(file, format!("expected a sheet called `{sheet}`, found {found}{help}")))
        }
        several => {
            let listed = if of_persons { String::new() } else { format!(": {}", listed(several)) };
            let count = several.len();
            Err(fault(file, format!("expected one sheet that fits `{sheet}`, found {count}{listed}")))
        }
    }
}

fn count(sheets: usize) -> String {
    counted(sheets, "sheet of another name", "sheets of other names")
}

fn listed<S: AsRef<str>>(names: &[S]) -> String {
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::{Wanted, pick};

    fn fault(names: &[&str], name: &str, of_persons: bool) -> String {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        pick("pupils.xlsx", &names, Wanted { name, of_persons }).unwrap_err().to_string()
    }

    #[test]
    fn sheets_that_may_be_called_by_a_child_are_counted() {
        let names = ["Ada Lovelace", "Alan Turing"];
        let said = fault(&names, "Data", true);
        assert!(said.ends_with("expected a sheet called `Data`, found 2 sheets of other names"), "{said}");
        let said = fault(&names, "A*", true);
        assert!(said.ends_with("expected one sheet that fits `A*`, found 2"), "{said}");
        let said = fault(&names, "Data", false);
        assert!(said.contains("found `Ada Lovelace`, `Alan Turing`"), "{said}");
    }

    #[test]
    fn a_sheet_that_differs_by_case_is_named() {
        assert!(fault(&["DATA ", "Alan Turing"], "Data", true).contains("did you mean `DATA `?"));
        assert!(!fault(&["Dana", "Alan Turing"], "Data", true).contains("Dana"));
    }
}
