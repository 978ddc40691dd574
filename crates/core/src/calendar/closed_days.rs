//! Holds calendars of closed days, dated and with a horizon, and those that tsuho ships.
//! What a closed day does to a period is for a counting rule; who uses which calendar, for a library.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::sync::LazyLock;

use jiff::civil::Weekday;
use serde::{Deserialize, Serialize};
use tsuho_ledger::Digest;

use crate::catalogue::Arg;
use crate::name::CalendarName;
use crate::time::Date;
use crate::value::Title;

/// The calendars that are compiled in, as their data files.
const FILES: &[&str] = &[include_str!("data/jp-government.txt")];

static SHIPPED: LazyLock<Vec<Calendar>> = LazyLock::new(|| {
    FILES
        .iter()
        .map(|text| Calendar::read(text).expect("a test reads every file that is compiled in"))
        .collect()
});

/// Returns the data files that are compiled in, which an installation publishes and keeps.
#[must_use]
pub const fn shipped_texts() -> &'static [&'static str] {
    FILES
}

/// Returns the calendars that are compiled in.
#[must_use]
pub fn all_shipped() -> &'static [Calendar] {
    &SHIPPED
}

/// Returns the calendar that is compiled in under a name.
#[must_use]
pub fn shipped(name: &str) -> Option<&'static Calendar> {
    all_shipped()
        .iter()
        .find(|calendar| calendar.name.as_str() == name)
}

/// Which days are closed, within the days for which that is certain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// `jp-government`.
    pub name: CalendarName,
    /// SHA-256 of the data file, by which a derivation names exactly these dates.
    pub digest: Digest,
    /// The acts that close the days.
    pub source: String,
    /// From which release of which collection the dates were taken.
    pub version: String,
    /// Under which licence that collection comes.
    pub licence: String,
    /// First day that the calendar knows.
    pub valid_from: Date,
    /// Last day that the calendar knows; later holidays are not yet law.
    pub valid_until: Date,
    /// Days of the week that are always closed, also outside the days that the calendar knows.
    pub closed_weekdays: BTreeSet<ClosedWeekday>,
    /// Other closed days, with their names.
    pub closed: BTreeMap<Date, HolidayName>,
}

impl Calendar {
    /// Tells whether the calendar is certain about a date.
    #[must_use]
    pub fn knows(&self, date: Date) -> bool {
        (self.valid_from..=self.valid_until).contains(&date)
    }

    /// Returns why a date is closed, `None` if it is open as far as the calendar knows (C5).
    ///
    /// The day of the week comes first: it is a reason that anybody can check, and no later calendar changes it.
    #[must_use]
    pub fn closure(&self, date: Date) -> Option<Closure> {
        let weekday = ClosedWeekday::of(date);
        if self.closed_weekdays.contains(&weekday) {
            return Some(Closure::Weekday(weekday));
        }
        self.closed
            .get(&date)
            .filter(|_| self.knows(date))
            .cloned()
            .map(Closure::Holiday)
    }

    /// Reads a data file: headings of one word and their text, then one line for each closed day.
    ///
    /// ```
    /// use tsuho_core::calendar::Calendar;
    ///
    /// let calendar = Calendar::read(
    ///     "name tt-office\nsource an act\nversion 1\nlicence MIT\nvalid-from 2026-01-01\nvalid-until 2026-12-31\n\
    ///      closed-weekdays saturday sunday\n2026-11-23 Labor Thanksgiving Day / 勤労感謝の日\n",
    /// )?;
    /// assert_eq!(calendar.closed.len(), 1);
    /// # Ok::<(), tsuho_core::calendar::InvalidCalendar>(())
    /// ```
    ///
    /// # Errors
    /// Says which line cannot be read or which heading is missing.
    pub fn read(text: &str) -> Result<Self, InvalidCalendar> {
        let mut headings: BTreeMap<&str, &str> = BTreeMap::new();
        let mut closed = BTreeMap::new();
        for (index, line) in text.lines().enumerate() {
            let wrong = |why: &'static str| InvalidCalendar::Line {
                line: index + 1,
                text: line.to_owned(),
                why,
            };
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (word, rest) = line
                .split_once(' ')
                .ok_or_else(|| wrong("expected a word and a text"))?;
            let fresh = if HEADINGS.contains(&word) {
                headings.insert(word, rest).is_none()
            } else {
                let date: Date = word
                    .parse()
                    .map_err(|_| wrong("expected a heading or a date"))?;
                let (en, ja) = rest
                    .split_once(" / ")
                    .ok_or_else(|| wrong("expected a name in English / in Japanese"))?;
                closed
                    .insert(
                        date,
                        HolidayName {
                            en: en.to_owned(),
                            ja: ja.to_owned(),
                        },
                    )
                    .is_none()
            };
            if !fresh {
                return Err(wrong("stands twice"));
            }
        }
        let heading = |name: &'static str| {
            headings
                .get(name)
                .copied()
                .ok_or(InvalidCalendar::Missing { name })
        };
        let calendar = Self {
            name: parsed("name", heading("name")?)?,
            digest: Digest::of(text.as_bytes()),
            source: heading("source")?.to_owned(),
            version: heading("version")?.to_owned(),
            licence: heading("licence")?.to_owned(),
            valid_from: parsed("valid-from", heading("valid-from")?)?,
            valid_until: parsed("valid-until", heading("valid-until")?)?,
            closed_weekdays: heading("closed-weekdays")?
                .split(' ')
                .map(|word| parsed("closed-weekdays", word))
                .collect::<Result<_, _>>()?,
            closed,
        };
        match calendar.closed.keys().find(|date| !calendar.knows(**date)) {
            Some(date) => Err(InvalidCalendar::Outside { date: *date }),
            None => Ok(calendar),
        }
    }
}

