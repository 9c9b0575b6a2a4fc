//! The declarations of a style, and which of them keep text from its reader.

/// One declaration, in lower case, without the prefix of one browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Declaration {
    pub(super) property: String,
    pub(super) value: String,
    pub(super) important: bool,
}

impl Declaration {
    /// Reads `property: value`; `None` where there is no declaration.
    pub(super) fn parse(written: &str) -> Option<Self> {
        let (property, value) = written.split_once(':')?;
        let property = property.trim().to_ascii_lowercase();
        let bare = ["-webkit-", "-moz-", "-ms-", "-o-"].iter().find_map(|own| property.strip_prefix(own));
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase();
        let (value, important) = match value.split_once('!') {
            Some((value, _)) => (value.trim().to_owned(), true),
            None => (value, false),
        };
        Some(Self { property: bare.unwrap_or(&property).to_owned(), value, important })
    }

    /// Reads the declarations of an inline style.
    pub(super) fn all(style: &str) -> Vec<Self> {
        without_comments(style).split(';').filter_map(Self::parse).collect()
    }

    /// Returns how it keeps the text of its element from a reader, in whole or in part; `None` where it does not.
    pub(super) fn hides(&self) -> Option<&'static str> {
        let value = self.value.as_str();
        let lengths = || value.split([' ', '/', ',']).filter_map(Length::parse);
        // What is worked out by the program that shows the page is not known here.
        let computed = value.contains('(') && !value.starts_with("rgb(") && !value.starts_with("rgba(");
        if computed {
            return Some("a value that is worked out");
        }
        let odd = |usual: &[&str]| !usual.contains(&value);
        let is_sized = ["font", "font-size", "line-height", "text-indent", "letter-spacing", "word-spacing"]
            .contains(&self.property.as_str())
            || ["margin", "padding", "width", "height", "max-", "inline-size", "block-size", "inset"]
                .iter()
                .any(|start| self.property.starts_with(start));
        if is_sized && lengths().any(Length::is_odd) {
            return Some("a unit that not every program knows");
        }
        let (is_hidden, how) = match self.property.as_str() {
            "display" => (["none", "table-column", "table-column-group"].contains(&value), "`display`"),
            "visibility" => (odd(&["visible", "inherit", "initial"]), "`visibility`"),
            "content-visibility" => (odd(&["visible"]), "`content-visibility`"),
            "opacity" => (lengths().next().is_none_or(|opacity| opacity.part() < 0.5), "`opacity`"),
            "font-size" | "font" => {
                (lengths().next().is_some_and(Length::is_too_small), "the size of its letters")
            }
            "font-family" => (value.contains("dings"), "`font-family`"),
            "line-height" => (lengths().any(|height| height.part() < 0.5), "`line-height`"),
            "width" | "height" | "max-width" | "max-height" | "inline-size" | "block-size"
            | "max-inline-size" | "max-block-size" => (lengths().any(Length::is_nearly_nothing), "its size"),
            "position" => (odd(&["static", "relative", "initial"]), "`position`"),
            name if ["top", "left", "right", "bottom"].contains(&name) || name.starts_with("inset") => {
                (lengths().any(|length| length.number != 0.0), "its place")
            }
            "text-indent" | "letter-spacing" | "word-spacing" | "vertical-align" => {
                (lengths().any(|length| length.number < 0.0 || length.number > 100.0), "its place")
            }
            name if name.starts_with("margin") || name.starts_with("padding") => {
                (lengths().any(Length::is_far), "its place")
            }
            "direction" => (odd(&["ltr", "inherit", "initial"]), "`direction`"),
            "mso-hide" | "content" | "transform" | "translate" | "scale" | "rotate" | "clip"
            | "clip-path" | "filter" | "backdrop-filter" | "mask" | "mask-image" | "mix-blend-mode"
            | "zoom" | "animation" | "animation-name" | "text-security" | "text-fill-color"
            | "text-stroke" | "background-clip" | "unicode-bidi" | "writing-mode" | "all" | "offset"
            | "offset-path" | "perspective" | "line-clamp" | "background-image" => (
                odd(&["none", "normal", "auto", "initial", "1", "horizontal-tb"]),
                "a property that no email needs",
            ),
            name => (!is_harmless(name), "a property that no email needs"),
        };
        is_hidden.then_some(how)
    }
}

