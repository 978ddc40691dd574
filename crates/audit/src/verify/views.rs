//! Last layer: what lists show equals the fold of all records.
//! Rows of streams that are damaged before are compared as far as something is known of them.

mod incidents;
mod ledger;

use std::collections::BTreeSet;
use std::fmt::Display;

use tsuho_core::case::{Case, Context, settle};
use tsuho_core::ids::CaseId;
use tsuho_core::time::Timestamp;
use tsuho_ledger::Moment;

use super::Notes;
use super::cases::{Cases, Folded, Standing};
use super::chain::Chains;
use super::incidents::Incidents;
use super::installation::{Installation, Whole};
use super::requests::Requests;
use crate::finding::{Fault, Finding, Place};
use crate::rows::{Column, case_columns, clock_row};
use crate::said::{Say, or_absent, words};
use crate::source::{CaseRow, ClockRow, DefinitionRow, Source, StreamRow, Unreadable};
use crate::stream::Kind;

/// What the rows are held against.
pub(super) struct Views<'a> {
    pub chains: &'a Chains,
    pub installation: &'a Installation,
    pub cases: &'a Cases,
    pub incidents: &'a Incidents,
}

impl Views<'_> {
    /// Compares every row.
    pub(super) fn check<S: Source>(&self, source: &S, notes: &mut Notes) -> Result<(), S::Error> {
        self.check_ledgers(source, notes)?;
        let place_of = |stream: &str| self.chains.streams().get(stream).map(|link| &link.last);
        if let Some(rows) = source.streams() {
            let mut missing: BTreeSet<String> = self.chains.streams().keys().cloned().collect();
            for row in rows {
                missing.remove(&match row? {
                    Ok(row) => {
                        self.check_stream(&row, notes);
                        row.stream
                    }
                    Err(cell) => unreadable(cell, place_of, notes),
                });
            }
            for stream in missing {
                lacks(place_of(&stream), "streams", &stream, notes);
            }
        }
        if let Some(rows) = source.cases() {
            let folded = self.folded();
            let mut missing: BTreeSet<String> = folded.map(|one| one.case.id.to_string()).collect();
            for row in rows {
                missing.remove(&match row? {
                    Ok(row) => {
                        self.check_case(&row, notes);
                        row.case_id
                    }
                    Err(cell) => unreadable(cell, |case| self.last(case), notes),
                });
            }
            for case in missing {
                lacks(self.last(&case), "cases", &case, notes);
            }
        }
        self.check_incidents(source, notes)?;
        if let Some(rows) = source.clocks() {
            let keys = |one: &Folded| {
                let id = one.case.id;
                let duties = one.case.duties.keys();
                duties
                    .map(move |duty| clock_key(&id, duty))
                    .collect::<Vec<_>>()
            };
            let mut missing: BTreeSet<String> = self.folded().flat_map(keys).collect();
            let place_of = |key: &str| self.last(key.split('/').next().unwrap_or_default());
            for row in rows {
                missing.remove(&match row? {
                    Ok(row) => {
                        self.check_clock(&row, notes);
                        clock_key(&row.case_id, &row.duty)
                    }
                    Err(cell) => unreadable(cell, place_of, notes),
                });
            }
            for key in missing {
                lacks(place_of(&key), "clocks", &key, notes);
            }
        }
        for row in source.definitions().into_iter().flatten() {
            match row? {
                Ok(row) => self.check_definition(&row, notes),
                Err(cell) => notes.push(cell.finding(None)),
            }
        }
        let requests = Requests { views: self };
        requests.check(source, notes)
    }

    /// Checks that a row of a definition belongs to a publication. Whether what was published is there, and is what was
    /// published, was checked at its record.
    fn check_definition(&self, row: &DefinitionRow, notes: &mut Notes) {
        notes.counts.definition_rows += 1;
        let installation = self.installation;
        let is_published = installation.workflows.contains_key(&row.digest)
            || installation.releases.contains_key(&row.digest);
        if installation.system == Whole::Whole && !is_published {
            extra(row.table, &row.key, notes);
        }
    }

    fn folded(&self) -> impl Iterator<Item = &Folded> {
        self.cases
            .iter()
            .filter_map(|(_, standing)| match standing {
                Standing::Folded(folded) => Some(&**folded),
                Standing::Lost => None,
            })
    }

    /// Returns the last record of a case.
    fn last(&self, case: &str) -> Option<&Place> {
        let link = self.chains.streams().get(&format!("case/{case}"));
        link.map(|link| &link.last)
    }

    fn check_stream(&self, row: &StreamRow, notes: &mut Notes) {
        notes.counts.stream_rows += 1;
        let Some(link) = self.chains.streams().get(&row.stream) else {
            extra("streams", &row.stream, notes);
            return;
        };
        let mut columns = vec![
            ("first_position", link.first.say(), row.first_position.say()),
            ("version", link.length.say(), row.version.say()),
            ("head", link.head.say(), row.head.say()),
        ];
        if let Some((revision, wake_at)) = self.pending(&row.stream) {
            columns.push(("revision", revision.say(), row.revision.say()));
            columns.push(("wake_at", or_absent(wake_at), or_absent(row.wake_at)));
        }
        compare(Some(&link.last), "streams", &row.stream, columns, notes);
    }

    /// Returns a stream's revision and what it waits for, if it could be folded.
    fn pending(&self, stream: &str) -> Option<(u64, Option<Moment>)> {
        let installation = self.installation;
        match Kind::of(stream)? {
            Kind::System if installation.system == Whole::Whole => {
                Some((installation.revision, None))
            }
            Kind::Operator if installation.facts == Whole::Whole => {
                Some((installation.operator_revision, None))
            }
            Kind::System | Kind::Operator => None,
            Kind::Incident(id) => {
                let folded = self.incidents.get(id)?.folded()?;
                Some((folded.incident.revision, None))
            }
            Kind::Case(id) => match self.cases.get(id)? {
                Standing::Lost => None,
                Standing::Folded(folded) => {
                    let compiled = folded.compiled.as_ref()?;
                    let context = Context {
                        rules: &compiled.rules,
                        people: &installation.people,
                        calendars: &folded.calendars,
                    };
                    let wake_at =
                        settle::wake_at(&context, &folded.case, None).map(Timestamp::moment);
                    Some((folded.case.revision, wake_at))
                }
            },
        }
    }

    /// Finds the case that a row names; `None` if there is none, or none that could be folded.
    fn case(&self, table: &str, id: &str, notes: &mut Notes) -> Option<&Case> {
        let known = id.parse::<CaseId>().ok();
        match known.and_then(|id| self.cases.get(id)) {
            None => {
                extra(table, id, notes);
                None
            }
            Some(Standing::Lost) => None,
            Some(Standing::Folded(folded)) => Some(&folded.case),
        }
    }

    fn check_case(&self, row: &CaseRow, notes: &mut Notes) {
        notes.counts.case_rows += 1;
        let Some(case) = self.case("cases", &row.case_id, notes) else {
            return;
        };
        let place = self.last(&row.case_id);
        compare(place, "cases", &row.case_id, case_columns(case, row), notes);
    }

    fn check_clock(&self, row: &ClockRow, notes: &mut Notes) {
        notes.counts.clock_rows += 1;
        let Some(case) = self.case("clocks", &row.case_id, notes) else {
            return;
        };
        let duty = row.duty.parse().ok();
        let known = duty.as_ref().and_then(|key| case.duties.get_key_value(key));
        let Some((key, duty)) = known else {
            extra("clocks", &clock_key(&row.case_id, &row.duty), notes);
            return;
        };
        let expected = clock_row(case, key, duty);
        let columns = vec![
            (
                "obligation",
                expected.obligation.say(),
                (&row.obligation).say(),
            ),
            (
                "recipient",
                expected.recipient.say(),
                (&row.recipient).say(),
            ),
            ("due_at", or_absent(expected.due_at), or_absent(row.due_at)),
            ("status", expected.status.say(), (&row.status).say()),
            (
                "provisional",
                expected.provisional.say(),
                row.provisional.say(),
            ),
        ];
        let key = clock_key(&row.case_id, &row.duty);
        compare(self.last(&row.case_id), "clocks", &key, columns, notes);
    }

    /// Tells whether a stream could be folded to its end.
    pub(super) fn is_whole(&self, stream: &str) -> bool {
        match Kind::of(stream) {
            Some(Kind::System) => self.installation.system == Whole::Whole,
            Some(Kind::Operator) => self.installation.facts == Whole::Whole,
            Some(Kind::Incident(id)) => self
                .incidents
                .get(id)
                .is_some_and(|it| it.folded().is_some()),
            Some(Kind::Case(id)) => matches!(self.cases.get(id), Some(Standing::Folded(_))),
            None => false,
        }
    }
}

