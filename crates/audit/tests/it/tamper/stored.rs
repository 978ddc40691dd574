//! What an attacker does to the database itself: its schema, cells of another kind, rows that belong to no record.

use tsuho_audit::{ChunkRow, Fault, SchemaObject, StrayRow, Unreadable};
use tsuho_ledger::Digest;

use super::{Attack, attack};
use crate::kept::Kept;

/// The last record of the first case.
const LAST: u64 = 39;

const fn beside(
    name: &'static str,
    plant: fn(&mut Kept),
    fault: Fault,
    field: &'static str,
) -> Attack {
    Attack {
        name,
        plant,
        fault,
        position: None,
        field,
    }
}

fn object(kept: &mut Kept, expected: Option<&str>, found: Option<&str>) {
    kept.beside.schema.push(SchemaObject {
        kind: "trigger".into(),
        name: "events_stay".into(),
        expected: expected.map(Into::into),
        found: found.map(Into::into),
    });
}

/// Makes a cell of a view's row unreadable.
fn cell(kept: &mut Kept, field: &str, row: &str) {
    kept.beside.unreadable.push(Unreadable {
        field: field.into(),
        row: row.into(),
        found: "NULL".into(),
    });
}

/// Makes a cell of a record unreadable.
fn of_record(kept: &mut Kept, position: u64, field: &str) {
    kept.at(position).unreadable.push(Unreadable {
        field: field.into(),
        row: position.to_string(),
        found: "NULL".into(),
    });
}

fn chunk(kept: &mut Kept, digest: Digest, (number, size, length): (u64, u64, u64)) {
    kept.beside.chunks.push(ChunkRow {
        digest,
        chunk: number,
        size,
        length,
    });
}

/// Returns the digest of the file that the history names.
fn named(kept: &Kept) -> Digest {
    *kept.files.keys().next().expect("a file")
}

