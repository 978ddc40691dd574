//! Rows of the views that tell people something else than the records.

use tsuho_audit::Fault::{RowDiffers, RowMissing};
use tsuho_audit::{CaseRow, ClockRow, Fault, RequestRow};
use tsuho_core::people::InstallationKind;
use tsuho_ledger::{Digest, Moment};

use super::{Attack, attack};
use crate::kept::Kept;

const FIRST: &str = "case/case_0a1850m2ga1850m2ga1850m2ga";
const SECOND: &str = "case/case_0b1c5gp2rb1c5gp2rb1c5gp2rb";

/// The last records of the first case, the second case and the installation.
const LAST: u64 = 39;
const LAST_OF_SECOND: u64 = 36;

fn case(kept: &mut Kept) -> &mut CaseRow {
    let found = kept.cases.iter_mut().find(|row| row.number == 1);
    found.expect("the first case")
}

fn clock(kept: &mut Kept) -> &mut ClockRow {
    let found = kept
        .clocks
        .iter_mut()
        .find(|row| row.status == "stopped" && row.due_at.is_some());
    found.expect("its clock")
}

fn request(kept: &mut Kept) -> &mut RequestRow {
    let mut found = kept.requests.iter_mut();
    let found = found.find(|row| row.last_seq > row.first_seq);
    found.expect("a request with several records")
}

fn later(moment: Moment) -> Moment {
    Moment::from_micros(moment.micros() + 1).expect("a moment")
}

const fn ledger(name: &'static str, plant: fn(&mut Kept), field: &'static str) -> Attack {
    Attack {
        name,
        plant,
        fault: Fault::RowDiffers,
        position: None,
        field,
    }
}

const fn extra(name: &'static str, plant: fn(&mut Kept), field: &'static str) -> Attack {
    Attack {
        name,
        plant,
        fault: Fault::RowExtra,
        position: None,
        field,
    }
}

