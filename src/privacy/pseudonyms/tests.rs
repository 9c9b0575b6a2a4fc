use super::{KeyError, Pseudonyms};
use crate::privacy::Upn;

const KEY: &[u8; 32] = b"0123456789abcdef0123456789abcdef";

#[test]
fn the_same_number_has_one_pseudonym_a_purpose() {
    let pseudonyms = Pseudonyms::new(KEY).unwrap();
    let (pupil, research) = (pseudonyms.for_purpose("pupil"), pseudonyms.for_purpose("research"));
    let (lower, upper) = (Upn::parse("q336203325001").unwrap(), Upn::parse("Q336203325001").unwrap());
    assert_eq!(pupil.of_upn(&lower), pupil.of_upn(&upper));
    assert_ne!(pupil.of_upn(&upper), research.of_upn(&upper));
    assert_eq!(pupil.of_upn(&upper).len(), 32);
}

/// Worked out apart from this code: `printf 'pupil\0Q336203325001' | openssl dgst -sha256 -mac HMAC -macopt key:…`.
#[test]
fn a_pseudonym_is_the_first_half_of_the_hmac_of_purpose_and_number() {
    let pupil = Pseudonyms::new(KEY).unwrap().for_purpose("pupil");
    assert_eq!(pupil.of_upn(&Upn::parse("Q336203325001").unwrap()), "6c64580aad06a1597fcd6559d3e5b8d0");
}

#[test]
fn a_short_key_is_refused() {
    assert!(matches!(Pseudonyms::new(&KEY[..31]), Err(KeyError::Short { bytes: 31 })));
}

#[cfg(unix)]
#[test]
fn a_key_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    assert!(matches!(Pseudonyms::from_key_file(&path), Err(KeyError::Unreadable { .. })));
    std::fs::write(&path, KEY).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert!(matches!(Pseudonyms::from_key_file(&path), Err(KeyError::Open { mode: 0o640, .. })));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    Pseudonyms::from_key_file(&path).unwrap();
}

#[cfg(unix)]
#[test]
fn one_key_has_the_same_pseudonyms_from_a_file_and_from_a_program_with_and_without_an_end_of_line() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    let ids = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        let command = ["cat".to_owned(), path.to_string_lossy().into_owned()];
        let (file, program) = (Pseudonyms::from_key_file(&path), Pseudonyms::from_command(&command));
        (file.unwrap().key_id(), program.unwrap().key_id())
    };
    let bare = Pseudonyms::new(KEY).unwrap().key_id();
    for end in ["", "\n", "\r\n"] {
        let written = [KEY, end.as_bytes()].concat();
        assert_eq!(ids(&written), (bare.clone(), bare.clone()), "after the key stands {end:?}");
    }
    // One of 256 random keys ends with the byte of a line's end; none is shortened.
    let random = [&[0x9f; 31][..], b"\n"].concat();
    let whole = Pseudonyms::new(&random).unwrap().key_id();
    assert_eq!(ids(&random), (whole.clone(), whole));
}

#[test]
fn debug_says_nothing_of_the_key() {
    let pseudonyms = Pseudonyms::new(KEY).unwrap();
    assert_eq!(
        format!("{pseudonyms:?} {:?}", pseudonyms.for_purpose("pupil")),
        "Pseudonyms(_) KeyedPurpose(_)"
    );
}

#[test]
fn another_key_has_another_id_and_gives_other_pseudonyms() {
    let (one, other) = (Pseudonyms::new(KEY).unwrap(), Pseudonyms::new(&[7; 32]).unwrap());
    assert_ne!(one.key_id(), other.key_id());
    assert_ne!(one.for_purpose("pupil").of_text("a"), other.for_purpose("pupil").of_text("a"));
}
