//! Properties that hold for every anchor, period and rule, and the faults that the check of derivations must find.
//! Single dates are left to `examples.rs`.

use proptest::prelude::*;
use tsuho_ledger::canonical;

use super::*;
use crate::time::{Period, Precision, Span};

const ZONES: [&str; 9] = [
    "Asia/Tokyo",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "America/Santiago",
    "America/Havana",
    "Asia/Kathmandu",
    "UTC",
];

fn zone() -> impl Strategy<Value = Zone> {
    prop::sample::select(&ZONES[..]).prop_map(read)
}

/// Moments of 1990 to 2040, to the microsecond.
fn moment() -> impl Strategy<Value = Timestamp> {
    (631_152_000_000_000_i64..2_208_988_800_000_000)
        .prop_map(|micros| Timestamp::from_micros(micros).expect("within the range"))
}

fn anchor() -> impl Strategy<Value = Anchor> {
    (moment(), zone(), 0..3).prop_map(|(at, zone, kind)| match kind {
        0 => Anchor::Date(at.date(&zone)),
        1 => Anchor::Instant(Instant::day(at.date(&zone), zone)),
        _ => Anchor::Instant(Instant::new(at, zone)),
    })
}

fn period() -> impl Strategy<Value = Period> {
    (prop::sample::select(&Unit::ALL[..]), 1..200_u32)
        .prop_map(|((unit, ..), count)| Period { count, unit })
}

fn day_rule() -> impl Strategy<Value = DayRule> {
    let first = prop::sample::select(vec![
        vec![FirstDay::Excluded],
        vec![FirstDay::Included],
        vec![FirstDay::Excluded, FirstDay::Included],
    ]);
    let ends = prop::sample::select(vec!["24:00", "17:15", "02:30", "00:01"]).prop_map(read);
    let roll = prop::sample::select(vec![Roll::None, Roll::Forward]);
    (first, ends, roll).prop_map(|(first, ends, roll)| DayRule { first, ends, roll })
}

fn counting() -> impl Strategy<Value = Counting> {
    let rule = (day_rule(), day_rule(), day_rule()).prop_map(|(days, mut working_days, months)| {
        working_days.first = vec![FirstDay::Excluded];
        Counting::Rule(CountingRule {
            name: read("some-act"),
            hours: Some(vec![HourStart::Moment, HourStart::NextFullHour]),
            days: Some(days),
            working_days: Some(working_days),
            months: Some(months),
        })
    });
    prop_oneof![Just(Counting::Elapsed), Just(Counting::AsWritten), rule]
}

