//! Names of people and firms that nobody bears: syllables put together.

use super::random::Stream;

const FIRST: [&str; 24] = [
    "Al", "Bre", "Cor", "Da", "El", "Fen", "Gar", "Ha", "Ith", "Jo", "Kel", "Lor", "Ma", "Nev", "Or", "Pel",
    "Qua", "Ros", "Sa", "Tam", "Ul", "Vel", "Wen", "Yor",
];
const LAST: [&str; 16] =
    ["an", "bel", "den", "eth", "ia", "ina", "is", "lin", "mar", "na", "or", "ric", "ska", "ton", "va", "yn"];
const FAMILY: [&str; 28] = [
    "Ash", "Bram", "Cald", "Dun", "Ever", "Farn", "Gold", "Harrow", "Ing", "Jess", "Kirk", "Lang", "Mill",
    "Nether", "Oak", "Penn", "Quill", "Raven", "Stan", "Thorn", "Under", "Vale", "Wex", "Yar", "Zell",
    "O'Har", "Mac", "Sing",
];
const FAMILY_END: [&str; 18] = [
    "ard", "berry", "combe", "dale", "ett", "field", "gate", "hurst", "ington", "low", "more", "ness", "ow",
    "ridge", "sby", "ter", "wick", "é",
];
const TRADE: [&str; 18] = [
    "Supplies",
    "Services",
    "Care",
    "Consulting",
    "Building",
    "Catering",
    "Print",
    "Training",
    "Security",
    "Recruitment",
    "Transport",
    "Grounds",
    "Software",
    "Legal",
    "Cleaning",
    "Lighting",
    "Paving",
    "Homes",
];
const FORM: [&str; 6] = ["Ltd", "Limited", "LLP", "& Co", "CIC", "Group Ltd"];

/// A person's name, held as four small numbers: tens of thousands of pupils need no text of their own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Name([u8; 4]);

impl Name {
    pub(super) fn draw(chance: &mut Stream) -> Self {
        let mut part = |length: usize| u8::try_from(chance.index(length)).unwrap_or_default();
        Self([part(FIRST.len()), part(LAST.len()), part(FAMILY.len()), part(FAMILY_END.len())])
    }

    pub(super) fn forename(self) -> String {
        let [first, last, _, _] = self.0;
        format!("{}{}", FIRST[usize::from(first)], LAST[usize::from(last)])
    }

    pub(super) fn surname(self) -> String {
        let [_, _, family, end] = self.0;
        format!("{}{}", FAMILY[usize::from(family)], FAMILY_END[usize::from(end)])
    }
}

/// Draws the name of a firm.
pub(super) fn firm(chance: &mut Stream) -> String {
    let (family, end) = (chance.pick(&FAMILY), chance.pick(&FAMILY_END));
    format!("{family}{end} {} {}", chance.pick(&TRADE), chance.pick(&FORM))
}
