use super::Format;
use super::parquet::Parquet;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::project::{ColumnType, ControlTotal, CsvFormat, JsonFormat, SourceDefinition, SourceToml};
use crate::source::column_name::normalise;
use crate::source::error::SourceError;
use crate::source::file::content::Content;
use crate::source::file::kind::FileKind;

/// One format.
struct Entry {
    /// Its name, and its key in a source's settings where it has one.
    key: &'static str,
    /// Returns it with the settings of a source that declares it.
    declared: fn(&SourceToml) -> Option<Box<dyn Format>>,
    /// Builds it for a source that declares no format; `None` where its files cannot be read without settings.
    undeclared: Option<fn() -> Box<dyn Format>>,
}

/// Every format that can be read, one line for each.
const FORMATS: &[Entry] = &[
    Entry { key: "csv", declared: |file| boxed(file.csv.as_ref()), undeclared: Some(plain::<CsvFormat>) },
    Entry { key: "workbook", declared: |file| boxed(file.workbook.as_ref()), undeclared: None },
    Entry { key: "json", declared: |file| boxed(file.json.as_ref()), undeclared: Some(plain::<JsonFormat>) },
    Entry { key: "xml", declared: |file| boxed(file.xml.as_ref()), undeclared: None },
    Entry { key: "parquet", declared: |_| None, undeclared: Some(plain::<Parquet>) },
];

fn boxed<F: Format + Clone + 'static>(format: Option<&F>) -> Option<Box<dyn Format>> {
    format.map(|format| Box::new(format.clone()) as Box<dyn Format>)
}

fn plain<F: Format + Default + 'static>() -> Box<dyn Format> {
    Box::new(F::default())
}

/// Returns the format that reads `content`: the one that `source` declares, else the one that its bytes show.
pub(in crate::source) fn choose(
    source: &SourceDefinition,
    content: &Content<'_>,
) -> Result<Box<dyn Format>, SourceError> {
    let (file, found) = (content.name().to_owned(), content.kind);
    if found == FileKind::Empty {
        return Err(SourceError::NoRows { file });
    }
    let declared = FORMATS.iter().find_map(|format| (format.declared)(&source.file));
    let formats: Vec<_> = match declared {
        Some(format) => vec![format],
        None => FORMATS.iter().filter_map(|format| format.undeclared).map(|format| format()).collect(),
    };
    let expected: Vec<_> = formats.iter().map(|format| format.expected()).collect();
    let expected = expected.join(" or ");
    let format = formats.into_iter().find(|format| format.reads(found));
    format.ok_or(SourceError::FileKind { file, found, expected })
}

/// Returns every fault of the formats that `source` declares.
pub(in crate::source) fn check(source: &SourceDefinition) -> Diagnostics {
    let mut faults = Diagnostics::default();
    let declared = FORMATS.iter().filter_map(|format| Some((format.key, (format.declared)(&source.file)?)));
    let (keys, formats): (Vec<_>, Vec<_>) = declared.unzip();
    for format in &formats {
        faults.extend(format.check(source));
        if let Some(control) = format.layout().control {
            faults.extend(check_control_total(source, control));
        }
    }
    if keys.len() > 1 {
        let message = format!("expected one format, found {}", keys.join(" and "));
        let fault = Diagnostic::error(&source.source, Some(source.file.connection.span()), message);
        faults.push(fault.with_help("write a source for each format".to_owned()));
    }
    faults
}

/// Returns the fault of a control total whose column does not add up.
fn check_control_total(source: &SourceDefinition, control: &ControlTotal) -> Diagnostics {
    let mut faults = Diagnostics::default();
    let wanted = normalise(&control.column);
    let adds_up = source.file.columns.iter().any(|column| {
        let own = std::slice::from_ref(column.name.get_ref());
        let names = column.from.as_ref().map_or(own, |from| from.0.as_slice());
        matches!(column.kind, ColumnType::Money(_) | ColumnType::Decimal(_))
            && names.iter().any(|name| normalise(name) == wanted)
    });
    if !adds_up {
        let message = format!(
            "the control total needs a column of money or decimals, and `{}` is not one",
            control.column
        );
        faults.push(Diagnostic::error(&source.source, Some(source.file.connection.span()), message));
    }
    faults
}
