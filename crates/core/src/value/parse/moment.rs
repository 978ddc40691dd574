//! Reads moments and days as people write them, and refuses what a zone's clocks make doubtful.
//! Which zone a text belongs to is the caller's to say.

use jiff::civil::{DateTime, Time};

use super::Problem;
use crate::calendar::era;
use crate::time::{Date, Instant, Span, Timestamp, Zone};

/// Reads a date: `2023-10-27` or 令和5年10月27日.
///
/// # Errors
///
/// Refuses any other text.
pub fn date(text: &str) -> Result<Date, Problem> {
    written_date(text).ok_or_else(|| Problem::Form {
        text: text.to_owned(),
        form: "value.form.date",
    })
}

/// Reads an instant: a moment, or a day, which is then known to the day alone (V2).
///
/// # Errors
///
/// Refuses other texts, times that the zone's clocks skip or show twice, and offsets that the zone has not.
pub fn instant(text: &str, zone: &Zone) -> Result<Instant, Problem> {
    if let Some(date) = written_date(text) {
        let instant = Instant::day(date, zone.clone());
        return within_range(text, instant.at).map(|_| instant);
    }
    let at = timed(text, zone, "value.form.instant")?;
    Ok(Instant::new(at, zone.clone()))
}

/// Reads a moment: `2023-10-27T18:00`, with seconds and an offset if wanted.
///
/// # Errors
///
/// As [`instant`], and refuses a day.
pub fn moment(text: &str, zone: &Zone) -> Result<Timestamp, Problem> {
    if written_date(text).is_some() {
        let text = text.to_owned();
        return Err(Problem::NoTimeOfDay { text });
    }
    timed(text, zone, "value.form.moment")
}

/// Reads a date, if the text is one.
fn written_date(text: &str) -> Option<Date> {
    let iso = text.parse::<Date>().ok();
    // The time crate reads `20231027` too; a person should find one form in every file.
    iso.filter(|date| date.to_string() == text)
        .or_else(|| era::parse(text).ok())
}

/// Where a time of day belongs.
enum Offset {
    /// The zone says so.
    Unwritten,
    /// `Z`: the moment is counted in UTC and says nothing of the place.
    Utc,
    /// `+09:00`: what clocks at the place showed.
    Written(Span),
}

fn timed(text: &str, zone: &Zone, form: &'static str) -> Result<Timestamp, Problem> {
    let malformed = || Problem::Form {
        text: text.to_owned(),
        form,
    };
    let (civil, offset) = split(text).ok_or_else(malformed)?;
    let (text_owned, zone_name) = (text.to_owned(), zone.name().to_owned());
    let as_utc = Zone::utc().resolve(civil);
    if as_utc.civil(&Zone::utc()) != civil {
        return Err(Problem::OutOfRange { text: text_owned });
    }
    let moment = match offset {
        Offset::Utc => as_utc,
        Offset::Unwritten => match zone.moments_of(civil) {
            0 => {
                return Err(Problem::Skipped {
                    text: text_owned,
                    zone: zone_name,
                });
            }
            1 => zone.resolve(civil),
            _ => {
                return Err(Problem::Twice {
                    text: text_owned,
                    zone: zone_name,
                });
            }
        },
        Offset::Written(offset) => {
            let moment = as_utc.plus(offset.negated());
            if moment.civil(zone) != civil {
                let has = written_offset(offset_of(zone, moment));
                return Err(Problem::Offset {
                    text: text_owned,
                    zone: zone_name,
                    has,
                });
            }
            moment
        }
    };
    within_range(text, moment)
}

/// Refuses the ends of the range, which stand for everything beyond.
fn within_range(text: &str, moment: Timestamp) -> Result<Timestamp, Problem> {
    if moment <= Timestamp::FIRST || moment >= Timestamp::LAST {
        return Err(Problem::OutOfRange {
            text: text.to_owned(),
        });
    }
    Ok(moment)
}

/// Splits `2023-10-27T18:00:05.5+09:00` into what clocks showed and the offset.
fn split(text: &str) -> Option<(DateTime, Offset)> {
    let (date, rest) = text.split_once('T')?;
    let date = written_date(date)?;
    let zoned = rest.find(['Z', '+', '-']).unwrap_or(rest.len());
    let (time, offset) = rest.split_at_checked(zoned)?;
    let offset = match offset {
        "" => Offset::Unwritten,
        "Z" => Offset::Utc,
        written => Offset::Written(read_offset(written)?),
    };
    Some((date.to_datetime(read_time(time)?), offset))
}

/// Reads `18:00`, `18:00:05` or `18:00:05.123456`.
fn read_time(text: &str) -> Option<Time> {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, ""));
    if text.ends_with('.') || fraction.len() > 6 || !fraction.is_empty() && clock.len() != 8 {
        return None;
    }
    let mut parts = clock.split(':');
    let (hour, minute) = (two_digits(parts.next()?)?, two_digits(parts.next()?)?);
    let second = parts.next().map_or(Some(0), two_digits)?;
    if parts.next().is_some() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let nanoseconds = format!("{fraction:0<9}").parse().ok()?;
    Time::new(hour, minute, second, nanoseconds).ok()
}

/// Reads `+09:00`.
fn read_offset(text: &str) -> Option<Span> {
    let direction = if text.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    let valid = hours < 24 && minutes < 60;
    let minutes = i64::from(hours) * 60 + i64::from(minutes);
    valid.then(|| Span::from_minutes(direction * minutes))
}

fn two_digits(text: &str) -> Option<i8> {
    let plain = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// Returns how far a zone's clocks are ahead of UTC at a moment.
fn offset_of(zone: &Zone, moment: Timestamp) -> Span {
    Zone::utc().resolve(moment.civil(zone)).since(moment)
}

fn written_offset(offset: Span) -> String {
    let minutes = offset.as_micros() / 60_000_000;
    let sign = if minutes < 0 { '-' } else { '+' };
    let minutes = minutes.unsigned_abs();
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}
