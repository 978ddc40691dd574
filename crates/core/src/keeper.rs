//! Decides what is recorded where a fact is kept for several cases: on the stream of the operator, or of an incident.
//! Which facts these are is said by each of the two; giving them to cases is theirs too.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::decide::{Giving, Recorder, check_texts, occurred_at, recorded, write_reason};
use crate::case::event::{Actor, Event, FactsRecorded};
use crate::case::fact::History;
use crate::case::rejection::Rejection;
use crate::case::request::{Asker, Facts, Request};
use crate::name::FactName;
use crate::people::People;
use crate::time::Timestamp;
use crate::workflow::rules::FactRule;

/// A stream that keeps facts for several cases, as it stands.
#[derive(Debug, Clone)]
pub(crate) struct Keeper<'a> {
    /// Facts as they are declared; those that others keep are among them, so that who tries to record one here is told.
    pub(crate) declared: &'a BTreeMap<FactName, FactRule>,
    /// Facts from which a clock counts.
    pub(crate) anchors: BTreeSet<FactName>,
    /// What is on record.
    pub(crate) on_record: &'a BTreeMap<FactName, History>,
    /// When the last event was recorded.
    pub(crate) last_recorded: Option<Timestamp>,
    /// Whose stream it is.
    pub(crate) recorder: Recorder,
}

/// Who asks and when it occurred, checked.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) actor: Actor,
    pub(crate) occurred_at: Timestamp,
}

impl Keeper<'_> {
    /// Checks who asks and the order of time, which is that of a case (T1).
    pub(crate) fn asked(
        &self,
        people: &People,
        request: &Request,
        now: Timestamp,
    ) -> Result<Asked, Rejection> {
        let Asker::Person { person, via, role } = &request.asker else {
            return Err(Rejection::Nothing {});
        };
        let known = people
            .person(*person)
            .ok_or(Rejection::UnknownPerson { person: *person })?;
        if !known.holds(role) {
            return Err(Rejection::RoleNotHeld {
                person: *person,
                role: role.clone(),
            });
        }
        if let Some(last_recorded) = self.last_recorded.filter(|last| now < *last) {
            return Err(Rejection::ClockBehind { now, last_recorded });
        }
        let occurred_at = occurred_at(request, now, None)?;
        let actor = Actor::Person {
            person: *person,
            via: *via,
            role: role.clone(),
        };
        Ok(Asked { actor, occurred_at })
    }

    /// Decides the recording of facts.
    ///
    /// # Panics
    ///
    /// Never: the zone that it names is compiled in.
    pub(crate) fn record<B: From<FactsRecorded>>(
        &self,
        (request, facts): (&Request, &Facts),
        by: &Asked,
        now: Timestamp,
    ) -> Result<Event<B>, Rejection> {
        if facts.is_empty() {
            return Err(Rejection::Nothing {});
        }
        check_texts(request)?;
        let (recorded, mut sheets) =
            recorded(self.declared, facts, by.occurred_at, now, self.recorder)?;
        let giving = Giving {
            declared: self.declared,
            anchors: self.anchors.clone(),
            on_record: self.on_record,
            reason: request.reason.as_ref(),
            now,
            // What is kept for many may have happened anywhere: a day lies ahead that has not begun in any place.
            zone: "Pacific/Kiritimati"
                .parse()
                .expect("zone data are compiled in"),
        };
        giving.check(facts)?;
        let reason = write_reason(&mut sheets, request);
        let body = FactsRecorded {
            facts: recorded,
            delivered: None,
            approval: None,
            reason,
        };
        Ok(Event {
            body: body.into(),
            actor: by.actor.clone(),
            occurred_at: by.occurred_at,
            recorded_at: now,
            command: request.command,
            personal: sheets.0,
            privileged: sheets.1,
        })
    }
}
