//! Shows what somebody consents to: the action, what is filed with its values, to whom, the document, and what changed
//! since the last filing. Consent binds to the digest; who may give it is decided in `tsuho-core`.

use serde_json::{Value, json};
use tsuho_core::case::authority_decision::decisions;
use tsuho_core::case::event::{ApprovalRequested, Certainty, Change, FilingMade};
use tsuho_core::case::{Approval, Body, Consent, Event};
use tsuho_core::catalogue::{Arg, Args};
use tsuho_core::name::{ActionName, FactName};
use tsuho_core::value::Value as FactValue;
use tsuho_ledger::Digest;

use super::changed;
use super::page::Page;
use super::parts::Seen;
use super::unfiled;
use crate::message::Message;
use crate::telling::{self, FactTable, Voluntary};

/// A proposal on which somebody is to decide.
pub(crate) struct Proposed<'a> {
    seen: &'a Seen<'a>,
    approval: &'a Approval,
    /// How it came on record.
    asked: (&'a Event<Body>, &'a ApprovalRequested),
    facts: FactTable,
    /// The last filing for one of the same obligations.
    last: Option<&'a FilingMade>,
}

/// One item that changed since the last filing.
struct Changed {
    fact: FactName,
    before: Option<FactValue>,
    after: Option<FactValue>,
}

impl<'a> Proposed<'a> {
    /// Finds the proposal of an action that waits for consent.
    pub(crate) fn find(seen: &'a Seen<'a>, action: &ActionName) -> Option<Self> {
        let (number, approval) = seen
            .stand
            .case
            .approvals
            .iter()
            .rev()
            .find(|(_, approval)| {
                approval.proposal.action == *action && approval.consent == Consent::Pending
            })?;
        Self::of(seen, *number, approval)
    }

    /// Finds the proposal of an approval, whatever became of it.
    pub(crate) fn numbered(seen: &'a Seen<'a>, number: u64) -> Option<Self> {
        let approval = seen.stand.case.approvals.get(&number)?;
        Self::of(seen, number, approval)
    }

    /// Returns every proposal that still waits for consent or for its action.
    pub(crate) fn open(seen: &'a Seen<'a>) -> Vec<Self> {
        let approvals = seen.stand.case.approvals.iter();
        let open = approvals.filter(|(_, approval)| approval.is_open());
        open.filter_map(|(number, approval)| Self::of(seen, *number, approval))
            .collect()
    }

    fn of(seen: &'a Seen<'a>, number: u64, approval: &'a Approval) -> Option<Self> {
        let asked = seen.events.iter().find_map(|event| match &event.body {
            Body::ApprovalRequested(asked) if asked.approval == number => Some((event, asked)),
            _ => None,
        })?;
        let rules = seen.stand.words().rules;
        let obligations = telling::filed_for(rules, &approval.proposal);
        // One that was made with this very consent is not the one before.
        let is_before = |filing: &FilingMade| {
            approval.consent != Consent::Used || filing.used != approval.proposal.versions
        };
        let made = seen
            .events
            .iter()
            .rev()
            .filter_map(|event| match &event.body {
                Body::FilingMade(filing) if !filing.obligations.is_disjoint(&obligations) => {
                    Some(filing)
                }
                _ => None,
            });
        let made: Vec<_> = made.filter(|filing| is_before(filing)).collect();
        // What went where nothing is owed is not what they know to whom it is.
        let served = made.iter().find(|filing| !filing.duties.is_empty());
        Some(Self {
            seen,
            approval,
            asked,
            facts: FactTable::of(seen.events),
            last: served.or(made.first()).copied(),
        })
    }

    /// Returns the digest to which consent binds.
    pub(crate) const fn digest(&self) -> Digest {
        self.approval.digest
    }

