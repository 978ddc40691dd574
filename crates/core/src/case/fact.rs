//! Keeps every version of a fact and says which one is current: the one learnt last, not the one typed last (A4).
//! Types and owners are the workflow's business.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::case::event::{Certainty, Change, FactsRecorded};
use crate::name::FactName;
use crate::time::Timestamp;
use crate::value::{Row, Value};

/// One version of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// When the operator learnt it.
    pub as_of: Timestamp,
    /// The event that recorded it.
    pub seq: u64,
    /// How it changed the fact.
    pub change: Change,
    /// Whether it is an estimate.
    pub certainty: Certainty,
}

/// Every version of one fact, in the order in which they count: by `as_of`, among equals by recording.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    versions: Vec<Version>,
    current: Option<Value>,
}

impl History {
    /// Adds a version in its place. One that comes last, as nearly all do, is applied to what was known; only one that
    /// belongs before others makes the value be found anew.
    pub fn push(&mut self, version: Version) {
        let comes_before =
            |other: &Version| (other.as_of, other.seq) <= (version.as_of, version.seq);
        let place = self.versions.partition_point(comes_before);
        if place == self.versions.len() {
            self.current = change(self.current.take(), &version);
            self.versions.push(version);
        } else {
            self.versions.insert(place, version);
            self.current = fold(self.versions.iter());
        }
    }

    /// Returns the current value; `None` while absent.
    #[must_use]
    pub const fn value(&self) -> Option<&Value> {
        self.current.as_ref()
    }

    /// Returns the value as it was known at a moment.
    #[must_use]
    pub fn value_at(&self, moment: Timestamp) -> Option<Value> {
        let mut cursor = Cursor::default();
        cursor.move_to(self, moment);
        cursor.value
    }

    /// Returns every version, in the order in which they count.
    #[must_use]
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }

    /// Returns the event of the current version; of a table the latest that changed any row.
    #[must_use]
    pub fn version(&self) -> Option<u64> {
        let is_table = self
            .versions
            .iter()
            .any(|version| matches!(version.change, Change::Rows { .. }));
        if is_table {
            self.versions.iter().map(|version| version.seq).max()
        } else {
            self.versions.last().map(|version| version.seq)
        }
    }

    /// Tells whether the current value is exact.
    #[must_use]
    pub fn certainty(&self) -> Certainty {
        self.versions
            .last()
            .map_or(Certainty::Exact, |version| version.certainty)
    }
}

/// A version as a snapshot holds it: microseconds, the event, the change, the mark. A case has more of these than of
/// anything else.
type Written = (i64, u64, Change, Certainty);

impl Serialize for History {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Written without a copy: a history may be most of a case.
        serializer.collect_seq(self.versions.iter().map(|version| {
            let as_of = version.as_of.as_micros();
            (as_of, version.seq, &version.change, version.certainty)
        }))
    }
}

impl<'de> Deserialize<'de> for History {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Vec::<Written>::deserialize(deserializer)?;
        let versions = written.into_iter().map(|(as_of, seq, change, certainty)| {
            Timestamp::from_micros(as_of).map(|as_of| Version {
                as_of,
                seq,
                change,
                certainty,
            })
        });
        let versions: Option<Vec<Version>> = versions.collect();
        let versions = versions.ok_or_else(|| D::Error::custom("time out of range"))?;
        let place = |version: &Version| (version.as_of, version.seq);
        if !versions.is_sorted_by_key(place) {
            return Err(D::Error::custom("versions out of order"));
        }
        let current = fold(versions.iter());
        Ok(Self { versions, current })
    }
}

/// Adds what one event records to the facts of its stream.
pub(crate) fn record(facts: &mut BTreeMap<FactName, History>, seq: u64, body: &FactsRecorded) {
    for (fact, recorded) in &body.facts {
        facts.entry(fact.clone()).or_default().push(Version {
            as_of: recorded.as_of,
            seq,
            change: recorded.change.clone(),
            certainty: recorded.certainty,
        });
    }
}

/// How far the versions of a fact were followed, and the value up to there.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cursor {
    followed: usize,
    value: Option<Value>,
}

impl Cursor {
    /// Follows a history up to a moment; going on is cheap, going back begins anew.
    pub(crate) fn move_to(&mut self, history: &History, moment: Timestamp) {
        let end = history
            .versions
            .partition_point(|version| version.as_of <= moment);
        if end < self.followed {
            *self = Self::default();
        }
        let fresh = &history.versions[self.followed..end];
        // A whole value hides everything before it; only rows are amended.
        let whole = fresh
            .iter()
            .rposition(|version| !matches!(version.change, Change::Rows { .. }));
        self.value = fresh[whole.unwrap_or(0)..]
            .iter()
            .fold(self.value.take(), change);
        self.followed = end;
    }

    /// Returns the value up to there; `None` while absent.
    pub(crate) const fn value(&self) -> Option<&Value> {
        self.value.as_ref()
    }
}

/// Applies changes in order.
fn fold<'a>(versions: impl Iterator<Item = &'a Version>) -> Option<Value> {
    versions.fold(None, change)
}

/// Applies one change: a value replaces, rows are replaced one by one, absence clears.
fn change(value: Option<Value>, version: &Version) -> Option<Value> {
    match &version.change {
        Change::Set(value) => Some(value.clone()),
        Change::Absent => None,
        Change::Rows { set, dropped } => {
            let mut rows: BTreeMap<String, Row> = match value {
                Some(Value::Table(rows)) => rows,
                _ => BTreeMap::new(),
            };
            for key in dropped {
                rows.remove(key);
            }
            rows.extend(set.iter().map(|(key, row)| (key.clone(), row.clone())));
            Some(Value::Table(rows))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(as_of: i64, seq: u64, change: Change) -> Version {
        let as_of = Timestamp::from_micros(as_of).expect("a small time");
        Version {
            as_of,
            seq,
            change,
            certainty: Certainty::Exact,
        }
    }

    fn number(value: i64) -> Change {
        Change::Set(Value::Integer(value))
    }

    #[test]
    fn a_late_note_about_yesterday_does_not_overwrite_todays_count() {
        let mut history = History::default();
        history.push(version(20, 1, number(5)));
        history.push(version(10, 2, number(3)));
        assert_eq!(
            (history.value(), history.version()),
            (Some(&Value::Integer(5)), Some(1))
        );
        history.push(version(20, 3, number(6)));
        assert_eq!(
            (history.value(), history.version()),
            (Some(&Value::Integer(6)), Some(3))
        );
    }

    #[test]
    fn withdrawing_makes_a_fact_absent_and_a_version_of_its_own() {
        let mut history = History::default();
        history.push(version(10, 1, number(5)));
        history.push(version(11, 2, Change::Absent));
        assert_eq!((history.value(), history.version()), (None, Some(2)));
        let then = Timestamp::from_micros(10).expect("a small time");
        assert_eq!(history.value_at(then), Some(Value::Integer(5)));
    }
}
