//! Checks who asks, what they saw, and the order of time (T1, design §4).
//! What they ask is checked by the command's own file.

use super::Context;
use crate::case::Case;
use crate::case::event::Actor;
use crate::case::rejection::{ReasonFor, Rejection};
use crate::case::request::{Asker, Request};
use crate::name::RoleName;
use crate::time::{Span, Timestamp};

/// Who asks, when it occurred and why, checked.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) actor: Actor,
    pub(crate) occurred_at: Timestamp,
}

impl Asked {
    /// Returns the role that the person uses, if it is a person.
    pub(crate) fn role(&self) -> Option<&RoleName> {
        match &self.actor {
            Actor::Person { role, .. } => Some(role),
            Actor::Clock => None,
        }
    }
}

/// Checks who asks, the revision that they saw, and the order of time (T1, design §4).
pub(super) fn check(
    context: &Context<'_>,
    case: &Case,
    request: &Request,
    now: Timestamp,
) -> Result<Asked, Rejection> {
    let actor = actor_of(context, request)?;
    if let Some(seen) = request.seen.filter(|seen| *seen != case.revision) {
        return Err(Rejection::Revision {
            seen,
            now: case.revision,
            last_recorded: case.last_recorded,
        });
    }
    let occurred_at = occurred_at(request, now, Some(case.entered_at))?;
    Ok(Asked { actor, occurred_at })
}

/// Returns who asks, if they hold the role that they use.
pub(super) fn actor_of(context: &Context<'_>, request: &Request) -> Result<Actor, Rejection> {
    match &request.asker {
        Asker::Clock => Ok(Actor::Clock),
        Asker::Person { person, via, role } => {
            let known = context
                .people
                .person(*person)
                .ok_or(Rejection::UnknownPerson { person: *person })?;
            if !known.holds(role) {
                return Err(Rejection::RoleNotHeld {
                    person: *person,
                    role: role.clone(),
                });
            }
            // Who runs the installation has no part in what happens on a case: that is for those whom the workflow names.
            if !context.rules.roles.contains_key(role) {
                return Err(Rejection::RoleOutside {
                    role: role.clone(),
                    roles: context.rules.roles.keys().cloned().collect(),
                });
            }
            Ok(Actor::Person {
                person: *person,
                via: *via,
                role: role.clone(),
            })
        }
    }
}

/// Returns when it occurred: not in the future, and with a reason where it lies before the entry into the present
/// state or more than a day back.
pub(super) fn occurred_at(
    request: &Request,
    now: Timestamp,
    entered_at: Option<Timestamp>,
) -> Result<Timestamp, Rejection> {
    let Some(given) = request.occurred_at else {
        return Ok(now);
    };
    if given > now {
        return Err(Rejection::Future { given, now });
    }
    if request.reason.is_none() && request.asker != Asker::Clock {
        if entered_at.is_some_and(|entered_at| given < entered_at) {
            return Err(Rejection::Reason {
                what: ReasonFor::BeforeEntry,
            });
        }
        if now.since(given) > Span::from_days(1) {
            return Err(Rejection::Reason {
                what: ReasonFor::LongAgo,
            });
        }
    }
    Ok(given)
}
