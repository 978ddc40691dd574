//! Keeps the cases of a scenario as they stand, with the incident that they may share, and has each request decided.
//! When time passes and what the steps ask is `run`'s.

use std::collections::BTreeMap;

use super::cast::Cast;
use super::{About, Plays, Scenario};
use crate::calendar::Calendar;
use crate::case::decide::decide_open;
use crate::case::event::Delivered;
use crate::case::request::{Facts, Text};
use crate::case::settle::next_moment;
use crate::case::{Body, Case, Content, Context, Event, Rejection, Request, decide, evolve, open};
use crate::ids::{CaseId, IncidentId};
use crate::incident::{self, Fresh, Incident, Member, Members, Opening, Written};
use crate::name::CalendarName;
use crate::operator;
use crate::time::Timestamp;
use crate::workflow::Rules;

/// A case of a scenario, before and after it is opened.
pub(super) struct Playing<'a> {
    pub(super) context: Context<'a>,
    pub(super) case: Option<Case>,
    pub(super) history: Vec<Event<Body>>,
}

/// The cases of a scenario.
pub(super) struct Company<'a> {
    pub(super) cases: Vec<Playing<'a>>,
    scenario: &'a Scenario,
    incident: Option<Incident>,
}

impl<'a> Company<'a> {
    /// Begins with cases of which none is open.
    pub(super) fn new(
        scenario: &'a Scenario,
        workflows: &'a [Rules],
        players: &'a Cast,
        calendars: &'a BTreeMap<CalendarName, Calendar>,
    ) -> Self {
        let playing = |case: &super::Case| {
            let rules = workflows.iter().find(|rules| rules.name == case.workflow);
            let context = Context {
                rules: rules.expect("a scenario is read against the workflows that it plays"),
                people: &players.people,
                calendars,
            };
            Playing {
                context,
                case: None,
                history: Vec::new(),
            }
        };
        Self {
            cases: scenario.cases.iter().map(playing).collect(),
            scenario,
            incident: None,
        }
    }

    /// Opens cases: one of no incident, or several of one, which is opened with the first of them.
    pub(super) fn open(
        &mut self,
        places: &[usize],
        request: &Request,
        now: Timestamp,
    ) -> Result<(), Rejection> {
        match (self.scenario.plays, &self.incident) {
            (Plays::OneCase, _) => {
                let content = Content::Open {
                    number: number(0),
                    delivered: self.delivered(0),
                };
                let request = Request {
                    content,
                    ..request.clone()
                };
                let events = decide_open(&self.cases[0].context, id(0), &request, now)?;
                self.append(id(0), events);
            }
            (Plays::Incident, None) => {
                let opening = Opening {
                    id: IncidentId::from_bytes([0; 16]),
                    number: 1,
                    title: Text::personal(self.scenario.name()),
                    taken: None,
                    fresh: places.iter().map(|place| self.fresh(*place)).collect(),
                };
                let written = incident::open(&opening, &asking(request), now);
                self.write(written.map_err(|refused| refused.rejection)?);
            }
            (Plays::Incident, Some(incident)) => {
                if let Some((first, rest)) = places.split_first() {
                    let fresh = self.fresh(*first);
                    let written = incident::add(incident, &self.members(), &fresh, request, now);
                    self.write(written.map_err(|refused| refused.rejection)?);
                    return self.open(rest, request, now);
                }
            }
        }
        Ok(())
    }

    /// Has something decided that is asked of a case or of the incident; returns what happened to the cases.
    pub(super) fn ask(
        &mut self,
        about: About,
        request: &Request,
        now: Timestamp,
    ) -> Result<Vec<Event<Body>>, Rejection> {
        let members = self.members();
        let written = match (about, &self.incident) {
            (About::Incident, Some(incident)) => incident::record(incident, &members, request, now),
            (About::Case(place), Some(incident)) => {
                incident::ask(incident, &members, (id(place), request), now)
            }
            (About::Case(place), None) => {
                let events = decide(&self.cases[place].context, self.case(place), request, now)?;
                Ok(Written {
                    incident: Vec::new(),
                    cases: [(id(place), events)].into(),
                })
            }
            (About::Incident, None) => return Err(Rejection::Nothing {}),
        };
        let written = written.map_err(|refused| refused.rejection)?;
        let events = written.cases.values().flatten().cloned().collect();
        self.write(written);
        Ok(events)
    }

