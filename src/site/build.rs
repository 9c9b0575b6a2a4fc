use std::collections::BTreeMap;
use std::path::Path;

use super::folder::{Folder, Readers};
use super::place::Place;
use super::sent::{Sent, sent};
use super::tables::Catalogue;
use super::templates::{Frame, Templates};
use super::{editions, quality, runs};
use crate::job::{Context, Failure};
use crate::ledger;
use crate::run;

/// What a site holds.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Built {
    /// Its folders, one for each kind of reader, each with the number of its editions.
    pub folders: BTreeMap<String, usize>,
    /// Its files.
    pub files: u64,
    /// Their bytes on the disk: a file that several folders hold is there once where the disk can do that.
    pub bytes: u64,
}

/// Builds the site of everything that was sent, in the place of the one that stands in `out`.
///
/// # Errors
///
/// When nothing was sent yet, `out` is some other folder, the store is damaged, or a template of the project's own is faulty.
pub fn build(context: &Context, out: &Path) -> Result<Built, Failure> {
    let sent = sent(context)?;
    if sent.is_empty() {
        return Err(Failure::usage("expected an edition that was sent, found none: the site would be empty")
            .help("`sufficiency report list` shows what waits for a person"));
    }
    let project = context.project();
    let lineage = run::lineage(project)?;
    let dictionary = run::dictionary(project)?;
    let site = Site {
        context,
        templates: Templates::new(&project.root)?,
        catalogue: Catalogue::new(project, &dictionary, &lineage),
        history: ledger::history(context.store().objects().as_ref())?,
        known: match context.store().head()? {
            Some(commit) => format!("Tables as of commit {}.", commit.seq),
            None => String::new(),
        },
    };
    let mut place = Place::begin(out)?;
    let mut folders = BTreeMap::new();
    let mut first = BTreeMap::new();
    for readers in Readers::all(&sent) {
        let folder = Folder::new(context, &lineage, &readers, &sent);
        site.folder(&folder, &mut place, &mut first)?;
        folders.insert(readers.folder(), folder.editions.len());
    }
    let built = Built { folders, files: place.files, bytes: place.bytes };
    place.end()?;
    Ok(built)
}

/// What all folders are made from.
struct Site<'a> {
    context: &'a Context,
    templates: Templates,
    catalogue: Catalogue<'a>,
    history: Vec<ledger::Record>,
    known: String,
}

/// Where an edition's files were written first, and their sizes.
type First = BTreeMap<String, (String, BTreeMap<String, u64>)>;

impl Site<'_> {
    fn folder(&self, folder: &Folder<'_>, place: &mut Place, first: &mut First) -> Result<(), Failure> {
        let council = &self.context.project().council.council;
        let frame = Frame {
            council: council.name.clone(),
            service: council.service.clone(),
            marking: council.marking.clone(),
            readers: folder.readers.words(),
            known: self.known.clone(),
        };
        let root = folder.readers.folder();
        let mut page = |template: &str, path: &str, title: &str, data: serde_json::Value| {
            let text = self.templates.page(template, path, title, &frame, data)?;
            place.write(&format!("{root}/{path}"), text.as_bytes())
        };
        page("editions", "index.html", "Editions", editions::list(self.context, folder))?;
        page("runs", "runs.html", "Runs", runs::page(self.context, folder, &self.history))?;
        page("tables", "tables.html", "Tables and lineage", self.catalogue.list(folder))?;
        page("indicators", "indicators.html", "Measures", self.catalogue.indicators(folder))?;
        page("quality", "quality.html", "Data quality", quality::page(self.context, folder)?)?;
        for table in folder.models.iter().chain(&folder.sources) {
            let path = format!("tables/{table}.html");
            page("table", &path, table, self.catalogue.page(folder, table))?;
        }
        for sent in &folder.editions {
            let sizes = self.files(&root, sent, place, first)?;
            let path = format!("editions/{}/index.html", sent.edition.id);
            let data = editions::page(self.context, folder, sent, &sizes);
            let text = self.templates.page("edition", &path, &editions::title(sent), &frame, data)?;
            place.write(&format!("{root}/{path}"), text.as_bytes())?;
        }
        for (name, text) in self.templates.files() {
            place.write(&format!("{root}/{name}"), text.as_bytes())?;
        }
        Ok(())
    }

    /// Writes the files of an edition, whole where they stand first and as the same files in further folders.
    fn files(
        &self,
        root: &str,
        sent: &Sent<'_>,
        place: &mut Place,
        first: &mut First,
    ) -> Result<BTreeMap<String, u64>, Failure> {
        let folder = format!("{root}/editions/{}", sent.edition.id);
        if let Some((there, sizes)) = first.get(&sent.edition.id) {
            for name in sizes.keys() {
                place.same(&format!("{folder}/{name}"), &format!("{there}/{name}"))?;
            }
            return Ok(sizes.clone());
        }
        let mut sizes = BTreeMap::new();
        for (name, bytes) in editions::files(self.context, sent)? {
            place.write(&format!("{folder}/{name}"), &bytes)?;
            sizes.insert(name, bytes.len() as u64);
        }
        first.insert(sent.edition.id.clone(), (folder, sizes.clone()));
        Ok(sizes)
    }
}
