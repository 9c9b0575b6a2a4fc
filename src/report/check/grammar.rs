//! The helpers of the narrative: what each takes, and what it gives.

use super::words::Kind;

/// What a helper's parameter must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    Series,
    Codes,
    Table,
    TableName,
    ChartName,
    Indicator,
    Name,
    Any,
}

/// What a helper takes and gives.
pub(super) type Signature = (&'static [Takes], Kind);

/// Every helper of the grammar that is not a block with an end.
pub(super) const HELPERS: [(&str, &[Takes], bool); 24] = [
    ("value", &[Takes::Series], false),
    ("more", &[Takes::Series], false),
    ("change", &[Takes::Series], false),
    ("trend", &[Takes::Series], false),
    ("since_first", &[Takes::Series], false),
    ("share", &[Takes::Series, Takes::Series], false),
    ("variance", &[Takes::Series, Takes::Series], false),
    ("rose", &[Takes::Series], true),
    ("fell", &[Takes::Series], true),
    ("present", &[Takes::Series], true),
    ("largest", &[Takes::Codes], false),
    ("largest_rise", &[Takes::Codes], false),
    ("largest_fall", &[Takes::Codes], false),
    ("describe", &[Takes::Table], false),
    ("table", &[Takes::TableName], false),
    ("chart", &[Takes::ChartName], false),
    ("definition", &[Takes::Indicator], false),
    ("commentary", &[Takes::Name], false),
    ("key_figures", &[], false),
    ("data_quality", &[], false),
    ("method", &[], false),
    ("and", &[Takes::Any, Takes::Any], true),
    ("or", &[Takes::Any, Takes::Any], true),
    ("not", &[Takes::Any], true),
];

/// Returns the signature of the helper `name`.
pub(super) fn helper(name: &str) -> Option<Signature> {
    let (_, takes, asks) = HELPERS.iter().find(|(known, ..)| *known == name)?;
    Some((takes, if *asks { Kind::Truth } else { Kind::Text }))
}
