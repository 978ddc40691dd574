//! The played history in words, and the case as it stood at a time, on either line of time.

use std::convert::Infallible;

use tsuho_audit::history::{Entry, Names, Sentence};
use tsuho_audit::{AsOf, History, Replay, replay};
use tsuho_core::case::{evolve, open, record};
use tsuho_core::catalogue::{Language, text};
use tsuho_core::time::{Timestamp, Zone};
use tsuho_core::value::Value;
use tsuho_ledger::Record;

use crate::desk::{case_id, tokyo, zone};
use crate::kept::Kept;
use crate::story::played;

fn record(stored: &tsuho_audit::StoredRecord) -> Record {
    Record::open(stored.header.clone(), stored.parts.clone()).expect("a record")
}

fn case_records(kept: &Kept) -> Vec<(u64, Record)> {
    let stream = format!("case/{}", case_id(10));
    let records = kept.records.iter().filter(|one| one.stream == stream);
    records.map(|one| (one.position, record(one))).collect()
}

fn names(kept: &Kept) -> Names {
    let mut names = Names::default();
    for stored in kept.records.iter().filter(|one| one.stream == "system") {
        names.take(&record(stored)).expect("a record of the system");
    }
    names
}

fn told(kept: &Kept, records: &[(u64, Record)]) -> Vec<Entry> {
    let desk = played();
    let names = names(kept);
    let mut history = History::new(&names, desk.rules.as_ref(), zone());
    let entries = records.iter().map(|(at, record)| history.tell(*at, record));
    entries.collect::<Result<_, _>>().expect("it can be told")
}

fn words(language: Language, sentence: &Sentence) -> String {
    text(language, sentence.0, &sentence.1)
}

/// Returns an entry in words: who, what, then each detail.
fn lines(language: Language, entry: &Entry) -> Vec<String> {
    let all = [&entry.who, &entry.what].into_iter().chain(&entry.details);
    all.map(|sentence| words(language, sentence)).collect()
}

#[test]
fn a_history_says_who_did_what_when_and_how_late_it_was_put_on_record() {
    let kept = played().kept();
    let entries = told(&kept, &case_records(&kept));
    let of = |seq: usize| lines(Language::En, &entries[seq]);
    assert_eq!(
        of(0),
        [
            "Person 2 (person_02081040g2081040g2081040g2) as Desk",
            "opened case 1 under `leak` version 1, in state Detected",
        ]
    );
    assert_eq!(
        of(4),
        [
            "the clock",
            "the clock of Detailed report to Ministry started",
            "due 2023-11-27 24:00 Asia/Tokyo (the first day does not count)",
            "due 2023-11-27 24:00 Asia/Tokyo (the first day counts)",
        ]
    );
    assert_eq!(
        of(8),
        [
            "Person 3 (person_030c1g60r30c1g60r30c1g60r3) as Officer",
            "recorded Advice, When it became known, Outline",
            "put on record 2023-10-30 09:00 Asia/Tokyo, 1 d 13 h later",
            "Advice: say nothing yet",
            "When it became known: 2023-10-26 23:50 Asia/Tokyo, before 2023-10-27 09:30 Asia/Tokyo",
            "Outline: Sato took it home",
            "reason: told on the phone",
        ]
    );
    assert_eq!(entries[8].recorded_after.to_string(), "1 d 13 h");
    assert_eq!(
        of(19),
        [
            "the clock",
            "filing 2 discharged Detailed report to Ministry at 2023-11-26 18:00 Asia/Tokyo: \
             arguable: in time by one reading, late by another",
            "put on record 2023-11-27 09:00 Asia/Tokyo, 15 h later",
            "1 d 18 h after 2023-11-24 24:00 Asia/Tokyo (the first day counts)",
            "1 d 6 h before 2023-11-27 24:00 Asia/Tokyo (the first day does not count)",
            "this rests on the document that was sent",
        ]
    );
}

