//! Tells clocks: what they show, why they moved, and how a duty was judged.
//! Each step of a derivation is told by the calendar; here each reading has one line.

use tsuho_core::calendar::Reading;
use tsuho_core::case::Case;
use tsuho_core::case::authority_decision::DecisionKind;
use tsuho_core::case::clock::{Doubt, DutyKey, Judgement, Proof, TargetForce, Verdict};
use tsuho_core::case::event::{
    ClockLapsed, ClockMoved, ClockPassed, ClockStarted, ClockStopped, ClockWaived, DecisionApplied,
    Face, LapseOfClock, MoveCause, ReminderDue,
};
use tsuho_core::catalogue::{Arg, Args};
use tsuho_core::name::ActionName;
use tsuho_core::time::{Span, Timestamp};

use super::Sentence;
use super::value::span;
use super::words::Words;

pub(super) fn started(words: &Words<'_>, body: &ClockStarted) -> Sentence {
    let args = Args::from([("duty", words.duty(&body.duty))]);
    ("audit.event.clock_started", args)
}

pub(super) fn moved(words: &Words<'_>, body: &ClockMoved) -> Sentence {
    let because = match body.cause {
        MoveCause::Anchor => "audit.move.anchor",
        MoveCause::Condition => "audit.move.condition",
        MoveCause::Calendar => "audit.move.calendar",
        MoveCause::Zones => "audit.move.zones",
        MoveCause::Law => "audit.move.law",
        MoveCause::Decision => "audit.move.decision",
        MoveCause::Doubt => "audit.move.doubt",
    };
    let args = Args::from([
        ("duty", words.duty(&body.duty)),
        ("because", Arg::Key(because)),
    ]);
    let dues = |face: &Face| -> Vec<Timestamp> {
        let readings = face.readings.iter().map(|reading| reading.due);
        let targets = face.targets.iter().map(|target| target.due);
        readings.chain(targets).collect()
    };
    if dues(&body.from) == dues(&body.to) {
        return ("audit.event.clock_stays", args);
    }
    ("audit.event.clock_moved", args)
}

/// Tells what a clock showed before and what it shows.
pub(super) fn move_details(words: &Words<'_>, body: &ClockMoved) -> Vec<Sentence> {
    let dues = |readings: &[Reading]| {
        let dues: Vec<Arg> = readings.iter().map(|one| words.due(one.due)).collect();
        if dues.is_empty() {
            Arg::Key("none")
        } else {
            Arg::List(dues)
        }
    };
    let args = Args::from([
        ("old", dues(&body.from.readings)),
        ("due", dues(&body.to.readings)),
    ]);
    let mut details = vec![("audit.detail.moved", args)];
    details.extend(face(words, &body.duty, &body.to));
    if let Some(again) = &body.judgement {
        details.extend(judgement(words, again));
    }
    details
}

pub(super) fn passed(words: &Words<'_>, body: &ClockPassed) -> Sentence {
    let args = Args::from([
        ("duty", words.duty(&body.duty)),
        ("due", words.due(body.due)),
    ]);
    let key = if words.is_deed(&body.duty) {
        "audit.event.clock_passed_deed"
    } else {
        "audit.event.clock_passed"
    };
    (key, args)
}

pub(super) fn stopped(words: &Words<'_>, body: &ClockStopped) -> Sentence {
    let mut args = Args::from([
        ("duty", words.duty(&body.duty)),
        ("at", words.time(body.at)),
        (
            "verdict",
            verdict(words, &body.duty, &body.judgement.verdict),
        ),
    ]);
    match body.filing {
        Some(filing) => {
            args.insert("filing", Arg::from(filing.to_string()));
            ("audit.event.clock_stopped", args)
        }
        None => ("audit.event.clock_met", args),
    }
}

pub(super) fn lapsed(
    words: &Words<'_>,
    body: &ClockLapsed,
    action: impl Fn(&ActionName) -> Arg,
) -> Sentence {
    let because = match &body.cause {
        LapseOfClock::NotOwed => Arg::Key("audit.lapse.not_owed"),
        LapseOfClock::Row => Arg::Key("audit.lapse.row"),
        LapseOfClock::Missed => Arg::Key("audit.lapse.missed"),
        LapseOfClock::Ended => Arg::Key("audit.lapse.ended"),
        LapseOfClock::Recipient => Arg::Key("audit.lapse.recipient"),
        LapseOfClock::Released(by) => {
            Arg::Message("audit.lapse.released", Args::from([("action", action(by))]))
        }
    };
    let args = Args::from([("duty", words.duty(&body.duty)), ("because", because)]);
    ("audit.event.clock_lapsed", args)
}

