//! The parts of a case's page below its summary: facts, filings, consent, files and notes, and what can be done next.
//! Duties are in `duties`; how values and moments are said in `crates/cli/src/telling.rs`.

use tsuho_core::case::decide::prospects;
use tsuho_core::case::event::{Actor, Body, Certainty, Undone};
use tsuho_core::case::fact::{History, Version};
use tsuho_core::case::view::View;
use tsuho_core::case::{Consent, Event, Filing, Rejection};
use tsuho_core::catalogue::Arg;
use tsuho_core::value::Value as FactValue;
use tsuho_core::workflow::rules::FactRule;
use tsuho_ledger::PartClass;

use super::page::Page;
use super::proposal::Proposed;
use super::stand::Stand;
use super::summary;
use crate::failure::Result;
use crate::message::Message;
use crate::session::{Reader, Session};
use crate::telling::{self, FactTable, Words};

/// What a page is made of.
pub(crate) struct Seen<'a> {
    pub(crate) stand: &'a Stand,
    /// Every event of the case, and what fell due.
    pub(crate) events: &'a [Event<Body>],
    pub(crate) session: &'a Session,
    /// Whoever asks; the events are those that they are told.
    pub(crate) reader: &'a Reader,
}

/// Reads every event of a case, and what fell due, as whoever asks is told them.
pub(crate) async fn events_told(session: &Session, stand: &Stand) -> Result<Vec<Event<Body>>> {
    let events = session.executor().case_events(stand.case.id).await;
    let mut events = events.map_err(|error| session.failed(error))?;
    events.extend(stand.unwritten.iter().cloned());
    Ok(session.reader()?.told(events, stand.words().rules))
}

/// How much of a case is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Where it stands and what to do.
    Summary,
    /// All of it as it is.
    Present,
    /// All of it, with former values of facts.
    History,
}

/// Puts on the page by which workflow and since when the case runs.
pub(crate) fn origin(page: &mut Page, seen: &Seen<'_>) {
    let (stand, case) = (seen.stand, &seen.stand.case);
    page.heading("show.details");
    let workflow = Message::new("show.workflow")
        .with("workflow", case.workflow.to_string())
        .with("version", case.workflow_version.to_string())
        .with("digest", short(&case.digest.to_string()));
    page.put(1, workflow);
    let opened = Message::new("show.opened")
        .with("at", stand.words().at(case.opened_at))
        .with("revision", case.revision.to_string())
        .with("id", case.id.to_string());
    page.put(1, opened);
    let applies = &stand.words().rules.applies;
    if applies.when.is_some() {
        let message = Message::new("show.applies");
        page.put(1, message.with("because", applies.because.clone()));
    }
    if !stand.unwritten.is_empty() {
        let message = Message::new("show.unwritten");
        page.put(1, message.with("count", stand.unwritten.len()));
    }
}

/// Says that the fact behind `in_force` points outside the days for which the case's text is asserted (L2).
pub(crate) fn not_in_force(stand: &Stand) -> Option<Message> {
    let context = stand.ground.context();
    let in_force = context.rules.in_force.as_ref()?;
    let view = View::new(&context, &stand.case, stand.now);
    let day = match view.fact(&in_force.by)? {
        FactValue::Instant(instant) => instant.at.date(&stand.zone),
        FactValue::Date(date) => *date,
        _ => return None,
    };
    let ended = in_force.until.is_some_and(|until| until < day);
    (day < in_force.from || ended).then(|| {
        let until = in_force
            .until
            .map_or(Arg::Key("none"), |until| Arg::Text(until.to_string()));
        Message::new("show.not_in_force")
            .with("fact", stand.words().fact_title(&in_force.by))
            .with("day", day.to_string())
            .with("from", in_force.from.to_string())
            .with("until", until)
    })
}

