//! Plays one incident with its cases in virtual time, without any store, through the decisions on several streams.
//! What must hold is stated by the tests.

#[path = "play/check.rs"]
mod check;

use std::collections::BTreeMap;

use tsuho_core::calendar::{Calendar, all_shipped};
use tsuho_core::case::event::{Body, Change, Event, EventBody as _};
use tsuho_core::case::request::{Content, Dispatch, Facts, Request, Text};
use tsuho_core::case::{Case, Context, Rejection, decide, evolve, open};
use tsuho_core::diagnostic::Severity;
use tsuho_core::ids::{CaseId, CommandId, IncidentId};
use tsuho_core::incident::{
    self, Fresh, Incident, IncidentBody, Member, Members, Opening, Refused, Taken, Written,
};
use tsuho_core::name::{CalendarName, FactName};
use tsuho_core::people::People;
use tsuho_core::time::Timestamp;
use tsuho_core::value::Value;
use tsuho_core::workflow::{Rules, compile};

use crate::words::{asker, at, facts, name, people};

/// The workflows that the tests play.
const REGIMES: &str = include_str!("regimes.yaml");

/// One case and its history, decision by decision.
#[derive(Debug, Clone)]
pub(crate) struct Played {
    pub(crate) case: Case,
    pub(crate) decisions: Vec<Vec<Event<Body>>>,
    rules: usize,
}

/// An incident, its cases, and cases of none.
pub(crate) struct Play {
    rules: Vec<Rules>,
    people: People,
    calendars: BTreeMap<CalendarName, Calendar>,
    pub(crate) incident: Option<Incident>,
    pub(crate) decisions: Vec<Vec<Event<IncidentBody>>>,
    pub(crate) cases: BTreeMap<u8, Played>,
    commands: u128,
    /// Why, for requests that need a reason.
    pub(crate) reason: Option<&'static str>,
    /// When it happened, if not at the moment of asking.
    pub(crate) occurred: Option<Timestamp>,
}

pub(crate) fn case_id(number: u8) -> CaseId {
    CaseId::from_bytes([number; 16])
}

pub(crate) fn fact(text: &str) -> FactName {
    name(text)
}

pub(crate) fn incident_id() -> IncidentId {
    IncidentId::from_bytes([9; 16])
}

impl Play {
    pub(crate) fn new() -> Self {
        let compiled = compile::workspace(&[("regimes.yaml", REGIMES.as_bytes())]);
        let found = compiled.findings.into_sorted();
        let wrong = found
            .iter()
            .find(|finding| finding.code.severity == Severity::Error);
        assert!(wrong.is_none(), "{wrong:#?}");
        let calendars = all_shipped().iter();
        Self {
            rules: compiled.workflows,
            people: people(),
            calendars: calendars
                .map(|calendar| (calendar.name.clone(), calendar.clone()))
                .collect(),
            incident: None,
            decisions: Vec::new(),
            cases: BTreeMap::new(),
            commands: 0,
            reason: None,
            occurred: None,
        }
    }

    /// Opens an incident on 27 October at noon with cases of these workflows, numbered from 1.
    pub(crate) fn opened(workflows: &[&str]) -> Self {
        let mut play = Self::new();
        play.open("10-27 12:00", workflows, &[])
            .expect("an incident opens");
        play
    }

    fn rules_of(&self, workflow: &str) -> usize {
        let place = self
            .rules
            .iter()
            .position(|rules| rules.name.as_str() == workflow);
        place.expect("the workflow is among those that the tests play")
    }

