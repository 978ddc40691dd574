//! One case from its opening to its end by the clock, with everything that can happen to it, and the opening of another.
//! How it is decided and kept is in `desk.rs`.

use tsuho_core::case::request::{Content, Dispatch, Text};
use tsuho_core::value::Value;
use tsuho_ledger::PartClass;

use crate::desk::{DESK, Desk, EXECUTIVE, OFFICER, case_id, facts, instant, tokyo};

/// Plays one case from its opening to its end by the clock, and the opening of a second.
pub(crate) fn played() -> Desk {
    let mut desk = begun();
    end(&mut desk);
    desk
}

/// Plays the first case up to its detailed report.
pub(crate) fn begun() -> Desk {
    let mut desk = Desk::new();
    desk.now = tokyo("2023-10-27 10:00");
    let id = desk.open(10);
    let officer = (OFFICER, "officer");
    desk.now = tokyo("2023-10-27 11:00");
    let known = facts([
        ("known_at", instant("2023-10-27 09:30")),
        ("users", Value::Integer(300)),
    ]);
    desk.ask(id, DESK, "desk", Content::Record { facts: known });
    desk.now = tokyo("2023-10-27 12:00");
    let phone = Dispatch {
        channel: Some("phone".parse().expect("a name")),
        address: Some(Text::personal("03-0000-0000")),
        ..Dispatch::default()
    };
    desk.file(id, (DESK, "desk"), "tell", phone);
    desk.now = tokyo("2023-10-30 09:00");
    let earlier = Some(tokyo("2023-10-28 20:00"));
    let corrected = facts([
        ("known_at", instant("2023-10-26 23:50")),
        ("outline", Value::Text("Sato took it home".to_owned())),
        ("advice", Value::Text("say nothing yet".to_owned())),
    ]);
    desk.ask_at(id, officer, earlier, Content::Record { facts: corrected });
    desk.record_operator(&facts([(
        "operator_name",
        Value::Text("Example KK".to_owned()),
    )]));
    desk.now = tokyo("2023-11-20 09:00");
    let document = desk.attach(id, b"the detailed report");
    let report = Dispatch {
        channel: Some("email".parse().expect("a name")),
        document: Some(document),
        ..Dispatch::default()
    };
    desk.file(id, officer, "file", report.clone());
    desk.now = tokyo("2023-11-20 10:00");
    let consent = Content::Approve {
        action: "file".parse().expect("a name"),
        digest: None,
    };
    desk.ask(id, EXECUTIVE, "executive", consent);
    desk.now = tokyo("2023-11-20 11:00");
    desk.file(id, officer, "file", report);
    desk
}

fn end(desk: &mut Desk) {
    let id = case_id(10);
    desk.now = tokyo("2023-11-27 09:00");
    let received = Content::Receive {
        filing: 2,
        received_at: Some(tokyo("2023-11-26 18:00")),
        receipt: None,
    };
    desk.ask(id, OFFICER, "officer", received);
    let second = desk.open(11);
    let known = facts([("known_at", instant("2023-11-26 12:00"))]);
    desk.ask(second, DESK, "desk", Content::Record { facts: known });
    let text = Text {
        class: PartClass::Privileged,
        words: Some("ask counsel".to_owned()),
    };
    desk.ask(id, OFFICER, "officer", Content::Note { text });
    desk.revoke(EXECUTIVE, "executive");
    desk.now = tokyo("2023-12-08 09:00");
    desk.clock(id, Content::Wake);
}
