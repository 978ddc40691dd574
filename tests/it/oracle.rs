//! Compares due dates with an oracle in Python that was written from the law and shares no code with ours.
//! The single examples of the law files are left to `crates/core/src/calendar/tests/examples.rs`.

mod machine;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;
use tsuho_core::calendar::{
    Anchor, Calendar, Counting, CountingRule, DayRule, EndOfDay, FirstDay, HourStart, Reading,
    ReadingName, Roll, Step, as_written, due, rebuild, shipped,
};
use tsuho_core::time::{Date, Instant, Period, Timestamp, Unit, Zone};

const SEED: &str = "20231027";

/// One line of the oracle.
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Calendar {
        calendar: String,
        holidays: Vec<Date>,
    },
    Answer {
        case: Case,
        due: BTreeMap<ReadingName, Timestamp>,
    },
}

/// What the oracle was asked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    zone: Zone,
    calendar: String,
    anchor_kind: AnchorKind,
    anchor: String,
    stated_in: Zone,
    unit: Unit,
    count: u32,
    readings: Vec<ReadingName>,
    ends: EndOfDay,
    roll: Roll,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum AnchorKind {
    Moment,
    Day,
    Date,
}

/// What is done wrong on our side, to see that the comparison would find it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    FirstDay,
    MonthClamp,
    Roll,
    SummerTime,
}

/// Runs the oracle.
fn answers(count: usize) -> Vec<Line> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let python = root.join("target/oracle-venv/bin/python");
    let output = Command::new(&python)
        .arg(root.join("tests/oracle/due_dates.py"))
        .args(["--seed", SEED, "--count", &count.to_string()])
        .output()
        .unwrap_or_else(|error| {
            panic!(
                "`{}`: {error}; `cargo xtask setup` makes it",
                python.display()
            )
        });
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).expect("the oracle prints UTF-8");
    text.lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect()
}

/// Makes the calendar of the oracle's holidays; the Japanese one is ours, because it is what is tested.
fn calendar(name: &str, holidays: &[Date]) -> Calendar {
    if let Some(calendar) = shipped(name) {
        return calendar.clone();
    }
    let mut days = String::new();
    for date in holidays {
        writeln!(days, "{date} Holiday / 休日").expect("a text takes all");
    }
    let head = "source none\nversion 1\nlicence none\nvalid-from 1993-01-01\nvalid-until 2027-12-31\n\
                closed-weekdays saturday sunday\n";
    Calendar::read(&format!("name {name}\n{head}{days}")).expect("a calendar")
}

/// Counts as the case asks, but for the fault.
fn count(case: &Case, calendar: &Calendar, fault: Fault) -> BTreeMap<ReadingName, Timestamp> {
    let zone = match fault {
        Fault::SummerTime => without_summer_time(&case.zone),
        Fault::None | Fault::FirstDay | Fault::MonthClamp | Fault::Roll => case.zone.clone(),
    };
    let anchor = match case.anchor_kind {
        AnchorKind::Moment => {
            let at = case.anchor.replace("+00:00", ".000000Z");
            let at = serde_json::from_value(at.into()).expect("the oracle writes moments in UTC");
            Anchor::Instant(Instant::new(at, case.stated_in.clone()))
        }
        AnchorKind::Day => {
            Anchor::Instant(Instant::day(date(&case.anchor), case.stated_in.clone()))
        }
        AnchorKind::Date => Anchor::Date(date(&case.anchor)),
    };
    let roll = if fault == Fault::Roll {
        Roll::None
    } else {
        case.roll
    };
    let may_clamp =
        matches!(case.unit, Unit::Months | Unit::Years) && case.ends == EndOfDay::MIDNIGHT;
    if fault == Fault::MonthClamp && may_clamp && roll == Roll::None {
        return unclamped(case, &anchor, &zone);
    }
    let period = Period {
        count: case.count,
        unit: case.unit,
    };
    let readings = due(&anchor, period, &rule(case, roll), Some(calendar), &zone)
        .expect("the rule covers every unit");
    for reading in &readings {
        assert_eq!(rebuild(&reading.derivation), Ok(reading.due), "{case:?}");
    }
    let single = case.readings.first().filter(|_| readings.len() == 1);
    let named = readings
        .into_iter()
        .map(|reading| (single.copied().unwrap_or(reading.name), reading.due));
    match fault {
        Fault::FirstDay => named
            .map(|(name, due)| (other_first_day(name), due))
            .collect(),
        Fault::None | Fault::MonthClamp | Fault::Roll | Fault::SummerTime => named.collect(),
    }
}

/// Makes the rule that has the readings of the case.
fn rule(case: &Case, roll: Roll) -> Counting {
    let first = |readings: &[ReadingName]| -> Vec<FirstDay> {
        let first = readings.iter().filter_map(|reading| match reading {
            ReadingName::Excluded => Some(FirstDay::Excluded),
            ReadingName::Included => Some(FirstDay::Included),
            ReadingName::Only | ReadingName::Moment | ReadingName::NextFullHour => None,
        });
        first.collect()
    };
    let days = DayRule {
        first: first(&case.readings),
        ends: case.ends,
        roll,
    };
    if case.unit == Unit::Minutes {
        return Counting::Elapsed;
    }
    Counting::Rule(CountingRule {
        name: "some-act".parse().expect("a name"),
        hours: Some(vec![HourStart::Moment, HourStart::NextFullHour]),
        days: Some(days.clone()),
        working_days: Some(days.clone()),
        months: Some(days),
    })
}

