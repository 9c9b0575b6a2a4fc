use encoding_rs::{Encoding, UTF_8};

/// Returns the encoding that the declaration of a document names; UTF-8 when it names none.
pub(super) fn encoding(start: &[u8]) -> Option<&'static Encoding> {
    let text = String::from_utf8_lossy(start);
    let declaration = text.trim_start_matches('\u{feff}').strip_prefix("<?xml");
    let Some(declaration) = declaration.and_then(|text| text.split_once("?>")) else { return Some(UTF_8) };
    let Some((_, rest)) = declaration.0.split_once("encoding") else { return Some(UTF_8) };
    let mut quoted = rest.split(['"', '\'']);
    quoted.next();
    Encoding::for_label(quoted.next()?.as_bytes())
}
