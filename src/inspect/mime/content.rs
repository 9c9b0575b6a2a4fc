use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;

/// Returns whether a content under this encoding is the bytes as they are.
pub(super) fn is_plain(encoding: &str) -> bool {
    ["7bit", "8bit"].iter().any(|plain| encoding.eq_ignore_ascii_case(plain))
}

/// Decodes a content; `None` when the encoding is unknown, or the content is not whole.
pub(super) fn decode(encoding: &str, raw: &[u8]) -> Option<Vec<u8>> {
    if is_plain(encoding) {
        Some(raw.to_vec())
    } else if encoding.eq_ignore_ascii_case("quoted-printable") {
        quoted_printable_decode(raw)
    } else if encoding.eq_ignore_ascii_case("base64") {
        base64(raw)
    } else {
        None
    }
}

/// Decodes base64 of whole groups that is padded only at its end. The parser also takes what follows the
/// padding, where most programs stop.
pub(super) fn base64(raw: &[u8]) -> Option<Vec<u8>> {
    let letters: Vec<u8> = raw.iter().copied().filter(|byte| !b"\r\n".contains(byte)).collect();
    let padding = letters.iter().rev().take_while(|byte| **byte == b'=').count();
    let content = letters.get(..letters.len() - padding)?;
    let sound =
        letters.len().is_multiple_of(4) && padding <= 2 && !content.iter().any(|byte| b"= \t".contains(byte));
    sound.then(|| base64_decode(&letters)).flatten()
}
