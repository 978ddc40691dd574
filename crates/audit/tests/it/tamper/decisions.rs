//! Decisions dropped, doubled, dated back and made kinder, by somebody who writes every hash anew.
//! Only making them again gives these away.

use serde_json::json;
use tsuho_audit::Fault::{
    CaseNumber, Command, EventCount, EventDiffers, NoRequest, Refused, Unreadable,
};
use tsuho_ledger::Digest;

use super::forge::{forge, label, somebody};
use super::{Attack, attack};
use crate::desk::OFFICER;

pub(super) const ATTACKS: &[Attack] = &[
    attack(
        "an event dropped",
        |kept| kept.drop_record(17),
        EventCount,
        16,
        "command",
    ),
    attack(
        "a moved clock dropped",
        |kept| kept.drop_record(20),
        EventCount,
        19,
        "command",
    ),
    attack(
        "a whole decision dropped",
        |kept| {
            for _ in 0..3 {
                kept.drop_record(15);
            }
        },
        EventDiffers,
        15,
        "type",
    ),
    attack(
        "a consent dropped",
        |kept| kept.drop_record(25),
        Refused,
        25,
        "decision",
    ),
    attack(
        "an event twice",
        |kept| forge(kept, 17, 18, |_| {}),
        EventCount,
        18,
        "command",
    ),
    attack(
        "an event put into another decision",
        |kept| {
            kept.reseal_at(17, |header, _| {
                header.command = label("cmd_00000000000000000000000001");
            });
        },
        EventCount,
        16,
        "command",
    ),
    attack(
        "two decisions under one name",
        |kept| {
            let before = crate::kept::header(kept.at(20)).command;
            kept.reseal_at(22, |header, _| header.command = before.clone());
        },
        Command,
        22,
        "command",
    ),
    attack(
        "a command that is no name",
        |kept| kept.reseal_at(22, |header, _| header.command = label("later")),
        Unreadable,
        22,
        "command",
    ),
    attack(
        "fewer users than the guard asks for",
        |kept| {
            kept.reseal_body(12, |json| {
                json["facts"]["users"]["change"]["set"]["integer"] = json!(50);
            });
        },
        Refused,
        15,
        "decision",
    ),
    attack(
        "a filing dated back",
        |kept| {
            kept.reseal(|position, header, _| {
                if (15..18).contains(&position) {
                    header.occurred_at = "2023-10-27T02:30:00.000000Z".parse().expect("a moment");
                }
            });
        },
        EventDiffers,
        15,
        "body.entered_at",
    ),
    attack(
        "a filing dated back, with its words",
        |kept| {
            kept.reseal(|position, header, parts| {
                if (15..18).contains(&position) {
                    header.occurred_at = "2023-10-27T02:30:00.000000Z".parse().expect("a moment");
                    let text = String::from_utf8(parts[0].bytes.clone()).expect("UTF-8");
                    parts[0].bytes = text
                        .replace("2023-10-27T03:00:00", "2023-10-27T02:30:00")
                        .into_bytes();
                }
            });
        },
        EventDiffers,
        17,
        "body.judgement.verdict",
    ),
    attack(
        "a judgement made kinder",
        |kept| kept.reseal_body(30, |json| json["judgement"]["verdict"] = json!("in_time")),
        EventDiffers,
        30,
        "body.judgement.verdict",
    ),
    attack(
        "a filing received earlier",
        |kept| {
            kept.reseal_body(29, |json| {
                json["effective_at"] = json!("2023-11-24T09:00:00.000000Z");
            });
        },
        EventDiffers,
        29,
        "body.effective_at",
    ),
    attack(
        "another state entered",
        |kept| kept.reseal_body(15, |json| json["to"] = json!("reported")),
        EventDiffers,
        15,
        "body.to",
    ),
    attack(
        "another digest of a proposal",
        |kept| kept.reseal_body(24, |json| json["digest"] = json!(Digest::of(b"other"))),
        EventDiffers,
        24,
        "body.digest",
    ),
    attack(
        "consent to another proposal",
        |kept| kept.reseal_body(25, |json| json["digest"] = json!(Digest::of(b"other"))),
        Refused,
        25,
        "decision",
    ),
    attack(
        "another document than the approved one",
        |kept| kept.reseal_body(27, |json| json["document"] = json!(Digest::of(b"other"))),
        Refused,
        26,
        "decision",
    ),
    attack(
        "an action of the clock by a person",
        |kept| {
            kept.reseal_at(39, |header, _| {
                header.person = somebody(OFFICER);
                (header.via, header.role) = (label("os"), Some(label("officer")));
            });
        },
        Refused,
        39,
        "decision",
    ),
    attack(
        "an action of a person by the clock",
        |kept| {
            kept.reseal_at(15, |header, _| {
                header.person = label("clock");
                (header.via, header.role) = (label("clock"), None);
            });
        },
        NoRequest,
        15,
        "type",
    ),
    attack(
        "a case that was never opened",
        |kept| kept.drop_record(10),
        NoRequest,
        10,
        "type",
    ),
    attack(
        "another number of a case",
        |kept| kept.reseal_body(31, |json| json["number"] = json!(3)),
        CaseNumber,
        31,
        "body.number",
    ),
    attack(
        "a case hidden",
        |kept| {
            for _ in 0..12 {
                let first = kept
                    .records
                    .iter()
                    .position(|one| one.stream.starts_with("case/case_0a"));
                if let Some(first) = first {
                    kept.records.remove(first);
                }
            }
            while let Some(first) = kept
                .records
                .iter()
                .position(|one| one.stream.starts_with("case/case_0a"))
            {
                kept.records.remove(first);
            }
            kept.reseal(|_, _, _| {});
        },
        CaseNumber,
        11,
        "body.number",
    ),
];
