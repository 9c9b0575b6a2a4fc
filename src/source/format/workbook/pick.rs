use super::fault::fault;
use crate::diagnostic::did_you_mean;
use crate::source::error::SourceError;
use crate::source::pattern::fits;

/// Returns the one name that fits `sheet`.
pub(super) fn pick(file: &str, names: &[String], sheet: &str) -> Result<String, SourceError> {
    let fitting: Vec<&String> = names.iter().filter(|name| fits(sheet, name)).collect();
    match fitting.as_slice() {
        [name] => Ok((*name).clone()),
        [] => {
            let help = did_you_mean(sheet, names).map(|help| format!(" ({help})")).unwrap_or_default();
            let listed = listed(names);
            Err(fault(file, format!("expected a sheet called `{sheet}`, found {listed}{help}")))
        }
        several => Err(fault(
            file,
            format!("expected one sheet that fits `{sheet}`, found {}: {}", several.len(), listed(several)),
        )),
    }
}

fn listed<S: AsRef<str>>(names: &[S]) -> String {
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}
