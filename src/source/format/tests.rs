use std::fs::File;
use std::io::{BufRead, BufReader};

use schemars::JsonSchema;
use serde::Deserialize;

use super::list::{self, Entry, format};
use super::{Format, Propose};
use crate::diagnostic::SourceFile;
use crate::project::{SourceDefinition, SourceToml, Written};
use crate::source::contract::Contract;
use crate::source::error::SourceError;
use crate::source::extraction::Extraction;
use crate::source::file::content::Content;
use crate::source::file::kind::FileKind;
use crate::source::found::Found;
use crate::source::inputs::Inputs;
use crate::source::intake::Intake;
use crate::source::parser_fault::ParserFault;
use crate::source::proposal::Proposal;
use crate::source::receiver::Receiver;
use crate::source::row::{Row, Take};
use crate::source::sandbox::{self, Parser};

/// Cells between two marks, a row on each line: all that a format in the sandbox needs is in its own file.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Marked {
    mark: String,
}

/// The line of the list.
const MARKED: Entry = format::<Marked>("marked", &["marked"]).sandboxed(&PARSER);

const PARSER: Parser = Parser { key: "marked", what: "marked lines", seconds: 10, read };

fn read(file: &str, from: File, asked: &str, take: Take<'_>) -> Result<(), SourceError> {
    let mut row = Row::default();
    for (number, line) in (0..).zip(BufReader::new(from).lines()) {
        let line = line.map_err(|error| SourceError::from_io(file, &error))?;
        let cells = line.strip_prefix(asked).and_then(|rest| rest.strip_suffix(asked));
        let cells = cells.ok_or_else(|| {
            ParserFault::new(format!("line {} has no marks", number + 1))
                .help("put the marks back")
                .in_file(file, "marked lines")
        })?;
        row.clear();
        row.number = number;
        cells.split(asked).for_each(|cell| row.push(cell));
        take(&row)?;
    }
    Ok(())
}

impl Format for Marked {
    fn expected(&self) -> &'static str {
        "marked lines"
    }

    fn reads(&self, kind: FileKind) -> bool {
        kind == FileKind::Text
    }

    fn read(&self, content: &Content<'_>, to: &mut dyn Receiver) -> Result<(), SourceError> {
        sandbox::read(content.name(), content.file()?, (&PARSER, &self.mark), &mut |row| to.take(row))
    }
}

impl Propose for Marked {
    fn propose(_: &Content<'_>) -> Result<Option<Proposal>, SourceError> {
        Ok(None)
    }
}

/// Reads `text` as the connector of a folder reads a file.
fn extract(text: &str) -> Result<Extraction, SourceError> {
    let settings = "connection = \"c\"\n[[columns]]\nname = \"place\"\ntype = \"text\"\n";
    let file = SourceFile::inline("sources/places.toml", settings);
    let source = SourceDefinition {
        name: "places".to_owned(),
        file: SourceToml::parse(&file).unwrap(),
        source: file,
        sql: None,
        totals: None,
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.marked");
    std::fs::write(&path, text).unwrap();
    let found = Found::file(&source, "a.marked".to_owned(), path)?;
    let content = Content::new(&found, list::marks())?;
    let format = (MARKED.read)(&Written::inline("marked = { mark = \"#\" }").unwrap()).unwrap();
    let inputs = Inputs::default();
    let contract = Contract::new(&source, format.cells(), &inputs)?;
    let mut intake = Intake::new(&found.name, true, contract, format.layout())?;
    format.read(&content, &mut intake)?;
    intake.finish(false)
}

#[test]
fn a_format_is_one_file_with_its_settings_its_parser_its_faults_and_its_rows() {
    assert_eq!(extract("#place#\n#north#\n#south#\n").unwrap().counts.published, 2);
    let refused = extract("#place#\nnorth\n").unwrap_err();
    assert_eq!(refused.in_full(), "`a.marked` cannot be read as marked lines: line 2 has no marks");
    assert_eq!(refused.help(), ["put the marks back"]);

    let unknown = (MARKED.read)(&Written::inline("marked = { marks = \"#\" }").unwrap()).err().unwrap();
    assert_eq!(unknown.help(), Some("did you mean `mark`?"));
    assert_eq!((MARKED.schema.0, MARKED.parser.map(|parser| parser.key)), ("marked", Some("marked")));
    for key in ["workbook", "parquet"] {
        assert_eq!(
            list::parser(key).map(|parser| parser.key),
            Some(key),
            "the process that reads finds it by its key"
        );
    }
}
