//! Puts a refusal into words: what bars the request, who and when in words that people use, and what to do next.
//! Why something is refused is decided in `tsuho-core`; what the program itself refuses has its codes here.

use tsuho_core::case::Rejection;
use tsuho_core::catalogue::{Arg, Args};
use tsuho_core::ids::PersonId;
use tsuho_core::name::{RoleName, WorkflowName};
use tsuho_core::time::{Instant, Timestamp, Zone};
use tsuho_core::value::parse::{Malformed, Problem};
use tsuho_core::workflow::Rules;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::message::Message;
use crate::session::{Reader, Session};
use crate::telling::{Lacking, Words};

/// A refusal, ready to be told.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    /// The stable word by which programs know it.
    pub(crate) code: &'static str,
    /// Where in the request, if one place is to blame.
    pub(crate) place: Option<String>,
    pub(crate) message: Message,
    /// What to do next.
    pub(crate) hints: Vec<Message>,
    pub(crate) exit: Exit,
}

/// What is known around a refused request, for words and hints.
#[derive(Clone, Copy)]
pub(crate) struct Around<'a> {
    pub(crate) session: &'a Session,
    /// The case as people say it, `operator`, or nothing while there is none.
    pub(crate) case: &'a str,
    pub(crate) zone: &'a Zone,
    /// What titles are taken from, where a workflow is known.
    pub(crate) rules: Option<&'a Rules>,
    /// What the guard of the action lacks, if that bars it.
    pub(crate) lacking: &'a Lacking,
}

impl Refusal {
    /// Makes a refusal of the program's own.
    pub(crate) fn new(code: &'static str, message: Message) -> Self {
        Self {
            code,
            place: None,
            message,
            hints: Vec::new(),
            exit: Exit::Findings,
        }
    }

    pub(crate) fn hint(mut self, hint: Message) -> Self {
        self.hints.push(hint);
        self
    }

    fn at(mut self, place: impl Into<String>) -> Self {
        self.place = Some(place.into());
        self
    }

    /// There is no such case.
    pub(crate) fn unknown_case(case: &str) -> Self {
        let refusal = Self::new(
            "unknown_case",
            Message::new("refused.unknown_case").with("case", case),
        );
        Self {
            exit: Exit::NothingToRead,
            ..refusal
                .hint(Message::new("refused.unknown_case.hint"))
                .at("case")
        }
    }

    /// There is no such incident.
    pub(crate) fn unknown_incident(incident: &str) -> Self {
        let refusal = Self::new(
            "unknown_incident",
            Message::new("refused.unknown_incident").with("incident", incident),
        );
        Self {
            exit: Exit::NothingToRead,
            ..refusal
                .hint(Message::new("refused.unknown_incident.hint"))
                .at("incident")
        }
    }

    /// No such workflow, or no such version of it, was published.
    pub(crate) fn unknown_workflow(name: &WorkflowName, version: Option<u32>) -> Self {
        let name = version.map_or_else(|| name.to_string(), |version| format!("{name}@{version}"));
        let message = Message::new("refused.unknown_workflow").with("workflow", name);
        Self {
            exit: Exit::NothingToRead,
            ..Self::new("unknown_workflow", message)
                .hint(Message::new("refused.unknown_workflow.hint"))
                .at("workflow")
        }
    }

    /// The key was used for another request.
    pub(crate) fn key_reused(key: &str, stream: &str) -> Self {
        let message = Message::new("refused.key_reused")
            .with("key", key)
            .with("stream", stream);
        Self::new("key_reused", message)
            .hint(Message::new("refused.key_reused.hint"))
            .at("key")
    }

    /// Whoever asks is not known, or may not act as somebody else.
    pub(crate) fn nobody(failure: &Failure) -> Self {
        Self {
            exit: failure.exit(),
            hints: failure.hints().to_vec(),
            ..Self::new("unknown_actor", failure.message().clone()).at("as")
        }
    }

