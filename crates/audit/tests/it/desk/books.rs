//! Keeps what was decided: records with their places, and the rows of the views.
//! Deciding is in `desk.rs`.

use tsuho_audit::{CaseRow, ClockRow, StoredRecord, StreamRow, case_row, clock_row};
use tsuho_core::case::event::EventBody;
use tsuho_core::case::record::{Link, seal_other};
use tsuho_core::case::{Case, Event};
use tsuho_ledger::{Digest, Record, Salt};

use super::Desk;

impl Desk {
    pub(super) fn keep_case(&mut self, case: &Case) {
        let id = case.id.to_string();
        self.kept.cases.retain(|row: &CaseRow| row.case_id != id);
        self.kept.cases.push(case_row(case));
        self.kept.clocks.retain(|row: &ClockRow| row.case_id != id);
        let rows = case
            .duties
            .iter()
            .map(|(key, duty)| clock_row(case, key, duty));
        self.kept.clocks.extend(rows);
    }

    pub(super) fn keep_other<B: EventBody>(&mut self, stream: &str, events: &[Event<B>]) {
        let link = self.link(stream);
        let mut salts = self.drawn;
        let records = seal_other(events, link, &mut || salt(&mut salts)).expect("sealed");
        self.drawn = salts;
        self.keep(stream, records);
        let revision = self.revisions.entry(stream.to_owned()).or_default();
        *revision += 1;
        let revision = *revision;
        self.stream(stream).revision = revision;
    }

    pub(super) fn link(&self, stream: &str) -> Link {
        let row = |name: &str| self.kept.streams.iter().find(|row| row.stream == name);
        let (seq, prev) = row(stream).map_or((0, Digest::ZERO), |row| (row.version, row.head));
        Link {
            stream: stream.parse().expect("a label"),
            seq,
            prev,
            system: row("system")
                .filter(|_| stream != "system")
                .map(|row| row.head),
        }
    }

    pub(super) fn keep(&mut self, stream: &str, records: Vec<Record>) {
        for record in records {
            let stored = StoredRecord {
                position: self.kept.records.len() as u64,
                stream: stream.to_owned(),
                seq: record.header().seq,
                header: record.header_bytes().to_vec(),
                hash: record.hash(),
                parts: record.parts().to_vec(),
                absent: Vec::new(),
                unreadable: Vec::new(),
            };
            // Before the record is there: where a stream begins, its row says.
            let row = self.stream(stream);
            row.version = record.header().seq + 1;
            row.head = record.hash();
            self.kept.records.push(stored);
        }
        self.kept.ledger.size = self.kept.records.len() as u64;
    }

    pub(super) fn stream(&mut self, stream: &str) -> &mut StreamRow {
        let first_position = self.kept.records.len() as u64;
        let rows = &mut self.kept.streams;
        let found = rows.iter().position(|row| row.stream == stream);
        let place = found.unwrap_or_else(|| {
            rows.push(StreamRow {
                stream: stream.to_owned(),
                first_position,
                version: 0,
                head: Digest::ZERO,
                revision: 0,
                wake_at: None,
            });
            rows.len() - 1
        });
        &mut rows[place]
    }
}

pub(super) fn salt(drawn: &mut u64) -> Salt {
    *drawn += 1;
    Salt::from_bytes(*Digest::of(&drawn.to_be_bytes()).as_bytes())
}
