//! Holds rows of values and lays them out: a table for people, an object for programs.
//! Printing is left to the parent.

use comfy_table::{ContentArrangement, Table, presets};
use serde_json::{Map, Value};
use tsuho_core::catalogue::Language;

use super::escape;
use crate::message::Message;

/// Rows of values under a name.
#[derive(Debug, Clone)]
pub(crate) struct Listing {
    /// What the rows are, as a key of JSON: `cases`.
    name: &'static str,
    /// The keys of their values; `column.<key>` is the heading.
    columns: &'static [&'static str],
    rows: Vec<Vec<Cell>>,
    /// Behind which number there are more.
    next: Option<u64>,
}

/// A value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cell {
    /// What people read.
    shown: Shown,
    /// What programs read.
    value: Value,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Shown {
    Text(String),
    Message(Message),
}

impl Cell {
    /// Makes a value that people and programs read differently, such as a due date.
    pub(crate) fn new(shown: impl Into<String>, value: impl Into<Value>) -> Self {
        Self {
            shown: Shown::Text(shown.into()),
            value: value.into(),
        }
    }

    /// Makes a value that people read as a sentence in their language.
    pub(crate) fn said(message: Message, value: impl Into<Value>) -> Self {
        Self {
            shown: Shown::Message(message),
            value: value.into(),
        }
    }

    /// Makes a value that is not there.
    pub(crate) fn none() -> Self {
        Self::new("", Value::Null)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::new(text.clone(), text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::new(text, text)
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Self::new(number.to_string(), number)
    }
}

impl From<u32> for Cell {
    fn from(number: u32) -> Self {
        Self::from(u64::from(number))
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or_else(Self::none, Into::into)
    }
}

impl From<Vec<String>> for Cell {
    fn from(list: Vec<String>) -> Self {
        Self::new(list.join(", "), list)
    }
}

impl Listing {
    /// Begins a listing.
    pub(crate) fn new(name: &'static str, columns: &'static [&'static str]) -> Self {
        Self {
            name,
            columns,
            rows: Vec::new(),
            next: None,
        }
    }

    /// Says behind which number there are more.
    pub(crate) fn with_next(self, next: Option<u64>) -> Self {
        Self { next, ..self }
    }

    /// Adds a row with a value for each column.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        let row: Vec<Cell> = cells.into_iter().collect();
        debug_assert_eq!(row.len(), self.columns.len(), "a row of `{}`", self.name);
        self.rows.push(row);
    }

    /// Lays the rows out for people.
    pub(super) fn table(&self, language: Language) -> String {
        if self.rows.is_empty() {
            return format!("{}\n", Message::new("program.no-rows").text(language));
        }
        let heading = |key: &&'static str| Message::new(format!("column.{key}")).text(language);
        let mut table = Table::new();
        table
            .load_style(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Disabled)
            .set_header(self.columns.iter().map(heading));
        for row in &self.rows {
            table.add_row(row.iter().map(|cell| {
                let shown = match &cell.shown {
                    Shown::Text(text) => text.clone(),
                    Shown::Message(message) => message.text(language),
                };
                escape::line(&shown).into_owned()
            }));
        }
        // Cells are padded by a space on both sides; the first column begins at the margin.
        let mut text = String::new();
        for line in table.lines() {
            text.push_str(line.strip_prefix(' ').unwrap_or(&line).trim_end());
            text.push('\n');
        }
        text
    }

    /// Lays the rows out for programs, as a list.
    pub(crate) fn rows(&self) -> Value {
        let rows = self.rows.iter().map(|row| {
            let values = row.iter().map(|cell| cell.value.clone());
            let keys = self.columns.iter().map(|key| (*key).to_owned());
            Value::Object(keys.zip(values).collect())
        });
        rows.collect()
    }

    /// Lays the rows out for programs, as an object with one list, and with `next` if there are more.
    pub(super) fn json(&self) -> Value {
        let mut object = Map::from_iter([(self.name.to_owned(), self.rows())]);
        object.extend(self.next.map(|next| ("next".to_owned(), next.into())));
        Value::Object(object)
    }
}
