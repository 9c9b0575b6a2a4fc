use super::*;

fn found(media_type: &str, bytes: &[u8]) -> String {
    attachment("f", media_type, bytes, &Limits::default()).err().unwrap_or_default().to_string()
}

#[test]
fn a_kind_that_cannot_be_opened_does_not_leave() {
    assert_eq!(found("application/octet-stream", b"x"), "`f` is of a kind that cannot be inspected");
    assert_eq!(found("text/plain", b"\xff"), "`f` is not what it claims to be");
}

#[test]
fn parameters_and_capitals_of_a_media_type_make_no_difference() {
    assert_eq!(found("Text/CSV; charset=utf-8", b"a,b\n1,2\n"), "");
}

#[test]
fn a_file_above_the_limit_does_not_leave() {
    let limits = Limits { file_bytes: 3, ..Limits::default() };
    assert_eq!(
        attachment("f", "text/plain", b"abcd", &limits).unwrap_err().to_string(),
        "`f` is larger than it may be"
    );
}

#[test]
fn a_picture_is_pixels_and_nothing_beside_them() {
    let chunk = |kind: &[u8; 4], data: &[u8]| {
        let size = u32::try_from(data.len()).unwrap().to_be_bytes();
        [&size[..], kind, data, &[0; 4]].concat()
    };
    let picture = |chunks: &[Vec<u8>]| [&b"\x89PNG\r\n\x1a\n"[..], &chunks.concat()].concat();
    let (header, end) = (chunk(b"IHDR", &[0; 13]), chunk(b"IEND", &[]));
    assert_eq!(found("image/png", &picture(&[header.clone(), end.clone()])), "");
    let named = picture(&[header.clone(), chunk(b"tEXt", b"Author\0A Person"), end.clone()]);
    assert!(found("image/png", &named).contains("names an author"));
    let longer = picture(&[header.clone(), end, b"PK\x03\x04".to_vec()]);
    assert!(found("image/png", &longer).contains("is not what it claims to be"));
    assert!(found("image/png", &picture(&[header])).contains("is not what it claims to be"));
    assert!(found("image/png", b"GIF89a").contains("is not what it claims to be"));
}

#[test]
fn ten_thousand_findings_are_reported_as_a_hundred() {
    let found =
        attachment("f", "text/plain", "A823432112001\n".repeat(10_000).as_bytes(), &Limits::default());
    assert_eq!(found.unwrap_err().list().len(), 100);
}
