//! Plays requests on one case of `office.yaml` and tells what came of them in short words.
//! What must hold is stated by the tests.

use std::collections::{BTreeMap, BTreeSet};

use tsuho_core::calendar::{Calendar, all_shipped};
use tsuho_core::case::again::again;
use tsuho_core::case::clock::{Doubt, DutyKey, Verdict};
use tsuho_core::case::decide::{Context, decide_draft, decide_open};
use tsuho_core::case::event::{
    Body, Certainty, Change, Delivered, Event, EventBody, Sheet, Undone,
};
use tsuho_core::case::request::{Asker, Content, Dispatch, Facts, Given, Request, Text};
use tsuho_core::case::settle::{Outlook, wake_at};
use tsuho_core::case::{Case, Rejection, Running, evolve, open};
use tsuho_core::diagnostic::Severity;
use tsuho_core::ids::{CaseId, CommandId};
use tsuho_core::name::CalendarName;
use tsuho_core::people::People;
use tsuho_core::time::Timestamp;
use tsuho_core::value::Value;
use tsuho_core::workflow::{Rules, compile};

pub(crate) use crate::words::{
    OFFICE, asker, at, choice, day, facts, flag, moment, name, number, people, sent, step, text,
    tokyo, with,
};

/// What came of a request: the types of its events, or the refusal.
pub(crate) type Came = Result<Vec<&'static str>, Rejection>;

/// One case and its history.
pub(crate) struct Play {
    pub(crate) rules: Rules,
    pub(crate) people: People,
    calendars: BTreeMap<CalendarName, Calendar>,
    pub(crate) case: Case,
    pub(crate) history: Vec<Event<Body>>,
    decisions: Vec<usize>,
    commands: u128,
    /// Why, for requests that need a reason.
    pub(crate) reason: Option<&'static str>,
    /// When it happened, if not at the moment of asking.
    pub(crate) occurred: Option<Timestamp>,
    /// What the last decision knew of the case.
    pub(crate) known: Option<Outlook>,
}

impl Play {
    /// Opens a case on 27 October at noon, whose bureau is known.
    pub(crate) fn open() -> Self {
        Self::open_with(OFFICE)
    }

    /// Opens such a case under another text of the workflow.
    pub(crate) fn open_with(office: &str) -> Self {
        let compiled = compile::workspace(&[("office.yaml", office.as_bytes())]);
        let found = compiled.findings.into_sorted();
        let wrong = found
            .iter()
            .find(|finding| finding.code.severity == Severity::Error);
        assert!(wrong.is_none(), "{wrong:#?}");
        let rules = compiled
            .workflows
            .into_iter()
            .next()
            .expect("the office has a workflow");
        let people = people();
        let calendars: BTreeMap<_, _> = all_shipped()
            .iter()
            .map(|calendar| (calendar.name.clone(), calendar.clone()))
            .collect();
        let context = Context {
            rules: &rules,
            people: &people,
            calendars: &calendars,
        };
        let id = CaseId::from_bytes([1; 16]);
        let bureau = facts(&[("bureau", Change::Set(Value::Authority(name("bureau-east"))))]);
        let delivered = Some((
            bureau,
            Delivered {
                stream: "operator".to_owned(),
                seq: 0,
            },
        ));
        let opening = Request {
            command: CommandId::from_bytes([0; 16]),
            asker: asker("clerk"),
            occurred_at: None,
            reason: None,
            seen: None,
            content: Content::Open {
                number: 1,
                delivered,
            },
        };
        let history = decide_open(&context, id, &opening, at("10-27 12:00")).expect("a case opens");
        let case = open(id, &history[0]).expect("the first event opens");
        let case = history[1..].iter().fold(case, evolve);
        let decisions = vec![history.len()];
        Self {
            rules,
            people,
            calendars,
            case,
            history,
            decisions,
            commands: 0,
            reason: None,
            occurred: None,
            known: None,
        }
    }

