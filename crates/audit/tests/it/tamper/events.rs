//! What an event says at all, by somebody who writes every hash anew.
//! Whether it follows is in `decisions.rs`.

use serde_json::json;
use tsuho_audit::Fault::{Delivery, EventDiffers, Part as Torn, Refused, State, Unreadable};
use tsuho_ledger::{Part, PartClass};

use super::forge::label;
use super::{Attack, attack};

pub(super) const ATTACKS: &[Attack] = &[
    attack(
        "a part with a key twice",
        |kept| {
            kept.reseal_at(37, |_, parts: &mut Vec<Part>| {
                parts[0].bytes = br#"{"class":"privileged","class":"privileged"}"#.to_vec();
            });
        },
        Torn,
        37,
        "parts.operational",
    ),
    attack(
        "an event of an unknown type",
        |kept| kept.reseal_at(17, |header, _| header.r#type = label("ClockForgotten")),
        Unreadable,
        17,
        "type",
    ),
    attack(
        "an event under another type",
        |kept| kept.reseal_at(17, |header, _| header.r#type = label("NoteAdded")),
        Unreadable,
        17,
        "parts.operational",
    ),
    attack(
        "an event with an unknown value",
        |kept| kept.reseal_body(17, |json| json["mood"] = json!("fine")),
        Unreadable,
        17,
        "parts.operational",
    ),
    attack(
        "an event without its part",
        |kept| kept.reseal_at(17, |_, parts| parts.clear()),
        Unreadable,
        17,
        "parts.operational",
    ),
    attack(
        "an event of an unknown version",
        |kept| kept.reseal_at(17, |header, _| header.type_v = 2),
        Unreadable,
        17,
        "semantics",
    ),
    attack(
        "an event by unknown rules",
        |kept| kept.reseal_at(17, |header, _| header.semantics = 2),
        Unreadable,
        17,
        "semantics",
    ),
    attack(
        "another state in a header",
        |kept| kept.reseal_at(17, |header, _| header.state = Some(label("reported"))),
        State,
        17,
        "state",
    ),
    attack(
        "no state in a header",
        |kept| kept.reseal_at(17, |header, _| header.state = None),
        State,
        17,
        "state",
    ),
    attack(
        "a delivered fact that is not the operator's",
        |kept| {
            kept.reseal_body(22, |json| {
                json["facts"]["operator_name"]["change"]["set"]["text"] = json!("Other KK");
            });
        },
        Delivery,
        22,
        "body.facts.operator_name",
    ),
    attack(
        "a delivery of what was not recorded yet",
        |kept| kept.reseal_body(22, |json| json["delivered"]["seq"] = json!(7)),
        Delivery,
        22,
        "body.delivered",
    ),
    attack(
        "an operator's fact learnt in the future",
        |kept| {
            kept.reseal_body(21, |json| {
                json["facts"]["operator_name"]["as_of"] = json!("2024-10-30T00:00:00.000000Z");
            });
        },
        Refused,
        21,
        "decision",
    ),
    attack(
        "an operator's fact that nobody declared",
        |kept| {
            kept.reseal_body(21, |json| {
                let fact = json["facts"]["operator_name"].clone();
                json["facts"]["nickname"] = fact;
            });
        },
        Refused,
        21,
        "decision",
    ),
    attack(
        "an operator's fact by the clock",
        |kept| {
            kept.reseal_at(21, |header, _| {
                header.person = label("clock");
                (header.via, header.role) = (label("clock"), None);
            });
        },
        Refused,
        21,
        "decision",
    ),
    attack(
        "a privileged value in the open part",
        |kept| {
            kept.reseal_at(18, |_, parts| {
                crate::attacker::body(parts, |json| {
                    json["facts"]["advice"]["change"] = json!({"set": {"text": "say nothing"}});
                });
                parts.retain(|part| part.class != PartClass::Privileged);
            });
        },
        EventDiffers,
        18,
        "body.facts.advice",
    ),
];
