//! Forged records, for attacks by somebody who writes every hash anew.
//! The attacks are in the files beside this one.

use serde_json::{Value as Json, json};
use tsuho_audit::StoredRecord;
use tsuho_ledger::Label;

use crate::desk::{OFFICER, person};
use crate::kept::Kept;

pub(super) fn label(text: &str) -> Label {
    text.parse().expect("a label")
}

pub(super) fn somebody(number: u8) -> Label {
    label(&person(number).to_string())
}

pub(super) fn place(position: u64) -> usize {
    usize::try_from(position).expect("small")
}

/// Puts a copy of a record at a place, with other words, and writes everything anew.
pub(super) fn forge(kept: &mut Kept, of: u64, to: u64, change: impl Fn(&mut StoredRecord)) {
    let mut copy = kept.at(of).clone();
    change(&mut copy);
    kept.records.insert(place(to), copy);
    kept.reseal(|_, _, _| {});
}

pub(super) fn operational(stored: &mut StoredRecord, change: impl Fn(&mut Json)) {
    crate::attacker::body(&mut stored.parts, change);
}

/// Gives the officer the executive's role before the consent, so that only the person is wrong.
pub(super) fn promote(kept: &mut Kept) {
    forge(kept, 8, 9, |stored| {
        operational(stored, |json| json["person"] = json!(person(OFFICER)));
        let text = String::from_utf8(stored.header.clone()).expect("UTF-8");
        let command = crate::kept::header(stored).command.to_string();
        let text = text.replace(&command, "cmd_00000000000000000000000001");
        stored.header = text.into_bytes();
    });
}
