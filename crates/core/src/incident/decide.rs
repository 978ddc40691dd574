//! Decides what a request writes on an incident's own stream: of the incident, its cases' rules and the request alone.
//! What the cases get is decided by them, in `together`.

use super::{Incident, IncidentBody, IncidentOpened, MOST_CASES, Shared};
use crate::case::decide::{
    Recorder, Sheets, check_text, check_texts, recorded, write_reason, write_text,
};
use crate::case::event::{Actor, CaseLinked, Event, FactsRecorded, Sheet};
use crate::case::rejection::Rejection;
use crate::case::request::{Delivery, Facts, Request, Text};
use crate::keeper::{Asked, Keeper};
use crate::people::People;
use crate::time::Timestamp;
use crate::wording::Lines;

/// What is asked of an incident.
#[derive(Debug, Clone, Default)]
pub(super) struct Wish {
    /// Its number and its title, where it is opened.
    pub(super) opening: Option<(u64, Text)>,
    /// The case that it is opened for, with everything that it had recorded itself.
    pub(super) taken: Option<(CaseLinked, Vec<Delivery>)>,
    /// Cases that are opened in it.
    pub(super) fresh: Vec<CaseLinked>,
    /// Facts that are recorded on it.
    pub(super) facts: Facts,
}

/// What the decision reads beside the incident.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) people: &'a People,
    /// What the incident keeps with the cases that are linked by the request.
    pub(super) shared: &'a Shared,
}

/// Decides what is written on the incident's stream: its opening, the case that it is opened for with what that one had
/// recorded, the cases that are opened in it, and the facts that are recorded on it.
pub(super) fn decide(
    ground: Ground<'_>,
    incident: Option<&Incident>,
    (request, wish): (&Request, &Wish),
    now: Timestamp,
) -> Result<Vec<Event<IncidentBody>>, Rejection> {
    let nothing = std::collections::BTreeMap::new();
    let keeper = Keeper {
        declared: ground.shared.declared(),
        anchors: ground.shared.anchors().clone(),
        on_record: incident.map_or(&nothing, Incident::facts),
        last_recorded: incident.map(|incident| incident.last_recorded),
        recorder: Recorder::Incident,
    };
    let by = keeper.asked(ground.people, request, now)?;
    check_role(ground.shared, &by)?;
    let already = incident.map_or(0, |incident| incident.cases().len());
    if already + wish.fresh.len() + usize::from(wish.taken.is_some()) > MOST_CASES {
        return Err(Rejection::ManyCases { most: MOST_CASES });
    }
    check_texts(request)?;
    let mut writing = Writing {
        request,
        by: &by,
        now,
        events: Vec::new(),
    };
    if let Some((number, title)) = &wish.opening {
        writing.open(*number, title)?;
    }
    if let Some((link, recordings)) = &wish.taken {
        writing.link(link);
        for recording in recordings {
            writing.take_over(ground.shared, recording)?;
        }
    }
    for link in &wish.fresh {
        writing.link(link);
    }
    if !wish.facts.is_empty() {
        let event = keeper.record((request, &wish.facts), &by, now)?;
        writing.events.push(event);
    }
    if writing.events.is_empty() {
        return Err(Rejection::Nothing {});
    }
    Ok(writing.events)
}

/// Who runs the installation has no part in what happened: that is for those whom a workflow names.
fn check_role(shared: &Shared, by: &Asked) -> Result<(), Rejection> {
    match &by.actor {
        Actor::Person { role, .. } if !shared.roles().contains(role) => {
            Err(Rejection::RoleOutside {
                role: role.clone(),
                roles: shared.roles().iter().cloned().collect(),
            })
        }
        Actor::Person { .. } | Actor::Clock => Ok(()),
    }
}

/// The events that a decision has written so far.
struct Writing<'a> {
    request: &'a Request,
    by: &'a Asked,
    now: Timestamp,
    events: Vec<Event<IncidentBody>>,
}

impl Writing<'_> {
    fn open(&mut self, number: u64, title: &Text) -> Result<(), Rejection> {
        if let Some(words) = &title.words {
            check_text(words, Lines::One, "words.title")?;
        }
        let mut sheets = Sheets::default();
        write_text(&mut sheets, "title", title);
        let reason = write_reason(&mut sheets, self.request);
        let title = title.class;
        let opened = IncidentOpened {
            number,
            title,
            reason,
        };
        let actor = self.by.actor.clone();
        self.push(opened, actor, self.by.occurred_at, sheets);
        Ok(())
    }

    fn link(&mut self, link: &CaseLinked) {
        let mut sheets = Sheets::default();
        let reason = write_reason(&mut sheets, self.request);
        let link = CaseLinked {
            reason,
            ..link.clone()
        };
        let actor = self.by.actor.clone();
        self.push(link, actor, self.by.occurred_at, sheets);
    }

    /// Takes over what a case had recorded, as it stands there.
    fn take_over(&mut self, shared: &Shared, recording: &Delivery) -> Result<(), Rejection> {
        let (declared, now) = (shared.declared(), self.now);
        let (facts, sheets) = recorded(declared, &recording.facts, now, now, Recorder::Incident)?;
        let body = FactsRecorded {
            facts,
            delivered: Some(recording.delivered.clone()),
            approval: None,
            reason: None,
        };
        self.push(body, Actor::Clock, now, sheets);
        Ok(())
    }

    fn push(
        &mut self,
        body: impl Into<IncidentBody>,
        actor: Actor,
        occurred_at: Timestamp,
        (personal, privileged): (Sheet, Sheet),
    ) {
        self.events.push(Event {
            body: body.into(),
            actor,
            occurred_at,
            recorded_at: self.now,
            command: self.request.command,
            personal,
            privileged,
        });
    }
}
