//! Facts about counting: the examples of the language and of the law files, and what holds for every count.
//! The random comparison with another implementation is left to `tests/it/oracle.rs`.

mod algebra;
mod derivations;
mod examples;

use super::*;
use crate::time::Zone;

const GOVERNMENT: &str = "jp-government";

/// Reads what a test writes as text.
fn read<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("a test writes what can be read")
}

fn days(first: &[FirstDay], roll: Roll) -> DayRule {
    DayRule {
        first: first.to_vec(),
        ends: EndOfDay::MIDNIGHT,
        roll,
    }
}

/// `jp-periods` of the language's section 7.
fn jp_periods() -> Counting {
    Counting::Rule(CountingRule {
        name: read("jp-periods"),
        hours: None,
        days: Some(days(
            &[FirstDay::Excluded, FirstDay::Included],
            Roll::Forward,
        )),
        working_days: None,
        months: Some(days(&[FirstDay::Excluded], Roll::Forward)),
    })
}

/// `eu-1182-71` of the language's section 7.
fn eu_1182_71() -> Counting {
    Counting::Rule(CountingRule {
        name: read("eu-1182-71"),
        hours: Some(vec![HourStart::Moment, HourStart::NextFullHour]),
        days: Some(days(&[FirstDay::Excluded], Roll::Forward)),
        working_days: None,
        months: Some(days(&[FirstDay::Excluded], Roll::Forward)),
    })
}

fn us_working_days() -> Counting {
    Counting::Rule(CountingRule {
        name: read("us-fcc-1-4"),
        hours: None,
        days: None,
        working_days: Some(days(&[FirstDay::Excluded], Roll::Forward)),
        months: None,
    })
}

/// A calendar that closes at weekends and on the days listed.
fn office(days: &str) -> Calendar {
    let head = "name tt-office\nsource none\nversion 1\nlicence none\nvalid-from 2020-01-01\n\
                valid-until 2027-12-31\nclosed-weekdays saturday sunday\n";
    Calendar::read(&format!("{head}{days}")).expect("a calendar")
}

fn us_federal() -> Calendar {
    office("2026-11-11 Veterans Day / 退役軍人の日\n2026-11-26 Thanksgiving Day / 感謝祭\n")
}

/// A moment stated in a zone to the minute.
fn at(civil: &str, zone: &str) -> Anchor {
    let zone: Zone = read(zone);
    Anchor::Instant(Instant::new(zone.resolve(read(civil)), zone))
}

/// A day stated in a zone.
fn on(date: &str, zone: &str) -> Anchor {
    Anchor::Instant(Instant::day(read(date), read(zone)))
}

/// Counts, and returns each reading's word with its due moment as the zone's clocks show it.
fn count(
    anchor: &Anchor,
    period: &str,
    counting: &Counting,
    calendar: Option<&Calendar>,
    zone: &str,
) -> Result<Vec<(&'static str, String)>, CannotCount> {
    let zone: Zone = read(zone);
    let readings = due(anchor, read(period), counting, calendar, &zone)?;
    for reading in &readings {
        assert_eq!(
            rebuild(&reading.derivation),
            Ok(reading.due),
            "{:?}",
            reading.derivation
        );
    }
    Ok(readings
        .iter()
        .map(|reading| (reading.name.word(), shown(reading.due, &zone)))
        .collect())
}

fn shown(at: Timestamp, zone: &Zone) -> String {
    at.civil(zone).strftime("%Y-%m-%d %H:%M").to_string()
}

/// Asserts the words and due moments of a count.
fn check(counted: Result<Vec<(&'static str, String)>, CannotCount>, expected: &[(&str, &str)]) {
    let counted = counted.expect("the rule covers the period");
    let counted: Vec<(&str, &str)> = counted
        .iter()
        .map(|(name, due)| (*name, due.as_str()))
        .collect();
    assert_eq!(counted, expected);
}

/// Counts by the Japanese rule and calendar.
fn japan(anchor: &Anchor, period: &str) -> Result<Vec<(&'static str, String)>, CannotCount> {
    count(
        anchor,
        period,
        &jp_periods(),
        shipped(GOVERNMENT),
        "Asia/Tokyo",
    )
}

/// Returns the day at whose end a reading is due.
fn last_day(reading: &Reading) -> Date {
    match reading.derivation.steps.last() {
        Some(Step::EndOfDay { date, .. }) => *date,
        other => panic!("{other:?} ends no day"),
    }
}
