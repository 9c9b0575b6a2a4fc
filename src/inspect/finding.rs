use std::fmt;

use serde::Serialize;

/// Something that must not be sent, and where it is. The value itself is nowhere in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// The file and the place in it, as `report.xlsx, sheet 3, cell B7`.
    pub place: String,
    /// What is wrong there.
    pub rule: Rule,
}

/// What must not be in something that is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// A unique pupil number.
    Upn,
    /// A unique learner number.
    Uln,
    /// An NHS number.
    NhsNumber,
    /// A postcode.
    Postcode,
    /// A date of birth.
    DateOfBirth,
    /// A mail address that is not among those allowed.
    Address,
    /// Text that a spreadsheet would run.
    Formula,
    /// A sheet, row, column or text that does not show.
    Hidden,
    /// Something that the plain text says and the page does not show.
    Unsaid,
    /// A pivot table or its cache: rows that nobody sees.
    Pivot,
    /// A name defined in a workbook.
    DefinedName,
    /// A comment or note.
    Comment,
    /// A link to another workbook or to a data source.
    ExternalLink,
    /// A macro, a script, or anything else that runs.
    Active,
    /// A file inside the file.
    Embedded,
    /// Something that is fetched when the file is opened.
    Remote,
    /// A link to anywhere but a secure page or an allowed mailbox.
    Link,
    /// A picture that is named and not there, or there and not named.
    Picture,
    /// An author, or another trace of a person or a machine, beyond what is stated.
    Author,
    /// It is larger than it may be.
    TooBig,
    /// It is not what it claims to be.
    Unreadable,
    /// It is of a kind that is not opened here.
    UnknownKind,
    /// The message lacks a part or a header that every one has.
    Missing,
    /// The message holds something more than every one has: a second header or text, or words between parts.
    Extra,
}

impl Rule {
    /// Says what is wrong, as the end of a sentence that begins with the place.
    #[must_use]
    pub fn says(self) -> &'static str {
        match self {
            Self::Upn => "looks like a unique pupil number",
            Self::Uln => "looks like a unique learner number",
            Self::NhsNumber => "looks like an NHS number",
            Self::Postcode => "looks like a postcode",
            Self::DateOfBirth => "looks like a date of birth",
            Self::Address => "holds a mail address that is not among those allowed",
            Self::Formula => "would run as a formula in a spreadsheet",
            Self::Hidden => "does not show",
            Self::Unsaid => "does not show in the page",
            Self::Pivot => "holds a pivot table, with rows that nobody sees",
            Self::DefinedName => "defines a name",
            Self::Comment => "holds a comment",
            Self::ExternalLink => "links to another workbook or data source",
            Self::Active => "holds something that runs",
            Self::Embedded => "holds another file",
            Self::Remote => "fetches something when it is opened",
            Self::Link => "links to something other than a secure page or an allowed mailbox",
            Self::Picture => "names a picture that is not there, or holds one that nothing shows",
            Self::Author => "names an author, or holds other traces, beyond what is stated",
            Self::TooBig => "is larger than it may be",
            Self::Unreadable => "is not what it claims to be",
            Self::UnknownKind => "is of a kind that cannot be inspected",
            Self::Missing => "lacks a part that every message has",
            Self::Extra => "holds something that some mail programs show and others do not",
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.place, self.rule.says())
    }
}

/// Lists every finding of one inspection, in the order found, each place and rule once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{}", .list.iter().map(Finding::to_string).collect::<Vec<_>>().join("; "))]
pub struct Findings {
    list: Vec<Finding>,
}

impl Findings {
    /// A place that is full of one thing is reported this often, not ten thousand times.
    const MOST: usize = 100;

    pub(super) fn add(&mut self, place: impl Into<String>, rule: Rule) {
        let finding = Finding { place: place.into(), rule };
        if self.list.len() < Self::MOST && !self.list.contains(&finding) {
            self.list.push(finding);
        }
    }

    pub(super) fn extend(&mut self, result: Result<(), Findings>) {
        for finding in result.err().unwrap_or_default().list {
            self.add(finding.place, finding.rule);
        }
    }

    /// Returns the findings, in the order found; at most a hundred.
    #[must_use]
    pub fn list(&self) -> &[Finding] {
        &self.list
    }

    /// Returns the value if nothing was found.
    pub(super) fn or<T>(self, value: T) -> Result<T, Self> {
        if self.list.is_empty() { Ok(value) } else { Err(self) }
    }
}
