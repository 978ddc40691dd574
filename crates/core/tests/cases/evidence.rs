//! What proves a filing and what it consists of: call sheets, receipts, addresses, bytes, and consent taken back.

use crate::play::{Play, at, choice, day, name, sent, text};
use tsuho_core::case::Running;
use tsuho_core::case::clock::Proof;
use tsuho_core::case::event::{Body, Undone};
use tsuho_core::case::request::{Content, Dispatch};
use tsuho_core::name::AuthorityName;
use tsuho_ledger::Digest;

fn refused(came: crate::play::Came) -> &'static str {
    came.expect_err("the request is refused").code()
}

fn receive(filing: u64) -> Content {
    Content::Receive {
        filing,
        received_at: None,
        receipt: None,
    }
}

/// Asks that a file be attached, as evidence of a filing if one is named.
fn attach(words: &str, filing: Option<u64>) -> Content {
    Content::Attach {
        digest: Digest::of(words.as_bytes()),
        size: words.len() as u64,
        name: tsuho_core::case::request::Text::personal(words),
        filing,
        fact: None,
    }
}

#[test]
fn a_call_sheet_and_a_receipt_make_the_judgement_again_with_a_better_proof() {
    let mut play = Play::lost();
    play.act("10-27 15:00", "clerk", "tell", sent("phone"))
        .expect("told");
    let key = name("notice@bureau-east");
    let proof = |play: &Play| match &play.case.duties[&key].running {
        Running::Stopped { judgement, .. } => judgement.proof,
        other => panic!("{other:?}"),
    };
    assert_eq!(proof(&play), Proof::Statement);
    assert_eq!(
        refused(play.ask("10-27 15:05", "clerk", attach("call sheet", Some(2)))),
        "unknown_filing"
    );
    let came = play.ask("10-27 15:10", "clerk", attach("call sheet", Some(1)));
    assert_eq!(came, Ok(vec!["EvidenceAttached", "ClockStopped"]));
    assert_eq!(proof(&play), Proof::CallSheet);
    let came = play.ask("10-27 15:20", "clerk", attach("a photograph", None));
    assert_eq!(
        came,
        Ok(vec!["EvidenceAttached"]),
        "it proves nothing of a filing"
    );
    let receipt = Content::Receive {
        filing: 1,
        received_at: None,
        receipt: Some(Digest::of(b"a photograph")),
    };
    let came = play.ask("10-27 15:30", "clerk", receipt);
    assert_eq!(came, Ok(vec!["FilingReceived", "ClockStopped"]));
    assert_eq!(proof(&play), Proof::Receipt);
    assert_eq!(play.decided_again(), Ok(()));
}

#[test]
fn a_call_sheet_that_is_on_the_case_may_be_named_with_the_call() {
    let mut play = Play::lost();
    let dispatch = || Dispatch {
        evidence: [Digest::of(b"call sheet")].into(),
        ..sent("phone")
    };
    let came = play.act("10-27 15:00", "clerk", "tell", dispatch());
    assert_eq!(refused(came), "unknown_evidence");
    play.ask("10-27 15:01", "clerk", attach("call sheet", None))
        .expect("attached");
    play.act("10-27 15:02", "clerk", "tell", dispatch())
        .expect("told");
    assert!(play.duty("notice").starts_with("stopped"));
    assert_eq!(play.decided_again(), Ok(()));
}

/// The workflow, whose eastern bureau lists its numbers.
fn listing() -> String {
    crate::play::with(&[(
        "  bureau-east: { title: Bureau East, under: ministry }",
        "  bureau-east: { title: Bureau East, under: ministry, addresses: { phone: [03-1, 03-2] } }",
    )])
}

/// A case in which the notice was told to a number.
fn called(office: &str, number: Option<&str>) -> Play {
    let mut play = Play::open_with(office);
    play.record(
        "10-27 12:30",
        &[("lost", choice("yes")), ("known_at", day("10-27"))],
    )
    .expect("facts are recorded");
    let dispatch = Dispatch {
        address: number.map(tsuho_core::case::request::Text::personal),
        ..sent("phone")
    };
    play.act("10-27 15:00", "clerk", "tell", dispatch)
        .expect("told");
    play
}

