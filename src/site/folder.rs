//! What one folder of the site may name: its readers' editions, the tables that those show, and what these rest on.

use std::collections::BTreeSet;

use super::sent::Sent;
use crate::edition::burst;
use crate::engine::TableName;
use crate::job::Context;
use crate::project::Audience;
use crate::run::{LineageMap, ShownIn};

/// One kind of reader: an audience; of providers, one of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Readers {
    pub(super) audience: Audience,
    /// Which provider, by the value of the key that its report is split by.
    pub(super) version: Option<String>,
}

impl Readers {
    /// Returns every kind of reader that has an edition.
    pub(super) fn all(sent: &[Sent<'_>]) -> BTreeSet<Self> {
        let of = |sent: &Sent<'_>| match sent.audience {
            Audience::Provider => Self { audience: sent.audience, version: sent.edition.version.clone() },
            audience => Self { audience, version: None },
        };
        sent.iter().map(of).collect()
    }

    /// Returns the name of their folder.
    pub(super) fn folder(&self) -> String {
        match &self.version {
            Some(version) => format!("{}-{}", self.audience, burst::slug(version)),
            None => self.audience.to_string(),
        }
    }

    /// Says who they are.
    pub(super) fn words(&self) -> String {
        match (self.audience, &self.version) {
            (Audience::Public, _) => "everybody".to_owned(),
            (Audience::Provider, Some(version)) => format!("provider {version}"),
            (Audience::Provider, None) => "providers".to_owned(),
            (Audience::Council, _) => "the council's officers and members".to_owned(),
            (Audience::Commissioning, _) => "those who commission alternative provision".to_owned(),
        }
    }

    /// Returns whether they may see an edition: what is for them or for those whom the council trusts less; of providers'
    /// editions a provider sees its own alone.
    pub(super) fn may_see(&self, sent: &Sent<'_>) -> bool {
        let is_own = sent.audience != Audience::Provider
            || self.audience != Audience::Provider
            || sent.edition.version == self.version;
        self.audience.may_see(sent.audience) && is_own
    }
}

/// What a folder names.
#[derive(Debug)]
pub(super) struct Folder<'a> {
    pub(super) readers: &'a Readers,
    /// By report, the newest first.
    pub(super) editions: Vec<&'a Sent<'a>>,
    /// The tables of those reports, each with the model whose rows it shows.
    pub(super) shown: Vec<ShownIn>,
    /// The models of those tables.
    pub(super) models: BTreeSet<String>,
    /// The sources and lists that the tables rest on.
    pub(super) sources: BTreeSet<String>,
    /// The pipelines of all of these.
    pub(super) pipelines: BTreeSet<String>,
}

impl<'a> Folder<'a> {
    pub(super) fn new(
        context: &Context,
        lineage: &LineageMap,
        readers: &'a Readers,
        sent: &'a [Sent<'a>],
    ) -> Self {
        let editions: Vec<&Sent<'_>> = sent.iter().filter(|sent| readers.may_see(sent)).collect();
        // A model counts as shown where an edition showed it: a table that a report has since got may be for others.
        let showed: BTreeSet<(&str, &str)> = editions
            .iter()
            .flat_map(|sent| {
                sent.edition.models.keys().map(|model| (sent.report.name.as_str(), model.as_str()))
            })
            .collect();
        let mut shown: Vec<ShownIn> = lineage
            .shown()
            .filter(|place| {
                let model = TableName::parse(&place.model).map(|name| name.table).unwrap_or_default();
                showed.contains(&(place.report.as_str(), model.as_str()))
            })
            .cloned()
            .collect();
        shown.sort();
        let models: BTreeSet<String> = shown.iter().map(|place| place.model.clone()).collect();
        let sources: BTreeSet<String> = shown.iter().flat_map(|place| lineage.sources_of(place)).collect();
        let delivering = editions.iter().filter_map(|sent| context.project().pipeline_of(&sent.report.name));
        let pipelines = delivering.map(|pipeline| pipeline.name.clone());
        let of_tables = models.iter().chain(&sources).filter_map(|name| TableName::parse(name));
        let pipelines = pipelines.chain(of_tables.map(|name| name.pipeline)).collect();
        Self { readers, editions, shown, models, sources, pipelines }
    }

    /// Returns whether the folder has a page of this table.
    pub(super) fn has(&self, table: &str) -> bool {
        self.models.contains(table) || self.sources.contains(table)
    }
}
