use super::finding::{Findings, Rule};

/// Checks that a picture is pixels: nothing written beside them, where programs put names, places and titles.
pub(super) fn inspect(place: &str, bytes: &[u8], findings: &mut Findings) {
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