    /// There is no such role.
    pub(crate) fn unknown_role<'a>(
        role: &RoleName,
        among: impl Iterator<Item = &'a RoleName>,
    ) -> Self {
        let among: Vec<String> = among.map(ToString::to_string).collect();
        let message = Message::new("refused.unknown_role")
            .with("role", role.to_string())
            .with("among", among);
        Self::new("unknown_role", message).at("role")
    }

    /// Values of facts that are none, by the codes that the decision would use.
    pub(crate) fn malformed(first: &Malformed, rest: &[Malformed]) -> Self {
        let code = match first.problem {
            Problem::UnknownFact { .. } => "unknown_fact",
            Problem::Choice { .. } => "choice",
            Problem::UnknownColumn { .. } | Problem::NoRowKey { .. } | Problem::RowTwice { .. } => {
                "cell"
            }
            Problem::Shape { .. }
            | Problem::Form { .. }
            | Problem::NoTimeOfDay { .. }
            | Problem::Skipped { .. }
            | Problem::Twice { .. }
            | Problem::Offset { .. }
            | Problem::OutOfRange { .. }
            | Problem::UnknownKey { .. }
            | Problem::NoValue
            | Problem::NoAssignment { .. } => "type",
        };
        let mut problems = rest.iter().rev().chain([first]).map(placed);
        let last = problems.next().expect("there is a first one");
        let all = problems.fold(last, |rest, first| {
            Arg::Message(
                "refused.several",
                Args::from([("first", first), ("rest", rest)]),
            )
        });
        let message = Message::new("telling.plain").with("text", all);
        let place = [String::from("facts")].into_iter();
        let place: Vec<String> = place
            .chain(first.path.iter().map(ToString::to_string))
            .collect();
        Self::new(code, message).at(place.join("."))
    }

    /// Puts the decision's refusal into words.
    pub(crate) fn of(rejection: &Rejection, around: &Around<'_>) -> Self {
        let mut message = match around.rules {
            Some(rules) => Words {
                rules,
                zone: around.zone,
            }
            .refusal(rejection, around.lacking),
            None => Message::of(rejection.key(), rejection.args()),
        };
        for (name, moment) in moments(rejection) {
            let shown = Instant::new(moment, around.zone.clone());
            message = message.with(name, shown.to_string());
        }
        if let Rejection::RoleNotHeld { person, .. }
        | Rejection::UnknownPerson { person }
        | Rejection::SamePerson { person, .. }
        | Rejection::BeforeConsent { person, .. } = rejection
        {
            message = message.with("person", around.session.called(*person));
        }
        let refusal = Self::new(rejection.code(), message);
        Self {
            hints: hints(rejection, around),
            ..refusal
        }
    }
}

/// Returns one problem with the place where it stands.
fn placed(malformed: &Malformed) -> Arg {
    let (key, args) = malformed.message();
    let place: Vec<String> = malformed.path.iter().map(ToString::to_string).collect();
    if place.is_empty() {
        return Arg::Message(key, args);
    }
    let args = [
        ("place", Arg::from(place.join("."))),
        ("problem", Arg::Message(key, args)),
    ];
    Arg::Message("refused.placed", args.into())
}

/// Returns the moments that a refusal names, to be shown in the zone of the case.
fn moments(rejection: &Rejection) -> Vec<(&'static str, Timestamp)> {
    match rejection {
        Rejection::Future { given, now } => vec![("given", *given), ("now", *now)],
        Rejection::NotYet { now, .. } => vec![("now", *now)],
        Rejection::Revision { last_recorded, .. } => vec![("last_recorded", *last_recorded)],
        Rejection::ClockBehind { now, last_recorded } => {
            vec![("now", *now), ("last_recorded", *last_recorded)]
        }
        Rejection::FilingEffective { effective_at, .. } => vec![("effective_at", *effective_at)],
        Rejection::BeforeConsent {
            sent_at, given_at, ..
        } => vec![("sent_at", *sent_at), ("given_at", *given_at)],
        Rejection::NotBefore { until, .. } | Rejection::HeldUntil { until, .. } => {
            vec![("until", *until)]
        }
        Rejection::Order { earlier, later } => vec![("earlier", *earlier), ("later", *later)],
        _ => Vec::new(),
    }
}

