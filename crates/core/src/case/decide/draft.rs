//! What a decision reads, and the case with the events that it has written so far.
//! What may be written is for the other files to say.

use std::collections::BTreeMap;

use super::Sheets;
use crate::calendar::Calendar;
use crate::case::Case;
use crate::case::event::{Actor, Body, Event, Sheet};
use crate::case::evolve::apply;
use crate::case::settle::Outlook;
use crate::ids::CommandId;
use crate::name::CalendarName;
use crate::people::People;
use crate::time::Timestamp;
use crate::workflow::Rules;
use crate::workflow::rules::AuthorityRule;

/// What a decision reads beside the case.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The workflow to which the case is pinned.
    pub rules: &'a Rules,
    /// Persons and their roles, as the system stream has them.
    pub people: &'a People,
    /// Calendars by name; they are not pinned.
    pub calendars: &'a BTreeMap<CalendarName, Calendar>,
}

impl<'a> Context<'a> {
    /// Returns the calendar of an authority's closed days, if it has one.
    #[must_use]
    pub fn calendar(&self, authority: &AuthorityRule) -> Option<&'a Calendar> {
        self.calendars.get(authority.calendar.as_ref()?)
    }
}

/// A case with the events that a decision has written so far.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The case as it would stand.
    pub case: Case,
    /// What would be written.
    pub events: Vec<Event<Body>>,
    /// When it is written.
    pub now: Timestamp,
    /// The decision's name.
    pub command: CommandId,
    /// What is known of the case as it would stand, if it is settled.
    pub outlook: Option<Outlook>,
}

impl Draft {
    /// Begins a decision on a case, with nothing written.
    #[must_use]
    pub fn new(
        (case, outlook): (Case, Option<Outlook>),
        now: Timestamp,
        command: CommandId,
    ) -> Self {
        Self {
            case,
            events: Vec::new(),
            now,
            command,
            outlook,
        }
    }

    /// Writes an event without personal or privileged values.
    pub fn push(&mut self, body: impl Into<Body>, actor: Actor, occurred_at: Timestamp) {
        self.push_with(body, actor, occurred_at, (Sheet::new(), Sheet::new()));
    }

    /// Writes an event of the clock.
    pub fn by_clock(&mut self, body: impl Into<Body>, occurred_at: Timestamp) {
        self.push(body, Actor::Clock, occurred_at);
    }

    /// Writes an event with the values of its personal and its privileged part.
    pub fn push_with(
        &mut self,
        body: impl Into<Body>,
        actor: Actor,
        occurred_at: Timestamp,
        sheets: Sheets,
    ) {
        let (personal, privileged) = sheets;
        let event = Event {
            body: body.into(),
            actor,
            occurred_at: occurred_at.min(self.now),
            recorded_at: self.now,
            command: self.command,
            personal,
            privileged,
        };
        self.outlook = self.outlook.filter(|it| it.outlives(&event.body));
        apply(&mut self.case, &event);
        self.events.push(event);
    }
}
