use super::damage::Damage;
use super::error::StoreError;
use super::give_up::given_up;
use super::objects::Created;
use super::open::Store;
use super::verify::VerifyReport;
use crate::diagnostic::Cause;
use crate::text::hex;

/// Where a store's identity is kept.
const NAME: &str = "identity";

impl Store {
    /// Returns what no other store is called, made when it is first asked for: thirty-two hexadecimal digits, random, or
    /// `given` where a store must come out the same each time, as that of a demo. A copy of a store has its identity.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be read or kept, or the machine has no randomness to give.
    pub fn identity(&self, fixed: Option<&str>) -> Result<String, StoreError> {
        let fault = |what: Cause| StoreError::Corrupt { name: NAME.to_owned(), what };
        if self.objects().read(NAME)?.is_none() {
            let identity = match fixed {
                Some(fixed) => fixed.to_owned(),
                None => random()?,
            };
            // Whoever else makes it at this moment may be the first: what is there is read back.
            let _: Created = self.objects().create(NAME, identity.as_bytes())?;
        }
        let bytes = self.objects().read(NAME)?.ok_or_else(|| fault("it is not there".into()))?;
        let text = String::from_utf8(bytes).map_err(|error| fault(Cause::of(&error)))?;
        if is_sound(&text) { Ok(text) } else { Err(fault("it is not a line of hexadecimal digits".into())) }
    }

    /// Returns whether there is an identity, or somebody decided to go on without the one that there was.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be read or the store cannot be listed.
    pub fn has_identity(&self) -> Result<bool, StoreError> {
        Ok(self.objects().size(NAME)?.is_some() || given_up(self.objects().as_ref())?.contains(NAME))
    }

    /// Notes that the identity is not what one is, where there is one.
    pub(super) fn verify_identity(&self, report: &mut VerifyReport) -> Result<(), StoreError> {
        if let Some(bytes) = self.objects().read(NAME)?
            && !std::str::from_utf8(&bytes).is_ok_and(is_sound)
        {
            let what = "it is not a line of hexadecimal digits".to_owned();
            report.damage.push(Damage { name: NAME.to_owned(), what });
        }
        Ok(())
    }
}

fn is_sound(text: &str) -> bool {
    !text.is_empty() && text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn random() -> Result<String, StoreError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| StoreError::Write { name: NAME.to_owned(), source: std::io::Error::other(error) })?;
    Ok(hex(&bytes))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::store::{Memory, Store};

    #[test]
    fn a_store_keeps_its_identity_and_no_two_have_the_same() {
        let (one, other) =
            (Store::over(Arc::new(Memory::default())), Store::over(Arc::new(Memory::default())));
        let identity = one.identity(None).unwrap();
        assert_eq!(identity.len(), 32);
        assert_eq!(one.identity(Some("ab")).unwrap(), identity);
        assert_ne!(other.identity(None).unwrap(), identity);
        let fixed = Store::over(Arc::new(Memory::default()));
        assert_eq!(fixed.identity(Some("ab")).unwrap(), "ab");
        fixed.objects().replace("identity", b"").unwrap();
        assert!(
            fixed.identity(None).unwrap_err().is_damage(),
            "nothing is sent under an identity that is damaged"
        );
    }
}
