use mail_parser::{HeaderName, MessagePart};

use super::fields::{self, Field};

/// A header's value and its parameters, as in `text/plain; charset=utf-8`.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    /// What stands before the first `;`, in lower case; empty where the header is not there.
    pub(super) value: String,
    raw: String,
    list: Vec<(String, String)>,
}

impl Parameters {
    /// Reads the header `name` of a part; `None` when it is open to a second reading.
    pub(super) fn of(part: &MessagePart<'_>, name: &HeaderName<'_>, fields: &[Field]) -> Option<Self> {
        let Some(raw) = fields::value(fields, &name.as_str().to_ascii_lowercase()) else {
            return Some(Self::default());
        };
        let header = part.headers.iter().find(|header| header.name == *name)?;
        let read = header.value.as_content_type()?;
        let value = match read.subtype() {
            Some(subtype) => format!("{}/{subtype}", read.ctype()),
            None => read.ctype().to_owned(),
        }
        .to_ascii_lowercase();
        // A comment, a quote or an encoded word in it is read in more than one way.
        let written = raw.split(';').next().unwrap_or_default().trim();
        if !written.eq_ignore_ascii_case(&value) || value.is_empty() || raw.contains("=?") {
            return None;
        }
        let list: Vec<(String, String)> = read
            .attributes()
            .unwrap_or_default()
            .iter()
            .map(|found| (found.name.to_ascii_lowercase(), found.value.to_string()))
            .collect();
        let twice = |name: &str| list.iter().filter(|(other, _)| other == name).count() > 1;
        let sound = list.iter().all(|(name, value)| !twice(name) && !value.contains('\u{fffd}'));
        sound.then(|| Self { value, raw: raw.to_owned(), list })
    }

    /// Returns the parameter `name`.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.list.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Returns every parameter that a reader might be shown.
    pub(super) fn words(&self) -> impl Iterator<Item = String> {
        let technical = ["charset", "boundary", "type", "format", "delsp"];
        self.list
            .iter()
            .filter(move |(name, _)| !technical.contains(&name.as_str()))
            .map(|(_, value)| value.clone())
    }

    /// Returns what divides the parts, where it is written plainly and once.
    pub(super) fn boundary(&self) -> Option<&str> {
        let boundary = self.get("boundary")?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=".contains(&byte);
        let written = [format!("boundary=\"{boundary}\""), format!("boundary={boundary}")];
        let once = self.raw.to_ascii_lowercase().matches("boundary").count()
            == 1 + boundary.to_ascii_lowercase().matches("boundary").count();
        let sound = (1..=70).contains(&boundary.len())
            && boundary.bytes().all(plain)
            && once
            && written.iter().any(|written| self.raw.contains(written.as_str()));
        sound.then_some(boundary)
    }
}