pub(super) const ATTACKS: &[Attack] = &[
    attack(
        "a case's state",
        |kept| case(kept).state = "reported".into(),
        RowDiffers,
        LAST,
        "cases.state",
    ),
    attack(
        "a case's phase",
        |kept| case(kept).phase.push('x'),
        RowDiffers,
        LAST,
        "cases.phase",
    ),
    attack(
        "what waits for consent in a case",
        |kept| case(kept).pending = Some(7),
        RowDiffers,
        LAST,
        "cases.pending",
    ),
    attack(
        "a case's number",
        |kept| case(kept).number = 7,
        RowDiffers,
        LAST,
        "cases.number",
    ),
    attack(
        "a case's workflow",
        |kept| case(kept).workflow.push('x'),
        RowDiffers,
        LAST,
        "cases.workflow",
    ),
    attack(
        "a case's workflow version",
        |kept| case(kept).workflow_version.push('1'),
        RowDiffers,
        LAST,
        "cases.workflow_version",
    ),
    attack(
        "a case's workflow digest",
        |kept| case(kept).workflow_digest = Digest::ZERO,
        RowDiffers,
        LAST,
        "cases.workflow_digest",
    ),
    attack(
        "a case's title",
        |kept| case(kept).title.clear(),
        RowDiffers,
        LAST,
        "cases.title",
    ),
    attack(
        "a case's opening",
        |kept| case(kept).opened_at = later(case(kept).opened_at),
        RowDiffers,
        LAST,
        "cases.opened_at",
    ),
    attack(
        "a case's closing",
        |kept| case(kept).closed_at = None,
        RowDiffers,
        LAST,
        "cases.closed_at",
    ),
    attack(
        "a case's row gone",
        |kept| kept.cases.retain(|row| row.number != 1),
        RowMissing,
        LAST,
        "cases",
    ),
    extra(
        "a case without records",
        |kept| {
            let mut row = case(kept).clone();
            row.case_id = "case_00000000000000000000000000".into();
            kept.cases.push(row);
        },
        "cases",
    ),
    attack(
        "a clock's due moment",
        |kept| clock(kept).due_at = clock(kept).due_at.map(later),
        RowDiffers,
        LAST,
        "clocks.due_at",
    ),
    attack(
        "a clock's status",
        |kept| clock(kept).status = "running".into(),
        RowDiffers,
        LAST,
        "clocks.status",
    ),
    attack(
        "a clock's obligation",
        |kept| clock(kept).obligation.push('x'),
        RowDiffers,
        LAST,
        "clocks.obligation",
    ),
    attack(
        "a clock's recipient",
        |kept| clock(kept).recipient.push('x'),
        RowDiffers,
        LAST,
        "clocks.recipient",
    ),
    attack(
        "a clock's certainty",
        |kept| clock(kept).provisional ^= true,
        RowDiffers,
        LAST,
        "clocks.provisional",
    ),
    attack(
        "a clock's row gone",
        |kept| kept.clocks.retain(|row| row.status != "stopped"),
        RowMissing,
        LAST,
        "clocks",
    ),
    extra(
        "a clock without a duty",
        |kept| {
            let mut row = clock(kept).clone();
            row.duty = "other@ministry".into();
            kept.clocks.push(row);
        },
        "clocks",
    ),
    attack(
        "a stream's length",
        |kept| kept.stream(FIRST).version += 1,
        RowDiffers,
        LAST,
        "streams.version",
    ),
    attack(
        "a stream's head",
        |kept| kept.stream(FIRST).head = Digest::ZERO,
        RowDiffers,
        LAST,
        "streams.head",
    ),
    attack(
        "where a stream begins",
        |kept| kept.stream(FIRST).first_position += 1,
        RowDiffers,
        LAST,
        "streams.first_position",
    ),
    attack(
        "a stream's revision",
        |kept| kept.stream(FIRST).revision += 1,
        RowDiffers,
        LAST,
        "streams.revision",
    ),
    attack(
        "a stream's wake-up",
        |kept| kept.stream(SECOND).wake_at = None,
        RowDiffers,
        LAST_OF_SECOND,
        "streams.wake_at",
    ),
    attack(
        "a stream's row gone",
        |kept| kept.streams.retain(|row| row.stream != FIRST),
        RowMissing,
        LAST,
        "streams",
    ),
    extra(
        "a stream without records",
        |kept| {
            let mut row = kept.stream(FIRST).clone();
            row.stream = "case/other".into();
            kept.streams.push(row);
        },
        "streams",
    ),
    attack(
        "the newest events of a case dropped, with their stream's row",
        |kept| {
            kept.records.pop();
            kept.reseal(|_, _, _| {});
        },
        RowDiffers,
        37,
        "cases.state",
    ),
    attack(
        "a request's command",
        |kept| request(kept).command = "cmd_00000000000000000000000001".into(),
        RowDiffers,
        LAST,
        "requests.command",
    ),
    attack(
        "a request's first record",
        |kept| request(kept).first_seq += 1,
        RowDiffers,
        LAST,
        "requests.first_seq",
    ),
    attack(
        "a request's last record",
        |kept| request(kept).last_seq -= 1,
        RowDiffers,
        LAST,
        "requests.last_seq",
    ),
    attack(
        "a request's last record beyond the end",
        |kept| request(kept).last_seq = 1 << 60,
        RowDiffers,
        LAST,
        "requests.",
    ),
    attack(
        "a request's person",
        |kept| request(kept).person.push('x'),
        RowDiffers,
        LAST,
        "requests.person",
    ),
    extra(
        "a request of an unknown stream",
        |kept| request(kept).stream = "case/other".into(),
        "requests",
    ),
    Attack {
        name: "a record that the ledger counts and nobody has",
        plant: |kept| kept.ledger.size += 1,
        fault: Fault::LedgerSize,
        position: None,
        field: "ledger.size",
    },
    Attack {
        name: "a record that the ledger does not count",
        plant: |kept| kept.ledger.size -= 1,
        fault: Fault::LedgerSize,
        position: None,
        field: "ledger.size",
    },
    Attack {
        name: "the last record gone",
        plant: |kept| drop(kept.records.pop()),
        fault: Fault::LedgerSize,
        position: None,
        field: "ledger.size",
    },
    ledger(
        "a virtual present in a real installation",
        |kept| kept.ledger.virtual_now = Some(kept.ledger.created_at),
        "ledger.virtual_now",
    ),
    ledger(
        "a database that was made after its first record",
        |kept| kept.ledger.created_at = later(kept.ledger.created_at),
        "ledger.created_at",
    ),
    ledger(
        "the next number of a case",
        |kept| kept.ledger.next_case_number += 1,
        "ledger.next_case_number",
    ),
    ledger(
        "a drill made of a real installation",
        |kept| kept.ledger.kind = InstallationKind::Drill,
        "ledger.kind",
    ),
];
