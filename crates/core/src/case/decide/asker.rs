//! Checks who asks, what they saw, and the order of time (T1, design §4).
//! What they ask is checked by the command's own file.

use super::{Context, Draft};
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
    /// Whether they may reach back in time: with a reason, or as the clock.
    reaches: Reaches,
}

/// How far back in time the asker may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reaches {
    /// Into the present state, and one day.
    Near,
    /// As far as they say.
    Far,
}

impl Asked {
    /// Makes that of who opens a case, whose time was checked.
    pub(super) const fn of_opening(actor: Actor, occurred_at: Timestamp) -> Self {
        let reaches = Reaches::Near;
        Self {
            actor,
            occurred_at,
            reaches,
        }
    }

    /// Returns the role that the person uses, if it is a person.
    pub(crate) fn role(&self) -> Option<&RoleName> {
        match &self.actor {
            Actor::Person { role, .. } => Some(role),
            Actor::Clock => None,
        }
    }

    /// Checks a time that is told beside when the request occurred: when a filing left or arrived. To reach back with
    /// it needs the reason that `occurred_at` needs; where the two are the same, that was checked already.
    pub(super) fn check_told(&self, draft: &Draft, told: Timestamp) -> Result<(), Rejection> {
        if told == self.occurred_at {
            return Ok(());
        }
        check_reach(self.reaches, told, draft.now, Some(draft.case.entered_at))
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
    Ok(Asked {
        actor,
        occurred_at,
        reaches: reaches(request),
    })
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
/// state or more than a day back. What has no state, such as an incident or the operator's facts, was never entered.
pub(crate) fn occurred_at(
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
    check_reach(reaches(request), given, now, entered_at)?;
    Ok(given)
}

fn reaches(request: &Request) -> Reaches {
    if request.reason.is_none() && request.asker != Asker::Clock {
        Reaches::Near
    } else {
        Reaches::Far
    }
}

/// Asks for a reason where a time lies before the entry into the present state or more than a day back.
fn check_reach(
    reaches: Reaches,
    told: Timestamp,
    now: Timestamp,
    entered_at: Option<Timestamp>,
) -> Result<(), Rejection> {
    let before_entry = entered_at.is_some_and(|entered_at| told < entered_at);
    let long_ago = now.since(told) > Span::from_days(1);
    let what = match reaches {
        Reaches::Near if before_entry => ReasonFor::BeforeEntry,
        Reaches::Near if long_ago => ReasonFor::LongAgo,
        Reaches::Near | Reaches::Far => return Ok(()),
    };
    Err(Rejection::Reason { what })
}
