//! Whether what goes with an edition's message fits into a mailbox.

use crate::job::{Context, Failure, Kept, Kind};
use crate::project::Report;
use crate::report::Rendered;

/// Fails when the message of an edition would be larger than `[mail]` allows, and names what is heavy in it.
///
/// # Errors
///
/// [`Kind::Render`]: a mail server would refuse it when it is too late to leave something out.
pub(super) fn refuse_if_too_large(
    context: &Context,
    report: &Report,
    rendered: &Rendered,
) -> Result<(), Failure> {
    let Some(mail) = &context.project().settings.mail else { return Ok(()) };
    let limit = u64::from(mail.largest_message_mib) * 1_048_576;
    let whole = message(rendered);
    if whole <= limit {
        return Ok(());
    }
    let mut parts: Vec<(u64, &str)> = rendered
        .attachments
        .iter()
        .chain(rendered.images.values())
        .map(|name| (encoded(bytes(rendered, name)), name.as_str()))
        .collect();
    parts.sort_by_key(|(bytes, name)| (std::cmp::Reverse(*bytes), *name));
    let what = format!(
        "the message of `{}` would have {}: expected at most {} MiB",
        report.name,
        mebibytes(whole),
        mail.largest_message_mib
    );
    let failure = Failure::new(Kind::Render, what)
        .at("settings.toml")
        .kept(Kept::LastEditions)
        .help(
            "leave the committee paper out of the email (`attach = false` under `[paper]` in `report.toml`; it stays in the \
             edition), show fewer tables, or raise `largest_message_mib` under `[mail]`",
        );
    Err(parts.into_iter().take(3).fold(failure, |failure, (bytes, name)| {
        failure.note(format!("`{name}` takes {} of it", mebibytes(bytes)))
    }))
}

/// Returns the bytes of a message: what goes with it in base64, in lines of 76, and the letter in both its forms.
fn message(rendered: &Rendered) -> u64 {
    let beside: u64 = rendered
        .attachments
        .iter()
        .chain(rendered.images.values())
        .map(|name| encoded(bytes(rendered, name)))
        .sum();
    let letter: u64 = ["email.html", "email.txt"].iter().map(|name| bytes(rendered, name)).sum();
    beside + letter
}

fn bytes(rendered: &Rendered, name: &str) -> u64 {
    rendered.files.get(name).map_or(0, |bytes| bytes.len() as u64)
}

fn encoded(bytes: u64) -> u64 {
    let letters = bytes.div_ceil(3) * 4;
    letters + letters.div_ceil(76) * 2
}

/// Returns mebibytes to one decimal, rounded up: what is over a limit never reads as the limit.
fn mebibytes(bytes: u64) -> String {
    let tenths = (bytes * 10).div_ceil(1_048_576);
    format!("{}.{} MiB", tenths / 10, tenths % 10)
}
