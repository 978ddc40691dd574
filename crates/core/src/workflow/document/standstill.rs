//! Reads standstills as they are written (S3): from when, for how long and how counted an action is barred.
//! Whether a period can be counted so is left to `compile`.

use super::clock::{PeriodName, target_period};
use super::obligation::{CasedDocument, condition};
use super::shape::{Keys, Reader};
use super::{At, Expression};
use crate::name::CountingName;
use crate::workflow::source::Node;

/// A standstill as it is written.
#[derive(Debug, Clone)]
pub struct StandstillDocument {
    /// From when it is counted.
    pub anchor: Expression,
    /// How long the action is barred.
    pub after: At<PeriodName>,
    /// How that is counted.
    pub counting: Option<At<CountingName>>,
}

const STANDSTILL: Keys = Keys {
    known: &["when", "anchor", "after", "counting"],
    later: &[],
};

/// What the reference must list.
#[cfg(test)]
pub(super) const LISTED: &[Keys] = &[STANDSTILL];

/// Reads a case of a standstill.
pub(super) fn read(reader: &mut Reader, node: &Node) -> Option<CasedDocument<StandstillDocument>> {
    let fields = reader.fields(node, STANDSTILL)?;
    let when = condition(reader, node);
    let anchor = reader.required(fields, "anchor");
    let anchor = anchor.and_then(|node| reader.expression(node));
    let after = reader.required(fields, "after");
    let after = after.and_then(|node| target_period(reader, node));
    let counting = fields.get("counting").and_then(|node| reader.name(node));
    let item = StandstillDocument {
        anchor: anchor?,
        after: after?,
        counting,
    };
    Some(CasedDocument {
        when,
        item,
        at: node.at.clone(),
    })
}
