//! Who acted when, and what they saw, by somebody who writes every hash anew.
//! What was decided is in `decisions.rs`.

use serde_json::json;
use tsuho_audit::Fault::{
    RecordedAt, Refused, RoleNotHeld, SamePerson, System, UnknownPerson, Via,
};

use super::forge::{forge, label, promote, somebody};
use super::{Attack, attack};
use crate::desk::{ADMINISTRATOR, DESK, OFFICER, person};

pub(super) const ATTACKS: &[Attack] = &[
    attack(
        "put on record before what it follows",
        |kept| {
            kept.reseal_at(37, |header, _| {
                header.recorded_at = "2023-10-01T00:00:00.000000Z".parse().expect("a moment");
            });
        },
        RecordedAt,
        37,
        "recorded_at",
    ),
    attack(
        "a decision that looked at an older installation",
        |kept| {
            let old = kept.at(37).clone();
            let seen = crate::kept::header(&old).system;
            kept.move_record(38, 37);
            kept.reseal_at(38, |header, _| header.system = seen);
        },
        System,
        38,
        "system",
    ),
    attack(
        "a decision that looked at nothing",
        |kept| kept.reseal_at(37, |header, _| header.system = None),
        System,
        37,
        "system",
    ),
    attack(
        "a role granted after its use",
        |kept| kept.move_record(8, 25),
        RoleNotHeld,
        24,
        "role",
    ),
    attack(
        "a role revoked before its use",
        |kept| kept.move_record(38, 25),
        RoleNotHeld,
        26,
        "role",
    ),
    attack(
        "a person added after their act",
        |kept| {
            kept.move_record(3, 20);
            kept.move_record(3, 20);
        },
        UnknownPerson,
        8,
        "person",
    ),
    attack(
        "one person twice, in a role that they lack",
        |kept| kept.reseal_at(25, |header, _| header.person = somebody(OFFICER)),
        SamePerson,
        25,
        "person",
    ),
    attack(
        "one person twice, in two roles",
        |kept| {
            promote(kept);
            kept.reseal_at(26, |header, _| header.person = somebody(OFFICER));
        },
        SamePerson,
        26,
        "person",
    ),
    attack(
        "a person whom nobody added",
        |kept| kept.reseal_at(18, |header, _| header.person = somebody(99)),
        UnknownPerson,
        18,
        "person",
    ),
    attack(
        "a role that is not theirs",
        |kept| kept.reseal_at(18, |header, _| header.role = Some(label("executive"))),
        RoleNotHeld,
        18,
        "role",
    ),
    attack(
        "a person known as in a drill",
        |kept| kept.reseal_at(18, |header, _| header.via = label("drill")),
        Via,
        18,
        "via",
    ),
    attack(
        "a grant by somebody who administers nothing",
        |kept| kept.reseal_at(8, |header, _| header.person = somebody(DESK)),
        RoleNotHeld,
        8,
        "role",
    ),
    attack(
        "a role granted twice",
        |kept| forge(kept, 8, 9, |_| {}),
        Refused,
        9,
        "decision",
    ),
    attack(
        "the last administrator revoked",
        |kept| {
            kept.reseal_body(38, |json| {
                json["person"] = json!(person(ADMINISTRATOR));
                json["role"] = json!("administrator");
            });
        },
        Refused,
        38,
        "decision",
    ),
];
