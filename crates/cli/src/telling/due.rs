//! Says moments as people do: a deadline by its last day, a moment by the clock, a length by its two largest units.
//! How a deadline follows is told by its derivation.

use tsuho_core::calendar::{ClosedWeekday, Derivation, EndOfDay, era};
use tsuho_core::catalogue::{Arg, Args};
use tsuho_core::time::{Date, Span, Timestamp, Zone};
use tsuho_core::value::Title;

const MINUTE: u64 = 60_000_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Returns a due moment: `2023-11-27 (Mon), end of day`, or the time of day where there is one.
pub(crate) fn due(at: Timestamp, derivation: &Derivation) -> Arg {
    match derivation.ends_day() {
        Some((date, ends)) if ends == EndOfDay::MIDNIGHT => {
            Arg::Message("telling.end_of_day", day(date))
        }
        _ => {
            let mut args = day(at.date(&derivation.zone));
            args.insert("time", time_of_day(at, &derivation.zone).into());
            Arg::Message("telling.time_of_day", args)
        }
    }
}

/// Returns a due moment of which nothing else is known: the first moment of a day ends the day before.
pub(crate) fn due_at(at: Timestamp, zone: &Zone) -> Arg {
    let date = at.date(zone);
    match date.yesterday() {
        Ok(yesterday) if zone.first_moment(date) == at => {
            Arg::Message("telling.end_of_day", day(yesterday))
        }
        _ => {
            let mut args = day(date);
            args.insert("time", time_of_day(at, zone).into());
            Arg::Message("telling.time_of_day", args)
        }
    }
}

/// Returns a moment as clocks in a zone show it, without the zone's name.
pub(crate) fn clock_time(at: Timestamp, zone: &Zone) -> Arg {
    let date = at.date(zone);
    Arg::Text(format!("{date} {}", time_of_day(at, zone)))
}

/// Returns a length of time: `31 d 6 h`; less than a minute is none.
pub(crate) fn span(span: Span) -> Arg {
    let micros = span.as_micros().unsigned_abs();
    let (days, hours, minutes) = (micros / DAY, micros % DAY / HOUR, micros % HOUR / MINUTE);
    let number = |number: u64| Arg::Text(number.to_string());
    if days > 0 {
        let args = Args::from([("days", number(days)), ("hours", number(hours))]);
        Arg::Message("telling.days", args)
    } else if hours > 0 {
        let args = Args::from([("hours", number(hours)), ("minutes", number(minutes))]);
        Arg::Message("telling.hours", args)
    } else {
        Arg::Message(
            "telling.minutes",
            Args::from([("minutes", number(minutes))]),
        )
    }
}

fn time_of_day(at: Timestamp, zone: &Zone) -> String {
    let civil = at.civil(zone);
    if civil.second() == 0 {
        format!("{:02}:{:02}", civil.hour(), civil.minute())
    } else {
        format!(
            "{:02}:{:02}:{:02}",
            civil.hour(),
            civil.minute(),
            civil.second()
        )
    }
}

/// Returns what a day is called, in Japanese also by its era.
fn day(date: Date) -> Args {
    let era = era::format(date).map_or_else(String::new, |era| format!("［{era}］"));
    let era = Title {
        en: "".into(),
        ja: era.into(),
    };
    Args::from([
        ("date", Arg::Text(date.to_string())),
        ("weekday", Arg::Key(weekday(date))),
        ("era", Arg::Title(era)),
    ])
}

const fn weekday_key(weekday: ClosedWeekday) -> &'static str {
    match weekday {
        ClosedWeekday::Monday => "telling.weekday.mon",
        ClosedWeekday::Tuesday => "telling.weekday.tue",
        ClosedWeekday::Wednesday => "telling.weekday.wed",
        ClosedWeekday::Thursday => "telling.weekday.thu",
        ClosedWeekday::Friday => "telling.weekday.fri",
        ClosedWeekday::Saturday => "telling.weekday.sat",
        ClosedWeekday::Sunday => "telling.weekday.sun",
    }
}

fn weekday(date: Date) -> &'static str {
    weekday_key(ClosedWeekday::of(date))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tsuho_core::catalogue::{self, Language};

    fn said(arg: Arg) -> [String; 2] {
        let args = Args::from([("text", arg)]);
        [Language::En, Language::Ja]
            .map(|language| catalogue::text(language, "telling.plain", &args))
    }

    #[test]
    fn a_length_is_said_by_its_two_largest_units() {
        for (minutes, en, ja) in [
            (0, "0 min", "0分"),
            (59, "59 min", "59分"),
            (60, "1 h 0 min", "1時間0分"),
            (24 * 60, "1 d 0 h", "1日0時間"),
            (-(25 * 60 + 59), "1 d 1 h", "1日1時間"),
        ] {
            assert_eq!(said(span(Span::from_minutes(minutes))), [en, ja]);
        }
    }

    #[test]
    fn a_day_has_its_weekday_and_in_japanese_its_era() {
        let date: Date = "2023-11-27".parse().expect("a date");
        let [en, ja] = said(Arg::Message("telling.end_of_day", day(date)));
        assert_eq!(en, "2023-11-27 (Mon), end of day");
        assert_eq!(ja, "2023-11-27（月）24時［令和5年11月27日］");
    }
}
