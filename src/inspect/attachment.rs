use super::finding::{Findings, Rule};
use super::limits::Limits;
use super::{hypertext, paper, personal, picture, table, workbook};

/// Reads one file as a stranger would. `media_type` says what it claims to be.
///
/// # Errors
///
/// [`Findings`] with every reason why the file must not leave. A kind of file that cannot be opened here
/// is such a reason.
pub fn attachment(name: &str, media_type: &str, bytes: &[u8], limits: &Limits) -> Result<(), Findings> {
    let mut findings = Findings::default();
    let kind = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if bytes.len() > limits.file_bytes {
        findings.add(name, Rule::TooBig);
    }
    match kind.as_str() {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => {
            workbook::inspect(name, bytes, limits, &mut findings);
        }
        "text/csv" => table::inspect(name, bytes, limits, &mut findings),
        "text/html" => match std::str::from_utf8(bytes) {
            Ok(html) => drop(hypertext::inspect(name, html, limits, &mut findings)),
            Err(_) => findings.add(name, Rule::Unreadable),
        },
        "text/plain" | "application/json" | "text/markdown" => match std::str::from_utf8(bytes) {
            Ok(text) => personal::lines(name, text, limits, &mut findings),
            Err(_) => findings.add(name, Rule::Unreadable),
        },
        "application/pdf" => paper::inspect(name, bytes, limits, &mut findings),
        "image/png" => picture::inspect(name, bytes, &mut findings),
        _ => findings.add(name, Rule::UnknownKind),
    }
    findings.or(())
}

#[cfg(test)]
mod tests;
