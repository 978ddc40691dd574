//! Decides on each stream in turn: the incident's first, then every case to which something of it is given.
//! Which streams these are, and what is asked of them, is said by the parent.

use super::{Fresh, Member, Members, Refused, Written};
use crate::case::decide::{MOST_EVENTS, decide_open_in, decide_with};
use crate::case::event::{Body, Event};
use crate::case::rejection::Rejection;
use crate::case::request::{Asker, Content, Joining, Request};
use crate::ids::{CaseId, IncidentId};
use crate::incident::decide::{self, Ground, Wish};
use crate::incident::{Incident, IncidentBody, Shared};
use crate::people::People;
use crate::time::Timestamp;

/// The streams that a decision may write on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Several<'a> {
    pub(super) of: IncidentId,
    pub(super) incident: Option<&'a Incident>,
    pub(super) shared: &'a Shared,
    pub(super) members: &'a Members<'a>,
    pub(super) taken: Option<Member<'a>>,
    pub(super) fresh: &'a [Fresh<'a>],
}

impl<'a> Several<'a> {
    pub(super) const fn of(
        incident: &'a Incident,
        shared: &'a Shared,
        members: &'a Members<'a>,
    ) -> Self {
        Self {
            of: incident.id,
            incident: Some(incident),
            shared,
            members,
            taken: None,
            fresh: &[],
        }
    }

    /// Decides what is written on the incident, and with it on each case; `asked` is the case of which the request is
    /// asked, and what of it the case decides itself.
    pub(super) fn decide(
        &self,
        (request, wish): (&Request, &Wish),
        asked: Option<(CaseId, &Request)>,
        now: Timestamp,
    ) -> Result<Written, Refused> {
        let ground = Ground {
            people: self.people().ok_or(Rejection::Nothing {})?,
            shared: self.shared,
        };
        let incident = decide::decide(ground, self.incident, (request, wish), now)?;
        let after = fold(self.of, self.incident, &incident).ok_or(Rejection::Nothing {})?;
        let since = self.incident.map_or(0, |incident| incident.version);
        let mut written = Written {
            incident,
            ..Written::default()
        };
        for (&id, member) in self.members {
            let (case, context) = (member.case, &member.context);
            let copy = after.copies(self.shared, (id, context.rules), since).pop();
            let events = match (asked, copy) {
                (Some((asked, own)), copy) if asked == id => {
                    decide_with(context, case, (own, copy.as_ref()), now)
                }
                (_, None) => continue,
                (_, Some(copy)) => {
                    let delivery = Request {
                        command: request.command,
                        asker: Asker::Clock,
                        occurred_at: None,
                        reason: None,
                        seen: None,
                        content: Content::Deliver {
                            facts: copy.facts,
                            delivered: copy.delivered,
                        },
                    };
                    decide_with(context, case, (&delivery, None), now)
                }
            };
            written.take(id, events)?;
        }
        if let (Some(member), Some((link, _))) = (self.taken, &wish.taken) {
            let (id, rules) = (member.case.id, member.context.rules);
            let copy = after.copies(self.shared, (id, rules), since).pop();
            let content = Content::Link { link: link.clone() };
            let own = with(request, content);
            let events = decide_with(&member.context, member.case, (&own, copy.as_ref()), now);
            written.take(id, events)?;
        }
        for (one, link) in self.fresh.iter().zip(&wish.fresh) {
            let joining = Joining {
                link: link.clone(),
                shared: after.copies(self.shared, (one.id, one.context.rules), 0),
            };
            let content = Content::Open {
                number: one.number,
                delivered: one.delivered.clone(),
            };
            let own = with(request, content);
            let events = decide_open_in(&one.context, one.id, (&own, Some(&joining)), now);
            written.take(one.id, events)?;
        }
        written.check_size()?;
        Ok(written)
    }

    fn people(&self) -> Option<&'a People> {
        let members = self.members.values().map(|member| member.context);
        let taken = self.taken.iter().map(|member| member.context);
        let fresh = self.fresh.iter().map(|one| one.context);
        let mut contexts = members.chain(taken).chain(fresh);
        contexts.next().map(|context| context.people)
    }
}

impl Written {
    /// Takes what a case decided, or whose refusal it is.
    pub(super) fn take(
        &mut self,
        id: CaseId,
        decided: Result<Vec<Event<Body>>, Rejection>,
    ) -> Result<(), Refused> {
        let case = Some(id);
        let events = decided.map_err(|rejection| Refused { case, rejection })?;
        if !events.is_empty() {
            self.cases.insert(id, events);
        }
        Ok(())
    }

    /// Refuses what would write more than one transaction holds.
    fn check_size(&self) -> Result<(), Rejection> {
        let of_cases = self.cases.values().map(Vec::len).sum::<usize>();
        let events = self.incident.len() + of_cases;
        if events > MOST_EVENTS {
            return Err(Rejection::TooMuch { events });
        }
        Ok(())
    }
}

/// Folds a decision's events on the incident; `None` if nothing begins it.
fn fold(
    id: IncidentId,
    incident: Option<&Incident>,
    events: &[Event<IncidentBody>],
) -> Option<Incident> {
    let (incident, rest) = match incident {
        Some(incident) => (incident.clone(), events),
        None => (Incident::begin(id, events.first()?)?, &events[1..]),
    };
    Some(rest.iter().fold(incident, Incident::evolve))
}

/// Returns the request as another content of the same person's; no revision of a case was seen by who asks of an
/// incident.
fn with(request: &Request, content: Content) -> Request {
    Request {
        seen: None,
        content,
        ..request.clone()
    }
}