#[test]
fn every_event_has_words_in_both_languages_and_without_its_erasable_parts() {
    let kept = played().kept();
    let whole = case_records(&kept);
    let bare: Vec<(u64, Record)> = whole
        .iter()
        .map(|(at, record)| {
            let parts = record.parts()[..1].to_vec();
            let bytes = record.header_bytes().to_vec();
            (*at, Record::open(bytes, parts).expect("a record"))
        })
        .collect();
    let mut told_in_words = 0;
    for records in [&whole, &bare] {
        for entry in told(&kept, records) {
            for language in [Language::En, Language::Ja] {
                for line in lines(language, &entry) {
                    assert!(
                        !line.contains(['{', '}']) && !line.contains("[audit"),
                        "{line}"
                    );
                    told_in_words += 1;
                }
            }
        }
    }
    assert!(told_in_words > 200);
    let bare = told(&kept, &bare);
    let text = bare.iter().flat_map(|entry| lines(Language::En, entry));
    let text: Vec<String> = text.collect();
    assert!(text.contains(&"Outline: [personal]".to_owned()));
    assert!(text.contains(&"Advice: [privileged]".to_owned()));
    assert!(!text.iter().any(|line| line.contains("Sato")));
    let machine = serde_json::to_string(&bare).expect("JSON");
    assert!(!machine.contains("Sato") && machine.contains("\"absent\":[\"personal\"]"));
}

#[test]
fn the_machine_form_has_every_field_that_the_words_have() {
    let kept = played().kept();
    let entries = told(&kept, &case_records(&kept));
    let json = serde_json::to_value(&entries[8]).expect("JSON");
    for (key, value) in [
        ("position", "18"),
        ("seq", "8"),
        ("type", "\"FactsRecorded\""),
        ("occurred_at", "\"2023-10-28T11:00:00.000000Z\""),
        ("recorded_at", "\"2023-10-30T00:00:00.000000Z\""),
        ("recorded_after", "133200000000"),
        ("person", "\"person_030c1g60r30c1g60r30c1g60r3\""),
        ("name", "\"Person 3\""),
        ("via", "\"os\""),
        ("role", "\"officer\""),
        ("state", "\"notified\""),
        ("absent", "[]"),
    ] {
        assert_eq!(json[key].to_string(), value, "{key}");
    }
    assert_eq!(json["personal"]["outline"]["text"], "Sato took it home");
}

fn as_of(as_of: AsOf) -> Replay {
    let kept = played().kept();
    let records = case_records(&kept)
        .into_iter()
        .map(|(_, record)| Ok(record));
    replay::<Infallible>(records, as_of).expect("it can be replayed")
}

fn known_at(replay: &Replay) -> Option<String> {
    let case = replay.stood.as_ref()?;
    let fact = case.facts.get("known_at")?;
    fact.value().map(Value::to_string)
}

#[test]
fn what_was_on_record_and_what_had_occurred_are_never_mixed() {
    let at = tokyo("2023-10-29 12:00");
    let recorded = as_of(AsOf::Recorded(at));
    let occurred = as_of(AsOf::Occurred(at));
    // Told on Saturday and typed in on Monday: on Sunday the screen did not show it, and it had happened.
    assert_eq!(
        known_at(&recorded).as_deref(),
        Some("2023-10-27 09:30 Asia/Tokyo")
    );
    assert_eq!(
        known_at(&occurred).as_deref(),
        Some("2023-10-26 23:50 Asia/Tokyo")
    );
    for (replay, word) in [(&recorded, "recorded"), (&occurred, "occurred")] {
        assert_eq!(replay.as_of.word(), word);
        assert_eq!(replay.folded + replay.left_out, 22);
        let (key, args) = replay.as_of.message(&Zone::utc());
        assert!(text(Language::En, key, &args).contains("2023-10-29 03:00"));
    }
}

#[test]
fn as_recorded_a_case_is_the_fold_of_its_first_records() {
    let kept = played().kept();
    let records = case_records(&kept);
    let mut case = None;
    for (index, (_, one)) in records.iter().enumerate() {
        let event = record::read_case(one).expect("an event");
        case = match case {
            None => open(case_id(10), &event),
            Some(case) => Some(evolve(case, &event)),
        };
        let next = records
            .get(index + 1)
            .map(|(_, next)| next.header().recorded_at);
        if next.is_none_or(|next| next > one.header().recorded_at) {
            let at = Timestamp::from(one.header().recorded_at);
            assert_eq!(as_of(AsOf::Recorded(at)).stood, case);
        }
    }
    let end = as_of(AsOf::Occurred(tokyo("2024-01-01 00:00")));
    assert_eq!(
        end.stood, case,
        "once everything has occurred, both lines of time agree"
    );
    let before = as_of(AsOf::Recorded(tokyo("2023-10-27 09:59")));
    assert_eq!(
        (before.stood, before.folded, before.left_out),
        (None, 0, 22)
    );
}
