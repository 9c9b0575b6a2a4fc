/// The longest line of a message, without its CR LF (RFC 5322, 2.1.1).
const LONGEST: usize = 998;

/// Checks that a message is 7-bit text in lines that end in CR LF, none too long and none with a control
/// character: what a mail server may otherwise break, or two programs break in different places.
pub(super) fn are_sound(bytes: &[u8]) -> bool {
    let mut lines = bytes.split(|byte| *byte == b'\n').peekable();
    while let Some(line) = lines.next() {
        let whole = match (lines.peek(), line.strip_suffix(b"\r")) {
            (Some(_), Some(line)) => line,
            (Some(_), None) => return false,
            (None, _) => line,
        };
        let printed = |byte: &u8| matches!(byte, b'\t' | b' '..=b'~');
        if whole.len() > LONGEST || !whole.iter().all(printed) {
            return false;
        }
    }
    true
}
