//! What an attacker does who has the whole database and all of our code.
//! What is attacked, and what has to be found, is in `tamper.rs`.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use tsuho_audit::{StoredRecord, StreamRow};
use tsuho_ledger::{Digest, Header, Part, PartClass, canonical};

use crate::kept::{Kept, header};

impl Kept {
    /// Returns the record at a position.
    pub(crate) fn at(&mut self, position: u64) -> &mut StoredRecord {
        let found = self.records.iter_mut().find(|one| one.position == position);
        found.expect("there is such a record")
    }

    /// Returns the row of a stream.
    pub(crate) fn stream(&mut self, stream: &str) -> &mut StreamRow {
        let found = self.streams.iter_mut().find(|row| row.stream == stream);
        found.expect("there is such a stream")
    }

    /// Writes every position, commitment, hash and link anew, and the rows of the streams.
    pub(crate) fn reseal(&mut self, mut change: impl FnMut(u64, &mut Header, &mut Vec<Part>)) {
        let mut heads: BTreeMap<String, (u64, Digest)> = BTreeMap::new();
        let mut firsts: BTreeMap<String, u64> = BTreeMap::new();
        let mut system = None;
        for (position, stored) in (0_u64..).zip(&mut self.records) {
            let mut header = header(stored);
            let before = header.system;
            change(stored.position, &mut header, &mut stored.parts);
            let stream = header.stream.to_string();
            let (seq, prev) = heads.get(&stream).copied().unwrap_or((0, Digest::ZERO));
            (header.seq, header.prev) = (seq, prev);
            // Whoever changed what the decision saw wants it so.
            if header.system == before {
                header.system = if stream == "system" { None } else { system };
            }
            let named = stored
                .parts
                .iter()
                .map(|part| (part.class, part.commitment()));
            header.parts = named.collect();
            let bytes = header.to_bytes().expect("a header");
            let hash = Digest::of_all(&[&[0], &bytes]);
            heads.insert(stream.clone(), (seq + 1, hash));
            firsts.entry(stream.clone()).or_insert(position);
            if stream == "system" {
                system = Some(hash);
            }
            (stored.position, stored.stream, stored.seq) = (position, stream, seq);
            (stored.header, stored.hash) = (bytes, hash);
        }
        self.ledger.size = self.records.len() as u64;
        for row in &mut self.streams {
            if let Some((version, head)) = heads.get(&row.stream) {
                (row.version, row.head) = (*version, *head);
                row.first_position = firsts[&row.stream];
            }
        }
    }

    /// As [`Self::reseal`], changing one record alone.
    pub(crate) fn reseal_at(
        &mut self,
        position: u64,
        change: impl Fn(&mut Header, &mut Vec<Part>),
    ) {
        self.reseal(|at, header, parts| {
            if at == position {
                change(header, parts);
            }
        });
    }

    /// As [`Self::reseal`], changing the operational part of one record.
    pub(crate) fn reseal_body(&mut self, position: u64, change: impl Fn(&mut Json)) {
        self.reseal_at(position, |_, parts| body(parts, &change));
    }

    /// Moves a record to another place, and writes everything anew.
    pub(crate) fn move_record(&mut self, from: u64, to: u64) {
        let place = |position: u64| usize::try_from(position).expect("small");
        let record = self.records.remove(place(from));
        self.records.insert(place(to), record);
        self.reseal(|_, _, _| {});
    }

    /// Drops a record, and writes everything anew.
    pub(crate) fn drop_record(&mut self, position: u64) {
        self.records.retain(|one| one.position != position);
        self.reseal(|_, _, _| {});
    }
}

/// Changes an operational part.
pub(crate) fn body(parts: &mut [Part], change: impl Fn(&mut Json)) {
    let part = parts
        .iter_mut()
        .find(|part| part.class == PartClass::Operational)
        .expect("every record has an operational part");
    let mut json = serde_json::from_slice(&part.bytes).expect("JSON");
    change(&mut json);
    part.bytes = canonical::to_bytes(&json).expect("no floats");
}

/// Replaces a stretch of text, which must stand there exactly once.
pub(crate) fn replaced(text: &str, from: &str, to: &str) -> String {
    assert_eq!(
        text.matches(from).count(),
        1,
        "`{from}` does not stand once in {text}"
    );
    text.replacen(from, to, 1)
}
