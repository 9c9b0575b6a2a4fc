//! A table as its reader sees it, whatever file it stands in.

/// A cell: what a reader takes it for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    /// A number, in units of ten to the power minus `decimals`.
    Number { units: i64, decimals: u32 },
    /// Hidden to protect small numbers.
    Hidden,
    /// Nothing, or another symbol.
    Nothing,
    /// Words.
    Words(String),
}

/// A table: the heads of its columns, and its rows as wide as those.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    /// Where it stands: the file, and its place in it.
    pub(super) place: String,
    /// The heads of its columns of figures.
    pub(super) heads: Vec<String>,
    pub(super) rows: Vec<Row>,
}

/// A row: its names, and its figures.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) names: Vec<String>,
    pub(super) cells: Vec<Cell>,
}

/// Marks of a hidden cell, and of one without a figure.
const HIDDEN: &str = "[c]";
const NOTHING: [&str; 7] = ["", "[x]", "[z]", "[u]", "[low]", "-", "–"];

impl Cell {
    /// Reads a cell as people write numbers: `1,480`, `£1,480`, `−8.2%`, `+32.3%`.
    pub(super) fn read(text: &str) -> Self {
        let text = text.trim();
        if text == HIDDEN {
            return Self::Hidden;
        }
        if NOTHING.contains(&text) {
            return Self::Nothing;
        }
        let words = || Self::Words(text.to_owned());
        let (negative, rest) = match text.strip_prefix(['-', '−']) {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let rest = rest.strip_prefix('£').unwrap_or(rest);
        let rest = rest.strip_suffix('%').unwrap_or(rest);
        let (whole, fraction) = rest.split_once('.').unwrap_or((rest, ""));
        let groups: Vec<&str> = whole.split(',').collect();
        let are_groups = groups.iter().skip(1).all(|group| group.len() == 3);
        let digits = groups.concat() + fraction;
        let is_number = !whole.is_empty()
            && are_groups
            && digits.len() <= 15
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !(whole.len() > 1 && whole.starts_with('0'));
        let Some(units) = digits.parse::<i64>().ok().filter(|_| is_number) else {
            return words();
        };
        let decimals = u32::try_from(fraction.len()).unwrap_or_default();
        Self::Number { units: if negative { -units } else { units }, decimals }
    }

    /// Returns the number that a reader sees, and by how much it may be rounded off.
    pub(super) fn number(&self) -> Option<(f64, f64)> {
        match self {
            Self::Number { units, decimals } => {
                let power = 10_f64.powi(i32::try_from(*decimals).ok()?);
                Some((to_f64(*units) / power, if *decimals == 0 { 0.0 } else { 0.5 / power }))
            }
            _ => None,
        }
    }
}

/// Returns a whole number as a double; those of reports have fewer digits than a double has.
#[expect(clippy::cast_precision_loss, reason = "numbers of at most fifteen digits are read")]
pub(super) fn to_f64(units: i64) -> f64 {
    units as f64
}

impl Grid {
    /// Makes a grid of lines of text, the first of which has the heads. Columns with words are names of rows, as are columns
    /// of codes of schools; the others hold figures.
    pub(super) fn of(place: String, lines: &[Vec<String>]) -> Option<Self> {
        let (head, body) = lines.split_first()?;
        if body.is_empty() || head.len() < 2 {
            return None;
        }
        let read: Vec<Vec<Cell>> = body
            .iter()
            .map(|line| {
                (0..head.len())
                    .map(|at| line.get(at).map_or(Cell::Nothing, |text| Cell::read(text)))
                    .collect()
            })
            .collect();
        let names_rows = |column: usize| {
            let is_words = |row: &Vec<Cell>| matches!(row.get(column), Some(Cell::Words(_)));
            let is_code = head.get(column).is_some_and(|head| head.trim() == "URN");
            column == 0 || is_code || read.iter().any(is_words)
        };
        let (names, figures): (Vec<usize>, Vec<usize>) =
            (0..head.len()).partition(|&column| names_rows(column));
        if figures.is_empty() {
            return None;
        }
        let rows = body.iter().zip(&read).map(|(line, cells)| Row {
            names: names
                .iter()
                .map(|&at| line.get(at).map(|text| text.trim().to_owned()).unwrap_or_default())
                .collect(),
            cells: figures.iter().map(|&at| cells.get(at).cloned().unwrap_or(Cell::Nothing)).collect(),
        });
        Some(Self {
            place,
            heads: figures.iter().filter_map(|&at| head.get(at).map(|text| text.trim().to_owned())).collect(),
            rows: rows.collect(),
        })
    }

    /// Returns whether the figures of a column are whole wherever they are shown.
    pub(super) fn is_whole(&self, column: usize) -> bool {
        self.rows.iter().all(|row| !matches!(row.cells.get(column), Some(Cell::Number { decimals: 1.., .. })))
    }
}
