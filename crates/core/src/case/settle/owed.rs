//! Says which duties are owed at a moment and what their clocks would show (O1, O2, C1, C7).
//! Comparing that with what is on record is left to `diff`.

use std::collections::BTreeSet;

use crate::calendar::{self, Anchor, Reading};
use crate::case::basis::recorded_facts;
use crate::case::clock::{Doubt, DutyKey, Target, TargetForce};
use crate::case::decide::Context;
use crate::case::event::{Certainty, Face};
use crate::case::view::{Truth, View};
use crate::name::{AuthorityName, FactName, ObligationName};
use crate::time::{Period, Timestamp};
use crate::value::Value;
use crate::workflow::guard::Expr;
use crate::workflow::rules::{
    AuthorityRule, ClockRule, Force, ObligationRule, PeriodSource, Recipient, TargetRule,
};

/// A duty that is owed, certainly or provisionally.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// The duty.
    pub duty: DutyKey,
    /// What its clock shows; `None` while it waits for its anchor (C1).
    pub face: Option<Face>,
    /// What makes it provisional.
    pub doubts: BTreeSet<Doubt>,
    /// Facts for which it waits.
    pub waits_for: Vec<String>,
}

impl Owed {
    /// Tells whether it is owed beyond doubt.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        is_certain(&self.doubts)
    }
}

/// Tells whether nothing is in doubt about whether something is owed at all.
fn is_certain(doubts: &BTreeSet<Doubt>) -> bool {
    !doubts.contains(&Doubt::Applies) && !doubts.contains(&Doubt::Condition)
}

/// An obligation that is owed to nobody known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithoutRecipient {
    /// The obligation.
    pub obligation: ObligationName,
    /// The fact that would tell.
    pub fact: FactName,
    /// What makes it provisional.
    pub doubts: BTreeSet<Doubt>,
}

impl WithoutRecipient {
    /// Tells whether it is owed beyond doubt.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        is_certain(&self.doubts)
    }
}

/// What is owed: duties with a known recipient, and obligations whose recipient is not known yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Owing {
    /// Duties, by obligation in the workflow's order and recipient.
    pub duties: Vec<Owed>,
    /// Obligations owed to nobody known yet.
    pub without_recipient: Vec<WithoutRecipient>,
}

/// Says what is owed on what a view shows.
#[must_use]
pub fn owed(context: &Context<'_>, view: &View<'_>) -> Owing {
    let mut owing = Owing::default();
    let applies = view.applies();
    for obligation in &context.rules.obligations {
        let condition = view.truth(obligation.when.as_ref()).truth;
        if applies == Truth::False
            || condition == Truth::False
            || obligation.force == Force::Voluntary
        {
            continue;
        }
        let mut doubts = BTreeSet::new();
        if applies == Truth::Unknown {
            doubts.insert(Doubt::Applies);
        }
        if condition == Truth::Unknown {
            doubts.insert(Doubt::Condition);
        }
        for recipient in &obligation.to {
            match recipient_of(view, recipient) {
                Ok(recipient) => owing
                    .duties
                    .extend(duty(context, view, obligation, recipient, &doubts)),
                Err(fact) => owing.without_recipient.push(WithoutRecipient {
                    obligation: obligation.name.clone(),
                    fact,
                    doubts: doubts.clone(),
                }),
            }
        }
    }
    owing
}

/// Returns the authority that a recipient names, or the fact that would name it.
pub(crate) fn recipient_of(
    view: &View<'_>,
    recipient: &Recipient,
) -> Result<AuthorityName, FactName> {
    match recipient {
        Recipient::Authority(name) => Ok(name.clone()),
        Recipient::Fact(fact) => match view.fact(fact) {
            Some(Value::Authority(name)) => Ok(name.clone()),
            _ => Err(fact.clone()),
        },
    }
}

/// Returns one duty; `None` if its obligation has no clock under what is known.
fn duty(
    context: &Context<'_>,
    view: &View<'_>,
    obligation: &ObligationRule,
    recipient: AuthorityName,
    doubts: &BTreeSet<Doubt>,
) -> Option<Owed> {
    let authority = context.rules.authorities.get(&recipient)?;
    let outer = view;
    let view = &outer.towards(&recipient);
    let (mut candidates, mut undecided) = (Vec::new(), false);
    for case in &obligation.clock {
        match view.truth(case.when.as_ref()).truth {
            Truth::False => {}
            Truth::Unknown => {
                undecided = true;
                candidates.push(&case.item);
            }
            Truth::True => {
                candidates.push(&case.item);
                break;
            }
        }
    }
    let mut doubts = doubts.clone();
    if undecided {
        doubts.insert(Doubt::Candidate);
    }
    let duty = DutyKey {
        obligation: obligation.name.clone(),
        recipient,
    };
    let faces: Vec<Face> = candidates
        .iter()
        .filter_map(|clock| face(context, view, clock, authority, &doubts))
        .collect();
    let waits_for = candidates
        .iter()
        .flat_map(|clock| waits_for(view, clock))
        .collect();
    outer.note_change(view.next_change());
    (!candidates.is_empty()).then(|| Owed {
        duty,
        face: govern(faces),
        doubts,
        waits_for,
    })
}