    /// Returns the earliest moment at which something happens to an open case by itself, and which; each case is asked
    /// for moments after its own.
    pub(super) fn next_moment(&self, after: &[Timestamp]) -> Option<(Timestamp, usize)> {
        let open = self.cases.iter().zip(after).enumerate();
        let moments = open.filter_map(|(place, (playing, after))| {
            let moment = next_moment(&playing.context, (playing.case.as_ref()?, None), *after)?;
            Some((moment, place))
        });
        moments.min()
    }

    /// Returns up to when each case has been settled.
    pub(super) fn recorded(&self) -> Vec<Timestamp> {
        let last = |playing: &Playing<'_>| {
            let case = playing.case.as_ref();
            case.map_or(self.scenario.opening.moment, |case| case.last_recorded)
        };
        self.cases.iter().map(last).collect()
    }

    /// Returns an open case.
    ///
    /// # Panics
    ///
    /// If it is not open: `run` asks first.
    pub(super) fn case(&self, place: usize) -> &Case {
        let case = self.cases[place].case.as_ref();
        case.expect("nothing is asked of a case before it is opened")
    }

    fn fresh(&self, place: usize) -> Fresh<'a> {
        Fresh {
            id: id(place),
            number: number(place),
            context: self.cases[place].context,
            delivered: self.delivered(place),
        }
    }

    /// Returns those of the operator's facts that a case uses.
    fn delivered(&self, place: usize) -> Option<(Facts, Delivered)> {
        let declared = &self.cases[place].context.rules.facts;
        let all = self.scenario.operator.iter();
        let used: Facts = all
            .filter(|(name, _)| declared.contains_key(*name))
            .map(|(name, given)| (name.clone(), given.clone()))
            .collect();
        let stream = operator::STREAM.to_owned();
        (!used.is_empty()).then_some((used, Delivered { stream, seq: 0 }))
    }

    fn members(&self) -> Members<'_> {
        let open = self
            .cases
            .iter()
            .enumerate()
            .filter_map(|(place, playing)| {
                let case = playing.case.as_ref()?;
                let context = playing.context;
                Some((id(place), Member { case, context }))
            });
        open.collect()
    }

    fn write(&mut self, written: Written) {
        for event in &written.incident {
            self.incident = match self.incident.take() {
                Some(incident) => Some(incident.evolve(event)),
                None => Incident::begin(IncidentId::from_bytes([0; 16]), event),
            };
        }
        for (id, events) in written.cases {
            self.append(id, events);
        }
    }

    fn append(&mut self, of: CaseId, events: Vec<Event<Body>>) {
        let places = 0..self.cases.len();
        let place = places.into_iter().find(|place| id(*place) == of);
        let playing = &mut self.cases[place.expect("only cases of the scenario are decided")];
        for event in &events {
            playing.case = match playing.case.take() {
                Some(case) => Some(evolve(case, event)),
                None => open(of, event),
            };
        }
        playing.history.extend(events);
    }
}

/// Names a case by its place, so that a history is the same each time that it is played.
fn id(place: usize) -> CaseId {
    CaseId::from_bytes(u128::from(number(place) - 1).to_be_bytes())
}

/// Numbers a case by its place.
fn number(place: usize) -> u64 {
    u64::try_from(place).map_or(u64::MAX, |place| place + 1)
}

/// Returns a request that asks nothing but what it is given with.
fn asking(request: &Request) -> Request {
    Request {
        content: Content::Record {
            facts: Facts::new(),
        },
        ..request.clone()
    }
}
