use super::{Frame, read, write_end, write_fault, write_row};
use crate::source::parser_fault::ParserFault;
use crate::source::row::Row;

#[test]
fn what_is_written_is_read_back() {
    let mut row = Row::default();
    row.number = 7;
    row.merged = vec![(1, 2)];
    for cell in ["a", "", "£\n"] {
        row.push(cell);
    }
    let mut said = Vec::new();
    write_row(&mut said, &row).unwrap();
    let fault =
        ParserFault { cause: Some("a library".into()), ..ParserFault::new("no sheet").help("name one") };
    write_fault(&mut said, &fault).unwrap();
    write_end(&mut said).unwrap();
    let (mut from, mut read_back) = (said.as_slice(), Row::default());
    assert_eq!(read(&mut from, &mut read_back).unwrap(), Frame::Row);
    assert_eq!((read_back.number, read_back.merged.as_slice()), (7, &[(1, 2)][..]));
    assert_eq!(read_back.cells().collect::<Vec<_>>(), ["a", "", "£\n"]);
    assert_eq!(read(&mut from, &mut read_back).unwrap(), Frame::Fault(fault));
    assert_eq!(read(&mut from, &mut read_back).unwrap(), Frame::End);
    assert!(read(&mut from, &mut read_back).is_err(), "an end that is not said is none");
    for length in 0..said.len() - 1 {
        let mut cut = &said[..length];
        let frames: Vec<Frame> = std::iter::from_fn(|| read(&mut cut, &mut read_back).ok()).collect();
        assert!(!frames.contains(&Frame::End), "{length}");
    }
}
