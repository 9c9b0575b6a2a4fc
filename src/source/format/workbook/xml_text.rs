use std::borrow::Cow;

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;

/// Appends what an event says as text: characters, CDATA and entities; any other event says none.
pub(super) fn append(event: &Event<'_>, text: &mut String) -> Result<(), &'static str> {
    match event {
        Event::Text(part) => text.push_str(&part.xml10_content()),
        Event::CData(part) => text.push_str(&part.xml10_content()),
        Event::GeneralRef(entity) => match entity.resolve_char_ref() {
            Ok(Some(character)) => text.push(character),
            _ => text.push_str(
                resolve_predefined_entity(entity).ok_or("it holds an entity that is not one of XML")?,
            ),
        },
        _ => {}
    }
    Ok(())
}

/// Resolves the escapes of spreadsheets for characters that XML cannot hold, as `_x000D_`.
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let (mut resolved, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find("_x") {
        let (before, escape) = rest.split_at(at);
        resolved.push_str(before);
        let digits = escape.get(2..6).filter(|_| escape.get(6..7) == Some("_"));
        let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let character =
            digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32);
        let (written, length) = match character {
            Some(character) => (character, 7),
            None => ('_', 1),
        };
        resolved.push(written);
        rest = escape.get(length..).unwrap_or_default();
    }
    resolved.push_str(rest);
    Cow::Owned(resolved)
}
