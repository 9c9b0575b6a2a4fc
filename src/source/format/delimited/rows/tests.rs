use encoding_rs::UTF_8;

use super::{Delimited, LONGEST_ROW};
use crate::source::error::SourceError;
use crate::source::file::text::Text;
use crate::source::row::Row;

/// Gives out its bytes in pieces of one size, as a slow disk would.
struct Pieces<'a>(&'a [u8], usize);

impl std::io::Read for Pieces<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let size = self.1.min(self.0.len()).min(into.len());
        let (now, later) = self.0.split_at(size);
        into[..size].copy_from_slice(now);
        self.0 = later;
        Ok(size)
    }
}

fn rows(bytes: &[u8], delimiter: u8) -> Result<Vec<Vec<String>>, SourceError> {
    let text = Text::new("file", Pieces(bytes, 3), UTF_8);
    let mut reader = Delimited::new("file", text, delimiter, b'"');
    let (mut row, mut all) = (Row::default(), Vec::new());
    while reader.read(&mut row)? {
        all.push(row.cells().map(ToOwned::to_owned).collect());
        assert_eq!(row.number, i64::try_from(all.len()).unwrap());
    }
    Ok(all)
}

fn read(text: &str) -> Vec<Vec<String>> {
    rows(text.as_bytes(), b',').unwrap()
}

#[test]
fn cells_are_what_stands_between_delimiters_and_quotes() {
    assert_eq!(read("a,b\n1,\"two, \"\"2\"\"\"\n"), [["a", "b"], ["1", "two, \"2\""]]);
    assert_eq!(read("\"a\nb\",c"), [["a\nb", "c"]]);
    assert_eq!(read(",\n"), [["", ""]]);
    assert_eq!(rows(b"a;b\n", b';').unwrap(), [["a", "b"]]);
}

#[test]
fn a_quote_within_a_cell_is_a_quote() {
    assert_eq!(read("5\" pipe,x\n"), [["5\" pipe", "x"]]);
    assert_eq!(read("\"a\"b,c\n"), [["ab", "c"]]);
}

#[test]
fn every_line_end_ends_a_row_and_blank_rows_count() {
    assert_eq!(read("a\nb\r\nc\rd"), [["a"], ["b"], ["c"], ["d"]]);
    assert_eq!(read("a\n\nb\n").len(), 3);
    assert_eq!(read("a\r\n").len(), 1);
    assert!(read("").is_empty());
}

#[test]
fn cells_are_whole_wherever_a_block_ends() {
    let cell = "x".repeat(1 << 18);
    let text = format!("\"{cell}\",é\r\n\"{cell}\"\"\",£\r\n");
    let rows = read(&text);
    assert_eq!((rows[0][0].len(), rows[1][0].len()), (cell.len(), cell.len() + 1));
    assert_eq!((rows[0][1].as_str(), rows[1][1].as_str()), ("é", "£"));
}

#[test]
fn an_open_quote_is_named_by_its_row() {
    let error = rows(b"a,b\n1,\"2\n3,4\n", b',').unwrap_err();
    assert!(matches!(error, SourceError::OpenQuote { row: 2, .. }), "{error}");
}

#[test]
fn a_row_without_an_end_takes_no_more_memory_than_the_limit() {
    let endless = vec![b'x'; LONGEST_ROW + (1 << 20)];
    let error = rows(&endless, b',').unwrap_err();
    assert!(matches!(error, SourceError::LongRow { row: 1, .. }), "{error}");
}