/// Returns the address of the filing as recorded, and whether the duty runs on.
fn reached(play: &Play) -> (Option<String>, bool) {
    let made = play.history.iter().find_map(|event| match &event.body {
        Body::FilingMade(made) => Some(made),
        _ => None,
    });
    let made = made.expect("something was filed");
    let known = made.addresses.get(&name::<AuthorityName>("bureau-east"));
    (known.cloned(), play.duty("notice").starts_with("running"))
}

#[test]
fn the_address_of_a_recipient_is_kept_as_it_was_known() {
    let told = |number| reached(&called(&listing(), number));
    assert_eq!(
        told(None),
        (Some("03-1".to_owned()), false),
        "the usual one"
    );
    assert_eq!(told(Some("03-2")), (Some("03-2".to_owned()), false));
    assert_eq!(
        told(Some("03-9")),
        (None, true),
        "one that it does not list"
    );
    let anywhere = reached(&called(crate::play::OFFICE, Some("03-9")));
    assert_eq!(anywhere, (None, false), "who lists none takes every one");
}

#[test]
fn a_filing_to_an_unlisted_address_counts_once_it_is_confirmed_with_a_receipt() {
    let mut play = called(&listing(), Some("03-9"));
    assert_eq!(
        refused(play.ask("10-27 16:00", "clerk", receive(1))),
        "receipt_needed"
    );
    play.ask("10-27 16:10", "clerk", attach("their word", None))
        .expect("attached");
    let receipt = Content::Receive {
        filing: 1,
        received_at: Some(at("10-27 15:30")),
        receipt: Some(Digest::of(b"their word")),
    };
    let came = play.ask("10-27 16:20", "clerk", receipt);
    assert_eq!(came, Ok(vec!["FilingReceived", "ClockStopped"]));
    assert_eq!(play.decided_again(), Ok(()), "without the number itself");
}

#[test]
fn an_address_that_is_overlooked_is_noticed() {
    // Each plants a workflow that says of the bureau's numbers what is not so; the call to 03-9 then goes through.
    let sound = listing();
    let planted = [
        (
            "addresses: { phone: [03-1, 03-2] }",
            "addresses: { phone: [03-9] }",
        ),
        (
            "addresses: { phone: [03-1, 03-2] }",
            "addresses: { email: [03-1, 03-2] }",
        ),
        (", addresses: { phone: [03-1, 03-2] }", ""),
    ];
    assert!(reached(&called(&sound, Some("03-9"))).1);
    let caught = planted.iter().filter(|(old, new)| {
        let faulty = sound.replace(old, new);
        !reached(&called(&faulty, Some("03-9"))).1
    });
    let caught = caught.count();
    println!("planted {}, caught {caught}", planted.len());
    assert_eq!(caught, planted.len());
}

#[test]
fn what_is_chained_on_a_filing_waits_while_it_is_undone_and_moves_with_the_next() {
    let chained = crate::play::with(&[(
        "      - { anchor: known_at, within: 30 days, counting: periods }",
        "      - { anchor: filed.notice, within: 30 days, counting: periods }",
    )]);
    let mut play = called(&chained, None);
    play.record("10-27 15:10", &[("grave", crate::play::flag(false))])
        .expect("facts are recorded");
    let first = play.duty("report");
    assert!(first.starts_with("running"), "{first}");
    let undo = Content::Undo {
        filing: 1,
        how: Undone::Withdrawn,
    };
    play.reason = Some("the wrong office");
    let came = play.ask("10-28 09:00", "clerk", undo);
    let came = came.expect("withdrawn");
    assert!(
        came.contains(&"FilingUndone") && came.contains(&"ClockStarted"),
        "{came:?}"
    );
    play.reason = None;
    let waiting = play.duty("report");
    assert!(
        waiting.contains("Anchor"),
        "in doubt, with what it showed: {waiting}"
    );
    let came = play.act("10-31 09:00", "clerk", "tell", sent("phone"));
    let came = came.expect("told again from the state that was reached");
    assert!(came.contains(&"ClockMoved"), "{came:?}");
    let moved = play.duty("report");
    assert!(
        moved.starts_with("running") && moved != first,
        "{first} → {moved}"
    );
    assert_eq!(play.decided_again(), Ok(()));
}