/// Returns what to do next.
fn hints(rejection: &Rejection, around: &Around<'_>) -> Vec<Message> {
    let case = around.case;
    let hint = |key: &'static str| Message::new(key).with("case", case);
    let holders = |role: &RoleName| held(around, role, None);
    // Whoever proposes an action asks for consent, and can be none of those who give it.
    let asker = around.session.reader().ok().and_then(Reader::person);
    let others = |role: &RoleName| held(around, role, asker);
    let look = || hint("hint.look");
    match rejection {
        Rejection::Guard { guard, .. } => vec![
            Message::new("hint.guard").with("guard", guard.as_str()),
            look(),
        ],
        Rejection::UnknownAction { .. }
        | Rejection::StandstillWaits { .. }
        | Rejection::State { .. }
        | Rejection::Duties { .. }
        | Rejection::UnknownFiling { .. }
        | Rejection::NoProposal { .. }
        | Rejection::OtherProposal { .. }
        | Rejection::Revision { .. } => vec![look()],
        Rejection::Role { needed, .. } => vec![
            hint("hint.role").with("role", needed.to_string()),
            holders(needed),
        ],
        Rejection::RoleNotHeld { role, .. } => vec![holders(role)],
        Rejection::AwaitsApproval { action, by } => {
            vec![
                hint("hint.approve").with("action", action.to_string()),
                others(by),
            ]
        }
        Rejection::SamePerson { action, person } => {
            let rule = around.rules.and_then(|rules| rules.action(action));
            let by = rule.and_then(|rule| rule.approval.as_ref());
            let consenting = by.map(|approval| held(around, &approval.by, Some(*person)));
            consenting.into_iter().collect()
        }
        Rejection::Needs { facts, .. }
        | Rejection::Contains { facts, .. }
        | Rejection::LateNeeds { facts, .. } => {
            let facts: Vec<String> = facts.iter().map(|fact| format!("{fact}=…")).collect();
            vec![hint("hint.record").with("facts", facts.join(" "))]
        }
        Rejection::Undecided { guard, .. } => vec![
            hint("hint.record-undecided"),
            Message::new("hint.guard").with("guard", guard.as_str()),
            look(),
        ],
        _ => filing_hints(rejection, around),
    }
}

/// Returns the same for what bars a filing.
fn filing_hints(rejection: &Rejection, around: &Around<'_>) -> Vec<Message> {
    let hint = |key: &'static str| Message::new(key).with("case", around.case);
    match rejection {
        Rejection::DocumentNeeded {
            obligation,
            document,
            ..
        } => {
            let rule = around.rules.and_then(|rules| rules.documents.get(document));
            let key = match rule {
                Some(rule) if !rule.items.is_empty() => "hint.draw-up",
                _ => "hint.attach-document",
            };
            vec![hint(key).with("obligation", obligation.to_string())]
        }
        Rejection::ContainsUndecided { .. } | Rejection::DocumentUndecided { .. } => {
            vec![hint("hint.record-undecided"), hint("hint.look")]
        }
        Rejection::WhichDuty { duties, .. } | Rejection::UnknownDuty { duties, .. } => duties
            .first()
            .map(|duty| hint("hint.duty").with("duty", duty.to_string()))
            .into_iter()
            .collect(),
        Rejection::Channel { channels, .. } => channels
            .first()
            .map(|channel| hint("hint.channel").with("channel", channel.to_string()))
            .into_iter()
            .collect(),
        Rejection::UnknownEvidence { .. }
        | Rejection::ReceiptNeeded { .. }
        | Rejection::DecisionEvidence { .. } => {
            vec![hint("hint.attach")]
        }
        _ => Vec::new(),
    }
}

/// Says who holds a role, but for one person.
fn held(around: &Around<'_>, role: &RoleName, but: Option<PersonId>) -> Message {
    let names = match but {
        None => around.session.holders(role),
        Some(person) => around.session.others(role, person),
    };
    let key = if !names.is_empty() {
        "hint.held-by"
    } else if around.session.holders(role).is_empty() {
        "hint.nobody-holds"
    } else {
        "hint.nobody-else"
    };
    let words = around.rules.map(|rules| Words {
        rules,
        zone: around.zone,
    });
    let titled = words.map_or_else(|| role.as_str().into(), |words| words.role(role));
    Message::new(key)
        .with("role", titled)
        .with("persons", names)
}
