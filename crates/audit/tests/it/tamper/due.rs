//! Due dates that somebody moved, writing every hash anew.
//! Holidays that were weakened are in `definitions.rs`.

use serde_json::{Value as Json, json};
use tsuho_audit::Fault::{Derivation, DueDate, EventDiffers};

use super::{Attack, attack};

pub(super) const ATTACKS: &[Attack] = &[
    attack(
        "a due date a day later",
        |kept| {
            kept.reseal_body(14, |json| {
                json["face"]["readings"][0]["due"] = json!("2023-11-28T15:00:00.000000Z");
            });
        },
        DueDate,
        14,
        "body.face.readings[0].due",
    ),
    attack(
        "a due date a day later, with its last step",
        |kept| {
            kept.reseal_body(14, |json| {
                let reading = &mut json["face"]["readings"][0];
                reading["due"] = json!("2023-11-28T15:00:00.000000Z");
                let steps = reading["derivation"]["steps"]
                    .as_array_mut()
                    .expect("steps");
                steps.last_mut().expect("a step")["end_of_day"]["at"] =
                    json!("2023-11-28T15:00:00.000000Z");
            });
        },
        Derivation,
        14,
        "body.face.readings[0].derivation.steps[",
    ),
    attack(
        "a sound derivation from another anchor",
        |kept| {
            let other = kept.at(19 + 1).clone();
            let to: Json = serde_json::from_slice(&other.parts[0].bytes).expect("JSON");
            kept.reseal_body(14, |json| json["face"] = to["to"].clone());
        },
        EventDiffers,
        14,
        "body.face.readings[0].derivation.anchor",
    ),
    attack(
        "the cautious reading dropped",
        |kept| {
            kept.reseal_body(14, |json| {
                json["face"]["readings"]
                    .as_array_mut()
                    .expect("readings")
                    .remove(0);
            });
        },
        EventDiffers,
        14,
        "body.face.readings[0]",
    ),
    attack(
        "an aim an hour later",
        |kept| {
            kept.reseal_body(13, |json| {
                json["face"]["targets"][0]["due"] = json!("2023-10-27T07:30:00.000000Z");
            });
        },
        DueDate,
        13,
        "body.face.targets[0].due",
    ),
    attack(
        "an old due date forgotten",
        |kept| kept.reseal_body(20, |json| json["from"] = json["to"].clone()),
        EventDiffers,
        20,
        "body.from.readings[0]",
    ),
    attack(
        "a clock that moved for another cause",
        |kept| kept.reseal_body(20, |json| json["cause"] = json!("calendar")),
        EventDiffers,
        20,
        "body.cause",
    ),
];