    fn context(&self, rules: usize) -> Context<'_> {
        Context {
            rules: &self.rules[rules],
            people: &self.people,
            calendars: &self.calendars,
        }
    }

    fn members(&self) -> Members<'_> {
        let own = self
            .cases
            .values()
            .filter(|played| played.case.incident.is_some());
        own.map(|played| {
            let member = Member {
                case: &played.case,
                context: self.context(played.rules),
            };
            (played.case.id, member)
        })
        .collect()
    }

    fn request(&mut self, role: &str, content: Content) -> Request {
        self.commands += 1;
        Request {
            command: CommandId::from_bytes(self.commands.to_be_bytes()),
            asker: asker(role),
            occurred_at: self.occurred.take(),
            reason: self.reason.take().map(Text::personal),
            seen: None,
            content,
        }
    }

    fn fresh<'a>(&'a self, number: u8, workflow: &str) -> Fresh<'a> {
        Fresh {
            id: case_id(number),
            number: u64::from(number),
            context: self.context(self.rules_of(workflow)),
            delivered: None,
        }
    }

    fn next_number(&self) -> u8 {
        self.cases.keys().last().map_or(1, |last| last + 1)
    }

    /// Opens the incident with cases.
    pub(crate) fn open(
        &mut self,
        when: &str,
        workflows: &[&str],
        list: &[(&str, Change)],
    ) -> Result<(), Refused> {
        self.open_for(when, None, workflows, list)
    }

    /// Opens the incident for a case of none, with other cases.
    pub(crate) fn open_for(
        &mut self,
        when: &str,
        taken: Option<u8>,
        workflows: &[&str],
        list: &[(&str, Change)],
    ) -> Result<(), Refused> {
        let request = self.request("clerk", Content::Record { facts: facts(list) });
        let first = self.next_number();
        let history: Vec<Event<Body>> = taken
            .map(|number| self.cases[&number].decisions.concat())
            .unwrap_or_default();
        let opening = Opening {
            id: incident_id(),
            number: 1,
            title: Text::personal("The bag of Mr Mori"),
            taken: taken.map(|number| {
                let played = &self.cases[&number];
                let member = Member {
                    case: &played.case,
                    context: self.context(played.rules),
                };
                let events = &history;
                Taken { member, events }
            }),
            fresh: (first..)
                .zip(workflows)
                .map(|(number, name)| self.fresh(number, name))
                .collect(),
        };
        let written = incident::open(&opening, &request, at(when))?;
        self.keep(written);
        Ok(())
    }

    /// Opens another case in the incident.
    pub(crate) fn add(&mut self, when: &str, workflow: &str) -> Result<u8, Refused> {
        let request = self.request("clerk", Content::Wake);
        let number = self.next_number();
        let incident = self.incident.as_ref().expect("an incident");
        let fresh = self.fresh(number, workflow);
        let written = incident::add(incident, &self.members(), &fresh, &request, at(when))?;
        self.keep(written);
        Ok(number)
    }

    /// Opens a case of no incident.
    pub(crate) fn alone(&mut self, when: &str, workflow: &str) -> u8 {
        let number = self.next_number();
        let content = Content::Open {
            number: number.into(),
            delivered: None,
        };
        let request = self.request("clerk", content);
        let ground = self.context(self.rules_of(workflow));
        let id = case_id(number);
        let events = tsuho_core::case::decide::decide_open(&ground, id, &request, at(when))
            .expect("a case opens");
        self.keep(Written {
            cases: [(id, events)].into(),
            ..Written::default()
        });
        number
    }

    /// Records facts on the incident.
    pub(crate) fn record(&mut self, when: &str, list: &[(&str, Change)]) -> Result<Came, Refused> {
        let request = self.request("clerk", Content::Record { facts: facts(list) });
        let incident = self.incident.as_ref().expect("an incident");
        let written = incident::record(incident, &self.members(), &request, at(when))?;
        Ok(self.keep(written))
    }

    /// Asks something of a case.
    pub(crate) fn ask(
        &mut self,
        when: &str,
        (number, role): (u8, &str),
        content: Content,
    ) -> Result<Came, Refused> {
        let request = self.request(role, content);
        let played = &self.cases[&number];
        let own = self
            .incident
            .as_ref()
            .filter(|_| played.case.incident.is_some());
        let written = if let Some(incident) = own {
            let asked = (case_id(number), &request);
            incident::ask(incident, &self.members(), asked, at(when))?
        } else {
            let ground = self.context(played.rules);
            let events = decide(&ground, &played.case, &request, at(when))?;
            Written {
                cases: [(played.case.id, events)].into(),
                ..Written::default()
            }
        };
        Ok(self.keep(written))
    }

    /// Records facts on a case, as its clerk.
    pub(crate) fn tell(
        &mut self,
        when: &str,
        number: u8,
        list: &[(&str, Change)],
    ) -> Result<Came, Refused> {
        self.ask(
            when,
            (number, "clerk"),
            Content::Record { facts: facts(list) },
        )
    }

    /// Takes an action with facts.
    pub(crate) fn act(
        &mut self,
        when: &str,
        who: (u8, &str),
        action: &str,
        (list, dispatch): (&[(&str, Change)], Dispatch),
    ) -> Result<Came, Refused> {
        let content = Content::Advance {
            action: name(action),
            facts: facts(list),
            dispatch,
        };
        self.ask(when, who, content)
    }

    fn keep(&mut self, written: Written) -> Came {
        let mut came = Came::default();
        let types = |events: &[Event<Body>]| {
            let types = events.iter().map(|event| event.body.type_name());
            types.collect::<Vec<_>>().join(" ")
        };
        if !written.incident.is_empty() {
            let (incident, rest) = match self.incident.take() {
                Some(incident) => (incident, &written.incident[..]),
                None => (
                    Incident::begin(incident_id(), &written.incident[0]).expect("an opening"),
                    &written.incident[1..],
                ),
            };
            self.incident = Some(rest.iter().fold(incident, Incident::evolve));
            let words = written.incident.iter().map(|event| event.body.type_name());
            came.incident = words.collect::<Vec<_>>().join(" ");
            self.decisions.push(written.incident);
        }
        for (id, events) in written.cases {
            if events.is_empty() {
                continue;
            }
            let known = self.cases.iter().find(|(_, played)| played.case.id == id);
            let number = known.map_or_else(|| self.next_number(), |(number, _)| *number);
            came.cases.insert(number, types(&events));
            if let Some(played) = self.cases.get_mut(&number) {
                played.case = events.iter().fold(played.case.clone(), evolve);
                played.decisions.push(events);
            } else {
                let opened = open(id, &events[0]).expect("an opening");
                let opened = events[1..].iter().fold(opened, evolve);
                let rules = self.rules_of(opened.workflow.as_str());
                let decisions = vec![events];
                let played = Played {
                    case: opened,
                    decisions,
                    rules,
                };
                self.cases.insert(number, played);
            }
        }
        came
    }

    /// Returns a fact's value on a case, as text.
    pub(crate) fn value(&self, number: u8, fact: &str) -> Option<String> {
        let history = self.cases[&number]
            .case
            .facts
            .get(&crate::play::fact(fact))?;
        history.value().map(Value::to_string)
    }

    /// Returns a fact's value on the incident, as text.
    pub(crate) fn kept(&self, fact: &str) -> Option<String> {
        let history = self
            .incident
            .as_ref()?
            .facts()
            .get(&crate::play::fact(fact))?;
        history.value().map(Value::to_string)
    }
}

/// What came of a request: the types of events by stream.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Came {
    pub(crate) incident: String,
    pub(crate) cases: BTreeMap<u8, String>,
}

/// Returns the code of a refusal.
pub(crate) fn code<T: std::fmt::Debug>(refused: Result<T, Refused>) -> &'static str {
    refused.expect_err("it is refused").rejection.code()
}

/// Returns no facts.
pub(crate) fn none() -> Facts {
    Facts::new()
}

/// Returns the refusal.
pub(crate) fn rejection<T: std::fmt::Debug>(refused: Result<T, Refused>) -> Rejection {
    refused.expect_err("it is refused").rejection
}
