//! What a decision remembers of a case spares the next one a look, and changes nothing else.
//! That no history is decided otherwise for it is stated by every play: each remembers, and is decided again without.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tsuho_core::case::settle::Outlook;
use tsuho_core::time::Span;

use super::standstill::patient;
use crate::play::{Play, at, choice, day, flag, sent};

/// Opens a case in which the clock acts at the end of 28 October.
fn told() -> Play {
    let mut play = Play::open_with(&patient());
    let lost = [
        ("lost", choice("yes")),
        ("known_at", day("10-27")),
        ("grave", flag(false)),
    ];
    play.record("10-27 12:30", &lost).expect("recorded");
    play.act("10-27 15:00", "clerk", "tell", sent("phone"))
        .expect("told");
    play
}

#[test]
fn a_case_is_known_until_the_next_change_of_a_condition() {
    let mut play = told();
    // A filing made clocks start and stop, and conditions read filings: what was known before them is forgotten.
    play.wake("10-27 16:00");
    play.record("10-27 17:00", &[("grave", flag(false))])
        .expect("recorded");
    let known = play.known.expect("it is settled");
    assert_eq!(known.settled, at("10-27 17:00"));
    assert_eq!(known.next_change, Some(at("10-29 00:00")));
    assert!(!known.reaches(at("10-27 16:59")));
    assert!(known.reaches(at("10-28 23:59")));
    assert!(!known.reaches(at("10-29 00:00")));
}

#[test]
fn what_is_remembered_wrongly_is_decided_otherwise() {
    let planted: [fn(Outlook) -> Outlook; 3] = [
        |known| Outlook {
            next_change: None,
            ..known
        },
        |known| Outlook {
            next_change: known
                .next_change
                .map(|next| next.plus(Span::from_minutes(1))),
            ..known
        },
        |known| Outlook {
            settled: at("10-27 12:30"),
            next_change: Some(at("10-28 06:00")),
            ..known
        },
    ];
    let played = |plant: fn(Outlook) -> Outlook| {
        let mut play = told();
        play.record("10-27 17:00", &[("grave", flag(false))])
            .expect("recorded");
        play.known = play.known.map(plant);
        play.wake("10-30 01:00");
        play.decided_again()
    };
    assert_eq!(played(|known| known), Ok(()));
    let caught = planted.iter().filter(|plant| {
        // Where assertions are compiled in, the decision itself notices.
        let played = catch_unwind(AssertUnwindSafe(|| played(**plant)));
        !matches!(played, Ok(Ok(())))
    });
    let caught = caught.count();
    println!(
        "what is remembered: planted {}, caught {caught}",
        planted.len()
    );
    assert_eq!(caught, planted.len());
}
