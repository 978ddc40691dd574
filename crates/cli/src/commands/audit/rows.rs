//! Holds the rows that lists show of a case or an incident against the fold of all of its records, and tells the outcome.
//! Comparing is left to `tsuho-audit`; every row of a database is compared by `verify`.

use serde_json::{Value, json};
use tsuho_audit::{Difference, case_differences, incident_differences};
use tsuho_core::case::Case;
use tsuho_core::catalogue::Arg;
use tsuho_core::incident::Incident;

use super::stored::{case_row, incident_row};
use crate::commands::case::Then;
use crate::exit::Exit;
use crate::message::Message;

/// What was compared, and where it differs.
#[derive(Debug, Default)]
pub(super) struct Compared {
    rows: usize,
    records: usize,
    differences: Vec<(String, Difference)>,
    missing: Vec<String>,
}

impl Compared {
    /// Compares the row of a case with what its records come to.
    pub(super) fn case(
        &mut self,
        folded: &Case,
        row: Option<tsuho_store::CaseRow>,
        records: usize,
    ) {
        let id = folded.id.to_string();
        self.records += records;
        match row {
            None => self.missing.push(id),
            Some(row) => self.take(&id, case_differences(folded, &case_row(row))),
        }
    }

    /// Compares the row of an incident with what its records come to.
    pub(super) fn incident(
        &mut self,
        folded: &Incident,
        row: Option<tsuho_store::IncidentRow>,
        records: usize,
    ) {
        let id = folded.id.to_string();
        self.records += records;
        match row {
            None => self.missing.push(id),
            Some(row) => self.take(&id, incident_differences(folded, &incident_row(row))),
        }
    }

    fn take(&mut self, id: &str, differences: Vec<Difference>) {
        self.rows += 1;
        let differences = differences.into_iter();
        self.differences
            .extend(differences.map(|one| (id.to_owned(), one)));
    }

    /// Returns how the program ends.
    pub(super) fn exit(&self) -> Exit {
        if self.agrees() {
            Exit::Fine
        } else {
            Exit::Findings
        }
    }

    fn agrees(&self) -> bool {
        self.differences.is_empty() && self.missing.is_empty()
    }

    /// Returns what is said with what is shown as of another time.
    pub(super) fn under(&self, heading: Message) -> Then {
        Then {
            heading,
            foot: self.lines(),
            rows: self.json(),
        }
    }

    fn lines(&self) -> Vec<Message> {
        if self.agrees() {
            let line = Message::new("replay.rows.agree").with("rows", self.rows.to_string());
            return vec![line.with("records", self.records.to_string())];
        }
        let missing = self
            .missing
            .iter()
            .map(|row| Message::new("replay.rows.missing").with("row", row.as_str()));
        let differences = self.differences.iter().map(|(row, one)| {
            Message::new("replay.rows.differ")
                .with("row", row.as_str())
                .with("column", Arg::from(one.column.as_str()))
                .with("expected", one.expected.arg())
                .with("found", one.found.arg())
        });
        missing.chain(differences).collect()
    }

    fn json(&self) -> Value {
        let differences = self.differences.iter().map(|(row, one)| {
            json!({
                "row": row,
                "column": one.column,
                "expected": one.expected,
                "found": one.found,
            })
        });
        json!({
            "compared": self.rows,
            "records": self.records,
            "missing": self.missing,
            "differences": differences.collect::<Vec<_>>(),
        })
    }
}
