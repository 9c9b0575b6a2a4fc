//! An academic year as a project names it.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::Error;

/// An academic year such as `2027-28`.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
pub struct AcademicYear(String);

impl AcademicYear {
    /// Returns the year that begins in `first`.
    #[must_use]
    pub(super) fn beginning(first: u16) -> Self {
        Self(format!("{first}-{:02}", (first + 1) % 100))
    }

    /// Returns it as it is written.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for AcademicYear {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let first: Option<u16> = text.get(..4).and_then(|first| first.parse().ok());
        let year = first.filter(|first| (1900..2100).contains(first)).map(Self::beginning);
        year.filter(|year| year.0 == text).ok_or_else(|| {
            D::Error::custom(format!("expected an academic year such as `2027-28`, found `{text}`"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::AcademicYear;

    #[test]
    fn the_second_year_of_an_academic_year_follows_the_first() {
        let read = |text: &str| toml::from_str::<std::collections::BTreeMap<String, AcademicYear>>(text);
        assert_eq!(read("a = \"2027-28\"").unwrap()["a"].code(), "2027-28");
        assert_eq!(read("a = \"1999-00\"").unwrap()["a"].code(), "1999-00");
        for wrong in ["2027-29", "2027/28", "2027", "27-28", "abcd-ef", "\u{e9}\u{e9}\u{e9}-28"] {
            let refused = read(&format!("a = \"{wrong}\"")).unwrap_err().to_string();
            assert!(refused.contains("expected an academic year such as `2027-28`"), "{wrong}: {refused}");
        }
    }
}