fn date(text: &str) -> Date {
    text.parse().expect("the oracle writes dates")
}

/// Returns the zone's winter clocks for the whole year.
fn without_summer_time(zone: &Zone) -> Zone {
    let fixed = match zone.name() {
        "Europe/Berlin" => "Etc/GMT-1",
        "Europe/London" => "Etc/GMT",
        "America/New_York" => "Etc/GMT+5",
        "America/Santiago" => "Etc/GMT+4",
        "Australia/Sydney" => "Etc/GMT-10",
        other => other,
    };
    fixed.parse().expect("zone data are compiled in")
}

const fn other_first_day(name: ReadingName) -> ReadingName {
    match name {
        ReadingName::Excluded => ReadingName::Included,
        ReadingName::Included => ReadingName::Excluded,
        ReadingName::Only | ReadingName::Moment | ReadingName::NextFullHour => name,
    }
}

/// Counts months as if 31 January and a month were 3 March.
fn unclamped(case: &Case, anchor: &Anchor, zone: &Zone) -> BTreeMap<ReadingName, Timestamp> {
    let start = match anchor {
        Anchor::Date(date) => *date,
        Anchor::Instant(instant) if case.anchor_kind == AnchorKind::Day => {
            instant.at.date(&instant.zone)
        }
        Anchor::Instant(instant) => instant.at.date(zone),
    };
    let period = Period {
        count: case.count,
        unit: case.unit,
    };
    let first_of_month = Anchor::Date(start.first_of_month());
    let reading = due(&first_of_month, period, &Counting::AsWritten, None, zone)
        .expect("months are covered")
        .remove(0);
    let Some(Step::EndOfDay { date, .. }) = reading.derivation.steps.last() else {
        panic!("a day ends")
    };
    let over = |days: i64| -> Reading {
        let day = date.saturating_add(jiff::Span::new().days(i64::from(start.day()) - 1 - days));
        as_written(&Anchor::Date(day), zone).expect("within the years of the history")
    };
    BTreeMap::from([
        (ReadingName::Excluded, over(0).due),
        (ReadingName::Included, over(1).due),
    ])
}

#[test]
fn due_dates_agree_with_an_oracle_written_from_the_law() {
    let mut calendars = BTreeMap::new();
    let mut cases = Vec::new();
    for line in answers(tsuho_tests::count(2_000, 50_000)) {
        match line {
            Line::Calendar {
                calendar: name,
                holidays,
            } => {
                calendars.insert(name.clone(), calendar(&name, &holidays));
            }
            Line::Answer { case, due } => cases.push((case, due)),
        }
    }
    let mismatches = |fault: Fault| {
        let differ = cases.iter().filter(|(case, due)| {
            let ours = count(case, &calendars[&case.calendar], fault);
            if fault == Fault::None && ours != *due {
                println!("{case:?}: ours {ours:?}, the oracle's {due:?}");
            }
            ours != *due
        });
        differ.count()
    };
    let planted = [
        Fault::FirstDay,
        Fault::MonthClamp,
        Fault::Roll,
        Fault::SummerTime,
    ];
    let found = planted.map(|fault| (fault, mismatches(fault)));
    println!("mismatches by fault: {found:?}");
    let caught = found
        .iter()
        .filter(|(_, mismatches)| *mismatches > 0)
        .count();
    println!("planted {}, caught {caught}", planted.len());
    assert_eq!(caught, planted.len());

    let dues: usize = cases.iter().map(|(_, due)| due.len()).sum();
    let wrong = mismatches(Fault::None);
    println!(
        "FIGURE oracle: due dates compared {dues} of {0} starts, mismatches {wrong} of {0}",
        cases.len()
    );
    assert_eq!(wrong, 0);
}

/// Counts the days, and those of them that one of the two calls a holiday and the other does not.
fn compare(calendar: &Calendar, holidays: &[Date]) -> (usize, usize) {
    let (mut days, mut different) = (0, 0);
    let mut date = calendar.valid_from;
    while date <= calendar.valid_until {
        days += 1;
        different += usize::from(calendar.closed.contains_key(&date) != holidays.contains(&date));
        date = date
            .tomorrow()
            .expect("a calendar ends before the time of dates does");
    }
    (days, different)
}

#[test]
fn a_shipped_calendar_agrees_with_another_collection_of_holidays() {
    let mut compared = 0;
    for line in answers(0) {
        let Line::Calendar {
            calendar: name,
            holidays,
        } = line
        else {
            continue;
        };
        let Some(calendar) = shipped(&name) else {
            continue;
        };
        let mut faulty = calendar.clone();
        faulty.closed.pop_first();
        let caught = compare(&faulty, &holidays).1;
        println!("planted 1, caught {caught}");
        let (days, different) = compare(calendar, &holidays);
        println!(
            "FIGURE calendar: days of {name} compared {days}, differences {different} of {days}"
        );
        assert_eq!((different, caught), (0, 1));
        compared += 1;
    }
    assert_eq!(compared, tsuho_core::calendar::all_shipped().len());
}
