//! Typst at work: a template and the files that it may read, nothing else, to a PDF.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::LazyLock;

use chrono::{Datelike, Timelike};
use typst::diag::{FileError, FileResult, Severity, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::report::chart::FONTS;
use crate::report::document::Document;
use crate::report::layout_template::PAPER;

/// What keeps a paper from being made.
#[derive(Debug)]
pub(super) struct Fault {
    /// What was expected, and what was found.
    pub(super) message: String,
    /// Where in the template, where it is known.
    pub(super) place: Option<Range<usize>>,
    /// What to do.
    pub(super) help: Option<String>,
}

impl Fault {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), place: None, help: None }
    }
}

/// Typst's own functions, with those for row headings, which it still calls a trial.
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| {
    let features = [Feature::A11yExtras].into_iter().collect();
    LazyHash::new(Library::builder().with_features(features).build())
});

/// The program's own fonts: a paper looks the same on every machine.
static LETTERS: LazyLock<(LazyHash<FontBook>, Vec<Font>)> = LazyLock::new(|| {
    let fonts: Vec<Font> = FONTS.iter().flat_map(|font| Font::iter(Bytes::new(*font))).collect();
    (LazyHash::new(FontBook::from_fonts(&fonts)), fonts)
});

/// How many papers ago something must have been used to be remembered: a daemon sets papers for months.
const REMEMBERED: usize = 2;

/// Sets a template, which may read `files` by their names. The same content gives the same bytes.
pub(super) fn typeset(
    template: &str,
    files: &BTreeMap<String, Vec<u8>>,
    document: &Document,
) -> Result<Vec<u8>, Vec<Fault>> {
    let desk = Desk::new(template, files)?;
    let set = typst::compile::<PagedDocument>(&desk);
    let faults = |list: &[SourceDiagnostic]| list.iter().map(|fault| desk.fault(fault)).collect::<Vec<_>>();
    // A warning is of something that does not look as it was meant to.
    let warnings: Vec<SourceDiagnostic> =
        set.warnings.iter().filter(|warning| warning.severity == Severity::Warning).cloned().collect();
    let pages = set.output.map_err(|list| faults(&list))?;
    if !warnings.is_empty() {
        return Err(faults(&warnings));
    }
    let options = options(document)?;
    let pdf = typst_pdf::pdf(&pages, &options).map_err(|list| faults(&list));
    typst::comemo::evict(REMEMBERED);
    pdf
}

/// Returns how the PDF is written: for screen readers and for archives, named after its edition.
fn options(document: &Document) -> Result<PdfOptions, Vec<Fault>> {
    let standards = PdfStandards::new(&[PdfStandard::Ua_1, PdfStandard::A_2a])
        .map_err(|error| vec![Fault::new(error.message().to_string())])?;
    let made = document.facts.as_of.naive_utc();
    let small = |part: u32| u8::try_from(part).unwrap_or_default();
    let made = Datetime::from_ymd_hms(
        made.year(),
        small(made.month()),
        small(made.day()),
        small(made.hour()),
        small(made.minute()),
        small(made.second()),
    );
    Ok(PdfOptions {
        ident: Smart::Custom(document.facts.edition.clone()),
        creator: Smart::Custom(Some("sufficiency".to_owned())),
        timestamp: made.map(Timestamp::new_utc),
        standards,
        ..PdfOptions::default()
    })
}

/// All that a template can see.
struct Desk {
    main: Source,
    files: HashMap<FileId, Bytes>,
}

impl Desk {
    fn new(template: &str, files: &BTreeMap<String, Vec<u8>>) -> Result<Self, Vec<Fault>> {
        let id = |name: &str| -> Result<FileId, Vec<Fault>> {
            let path =
                VirtualPath::new(name).map_err(|_| vec![Fault::new(format!("`{name}` is not a path"))])?;
            Ok(FileId::new(RootedPath::new(VirtualRoot::Project, path)))
        };
        let main = Source::new(id(PAPER)?, template.to_owned());
        let files = files.iter().map(|(name, bytes)| Ok((id(name)?, Bytes::new(bytes.clone()))));
        Ok(Self { main, files: files.collect::<Result<HashMap<_, _>, Vec<Fault>>>()? })
    }

    fn fault(&self, fault: &SourceDiagnostic) -> Fault {
        Fault {
            message: fault.message.to_string(),
            place: self.range(fault.span),
            help: fault.hints.first().map(|hint| hint.v.to_string()),
        }
    }
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &LETTERS.0
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.get(&id).cloned().ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        LETTERS.1.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
