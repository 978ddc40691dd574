//! Reads what an authority decided off the table `decisions` of a case (C9): extensions, exemptions and holds.
//! What follows for a clock is left to `settle`, who may record a decision to `decide`.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::calendar::end_of;
use crate::case::clock::{DutyKey, rows_written};
use crate::case::view::View;
use crate::name::{AuthorityName, ColumnName, FactName, ObligationName};
use crate::time::{Instant, Timestamp, Zone};
use crate::value::{Row, Value};

/// The name of the table, and the word under which consent to a decision is asked for and given.
pub const DECISIONS: &str = "decisions";

/// The fact that holds the table; it is asked for with every clock.
static TABLE: LazyLock<FactName> = LazyLock::new(|| DECISIONS.parse().expect("the word is a name"));

/// Returns the fact that holds the table.
#[must_use]
pub fn decisions() -> FactName {
    TABLE.clone()
}

/// What an authority can decide about a duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// The time is extended.
    Extension,
    /// The duty is waived.
    Exemption,
    /// Nothing may be filed until the hold ends.
    Hold,
}

impl DecisionKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Extension, Self::Exemption, Self::Hold];

    /// Returns the word that a row has.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Extension => "extension",
            Self::Exemption => "exemption",
            Self::Hold => "hold",
        }
    }

    /// Returns the key of its words for people in the catalogue.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Extension => "decision.kind.extension",
            Self::Exemption => "decision.kind.exemption",
            Self::Hold => "decision.kind.hold",
        }
    }
}

/// A decision of an authority about duties of an obligation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorityDecision {
    /// Its key in the table.
    pub id: String,
    /// What it does.
    pub kind: DecisionKind,
    /// The obligation.
    pub obligation: ObligationName,
    /// The row, as it stands in the name of a duty; none means every one.
    pub row: Option<String>,
    /// Towards whom; none means everybody.
    pub recipient: Option<AuthorityName>,
    /// Which occurrence; none means every one.
    pub occurrence: Option<u32>,
    /// When the authority decided.
    pub decided_at: Instant,
    /// Until when, if that was said.
    pub until: Option<Instant>,
    /// When a hold was lifted, if it was.
    pub released_at: Option<Instant>,
    /// The file of the case that bears it out, if one does.
    pub evidence: Option<String>,
}

impl AuthorityDecision {
    /// Reads a row; `None` if it lacks what every decision has. Such a row decides nothing.
    #[must_use]
    pub fn read(id: &str, row: &Row) -> Option<Self> {
        let cell = |name: &str| row.get(name);
        let text = |name| match cell(name) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let instant = |name| match cell(name) {
            Some(Value::Instant(instant)) => Some(instant.clone()),
            _ => None,
        };
        let choice = |name| match cell(name) {
            Some(Value::Choice(choice)) => Some(choice.as_str()),
            _ => None,
        };
        let kind = choice("kind")?;
        Some(Self {
            id: id.to_owned(),
            kind: DecisionKind::ALL
                .into_iter()
                .find(|known| known.word() == kind)?,
            obligation: choice("obligation")?.parse().ok()?,
            row: text("row"),
            recipient: match cell("recipient") {
                Some(Value::Authority(name)) => Some(name.clone()),
                _ => None,
            },
            occurrence: match cell("occurrence") {
                Some(Value::Integer(number)) => u32::try_from(*number).ok(),
                _ => None,
            },
            decided_at: instant("decided_at")?,
            until: instant("until"),
            released_at: instant("released_at"),
            evidence: text("evidence"),
        })
    }

    /// Returns the column that names the file which bears a decision out.
    #[must_use]
    pub fn evidence_column() -> ColumnName {
        column("evidence")
    }

    /// Returns every decision that a view shows, in the order in which they were made.
    #[must_use]
    pub fn all(view: &View<'_>) -> Vec<Self> {
        let Some(Value::Table(rows)) = view.fact(&TABLE) else {
            return Vec::new();
        };
        let read = rows.iter().filter_map(|(id, row)| Self::read(id, row));
        let mut all: Vec<Self> = read.collect();
        all.sort_by(|one, other| {
            (one.decided_at.at, &one.id).cmp(&(other.decided_at.at, &other.id))
        });
        all
    }

    /// Tells whether it concerns a duty.
    #[must_use]
    pub fn concerns(&self, duty: &DutyKey) -> bool {
        let recipient = self.recipient.as_ref();
        let occurrence = self.occurrence;
        self.obligation == duty.obligation
            && self.names_row(&duty.rows)
            && recipient.is_none_or(|name| duty.recipient.as_ref() == Some(name))
            && occurrence.is_none_or(|number| duty.occurrence == Some(number))
    }

    /// Tells whether it concerns the duties of some rows: it names none, their keys as a duty's name has them, or the
    /// only one as it is.
    #[must_use]
    pub fn names_row(&self, rows: &[String]) -> bool {
        let Some(row) = &self.row else {
            return true;
        };
        rows == std::slice::from_ref(row) || rows_written(rows) == format!("[{row}]")
    }

    /// Returns what ends an extension or a hold: of several moments the first, and none while none is known.
    #[must_use]
    pub fn ends_with(&self, zone: &Zone) -> Option<&Instant> {
        let released = match self.kind {
            DecisionKind::Hold => self.released_at.as_ref(),
            DecisionKind::Extension | DecisionKind::Exemption => None,
        };
        let moments = self.until.iter().chain(released);
        moments.min_by_key(|moment| end_of(moment, zone))
    }

    /// Tells whether a hold bars what was sent at a moment. On the day on which it was lifted filing is free, and what was
    /// sent before the authority decided is none of its business.
    #[must_use]
    pub fn bars(&self, sent_at: Timestamp, zone: &Zone) -> bool {
        let lifted = self.released_at.as_ref().map(|instant| instant.at);
        let until = self.until.as_ref().and_then(|until| end_of(until, zone));
        let ended = lifted.into_iter().chain(until).min();
        self.kind == DecisionKind::Hold
            && self.decided_at.at <= sent_at
            && ended.is_none_or(|ended| sent_at < ended)
    }
}

/// Returns a column of the table.
///
/// # Panics
///
/// If the word is no name; every caller writes one.
#[must_use]
pub(crate) fn column(name: &str) -> ColumnName {
    name.parse().expect("a column of the table has a name")
}
