//! Says which duties are owed at a moment (O1 to O3, C1, C7).
//! What their clocks show is computed by `face`; comparing that with what is on record is left to `diff`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use crate::calendar::{self, Anchor};
use crate::case::Case;
use crate::case::clock::{Doubt, DutyKey, rows_written};
use crate::case::decide::Context;
use crate::case::event::{Face, LapseOfClock};
use crate::case::settle::decided::{exempt, under_decisions};
use crate::case::settle::face::{Days, face, govern, waits_for};
use crate::case::settle::rows::{MOST_DUTIES, Standpoint, combinations};
use crate::case::settle::series::Series;
use crate::case::view::{Truth, View};
use crate::name::{AuthorityName, ObligationName};
use crate::time::Timestamp;
use crate::value::Value;
use crate::workflow::guard::{Env, Expr, Reference};
use crate::workflow::rules::{Cased, ClockRule, Force, ObligationRule, Recipient};

/// A duty that is owed, certainly or provisionally.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// The duty.
    pub duty: DutyKey,
    /// What its clock shows; `None` while it waits for its anchor (C1).
    pub face: Option<Arc<Face>>,
    /// What makes it provisional.
    pub doubts: BTreeSet<Doubt>,
    /// Facts for which it waits.
    pub waits_for: Vec<String>,
    /// When it was met, if it is one that no filing discharges.
    pub met: Option<Met>,
}

/// When what was owed was done (O3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Met {
    /// The moment; of a day its first.
    pub at: Timestamp,
    /// What is held against the clock: of a day its end, for nobody knows more than the day.
    pub judged: Timestamp,
}

impl Owed {
    /// Tells whether it is owed beyond doubt.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        is_certain(&self.doubts)
    }

    /// Tells whether it waits for what its clock counts from. What was done or filed before that is known waits for
    /// nothing (C11).
    #[must_use]
    pub fn is_waiting(&self, case: &Case) -> bool {
        self.face.is_none() && self.met.is_none() && case.discharge(&self.duty).is_none()
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
    /// The keys of its rows.
    pub rows: Vec<String>,
    /// The fact, or the cell of a row, that would tell.
    pub missing: Reference,
    /// What makes it provisional.
    pub doubts: BTreeSet<Doubt>,
}

impl fmt::Display for WithoutRecipient {
    /// Writes it as the name of a duty, with what would tell the recipient in its place.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = rows_written(&self.rows);
        write!(f, "{}{rows}@{}", self.obligation, self.missing)
    }
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
    /// Occurrences of series that are owed no longer, and why.
    pub lapsing: BTreeMap<DutyKey, LapseOfClock>,
    /// What would be owed if no authority had exempted from it, with the key of the exemption.
    pub waived: BTreeMap<DutyKey, String>,
}

/// Says what is owed on what a view shows.
#[must_use]
pub fn owed(context: &Context<'_>, view: &View<'_>) -> Owing {
    let mut owing = before_exemptions(context, view);
    exempt(view, &mut owing);
    owing
}

fn before_exemptions(context: &Context<'_>, view: &View<'_>) -> Owing {
    let mut owing = Owing::default();
    let applies = view.applies();
    if applies == Truth::False {
        return owing;
    }
    for obligation in &context.rules.obligations {
        if obligation.force == Force::Voluntary {
            continue;
        }
        for rows in combinations(view, obligation) {
            if owing.duties.len() >= MOST_DUTIES {
                return owing;
            }
            let standpoint = Standpoint {
                obligation: obligation.name.clone(),
                rows,
                recipient: None,
            };
            owed_for_rows(context, view, obligation, standpoint, &mut owing);
        }
    }
    owing
}

/// Adds what is owed of one obligation for one combination of rows.
fn owed_for_rows(
    context: &Context<'_>,
    outer: &View<'_>,
    obligation: &ObligationRule,
    standpoint: Standpoint,
    owing: &mut Owing,
) {
    let view = &outer.within(standpoint.clone());
    let condition = view.truth(obligation.when.as_ref()).truth;
    if condition == Truth::False {
        outer.note_change(view.next_change());
        return;
    }
    let mut doubts = BTreeSet::new();
    if outer.applies() == Truth::Unknown {
        doubts.insert(Doubt::Applies);
    }
    if condition == Truth::Unknown {
        doubts.insert(Doubt::Condition);
    }
    if let Some(met) = &obligation.met {
        let met = self::met(view, met);
        let doubts = (&doubts, met);
        let duty = duty(context, outer, obligation, (standpoint, None), doubts);
        owing.duties.extend(duty);
        outer.note_change(view.next_change());
        return;
    }
    for recipient in &obligation.to {
        match recipient_of(view, recipient) {
            Ok(recipient) => {
                let standpoint = Standpoint {
                    recipient: Some(recipient.clone()),
                    ..standpoint.clone()
                };
                match &obligation.clock[..] {
                    [only] if only.item.series.is_some() => {
                        let to = (standpoint, recipient);
                        occurrences(context, outer, only, &to, (&doubts, owing));
                    }
                    _ => {
                        let to = (standpoint, Some(recipient));
                        let duty = duty(context, outer, obligation, to, (&doubts, None));
                        owing.duties.extend(duty);
                    }
                }
            }
            Err(missing) => owing.without_recipient.push(WithoutRecipient {
                obligation: obligation.name.clone(),
                rows: standpoint.keys(),
                missing,
                doubts: doubts.clone(),
            }),
        }
    }
    outer.note_change(view.next_change());
}

