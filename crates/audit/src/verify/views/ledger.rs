//! Checks that the ledger has one row, and what it says of the installation.
//! The other rows are compared by the parent.

use std::fmt::Display;

use tsuho_core::people::InstallationKind;

use super::{Views, compare, extra, lacks};
use crate::finding::{Fault, Finding};
use crate::said::{Say, or_absent, words, words_with};
use crate::source::{LedgerRow, Source};
use crate::verify::Notes;

impl Views<'_> {
    /// Checks that the ledger has one row, and what it says.
    pub(super) fn check_ledgers<S: Source>(
        &self,
        source: &S,
        notes: &mut Notes,
    ) -> Result<(), S::Error> {
        let Some(rows) = source.ledger() else {
            return Ok(());
        };
        let mut count = 0;
        for row in rows {
            count += 1;
            match row? {
                Ok(row) if count == 1 => self.check_ledger(&row, notes),
                Ok(_) => extra("ledger", &count.to_string(), notes),
                Err(cell) => notes.push(cell.finding(None)),
            }
        }
        if count == 0 {
            lacks(None, "ledger", "0", notes);
        }
        Ok(())
    }

    fn check_ledger(&self, row: &LedgerRow, notes: &mut Notes) {
        notes.counts.ledger_rows += 1;
        if row.size != self.chains.size {
            let (size, first) = (row.size, self.chains.size);
            let found = match size.checked_sub(first) {
                None | Some(0) => size.say(),
                Some(1) => words_with(
                    "audit.said.size_beyond_one",
                    [("size", &size), ("first", &first)],
                ),
                Some(_) => {
                    let last = size - 1;
                    let missing: [(&'static str, &dyn Display); 3] =
                        [("size", &size), ("first", &first), ("last", &last)];
                    words_with("audit.said.size_beyond", missing)
                }
            };
            let (fault, expected) = (Fault::LedgerSize, self.chains.size);
            notes.push(Finding::new(fault, None, "ledger.size", expected, found));
        }
        let mut columns = Vec::new();
        let next = self.cases.numbered.saturating_add(1);
        if !(next..=next.saturating_add(self.cases.unnumbered)).contains(&row.next_case_number) {
            let found = row.next_case_number.to_string();
            columns.push(("next_case_number", next.say(), found.say()));
        }
        let next = self.incidents.numbered.saturating_add(1);
        let known = next..=next.saturating_add(self.incidents.unnumbered);
        if !known.contains(&row.next_incident_number) {
            let found = row.next_incident_number.say();
            columns.push(("next_incident_number", next.say(), found));
        }
        // Before its first record an installation is of the kind with which its database was made.
        if let Some(known) = self.installation.kind {
            columns.push(("kind", word(known).say(), word(row.kind).say()));
        }
        // A drill's time stands in the row, and everything was put on record at or before it.
        match (row.kind, row.virtual_now, self.chains.ended) {
            (InstallationKind::Real, None, _) | (InstallationKind::Drill, Some(_), None) => {}
            (InstallationKind::Drill, Some(now), Some(ended)) if now >= ended => {}
            (InstallationKind::Drill, now, Some(ended)) => {
                let expected = words_with("audit.said.or_later", [("at", &ended)]);
                columns.push(("virtual_now", expected, or_absent(now)));
            }
            (_, now, _) => {
                columns.push(("virtual_now", words("audit.said.absent"), or_absent(now)));
            }
        }
        if let Some(begun) = self.chains.begun
            && row.created_at > begun
        {
            let expected = words_with("audit.said.or_earlier", [("at", &begun)]);
            columns.push(("created_at", expected, row.created_at.say()));
        }
        compare(None, "ledger", "0", columns, notes);
    }
}

const fn word(kind: InstallationKind) -> &'static str {
    match kind {
        InstallationKind::Real => "real",
        InstallationKind::Drill => "drill",
    }
}
