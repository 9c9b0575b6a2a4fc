use super::*;

#[test]
fn base64_is_padded() {
    let all: Vec<String> = [&b""[..], b"f", b"fo", b"foo", b"foob", b"\xff\xfe"].map(base64).into();
    assert_eq!(all, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "//4="]);
}
