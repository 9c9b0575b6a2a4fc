/// A colour as it is painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Colour {
    /// Red, green and blue, of 255.
    Solid([u8; 3]),
    /// More than half of what is beneath it shows.
    Clear,
    /// One that is not written as `#rrggbb`, `rgb(…)` or a plain name.
    Unknown,
}

/// The names that are read, with their colours.
const NAMES: &[(&str, [u8; 3])] = &[
    ("aqua", [0, 255, 255]),
    ("black", [0, 0, 0]),
    ("blue", [0, 0, 255]),
    ("cyan", [0, 255, 255]),
    ("darkgray", [169, 169, 169]),
    ("darkgrey", [169, 169, 169]),
    ("fuchsia", [255, 0, 255]),
    ("gold", [255, 215, 0]),
    ("gray", [128, 128, 128]),
    ("green", [0, 128, 0]),
    ("grey", [128, 128, 128]),
    ("lightgray", [211, 211, 211]),
    ("lightgrey", [211, 211, 211]),
    ("lime", [0, 255, 0]),
    ("magenta", [255, 0, 255]),
    ("maroon", [128, 0, 0]),
    ("navy", [0, 0, 128]),
    ("olive", [128, 128, 0]),
    ("orange", [255, 165, 0]),
    ("purple", [128, 0, 128]),
    ("red", [255, 0, 0]),
    ("silver", [192, 192, 192]),
    ("teal", [0, 128, 128]),
    ("white", [255, 255, 255]),
    ("whitesmoke", [245, 245, 245]),
    ("yellow", [255, 255, 0]),
];

/// The least contrast at which text shows. Accessible text has 4.5 and more; at 1.6 a reader sees that there is text.
const LEAST: f64 = 1.6;

impl Colour {
    /// Reads one value, in lower case.
    pub(super) fn parse(value: &str) -> Self {
        if let Some(digits) = value.strip_prefix('#') {
            return hexadecimal(digits).unwrap_or(Self::Unknown);
        }
        let inner = ["rgb(", "rgba("].iter().find_map(|start| value.strip_prefix(start)?.strip_suffix(')'));
        if let Some(inner) = inner {
            return channels(inner).unwrap_or(Self::Unknown);
        }
        if value == "transparent" {
            return Self::Clear;
        }
        NAMES.iter().find(|(name, _)| *name == value).map_or(Self::Unknown, |(_, rgb)| Self::Solid(*rgb))
    }

    /// Returns whether text of this colour shows on `ground`.
    pub(super) fn shows_on(self, ground: Self) -> bool {
        match (self, ground) {
            (Self::Solid(ink), Self::Solid(ground)) => {
                let (one, other) = (luminance(ink), luminance(ground));
                (one.max(other) + 0.05) / (one.min(other) + 0.05) >= LEAST
            }
            _ => false,
        }
    }
}

/// Reads three, four, six or eight hexadecimal digits.
fn hexadecimal(digits: &str) -> Option<Colour> {
    let values: Vec<u8> =
        digits.chars().map(|digit| digit.to_digit(16)?.try_into().ok()).collect::<Option<_>>()?;
    let channels: Vec<u8> = match values.len() {
        3 | 4 => values.iter().map(|value| value * 17).collect(),
        6 | 8 => values.chunks(2).map(|pair| pair.iter().fold(0, |sum, value| sum * 16 + value)).collect(),
        _ => return None,
    };
    if channels.get(3).is_some_and(|alpha| *alpha < 128) {
        return Some(Colour::Clear);
    }
    Some(Colour::Solid([*channels.first()?, *channels.get(1)?, *channels.get(2)?]))
}

/// Reads what stands within `rgb(…)`.
fn channels(inner: &str) -> Option<Colour> {
    let parts = inner.split([',', ' ', '/']).filter(|part| !part.is_empty());
    let read = |(at, part): (usize, &str)| -> Option<f64> {
        let (number, unit) = match part.strip_suffix('%') {
            Some(number) => (number, if at < 3 { 2.55 } else { 0.01 }),
            None => (part, 1.0),
        };
        number.parse::<f64>().ok().filter(|number| number.is_finite()).map(|number| number * unit)
    };
    let values: Vec<f64> = parts.enumerate().map(read).collect::<Option<_>>()?;
    if values.len() > 4 {
        return None;
    }
    if values.get(3).is_some_and(|alpha| *alpha < 0.5) {
        return Some(Colour::Clear);
    }
    // A value beyond the range is drawn as its end.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0 and 255")]
    let byte = |at: usize| values.get(at).map(|value| value.clamp(0.0, 255.0).round() as u8);
    Some(Colour::Solid([byte(0)?, byte(1)?, byte(2)?]))
}

/// Returns the relative luminance of a colour, as the Web Content Accessibility Guidelines define it.
fn luminance(rgb: [u8; 3]) -> f64 {
    let linear = |channel: u8| {
        let part = f64::from(channel) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    let [red, green, blue] = rgb.map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}
