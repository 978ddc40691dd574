//! The worked examples of the language (X1 to X8) and of the law files, one by one.
//! What holds for every count is left to `algebra.rs`.

use std::collections::BTreeMap;

use super::*;
use crate::time::Period;

#[test]
fn x1_both_readings_of_thirty_days_roll_to_the_same_monday() {
    check(
        japan(&on("2023-10-27", "Asia/Tokyo"), "30 days"),
        &[
            ("excluded", "2023-11-28 00:00"),
            ("included", "2023-11-28 00:00"),
        ],
    );
}

#[test]
fn x2_the_day_of_detection_gives_two_days_and_the_included_one_drives() {
    check(
        japan(&on("2023-10-17", "Asia/Tokyo"), "30 days"),
        &[
            ("included", "2023-11-16 00:00"),
            ("excluded", "2023-11-17 00:00"),
        ],
    );
}

#[test]
fn x3_an_improper_purpose_gives_sixty_days() {
    let known = on("2023-10-27", "Asia/Tokyo");
    check(
        japan(&known, "30 days"),
        &[
            ("excluded", "2023-11-28 00:00"),
            ("included", "2023-11-28 00:00"),
        ],
    );
    check(
        japan(&known, "60 days"),
        &[
            ("included", "2023-12-26 00:00"),
            ("excluded", "2023-12-27 00:00"),
        ],
    );
}

#[test]
fn x4_twenty_four_hours_run_over_a_saturday() {
    for (aware, expected) in [
        ("2025-04-18T18:09", "2025-04-19 18:09"),
        ("2025-04-18T23:20", "2025-04-19 23:20"),
    ] {
        check(
            count(
                &at(aware, "Asia/Seoul"),
                "24 hours",
                &Counting::Elapsed,
                None,
                "Asia/Seoul",
            ),
            &[("only", expected)],
        );
    }
}

#[test]
fn x5_hours_run_from_the_event_or_from_the_next_full_hour_over_a_holiday() {
    let aware = at("2020-12-22T12:17", "Europe/Berlin");
    check(
        count(
            &aware,
            "72 hours",
            &eu_1182_71(),
            Some(&office("")),
            "Europe/Berlin",
        ),
        &[
            ("moment", "2020-12-25 12:17"),
            ("next_full_hour", "2020-12-25 13:00"),
        ],
    );
    let on_the_hour = at("2020-12-22T12:00", "Europe/Berlin");
    check(
        count(
            &on_the_hour,
            "72 hours",
            &eu_1182_71(),
            None,
            "Europe/Berlin",
        ),
        &[
            ("moment", "2020-12-25 12:00"),
            ("next_full_hour", "2020-12-25 12:00"),
        ],
    );
}

#[test]
fn x6_summer_time_moves_the_clock_and_not_the_hours() {
    let aware = at("2027-03-27T12:00", "Europe/Berlin");
    check(
        count(
            &aware,
            "24 hours",
            &Counting::Elapsed,
            None,
            "Europe/Berlin",
        ),
        &[("only", "2027-03-28 13:00")],
    );
    check(
        count(&aware, "1 day", &Counting::AsWritten, None, "Europe/Berlin"),
        &[("only", "2027-03-29 00:00")],
    );
}

#[test]
fn x7_a_month_from_the_last_of_january_ends_in_february_and_rolls() {
    let notified = at("2027-01-31T09:30", "Europe/Berlin");
    check(
        count(
            &notified,
            "1 month",
            &eu_1182_71(),
            Some(&office("")),
            "Europe/Berlin",
        ),
        &[("only", "2027-03-02 00:00")],
    );
}

#[test]
fn x8_working_days_pass_over_weekends_and_holidays() {
    let anchor = at("2026-11-18T15:00", "America/New_York");
    let calendar = us_federal();
    check(
        count(
            &anchor,
            "7 working days",
            &us_working_days(),
            Some(&calendar),
            "America/New_York",
        ),
        &[("only", "2026-12-01 00:00")],
    );
    // The standstill of rule S3, from a Friday.
    check(
        count(
            &at("2026-11-20T09:00", "America/New_York"),
            "7 working days",
            &us_working_days(),
            Some(&calendar),
            "America/New_York",
        ),
        &[("only", "2026-12-03 00:00")],
    );
}