pub(super) const ATTACKS: &[Attack] = &[
    beside(
        "a trigger dropped",
        |kept| object(kept, Some("it refuses"), None),
        Fault::SchemaMissing,
        "trigger events_stay",
    ),
    beside(
        "a trigger edited",
        |kept| object(kept, Some("it refuses"), Some("it permits")),
        Fault::SchemaDiffers,
        "trigger events_stay",
    ),
    beside(
        "a trigger added",
        |kept| object(kept, None, Some("something of theirs")),
        Fault::SchemaExtra,
        "trigger events_stay",
    ),
    beside(
        "an index that disagrees with its table",
        |kept| kept.beside.damage.push("row 1 missing from index".into()),
        Fault::Damage,
        "integrity_check",
    ),
    beside(
        "a part of no record",
        |kept| {
            kept.beside.strays.push(StrayRow {
                table: "parts".into(),
                row: "99/personal".into(),
            });
        },
        Fault::RowExtra,
        "parts",
    ),
    beside(
        "a workflow that nobody published",
        |kept| {
            let stored = kept.workflows.values().next().expect("one").clone();
            kept.workflows.insert(Digest::of(b"another"), stored);
        },
        Fault::RowExtra,
        "workflows",
    ),
    beside(
        "a calendar that nobody published",
        |kept| {
            let stored = kept.calendars.values().next().expect("one").clone();
            kept.calendars.insert(Digest::of(b"another"), stored);
        },
        Fault::RowExtra,
        "calendars",
    ),
    beside(
        "a file that no record names, with other bytes than its digest",
        |kept| drop(kept.files.insert(Digest::of(b"one"), b"other".to_vec())),
        Fault::FileDiffers,
        "blobs.bytes",
    ),
    beside(
        "a chunk too many",
        |kept| {
            let digest = named(kept);
            let size = kept.files[&digest].len() as u64;
            chunk(kept, digest, (1, size, 1));
        },
        Fault::FileDiffers,
        "blobs.size",
    ),
    beside(
        "chunks of two sizes",
        |kept| {
            let digest = named(kept);
            chunk(kept, digest, (1, 7, 0));
        },
        Fault::FileDiffers,
        "blobs.size",
    ),
    beside(
        "a file without its first chunk",
        |kept| chunk(kept, Digest::of(b"one"), (1, 2_000_000, 5)),
        Fault::FileDiffers,
        "blobs.size",
    ),
    beside(
        "a request taken out",
        |kept| drop(kept.requests.remove(2)),
        Fault::RowMissing,
        "requests",
    ),
    beside(
        "two requests for one decision",
        |kept| {
            let mut row = kept.requests.last().expect("a request").clone();
            row.number += 1;
            row.key.push('2');
            kept.requests.push(row);
        },
        Fault::RowExtra,
        "requests",
    ),
    beside(
        "a ledger that cannot be read",
        |kept| cell(kept, "ledger.kind", "0"),
        Fault::RowUnreadable,
        "ledger.kind",
    ),
    beside(
        "a request that cannot be read",
        |kept| {
            let row = &kept.requests[0];
            let key = format!("{}/{}", row.person, row.key);
            cell(kept, "requests.digest", &key);
        },
        Fault::RowUnreadable,
        "requests.digest",
    ),
    attack(
        "a stream that cannot be read",
        |kept| {
            let stream = kept.at(LAST).stream.clone();
            cell(kept, "streams.head", &stream);
        },
        Fault::RowUnreadable,
        LAST,
        "streams.head",
    ),
    attack(
        "a case that cannot be read",
        |kept| {
            let id = kept.cases.iter().find(|row| row.number == 1);
            let id = id.expect("the first case").case_id.clone();
            cell(kept, "cases.opened_at", &id);
        },
        Fault::RowUnreadable,
        LAST,
        "cases.opened_at",
    ),
    attack(
        "a clock that cannot be read",
        |kept| {
            let id = kept.cases.iter().find(|row| row.number == 1);
            let id = id.expect("the first case").case_id.clone();
            let row = kept.clocks.iter().find(|row| row.case_id == id);
            let key = format!("{id}/{}", row.expect("its clock").duty);
            cell(kept, "clocks.due_at", &key);
        },
        Fault::RowUnreadable,
        LAST,
        "clocks.due_at",
    ),
    attack(
        "a record's stream that cannot be read",
        |kept| {
            kept.at(12).stream.clear();
            of_record(kept, 12, "events.stream");
        },
        Fault::RowUnreadable,
        12,
        "events.stream",
    ),
    attack(
        "a record's number that cannot be read",
        |kept| {
            kept.at(12).seq = 0;
            of_record(kept, 12, "events.seq");
        },
        Fault::RowUnreadable,
        12,
        "events.seq",
    ),
    attack(
        "a record's hash that cannot be read",
        |kept| {
            kept.at(12).hash = Digest::ZERO;
            of_record(kept, 12, "events.hash");
        },
        Fault::RowUnreadable,
        12,
        "events.hash",
    ),
    attack(
        "a record's header that cannot be read",
        |kept| {
            kept.at(12).header.clear();
            of_record(kept, 12, "events.header");
        },
        Fault::RowUnreadable,
        12,
        "events.header",
    ),
    attack(
        "a part that cannot be read",
        |kept| {
            kept.at(12).parts.clear();
            of_record(kept, 12, "parts.class");
        },
        Fault::RowUnreadable,
        12,
        "parts.class",
    ),
];

#[test]
fn of_a_row_that_cannot_be_read_nothing_else_is_said() {
    let sound = crate::story::played().kept();
    let (mut planted, mut caught) = (0, 0);
    for attack in ATTACKS {
        if attack.fault != Fault::RowUnreadable {
            continue;
        }
        let mut kept = sound.clone();
        (attack.plant)(&mut kept);
        let Ok(report) = tsuho_audit::verify(&kept);
        planted += 1;
        caught += u64::from(report.total() > 0);
        let told = crate::sound::told(&report);
        assert_eq!(report.total(), 1, "{}: {told:#?}", attack.name);
    }
    println!("cells that cannot be read: planted {planted}, caught {caught}");
}

#[test]
fn a_file_that_a_command_left_behind_is_shown_and_is_no_finding() {
    let mut kept = crate::story::played().kept();
    let whole = Digest::of(b"evidence of a command that was refused");
    let begun = Digest::of(b"evidence of a command that broke off");
    kept.files
        .insert(whole, b"evidence of a command that was refused".to_vec());
    chunk(&mut kept, begun, (0, 2_000_000, 1_048_576));
    let Ok(report) = tsuho_audit::verify(&kept);
    assert_eq!(crate::sound::told(&report), Vec::<String>::new());
    assert_eq!(report.counts.unnamed, 2);
    assert!(report.unnamed.contains(&whole) && report.unnamed.contains(&begun));
    // What a record that cannot be read would have named is unknown.
    kept.at(12).header.clear();
    let Ok(report) = tsuho_audit::verify(&kept);
    assert_eq!(report.counts.unnamed, 0);
}