    /// Returns the approval.
    pub(crate) const fn approval(&self) -> &'a Approval {
        self.approval
    }

    /// Puts it on a page.
    pub(crate) fn tell(&self, page: &mut Page, depth: usize) {
        let (stand, proposal) = (self.seen.stand, &self.approval.proposal);
        let words = stand.words();
        let heading = Message::new("proposal.heading")
            .with("action", words.action(&proposal.action))
            .with(
                "person",
                self.seen.session.called(self.approval.proposed_by),
            )
            .with("at", words.at(self.asked.0.recorded_at))
            .with("by", words.role(&self.approval.by));
        page.put(depth, heading);
        let depth = depth + 1;
        for duty in &proposal.duties {
            let due = stand.case.duties.get(duty).map(|entry| {
                let standing = words.standing(duty, entry, stand.now);
                let args = [("due", telling::face(&entry.face)), ("standing", standing)];
                Arg::Message("proposal.due", args.into())
            });
            let message = Message::new("proposal.duty").with("duty", words.duty(duty));
            page.put(depth, message.with("due", due.unwrap_or(Arg::Key("none"))));
        }
        if let Some(voluntary) = self.voluntary() {
            page.put(depth, words.voluntary(stand.case.number, &voluntary));
        }
        if !proposal.recipients.is_empty() {
            let recipients = proposal.recipients.iter();
            let recipients = recipients.map(|name| words.authority(name)).collect();
            let message = Message::new("proposal.to").with("recipients", Arg::List(recipients));
            let channel = self.asked.1.channel.as_ref();
            let channel = channel.map_or(Arg::Key("none"), telling::channel);
            page.put(depth, message.with("channel", channel));
        }
        self.tell_document(page, depth);
        self.tell_decisions(page, depth);
        unfiled::tell(page, depth, stand, &proposal.action);
        self.tell_facts(page, depth);
        self.tell_changes(page, depth);
        let digest = Message::new("proposal.digest").with("digest", self.digest().to_string());
        page.put(depth, digest);
    }

    fn is_filing(&self) -> bool {
        let rules = self.seen.stand.words().rules;
        !telling::filed_for(rules, &self.approval.proposal).is_empty()
    }

    /// Returns what would be filed and serve no duty.
    fn voluntary(&self) -> Option<Voluntary> {
        let stand = self.seen.stand;
        Voluntary::proposed(stand.words().rules, &stand.case, &self.approval.proposal)
    }

    /// Puts the authority's decisions on a page that are to be recorded, with where they were learnt.
    fn tell_decisions(&self, page: &mut Page, depth: usize) {
        let Some(recorded) = &self.approval.proposal.decisions else {
            return;
        };
        let words = self.seen.stand.words();
        if let Change::Rows { set, dropped } = &recorded.change {
            for (key, row) in set {
                let said = words.row_of(&decisions(), key, row);
                page.put(depth, Message::new("proposal.decision").with("row", said));
            }
            for key in dropped {
                let message = Message::new("proposal.decision_dropped");
                page.put(depth, message.with("decision", key.as_str()));
            }
        }
        let source = self.asked.0.personal.get("source/decisions");
        if let (Some(_), Some(FactValue::Text(source))) = (recorded.source, source) {
            let message = Message::new("proposal.decision_source");
            page.put(depth, message.with("source", source.as_str()));
        }
    }

    fn tell_document(&self, page: &mut Page, depth: usize) {
        match self.document() {
            Some((digest, name, size)) => page.put(
                depth,
                Message::new("proposal.document")
                    .with("name", name)
                    .with("size", size.to_string())
                    .with("digest", digest.to_string()),
            ),
            None if self.is_filing() => page.put(depth, Message::new("proposal.no_document")),
            None => {}
        }
    }

    /// Returns the file to be sent: its digest, its name as far as it is told, and its size.
    fn document(&self) -> Option<(Digest, Arg, u64)> {
        let digest = self.approval.proposal.document?;
        let attached = self
            .seen
            .events
            .iter()
            .rev()
            .find_map(|event| match &event.body {
                Body::EvidenceAttached(body) if body.digest == digest => {
                    let name = match event.personal.get("name") {
                        Some(FactValue::Text(name)) => Arg::Text(name.clone()),
                        Some(FactValue::Held(class)) => telling::held(*class),
                        Some(_) | None => Arg::Key("show.erased"),
                    };
                    Some((name, body.size))
                }
                _ => None,
            });
        let (name, size) = attached.unwrap_or((Arg::Key("show.erased"), 0));
        Some((digest, name, size))
    }

    fn tell_facts(&self, page: &mut Page, depth: usize) {
        let words = self.seen.stand.words();
        let rules = &words.rules.facts;
        let (mut stated, mut absent) = (Vec::new(), Vec::new());
        // Of decisions the rows are told, and not what stood there before.
        let is_told = self.approval.proposal.decisions.is_some();
        let versions = self.approval.proposal.versions.iter();
        for (fact, version) in versions.filter(|_| !is_told) {
            match self.facts.value_at(fact, *version) {
                Some((value, certainty)) => {
                    let value_type = rules.get(fact).map(|rule| &rule.value_type);
                    let value = words.value(value_type, &value);
                    let key = match certainty {
                        Certainty::Exact => "event.fact_recorded",
                        Certainty::Estimate => "event.fact_estimated",
                    };
                    let fact = words.fact_title(fact);
                    stated.push(Message::new(key).with("fact", fact).with("value", value));
                }
                None => absent.push(words.fact_title(fact)),
            }
        }
        if !stated.is_empty() {
            page.put(depth, Message::new("proposal.states"));
            for one in stated {
                page.put(depth + 1, one);
            }
        }
        if !absent.is_empty() {
            page.put(
                depth,
                Message::new("proposal.absent").with("facts", Arg::List(absent)),
            );
        }
    }

    fn tell_changes(&self, page: &mut Page, depth: usize) {
        let Some(last) = self.last else {
            if self.is_filing() {
                page.put(depth, Message::new("proposal.first"));
            }
            return;
        };
        let words = self.seen.stand.words();
        let since = |key| {
            Message::new(key)
                .with("filing", last.filing.to_string())
                .with("at", words.at(last.sent_at))
        };
        let changed = self.changed(last);
        if changed.is_empty() {
            page.put(depth, since("proposal.unchanged"));
            return;
        }
        page.put(depth, since("proposal.changed"));
        for one in changed {
            let rule = words.rules.facts.get(&one.fact);
            let value_type = rule.map(|rule| &rule.value_type);
            let title = words.fact_title(&one.fact);
            let lines = match (&one.before, &one.after) {
                (Some(FactValue::Table(before)), Some(FactValue::Table(after))) => {
                    changed::rows(title, (before, after), |row| {
                        let said = row.map(|row| words.cells_of(&one.fact, row));
                        said.unwrap_or(Arg::Key("show.absent"))
                    })
                }
                (before, after) => {
                    let value = |value: &Option<FactValue>| {
                        let said = value.as_ref().map(|value| words.value(value_type, value));
                        said.unwrap_or(Arg::Key("show.absent"))
                    };
                    vec![changed::line(title, value(before), value(after))]
                }
            };
            for line in lines {
                page.put(depth + 1, line);
            }
        }
    }

    /// Returns what differs from the last filing: other versions of facts that it used, and items that it did not have.
    fn changed(&self, last: &FilingMade) -> Vec<Changed> {
        let versions = self.approval.proposal.versions.iter();
        let changed = versions.filter_map(|(fact, version)| {
            let earlier = last.used.get(fact).copied().unwrap_or(0);
            let value = |version| self.facts.value_at(fact, version).map(|(value, _)| value);
            (earlier != *version).then(|| Changed {
                fact: fact.clone(),
                before: value(earlier),
                after: value(*version),
            })
        });
        // One that was recorded again with the same value did not change; what is withheld may have.
        let is_other = |one: &Changed| {
            one.before != one.after || matches!(one.after, Some(FactValue::Held(_)))
        };
        changed.filter(is_other).collect()
    }

    /// Returns it for programs.
    pub(crate) fn json(&self) -> Value {
        let proposal = &self.approval.proposal;
        let (mut states, mut absent) = (Vec::new(), Vec::new());
        for (fact, version) in &proposal.versions {
            match self.facts.value_at(fact, *version) {
                Some((value, certainty)) => states.push(json!({
                    "fact": fact,
                    "value": value,
                    "estimate": certainty == Certainty::Estimate,
                    "seq": version,
                })),
                None => absent.push(json!(fact)),
            }
        }
        let document = self.document().map(|(digest, name, size)| {
            let name = match name {
                Arg::Text(name) => json!(name),
                _ => Value::Null,
            };
            json!({ "digest": digest, "name": name, "size": size })
        });
        let since = self.last.map(|last| {
            let changed = self
                .changed(last)
                .into_iter()
                .map(|one| json!({ "fact": one.fact, "before": one.before, "after": one.after }));
            json!({ "filing": last.filing, "changed": changed.collect::<Vec<_>>() })
        });
        json!({
            "action": proposal.action,
            "state": proposal.state,
            "by": self.approval.by,
            "digest": self.digest(),
            "proposed_by": self.approval.proposed_by,
            "proposed_at": self.asked.0.recorded_at,
            "given": self.approval.consent == Consent::Given,
            "duties": proposal.duties,
            "recipients": proposal.recipients,
            "channel": self.asked.1.channel,
            "document": document,
            "states": states,
            "absent": absent,
            "serves_no_duty": self.voluntary().map(|voluntary| voluntary.json()),
            "unfiled": unfiled::by_closing(self.seen.stand, &proposal.action),
            "since_last_filing": since,
        })
    }
}

/// Returns what a line says of a proposal that waits: what, from whom, and who is asked.
pub(crate) fn waits(seen: &Seen<'_>, approval: &Approval) -> Message {
    let words = seen.stand.words();
    let others = seen.session.others(&approval.by, approval.proposed_by);
    let holders = if !others.is_empty() {
        Arg::from(others)
    } else if seen.session.holders(&approval.by).is_empty() {
        Arg::Key("proposal.nobody")
    } else {
        Arg::Key("proposal.nobody_else")
    };
    let key = match approval.consent {
        Consent::Given => "show.approval_given",
        Consent::Pending | Consent::Used | Consent::Refused | Consent::Lapsed => {
            "show.approval_pending"
        }
    };
    Message::new(key)
        .with("action", words.action(&approval.proposal.action))
        .with(
            "by",
            Arg::Message(
                "telling.titled_holders",
                Args::from([("role", words.role(&approval.by)), ("holders", holders)]),
            ),
        )
        .with("person", seen.session.called(approval.proposed_by))
}
