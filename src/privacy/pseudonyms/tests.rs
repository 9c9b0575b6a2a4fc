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

#[test]
fn debug_says_nothing_of_the_key() {
    let pseudonyms = Pseudonyms::new(KEY).unwrap();
    assert_eq!(
        format!("{pseudonyms:?} {:?}", pseudonyms.for_purpose("pupil")),
        "Pseudonyms(_) KeyedPurpose(_)"
    );
}
