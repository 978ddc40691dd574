//! Seventh layer: what lists show equals the fold of all records.
//! Rows of streams that are damaged before are compared as far as something is known of them.

use std::collections::BTreeSet;

use tsuho_core::case::{Case, Context, settle};
use tsuho_core::ids::CaseId;
use tsuho_core::people::InstallationKind;
use tsuho_core::time::Timestamp;
use tsuho_ledger::Moment;

use super::cases::{Cases, Folded, Standing};
use super::chain::Chains;
use super::installation::{Installation, Whole};
use super::{Notes, bytes};
use crate::finding::{Fault, Finding, Place};
use crate::rows::{case_row, clock_row};
use crate::source::{CaseRow, ClockRow, LedgerRow, RequestRow, Source, StreamRow};
use crate::stream::Kind;

/// What the rows are held against.
pub(super) struct Views<'a> {
    pub chains: &'a Chains,
    pub installation: &'a Installation,
    pub cases: &'a Cases,
}

/// One column: its name, what it must say, and what it says.
type Column<'a> = (&'a str, String, String);

impl Views<'_> {
    /// Compares every row.
    pub(super) fn check<S: Source>(&self, source: &S, notes: &mut Notes) -> Result<(), S::Error> {
        if let Some(row) = source.ledger()? {
            self.check_ledger(&row, notes);
        }
        if let Some(rows) = source.streams() {
            let mut missing: BTreeSet<&String> = self.chains.streams().keys().collect();
            for row in rows {
                let row = row?;
                self.check_stream(&row, notes);
                missing.remove(&row.stream);
            }
            for stream in missing {
                let place = self.chains.streams().get(stream).map(|link| &link.last);
                lacks(place, "streams", stream, notes);
            }
        }
        if let Some(rows) = source.cases() {
            let folded = self.folded();
            let mut missing: BTreeSet<String> = folded.map(|one| one.case.id.to_string()).collect();
            for row in rows {
                let row = row?;
                self.check_case(&row, notes);
                missing.remove(&row.case_id);
            }
            for case in missing {
                lacks(self.last(&case), "cases", &case, notes);
            }
        }
        if let Some(rows) = source.clocks() {
            let mut missing: BTreeSet<(String, String)> = self
                .folded()
                .flat_map(|one| {
                    let duties = one.case.duties.keys();
                    duties.map(|duty| (one.case.id.to_string(), duty.to_string()))
                })
                .collect();
            for row in rows {
                let row = row?;
                self.check_clock(&row, notes);
                missing.remove(&(row.case_id, row.duty));
            }
            for (case, duty) in missing {
                let row = format!("{duty} of {case}");
                lacks(self.last(&case), "clocks", &row, notes);
            }
        }
        for row in source.requests().into_iter().flatten() {
            self.check_request(source, &row?, notes)?;
        }
        Ok(())
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

    fn check_ledger(&self, row: &LedgerRow, notes: &mut Notes) {
        let kind = |kind: Option<InstallationKind>| match kind {
            None => "absent",
            Some(InstallationKind::Real) => "real",
            Some(InstallationKind::Drill) => "drill",
        };
        let mut columns = vec![("size", self.chains.size.to_string(), row.size.to_string())];
        let next = self.cases.numbered.saturating_add(1);
        if !(next..=next.saturating_add(self.cases.unnumbered)).contains(&row.next_case_number) {
            let found = row.next_case_number.to_string();
            columns.push(("next_case_number", next.to_string(), found));
        }
        // Before its first record an installation is of the kind with which its database was made.
        if let Some(known) = self.installation.kind {
            columns.push((
                "kind",
                kind(Some(known)).to_owned(),
                kind(Some(row.kind)).to_owned(),
            ));
        }
        compare(None, "ledger", "", columns, notes);
    }

    fn check_stream(&self, row: &StreamRow, notes: &mut Notes) {
        notes.counts.stream_rows += 1;
        let Some(link) = self.chains.streams().get(&row.stream) else {
            extra("streams", &row.stream, notes);
            return;
        };
        let mut columns = vec![
            ("version", link.length.to_string(), row.version.to_string()),
            ("head", link.head.to_string(), row.head.to_string()),
        ];
        if let Some((revision, wake_at)) = self.pending(&row.stream) {
            columns.push(("revision", revision.to_string(), row.revision.to_string()));
            columns.push(("wake_at", moment(wake_at), moment(row.wake_at)));
        }
        let of = format!(" of {}", row.stream);
        compare(Some(&link.last), "streams", &of, columns, notes);
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
            Kind::Case(id) => match self.cases.get(id)? {
                Standing::Lost => None,
                Standing::Folded(folded) => {
                    let compiled = folded.compiled.as_ref()?;
                    let context = Context {
                        rules: &compiled.rules,
                        people: &installation.people,
                        calendars: &folded.calendars,
                    };
                    let wake_at = settle::wake_at(&context, &folded.case).map(Timestamp::moment);
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
        let expected = case_row(case);
        let columns = vec![
            (
                "number",
                expected.number.to_string(),
                row.number.to_string(),
            ),
            ("workflow", expected.workflow, row.workflow.clone()),
            (
                "workflow_version",
                expected.workflow_version,
                row.workflow_version.clone(),
            ),
            (
                "workflow_digest",
                expected.workflow_digest.to_string(),
                row.workflow_digest.to_string(),
            ),
            ("state", expected.state, row.state.clone()),
            ("phase", expected.phase, row.phase.clone()),
            ("title", expected.title, row.title.clone()),
            (
                "opened_at",
                expected.opened_at.to_string(),
                row.opened_at.to_string(),
            ),
            (
                "closed_at",
                moment(expected.closed_at),
                moment(row.closed_at),
            ),
            (
                "revision",
                expected.revision.to_string(),
                row.revision.to_string(),
            ),
        ];
        let of = format!(" of {}", row.case_id);
        compare(self.last(&row.case_id), "cases", &of, columns, notes);
    }

    fn check_clock(&self, row: &ClockRow, notes: &mut Notes) {
        notes.counts.clock_rows += 1;
        let Some(case) = self.case("clocks", &row.case_id, notes) else {
            return;
        };
        let duty = row.duty.parse().ok();
        let known = duty.as_ref().and_then(|key| case.duties.get_key_value(key));
        let Some((key, duty)) = known else {
            extra("clocks", &format!("{} of {}", row.duty, row.case_id), notes);
            return;
        };
        let expected = clock_row(case, key, duty);
        let columns = vec![
            ("obligation", expected.obligation, row.obligation.clone()),
            ("recipient", expected.recipient, row.recipient.clone()),
            ("due_at", moment(expected.due_at), moment(row.due_at)),
            ("status", expected.status, row.status.clone()),
            (
                "provisional",
                expected.provisional.to_string(),
                row.provisional.to_string(),
            ),
        ];
        let of = format!(" of {} of {}", row.duty, row.case_id);
        compare(self.last(&row.case_id), "clocks", &of, columns, notes);
    }

    /// Tells whether a stream could be folded to its end.
    fn is_whole(&self, stream: &str) -> bool {
        match Kind::of(stream) {
            Some(Kind::System) => self.installation.system == Whole::Whole,
            Some(Kind::Operator) => self.installation.facts == Whole::Whole,
            Some(Kind::Case(id)) => matches!(self.cases.get(id), Some(Standing::Folded(_))),
            None => false,
        }
    }

    /// Checks that a request's row names exactly the records of one decision that its person asked for. What was sent
    /// and under which key is not on record, so that those columns cannot be checked; nor is anything compared with a
    /// stream that is damaged.
    fn check_request<S: Source>(
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
        let Some(link) = self.chains.streams().get(&row.stream) else {
            extra(
                "requests",
                &format!("{} of {}", row.command, row.stream),
                notes,
            );
            return Ok(());
        };
        if !self.is_whole(&row.stream) {
            return Ok(());
        }
        let belongs = |found: &Option<(String, String)>| {
            found
                .as_ref()
                .is_some_and(|(command, _)| *command == row.command)
        };
        let of = format!(" of {}", row.command);
        let mut persons = BTreeSet::new();
        let last = row.last_seq.min(link.length.saturating_sub(1));
        for seq in row.first_seq..=last {
            let found = command_at(seq)?;
            if !belongs(&found) {
                let found = found.map_or_else(|| "nothing".to_owned(), |(command, _)| command);
                let column = ("command", found, row.command.clone());
                compare(Some(&link.last), "requests", &of, vec![column], notes);
                return Ok(());
            }
            persons.extend(found.map(|(_, person)| person));
        }
        let mut columns = Vec::new();
        if row.first_seq > last || row.first_seq > 0 && belongs(&command_at(row.first_seq - 1)?) {
            let found = row.first_seq.to_string();
            columns.push(("first_seq", "the first of its records".to_owned(), found));
        }
        if last != row.last_seq || belongs(&command_at(last + 1)?) {
            let found = row.last_seq.to_string();
            columns.push(("last_seq", "the last of its records".to_owned(), found));
        }
        if columns.is_empty() && !persons.contains(&row.person) {
            let persons: Vec<String> = persons.into_iter().filter(|one| one != "clock").collect();
            columns.push(("person", persons.join(", "), row.person.clone()));
        }
        compare(Some(&link.last), "requests", &of, columns, notes);
        Ok(())
    }
}

fn moment(moment: Option<Moment>) -> String {
    moment.map_or_else(|| "absent".to_owned(), |moment| moment.to_string())
}

/// Notes the columns of a row that differ.
fn compare(
    place: Option<&Place>,
    table: &str,
    of: &str,
    columns: Vec<Column<'_>>,
    notes: &mut Notes,
) {
    for (column, expected, found) in columns {
        if expected != found {
            notes.push(Finding::new(
                Fault::RowDiffers,
                place.cloned(),
                format!("{table}.{column}{of}"),
                &expected,
                &found,
            ));
        }
    }
}

fn lacks(place: Option<&Place>, table: &str, row: &str, notes: &mut Notes) {
    let field = format!("{table} of {row}");
    let place = place.cloned();
    notes.push(Finding::new(
        Fault::RowMissing,
        place,
        field,
        "a row",
        "nothing",
    ));
}

fn extra(table: &str, row: &str, notes: &mut Notes) {
    let field = format!("{table} of {row}");
    notes.push(Finding::new(
        Fault::RowExtra,
        None,
        field,
        "no row",
        "a row",
    ));
}
