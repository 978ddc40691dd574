//! Tells what an event did, in a sentence; what it holds besides is shown by the history.
//! Titles and names come from the parent, lengths and dates from `due`.

use std::collections::BTreeSet;

use tsuho_core::calendar::Reading;
use tsuho_core::case::Body;
use tsuho_core::case::Event;
use tsuho_core::case::clock::{Doubt, DutyKey};
use tsuho_core::case::event::{
    ActionTaken, Actor, ApprovalLapsed, ApprovalRequested, CaseOpened, Certainty, Change,
    ClockLapsed, ClockMoved, ClockWaived, FactRecorded, FactsRecorded, FilingMade, LapseOfApproval,
    LapseOfClock, MoveCause, ReminderDue, Sheet, Undone,
};
use tsuho_core::catalogue::{Arg, Args};
use tsuho_core::incident::{self, IncidentBody};
use tsuho_core::name::FactName;
use tsuho_core::operator::OperatorBody;
use tsuho_core::time::Timestamp;
use tsuho_core::value;

use super::value::filled;
use super::{Words, face};
use crate::message::Message;

impl Words<'_> {
    /// Returns the sentences of an event.
    pub(crate) fn event(&self, event: &Event<Body>) -> Vec<Message> {
        let number = |number: u64| Arg::Text(number.to_string());
        match &event.body {
            Body::CaseOpened(body) => vec![self.opened(body)],
            Body::FactsRecorded(body) => self.facts(body, &event.actor, &event.personal),
            Body::ActionTaken(body) => vec![self.taken(body)],
            Body::FilingMade(body) => self.filed(body),
            Body::FilingReceived(body) => vec![
                Message::new("event.filing_received")
                    .with("filing", number(body.filing))
                    .with("received_at", self.at(body.received_at))
                    .with("effective_at", self.at(body.effective_at)),
            ],
            Body::FilingUndone(body) => {
                let key = match body.how {
                    Undone::Withdrawn => "event.filing_withdrawn",
                    Undone::Failed => "event.filing_failed",
                };
                vec![Message::new(key).with("filing", number(body.filing))]
            }
            Body::ApprovalRequested(body) => self.asked(body),
            Body::ApprovalGiven(_) => vec![Message::new("event.approval_given")],
            Body::ApprovalRefused(_) => vec![Message::new("event.approval_refused")],
            Body::ApprovalLapsed(body) => vec![self.approval_lapsed(body)],
            Body::ClockStarted(body) => vec![
                Message::new("event.clock_started")
                    .with("duty", self.duty(&body.duty))
                    .with("due", face(&body.face)),
            ],
            Body::ClockMoved(body) => self.moved(body),
            Body::ClockPassed(body) => vec![
                Message::new(if self.bond(&body.duty.obligation).is_deed() {
                    "event.clock_passed_deed"
                } else {
                    "event.clock_passed"
                })
                .with("duty", self.duty(&body.duty))
                .with("due", clock_of(self, &body.duty, body.due)),
            ],
            Body::ClockStopped(body) => {
                let message = match body.filing {
                    Some(filing) => {
                        Message::new("event.clock_stopped").with("filing", number(filing))
                    }
                    None => Message::new("event.clock_met"),
                };
                vec![
                    message
                        .with("duty", self.duty(&body.duty))
                        .with("at", self.at(body.at))
                        .with("judgement", self.judgement(&body.duty, &body.judgement)),
                ]
            }
            Body::ClockLapsed(body) => vec![self.lapsed(body)],
            Body::ClockWaived(body) => vec![self.waived(body)],
            Body::ReminderDue(body) => self.reminders(body),
            Body::EvidenceAttached(body) => vec![
                Message::new("event.evidence_attached")
                    .with("size", number(body.size))
                    .with("digest", body.digest.to_string()),
            ],
            Body::CaseLinked(body) => {
                vec![Message::new("event.case_linked").with("number", number(body.incident_number))]
            }
            Body::NoteAdded(_) => vec![Message::new("event.note_added")],
        }
    }

    /// Returns the sentences of an event of the operator's stream.
    pub(crate) fn operator_event(&self, event: &Event<OperatorBody>) -> Vec<Message> {
        let OperatorBody::FactsRecorded(body) = &event.body;
        self.facts(body, &event.actor, &event.personal)
    }

    /// Returns the sentences of an event of an incident's stream.
    pub(crate) fn incident_event(&self, event: &Event<IncidentBody>) -> Vec<Message> {
        match &event.body {
            IncidentBody::IncidentOpened(body) => {
                let title = title_of(event);
                let message = Message::new("event.incident_opened").with("title", title);
                vec![message.with("number", body.number.to_string())]
            }
            IncidentBody::CaseLinked(body) => vec![
                Message::new("event.incident_case")
                    .with("number", body.case_number.to_string())
                    .with("workflow", body.workflow.to_string()),
            ],
            IncidentBody::FactsRecorded(body) if body.delivered.is_some() => {
                let names = body.facts.keys().map(|name| self.fact(name)).collect();
                vec![Message::new("event.facts_taken_over").with("facts", Arg::List(names))]
            }
            IncidentBody::FactsRecorded(body) => self.facts(body, &event.actor, &event.personal),
        }
    }

    fn opened(&self, body: &CaseOpened) -> Message {
        Message::new("event.case_opened")
            .with("number", body.number.to_string())
            .with("title", self.rules.title.clone())
            .with("workflow", body.workflow.to_string())
            .with("version", body.version.to_string())
            .with("state", self.state(&body.state))
    }

    fn facts(&self, body: &FactsRecorded, actor: &Actor, personal: &Sheet) -> Vec<Message> {
        let facts = body
            .facts
            .iter()
            .map(|(name, recorded)| self.recorded(name, recorded, personal));
        // What a person gives to this case and its incident keeps is told like what the case keeps itself.
        let key = match &body.delivered {
            None => return facts.collect(),
            Some(_) if *actor != Actor::Clock => return facts.collect(),
            Some(from) if incident::is_stream(&from.stream) => "event.facts_shared",
            Some(_) => "event.facts_delivered",
        };
        let names: Vec<Arg> = body.facts.keys().map(|name| self.fact(name)).collect();
        vec![Message::new(key).with("facts", Arg::List(names))]
    }

    fn recorded(&self, name: &FactName, recorded: &FactRecorded, personal: &Sheet) -> Message {
        let value_type = self.rules.facts.get(name).map(|rule| &rule.value_type);
        let message = |key: &'static str| Message::new(key).with("fact", self.fact(name));
        match &filled(name, &recorded.change, personal) {
            Change::Absent => message("event.fact_withdrawn"),
            Change::Set(set) => {
                let key = match recorded.certainty {
                    Certainty::Exact => "event.fact_recorded",
                    Certainty::Estimate => "event.fact_estimated",
                };
                message(key).with("value", self.value(value_type, set))
            }
            Change::Rows { set, dropped } => {
                let of = |keys: BTreeSet<&String>| -> Arg {
                    if keys.is_empty() {
                        return Arg::Key("none");
                    }
                    Arg::List(keys.into_iter().map(|key| key.as_str().into()).collect())
                };
                message("event.rows_recorded")
                    .with("set", of(set.keys().collect()))
                    .with("dropped", of(dropped.iter().collect()))
            }
        }
    }

    fn taken(&self, body: &ActionTaken) -> Message {
        let key = if body.from == body.to {
            "event.action_stayed"
        } else {
            "event.action_taken"
        };
        Message::new(key)
            .with("action", self.action(&body.action))
            .with("from", self.state(&body.from))
            .with("to", self.state(&body.to))
    }

    fn filed(&self, body: &FilingMade) -> Vec<Message> {
        let obligations: Vec<Arg> = body
            .obligations
            .iter()
            .map(|name| self.obligation(name))
            .collect();
        let recipients: Vec<Arg> = body
            .recipients
            .iter()
            .map(|name| self.authority(name))
            .collect();
        // Whether it adds to another or takes its place is said by what follows: only the latter discharges.
        let filed = Message::new("event.filing_made")
            .with("filing", body.filing.to_string())
            .with("obligations", Arg::List(obligations))
            .with("recipients", Arg::List(recipients))
            .with("channel", super::channel(&body.channel))
            .with("version", body.version.to_string())
            .with("at", self.at(body.sent_at));
        let counts = match body.effective_at {
            Some(at) => Message::new("event.filing_counts").with("at", self.at(at)),
            None => self.filing_waits(body),
        };
        let gaps: Vec<Arg> = body.gaps.iter().map(|name| self.fact(name)).collect();
        let gaps = (!gaps.is_empty())
            .then(|| Message::new("event.filing_gaps").with("facts", Arg::List(gaps)));
        let voluntary = (body.duties.is_empty()).then(|| Message::new("event.filing_voluntary"));
        let filed = [filed, counts].into_iter().chain(voluntary);
        filed.chain(gaps).collect()
    }

    /// Says of a filing that does not count yet what it takes.
    fn filing_waits(&self, body: &FilingMade) -> Message {
        let message = |key: &'static str| Message::new(key).with("filing", body.filing.to_string());
        let Some(unlisted) = self.unlisted(&body.into()) else {
            return message("event.filing_waits");
        };
        match body.received_at {
            Some(at) => message("event.filing_unlisted_received").with("at", self.at(at)),
            None => message("event.filing_unlisted"),
        }
        .with("unlisted", unlisted)
    }

    fn asked(&self, body: &ApprovalRequested) -> Vec<Message> {
        let proposal = &body.proposal;
        let asked = Message::new("event.approval_requested")
            .with("action", self.action(&proposal.action))
            .with("by", self.role(&body.by))
            .with("digest", body.digest.to_string());
        let is_filing = !super::filed_for(self.rules, proposal).is_empty();
        let voluntary = (is_filing && proposal.duties.is_empty())
            .then(|| Message::new("event.proposal_voluntary"));
        [asked].into_iter().chain(voluntary).collect()
    }

    fn approval_lapsed(&self, body: &ApprovalLapsed) -> Message {
        match &body.cause {
            LapseOfApproval::State => Message::new("event.approval_lapsed_state"),
            LapseOfApproval::Facts(facts) => {
                let facts: Vec<Arg> = facts.iter().map(|name| self.fact(name)).collect();
                Message::new("event.approval_lapsed_facts").with("facts", Arg::List(facts))
            }
            LapseOfApproval::Replaced => Message::new("event.approval_lapsed_replaced"),
        }
    }

    fn waived(&self, body: &ClockWaived) -> Message {
        Message::new("event.clock_waived")
            .with("duty", self.duty(&body.duty))
            .with("decided", self.exempted(&body.duty, &body.decision))
    }

    fn moved(&self, body: &ClockMoved) -> Vec<Message> {
        let cause = match body.cause {
            MoveCause::Anchor => "event.moved.anchor",
            MoveCause::Condition => "event.moved.condition",
            MoveCause::Calendar => "event.moved.calendar",
            MoveCause::Zones => "event.moved.zones",
            MoveCause::Law => "event.moved.law",
            MoveCause::Decision => "event.moved.decision",
            MoveCause::Doubt => "event.moved.doubt",
        };
        let (from, to) = (face(&body.from), face(&body.to));
        let moved = if from == to {
            Message::new("event.clock_stays").with("said", stays(body, cause))
        } else {
            let moved = Message::new("event.clock_moved").with("from", from);
            moved.with("cause", Arg::Key(cause))
        };
        let moved = moved.with("duty", self.duty(&body.duty)).with("to", to);
        let again = body.judgement.as_ref().map(|again| {
            Message::new("event.judged_again").with("judgement", self.judgement(&body.duty, again))
        });
        let of_decision = body.cause == MoveCause::Decision;
        let decisions = body.to.decisions.iter().filter(|_| of_decision);
        let decided = decisions.map(|one| {
            Message::new("event.clock_decided").with("decided", self.decided(&body.duty, one))
        });
        [moved].into_iter().chain(decided).chain(again).collect()
    }

    fn lapsed(&self, body: &ClockLapsed) -> Message {
        let message = |key: &'static str| Message::new(key).with("duty", self.duty(&body.duty));
        match &body.cause {
            LapseOfClock::NotOwed => message("event.clock_lapsed_not_owed"),
            LapseOfClock::Row => message("event.clock_lapsed_row"),
            LapseOfClock::Missed => message("event.clock_lapsed_missed"),
            LapseOfClock::Ended => message("event.clock_lapsed_ended"),
            LapseOfClock::Recipient => message("event.clock_lapsed_recipient"),
            LapseOfClock::Released(action) => {
                message("event.clock_lapsed_released").with("action", self.action(action))
            }
        }
    }

    fn reminders(&self, body: &ReminderDue) -> Vec<Message> {
        let reminders = body.reminders.iter().map(|reminder| {
            Message::new("event.reminder_due")
                .with("duty", self.duty(&body.duty))
                .with("to", self.role(&reminder.to))
                .with("at", self.at(reminder.at))
        });
        reminders.collect()
    }
}

