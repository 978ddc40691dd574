//! Shows a case, or an incident, as it stood at a time: as it was on record then, or as it was in the world then; never mixed (T6).
//! Printing it is left to the program, which shows it as it shows any other.

use tsuho_core::case::event::Event;
use tsuho_core::case::record::{Unreadable, read, read_case};
use tsuho_core::case::{Case, evolve, open};
use tsuho_core::catalogue::{Arg, Args};
use tsuho_core::incident::{Incident, IncidentBody};
use tsuho_core::time::{Instant, Timestamp, Zone};
use tsuho_ledger::Record;

use crate::stream::Kind;

/// As of which time a case is shown, on which of the two lines of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOf {
    /// What had been put on record by then: what the screen showed.
    Recorded(Timestamp),
    /// What had happened in the world by then, as far as it is on record today.
    Occurred(Timestamp),
}

impl AsOf {
    /// Returns the moment.
    #[must_use]
    pub const fn moment(self) -> Timestamp {
        match self {
            Self::Recorded(at) | Self::Occurred(at) => at,
        }
    }

    /// Tells whether an event had been put on record, or had happened, by then.
    #[must_use]
    pub fn has<B>(self, event: &Event<B>) -> bool {
        match self {
            Self::Recorded(limit) => event.recorded_at <= limit,
            Self::Occurred(limit) => event.occurred_at <= limit,
        }
    }

    /// Returns the stable word of the line of time.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Recorded(_) => "recorded",
            Self::Occurred(_) => "occurred",
        }
    }

    /// Returns the sentence that says which of the two is shown, with the time as clocks in `zone` show it.
    #[must_use]
    pub fn message(self, zone: &Zone) -> (&'static str, Args) {
        let at = Instant::new(self.moment(), zone.clone()).to_string();
        let args = Args::from([("at", Arg::from(at))]);
        match self {
            Self::Recorded(_) => ("audit.replay.recorded", args),
            Self::Occurred(_) => ("audit.replay.occurred", args),
        }
    }
}

/// A case, or an incident, as it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay<T = Case> {
    /// As of when.
    pub as_of: AsOf,
    /// The case or the incident; `None` if it was not open yet.
    pub stood: Option<T>,
    /// How many records were folded.
    pub folded: u64,
    /// How many were left out: put on record or occurred later.
    pub left_out: u64,
}

/// Says why a case or an incident cannot be replayed.
#[derive(Debug, thiserror::Error)]
pub enum CannotReplay<E> {
    /// The records cannot be read.
    #[error("the records cannot be read")]
    Source(#[source] E),
    /// A record says nothing that this program knows.
    #[error("a record cannot be read")]
    Record(#[source] Unreadable),
    /// The records are not those of a case.
    #[error("`{stream}` is no case")]
    NoCase {
        /// The stream.
        stream: String,
    },
    /// The records are not those of an incident.
    #[error("`{stream}` is no incident")]
    NoIncident {
        /// The stream.
        stream: String,
    },
}

/// Folds the records of one case, given in their order, as of a time.
///
/// Each event keeps the number that it has on record, so that versions of facts mean the same in both kinds of fold.
///
/// # Errors
///
/// If a record cannot be read, or is of no case.
pub fn replay<E>(
    records: impl IntoIterator<Item = Result<Record, E>>,
    as_of: AsOf,
) -> Result<Replay, CannotReplay<E>> {
    let mut replay = Replay {
        as_of,
        stood: None,
        folded: 0,
        left_out: 0,
    };
    for record in records {
        let record = record.map_err(CannotReplay::Source)?;
        let header = record.header();
        let Some(Kind::Case(id)) = Kind::of(header.stream.as_str()) else {
            return Err(CannotReplay::NoCase {
                stream: header.stream.to_string(),
            });
        };
        let event = read_case(&record).map_err(CannotReplay::Record)?;
        if !as_of.has(&event) {
            replay.left_out += 1;
            continue;
        }
        replay.stood = match replay.stood.take() {
            None => open(id, &event),
            Some(mut case) => {
                case.version = header.seq;
                Some(evolve(case, &event))
            }
        };
        // What had occurred before the opening itself had occurred is not yet of a case.
        match replay.stood {
            None => replay.left_out += 1,
            Some(_) => replay.folded += 1,
        }
    }
    Ok(replay)
}

/// Folds the records of one incident, given in their order, as of a time. Its cases are replayed by themselves.
///
/// Each event keeps the number that it has on record.
///
/// # Errors
///
/// If a record cannot be read, or is of no incident.
pub fn replay_incident<E>(
    records: impl IntoIterator<Item = Result<Record, E>>,
    as_of: AsOf,
) -> Result<Replay<Incident>, CannotReplay<E>> {
    let mut replay = Replay {
        as_of,
        stood: None,
        folded: 0,
        left_out: 0,
    };
    for record in records {
        let record = record.map_err(CannotReplay::Source)?;
        let header = record.header();
        let Some(Kind::Incident(id)) = Kind::of(header.stream.as_str()) else {
            return Err(CannotReplay::NoIncident {
                stream: header.stream.to_string(),
            });
        };
        let event = read::<IncidentBody>(&record).map_err(CannotReplay::Record)?;
        if !as_of.has(&event) {
            replay.left_out += 1;
            continue;
        }
        replay.stood = match replay.stood.take() {
            None => Incident::begin(id, &event),
            Some(mut incident) => {
                incident.version = header.seq;
                Some(incident.evolve(&event))
            }
        };
        match replay.stood {
            None => replay.left_out += 1,
            Some(_) => replay.folded += 1,
        }
    }
    Ok(replay)
}
