//! Who may have an edition, by the lists as they are now.

use super::letters;
use crate::deliver::{self, AllowList, RefusalReason, Screened};
use crate::edition::{Edition, burst};
use crate::job::{Context, Failure, Kind};
use crate::project::{Audience, Report, Role};

/// Returns the mailboxes of an edition, sorted into those it may go to and those it may not; those of the whole report, as it
/// is written now, where no edition is named.
pub(crate) fn recipients(
    context: &Context,
    report: &Report,
    edition: Option<&Edition>,
) -> Result<Screened, Failure> {
    let allowed = allow_list(context)?;
    let project = context.project();
    let audience = match edition {
        Some(edition) => audience_of(context, report, edition),
        None => project.audience_of(report, report.models()),
    };
    if let Some(burst) = &report.file.burst {
        let version = edition.and_then(|edition| edition.version.as_deref());
        return burst::recipients(context, report, burst, version, &allowed, audience);
    }
    let roles: Vec<(&str, &Role)> = report
        .file
        .recipients
        .iter()
        .filter_map(|name| {
            project.recipients.roles.get_key_value(name.get_ref()).map(|(name, role)| (name.as_str(), role))
        })
        .collect();
    Ok(deliver::screen(roles, &allowed, context.clock().today(), audience))
}

/// Returns whom an edition is for, by the tables that it holds: what is in the report's files may have changed since.
pub(crate) fn audience_of(context: &Context, report: &Report, edition: &Edition) -> Audience {
    context.project().audience_of(report, edition.models.keys().map(String::as_str))
}

/// Returns why `edition` may not go to the role that it was planned for, if that is trusted too little. A reader who is on no
/// list any more is trusted as somebody who may have `known`, which they were sent.
pub(crate) fn distrusted(
    context: &Context,
    report: &Report,
    edition: &Edition,
    role: &str,
    known: &Edition,
) -> Option<RefusalReason> {
    let listed = context.project().recipients.roles.get(role).map(Role::audience);
    let trusted = match (&report.file.burst, listed) {
        (Some(_), _) => Audience::Provider,
        (None, Some(audience)) => audience,
        (None, None) => audience_of(context, report, known),
    };
    RefusalReason::of_trust(role, trusted, audience_of(context, report, edition))
}

/// Returns the domains that mail may go to.
pub(crate) fn allow_list(context: &Context) -> Result<AllowList, Failure> {
    AllowList::new(&letters::mail(context)?.allow_domains).map_err(|error| {
        Failure::of(Kind::Usage, error)
            .at("settings.toml")
            .help("write `allow_domains = [\"council.gov.uk\"]` under `[mail]`")
    })
}
