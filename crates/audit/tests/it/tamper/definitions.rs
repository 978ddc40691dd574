//! Rules and holidays that were weakened after the fact, and files that were exchanged.

use serde_json::{Value as Json, json};
use tsuho_audit::Fault::{
    CalendarDiffers, CalendarMissing, CalendarUnpublished, Counting, FileDiffers, FileMissing, Pin,
    Refused, WorkflowDiffers, WorkflowMissing, WorkflowUnpublished,
};
use tsuho_audit::{StoredCalendar, StoredWorkflow};
use tsuho_core::calendar::Calendar;
use tsuho_core::workflow::bundle::Bundle;
use tsuho_core::workflow::canonical;
use tsuho_ledger::{Digest, PartClass};

use super::{Attack, attack};
use crate::attacker::{body, replaced};
use crate::kept::Kept;

fn workflow(kept: &mut Kept) -> &mut StoredWorkflow {
    kept.workflows.values_mut().next().expect("one workflow")
}

fn calendar(kept: &mut Kept) -> &mut StoredCalendar {
    kept.calendars.values_mut().next().expect("one calendar")
}

/// Publishes another text of the workflow in place of the one that was published, everywhere.
fn republish(kept: &mut Kept, from: &str, to: &str) {
    let (old, stored) = kept.workflows.pop_first().expect("one workflow");
    let source = replaced(&stored.source, from, to);
    let bundle = Bundle::from_bytes(source.as_bytes()).expect("a bundle");
    let compiled = bundle.compile();
    let rules = compiled.workflow(&bundle.workflow).expect("a workflow");
    let stored = StoredWorkflow {
        source: source.clone(),
        canonical: canonical::bytes(rules),
        ..stored
    };
    kept.workflows.insert(rules.digest, stored);
    let (old, new) = (old.to_hex(), rules.digest.to_hex());
    kept.reseal(|position, header, parts| {
        if header.workflow.is_some() {
            header.workflow = Some(rules.digest);
        }
        if position == 2 {
            body(parts, |json| {
                json["source"] = json!(Digest::of(source.as_bytes()));
            });
        }
        exchange(parts, &old, &new);
    });
    for row in &mut kept.cases {
        row.workflow_digest = rules.digest;
    }
}

/// Exchanges a text in an operational part wherever it stands.
fn exchange(parts: &mut [tsuho_ledger::Part], old: &str, new: &str) {
    for part in parts {
        if part.class == PartClass::Operational {
            let text = String::from_utf8(part.bytes.clone()).expect("UTF-8");
            part.bytes = text.replace(old, new).into_bytes();
        }
    }
}

/// Publishes another text of the calendar in place of the one that was published; returns both digests.
fn other_holidays(kept: &mut Kept) -> (String, String) {
    let (old, stored) = kept.calendars.pop_first().expect("one calendar");
    let source = replaced(
        &stored.source,
        "closed-weekdays saturday sunday",
        "closed-weekdays sunday",
    );
    let digest = Calendar::read(&source).expect("a calendar").digest;
    kept.calendars
        .insert(digest, StoredCalendar { source, ..stored });
    let (old, new) = (old.to_hex(), digest.to_hex());
    kept.reseal(|position, _, parts| {
        if position == 1 {
            exchange(parts, &old, &new);
        }
    });
    (old, new)
}

