use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::decimal::Decimal;
use crate::project::Indicator;

/// A model's rows after the gate: the only form in which numbers reach a document.
///
/// Only [`clear`](super::clear) makes one, so whatever holds one holds nothing that must stay hidden.
#[derive(Debug, Clone)]
pub struct Cleared {
    pub(super) model: String,
    pub(super) title: String,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<Cell>>,
    /// How many cells of each row are hidden.
    pub(super) hidden: Vec<HiddenCells>,
}

/// A column of a cleared table.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name in the query.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// Whether the model's grain has it: only such a key distinguishes rows.
    pub in_grain: bool,
    /// Its heading.
    pub label: String,
    /// How its codes are shown.
    pub labels: BTreeMap<String, String>,
    /// Which of its codes is the total of the others.
    pub total: Option<String>,
    /// Its definition, for a measure that has one.
    pub indicator: Option<Indicator>,
}

/// What a column is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Names a row.
    Key,
    /// Holds a number.
    Measure,
}

/// A cell as it may leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A value.
    Shown(Value),
    /// Confidential: hidden to protect small numbers, `[c]`.
    Hidden,
    /// Not applicable, such as a rate of nothing: `[z]`.
    NotApplicable,
    /// Too few to rely on: `[u]`.
    Unreliable,
    /// Not available: `[x]`.
    Missing,
}

/// A value that may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A code or a name.
    Text(String),
    /// A number, exact.
    Number(Decimal),
    /// A day.
    Date(NaiveDate),
    /// Yes or no.
    Boolean(bool),
}

/// How many cells the gate hid, and why.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HiddenCells {
    /// Counts below the threshold, and what is worked out from them.
    pub primary: usize,
    /// Hidden so that those cannot be worked out.
    pub secondary: usize,
}

impl Cleared {
    /// Returns the model's name.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.model
    }

    /// Returns the table's title: the model's, or its name in words.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Returns the columns, in the query's order.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Returns where the column `name` stands.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// Returns the rows, in the model's order; each as wide as [`columns`](Self::columns).
    #[must_use]
    pub fn rows(&self) -> &[Vec<Cell>] {
        &self.rows
    }

    /// Returns how many cells are hidden.
    #[must_use]
    pub fn hidden(&self) -> HiddenCells {
        self.hidden.iter().fold(HiddenCells::default(), |sum, row| HiddenCells {
            primary: sum.primary + row.primary,
            secondary: sum.secondary + row.secondary,
        })
    }

    /// Returns the codes of a key, in order, without the one that is the total of the others; none when there is no
    /// such key.
    #[must_use]
    pub fn codes(&self, key: &str) -> BTreeSet<String> {
        let Some((at, column)) = self.position(key).and_then(|at| Some((at, self.columns.get(at)?))) else {
            return BTreeSet::new();
        };
        let codes = self.rows.iter().filter_map(|row| row.get(at)).map(Cell::code);
        codes.filter(|code| !code.is_empty() && !column.is_total(code)).collect()
    }

    /// Returns the same with `[x]` in place of each figure that `is_gap` picks, by its row and its column: what the gate has
    /// hidden stays hidden.
    #[must_use]
    pub fn with_gaps(&self, is_gap: impl Fn(&[Cell], &Column) -> bool) -> Self {
        let mut marked = self.clone();
        for row in &mut marked.rows {
            let gaps: Vec<usize> = self
                .columns
                .iter()
                .enumerate()
                .filter(|(_, column)| column.role == Role::Measure && is_gap(row, column))
                .map(|(at, _)| at)
                .collect();
            for at in gaps {
                if let Some(cell) = row.get_mut(at).filter(|cell| **cell != Cell::Hidden) {
                    *cell = Cell::Missing;
                }
            }
        }
        marked
    }

    /// Returns the rows with one code of a key: what one reader may see of a table that has passed whole. The key no
    /// longer distinguishes rows, and nothing is its total.
    #[must_use]
    pub fn only(&self, key: &str, code: &str) -> Self {
        let mut own = Self { rows: Vec::new(), hidden: Vec::new(), ..self.clone() };
        let Some(at) = self.position(key) else {
            return own;
        };
        if let Some(column) = own.columns.get_mut(at) {
            column.in_grain = false;
            column.total = None;
        }
        for (row, hidden) in self.rows.iter().zip(&self.hidden) {
            if row.get(at).is_some_and(|cell| cell.is_code(code)) {
                own.rows.push(row.clone());
                own.hidden.push(*hidden);
            }
        }
        own
    }
}

impl Column {
    /// Returns how `code` is written for readers.
    #[must_use]
    pub fn label_of<'a>(&'a self, code: &'a str) -> &'a str {
        self.labels.get(code).map_or(code, String::as_str)
    }

    /// Returns whether `code` is the total of the others.
    #[must_use]
    pub fn is_total(&self, code: &str) -> bool {
        self.total.as_deref() == Some(code)
    }
}

impl Cell {
    /// Returns the number shown, if it is one.
    #[must_use]
    pub fn number(&self) -> Option<Decimal> {
        match self {
            Self::Shown(Value::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// Returns whether the code of a key is `code`.
    #[must_use]
    pub fn is_code(&self, code: &str) -> bool {
        match self {
            Self::Shown(Value::Text(text)) => text == code,
            _ => self.code() == code,
        }
    }

    /// Returns the code of a key: texts as they are, numbers and days as digits, empty when missing.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::Shown(Value::Text(text)) => text.clone(),
            Self::Shown(Value::Number(number)) => number.to_string(),
            Self::Shown(Value::Date(day)) => day.to_string(),
            Self::Shown(Value::Boolean(yes)) => (if *yes { "yes" } else { "no" }).to_owned(),
            Self::Hidden | Self::NotApplicable | Self::Unreliable | Self::Missing => String::new(),
        }
    }
}

impl HiddenCells {
    /// Returns how many cells are hidden, for either reason.
    #[must_use]
    pub fn total(self) -> usize {
        self.primary + self.secondary
    }
}
