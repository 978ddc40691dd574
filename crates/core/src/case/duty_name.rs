//! Names a duty as exactly as somebody wants to: by its obligation, with its rows, with its recipient.
//! Which duties of a case that means is found where it is used.

use std::fmt;
use std::str::FromStr;

use crate::case::clock::{DutyKey, occurrence_read, rows_read, rows_written};
use crate::name::{AuthorityName, InvalidName, ObligationName};

/// A duty as a person or a scenario names it: `detailed_report`, `answer[総基用第46号]`, `first_report@jp-mic-kanto`.
///
/// ```
/// use tsuho_core::case::duty_name::DutyName;
///
/// let name: DutyName = "answer[46]".parse()?;
/// assert!(name.means(&"answer[46]@jp-mic".parse()?));
/// assert!(!name.means(&"answer[47]@jp-mic".parse()?));
/// # Ok::<(), tsuho_core::name::InvalidName>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DutyName {
    /// The obligation.
    pub obligation: ObligationName,
    /// The keys of its rows; `None` means any.
    pub rows: Option<Vec<String>>,
    /// To whom; `None` means anybody.
    pub recipient: Option<AuthorityName>,
    /// Which occurrence of a series; `None` means any.
    pub occurrence: Option<u32>,
}

impl DutyName {
    /// Tells whether it means a duty.
    #[must_use]
    pub fn means(&self, key: &DutyKey) -> bool {
        self.means_rows(&key.obligation, &key.rows)
            && self
                .recipient
                .as_ref()
                .is_none_or(|name| key.recipient.as_ref() == Some(name))
            && self
                .occurrence
                .is_none_or(|number| key.occurrence == Some(number))
    }

    /// Tells whether it may mean a duty of these rows, whose recipient is not known.
    #[must_use]
    pub fn means_rows(&self, obligation: &ObligationName, rows: &[String]) -> bool {
        self.obligation == *obligation && self.rows.as_ref().is_none_or(|own| own == rows)
    }

    /// Returns how much it says beyond the obligation: what says more goes before what says less.
    pub(crate) const fn exactness(&self) -> usize {
        self.rows.is_some() as usize
            + self.recipient.is_some() as usize
            + self.occurrence.is_some() as usize
    }
}

impl FromStr for DutyName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let invalid = || InvalidName {
            text: text.to_owned(),
            what: "duty",
            form: "an obligation, its rows in brackets, its recipient and its occurrence, such as `answer[46]@jp-mic#1`",
        };
        let (whole, occurrence) = occurrence_read(text).ok_or_else(invalid)?;
        let (duty, recipient) = match whole.rsplit_once('@') {
            Some((duty, recipient)) => (duty, Some(recipient.parse()?)),
            None => (whole, None),
        };
        let (obligation, rows) = rows_read(duty).ok_or_else(invalid)?;
        Ok(Self {
            obligation: obligation.parse()?,
            rows: (!rows.is_empty()).then_some(rows),
            recipient,
            occurrence,
        })
    }
}

impl fmt::Display for DutyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = self.rows.as_deref().unwrap_or_default();
        write!(f, "{}{}", self.obligation, rows_written(rows))?;
        if let Some(recipient) = &self.recipient {
            write!(f, "@{recipient}")?;
        }
        match self.occurrence {
            Some(number) => write!(f, "#{number}"),
            None => Ok(()),
        }
    }
}