#[test]
fn a_day_stated_elsewhere_stays_that_day() {
    // Midnight in Tokyo is still the day before in Berlin, but the day was stated, not the moment (V2).
    check(
        count(
            &on("2026-06-02", "Asia/Tokyo"),
            "1 day",
            &Counting::AsWritten,
            None,
            "Europe/Berlin",
        ),
        &[("only", "2026-06-04 00:00")],
    );
    check(
        count(
            &at("2026-06-02T00:00", "Asia/Tokyo"),
            "1 day",
            &Counting::AsWritten,
            None,
            "Europe/Berlin",
        ),
        &[("only", "2026-06-03 00:00")],
    );
    check(
        count(
            &on("2026-06-02", "Asia/Tokyo"),
            "24 hours",
            &Counting::Elapsed,
            None,
            "Asia/Tokyo",
        ),
        &[("only", "2026-06-03 00:00")],
    );
}

#[test]
fn weeks_are_seven_days_and_years_twelve_months() {
    let leap = on("2024-02-29", "Asia/Tokyo");
    check(japan(&leap, "1 year"), &[("only", "2025-03-01 00:00")]);
    check(japan(&leap, "12 months"), &[("only", "2025-03-01 00:00")]);
    check(
        japan(&leap, "2 weeks"),
        &[
            ("included", "2024-03-14 00:00"),
            ("excluded", "2024-03-15 00:00"),
        ],
    );
}

#[test]
fn a_rule_may_end_its_days_with_office_hours() {
    let mut rule = days(&[FirstDay::Excluded], Roll::None);
    rule.ends = read("17:15");
    let rule = CountingRule {
        name: read("office-hours"),
        hours: None,
        days: Some(rule),
        working_days: None,
        months: None,
    };
    check(
        count(
            &on("2026-06-01", "Asia/Tokyo"),
            "3 days",
            &Counting::Rule(rule),
            None,
            "Asia/Tokyo",
        ),
        &[("only", "2026-06-04 17:15")],
    );
}

#[test]
fn what_a_letter_names_is_due_as_it_stands() {
    let tokyo: Zone = read("Asia/Tokyo");
    for (named, expected) in [
        // 2024-04-07 is a Sunday, and a date in a letter is no statutory period.
        (Anchor::Date(read("2024-04-07")), "2024-04-08 00:00"),
        (on("2024-04-07", "Asia/Tokyo"), "2024-04-08 00:00"),
        (at("2024-04-07T12:00", "Asia/Tokyo"), "2024-04-07 12:00"),
    ] {
        let reading = as_written(&named, &tokyo).expect("within the years of the history");
        assert_eq!(
            (reading.name, shown(reading.due, &tokyo).as_str()),
            (ReadingName::Only, expected)
        );
        assert_eq!(rebuild(&reading.derivation), Ok(reading.due));
        assert_eq!(reading.derivation.rule.as_str(), "as-written");
    }
}

/// The vectors of the law file on Japan: start, days, due with the first day excluded, with it included.
const VECTORS: [(&str, u32, &str, &str); 9] = [
    ("2023-10-27", 30, "2023-11-27", "2023-11-27"),
    ("2023-10-27", 60, "2023-12-26", "2023-12-25"),
    ("2023-10-17", 30, "2023-11-16", "2023-11-15"),
    ("2022-07-02", 30, "2022-08-01", "2022-08-01"),
    ("2021-10-14", 30, "2021-11-15", "2021-11-12"),
    ("2025-04-10", 30, "2025-05-12", "2025-05-09"),
    ("2025-04-10", 60, "2025-06-09", "2025-06-09"),
    ("2026-08-23", 30, "2026-09-24", "2026-09-24"),
    ("2027-02-19", 30, "2027-03-23", "2027-03-23"),
];

#[test]
fn the_vectors_of_the_law_file_hold() {
    let tokyo: Zone = read("Asia/Tokyo");
    for (start, days, excluded, included) in VECTORS {
        let readings = due(
            &on(start, "Asia/Tokyo"),
            Period {
                count: days,
                unit: Unit::Days,
            },
            &jp_periods(),
            shipped(GOVERNMENT),
            &tokyo,
        )
        .expect("the rule covers days");
        let dues: BTreeMap<_, _> = readings
            .iter()
            .map(|reading| (reading.name, last_day(reading)))
            .collect();
        let expected = [
            (ReadingName::Excluded, read(excluded)),
            (ReadingName::Included, read(included)),
        ];
        assert_eq!(dues, BTreeMap::from(expected), "{start} + {days}");
    }
    // The yearly report for the year that ended in March 2026: two months end on a Sunday.
    check(
        japan(&Anchor::Date(read("2026-03-31")), "2 months"),
        &[("only", "2026-06-02 00:00")],
    );
}