/// Says what changed of a clock whose due moment stays.
fn stays(body: &ClockMoved, cause: &'static str) -> Arg {
    let (from, to) = (&body.from.doubts, &body.to.doubts);
    // What the calendar does not reach keeps it provisional without any doubt.
    let beyond = |reading: &Reading| reading.derivation.beyond_calendar.is_some();
    if from == to || (to.is_empty() && body.to.readings.iter().any(beyond)) {
        return Arg::Key(cause);
    }
    if to.is_empty() {
        return Arg::Key("event.stays.certain");
    }
    let doubts = to.iter().map(|doubt| Arg::Key(doubt_key(*doubt)));
    let args = Args::from([("doubts", Arg::List(doubts.collect()))]);
    Arg::Message("event.stays.doubtful", args)
}

/// Returns the words for what makes a clock provisional.
pub(crate) const fn doubt_key(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::Applies => "duty.doubt.applies",
        Doubt::Condition => "duty.doubt.condition",
        Doubt::Candidate => "duty.doubt.candidate",
        Doubt::Estimate => "duty.doubt.estimate",
        Doubt::Anchor => "duty.doubt.anchor",
        Doubt::Recipient => "duty.doubt.recipient",
    }
}

/// Returns a due moment of which only the moment is on record, in the zone of the duty's recipient.
fn clock_of(words: &Words<'_>, duty: &DutyKey, at: Timestamp) -> Arg {
    super::due_at(at, words.zone_of(duty))
}

/// Returns what an incident is called, as its opening says it to whoever is told.
pub(crate) fn title_of(event: &Event<IncidentBody>) -> Arg {
    match event.personal.get("title") {
        Some(value::Value::Text(title)) => Arg::Text(title.clone()),
        Some(value::Value::Held(class)) => super::held(*class),
        _ => Arg::Key("show.erased"),
    }
}