/// Finds when a duty was met. What lies ahead has not happened.
fn met(view: &View<'_>, expr: &Expr) -> Option<Met> {
    let met = match view.value(expr)? {
        Value::Instant(instant) => Met {
            at: instant.at,
            judged: instant.at,
        },
        Value::Date(date) => {
            let zone = Env::zone(view);
            let day = calendar::as_written(&Anchor::Date(date), zone).ok()?;
            Met {
                at: zone.first_moment(date),
                judged: day.due,
            }
        }
        _ => return None,
    };
    if met.at > view.at() {
        view.note_change(Some(met.at));
        return None;
    }
    Some(met)
}

/// Adds the occurrences of a series towards one recipient.
fn occurrences(
    context: &Context<'_>,
    outer: &View<'_>,
    clock: &Cased<ClockRule>,
    (standpoint, recipient): &(Standpoint, AuthorityName),
    (doubts, owing): (&BTreeSet<Doubt>, &mut Owing),
) {
    let view = &outer.within(standpoint.clone());
    let condition = view.truth(clock.when.as_ref()).truth;
    let mut doubts = doubts.clone();
    if condition == Truth::Unknown {
        doubts.insert(Doubt::Candidate);
    }
    if let (Some(rule), Truth::True | Truth::Unknown) = (&clock.item.series, condition) {
        let series = Series {
            context,
            view,
            clock: &clock.item,
            rule,
            standpoint,
            recipient,
        };
        let occurrences = series.occurrences(&doubts);
        owing.duties.extend(occurrences.owed);
        owing.lapsing.extend(occurrences.lapsing);
    }
    outer.note_change(view.next_change());
}

/// Returns the authority that a recipient names, or the fact or cell that would name it.
pub(crate) fn recipient_of(
    view: &View<'_>,
    recipient: &Recipient,
) -> Result<AuthorityName, Reference> {
    let held = match recipient {
        Recipient::Authority(name) => return Ok(name.clone()),
        Recipient::Fact(fact) => view.fact(fact),
        Recipient::Cell(cell) => {
            let row = Env::row(view, &cell.row);
            row.and_then(|row| row.cells.get(&cell.column))
        }
    };
    match held {
        Some(Value::Authority(name)) => Ok(name.clone()),
        _ => Err(match recipient {
            Recipient::Cell(cell) => Reference::Column {
                table: cell.table.clone(),
                row: view
                    .standpoint()
                    .and_then(|own| own.key_of(&cell.table))
                    .map(Arc::from),
                column: cell.column.clone(),
            },
            Recipient::Fact(fact) => Reference::Fact(fact.clone()),
            Recipient::Authority(_) => unreachable!("an authority names itself"),
        }),
    }
}

/// Returns one duty; `None` if its obligation has no clock under what is known.
fn duty(
    context: &Context<'_>,
    view: &View<'_>,
    obligation: &ObligationRule,
    (standpoint, recipient): (Standpoint, Option<AuthorityName>),
    (doubts, met): (&BTreeSet<Doubt>, Option<Met>),
) -> Option<Owed> {
    let days = Days::of(context, view, recipient.as_ref())?;
    let outer = view;
    let rows = standpoint.keys();
    let view = &outer.within(standpoint);
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
        rows,
        recipient,
        occurrence: None,
    };
    let discharged_at = view.case().discharge(&duty).map(|(_, at)| at);
    let done_at = met.map_or(discharged_at, |met| Some(met.at));
    let faces: Vec<Face> = candidates
        .iter()
        .filter_map(|clock| face(context, view, clock, &days, &doubts))
        .map(|face| under_decisions(outer, &duty, face, done_at, days.zone()))
        .collect();
    let waits_for = candidates
        .iter()
        .flat_map(|clock| waits_for(view, clock))
        .collect();
    outer.note_change(view.next_change());
    (!candidates.is_empty()).then(|| Owed {
        duty,
        face: govern(faces).map(Arc::new),
        doubts,
        waits_for,
        met,
    })
}

/// Returns the earliest reading of an obligation's due moment, owed or not: of the duties that are meant from where the
/// view stands (E2).
#[must_use]
pub fn due_of(
    context: &Context<'_>,
    view: &View<'_>,
    obligation: &ObligationName,
) -> Option<Timestamp> {
    let rule = context.rules.obligation(obligation)?;
    let own = view.standpoint();
    let towards = own
        .and_then(|own| own.recipient.clone())
        .filter(|_| view.shares_recipients(obligation));
    let mut earliest = None;
    for rows in combinations(view, rule) {
        let keys: Vec<String> = rows.iter().map(|row| row.key.clone()).collect();
        if own.is_some_and(|own| !own.has_rows(&rule.each, &keys)) {
            continue;
        }
        let standpoint = Standpoint {
            obligation: obligation.clone(),
            rows,
            recipient: None,
        };
        let recipients: Vec<AuthorityName> = if let Some(recipient) = &towards {
            vec![recipient.clone()]
        } else {
            let view = view.within(standpoint.clone());
            let known = rule.to.iter().map(|to| recipient_of(&view, to));
            known.filter_map(Result::ok).collect()
        };
        for recipient in recipients {
            let standpoint = Standpoint {
                recipient: Some(recipient.clone()),
                ..standpoint.clone()
            };
            let to = (standpoint, Some(recipient));
            let owed = duty(context, view, rule, to, (&BTreeSet::new(), None));
            // While a hold lasts of which nobody knows the end, nobody knows when it is due.
            let face = owed
                .and_then(|owed| owed.face)
                .filter(|face| !face.is_held());
            let dues = face.iter().flat_map(|face| &face.readings);
            earliest = dues.map(|reading| reading.due).chain(earliest).min();
        }
    }
    earliest
}