/// The headings of a data file, all of them required.
const HEADINGS: [&str; 7] = [
    "name",
    "source",
    "version",
    "licence",
    "valid-from",
    "valid-until",
    "closed-weekdays",
];

/// Reads the text of a heading as what it stands for.
fn parsed<T: FromStr>(name: &'static str, text: &str) -> Result<T, InvalidCalendar> {
    text.parse().map_err(|_| InvalidCalendar::Heading {
        name,
        text: text.to_owned(),
    })
}

/// Says why a text is no calendar.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCalendar {
    /// A line is neither heading nor closed day.
    #[error("line {line} `{text}`: {why}")]
    Line {
        /// Which, from 1.
        line: usize,
        /// What it says.
        text: String,
        /// What was expected.
        why: &'static str,
    },
    /// A heading says something else than it should.
    #[error("heading `{name}` cannot be `{text}`")]
    Heading {
        /// Which.
        name: &'static str,
        /// What it says.
        text: String,
    },
    /// A heading is not there.
    #[error("heading `{name}` is missing")]
    Missing {
        /// Which.
        name: &'static str,
    },
    /// A closed day lies outside the days for which the calendar is certain.
    #[error("closed day `{date}` lies outside the days that the calendar knows")]
    Outside {
        /// Which.
        date: Date,
    },
}

/// The names of a holiday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HolidayName {
    /// In English.
    pub en: String,
    /// In Japanese.
    pub ja: String,
}

/// A day of the week, as one that may be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosedWeekday {
    /// Monday.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

impl ClosedWeekday {
    /// Every day of the week.
    const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    /// Returns the day of the week of a date.
    #[must_use]
    pub fn of(date: Date) -> Self {
        match date.weekday() {
            Weekday::Monday => Self::Monday,
            Weekday::Tuesday => Self::Tuesday,
            Weekday::Wednesday => Self::Wednesday,
            Weekday::Thursday => Self::Thursday,
            Weekday::Friday => Self::Friday,
            Weekday::Saturday => Self::Saturday,
            Weekday::Sunday => Self::Sunday,
        }
    }

    /// Returns its key in the catalogue.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Monday => "calendar.weekday.monday",
            Self::Tuesday => "calendar.weekday.tuesday",
            Self::Wednesday => "calendar.weekday.wednesday",
            Self::Thursday => "calendar.weekday.thursday",
            Self::Friday => "calendar.weekday.friday",
            Self::Saturday => "calendar.weekday.saturday",
            Self::Sunday => "calendar.weekday.sunday",
        }
    }

    /// Returns its word in data files.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.key().trim_start_matches("calendar.weekday.")
    }
}

impl FromStr for ClosedWeekday {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|day| day.word() == text)
            .ok_or(())
    }
}

/// Why a day is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closure {
    /// That day of the week always is.
    Weekday(ClosedWeekday),
    /// It is a holiday; its names are kept, so that the reason reads the same for ever.
    Holiday(HolidayName),
}

impl Closure {
    /// Returns the reason for a message.
    #[must_use]
    pub fn arg(&self) -> Arg {
        match self {
            Self::Weekday(day) => Arg::Key(day.key()),
            Self::Holiday(name) => Arg::Title(Title {
                en: name.en.as_str().into(),
                ja: name.ja.as_str().into(),
            }),
        }
    }
}
