//! What would put right why nothing could be read from a source.

use super::error::SourceError;

impl SourceError {
    /// Returns what to do about it.
    #[must_use]
    pub fn help(&self) -> Vec<String> {
        let one_table = || "make the file one table below one header".to_owned();
        let sound = || "ask whoever sends the file for a sound copy".to_owned();
        match self {
            Self::Unavailable { .. } => {
                vec!["see that it is there, and that this machine reaches it; the next run reads it again".to_owned()]
            }
            Self::Broken { .. } => vec!["see that the server is there and that the network reaches it".to_owned()],
            Self::Denied { .. } => {
                vec!["let the user who runs this read it, or correct the secret that `settings.toml` names".to_owned()]
            }
            Self::NoFiles { lock: Some(lock), .. } => vec![
                format!("`{lock}` was left out: an office program writes it beside a file that is open there"),
                "close the file there".to_owned(),
            ],
            Self::NoFiles { .. } => vec!["put the file there, or correct `files` in the contract".to_owned()],
            Self::SameStem { .. } => vec![
                "leave `identity` out, so that a file is known by its path".to_owned(),
                "or take one of them out of the folder".to_owned(),
            ],
            Self::Changed { .. } => vec!["run it again when the file is at rest".to_owned()],
            Self::TooLarge { .. } => vec!["split the file, or read a database in its place".to_owned()],
            Self::FileKind { .. } => {
                vec!["declare the format that the file has, or ask whoever sends it for another".to_owned()]
            }
            Self::ZeroByte { .. } => vec!["if the file is UTF-16, declare that encoding".to_owned()],
            Self::Encoding { .. } => vec![
                "declare the encoding that the file has, as in `encoding = [\"windows-1252\"]`".to_owned(),
            ],
            Self::OpenQuote { .. } => vec!["close the quote, or double one that is part of a text".to_owned()],
            Self::LongRow { .. } => vec!["a quote may be open there, or the line ends may be missing".to_owned()],
            Self::NoHeader { delimiter: Some(delimiter), .. } => {
                let written = delimiter.escape_default();
                vec![format!("the cells seem to stand between `{written}`: write `delimiter = \"{written}\"`")]
            }
            Self::NoHeader { help, .. } => {
                let near = help.clone().into_iter();
                let ways = [
                    "write a column's name in the file as its `from`, of which there may be several",
                    "a header of several rows is declared by `header = { rows = 2 }`",
                ];
                near.chain(ways.map(str::to_owned)).collect()
            }
            Self::RowsAbove { count, .. } => vec![
                one_table(),
                format!("accept those rows as no data by `header = {{ rows_above = {count} }}`"),
            ],
            Self::Ahead { column, .. } => vec![format!(
                "correct the days of `{column}`, or name by `as_at` another column, of days that have come"
            )],
            Self::NoControlTotal { column, .. } => vec![no_total(column)],
            Self::SecondHeader { .. } => vec![one_table()],
            Self::IsUtf8 { .. } => vec!["declare `utf-8` before `windows-1252`, or alone".to_owned()],
            Self::PupilNumbers { .. } => vec![
                "mark the column in the contract: `privacy = { pseudonymise = { purpose = \"pupil\" } }`, or \
                 `privacy = \"drop\"`"
                    .to_owned(),
                "have its source take them out, where they do not belong there".to_owned(),
                "say in the contract why they are none: `no_pupil_numbers = \"…\"` in its column".to_owned(),
            ],
            Self::NoFile { .. } => {
                vec!["put the file itself there, or take it out of the folder".to_owned()]
            }
            Self::NotNamed { .. } | Self::NamedByPupil { .. } => vec!["give the file another name".to_owned()],
            Self::LeadsOut { .. } => {
                vec!["put the file itself there, or name the folder that it is in by a connection of its own".to_owned()]
            }
            Self::Columns { help, .. } => {
                let from = "write a column's name in the file as its `from`, or `optional = true` for one that may be missing";
                help.iter().cloned().chain([from.to_owned()]).collect()
            }
            Self::NoRows { .. } => vec!["ask whoever sends it whether it is whole".to_owned()],
            Self::ControlTotal { .. } => vec!["ask whoever sends the file which of the two is right".to_owned()],
            Self::QueryTotal { .. } => vec![
                "the query leaves rows out or reads some twice, or the database changed meanwhile: compare the two \
                 queries, and run it again"
                    .to_owned(),
            ],
            Self::Archive { help, .. } | Self::Unreadable { help, .. } | Self::Records { help, .. } => {
                vec![help.clone().unwrap_or_else(sound)]
            }
            Self::Limit { .. } => vec![sound()],
            Self::Query { query, .. } => vec![format!("correct `{query}`: run it in the database itself to see more")],
            Self::Stopped { .. } => vec!["correct the row at its source, or lower the severity of the rule".to_owned()],
            Self::Contract(fault) => fault.help().map(str::to_owned).into_iter().collect(),
            // Faults of the program have a help of their own.
            Self::Unaccounted { .. } | Self::Write(_) | Self::Build(_) => Vec::new(),
        }
    }
}

/// Returns the shapes of a row that states the total of `column`.
pub(super) fn no_total(column: &str) -> String {
    format!(
        "expected a row whose first cell is a word such as `Total`, that holds nothing but the number of `{column}`, or that \
         `skip_rows` leaves out"
    )
}
