use std::cmp::Ordering;
use std::fmt;

/// An exact decimal number: `units` divided by ten to the power `scale`.
///
/// Report arithmetic is done in this type and no other, so that a percentage is the same in every
/// medium and no binary fraction shows. At most six decimals are kept; sums saturate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    units: i128,
    scale: u32,
}

/// Decimals kept of a number that has more.
const FINEST: u32 = 6;

impl Decimal {
    /// Returns `units` divided by ten to the power `scale`, rounded to six decimals.
    #[must_use]
    pub fn new(units: i128, scale: u32) -> Self {
        Self { units, scale }.rounded(scale.min(FINEST))
    }

    /// Reads the number that plain digits stand for, as `-1200.50`; `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all = format!("{whole}{fraction}");
        if whole.is_empty() || all.len() > 30 || !all.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let units: i128 = all.parse().ok()?;
        let scale = u32::try_from(fraction.len()).ok()?;
        Some(Self::new(if text.starts_with('-') { -units } else { units }, scale))
    }

    /// Makes a whole number.
    #[must_use]
    pub fn integer(value: i64) -> Self {
        Self { units: i128::from(value), scale: 0 }
    }

    /// Returns the number with `scale` decimals, halves rounded away from zero.
    #[must_use]
    pub fn rounded(self, scale: u32) -> Self {
        match scale.cmp(&self.scale) {
            Ordering::Equal => self,
            Ordering::Greater => Self { units: self.units.saturating_mul(power(scale - self.scale)), scale },
            Ordering::Less => Self { units: divided(self.units, power(self.scale - scale)), scale },
        }
    }

    /// Returns `self` divided by `by`, with `scale` decimals; `None` when `by` is zero.
    #[must_use]
    pub fn over(self, by: Self, scale: u32) -> Option<Self> {
        if by.units == 0 {
            return None;
        }
        let (above, below) = (self.rounded(FINEST).units, by.rounded(FINEST).units);
        // One digit more than asked would round twice, so the quotient is taken at its own scale.
        let above = above.checked_mul(power(scale))?;
        let (above, below) =
            if below < 0 { (above.checked_neg()?, below.checked_neg()?) } else { (above, below) };
        Some(Self { units: divided(above, below), scale })
    }

    /// Returns the number times ten to the power `places`.
    #[must_use]
    pub fn times_ten(self, places: u32) -> Self {
        if places <= self.scale {
            Self { units: self.units, scale: self.scale - places }
        } else {
            Self { units: self.units.saturating_mul(power(places - self.scale)), scale: 0 }
        }
    }

    /// Returns the sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let scale = self.scale.max(other.scale);
        let units = self.rounded(scale).units.saturating_add(other.rounded(scale).units);
        Self { units, scale }
    }

    /// Returns the difference.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        self.plus(Self { units: other.units.saturating_neg(), scale: other.scale })
    }

    /// Returns the number without its sign.
    #[must_use]
    pub fn magnitude(self) -> Self {
        Self { units: self.units.saturating_abs(), scale: self.scale }
    }

    /// Counts its digits, those after the point among them: a spreadsheet keeps fifteen.
    #[must_use]
    pub fn digits(self) -> usize {
        self.units.unsigned_abs().to_string().len()
    }

    /// Returns whether it is zero.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.units == 0
    }

    /// Returns whether it is below zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.units < 0
    }

    /// Returns the number of decimals held.
    #[must_use]
    pub fn scale(self) -> u32 {
        self.scale
    }

    /// Returns the number in units of ten to the power minus `scale`.
    #[must_use]
    pub fn units_at(self, scale: u32) -> i128 {
        self.rounded(scale).units
    }

    /// Returns the nearest double, for drawing and for spreadsheet cells; never for arithmetic that shows.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        self.to_string().parse().unwrap_or(f64::NAN)
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        self.rounded(scale).units.cmp(&other.rounded(scale).units).then(self.scale.cmp(&other.scale))
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Digits with a plain minus and no thousands separators, as files for machines want them.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (units, power) = (self.units.unsigned_abs(), power(self.scale).unsigned_abs());
        let sign = if self.units < 0 { "-" } else { "" };
        if self.scale == 0 {
            return write!(f, "{sign}{units}");
        }
        let width = usize::try_from(self.scale).unwrap_or_default();
        write!(f, "{sign}{}.{:0width$}", units / power, units % power)
    }
}

/// Divides `above` by `below`, halves away from zero; `below` is positive.
fn divided(above: i128, below: i128) -> i128 {
    let (quotient, rest) = (above / below, above % below);
    let away = if rest.unsigned_abs() >= below.unsigned_abs().div_ceil(2) { above.signum() } else { 0 };
    quotient + away
}

/// Returns ten to the power `exponent`, for the exponents that an i128 holds.
fn power(exponent: u32) -> i128 {
    10_i128.saturating_pow(exponent)
}
