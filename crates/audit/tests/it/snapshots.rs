//! What is kept of cases so that they open faster: right, missing, of another version's format, and forged.
//! That a program leaves alone what it can see to be wrong is tested where it opens cases.

use tsuho_audit::{Fault, SnapshotRow, verify};
use tsuho_core::case::{Case, snapshot};
use tsuho_ledger::Digest;

use crate::desk::bound;
use crate::kept::Kept;
use crate::sound::told;
use crate::story::{begun, played};

fn first(kept: &mut Kept) -> &mut SnapshotRow {
    &mut kept.beside.snapshots[0]
}

/// Changes the case of the first snapshot, and binds it as the program would.
fn change(kept: &mut Kept, change: fn(&mut Case)) {
    let row = first(kept);
    let mut case = snapshot::read(&row.bytes).expect("a sound snapshot");
    change(&mut case);
    row.bytes = snapshot::write(&case);
    *row = bound(row.clone());
}

/// Changes the place or the format of the first snapshot, and binds it as the program would.
fn rebind(kept: &mut Kept, change: fn(&mut SnapshotRow)) {
    let row = first(kept);
    change(row);
    *row = bound(row.clone());
}

#[test]
fn what_is_kept_of_a_case_at_any_of_its_decisions_is_compared_with_the_fold_up_to_it() {
    let mut kept = played().kept_with_snapshots();
    let Ok(report) = verify(&kept);
    assert_eq!(told(&report), Vec::<String>::new());
    assert_eq!(report.counts.snapshot_rows, 2);
    // As it was when the history was shorter.
    let before = begun().kept_with_snapshots().beside.snapshots;
    assert_ne!(before, kept.beside.snapshots);
    kept.beside.snapshots = before;
    let Ok(report) = verify(&kept);
    assert_eq!(told(&report), Vec::<String>::new());
    change(&mut kept, |case| case.revision += 1);
    let Ok(report) = verify(&kept);
    assert_eq!(report.total(), 1, "{:#?}", told(&report));
}

#[test]
fn a_snapshot_that_another_version_wrote_is_left_alone_and_none_is_missed() {
    let mut kept = played().kept_with_snapshots();
    rebind(&mut kept, |row| {
        row.format = "tsuho/snapshot/case/0".to_owned();
        row.bytes = b"what that version wrote".to_vec();
    });
    let Ok(report) = verify(&kept);
    assert_eq!(told(&report), Vec::<String>::new());
    kept.beside.snapshots.clear();
    let Ok(report) = verify(&kept);
    assert_eq!(told(&report), Vec::<String>::new());
}

type Plant = (&'static str, fn(&mut Kept), &'static str);

const PLANTED: [Plant; 15] = [
    ("a turned byte", |kept| first(kept).bytes[9] ^= 1, "digest"),
    (
        "another digest",
        |kept| first(kept).digest = Digest::of(b"x"),
        "digest",
    ),
    (
        "another format",
        |kept| first(kept).format.push('0'),
        "digest",
    ),
    ("another version", |kept| first(kept).version -= 1, "digest"),
    (
        "another head",
        |kept| first(kept).head = Digest::of(b"x"),
        "digest",
    ),
    (
        "another stream",
        |kept| first(kept).stream.push('0'),
        "digest",
    ),
    (
        "another head, bound anew",
        |kept| rebind(kept, |row| row.head = Digest::of(b"x")),
        "head",
    ),
    (
        "the head before, bound anew",
        |kept| rebind(kept, |row| row.version -= 1),
        "head",
    ),
    (
        "a version to come, bound anew",
        |kept| rebind(kept, |row| row.version += 1),
        "version",
    ),
    (
        "no version at all, bound anew",
        |kept| rebind(kept, |row| row.version = 0),
        "version",
    ),
    (
        "of no stream, bound anew",
        |kept| rebind(kept, |row| row.stream.push('0')),
        "version",
    ),
    (
        "of the installation, bound anew",
        |kept| {
            let (version, head) = {
                let row = kept.stream("system");
                (row.version, row.head)
            };
            let row = first(kept);
            (row.stream, row.version, row.head) = ("system".to_owned(), version, head);
            *row = bound(row.clone());
        },
        "version",
    ),
    (
        "of the other case, bound anew",
        |kept| {
            let other = kept.beside.snapshots[1].bytes.clone();
            let row = first(kept);
            row.bytes = other;
            *row = bound(row.clone());
        },
        "bytes",
    ),
    (
        "a changed fact, bound anew",
        |kept| change(kept, |case| drop(case.facts.pop_first())),
        "bytes",
    ),
    (
        "a changed due date, bound anew",
        |kept| {
            change(kept, |case| {
                let readings = case
                    .duties
                    .values_mut()
                    .flat_map(|duty| &mut std::sync::Arc::make_mut(&mut duty.face).readings);
                for reading in readings {
                    reading.due = reading.due.plus(tsuho_core::time::Span::from_hours(1));
                }
            });
        },
        "bytes",
    ),
];

#[test]
fn a_forged_snapshot_is_found_and_blames_nothing_else() {
    let sound = played().kept_with_snapshots();
    let mut missed = Vec::new();
    for (name, plant, column) in PLANTED {
        let mut kept = sound.clone();
        plant(&mut kept);
        let Ok(report) = verify(&kept);
        let field = format!("snapshots.{column}");
        let is_named = report.findings.iter().any(|finding| finding.field == field);
        let is_alone = report
            .findings
            .iter()
            .all(|finding| finding.fault == Fault::Snapshot);
        if !is_named || !is_alone {
            missed.push(format!("{name}: {:#?}", told(&report)));
        }
    }
    let planted = PLANTED.len();
    println!(
        "forged snapshots: planted {planted}, caught {}",
        planted - missed.len()
    );
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}
