//! One filing in full: who made it, to whom and where, with which bytes and values, with whose consent, on what its
//! judgement rests, and what became of it. It is told as it was then; what was recorded since stands beside it.

use serde_json::{Value, json};
use tsuho_core::case::event::{ActionTaken, Actor, Certainty, FilingMade};
use tsuho_core::case::{Body, Event, Running};
use tsuho_core::catalogue::Arg;
use tsuho_core::name::FactName;
use tsuho_core::value::Value as FactValue;
use tsuho_ledger::Digest;

use super::page::Page;
use super::parts::Seen;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::telling::{self, FactTable};

/// A filing with the events around it.
struct Made<'a> {
    seen: &'a Seen<'a>,
    event: &'a Event<Body>,
    body: &'a FilingMade,
    /// The action of which it is part.
    taken: Option<&'a ActionTaken>,
    facts: FactTable,
}

/// Puts a filing on a page.
pub(super) fn page(seen: &Seen<'_>, number: u64) -> Result<Page> {
    let made = Made::find(seen, number)?;
    let mut page = Page::default();
    made.head(&mut page);
    made.recipients(&mut page);
    made.papers(&mut page);
    made.values(&mut page);
    made.afterwards(&mut page);
    Ok(page)
}

/// Returns a filing for programs.
pub(super) fn object(seen: &Seen<'_>, number: u64) -> Result<Value> {
    let made = Made::find(seen, number)?;
    let used = made.body.used.iter().map(|(fact, version)| {
        let found = made.facts.value_at(fact, *version);
        json!({
            "fact": fact,
            "seq": version,
            "value": found.as_ref().map(|(value, _)| value),
            "estimate": found.is_some_and(|(_, certainty)| certainty == Certainty::Estimate),
            "now": seen.stand.case.fact_version(fact),
        })
    });
    let used: Vec<Value> = used.collect();
    let mut value = json!({
        "filing": made.body,
        "made_by": person(made.event),
        "occurred_at": made.event.occurred_at,
        "recorded_at": made.event.recorded_at,
        "address": text(made.event, "address"),
        "approval": made.taken.and_then(|taken| taken.approval),
        "evidence": seen.stand.case.filings[&number].evidence,
        "receipt": seen.stand.case.filings[&number].receipt,
        "undone": seen.stand.case.filings[&number].undone,
        "withheld": seen.reader.withheld(seen.stand.words().rules),
    });
    value["filing"]["used"] = used.into();
    Ok(value)
}

fn person(event: &Event<Body>) -> Value {
    match &event.actor {
        Actor::Clock => Value::Null,
        Actor::Person { person, role, .. } => json!({ "person": person, "role": role }),
    }
}

/// Returns what is written in the personal part under a key, if it may be told.
fn text(event: &Event<Body>, key: &str) -> Option<String> {
    match event.personal.get(key) {
        Some(FactValue::Text(text)) => Some(text.clone()),
        _ => None,
    }
}

/// Returns the same in words: also that it is withheld or erased.
fn words_of(event: &Event<Body>, key: &str) -> Arg {
    match event.personal.get(key) {
        Some(FactValue::Text(text)) => Arg::Text(text.clone()),
        Some(FactValue::Held(class)) => telling::held(*class),
        _ => Arg::Key("show.erased"),
    }
}

impl<'a> Made<'a> {
    fn find(seen: &'a Seen<'a>, number: u64) -> Result<Self> {
        let found = seen.events.iter().find_map(|event| match &event.body {
            Body::FilingMade(body) if body.filing == number => Some((event, body)),
            _ => None,
        });
        let (event, body) = found.ok_or_else(|| {
            let message = Message::new("filing.none")
                .with("filing", number.to_string())
                .with("case", seen.stand.case.number.to_string());
            Failure::new(Exit::NothingToRead, message)
        })?;
        let same = seen
            .events
            .iter()
            .filter(|one| one.command == event.command);
        let taken = same.into_iter().find_map(|one| match &one.body {
            Body::ActionTaken(taken) if taken.action == body.action => Some(taken),
            _ => None,
        });
        Ok(Self {
            seen,
            event,
            body,
            taken,
            facts: FactTable::of(seen.events),
        })
    }

    /// Returns who asked for an event, in which role.
    fn by(&self, event: &Event<Body>) -> Arg {
        match &event.actor {
            Actor::Clock => Arg::Key("show.clock"),
            Actor::Person { person, role, .. } => {
                let words = self.seen.stand.words();
                let args = [
                    ("person", Arg::from(self.seen.session.called(*person))),
                    ("role", words.role_title(role)),
                ];
                Arg::Message("filing.by", args.into())
            }
        }
    }

    fn head(&self, page: &mut Page) {
        let words = self.seen.stand.words();
        let key = if self.seen.stand.case.is_supplement(self.body.filing) {
            "filing.heading_supplement"
        } else {
            "filing.heading"
        };
        let heading = Message::new(key)
            .with("filing", self.body.filing.to_string())
            .with("version", self.body.version.to_string())
            .with("action", words.action(&self.body.action))
            .with("by", self.by(self.event));
        page.put(0, heading);
        let sent = Message::new("filing.sent")
            .with("channel", telling::channel(&self.body.channel))
            .with("at", words.at(self.body.sent_at))
            .with("recorded_at", words.at(self.event.recorded_at));
        page.put(1, sent);
        for duty in &self.body.duties {
            let stands = self.seen.stand.case.duties.get(duty);
            let standing = stands.map_or(Arg::Key("none"), |stands| match &stands.running {
                Running::Stopped { filing, .. } if *filing != Some(self.body.filing) => {
                    let other = filing.map_or(Arg::Key("none"), |other| other.to_string().into());
                    Arg::Message("filing.discharged_by", [("filing", other)].into())
                }
                Running::Stopped { judgement, .. } => words.judgement(duty, judgement),
                Running::Running | Running::Lapsed | Running::Waived { .. } => {
                    words.standing(duty, stands, self.seen.stand.now)
                }
            });
            let message = Message::new("filing.serves").with("duty", words.duty(duty));
            page.put(1, message.with("standing", standing));
        }
        if self.body.duties.is_empty() {
            page.put(1, Message::new("filing.voluntary"));
        }
    }

