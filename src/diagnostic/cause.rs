use std::error::Error;
use std::fmt;

/// What a library, a server or the operating system says of a failure: the text of an error that cannot be cloned, kept
/// or sent to another process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause(String);

impl Cause {
    /// Takes what `error` and the errors behind it say, each once: some libraries repeat within an error the one behind it.
    #[must_use]
    pub fn of(error: &(dyn Error + 'static)) -> Self {
        let mut said = String::new();
        for text in std::iter::successors(Some(error), |error| (*error).source()).map(ToString::to_string) {
            if said.is_empty() {
                said = text;
            } else if !said.contains(text.as_str()) {
                said = format!("{said}: {text}");
            }
        }
        Self(said)
    }

    /// Takes what `error` has behind it; `None` where it has nothing there.
    #[must_use]
    pub fn behind(error: &(dyn Error + 'static)) -> Option<Self> {
        error.source().map(Self::of)
    }
}

impl From<String> for Cause {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Cause {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Cause {}
