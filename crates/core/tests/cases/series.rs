//! Series: each occurrence is counted from the anchor, opens when the one before is filed or has come, and ends with its time.

use tsuho_core::case::event::LapseOfClock;
use tsuho_core::case::request::Content;

use super::rows::{lapses, opened, order, running, to};
use crate::play::Play;

#[test]
fn rounds_are_counted_from_the_anchor_and_open_when_the_one_before_is_filed_or_has_come() {
    let mut play = opened();
    play.record(
        "10-27 14:00",
        &[(
            "orders",
            order(
                "A",
                "bureau-east",
                "2023-10-31",
                Some("1 months"),
                Some("2024-02-29"),
            ),
        )],
    )
    .expect("recorded");
    let occurrences = |play: &Play| -> Vec<String> {
        let running = running(play);
        running
            .into_iter()
            .filter(|duty| duty.starts_with("occurrences"))
            .collect()
    };
    assert_eq!(
        occurrences(&play),
        ["occurrences[A]@bureau-east#1 2023-12-01T00:00:00"]
    );
    play.act(
        "11-20 10:00",
        "clerk",
        "answer",
        to(&["occurrences[A]@bureau-east#1"]),
    )
    .expect("filed early");
    assert_eq!(
        occurrences(&play),
        ["occurrences[A]@bureau-east#2 2024-01-01T00:00:00"]
    );
    let later = |days: i64| {
        let span = tsuho_core::time::Span::from_days(days);
        crate::play::at("12-31 12:00").plus(span)
    };
    play.ask_at(later(2), "", Content::Wake)
        .expect("time passes");
    // The second stays owed, and the third is counted from 31 October like every one.
    assert_eq!(
        occurrences(&play),
        [
            "occurrences[A]@bureau-east#2 2024-01-01T00:00:00",
            "occurrences[A]@bureau-east#3 2024-02-01T00:00:00"
        ]
    );
    play.ask_at(later(80), "", Content::Wake)
        .expect("time passes");
    assert_eq!(
        occurrences(&play),
        [
            "occurrences[A]@bureau-east#2 2024-01-01T00:00:00",
            "occurrences[A]@bureau-east#3 2024-02-01T00:00:00",
            "occurrences[A]@bureau-east#4 2024-03-01T00:00:00"
        ],
        "29 February is the last day on which one falls"
    );
    assert_eq!(play.decided_again(), Ok(()));
}

#[test]
fn a_rhythm_changes_and_a_missed_round_passes() {
    let mut play = opened();
    play.record(
        "10-27 14:00",
        &[("known_at", crate::play::moment("10-27 05:00"))],
    )
    .expect("recorded");
    let passing = |play: &Play| -> Vec<String> {
        let running = running(play);
        running
            .into_iter()
            .filter(|duty| duty.starts_with("passing"))
            .collect()
    };
    let mut seen = passing(&play);
    for when in ["10-27 20:00", "10-28 04:00", "10-28 06:00", "10-29 06:00"] {
        play.ask(when, "", Content::Wake).expect("time passes");
        seen.extend(passing(&play));
    }
    assert_eq!(
        seen,
        [
            "passing@bureau-east#2 2023-10-27T17:00:00",
            "passing@bureau-east#3 2023-10-27T23:00:00",
            "passing@bureau-east#4 2023-10-28T05:00:00",
            "passing@bureau-east#5 2023-10-29T05:00:00",
            "passing@bureau-east#6 2023-10-30T05:00:00"
        ]
    );
    let missed: Vec<_> = lapses(&play).into_iter().map(|(_, cause)| cause).collect();
    assert_eq!(missed, vec![LapseOfClock::Missed; 4]);
    play.record(
        "10-29 07:00",
        &[("orders_end", crate::play::moment("10-29 06:30"))],
    )
    .expect("recorded");
    assert_eq!(
        lapses(&play).last(),
        Some(&("passing@bureau-east#6".to_owned(), LapseOfClock::Ended))
    );
    assert_eq!(play.decided_again(), Ok(()));
}
