//! Second layer: each record follows the one before it, in ledger and stream, and saw the installation as it stood.
//! What follows a damaged record is compared with that record as it is stored, so that one fault is told once.

use std::collections::BTreeMap;

use tsuho_ledger::{Digest, Header, Moment};

use super::Notes;
use super::bytes::Opened;
use crate::finding::{Fault, Place};
use crate::said::{or_absent, words_with};
use crate::stream::SYSTEM;

/// Where each stream stands, and the ledger.
#[derive(Debug, Default)]
pub(super) struct Chains {
    /// The position of the next record.
    pub size: u64,
    /// When the first record was put on record, by those that can be believed.
    pub begun: Option<Moment>,
    /// When the last one was.
    pub ended: Option<Moment>,
    system: Option<Digest>,
    streams: BTreeMap<String, Link>,
}

/// Where a stream stands.
#[derive(Debug)]
pub(super) struct Link {
    /// The position of its first record.
    pub first: u64,
    /// How many records it has.
    pub length: u64,
    /// The hash of the last one, as stored.
    pub head: Digest,
    recorded_at: Moment,
    /// The place of the last one.
    pub last: Place,
}

/// Whether a record is the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Follows {
    /// It is the next one of the ledger and of its stream.
    Next,
    /// It is the next one of its stream, and another one should have come first in the ledger.
    Jump,
    /// A record of its stream is missing, repeated or out of place, so that the stream can no longer be folded.
    Gap,
}

impl Chains {
    /// Takes the next record.
    pub(super) fn follow(&mut self, opened: &Opened, notes: &mut Notes) -> Follows {
        let place = &opened.place;
        notes.counts.links += 1;
        let mut follows = Follows::Next;
        if place.position != self.size {
            follows = Follows::Jump;
            notes
                .at(place)
                .add(Fault::Position, "position", self.size, place.position);
        }
        self.size = place.position.saturating_add(1);
        let link = self.streams.get(&opened.stream);
        let (length, head) = link.map_or((0, Digest::ZERO), |link| (link.length, link.head));
        let mut recorded_at = link.map_or(Moment::MIN, |link| link.recorded_at);
        if opened.seq != length {
            follows = Follows::Gap;
            notes.at(place).add(Fault::Seq, "seq", length, opened.seq);
        }
        if let Some(record) = &opened.record {
            let header = record.header();
            if header.prev != head && follows != Follows::Gap {
                notes.at(place).add(Fault::Prev, "prev", head, header.prev);
            }
            if header.recorded_at < recorded_at {
                let expected = words_with("audit.said.or_later", [("at", &recorded_at)]);
                let found = header.recorded_at;
                notes
                    .at(place)
                    .add(Fault::RecordedAt, "recorded_at", expected, found);
            }
            // A header that was changed since says nothing about those that follow.
            if record.hash() == opened.hash {
                recorded_at = recorded_at.max(header.recorded_at);
                self.begun = self.begun.or(Some(header.recorded_at));
                self.ended = self.ended.max(Some(header.recorded_at));
            }
            self.check_system(opened, header, notes);
        }
        let link = Link {
            first: link.map_or(place.position, |link| link.first),
            length: opened.seq.saturating_add(1),
            head: opened.hash,
            recorded_at,
            last: place.clone(),
        };
        // A record that comes again, or too late, moves nothing back.
        if opened.seq >= length {
            self.streams.insert(opened.stream.clone(), link);
            if opened.stream == SYSTEM {
                self.system = Some(opened.hash);
            }
        }
        follows
    }

    /// Checks that the decision saw the system stream as it stood: a commit compares its head under the write lock, so
    /// that no role that was taken away before can be used by looking at an older head.
    fn check_system(&self, opened: &Opened, header: &Header, notes: &mut Notes) {
        let expected = if opened.stream == SYSTEM {
            None
        } else {
            Some(self.system.unwrap_or(Digest::ZERO))
        };
        if header.system != expected {
            let (expected, found) = (or_absent(expected), or_absent(header.system));
            notes
                .at(&opened.place)
                .add(Fault::System, "system", expected, found);
        }
    }

    /// Returns where each stream stands, by name.
    pub(super) const fn streams(&self) -> &BTreeMap<String, Link> {
        &self.streams
    }
}
