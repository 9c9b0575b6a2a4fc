use crate::project::{Disposition, SourceDefinition};

/// Returns the columns that name a row: those declared unique, else the key of a merge. A merge by the newest change
/// expects several versions of a row, so its key need not be unique.
pub(in crate::source) fn key(source: &SourceDefinition) -> Vec<usize> {
    let file = &source.file;
    let merges = file.disposition == Disposition::Merge && file.updated_at.is_none();
    let names = if file.unique.is_empty() && merges { &file.key } else { &file.unique };
    let place = |name: &str| file.columns.iter().position(|column| column.name.get_ref() == name);
    names.iter().filter_map(|name| place(name.get_ref())).collect()
}
