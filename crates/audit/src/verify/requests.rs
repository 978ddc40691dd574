//! Last layer, of requests: each row names exactly the records of one decision that its person asked for.
//! Under which key a request was sent, and what its text was, is on no record and cannot be checked; nor can that a row
//! was taken out, but by the gap that it leaves in the numbers of the rows.

use std::collections::{BTreeMap, BTreeSet};

use tsuho_core::case::decide::MOST_EVENTS;
use tsuho_ledger::Header;

use super::Notes;
use super::views::{Views, compare, extra, lacks};
use crate::said::{Say, words};
use crate::source::{RequestRow, Source};

/// Most headers that are read for one row: those of the longest decision, and one before and behind it.
const MOST_HEADERS: usize = MOST_EVENTS + 2;

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
        let Some(link) = self.views.chains.streams().get(&row.stream) else {
            extra("requests", &key(row), notes);
            return Ok(());
        };
        if !self.views.is_whole(&row.stream) {
            return Ok(());
        }
        let last = row.last_seq.min(link.length.saturating_sub(1));
        // With the record before and the one behind, which are of other decisions.
        let stretch = (row.first_seq.saturating_sub(1), last.saturating_add(1));
        let headers = source
            .headers(&row.stream, stretch, MOST_HEADERS)?
            .into_iter();
        let headers: BTreeMap<u64, Header> = headers
            .filter_map(|(seq, bytes)| Some((seq, Header::from_bytes(&bytes).ok()?)))
            .collect();
        let belongs = |seq: u64| {
            let header = headers.get(&seq);
            header.is_some_and(|header| header.command.as_str() == row.command)
        };
        let mut persons = BTreeSet::new();
        for seq in row.first_seq..=last {
            // A record that is not found by what its row says was noted when it was read.
            let Some(header) = headers.get(&seq) else {
                return Ok(());
            };
            if header.command.as_str() != row.command {
                let column = ("command", (&header.command).say(), (&row.command).say());
                compare(Some(&link.last), "requests", &key(row), vec![column], notes);
                return Ok(());
            }
            persons.insert(header.person.to_string());
        }
        let mut columns = Vec::new();
        if row.first_seq > last || row.first_seq > 0 && belongs(row.first_seq - 1) {
            let expected = words("audit.said.first_of_records");
            columns.push(("first_seq", expected, row.first_seq.say()));
        }
        if last != row.last_seq || belongs(last.saturating_add(1)) {
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
