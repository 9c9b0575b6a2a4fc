use std::fmt;

/// What a server said: a code, and words that may begin with an enhanced code (RFC 3463).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    /// Three digits, 200 to 599.
    pub(super) code: u16,
    /// The text of each line, without code and line end.
    pub(super) lines: Vec<String>,
}

/// Why a server's bytes are no reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Garbled;

impl Reply {
    /// Takes up one line; `true` when it is the last of the reply.
    pub(super) fn take(reply: &mut Option<Self>, line: &[u8]) -> Result<bool, Garbled> {
        let text = String::from_utf8_lossy(line);
        let (code, rest) = text.split_at_checked(3).ok_or(Garbled)?;
        let code: u16 = code.parse().map_err(|_| Garbled)?;
        let (last, words) = match rest.chars().next() {
            None => (true, ""),
            Some(' ') => (true, rest.get(1..).unwrap_or_default()),
            Some('-') => (false, rest.get(1..).unwrap_or_default()),
            Some(_) => return Err(Garbled),
        };
        let reply = reply.get_or_insert(Self { code, lines: Vec::new() });
        if reply.code != code || !(200..600).contains(&code) {
            return Err(Garbled);
        }
        reply.lines.push(words.to_owned());
        Ok(last)
    }

    /// Returns the enhanced code at the beginning of the words, as (class, subject, detail).
    pub(super) fn enhanced(&self) -> Option<(u16, u16, u16)> {
        let word = self.lines.first()?.split_whitespace().next()?;
        let mut numbers = word.split('.').map(|number| number.parse().ok());
        match (numbers.next()??, numbers.next()??, numbers.next()??, numbers.next()) {
            (class @ (2 | 4 | 5), subject, detail, None) => Some((class, subject, detail)),
            _ => None,
        }
    }

    /// Returns the value of an extension that an EHLO reply offers; empty for one without a value.
    pub(super) fn extension(&self, keyword: &str) -> Option<&str> {
        self.lines.iter().skip(1).find_map(|line| {
            let (name, value) = line.split_once([' ', '=']).unwrap_or((line, ""));
            name.eq_ignore_ascii_case(keyword).then(|| value.trim())
        })
    }
}

impl fmt::Display for Reply {
    /// Writes the code and the words in one line of bearable length, fit for a record.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = crate::deliver::header_text::one_line(&self.lines.join(" "), 300);
        write!(f, "{} {words}", self.code)
    }
}
