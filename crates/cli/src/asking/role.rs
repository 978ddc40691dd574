//! Chooses the role that a person uses where they name none: the only one of theirs that fits.
//! Whether they may do it in that role is for the decision to say.

use std::collections::BTreeSet;

use tsuho_core::case::authority_decision::DECISIONS;
use tsuho_core::case::{Case, Consent};
use tsuho_core::name::{ActionName, RoleName};
use tsuho_core::value::parse::Written;
use tsuho_core::workflow::Rules;
use tsuho_core::workflow::rules::By;

use super::entries::Invalid;
use super::sent::{Deed, FilingRef};
use crate::message::Message;

/// What somebody may be asked a role for.
pub(crate) struct Asking<'a> {
    /// The roles that they hold.
    pub(crate) held: &'a BTreeSet<RoleName>,
    /// The role by which a drill names who is played.
    pub(crate) played: Option<RoleName>,
    /// The workflows in question.
    pub(crate) rules: Vec<&'a Rules>,
    /// The case and what is done on it.
    pub(crate) deed: Option<(&'a Case, &'a Deed)>,
}

/// Returns the role to use.
pub(crate) fn choose(asking: &Asking<'_>) -> Result<RoleName, Invalid> {
    let fitting = asking
        .deed
        .and_then(|(case, deed)| fitting(asking, case, deed));
    // Who is played in one of their roles does not act in another.
    let fitting = fitting.filter(|role| asking.played.is_none() || !asking.held.contains(role));
    if let Some(role) = fitting.or_else(|| asking.played.clone()) {
        return Ok(role);
    }
    let known = |role: &&RoleName| {
        asking
            .rules
            .iter()
            .any(|rules| rules.roles.contains_key(*role))
    };
    let of_workflow: Vec<&RoleName> = asking.held.iter().filter(known).collect();
    let candidates = if of_workflow.is_empty() {
        asking.held.iter().collect()
    } else {
        of_workflow
    };
    match candidates.as_slice() {
        [only] => Ok((*only).clone()),
        several => {
            let key = if several.is_empty() {
                "request.no-role"
            } else {
                "request.which-role"
            };
            let roles: Vec<String> = several.iter().map(ToString::to_string).collect();
            Err(Invalid::new("role", Message::new(key).with("roles", roles)))
        }
    }
}

/// Returns the role that what is done asks for. Where it asks for one that the person does not hold, it is named all
/// the same, so that the refusal says so.
fn fitting(asking: &Asking<'_>, case: &Case, deed: &Deed) -> Option<RoleName> {
    match deed {
        Deed::Advance { action, .. } => role_of(asking, action),
        Deed::Approve { action, .. } | Deed::Refuse { action } => {
            let waiting = case.approvals.values().rev();
            waiting
                .filter(|approval| approval.consent == Consent::Pending)
                .find(|approval| approval.proposal.action == *action)
                .map(|approval| approval.by.clone())
        }
        Deed::Receive { filing, .. } | Deed::Undo { filing, .. } => {
            let action = match filing {
                FilingRef::Of(action) => Some(action),
                FilingRef::Number(number) => case.filings.get(number).map(|filing| &filing.action),
            };
            role_of(asking, action?).filter(|role| asking.held.contains(role))
        }
        Deed::Record { facts, .. } if is_of_decisions(facts) => {
            let mut rules = asking.rules.iter();
            rules.find_map(|rules| Some(rules.decisions.as_ref()?.by.clone()))
        }
        Deed::Record { .. } | Deed::Attach { .. } | Deed::Note { .. } => None,
    }
}

/// Tells whether facts as they are written hold decisions of an authority.
fn is_of_decisions(facts: &Written) -> bool {
    let assigns = |text: &str| {
        let name = text.split_once('=').map_or(text, |(name, _)| name);
        name.trim() == DECISIONS
    };
    match facts {
        Written::Map(entries) => entries.iter().any(|(name, _)| name == DECISIONS),
        Written::List(list) => list
            .iter()
            .any(|one| matches!(one, Written::Text(text) if assigns(text))),
        _ => false,
    }
}

fn role_of(asking: &Asking<'_>, action: &ActionName) -> Option<RoleName> {
    let found = asking.rules.iter().find_map(|rules| rules.action(action))?;
    match &found.by {
        By::Role(role) => Some(role.clone()),
        By::Clock => None,
    }
}