/// Puts the facts on the page: those that have or had a value, and computed ones that have one.
pub(crate) fn facts(page: &mut Page, seen: &Seen<'_>, depth: Depth) {
    let table = FactTable::of(seen.events);
    let stand = seen.stand;
    let context = stand.ground.context();
    let view = View::new(&context, &stand.case, stand.now);
    let words = stand.words();
    let law = context.rules.law_read();
    page.heading("show.facts");
    for (name, rule) in &context.rules.facts {
        if let Some(dated) = view.law(rule).filter(|_| law.contains(name)) {
            let message = Message::new("show.fact_law")
                .with("fact", words.fact(name))
                .with("value", words.value(Some(&rule.value_type), &dated.value))
                .with("from", dated.from.to_string());
            page.put(1, message);
            continue;
        }
        if rule.is.is_some() {
            if let Some(computed) = view.fact(name) {
                let message = Message::new("show.fact_computed").with("fact", words.fact(name));
                page.put(
                    1,
                    message.with("value", words.value(Some(&rule.value_type), computed)),
                );
            }
            continue;
        }
        let Some(history) = table.history(name) else {
            continue;
        };
        let versions = history.versions();
        let Some(current) = versions.last() else {
            continue;
        };
        let line = |key, value: Option<&FactValue>, version: &Version| {
            known(key, &words, &table, rule, (value, version))
        };
        page.put(1, line("show.fact", history.value(), current));
        if depth == Depth::History {
            let (mut former, mut lines) = (History::default(), Vec::new());
            for version in versions.iter().take(versions.len() - 1) {
                former.push(version.clone());
                lines.push(line("show.fact_before", former.value(), version));
            }
            for line in lines.into_iter().rev() {
                page.put(2, line);
            }
        }
    }
}

/// Returns a value with when it was learnt and where it comes from.
pub(crate) fn known(
    key: &'static str,
    words: &Words<'_>,
    table: &FactTable,
    rule: &FactRule,
    (shown, version): (Option<&FactValue>, &Version),
) -> Message {
    let nothing = || Arg::Text(String::new());
    let shown = shown.map_or(Arg::Key("show.absent"), |shown| {
        words.value(Some(&rule.value_type), shown)
    });
    let estimate = match version.certainty {
        Certainty::Exact => nothing(),
        Certainty::Estimate => Arg::Key("show.estimate"),
    };
    let source = table
        .source(&rule.name, version.seq)
        .map_or_else(nothing, |source| {
            Arg::Message("show.source", [("source", source.into())].into())
        });
    Message::new(key)
        .with("fact", words.fact(&rule.name))
        .with("value", shown)
        .with("estimate", estimate)
        .with("as_of", words.at(version.as_of))
        .with("source", source)
}

/// Puts the filings on the page.
pub(crate) fn filings(page: &mut Page, seen: &Seen<'_>) {
    let case = &seen.stand.case;
    if case.filings.is_empty() {
        return;
    }
    let words = seen.stand.words();
    page.heading("show.filings");
    for (number, filing) in &case.filings {
        let obligations = filing
            .obligations
            .iter()
            .map(|name| words.obligation(name))
            .collect();
        let recipients = filing
            .recipients
            .iter()
            .map(|name| words.authority(name))
            .collect();
        let message = Message::new(if case.is_supplement(*number) {
            "show.supplement"
        } else {
            "show.filing"
        })
        .with("number", number.to_string())
        .with("obligations", Arg::List(obligations))
        .with("recipients", Arg::List(recipients))
        .with("channel", telling::channel(&filing.channel))
        .with("version", filing.version.to_string())
        .with("at", words.at(filing.sent_at));
        page.put(1, message);
        page.put(2, filing_stands(seen, *number, filing));
        if filing.duties.is_empty() {
            page.put(2, Message::new("filing.voluntary"));
        }
        for (key, digest) in [
            ("show.document", filing.document),
            ("show.receipt", filing.receipt),
        ] {
            if let Some(digest) = digest {
                page.put(
                    2,
                    Message::new(key).with("digest", short(&digest.to_string())),
                );
            }
        }
        let gaps: Vec<Arg> = filing.gaps.iter().map(|name| words.fact(name)).collect();
        if !gaps.is_empty() {
            page.put(2, Message::new("show.gaps").with("facts", Arg::List(gaps)));
        }
    }
}

fn filing_stands(seen: &Seen<'_>, number: u64, filing: &Filing) -> Message {
    let words = seen.stand.words();
    match (filing.undone, filing.effective_at) {
        (Some(undone), _) => Message::new(undone_key(undone)),
        (None, Some(at)) => Message::new("show.filing_counts").with("at", words.at(at)),
        (None, None) => match words.unlisted(&filing.into()) {
            Some(unlisted) => Message::new("show.filing_unlisted").with("unlisted", unlisted),
            None => Message::new("show.filing_waits"),
        }
        .with("case", seen.stand.case.number.to_string())
        .with("filing", number.to_string()),
    }
}

