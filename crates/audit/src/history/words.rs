//! Puts each kind of event into a sentence and the details that matter.
//! Facts are told in `fact.rs`, clocks in `clock.rs`; the sentences themselves stand in the catalogue.

use std::collections::BTreeSet;

use tsuho_core::case::Case;
use tsuho_core::case::authority_decision::decisions;
use tsuho_core::case::clock::DutyKey;
use tsuho_core::case::event::{
    Actor, ApprovalLapsed, ApprovalRequested, Body, CaseOpened, Event, EvidenceAttached,
    FactsRecorded, FilingMade, LapseOfApproval, Undone,
};
use tsuho_core::catalogue::{Arg, Args};
use tsuho_core::incident;
use tsuho_core::name::{ActionName, AuthorityName, FactName, RoleName, StateName};
use tsuho_core::time::{Instant, Span, Timestamp, Zone};
use tsuho_core::value::Title;
use tsuho_core::workflow::Rules;
use tsuho_core::workflow::rules::Force;
use tsuho_ledger::PartClass;

use super::value::{channel, spoken};
use super::{Sentence, clock, fact};

/// How things are called, and in which zone times are shown.
#[derive(Debug)]
pub(super) struct Words<'a> {
    /// The workflows whose titles things have; of those that know a thing, the first.
    pub(super) rules: Vec<&'a Rules>,
    pub(super) zone: Zone,
}

fn titled(name: &str, title: Option<&Title>) -> Arg {
    title.map_or_else(|| Arg::from(name), |title| Arg::Title(title.clone()))
}