#[test]
fn what_has_a_form_is_filed_with_its_bytes_alone() {
    let form = crate::play::with(&[
        (
            "roles: { clerk",
            "documents: { form-1: { title: Form 1 } }\nroles: { clerk",
        ),
        (
            "    remind: [{ before: 10 days, to: officer }]",
            "    document: form-1\n    channels: [email]\n    remind: [{ before: 10 days, to: officer }]",
        ),
    ]);
    let mut play = called(&form, None);
    play.record("11-10 09:00", &[("cause", text("a bag"))])
        .expect("facts are recorded");
    let propose = |play: &mut Play, when, dispatch| play.act(when, "officer", "report", dispatch);
    for channel in ["email", "phone", "pigeon"] {
        let came = propose(&mut play, "11-14 10:00", sent(channel));
        assert_eq!(refused(came), "document_needed", "{channel}");
    }
    let with_bytes = |words: &str| Dispatch {
        document: Some(Digest::of(words.as_bytes())),
        ..sent("email")
    };
    assert_eq!(
        refused(propose(&mut play, "11-14 10:00", with_bytes("report"))),
        "unknown_evidence"
    );
    for file in ["report", "another"] {
        play.ask("11-14 10:05", "officer", attach(file, None))
            .expect("attached");
    }
    propose(&mut play, "11-14 10:10", with_bytes("report")).expect("proposed");
    play.approve("11-14 11:00", "chief", "report")
        .expect("consented");
    let without = propose(&mut play, "11-14 12:00", sent("email"));
    assert_eq!(refused(without), "document_needed");
    let came = propose(&mut play, "11-14 12:00", with_bytes("another"));
    assert_eq!(
        came,
        Ok(vec!["ApprovalLapsed", "ApprovalRequested"]),
        "other bytes are another proposal"
    );
    play.approve("11-14 13:00", "chief", "report")
        .expect("consented");
    let came = propose(&mut play, "11-14 14:00", with_bytes("another"));
    assert_eq!(came, Ok(vec!["ActionTaken", "FilingMade"]));
    assert_eq!(play.decided_again(), Ok(()));
}

#[test]
fn a_consent_is_taken_back_while_it_is_unused() {
    let mut play = Play::told();
    play.record("11-10 09:00", &[("cause", text("a bag"))])
        .expect("facts are recorded");
    play.act("11-14 10:00", "officer", "report", sent("phone"))
        .expect("proposed");
    play.approve("11-14 11:00", "chief", "report")
        .expect("consented");
    let take_back = || Content::Refuse {
        action: name("report"),
    };
    play.reason = Some("given too early");
    assert_eq!(
        refused(play.ask("11-14 11:05", "officer", take_back())),
        "role"
    );
    play.reason = Some("given too early");
    let came = play.ask("11-14 11:10", "chief", take_back());
    assert_eq!(came, Ok(vec!["ApprovalRefused"]));
    play.reason = None;
    let came = play.act("11-14 12:00", "officer", "report", sent("phone"));
    assert_eq!(
        came,
        Ok(vec!["ApprovalRequested"]),
        "it permits nothing any more"
    );
    play.approve("11-14 13:00", "chief", "report")
        .expect("consented");
    play.act("11-14 14:00", "officer", "report", sent("phone"))
        .expect("filed");
    play.reason = Some("too late");
    let came = play.ask("11-14 15:00", "chief", take_back());
    assert_eq!(refused(came), "no_proposal", "what left was consented to");
    play.reason = None;
    assert_eq!(play.decided_again(), Ok(()));
}