    fn recipients(&self, page: &mut Page) {
        let words = self.seen.stand.words();
        let filing = &self.seen.stand.case.filings[&self.body.filing];
        let counts_not = match filing.undone {
            None => "filing.counts_not",
            Some(_) => "filing.counts_no_longer",
        };
        for recipient in &self.body.recipients {
            let counts = filing.counts.get(recipient);
            let counts = counts.filter(|_| filing.undone.is_none());
            let counts = counts.map_or(Arg::Key(counts_not), |at| {
                Arg::Message("filing.counts", [("at", words.at(*at))].into())
            });
            let message = Message::new("filing.to").with("recipient", words.authority(recipient));
            page.put(1, message.with("counts", counts));
            if let Some(address) = self.body.addresses.get(recipient) {
                let known = Message::new("filing.address_known");
                page.put(2, known.with("address", address.as_str()));
            }
            if self.body.elsewhere.contains(recipient) {
                page.put(2, Message::new("filing.elsewhere"));
            }
        }
        if self.body.address.is_some() {
            let said = Message::new("filing.address_said");
            page.put(1, said.with("address", words_of(self.event, "address")));
        }
    }

    /// Puts the bytes on the page, what proves them, and whose consent there was.
    fn papers(&self, page: &mut Page) {
        let filing = &self.seen.stand.case.filings[&self.body.filing];
        let mut paper = |key: &'static str, digest: Digest| {
            let (name, size) = self.attached(digest);
            let message = Message::new(key)
                .with("name", name)
                .with("size", size.to_string())
                .with("digest", digest.to_string());
            page.put(1, message);
        };
        if let Some(document) = self.body.document {
            paper("filing.document", document);
        }
        for digest in &filing.evidence {
            paper("filing.call_sheet", *digest);
        }
        if let Some(receipt) = filing.receipt {
            paper("filing.receipt", receipt);
        }
        if self.body.document.is_none() && filing.evidence.is_empty() && filing.receipt.is_none() {
            page.put(1, Message::new("filing.statement"));
        }
        let words = self.seen.stand.words();
        let approval = self.taken.and_then(|taken| taken.approval);
        let given = approval.and_then(|number| {
            self.seen.events.iter().find(|event| {
                matches!(&event.body, Body::ApprovalGiven(given) if given.approval == number)
            })
        });
        if let Some(event) = given {
            let message = Message::new("filing.consent").with("by", self.by(event));
            page.put(1, message.with("at", words.at(event.occurred_at)));
        }
    }

    /// Returns the name and the size of a file of the case.
    fn attached(&self, digest: Digest) -> (Arg, u64) {
        let found = self.seen.events.iter().find_map(|event| match &event.body {
            Body::EvidenceAttached(body) if body.digest == digest => {
                Some((words_of(event, "name"), body.size))
            }
            _ => None,
        });
        found.unwrap_or((Arg::Key("show.erased"), 0))
    }

    /// Puts the values on the page that it used, with what is recorded otherwise since.
    fn values(&self, page: &mut Page) {
        let words = self.seen.stand.words();
        if !self.body.used.is_empty() {
            page.put(1, Message::new("filing.used"));
        }
        for (fact, version) in &self.body.used {
            let message = Message::new("filing.value")
                .with("fact", words.fact(fact))
                .with("value", self.value(fact, *version))
                .with("seq", version.to_string());
            page.put(2, message);
            let now = self.seen.stand.case.fact_version(fact);
            if let Some(now) = now.filter(|now| now != version) {
                let since = Message::new("filing.value_now")
                    .with("value", self.value(fact, now))
                    .with("seq", now.to_string());
                page.put(3, since);
            }
        }
        let gaps: Vec<Arg> = self.body.gaps.iter().map(|fact| words.fact(fact)).collect();
        if !gaps.is_empty() {
            page.put(1, Message::new("show.gaps").with("facts", Arg::List(gaps)));
        }
    }

    fn value(&self, fact: &FactName, version: u64) -> Arg {
        let words = self.seen.stand.words();
        let value_type = words.rules.facts.get(fact).map(|rule| &rule.value_type);
        match self.facts.value_at(fact, version) {
            None => Arg::Key("show.absent"),
            Some((value, Certainty::Exact)) => words.value(value_type, &value),
            Some((value, Certainty::Estimate)) => {
                let value = words.value(value_type, &value);
                Arg::Message("document.estimate", [("value", value)].into())
            }
        }
    }

    /// Puts on the page what became of it: when it arrived, and why it counts no longer.
    fn afterwards(&self, page: &mut Page) {
        let words = self.seen.stand.words();
        for event in self.seen.events {
            match &event.body {
                Body::FilingReceived(body) if body.filing == self.body.filing => {
                    let message = Message::new("filing.received")
                        .with("at", words.at(body.received_at))
                        .with("by", self.by(event));
                    page.put(1, message);
                }
                Body::FilingUndone(body) if body.filing == self.body.filing => {
                    let filing = &self.seen.stand.case.filings[&self.body.filing];
                    let message = Message::new("filing.undone")
                        .with("how", super::parts::undone_word(filing))
                        .with("at", words.at(event.occurred_at))
                        .with("by", self.by(event))
                        .with("reason", words_of(event, "reason"));
                    page.put(1, message);
                }
                _ => {}
            }
        }
    }
}