/// Returns how a filing came to count no longer, as a word.
pub(crate) fn undone_word(filing: &Filing) -> Arg {
    let key = filing.undone.map(undone_key);
    key.map_or_else(|| Arg::Text(String::new()), Arg::Key)
}

const fn undone_key(undone: Undone) -> &'static str {
    match undone {
        Undone::Withdrawn => "show.filing_withdrawn",
        Undone::Failed => "show.filing_failed",
    }
}

/// Puts consent that is still open on the page, with what is consented to.
pub(crate) fn approvals(page: &mut Page, seen: &Seen<'_>) {
    let open = Proposed::open(seen);
    if open.is_empty() {
        return;
    }
    page.heading("show.approvals");
    for proposed in open {
        proposed.tell(page, 1);
        let approval = proposed.approval();
        let action = approval.proposal.action.to_string();
        let message = Message::new(match approval.consent {
            Consent::Pending => "change.approve",
            Consent::Given | Consent::Used | Consent::Refused | Consent::Lapsed => {
                "change.take_consented"
            }
        });
        let message = message.with("action", action);
        page.put(2, message.with("case", seen.stand.case.number.to_string()));
    }
}

/// Puts the files and the notes on the page; of a privileged note only that there is one.
pub(crate) fn files_and_notes(page: &mut Page, seen: &Seen<'_>) {
    let words = seen.stand.words();
    let text = |event: &Event<Body>, key: &str| match event.personal.get(key) {
        Some(FactValue::Text(text)) => Arg::Text(text.clone()),
        Some(FactValue::Held(class)) => telling::held(*class),
        _ => Arg::Key("show.erased"),
    };
    let who = |event: &Event<Body>| match &event.actor {
        Actor::Clock => Arg::Key("show.clock"),
        Actor::Person { person, .. } => Arg::Text(seen.session.called(*person)),
    };
    let mut lines = Vec::new();
    for event in seen.events {
        let line = match &event.body {
            Body::EvidenceAttached(body) => Message::new("show.file")
                .with("name", text(event, "name"))
                .with("size", body.size.to_string())
                .with("digest", short(&body.digest.to_string())),
            Body::NoteAdded(body) => Message::new("show.note").with(
                "text",
                match body.class {
                    PartClass::Privileged => Arg::Key("show.privileged"),
                    PartClass::Personal | PartClass::Operational => text(event, "text"),
                },
            ),
            _ => continue,
        };
        lines.push(
            line.with("at", words.at(event.occurred_at))
                .with("person", who(event)),
        );
    }
    if !lines.is_empty() {
        page.heading("show.papers");
        for line in lines {
            page.put(1, line);
        }
    }
}

/// Puts what can be done next on the page, by whomever, and what bars the rest.
pub(crate) fn next(page: &mut Page, seen: &Seen<'_>) {
    let stand = seen.stand;
    let context = stand.ground.context();
    let words = stand.words();
    let prospects = prospects(&context, &stand.case, stand.now);
    if prospects.is_empty() {
        return;
    }
    page.heading("show.next");
    for prospect in prospects {
        let role = prospect
            .role
            .as_ref()
            .map_or(Arg::Key("show.clock"), |role| words.role(role));
        let key = match prospect.approval {
            None => "show.action",
            Some(_) => "show.action_with_consent",
        };
        let mut message = Message::new(key)
            .with("action", words.action(&prospect.action))
            .with("role", role);
        if let Some(approval) = &prospect.approval {
            message = message.with("approval", words.role(approval));
        }
        page.put(1, message);
        if let Some(rejection) = &prospect.barred {
            let reason = summary::why(seen, &prospect, rejection).into_part();
            page.put(2, Message::new("show.barred").with("reason", reason));
            if let Rejection::Guard { guard, .. } | Rejection::Undecided { guard, .. } = rejection {
                page.put(3, Message::new("hint.guard").with("guard", guard.as_str()));
            }
        }
    }
}

/// Returns the beginning of a digest, which is enough for a person to tell two apart.
fn short(digest: &str) -> String {
    digest.chars().take(16).collect()
}
