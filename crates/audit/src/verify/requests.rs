//! Last layer, of requests: each row names exactly the records of one decision that its person asked for.
//! Under which key a request was sent, and what its text was, is on no record and cannot be checked; nor can that a row
//! was taken out, but by the gap that it leaves in the numbers of the rows.

use std::collections::BTreeSet;

use super::views::{Views, compare, extra, lacks};
use super::{Notes, bytes};
use crate::said::{Say, words};
use crate::source::{RequestRow, Source};

/// What the rows of requests are held against.
pub(super) struct Requests<'a> {
    pub views: &'a Views<'a>,
}

impl Requests<'_> {
    /// Checks every row.
    pub(super) fn check<S: Source>(&self, source: &S, notes: &mut Notes) -> Result<(), S::Error> {
        let mut answered = BTreeSet::new();
        let mut next = 1;
        for row in source.requests().into_iter().flatten() {
            let row = match row? {
                Ok(row) => row,
                Err(cell) => {
                    notes.push(cell.finding(None));
                    next += 1;
                    continue;
                }
            };
            if row.number > next {
                let gap = match row.number - 1 {
                    last if last == next => next.to_string(),
                    last => format!("{next}–{last}"),
                };
                lacks(None, "requests", &gap, notes);
            }
            next = row.number.saturating_add(1);
            self.check_row(source, &row, notes)?;
            if !answered.insert((row.stream.clone(), row.command.clone())) {
                extra("requests", &key(&row), notes);
            }
        }
        Ok(())
    }

    /// Checks one row. Nothing is compared with a stream that is damaged.
    fn check_row<S: Source>(
        &self,
        source: &S,
        row: &RequestRow,
        notes: &mut Notes,
    ) -> Result<(), S::Error> {
        notes.counts.request_rows += 1;
        let command_at = |seq: u64| -> Result<Option<(String, String)>, S::Error> {
            let stored = source.record(&row.stream, seq)?;
            let record =
                stored.and_then(|stored| bytes::open(&stored, &mut Notes::default()).record);
            Ok(record.map(|record| {
                let header = record.header();
                (header.command.to_string(), header.person.to_string())
            }))
        };
        let Some(link) = self.views.chains.streams().get(&row.stream) else {
            extra("requests", &key(row), notes);
            return Ok(());
        };
        if !self.views.is_whole(&row.stream) {
            return Ok(());
        }
        let belongs = |found: &Option<(String, String)>| {
            found
                .as_ref()
                .is_some_and(|(command, _)| *command == row.command)
        };
        let mut persons = BTreeSet::new();
        let last = row.last_seq.min(link.length.saturating_sub(1));
        for seq in row.first_seq..=last {
            let found = command_at(seq)?;
            // A record that is not found by what its row says was noted when it was read.
            let Some((command, person)) = found else {
                return Ok(());
            };
            if command != row.command {
                let column = ("command", command.say(), (&row.command).say());
                compare(Some(&link.last), "requests", &key(row), vec![column], notes);
                return Ok(());
            }
            persons.insert(person);
        }
        let mut columns = Vec::new();
        if row.first_seq > last || row.first_seq > 0 && belongs(&command_at(row.first_seq - 1)?) {
            let expected = words("audit.said.first_of_records");
            columns.push(("first_seq", expected, row.first_seq.say()));
        }
        if last != row.last_seq || belongs(&command_at(last + 1)?) {
            let expected = words("audit.said.last_of_records");
            columns.push(("last_seq", expected, row.last_seq.say()));
        }
        if columns.is_empty() && !persons.contains(&row.person) {
            let persons: Vec<String> = persons.into_iter().filter(|one| one != "clock").collect();
            columns.push(("person", persons.join(", ").say(), (&row.person).say()));
        }
        compare(Some(&link.last), "requests", &key(row), columns, notes);
        Ok(())
    }
}

fn key(row: &RequestRow) -> String {
    format!("{}/{}", row.person, row.key)
}
