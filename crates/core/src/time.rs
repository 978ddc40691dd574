//! Holds the kinds of time: points in time, elapsed lengths, legal periods, zones, and instants as people state them.
//! Nobody here asks what time it is; zone data come from the release compiled in (invariant 1), never from the machine.

mod instant;
mod period;
mod span;
mod timestamp;
mod zone;

pub use instant::{Instant, Precision};
pub use jiff::civil::Date;
pub use period::{Period, Unit};
pub use span::Span;
pub use timestamp::Timestamp;
pub use zone::Zone;

/// Says why a text is no time of the kind that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no {what}: expected {form}")]
pub struct InvalidTime {
    /// What was given.
    pub text: String,
    /// The kind that was expected, in words.
    pub what: &'static str,
    /// How such a time is written.
    pub form: &'static str,
}

impl InvalidTime {
    pub(crate) fn new(text: &str, what: &'static str, form: &'static str) -> Self {
        Self {
            text: text.to_owned(),
            what,
            form,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_iso_give_the_same_period() {
        for (words, iso) in [
            ("30 days", "P30D"),
            ("120 minutes", "PT120M"),
            ("1 month", "P1M"),
            ("1 year", "P1Y"),
        ] {
            assert_eq!(words.parse::<Period>(), iso.parse::<Period>());
            assert_eq!(
                words.parse::<Period>().map(|period| period.to_string()),
                Ok(words.to_owned())
            );
        }
        for wrong in [
            "",
            "30",
            "days",
            "-1 days",
            "030 days",
            "1.5 hours",
            "P1DT2H",
            "30  days",
            "99999999 days",
        ] {
            assert!(wrong.parse::<Period>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_span_is_written_in_the_units_people_use() {
        for (span, text) in [
            (Span::from_minutes(17 * 60 + 26), "17 h 26 min"),
            (Span::ZERO, "0 s"),
            (Span::from_hours(-25), "-1 d 1 h"),
            (Span::from_micros(1_500_000), "1.5 s"),
        ] {
            assert_eq!(span.to_string(), text);
        }
    }

    #[test]
    fn a_day_begins_with_its_first_moment_even_where_midnight_is_skipped() {
        let santiago: Zone = "America/Santiago"
            .parse()
            .expect("zone data are compiled in");
        let date = Date::new(2026, 9, 6).expect("a date");
        assert_eq!(santiago.first_moment(date).civil(&santiago).hour(), 1);
    }
}
