use quick_xml::events::BytesStart;

/// Returns the attribute of a name, with its prefix.
pub(super) fn attribute(of: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = of.try_get_attribute(name).ok().flatten()?;
    quick_xml::escape::unescape(&found.value).ok().map(std::borrow::Cow::into_owned)
}

/// Returns a count, 1 where it is not stated or states none.
pub(super) fn number(of: &BytesStart<'_>, name: &str) -> u32 {
    attribute(of, name).and_then(|text| text.parse().ok()).unwrap_or(1).max(1)
}