fn clock_key(case: &impl Display, duty: &impl Display) -> String {
    format!("{case}/{duty}")
}

/// Notes a cell that cannot be read, at the record that should have made it; returns the key of its row.
fn unreadable<'a>(
    cell: Unreadable,
    place_of: impl Fn(&str) -> Option<&'a Place>,
    notes: &mut Notes,
) -> String {
    notes.push(cell.finding(place_of(&cell.row)));
    cell.row
}

/// Notes the columns of a row that differ.
pub(super) fn compare(
    place: Option<&Place>,
    table: &str,
    row: &str,
    columns: Vec<Column<'_>>,
    notes: &mut Notes,
) {
    for (column, expected, found) in columns {
        if expected != found {
            let field = format!("{table}.{column}");
            let place = place.cloned();
            let finding = Finding::new(Fault::RowDiffers, place, field, expected, found);
            notes.push(finding.of(row));
        }
    }
}

/// Notes that a row is missing.
pub(super) fn lacks(place: Option<&Place>, table: &str, row: &str, notes: &mut Notes) {
    let (expected, found) = (words("audit.said.row"), words("audit.said.nothing"));
    let finding = Finding::new(Fault::RowMissing, place.cloned(), table, expected, found);
    notes.push(finding.of(row));
}

/// Notes that a row is there which no record explains.
pub(super) fn extra(table: &str, row: &str, notes: &mut Notes) {
    let (expected, found) = (words("audit.said.nothing"), words("audit.said.row"));
    let finding = Finding::new(Fault::RowExtra, None, table, expected, found);
    notes.push(finding.of(row));
}