/// Returns the earliest reading of an obligation's due moment, owed or not: towards one recipient, or towards the first.
#[must_use]
pub fn due_of(
    context: &Context<'_>,
    view: &View<'_>,
    obligation: &ObligationName,
    recipient: Option<&AuthorityName>,
) -> Option<Timestamp> {
    let rule = context.rules.obligation(obligation)?;
    let recipients: Vec<AuthorityName> = match recipient {
        Some(recipient) => vec![recipient.clone()],
        None => rule
            .to
            .iter()
            .filter_map(|to| recipient_of(view, to).ok())
            .collect(),
    };
    let owed = recipients
        .into_iter()
        .filter_map(|recipient| duty(context, view, rule, recipient, &BTreeSet::new())?.face);
    owed.flat_map(|face| face.readings)
        .map(|reading| reading.due)
        .min()
}

/// Lets the candidate that is due first govern and keeps the others' readings beside it (C7).
fn govern(mut faces: Vec<Face>) -> Option<Face> {
    let first = (0..faces.len()).min_by_key(|&place| {
        (
            faces[place]
                .readings
                .first()
                .map_or(i64::MAX, |reading| reading.due.as_micros()),
            place,
        )
    })?;
    let mut governing = faces.remove(first);
    governing.candidates = faces.into_iter().flat_map(|face| face.readings).collect();
    Some(governing)
}

/// Computes what one clock shows; `None` while its anchor is unknown.
fn face(
    context: &Context<'_>,
    view: &View<'_>,
    clock: &ClockRule,
    authority: &AuthorityRule,
    doubts: &BTreeSet<Doubt>,
) -> Option<Face> {
    let anchor = anchor(view, &clock.anchor)?;
    let mut doubts = doubts.clone();
    if rests_on_estimate(context, view, clock) {
        doubts.insert(Doubt::Estimate);
    }
    let readings = match clock.within.number() {
        None => Vec::new(),
        // Without its number, or with one that its rule cannot count, the clock waits: it never becomes one without a limit.
        Some(source) => {
            let period = period(view, source)?;
            let closed = context.calendar(authority);
            let counted = calendar::due(&anchor, period, &clock.counting, closed, &authority.zone);
            let mut readings: Vec<Reading> = counted.ok()?;
            readings.sort_by_key(|reading| reading.due);
            readings
        }
    };
    let targets = clock
        .targets
        .iter()
        .filter_map(|rule| target(context, view, rule, &anchor, authority))
        .collect();
    Some(Face {
        readings,
        targets,
        candidates: Vec::new(),
        doubts,
    })
}

/// Computes one aim; `None` while its anchor or its period is unknown.
fn target(
    context: &Context<'_>,
    view: &View<'_>,
    rule: &TargetRule,
    of_clock: &Anchor,
    authority: &AuthorityRule,
) -> Option<Target> {
    let own = match &rule.anchor {
        Some(expr) => Some(anchor(view, expr)?),
        None => None,
    };
    let period = period(view, &rule.within)?;
    let readings = calendar::due(
        own.as_ref().unwrap_or(of_clock),
        period,
        &rule.counting,
        context.calendar(authority),
        &authority.zone,
    );
    let first = readings
        .ok()?
        .into_iter()
        .min_by_key(|reading| reading.due)?;
    let force = match rule.force {
        Force::Guidance => TargetForce::Guidance,
        Force::Statutory | Force::Internal | Force::Voluntary => TargetForce::Internal,
    };
    Some(Target {
        due: first.due,
        derivation: first.derivation,
        force,
        law: rule.law.clone(),
    })
}

/// Evaluates an anchor.
fn anchor(view: &View<'_>, expr: &Expr) -> Option<Anchor> {
    match view.value(expr)? {
        Value::Instant(instant) => Some(Anchor::Instant(instant)),
        Value::Date(date) => Some(Anchor::Date(date)),
        _ => None,
    }
}

/// Returns the period that is written or that a fact holds.
fn period(view: &View<'_>, source: &PeriodSource) -> Option<Period> {
    match source {
        PeriodSource::Fixed(period) => Some(*period),
        PeriodSource::Fact(fact) => match view.fact(fact)? {
            Value::Period(period) => Some(*period),
            _ => None,
        },
    }
}

/// Tells whether a clock rests on a recorded fact whose current value is an estimate, through computed ones too.
fn rests_on_estimate(context: &Context<'_>, view: &View<'_>, clock: &ClockRule) -> bool {
    let mut facts = recorded_facts(context.rules, clock.anchor.references());
    if let Some(PeriodSource::Fact(fact)) = clock.within.number() {
        facts.insert(fact.clone());
    }
    let history = |fact| view.case().facts.get(fact);
    facts
        .iter()
        .filter_map(history)
        .any(|history| history.certainty() == Certainty::Estimate)
}

/// Returns what a clock waits for: its anchor's facts, or the fact that holds its period.
fn waits_for(view: &View<'_>, clock: &ClockRule) -> Vec<String> {
    let period = match clock.within.number() {
        Some(PeriodSource::Fact(fact)) if view.fact(fact).is_none() => Some(fact.to_string()),
        Some(PeriodSource::Fact(_) | PeriodSource::Fixed(_)) | None => None,
    };
    unknown_in(view, &clock.anchor)
        .into_iter()
        .chain(period)
        .collect()
}

/// Returns the facts of an expression that have no value.
fn unknown_in(view: &View<'_>, expr: &Expr) -> Vec<String> {
    if view.value(expr).is_some() {
        return Vec::new();
    }
    expr.references().iter().map(ToString::to_string).collect()
}