/// Properties that change how text looks, and never whether it shows.
const HARMLESS: &[&str] = &[
    "background",
    "background-color",
    "border",
    "border-collapse",
    "border-color",
    "border-radius",
    "border-spacing",
    "border-style",
    "border-width",
    "box-sizing",
    "caption-side",
    "clear",
    "color",
    "color-scheme",
    "cursor",
    "float",
    "font-style",
    "font-variant",
    "font-weight",
    "hyphens",
    "list-style",
    "list-style-position",
    "list-style-type",
    "min-height",
    "min-width",
    "orphans",
    "outline",
    "overflow",
    "overflow-wrap",
    "overflow-x",
    "overflow-y",
    "supported-color-schemes",
    "tab-size",
    "table-layout",
    "text-align",
    "text-decoration",
    "text-size-adjust",
    "text-transform",
    "white-space",
    "widows",
    "word-break",
    "word-wrap",
];

/// Beginnings of the names of such properties.
const HARMLESS_STARTS: &[&str] =
    &["border-bottom", "border-left", "border-right", "border-top", "break-", "mso-", "page-break-"];

fn is_harmless(name: &str) -> bool {
    HARMLESS.contains(&name) || HARMLESS_STARTS.iter().any(|start| name.starts_with(start))
}

/// Returns whether an element with these declarations cuts off what is too long for it.
pub(super) fn cuts_off(declarations: &[Declaration]) -> bool {
    let cuts = |one: &Declaration| {
        one.property.starts_with("overflow") && ["hidden", "clip"].iter().any(|how| one.value.contains(how))
    };
    let bounds = |one: &Declaration| match one.property.as_str() {
        "height" | "max-height" | "block-size" | "max-block-size" => true,
        "width" | "max-width" | "inline-size" | "max-inline-size" => {
            one.value.split(' ').filter_map(Length::parse).any(Length::is_narrow)
        }
        _ => false,
    };
    declarations.iter().any(cuts) && declarations.iter().any(bounds)
}

/// Returns a style without its comments. One that does not end reaches to the end.
pub(super) fn without_comments(style: &str) -> String {
    let mut rest = style;
    let mut bare = String::with_capacity(style.len());
    while let Some((before, comment)) = rest.split_once("/*") {
        bare.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    bare + rest
}

/// A number with its unit.
#[derive(Clone, Copy)]
struct Length<'a> {
    number: f64,
    unit: &'a str,
}

impl<'a> Length<'a> {
    fn parse(written: &'a str) -> Option<Self> {
        let end = written
            .find(|letter: char| letter.is_ascii_alphabetic() || letter == '%')
            .unwrap_or(written.len());
        // Of `1e-9px` the unit is `e-9px`, which is odd.
        let (number, unit) = written.split_at_checked(end)?;
        number.parse().ok().map(|number| Self { number, unit })
    }

    /// Returns it as a part of the size around it: `50%` and `0.5em` are a half, and of `px` 16 are one.
    fn part(self) -> f64 {
        match self.unit {
            "%" => self.number / 100.0,
            "px" => self.number / 16.0,
            "pt" => self.number / 12.0,
            _ => self.number,
        }
    }

    /// Returns whether its size is not known here, as of `vw`, `q` or a number with an exponent.
    fn is_odd(self) -> bool {
        !["", "px", "pt", "em", "rem", "%"].contains(&self.unit)
    }

    /// Returns whether it moves what it stands beside back, or out of the page.
    fn is_far(self) -> bool {
        self.number < 0.0 || if self.unit == "%" { self.number > 50.0 } else { self.part() > 62.5 }
    }

    /// Returns whether a line of text is wider.
    fn is_narrow(self) -> bool {
        if self.unit == "%" { self.number < 50.0 } else { self.part() < 12.5 }
    }

    fn is_too_small(self) -> bool {
        // A font's weight is a number without a unit.
        let is_size = !self.unit.is_empty() || self.number == 0.0;
        is_size && self.part() < 0.5
    }

    fn is_nearly_nothing(self) -> bool {
        self.number <= 0.0 || (self.unit != "%" && self.part() < 0.5)
    }
}
