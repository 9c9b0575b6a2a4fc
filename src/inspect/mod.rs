//! Opens what is about to leave, as a stranger would.
//!
//! The renderers know what they meant to write; this module looks only at the bytes. It takes a message
//! apart, opens every file in it, and looks for what nobody should find there: something that says who a
//! person is, a sheet that does not show, a formula, an author, a link that fetches. A finding names the
//! place and the rule and never repeats the value.
//!
//! It does not mend, it does not decide whether a number is safe to publish ([`crate::disclosure`] does),
//! and it knows nothing of the code that made the bytes.

mod finding;
mod hypertext;
mod letter;
mod limits;
mod mime;
mod personal;
mod table;
mod workbook;

pub use finding::{Finding, Findings, Rule};
pub use letter::message;
pub use limits::Limits;

/// Opens one file as a stranger would. `media_type` says what it claims to be.
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
        "image/png" => picture(name, bytes, &mut findings),
        _ => findings.add(name, Rule::UnknownKind),
    }
    findings.or(())
}

/// A picture is pixels: nothing written beside them, where programs put names, places and titles.
fn picture(place: &str, bytes: &[u8], findings: &mut Findings) {
    let Some(mut rest) = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n") else {
        return findings.add(place, Rule::Unreadable);
    };
    let mut ended = false;
    while let Some((size, after)) = rest.split_first_chunk::<4>() {
        let size = u32::from_be_bytes(*size) as usize;
        let (Some(kind), Some(next)) = (after.get(..4), after.get(size.saturating_add(8)..)) else {
            return findings.add(place, Rule::Unreadable);
        };
        if [&b"tEXt"[..], b"zTXt", b"iTXt", b"eXIf", b"tIME"].contains(&kind) {
            findings.add(place, Rule::Author);
        }
        ended = kind == b"IEND";
        if ended && !next.is_empty() {
            findings.add(place, Rule::Unreadable);
        }
        rest = next;
    }
    if !ended {
        findings.add(place, Rule::Unreadable);
    }
}

#[cfg(test)]
mod tests;
