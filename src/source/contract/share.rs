use super::number;

/// Reads a share such as `2%` or `0.5%`, in hundredths of a per cent. Returns `None` for another text or more than
/// `100%`.
#[must_use]
pub fn share(text: &str) -> Option<u32> {
    let hundredths = number::decimal(text.trim().strip_suffix('%')?.trim_end(), 2).ok()?;
    u32::try_from(hundredths).ok().filter(|share| *share <= 10_000)
}

/// Reads a swing such as `40%` or `300%`, in hundredths of a per cent. Returns `None` for another text.
#[must_use]
pub fn swing(text: &str) -> Option<u32> {
    let hundredths = number::decimal(text.trim().strip_suffix('%')?.trim_end(), 2).ok()?;
    u32::try_from(hundredths).ok()
}

#[cfg(test)]
mod tests;
