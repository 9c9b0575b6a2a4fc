//! Reads `settings.toml` so that no fault in it quotes a secret, and refuses one that stands in an address.
//!
//! A secret belongs in a file of its own, which settings name. Whoever writes it into the settings all the same
//! gets a fault, and a fault is printed and logged: what may be a secret is starred in the text that it quotes.

use std::path::Path;
use std::sync::Arc;

use super::settings::SettingsFile;
use super::written::Reading;
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile};

/// Parts of the names of keys whose values are secrets.
const SECRETIVE: [&str; 5] = ["password", "passphrase", "secret", "token", "key"];
/// Ends of names whose values only say where a secret is.
const REFERENCES: [&str; 4] = ["_file", "_command", "_env", "_url"];

/// Reads the settings, with the text that faults may quote; empty ones when there is no file.
pub(super) fn read_settings(
    root: &Path,
    faults: &mut Diagnostics,
) -> Option<(Arc<SourceFile>, SettingsFile)> {
    let path = root.join("settings.toml");
    if !path.try_exists().unwrap_or(true) {
        return Some((SourceFile::inline("settings.toml", ""), SettingsFile::default()));
    }
    let written = faults.collect(SourceFile::read(root, &path))?;
    let quoted = SourceFile::inline("settings.toml", starred(written.text()));
    let mut settings: SettingsFile = faults.collect(toml::from_str(written.text()).map_err(|error| {
        let fault = Diagnostic::from_toml(&quoted, &error);
        if names_a_secret(error.message()) {
            fault.with_help(
                "a secret is kept in a file of its own, which `…_file` names; change this one".to_owned(),
            )
        } else {
            fault
        }
    }))?;
    let (connections, wrong) = Reading { text: written.text(), quoted: &quoted }.connections();
    settings.connections.extend(connections);
    faults.extend(wrong);
    addresses(&settings, &quoted, faults);
    key_places(&settings, &quoted, faults);
    Some((quoted, settings))
}

/// Returns whether a fault is about a key that would hold a secret, or name a variable that does.
fn names_a_secret(message: &str) -> bool {
    let name = message.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
    name.is_some_and(|name| SECRETIVE.iter().any(|part| name.contains(part)))
}

/// Adds a fault where the key of the pseudonyms is in two places: of two, nobody could say which one was used.
fn key_places(settings: &SettingsFile, quoted: &Arc<SourceFile>, faults: &mut Diagnostics) {
    let Some(pseudonym) = &settings.pseudonym else { return };
    let (at, message) = match pseudonym.named().as_slice() {
        [_] => return,
        [] => {
            let at = quoted.text().find("pseudonym").map(|start| start..start + "pseudonym".len());
            (at, "`pseudonym` does not say where the key is")
        }
        [_, second, ..] => (Some(second.clone()), "a second place for the key of the pseudonyms"),
    };
    let help = "name one of `key_file`, `key_credential` and `key_command`".to_owned();
    // The arguments of a command may hold a secret.
    faults.push(Diagnostic::error(quoted, at, message).unquoted().with_help(help));
}

/// Adds a fault for each address with a user or a password in it.
fn addresses(settings: &SettingsFile, quoted: &Arc<SourceFile>, faults: &mut Diagnostics) {
    let host = settings.mail.as_ref().and_then(|mail| mail.smtp.as_ref()).map(|smtp| smtp.host.as_str());
    let credentials = |address: &str| credentials(address).is_some();
    for (key, what) in
        [("store", Some(settings.store.as_str()).filter(|store| credentials(store))), ("host", host)]
    {
        let Some(what) = what else { continue };
        if key == "host" && !what.contains(['@', '/']) {
            continue;
        }
        let message = format!("`{key}` holds more than a place: a user or a password may stand in it");
        let at = quoted.text().find(&format!("{key} =")).map(|start| start..start + key.len());
        faults.push(Diagnostic::error(quoted, at, message).with_help(
            "give the name alone; a secret is kept in a file of its own, which settings name".to_owned(),
        ));
    }
}

/// Returns the part of an address before its `@`.
fn credentials(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    let host = rest.split('/').next()?;
    host.rsplit_once('@').map(|(credentials, _)| credentials)
}

/// Returns the text with what may be a secret replaced by stars, byte for byte, so that places stay.
fn starred(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find(['"', '\'', '#']) {
        let (before, from) = rest.split_at(open);
        out.push_str(before);
        let Some(mark) = from.chars().next() else { break };
        if mark == '#' {
            let end = from.find('\n').unwrap_or(from.len());
            out.push_str(&from[..end]);
            rest = &from[end..];
            continue;
        }
        let inner = &from[1..];
        let end = closing(inner, mark);
        let (value, after) = inner.split_at(end);
        out.push(mark);
        out.push_str(&value_shown(key_before(before), value));
        if after.starts_with(mark) {
            out.push(mark);
            rest = &after[1..];
        } else {
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// Returns where a text that was opened with `mark` ends.
fn closing(inner: &str, mark: char) -> usize {
    let mut escaped = false;
    for (at, character) in inner.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if mark == '"' => escaped = true,
            found if found == mark => return at,
            _ => {}
        }
    }
    inner.len()
}

/// Returns the key whose value begins where `before` ends.
fn key_before(before: &str) -> &str {
    let key = before.trim_end().trim_end_matches('=').trim_end();
    let from =
        key.rfind(|end: char| !(end.is_alphanumeric() || end == '_' || end == '-')).map_or(0, |at| at + 1);
    key.get(from..).unwrap_or_default()
}

fn value_shown(key: &str, value: &str) -> String {
    let key = key.to_lowercase();
    let refers = REFERENCES.iter().any(|end| key.ends_with(end));
    if !refers && SECRETIVE.iter().any(|part| key.contains(part)) {
        return "*".repeat(value.len());
    }
    match value.rsplit_once('@').filter(|_| value.contains("://") || key == "host") {
        Some((secret, host)) => format!("{}@{host}", "*".repeat(secret.len())),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests;
