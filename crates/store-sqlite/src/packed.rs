//! Packs the rows of one statement: bytes and texts end to end in one blob, and rows of numbers that say where in it.
//!
//! One statement writes all rows of a table, because a round trip to the database costs more than a row; and what is
//! written is hex nowhere, which would have to be made on one side and read on the other.

use std::fmt::Write as _;

/// Bytes end to end.
#[derive(Debug, Default)]
pub(crate) struct Heap(Vec<u8>);

/// The rows of one table, as a JSON array of arrays of integers and nulls.
#[derive(Debug, Default)]
pub(crate) struct Rows(String);

/// A row that is being written.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    rows: &'a mut String,
    heap: &'a mut Heap,
    is_empty: bool,
}

impl Heap {
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl Rows {
    /// Begins a row, whose bytes go to `heap`.
    pub(crate) fn row<'a>(&'a mut self, heap: &'a mut Heap) -> Row<'a> {
        self.0.push(if self.0.is_empty() { '[' } else { ',' });
        self.0.push('[');
        Row {
            rows: &mut self.0,
            heap,
            is_empty: true,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the JSON text.
    pub(crate) fn into_json(mut self) -> String {
        self.0.push_str(if self.0.is_empty() { "[]" } else { "]" });
        self.0
    }
}

impl Row<'_> {
    pub(crate) fn integer(mut self, value: i64) -> Self {
        self.number(value);
        self
    }

    /// Writes a count, which is far below 2^63 because it was counted one by one.
    pub(crate) fn count(mut self, value: u64) -> Self {
        self.number(value);
        self
    }

    pub(crate) fn integer_or_null(mut self, value: Option<i64>) -> Self {
        match value {
            Some(value) => self.number(value),
            None => self.cell("null"),
        }
        self
    }

    /// Writes bytes, or a text: two cells, which say where they lie in the blob. The first byte is number 1, as `substr`
    /// counts.
    pub(crate) fn bytes(mut self, bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref();
        let first = self.heap.0.len() + 1;
        self.heap.0.extend_from_slice(bytes);
        self.number(first);
        self.number(bytes.len());
        self
    }

    /// Writes a text that may be missing: two nulls, of which `substr` makes one.
    pub(crate) fn text_or_null(mut self, text: Option<&str>) -> Self {
        if let Some(text) = text {
            return self.bytes(text);
        }
        self.cell("null");
        self.cell("null");
        self
    }

    pub(crate) fn end(self) {
        self.rows.push(']');
    }

    fn number(&mut self, value: impl std::fmt::Display) {
        self.separate();
        write!(self.rows, "{value}").expect("a string takes everything");
    }

    fn cell(&mut self, text: &str) {
        self.separate();
        self.rows.push_str(text);
    }

    fn separate(&mut self) {
        if !std::mem::replace(&mut self.is_empty, false) {
            self.rows.push(',');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_say_where_their_bytes_lie() {
        let (mut heap, mut rows) = (Heap::default(), Rows::default());
        rows.row(&mut heap)
            .integer(-7)
            .bytes("case/1")
            .bytes([0xff])
            .end();
        rows.row(&mut heap)
            .count(8)
            .text_or_null(Some("報"))
            .text_or_null(None)
            .integer_or_null(None)
            .end();
        assert_eq!(rows.into_json(), "[[-7,1,6,7,1],[8,8,3,null,null,null]]");
        assert_eq!(
            heap.into_bytes(),
            [b"case/1", &[0xff][..], "報".as_bytes()].concat()
        );
    }

    #[test]
    fn no_rows_are_an_empty_array() {
        assert_eq!(Rows::default().into_json(), "[]");
    }
}
