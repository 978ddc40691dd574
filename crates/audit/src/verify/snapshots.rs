//! Beside the last layer: what is kept of a case so that it opens faster is the fold of its records up to there.
//! That one is missing, or of a format that only another version reads, is no fault: nobody misses it.

use std::collections::BTreeMap;

use tsuho_core::case::{Case, snapshot};
use tsuho_core::ids::CaseId;
use tsuho_ledger::Digest;

use super::Notes;
use super::bytes::Opened;
use super::cases::{Cases, Standing};
use crate::finding::{Fault, Finding, Place};
use crate::said::{Say, words};
use crate::source::{SnapshotRow, Source};
use crate::stream::Kind;

/// What is said of each stream, until its records have been read up to there.
#[derive(Debug, Default)]
pub(super) struct Snapshots {
    marks: BTreeMap<String, Mark>,
}

/// What a snapshot says.
#[derive(Debug)]
struct Mark {
    version: u64,
    head: Digest,
    /// The digest of its bytes; none where another version wrote them.
    bytes: Option<Digest>,
    /// The last record that it folds, once that was read.
    last: Option<Place>,
    /// Whether it was held against the fold.
    is_compared: bool,
}

impl Snapshots {
    /// Reads what is kept, holding the bytes against their digests; of the bytes only digests stay in memory.
    pub(super) fn read<S: Source>(source: &S, notes: &mut Notes) -> Result<Self, S::Error> {
        let mut marks = BTreeMap::new();
        for row in source.snapshots().into_iter().flatten() {
            match row? {
                Ok(row) => {
                    notes.counts.snapshot_rows += 1;
                    check_digest(&row, notes);
                    let is_ours = row.format == snapshot::FORMAT;
                    let mark = Mark {
                        version: row.version,
                        head: row.head,
                        bytes: is_ours.then(|| Digest::of(&row.bytes)),
                        last: None,
                        is_compared: false,
                    };
                    marks.insert(row.stream, mark);
                }
                Err(cell) => notes.push(cell.finding(None)),
            }
        }
        Ok(Self { marks })
    }

    /// Takes the next record.
    pub(super) fn follow(&mut self, opened: &Opened, notes: &mut Notes) {
        let Some(mark) = self.marks.get_mut(&opened.stream) else {
            return;
        };
        if opened.seq.checked_add(1) != Some(mark.version) || mark.last.is_some() {
            return;
        }
        mark.last = Some(opened.place.clone());
        if opened.hash != mark.head {
            let (stream, found) = (&opened.stream, mark.head);
            differs(
                stream,
                Some(&opened.place),
                ("head", opened.hash, found),
                notes,
            );
        }
    }

    /// Compares what is kept of a case, if the case stands where that was made.
    pub(super) fn compare(&mut self, id: CaseId, cases: &Cases, notes: &mut Notes) {
        let stream = format!("case/{id}");
        let Some(mark) = self.marks.get_mut(&stream) else {
            return;
        };
        let (Some(found), Some(Standing::Folded(folded))) = (mark.bytes, cases.get(id)) else {
            return;
        };
        if folded.case.version != mark.version {
            return;
        }
        mark.is_compared = true;
        let expected = of(&folded.case);
        if expected != found {
            differs(
                &stream,
                mark.last.as_ref(),
                ("bytes", expected, found),
                notes,
            );
        }
    }

    /// Notes what is kept of no record, or of one in the middle of a decision, where nothing is ever kept.
    pub(super) fn finish(self, cases: &Cases, notes: &mut Notes) {
        for (stream, mark) in self.marks {
            let is_lost = match Kind::of(&stream) {
                Some(Kind::Case(id)) => matches!(cases.get(id), Some(Standing::Lost)),
                Some(Kind::System | Kind::Operator | Kind::Incident(_)) | None => false,
            };
            let is_explained = mark.last.is_some() && (mark.is_compared || mark.bytes.is_none());
            if !is_lost && !is_explained {
                let expected = words("audit.said.end_of_decision");
                let version = ("version", expected, mark.version);
                differs(&stream, mark.last.as_ref(), version, notes);
            }
        }
    }
}

/// Returns the digest of the bytes that a case is written down as.
fn of(case: &Case) -> Digest {
    Digest::of(&snapshot::write(case))
}

fn check_digest(row: &SnapshotRow, notes: &mut Notes) {
    let place = snapshot::Place {
        stream: &row.stream,
        version: row.version,
        head: row.head,
    };
    let expected = snapshot::digest(&row.format, place, &row.bytes);
    if expected != row.digest {
        differs(&row.stream, None, ("digest", expected, row.digest), notes);
    }
}

fn differs(
    stream: &str,
    place: Option<&Place>,
    (column, expected, found): (&str, impl Say, impl Say),
    notes: &mut Notes,
) {
    let field = format!("snapshots.{column}");
    let finding = Finding::new(Fault::Snapshot, place.cloned(), field, expected, found);
    notes.push(finding.of(stream));
}
