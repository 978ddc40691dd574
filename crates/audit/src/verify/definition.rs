//! Fourth layer: what was published is what is stored, and compiles to the digest that cases name.
//! That cases name what was published is checked in `cases.rs`, for calendars in `due.rs`.

use std::collections::BTreeMap;

use tsuho_core::calendar::Calendar;
use tsuho_core::name::FactName;
use tsuho_core::people::{CalendarPublished, WorkflowPublished};
use tsuho_core::workflow::bundle::Bundle;
use tsuho_core::workflow::rules::{FactRule, Owner};
use tsuho_core::workflow::{Rules, canonical};
use tsuho_ledger::Digest;

use super::Notes;
use crate::finding::{Fault, Place};
use crate::said::{Said, Say, words};
use crate::source::{Source, StoredWorkflow};

/// A published workflow, compiled again.
#[derive(Debug)]
pub(crate) struct Compiled {
    /// Its rules.
    pub rules: Rules,
    /// Those of its facts that the operator keeps, computed ones aside.
    pub operator_facts: BTreeMap<FactName, FactRule>,
}

impl Compiled {
    /// Makes a workflow ready.
    pub(crate) fn new(rules: Rules) -> Self {
        let operator_facts = rules
            .facts
            .iter()
            .filter(|(_, rule)| rule.owner == Owner::Operator && rule.is.is_none())
            .map(|(name, rule)| (name.clone(), rule.clone()))
            .collect();
        Self {
            rules,
            operator_facts,
        }
    }
}

/// Compiles a published workflow again; `None` if what is stored is not what was published.
pub(super) fn workflow<S: Source>(
    source: &S,
    body: &WorkflowPublished,
    place: &Place,
    notes: &mut Notes,
) -> Result<Option<Compiled>, S::Error> {
    notes.counts.workflows += 1;
    let stored = match source.workflow(&body.digest)? {
        Some(Ok(stored)) => stored,
        Some(Err(cell)) => {
            notes.push(cell.finding(Some(place)));
            return Ok(None);
        }
        None => {
            let nothing = words("audit.said.nothing");
            notes
                .at(place)
                .add(Fault::WorkflowMissing, "workflows", body.digest, nothing);
            return Ok(None);
        }
    };
    let mut differs = |column: &str, expected: Said, found: String| {
        if expected != Said::Value(found.clone()) {
            let field = format!("workflows.{column}");
            notes
                .at(place)
                .add(Fault::WorkflowDiffers, field, expected, found);
        }
    };
    differs("name", (&body.name).say(), stored.name.clone());
    differs("version", body.version.say(), stored.version.clone());
    let source = Digest::of(stored.source.as_bytes());
    differs("source", body.source.say(), source.to_string());
    if source != body.source {
        return Ok(None);
    }
    let rules = match compile(&stored) {
        Ok(rules) => rules,
        Err(why) => {
            differs("source", words("audit.said.compiles"), why);
            return Ok(None);
        }
    };
    differs("digest", body.digest.say(), rules.digest.to_string());
    let form = |bytes: &[u8]| Digest::of(bytes).to_string();
    differs(
        "canonical",
        form(&canonical::bytes(&rules)).say(),
        form(&stored.canonical),
    );
    let is_it = rules.digest == body.digest && rules.name == body.name;
    differs("source", (&body.name).say(), rules.name.to_string());
    Ok(is_it.then(|| Compiled::new(rules)))
}

fn compile(stored: &StoredWorkflow) -> Result<Rules, String> {
    let bundle = Bundle::from_bytes(stored.source.as_bytes()).map_err(|error| error.to_string())?;
    let compiled = bundle.compile();
    let rules = compiled.workflow(&bundle.workflow).cloned();
    rules.ok_or_else(|| format!("no sound workflow `{}`", bundle.workflow))
}

/// Reads a published calendar again; `None` if what is stored is not what was published.
pub(super) fn calendar<S: Source>(
    source: &S,
    body: &CalendarPublished,
    place: &Place,
    notes: &mut Notes,
) -> Result<Option<Calendar>, S::Error> {
    notes.counts.calendars += 1;
    let stored = match source.calendar(&body.digest)? {
        Some(Ok(stored)) => stored,
        Some(Err(cell)) => {
            notes.push(cell.finding(Some(place)));
            return Ok(None);
        }
        None => {
            let (field, nothing) = ("calendars", words("audit.said.nothing"));
            notes
                .at(place)
                .add(Fault::CalendarMissing, field, body.digest, nothing);
            return Ok(None);
        }
    };
    let mut differs = |column: &str, expected: Said, found: String| {
        if expected != Said::Value(found.clone()) {
            let field = format!("calendars.{column}");
            notes
                .at(place)
                .add(Fault::CalendarDiffers, field, expected, found);
        }
    };
    differs("name", (&body.name).say(), stored.name.clone());
    let calendar = match Calendar::read(&stored.source) {
        Ok(calendar) => calendar,
        Err(error) => {
            let found = error.to_string();
            differs("source", words("audit.said.calendar"), found);
            return Ok(None);
        }
    };
    differs("version", (&calendar.version).say(), stored.version);
    let digest = Digest::of(stored.source.as_bytes());
    differs("source", body.digest.say(), digest.to_string());
    differs("source", (&body.name).say(), calendar.name.to_string());
    let is_it =
        digest == body.digest && calendar.digest == body.digest && calendar.name == body.name;
    Ok(is_it.then_some(calendar))
}