impl<'a> Words<'a> {
    pub(super) fn find<T>(&self, one: impl FnMut(&&'a Rules) -> Option<T>) -> Option<T> {
        self.rules.iter().find_map(one)
    }

    pub(super) fn time(&self, at: Timestamp) -> Arg {
        Arg::from(Instant::new(at, self.zone.clone()).to_string())
    }

    /// Writes a due moment: the end of a day belongs to that day, which is the one that the law names.
    pub(super) fn due(&self, at: Timestamp) -> Arg {
        let day_before = at.plus(Span::from_micros(-1)).date(&self.zone);
        if day_before == at.date(&self.zone) {
            self.time(at)
        } else {
            Arg::from(format!("{day_before} 24:00 {}", self.zone))
        }
    }

    pub(super) fn role(&self, name: &RoleName) -> Arg {
        titled(name.as_str(), self.find(|rules| rules.roles.get(name)))
    }

    pub(super) fn fact(&self, name: &FactName) -> Arg {
        let rule = self.find(|rules| rules.facts.get(name));
        titled(name.as_str(), rule.map(|rule| &rule.title))
    }

    fn action(&self, name: &ActionName) -> Arg {
        let action = self.find(|rules| rules.action(name));
        // Consent to an authority's decisions is asked for under the name of their table.
        let table = self.find(|rules| rules.facts.get(name.as_str()));
        let title = action.map(|rule| &rule.title);
        titled(name.as_str(), title.or(table.map(|rule| &rule.title)))
    }

    fn state(&self, name: &StateName) -> Arg {
        let rule = self.find(|rules| rules.states.get(name));
        titled(name.as_str(), rule.map(|rule| &rule.title))
    }

    pub(super) fn authority(&self, name: &AuthorityName) -> Arg {
        let rule = self.find(|rules| rules.authorities.get(name));
        titled(name.as_str(), rule.map(|rule| &rule.title))
    }

    pub(super) fn duty(&self, key: &DutyKey) -> Arg {
        let rule = self.find(|rules| rules.obligation(&key.obligation));
        let obligation = key.titled(titled(
            key.obligation.as_str(),
            rule.map(|rule| &rule.title),
        ));
        let Some(recipient) = &key.recipient else {
            return obligation;
        };
        let args = Args::from([
            ("obligation", obligation),
            ("recipient", self.authority(recipient)),
        ]);
        Arg::Message("audit.duty", args)
    }

    /// Tells whether nothing is filed for a duty: it is met by being done.
    pub(super) fn is_deed(&self, key: &DutyKey) -> bool {
        let rule = self.find(|rules| rules.obligation(&key.obligation));
        rule.is_some_and(|rule| rule.met.is_some())
    }

    /// Tells whether a duty is one by law; without the workflow nothing else is known of it.
    pub(super) fn is_law(&self, key: &DutyKey) -> bool {
        let rule = self.find(|rules| rules.obligation(&key.obligation));
        rule.is_none_or(|rule| rule.force == Force::Statutory)
    }

    fn duties(&self, duties: &BTreeSet<DutyKey>) -> Arg {
        if duties.is_empty() {
            return Arg::Key("none");
        }
        Arg::List(duties.iter().map(|duty| self.duty(duty)).collect())
    }

    /// Puts an event into one sentence.
    pub(super) fn what(&self, case: Option<&Case>, event: &Event<Body>) -> Sentence {
        let filing = |number: u64| Args::from([("filing", Arg::from(number.to_string()))]);
        match &event.body {
            Body::CaseOpened(body) => self.opened(body),
            Body::CaseLinked(body) => {
                let number = Arg::from(body.incident_number.to_string());
                ("audit.event.case_linked", Args::from([("number", number)]))
            }
            Body::FactsRecorded(body) => self.recorded(event, body),
            Body::ActionTaken(body) => {
                let mut args = Args::from([("action", self.action(&body.action))]);
                if body.entered_at.is_none() {
                    return ("audit.event.action_taken", args);
                }
                args.insert("from", self.state(&body.from));
                args.insert("to", self.state(&body.to));
                ("audit.event.action_moved", args)
            }
            Body::FilingMade(body) => self.filed(body),
            Body::FilingReceived(body) => ("audit.event.filing_received", filing(body.filing)),
            Body::FilingUndone(body) => {
                let key = match body.how {
                    Undone::Withdrawn => "audit.event.filing_withdrawn",
                    Undone::Failed => "audit.event.filing_failed",
                };
                (key, filing(body.filing))
            }
            Body::ApprovalRequested(body) => (
                "audit.event.approval_requested",
                Args::from([
                    ("action", self.action(&body.proposal.action)),
                    ("role", self.role(&body.by)),
                ]),
            ),
            Body::ApprovalGiven(body) => {
                let args = self.approved(case, body.approval);
                ("audit.event.approval_given", args)
            }
            Body::ApprovalRefused(body) => {
                let args = self.approved(case, body.approval);
                ("audit.event.approval_refused", args)
            }
            Body::ApprovalLapsed(body) => self.approval_lapsed(case, body),
            Body::ClockStarted(body) => clock::started(self, body),
            Body::ClockMoved(body) => clock::moved(self, body),
            Body::ClockPassed(body) => clock::passed(self, body),
            Body::ClockStopped(body) => clock::stopped(self, body),
            Body::ClockLapsed(body) => clock::lapsed(self, body, |action| self.action(action)),
            Body::ClockWaived(body) => clock::waived(self, body),
            Body::ReminderDue(body) => clock::reminded(self, case, body),
            Body::EvidenceAttached(body) => self.attached(event, body),
            Body::NoteAdded(body) => (
                "audit.event.note_added",
                Args::from([("text", spoken(event, body.class, "text"))]),
            ),
        }
    }

    /// Tells that a file was attached, and for which filing or fact it stands.
    fn attached(&self, event: &Event<Body>, body: &EvidenceAttached) -> Sentence {
        let args = Args::from([
            ("name", spoken(event, body.name, "name")),
            ("size", Arg::from(body.size.to_string())),
            ("digest", Arg::from(body.digest.to_string())),
            (
                "filing",
                body.filing
                    .map_or(Arg::Key("none"), |number| Arg::from(number.to_string())),
            ),
            (
                "fact",
                body.fact
                    .as_ref()
                    .map_or(Arg::Key("none"), |name| self.fact(name)),
            ),
        ]);
        let key = match (body.filing, &body.fact) {
            (Some(_), Some(_)) => "audit.event.evidence_of_both",
            (Some(_), None) => "audit.event.evidence_of_filing",
            (None, Some(_)) => "audit.event.evidence_of_fact",
            (None, None) => "audit.event.evidence_attached",
        };
        (key, args)
    }

    fn opened(&self, body: &CaseOpened) -> Sentence {
        let args = Args::from([
            ("number", Arg::from(body.number.to_string())),
            ("workflow", Arg::from(body.workflow.as_str())),
            ("version", Arg::from(body.version.to_string())),
            ("state", self.state(&body.state)),
        ]);
        ("audit.event.case_opened", args)
    }

    /// Names the action that an approval is about.
    fn approved(&self, case: Option<&Case>, number: u64) -> Args {
        let approval = case.and_then(|case| case.approvals.get(&number));
        let action = approval.map(|approval| self.action(&approval.proposal.action));
        Args::from([("action", action.unwrap_or(Arg::Key("none")))])
    }

    fn approval_lapsed(&self, case: Option<&Case>, body: &ApprovalLapsed) -> Sentence {
        let mut args = self.approved(case, body.approval);
        let because = match &body.cause {
            LapseOfApproval::State => Arg::Key("audit.lapse.state"),
            LapseOfApproval::Facts(facts) => {
                let facts = facts.iter().map(|name| self.fact(name)).collect();
                let args = Args::from([("facts", Arg::List(facts))]);
                Arg::Message("audit.lapse.facts", args)
            }
            LapseOfApproval::Replaced => Arg::Key("audit.lapse.replaced"),
        };
        args.insert("because", because);
        ("audit.event.approval_lapsed", args)
    }

    fn filed(&self, body: &FilingMade) -> Sentence {
        let recipients = body
            .recipients
            .iter()
            .map(|to| self.authority(to))
            .collect();
        let mut args = Args::from([
            ("filing", Arg::from(body.filing.to_string())),
            ("duties", self.duties(&body.duties)),
            ("recipients", Arg::List(recipients)),
            ("channel", channel(&body.channel)),
            ("sent_at", self.time(body.sent_at)),
        ]);
        if body.version > 1 {
            args.insert("version", Arg::from(body.version.to_string()));
            return ("audit.event.supplement_made", args);
        }
        ("audit.event.filing_made", args)
    }

    fn recorded(&self, event: &Event<Body>, body: &FactsRecorded) -> Sentence {
        let key = match &body.delivered {
            None => "audit.event.facts_recorded",
            Some(from) if !incident::is_stream(&from.stream) => "audit.event.facts_delivered",
            Some(_) if event.actor == Actor::Clock => "audit.event.facts_shared",
            Some(_) => "audit.event.facts_recorded_shared",
        };
        let facts = body.facts.keys().map(|name| self.fact(name)).collect();
        (key, Args::from([("facts", Arg::List(facts))]))
    }

    /// Returns the details of an event that matter.
    pub(super) fn details(
        &self,
        case: Option<&Case>,
        seq: u64,
        event: &Event<Body>,
    ) -> Vec<Sentence> {
        let mut details = match &event.body {
            Body::FactsRecorded(body) => {
                let before = case.map(|case| &case.facts);
                fact::details(self, before, seq, event, body)
            }
            Body::ActionTaken(body) => body
                .proposed_by
                .map(|person| {
                    let args = Args::from([("person", Arg::from(person.to_string()))]);
                    ("audit.detail.proposed_by", args)
                })
                .into_iter()
                .collect(),
            Body::FilingMade(body) => self.filing_details(event, body),
            Body::FilingReceived(body) => {
                let receipt = body
                    .receipt
                    .map(|receipt| ("audit.detail.receipt", receipt));
                let mut details = vec![
                    self.timed("audit.detail.received", body.received_at),
                    self.timed("audit.detail.effective", body.effective_at),
                ];
                details.extend(receipt.map(digest));
                details
            }
            Body::ApprovalRequested(body) => self.proposal_details(event, body),
            Body::ApprovalGiven(body) => vec![digest(("audit.detail.proposal", body.digest))],
            Body::ClockStarted(body) => clock::face(self, &body.duty, &body.face),
            Body::ClockMoved(body) => clock::move_details(self, body),
            Body::ClockStopped(body) => clock::judgement(self, &body.judgement),
            Body::CaseOpened(_)
            | Body::CaseLinked(_)
            | Body::FilingUndone(_)
            | Body::ApprovalRefused(_)
            | Body::ApprovalLapsed(_)
            | Body::ClockPassed(_)
            | Body::ClockLapsed(_)
            | Body::ClockWaived(_)
            | Body::ReminderDue(_)
            | Body::EvidenceAttached(_)
            | Body::NoteAdded(_) => Vec::new(),
        };
        details.extend(reason(&event.body).map(|class| {
            let args = Args::from([("reason", spoken(event, class, "reason"))]);
            ("audit.detail.reason", args)
        }));
        details
    }

    fn filing_details(&self, event: &Event<Body>, body: &FilingMade) -> Vec<Sentence> {
        let mut details = Vec::new();
        if let Some(class) = body.address {
            let args = Args::from([("address", spoken(event, class, "address"))]);
            details.push(("audit.detail.address", args));
        }
        match body.effective_at {
            Some(at) => details.push(self.timed("audit.detail.effective", at)),
            None => details.push(("audit.detail.not_effective", Args::new())),
        }
        let document = body
            .document
            .map(|document| ("audit.detail.document", document));
        details.extend(document.map(digest));
        if !body.gaps.is_empty() {
            let gaps = body.gaps.iter().map(|name| self.fact(name)).collect();
            let args = Args::from([("facts", Arg::List(gaps))]);
            details.push(("audit.detail.gaps", args));
        }
        details
    }

    /// Returns to what consent binds; of an authority's decisions also where they were learnt.
    fn proposal_details(&self, event: &Event<Body>, body: &ApprovalRequested) -> Vec<Sentence> {
        let mut details = vec![digest(("audit.detail.proposal", body.digest))];
        let recorded = body.proposal.decisions.as_ref();
        if let Some(class) = recorded.and_then(|recorded| recorded.source) {
            let source = spoken(event, class, "source/decisions");
            let args = Args::from([("fact", self.fact(&decisions())), ("source", source)]);
            details.push(("audit.fact.source", args));
        }
        details
    }

    /// Returns a sentence about one moment.
    pub(super) fn timed(&self, key: &'static str, at: Timestamp) -> Sentence {
        (key, Args::from([("at", self.time(at))]))
    }
}

fn digest((key, digest): (&'static str, tsuho_ledger::Digest)) -> Sentence {
    (key, Args::from([("digest", Arg::from(digest.to_string()))]))
}

/// Returns the class under which an event keeps the reason, if one was given.
fn reason(body: &Body) -> Option<PartClass> {
    match body {
        Body::FactsRecorded(body) => body.reason,
        Body::ActionTaken(body) => body.reason,
        Body::FilingReceived(body) => body.reason,
        Body::FilingUndone(body) => Some(body.reason),
        Body::ApprovalRequested(body) => body.reason,
        Body::ApprovalGiven(body) => body.reason,
        Body::ApprovalRefused(body) => Some(body.reason),
        Body::EvidenceAttached(body) => body.reason,
        Body::NoteAdded(body) => body.reason,
        Body::CaseLinked(body) => body.reason,
        Body::CaseOpened(_)
        | Body::FilingMade(_)
        | Body::ApprovalLapsed(_)
        | Body::ClockStarted(_)
        | Body::ClockMoved(_)
        | Body::ClockPassed(_)
        | Body::ClockStopped(_)
        | Body::ClockLapsed(_)
        | Body::ClockWaived(_)
        | Body::ReminderDue(_) => None,
    }
}
