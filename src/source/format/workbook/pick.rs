use super::fault::WHAT;
use crate::diagnostic::did_you_mean;
use crate::source::column_name::normalise;
use crate::source::error::SourceError;
use crate::source::parser_fault::ParserFault;
use crate::source::pattern::fits;
use crate::text::counted;

/// The sheet that is wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// Its name, or a pattern.
    pub(super) name: &'a str,
    /// Whether the workbook is of persons.
    pub(super) of_persons: bool,
}

/// How a workbook of persons is asked for: before the name of the sheet.
const OF_PERSONS: &str = "of persons: ";
/// How any other is.
const OF_OTHERS: &str = "of others: ";

impl<'a> Wanted<'a> {
    /// Writes what is wanted for the process that reads the workbook.
    pub(super) fn in_words(self) -> String {
        format!("{}{}", if self.of_persons { OF_PERSONS } else { OF_OTHERS }, self.name)
    }

    /// Reads what [`Self::in_words`] wrote. Whatever else it finds is the name of a sheet of persons.
    pub(super) fn of_words(text: &'a str) -> Self {
        match text.strip_prefix(OF_OTHERS) {
            Some(name) => Self { name, of_persons: false },
            None => Self { name: text.strip_prefix(OF_PERSONS).unwrap_or(text), of_persons: true },
        }
    }
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
            let found = if of_persons { count(names.len()) } else { listed(names) };
            let fault = ParserFault::new(format!("expected a sheet called `{sheet}`, found {found}"));
            let name_one = || "write the name of one of them as the `sheet` of the contract".to_owned();
            Err(fault.help(same.or_else(like).unwrap_or_else(name_one)).in_file(file, WHAT))
        }
        several => {
            let listed = if of_persons { String::new() } else { format!(": {}", listed(several)) };
            let count = several.len();
            let fault =
                ParserFault::new(format!("expected one sheet that fits `{sheet}`, found {count}{listed}"));
            let help = "write a name or a pattern that fits one sheet, or declare a source for each";
            Err(fault.help(help).in_file(file, WHAT))
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
        let error = pick("pupils.xlsx", &names, Wanted { name, of_persons }).unwrap_err();
        format!("{}\n{error}", error.help().join("\n"))
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