    /// Asks for another case as somebody.
    pub(crate) fn open_as(&self, role: &str) -> Result<(), Rejection> {
        let opening = Request {
            command: CommandId::from_bytes([7; 16]),
            asker: asker(role),
            occurred_at: None,
            reason: None,
            seen: None,
            content: Content::Open {
                number: 2,
                delivered: None,
            },
        };
        let id = CaseId::from_bytes([2; 16]);
        decide_open(&self.context(), id, &opening, at("10-27 13:00")).map(drop)
    }

    /// Opens a case in which a loss is known since 27 October.
    pub(crate) fn lost() -> Self {
        let mut play = Self::open();
        play.record(
            "10-27 12:30",
            &[("lost", choice("yes")), ("known_at", day("10-27"))],
        )
        .expect("facts are recorded");
        play
    }

    /// Opens a case whose loss was told by phone.
    pub(crate) fn told() -> Self {
        let mut play = Self::lost();
        play.act("10-27 15:00", "clerk", "tell", sent("phone"))
            .expect("a call tells the bureau");
        play
    }

    pub(crate) fn context(&self) -> Context<'_> {
        Context {
            rules: &self.rules,
            people: &self.people,
            calendars: &self.calendars,
        }
    }

    /// Asks something of the case.
    pub(crate) fn ask(&mut self, when: &str, role: &str, content: Content) -> Came {
        self.ask_at(at(when), role, content)
    }

    /// Asks something of the case at a moment.
    pub(crate) fn ask_at(&mut self, now: Timestamp, role: &str, content: Content) -> Came {
        self.commands += 1;
        let request = Request {
            command: CommandId::from_bytes(self.commands.to_be_bytes()),
            asker: if role.is_empty() {
                Asker::Clock
            } else {
                asker(role)
            },
            occurred_at: self.occurred.take(),
            reason: self.reason.take().map(Text::personal),
            seen: None,
            content,
        };
        let known = (&self.case, self.known);
        let draft = decide_draft(&self.context(), known, (&request, None), now)?;
        let (events, outlook) = (draft.events, draft.outlook);
        self.case = events.iter().fold(self.case.clone(), evolve);
        assert_eq!(draft.case, self.case, "the draft is what its events make");
        self.known = outlook;
        let waits = wake_at(&self.context(), &self.case, outlook);
        assert_eq!(waits, self.next(), "what is known changes nothing");
        let types = events.iter().map(|event| event.body.type_name()).collect();
        if !events.is_empty() {
            self.decisions.push(events.len());
        }
        self.history.extend(events);
        Ok(types)
    }

    /// Records facts as the clerk.
    pub(crate) fn record(&mut self, when: &str, list: &[(&str, Change)]) -> Came {
        self.ask(when, "clerk", Content::Record { facts: facts(list) })
    }

    /// Records one estimate as the clerk.
    pub(crate) fn estimate(&mut self, when: &str, fact: &str, change: Change) -> Came {
        let given = Given {
            certainty: Certainty::Estimate,
            ..Given::new(change)
        };
        self.ask(
            when,
            "clerk",
            Content::Record {
                facts: Facts::from([(name(fact), given)]),
            },
        )
    }

    /// Takes an action.
    pub(crate) fn act(&mut self, when: &str, role: &str, action: &str, dispatch: Dispatch) -> Came {
        self.ask(
            when,
            role,
            Content::Advance {
                action: name(action),
                facts: Facts::new(),
                dispatch,
            },
        )
    }

    /// Consents as somebody in a role.
    pub(crate) fn approve(&mut self, when: &str, role: &str, action: &str) -> Came {
        self.ask(
            when,
            role,
            Content::Approve {
                action: name(action),
                digest: None,
            },
        )
    }

    /// Delivers the operator's fact `bureau`.
    pub(crate) fn deliver_bureau(&mut self, when: &str, change: Change) -> Came {
        let stream = "operator".to_owned();
        let delivered = Delivered { stream, seq: 1 };
        let facts = facts(&[("bureau", change)]);
        self.ask(when, "", Content::Deliver { facts, delivered })
    }

    /// Records that a filing failed.
    pub(crate) fn fail(&mut self, when: &str, filing: u64) -> Came {
        self.reason = Some("returned");
        self.ask(
            when,
            "clerk",
            Content::Undo {
                filing,
                how: Undone::Failed,
            },
        )
    }

    /// Wakes the case.
    pub(crate) fn wake(&mut self, when: &str) -> Vec<&'static str> {
        self.ask(when, "", Content::Wake)
            .expect("waking is never refused")
    }

    /// Returns the next moment that the case waits for.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        wake_at(&self.context(), &self.case, None)
    }

    /// Tells how a duty towards the eastern bureau stands: state and dues, earliest first.
    pub(crate) fn duty(&self, obligation: &str) -> String {
        let key = DutyKey {
            obligation: name(obligation),
            rows: Vec::new(),
            occurrence: None,
            recipient: Some(name("bureau-east")),
        };
        let Some(duty) = self.case.duties.get(&key) else {
            return "none".to_owned();
        };
        let dues: Vec<String> = duty
            .face
            .readings
            .iter()
            .map(|reading| reading.due.civil(&tokyo()).to_string())
            .collect();
        let stands = match &duty.running {
            Running::Running => "running".to_owned(),
            Running::Lapsed => "lapsed".to_owned(),
            Running::Waived { decision } => format!("waived by {decision}"),
            Running::Stopped { judgement, .. } => match &judgement.verdict {
                Verdict::InTime => "in time".to_owned(),
                Verdict::Arguable => "arguable".to_owned(),
                Verdict::Late(by) => format!("late by {by}"),
                Verdict::NoNumber { .. } => "stopped".to_owned(),
                Verdict::Held => "held".to_owned(),
            },
        };
        let doubts: BTreeSet<Doubt> = duty.face.doubts.clone();
        let mark = if doubts.is_empty() {
            String::new()
        } else {
            format!(" {doubts:?}")
        };
        format!("{stands} {}{mark}", dues.join(" "))
    }

    /// Changes the first event of a kind on record; tells whether there was one.
    pub(crate) fn spoil(
        &mut self,
        wanted: fn(&Body) -> bool,
        change: fn(&mut Event<Body>),
    ) -> bool {
        let found = self.history.iter_mut().find(|event| wanted(&event.body));
        found.map(change).is_some()
    }

    /// Counts the events of a kind.
    pub(crate) fn count(&self, wanted: impl Fn(&Body) -> bool) -> usize {
        let events = self.history.iter();
        events.filter(|event| wanted(&event.body)).count()
    }

    /// Drops the last event of a kind from the record; tells whether there was one.
    pub(crate) fn drop_event(&mut self, wanted: fn(&Body) -> bool) -> bool {
        let Some(place) = self.history.iter().rposition(|event| wanted(&event.body)) else {
            return false;
        };
        self.history.remove(place);
        let mut before = 0;
        for count in &mut self.decisions {
            if place < before + *count {
                *count -= 1;
                return true;
            }
            before += *count;
        }
        false
    }

    /// Removes the guard of `alarm`'s workflow condition, so that the clock acts without it.
    pub(crate) fn flip_guard(&mut self) -> bool {
        let action = self
            .rules
            .actions
            .iter_mut()
            .find(|action| action.name.as_str() == "alarm");
        action.is_some_and(|action| action.when.take().is_some())
    }

    /// Makes every decision again from what is on record.
    pub(crate) fn decided_again(&self) -> Result<(), String> {
        let mut case: Option<Case> = None;
        let mut from = 0;
        for count in &self.decisions {
            // A stranger sees the operational parts alone.
            let events: Vec<Event<Body>> = self.history[from..from + count]
                .iter()
                .map(|event| Event {
                    personal: Sheet::new(),
                    privileged: Sheet::new(),
                    ..event.clone()
                })
                .collect();
            let next = again(&self.context(), self.case.id, case.as_ref(), &events);
            case = Some(next.map_err(|difference| format!("events {from}..: {difference:?}"))?);
            from += count;
        }
        if case.as_ref() == Some(&self.case) {
            Ok(())
        } else {
            Err("the fold differs".to_owned())
        }
    }
}
