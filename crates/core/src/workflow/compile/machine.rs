//! Turns states and actions into rules.
//! Which action leads from which state to which is left to `paths`.

use std::collections::BTreeMap;

use super::found::Found;
use super::scope::Known;
use super::standstill::standstills;
use super::vocabulary::titled;
use crate::catalogue::Arg;
use crate::diagnostic::{
    CLOCK_CANNOT, CLOCK_WITHOUT_CONDITION, COMPUTED_RECORDED, Diagnostic, LAW_RECORDED,
    OUTCOME_MISPLACED, OUTCOME_MISSING, SAME_ROLE_APPROVES,
};
use crate::name::{ActionName, FactName, StateName};
use crate::workflow::document::{
    ActionDocument, At, ByName, Leaves, ReleasesDocument, StateDocument,
};
use crate::workflow::rules::{ActionRule, ApprovalRule, By, Phase, Recipient, Releases, StateRule};

/// Turns the states into rules.
pub(super) fn states(known: &Known<'_>, found: &mut Found) -> BTreeMap<StateName, StateRule> {
    let items = &known.resolved.states;
    let sound = items
        .iter()
        .filter_map(|item| Some((&item.name, item.sound()?)));
    sound
        .map(|(name, document)| (name.value.clone(), state(known, name, document, found)))
        .collect()
}

fn state(
    known: &Known<'_>,
    name: &At<StateName>,
    document: &StateDocument,
    found: &mut Found,
) -> StateRule {
    let closed = document.phase.value == Phase::Closed;
    if closed && document.outcome.is_none() {
        found.push(
            Diagnostic::new(OUTCOME_MISSING, name.at.clone()).with("state", name.value.as_str()),
        );
    }
    let outcome = document
        .outcome
        .as_ref()
        .map(|outcome| ("outcome", &outcome.at));
    let releases = document
        .releases
        .as_ref()
        .map(|releases| ("releases", &releases.at));
    for (key, at) in outcome.into_iter().chain(releases).filter(|_| !closed) {
        let misplaced = Diagnostic::new(OUTCOME_MISPLACED, at.clone()).with("key", key);
        found.push(misplaced.with("state", name.value.as_str()));
    }
    let releases = match document.releases.as_ref().map(|releases| &releases.value) {
        None => Releases::Nothing,
        Some(ReleasesDocument::All) => Releases::All,
        Some(ReleasesDocument::Some(names)) => {
            known.existing_obligations(names, found);
            Releases::Some(names.iter().map(|name| name.value.clone()).collect())
        }
    };
    StateRule {
        phase: document.phase.value,
        title: titled(document.title.as_ref(), &name.value),
        outcome: document.outcome.as_ref().map(|outcome| outcome.value),
        releases,
    }
}

/// Turns the actions into rules.
pub(super) fn actions(
    known: &Known<'_>,
    authority: &[Recipient],
    found: &mut Found,
) -> Vec<ActionRule> {
    let items = &known.resolved.actions;
    let sound = items
        .iter()
        .filter_map(|item| Some((&item.name, item.sound()?)));
    sound
        .map(|(name, document)| {
            let not_before = standstills(
                known,
                document.not_before.iter().flatten(),
                authority,
                found,
            );
            ActionRule {
                not_before,
                ..action(known, name, document, found)
            }
        })
        .collect()
}

fn action(
    known: &Known<'_>,
    name: &At<ActionName>,
    document: &ActionDocument,
    found: &mut Found,
) -> ActionRule {
    if let Leaves::States(states) = &document.from {
        known.existing_states(states, found);
    }
    known.existing_states(document.to.as_slice(), found);
    known.existing_obligations(&document.files, found);
    let by = match &document.by.value {
        ByName::Clock => {
            check_clock(name, document, found);
            By::Clock
        }
        ByName::Role(role) => {
            known.vocabulary.roles.find(
                &At {
                    value: role.clone(),
                    at: document.by.at.clone(),
                },
                found,
            );
            By::Role(role.clone())
        }
    };
    ActionRule {
        name: name.value.clone(),
        title: titled(document.title.as_ref(), &name.value),
        needs: needs(known, &document.needs, found),
        when: known.condition(document.when.as_ref(), found),
        not_before: Vec::new(),
        files: document
            .files
            .iter()
            .map(|name| name.value.clone())
            .collect(),
        approval: approval(known, document, &by, found),
        by,
    }
}

/// Checks the facts that an action asks for: somebody must be able to give them.
fn needs(known: &Known<'_>, needs: &[At<FactName>], found: &mut Found) -> Vec<FactName> {
    for name in needs {
        if known.facts.find(name, found).is_some() && known.computed.contains(&name.value) {
            found.push(
                Diagnostic::new(COMPUTED_RECORDED, name.at.clone())
                    .with("name", name.value.as_str()),
            );
        } else if known.is_law(&name.value) {
            found.push(
                Diagnostic::new(LAW_RECORDED, name.at.clone()).with("name", name.value.as_str()),
            );
        }
    }
    needs.iter().map(|name| name.value.clone()).collect()
}

fn approval(
    known: &Known<'_>,
    document: &ActionDocument,
    by: &By,
    found: &mut Found,
) -> Option<ApprovalRule> {
    let role = document.approval.as_ref()?.value.as_ref()?;
    known.vocabulary.roles.find(role, found);
    if *by == By::Role(role.value.clone()) {
        found.push(
            Diagnostic::new(SAME_ROLE_APPROVES, role.at.clone()).with("role", role.value.as_str()),
        );
    }
    Some(ApprovalRule {
        by: role.value.clone(),
    })
}

/// Checks that the engine can take an action by itself (S2).
fn check_clock(name: &At<ActionName>, document: &ActionDocument, found: &mut Found) {
    let action = name.value.as_str();
    if document.when.is_none() && document.not_before.is_none() {
        found.push(
            Diagnostic::new(CLOCK_WITHOUT_CONDITION, document.by.at.clone()).with("action", action),
        );
    }
    let files = document
        .files_at
        .as_ref()
        .map(|at| ("workflow.clock.files", at));
    let approval = document
        .approval
        .as_ref()
        .map(|approval| ("workflow.clock.approval", &approval.at));
    let needs = document
        .needs
        .first()
        .map(|need| ("workflow.clock.needs", &need.at));
    let stays = document
        .to
        .is_none()
        .then_some(("workflow.clock.stays", &name.at));
    for (what, at) in [files, approval, needs, stays].into_iter().flatten() {
        let cannot = Diagnostic::new(CLOCK_CANNOT, at.clone()).with("action", action);
        found.push(cannot.with("what", Arg::Key(what)));
    }
}