/// Makes an anchor later.
fn later(anchor: &Anchor, by: Span) -> Anchor {
    match anchor {
        Anchor::Date(date) => {
            let days = by.as_micros() / Span::from_days(1).as_micros();
            Anchor::Date(date.saturating_add(jiff::Span::new().days(days)))
        }
        Anchor::Instant(Instant {
            at,
            zone,
            precision: Precision::Day,
        }) => Anchor::Instant(Instant::day(at.plus(by).date(zone), zone.clone())),
        Anchor::Instant(Instant {
            at,
            zone,
            precision: Precision::Minute | Precision::Hour,
        }) => Anchor::Instant(Instant::new(at.plus(by), zone.clone())),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_derivation_leads_to_its_due_moment_and_survives_storage(
        anchor in anchor(), period in period(), counting in counting(), zone in zone(),
    ) {
        let Ok(readings) = due(&anchor, period, &counting, shipped(GOVERNMENT), &zone) else { return Ok(()) };
        prop_assert!(readings.is_sorted_by_key(|reading| (reading.due, reading.name)));
        for reading in readings {
            prop_assert_eq!(rebuild(&reading.derivation), Ok(reading.due));
            let bytes = canonical::to_bytes(&reading).expect("canonical");
            prop_assert_eq!(canonical::from_bytes::<Reading>(&bytes).expect("read back"), reading);
        }
    }

    #[test]
    fn a_later_anchor_is_never_due_earlier(
        anchor in anchor(), by in 0..40_i64, period in period(), counting in counting(), zone in zone(),
    ) {
        let counted = |anchor: &Anchor| due(anchor, period, &counting, shipped(GOVERNMENT), &zone);
        let by_name = |readings: Vec<Reading>| {
            let mut dues: Vec<_> = readings.into_iter().map(|reading| (reading.name, reading.due)).collect();
            dues.sort_unstable();
            dues
        };
        if let (Ok(first), Ok(second)) = (counted(&anchor), counted(&later(&anchor, Span::from_hours(by * 6)))) {
            for (first, second) in by_name(first).into_iter().zip(by_name(second)) {
                prop_assert!(first.1 <= second.1, "{first:?} {second:?}");
            }
        }
    }

    #[test]
    fn a_last_day_that_rolls_is_open_and_the_next_one_that_is(
        anchor in anchor(), count in 1..400_u32, zone in zone(),
    ) {
        let calendar = shipped(GOVERNMENT).expect("shipped");
        let readings = due(&anchor, Period { count, unit: Unit::Days }, &jp_periods(), Some(calendar), &zone);
        for reading in readings.expect("the rule covers days") {
            let end = last_day(&reading);
            prop_assert_eq!(calendar.closure(end), None);
            for step in &reading.derivation.steps {
                if let Step::Rolled { date, because, .. } = step {
                    prop_assert_eq!(calendar.closure(*date), Some(because.clone()));
                }
            }
        }
    }
}

/// One derivation of each shape.
fn derivations() -> Vec<Derivation> {
    let calendar = us_federal();
    let known = at("2026-11-18T15:10", "America/New_York");
    let jp = [
        ("30 days", jp_periods()),
        ("2 weeks", jp_periods()),
        ("1 month", jp_periods()),
        ("1 year", jp_periods()),
    ];
    let rest = [
        ("7 working days", us_working_days()),
        ("72 hours", eu_1182_71()),
        ("90 minutes", Counting::Elapsed),
    ];
    let newyork: Zone = read("America/New_York");
    let mut all = Vec::new();
    for (period, counting) in jp.iter().chain(&rest) {
        let readings =
            due(&known, read(period), counting, Some(&calendar), &newyork).expect("counted");
        all.extend(readings.into_iter().map(|reading| reading.derivation));
    }
    let day = on("2026-11-18", "America/New_York");
    let hours = due(&day, read("24 hours"), &Counting::Elapsed, None, &newyork).expect("counted");
    all.extend(hours.into_iter().map(|reading| reading.derivation));
    all.push(as_written(&day, &newyork).expect("a day").derivation);
    all.push(as_written(&known, &newyork).expect("a moment").derivation);
    all
}

/// Every derivation that differs from one by a day, an hour, a count or a reason in one step, or lacks a step.
fn faults(derivation: &Derivation) -> Vec<Derivation> {
    let text =
        String::from_utf8(canonical::to_bytes(derivation).expect("canonical")).expect("UTF-8");
    let (start, rest) = text
        .split_once("\"steps\":")
        .expect("a derivation has steps");
    let (steps, end) = rest
        .split_once("],\"zone\"")
        .expect("the zone follows the steps");
    let mut changed_steps = Vec::new();
    // Any digit of a date, a moment or a count, and any day of the week.
    for (index, letter) in steps
        .char_indices()
        .filter(|(_, letter)| letter.is_ascii_digit())
    {
        let other = if letter == '9' {
            '8'
        } else {
            char::from(letter as u8 + 1)
        };
        let other_steps = format!("{}{other}{}", &steps[..index], &steps[index + 1..]);
        changed_steps.push(other_steps);
    }
    changed_steps.push(steps.replace("saturday", "friday"));
    changed_steps.push(steps.replace("sunday", "monday"));
    let mut faults: Vec<Derivation> = changed_steps
        .iter()
        .filter(|changed| *changed != steps)
        .filter_map(|steps| {
            canonical::from_bytes(format!("{start}\"steps\":{steps}],\"zone\"{end}").as_bytes())
                .ok()
        })
        .collect();
    for index in 0..derivation.steps.len() {
        let mut shorter = derivation.clone();
        shorter.steps.remove(index);
        faults.push(shorter);
    }
    faults
}

/// Tells whether every day that a derivation calls closed is so in its calendar.
fn agrees(derivation: &Derivation, calendar: &Calendar) -> bool {
    let closed = |date: Date, because: &Closure| calendar.closure(date).as_ref() == Some(because);
    derivation.steps.iter().all(|step| match step {
        Step::Rolled { date, because, .. } => closed(*date, because),
        Step::PassedOver { days } => days.iter().all(|day| closed(day.date, &day.because)),
        Step::Moment { .. }
        | Step::FirstMoment { .. }
        | Step::NextFullHour { .. }
        | Step::Elapsed { .. }
        | Step::AnchorDate { .. }
        | Step::FirstDay { .. }
        | Step::LastDay { .. }
        | Step::EndOfDay { .. }
        | Step::NamedDay { .. }
        | Step::Extended { .. }
        | Step::Held { .. }
        | Step::NamedMoment { .. } => true,
    })
}

#[test]
fn one_changed_figure_in_any_step_is_found() {
    let calendar = us_federal();
    let (mut planted, mut caught, mut by_calendar) = (0, 0, 0);
    for derivation in derivations() {
        assert!(
            rebuild(&derivation).is_ok() && agrees(&derivation, &calendar),
            "{derivation:?}"
        );
        for fault in faults(&derivation) {
            planted += 1;
            // Which day is a holiday, the steps alone cannot tell.
            match rebuild(&fault) {
                Err(_) => caught += 1,
                Ok(_) if !agrees(&fault, &calendar) => by_calendar += 1,
                Ok(at) => println!("missed: {:?} leads to {at}", fault.steps),
            }
        }
    }
    println!(
        "planted {planted}, caught {} ({by_calendar} of them only with the calendar)",
        caught + by_calendar
    );
    assert_eq!((caught + by_calendar, by_calendar), (planted, 1));
}