pub(super) const ATTACKS: &[Attack] = &[
    attack(
        "a guard flipped in the stored text",
        |kept| {
            let stored = workflow(kept);
            stored.source = replaced(&stored.source, "users >= 100,", "users >= 1,");
        },
        WorkflowDiffers,
        2,
        "workflows.source",
    ),
    attack(
        "a guard flipped, and the digest of its text published anew",
        |kept| {
            let stored = workflow(kept);
            stored.source = replaced(&stored.source, "users >= 100,", "users >= 1,");
            let digest = Digest::of(stored.source.as_bytes());
            kept.reseal_body(2, |json| json["source"] = json!(digest));
        },
        WorkflowDiffers,
        2,
        "workflows.digest",
    ),
    attack(
        "a guard flipped, and every digest written anew",
        |kept| republish(kept, "users >= 100,", "users >= 301,"),
        Refused,
        15,
        "decision",
    ),
    attack(
        "an action given to another role, and every digest written anew",
        |kept| {
            republish(
                kept,
                "from: detected, to: notified, by: desk",
                "from: detected, to: notified, by: officer",
            );
        },
        Refused,
        15,
        "decision",
    ),
    attack(
        "a text that does not compile",
        |kept| {
            let stored = workflow(kept);
            stored.source = replaced(&stored.source, "users >= 100,", "users >=,");
            let digest = Digest::of(stored.source.as_bytes());
            kept.reseal_body(2, |json| json["source"] = json!(digest));
        },
        WorkflowDiffers,
        2,
        "workflows.source",
    ),
    attack(
        "a text that is no bundle",
        |kept| {
            workflow(kept).source = "{}".into();
            kept.reseal_body(2, |json| json["source"] = json!(Digest::of(b"{}")));
        },
        WorkflowDiffers,
        2,
        "workflows.source",
    ),
    attack(
        "a byte of the canonical form",
        |kept| workflow(kept).canonical[20] ^= 1,
        WorkflowDiffers,
        2,
        "workflows.canonical",
    ),
    attack(
        "another stored name",
        |kept| workflow(kept).name.push('x'),
        WorkflowDiffers,
        2,
        "workflows.name",
    ),
    attack(
        "another stored version",
        |kept| workflow(kept).version = "2".into(),
        WorkflowDiffers,
        2,
        "workflows.version",
    ),
    attack(
        "a workflow gone",
        |kept| kept.workflows.clear(),
        WorkflowMissing,
        2,
        "workflows",
    ),
    attack(
        "a publication dropped",
        |kept| kept.drop_record(2),
        Refused,
        8,
        "decision",
    ),
    attack(
        "a version that was never published",
        |kept| kept.reseal_body(10, |json| json["version"] = json!(2)),
        WorkflowUnpublished,
        10,
        "body.digest",
    ),
    attack(
        "a record under another workflow",
        |kept| kept.reseal_at(16, |header, _| header.workflow = Some(Digest::of(b"other"))),
        Pin,
        16,
        "workflow",
    ),
    attack(
        "a record under no workflow",
        |kept| kept.reseal_at(16, |header, _| header.workflow = None),
        Pin,
        16,
        "workflow",
    ),
    attack(
        "Saturdays opened in the stored holidays",
        |kept| {
            let stored = calendar(kept);
            stored.source = replaced(
                &stored.source,
                "closed-weekdays saturday sunday",
                "closed-weekdays sunday",
            );
        },
        CalendarDiffers,
        1,
        "calendars.source",
    ),
    attack(
        "holidays that cannot be read",
        |kept| calendar(kept).source.push_str("nothing\n"),
        CalendarDiffers,
        1,
        "calendars.source",
    ),
    attack(
        "another stored name of the holidays",
        |kept| calendar(kept).name.push('x'),
        CalendarDiffers,
        1,
        "calendars.name",
    ),
    attack(
        "another stored version of the holidays",
        |kept| calendar(kept).version.push('x'),
        CalendarDiffers,
        1,
        "calendars.version",
    ),
    attack(
        "holidays gone",
        |kept| kept.calendars.clear(),
        CalendarMissing,
        1,
        "calendars",
    ),
    attack(
        "Saturdays opened, and published anew",
        |kept| {
            other_holidays(kept);
        },
        CalendarUnpublished,
        14,
        "body.face.readings[0].derivation.calendar.digest",
    ),
    attack(
        "Saturdays opened, published anew, and named by every due date",
        |kept| {
            let (old, new) = other_holidays(kept);
            kept.reseal(|_, _, parts| exchange(parts, &old, &new));
        },
        Counting,
        14,
        "body.face.readings[1].due",
    ),
    attack(
        "an exchanged file",
        |kept| {
            for bytes in kept.files.values_mut() {
                bytes[4] = b'D';
            }
        },
        FileDiffers,
        23,
        "file",
    ),
    attack(
        "a file gone",
        |kept| kept.files.clear(),
        FileMissing,
        23,
        "file",
    ),
    attack(
        "another size on record",
        |kept| kept.reseal_body(23, |json| json["size"] = json!(20)),
        FileDiffers,
        23,
        "file.size",
    ),
    attack(
        "another file on record",
        |kept| {
            kept.reseal_body(23, |json: &mut Json| {
                json["digest"] = json!(Digest::of(b"other"));
            });
        },
        FileMissing,
        23,
        "file",
    ),
];
