//! Third layer: whoever acted was known then, held the role that they used, and was not alone where two are asked for.
//! Which role an action needs is the workflow's word, checked when the decision is made again.

use tsuho_core::case::Case;
use tsuho_core::case::event::{Actor, Body, Event, Via};
use tsuho_core::ids::PersonId;
use tsuho_core::name::RoleName;
use tsuho_core::people::{InstallationKind, People};

use super::Notes;
use crate::finding::{Fault, Place};
use crate::said::{Said, or_absent, words, words_with};

/// Checks who acted, against the installation as the decision saw it.
pub(super) fn check_actor(
    people: &People,
    kind: Option<InstallationKind>,
    actor: &Actor,
    place: &Place,
    notes: &mut Notes,
) {
    let Actor::Person { person, via, role } = actor else {
        return;
    };
    notes.counts.roles += 1;
    match people.person(*person) {
        None => notes.at(place).add(
            Fault::UnknownPerson,
            "person",
            words("audit.said.person_added"),
            person,
        ),
        Some(known) if !known.holds(role) => {
            let held: Vec<&str> = known.roles.iter().map(RoleName::as_str).collect();
            let expected = if held.is_empty() {
                words("audit.said.no_role")
            } else {
                Said::Value(held.join(", "))
            };
            notes
                .at(place)
                .add(Fault::RoleNotHeld, "role", expected, role);
        }
        Some(_) => {}
    }
    if *via == Via::Drill && kind == Some(InstallationKind::Real) {
        notes
            .at(place)
            .add(Fault::Via, "via", Via::Os.word(), via.word());
    }
}

/// Checks that two persons stand behind what was consented to, on the case as it was before the event.
pub(super) fn check_consent(case: &Case, event: &Event<Body>, place: &Place, notes: &mut Notes) {
    let (number, second): (u64, Option<PersonId>) = match (&event.body, &event.actor) {
        (Body::ApprovalGiven(body), Actor::Person { person, .. }) => (body.approval, Some(*person)),
        (Body::ApprovalRefused(body), Actor::Person { person, .. }) => {
            (body.approval, Some(*person))
        }
        (Body::ActionTaken(body), _) => match body.approval {
            Some(number) => (
                number,
                case.approvals
                    .get(&number)
                    .and_then(|approval| approval.decided_by),
            ),
            None => return,
        },
        _ => return,
    };
    notes.counts.approvals += 1;
    let Some(approval) = case.approvals.get(&number) else {
        // That nobody asked for it is found when the decision is made again.
        return;
    };
    if second.is_none_or(|second| second == approval.proposed_by) {
        let proposer = &approval.proposed_by;
        let expected = words_with("audit.said.other_person", [("person", proposer)]);
        let found = or_absent(second);
        notes
            .at(place)
            .add(Fault::SamePerson, "person", expected, found);
    }
}
