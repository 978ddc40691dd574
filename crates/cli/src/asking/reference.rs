//! How people name a case or an incident: by its number, or by its id.
//! Whether there is such a one is found by `resolve` and `together`.

use std::fmt;
use std::str::FromStr;

use tsuho_core::ids::{CaseId, IncidentId};

use crate::message::Message;

/// Names a case, as people do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CaseRef {
    Number(u64),
    Id(CaseId),
}

/// Names an incident, as people do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IncidentRef {
    Number(u64),
    Id(IncidentId),
}

/// Reads a number as people write it, without zeros in front.
fn plain_number(text: &str) -> Option<u64> {
    let number = text.parse().ok();
    number.filter(|number: &u64| number.to_string() == text)
}

impl FromStr for IncidentRef {
    type Err = Message;

    fn from_str(text: &str) -> Result<Self, Message> {
        plain_number(text)
            .map(Self::Number)
            .or_else(|| text.parse().ok().map(Self::Id))
            .ok_or_else(|| Message::new("request.bad-incident").with("text", text))
    }
}

impl fmt::Display for IncidentRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Id(id) => id.fmt(f),
        }
    }
}

impl FromStr for CaseRef {
    type Err = Message;

    fn from_str(text: &str) -> Result<Self, Message> {
        plain_number(text)
            .map(Self::Number)
            .or_else(|| text.parse().ok().map(Self::Id))
            .ok_or_else(|| Message::new("request.bad-case").with("text", text))
    }
}

impl fmt::Display for CaseRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Id(id) => id.fmt(f),
        }
    }
}