/// Tells who is reminded of what. Where the law gives no number, the moment is an aim and is called one.
pub(super) fn reminded(words: &Words<'_>, case: Option<&Case>, body: &ReminderDue) -> Sentence {
    let mut roles: Vec<Arg> = Vec::new();
    for reminder in &body.reminders {
        let role = words.role(&reminder.to);
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    let args = Args::from([
        ("duty", words.duty(&body.duty)),
        ("due", words.due(body.due)),
        ("roles", Arg::List(roles)),
    ]);
    let duty = case.and_then(|case| case.duties.get(&body.duty));
    let face = duty.map(|duty| &duty.face);
    let target = face.filter(|face| face.readings.is_empty()).map(|face| {
        let mut targets = face.targets.iter();
        targets
            .find(|target| target.due == body.due)
            .map(|target| target.force)
    });
    let key = match target {
        None => "audit.event.reminder_due",
        Some(Some(TargetForce::Guidance)) => "audit.event.reminder_guidance",
        Some(Some(TargetForce::Internal) | None) => "audit.event.reminder_target",
    };
    (key, args)
}

/// Tells what a clock shows, one sentence for each reading, aim and doubt.
pub(super) fn face(words: &Words<'_>, duty: &DutyKey, face: &Face) -> Vec<Sentence> {
    let reading = |key: &'static str, one: &Reading| {
        let args = Args::from([
            ("due", words.due(one.due)),
            ("reading", Arg::Key(one.name.key())),
        ]);
        (key, args)
    };
    let readings = face
        .readings
        .iter()
        .map(|one| reading("audit.detail.reading", one));
    let candidates = face
        .candidates
        .iter()
        .map(|one| reading("audit.detail.candidate", one));
    let targets = face.targets.iter().map(|target| {
        let args = Args::from([("due", words.due(target.due))]);
        ("audit.detail.target", args)
    });
    let doubts = face.doubts.iter().map(|doubt| {
        let key = match doubt {
            Doubt::Applies => "audit.doubt.applies",
            Doubt::Condition => "audit.doubt.condition",
            Doubt::Candidate => "audit.doubt.candidate",
            Doubt::Estimate => "audit.doubt.estimate",
            Doubt::Anchor => "audit.doubt.anchor",
            Doubt::Recipient => "audit.doubt.recipient",
        };
        (key, Args::new())
    });
    let decisions = face.decisions.iter().map(|one| decided(words, duty, one));
    readings
        .chain(candidates)
        .chain(targets)
        .chain(doubts)
        .chain(decisions)
        .collect()
}

/// Tells under which decision of the authority a clock stands.
fn decided(words: &Words<'_>, duty: &DutyKey, applied: &DecisionApplied) -> Sentence {
    let mut args = deciding(words, duty, &applied.decision);
    args.extend(applied.until.map(|until| ("until", words.due(until))));
    let key = match (applied.kind, applied.until) {
        (DecisionKind::Hold, Some(_)) => "decided.held",
        (DecisionKind::Hold, None) => "decided.held_open",
        (DecisionKind::Extension | DecisionKind::Exemption, _) => "decided.extended",
    };
    (key, args)
}

fn deciding(words: &Words<'_>, duty: &DutyKey, decision: &str) -> Args {
    let authority = duty.recipient.as_ref().map(|name| words.authority(name));
    Args::from([
        ("decision", Arg::from(decision)),
        (
            "authority",
            authority.unwrap_or(Arg::Key("decided.authority")),
        ),
    ])
}

/// Tells that an authority exempted from a duty.
pub(super) fn waived(words: &Words<'_>, body: &ClockWaived) -> Sentence {
    let mut args = deciding(words, &body.duty, &body.decision);
    args.insert("duty", words.duty(&body.duty));
    ("audit.event.clock_waived", args)
}

/// Tells a judgement: each reading's part in it, and what it rests on.
pub(super) fn judgement(words: &Words<'_>, judgement: &Judgement) -> Vec<Sentence> {
    let mut details: Vec<Sentence> = judgement
        .readings
        .iter()
        .map(|one| {
            let late = one.after > Span::ZERO;
            let length = if late { one.after } else { one.after.negated() };
            let args = Args::from([
                ("due", words.due(one.due)),
                ("reading", Arg::Key(one.reading.key())),
                ("length", span(length)),
            ]);
            let key = if late {
                "audit.detail.judged_late"
            } else {
                "audit.detail.judged_in_time"
            };
            (key, args)
        })
        .collect();
    let proof = match judgement.proof {
        Proof::Receipt => "audit.proof.receipt",
        Proof::CallSheet => "audit.proof.call_sheet",
        Proof::Document => "audit.proof.document",
        Proof::Statement => "audit.proof.statement",
    };
    details.push((proof, Args::new()));
    details
}

fn verdict(words: &Words<'_>, duty: &DutyKey, verdict: &Verdict) -> Arg {
    match verdict {
        Verdict::InTime => Arg::Key("audit.verdict.in_time"),
        Verdict::Arguable => Arg::Key("audit.verdict.arguable"),
        Verdict::Late(by) => {
            let args = Args::from([("length", span(*by))]);
            let key = if words.is_law(duty) {
                "audit.verdict.late"
            } else {
                "audit.verdict.past"
            };
            Arg::Message(key, args)
        }
        Verdict::NoNumber { .. } => Arg::Key("audit.verdict.no_number"),
        Verdict::Held => Arg::Key("audit.verdict.held"),
    }
}
