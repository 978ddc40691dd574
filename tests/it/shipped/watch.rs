//! Watches a history, event by event: which clocks run, which were stopped by what, and what a closing leaves behind.
//! It believes the events alone and keeps its own account of the clocks, so that a mistake of the engine's fold shows.

use std::collections::{BTreeMap, BTreeSet};

use tsuho_core::case::clock::DutyKey;
use tsuho_core::case::event::LapseOfClock;
use tsuho_core::case::request::{Content, Dispatch, Facts};
use tsuho_core::case::{Body, Case, Event, Rejection, decide, evolve};
use tsuho_core::name::{ActionName, ObligationName};
use tsuho_core::workflow::Rules;
use tsuho_core::workflow::rules::{By, Force, Phase};
use tsuho_executor::Ground;

use super::desk::Desk;

/// What was seen, counted.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Ways into a closed state that were tried.
    pub(super) tried: usize,
    /// Those of them that were refused because a clock of law ran.
    pub(super) barred: usize,
    /// Closings that let clocks of law lapse, each with its lapse on record.
    pub(super) released: usize,
    /// Closings.
    pub(super) closed: usize,
    /// Duties that had a clock.
    pub(super) duties: usize,
    /// Clocks that stopped.
    pub(super) stopped: usize,
    /// Clocks that ran again.
    pub(super) again: usize,
    /// Those of them whose filing had been undone.
    pub(super) undone: usize,
    /// Those of them that nothing was filed for, and what had been done was told otherwise.
    pub(super) amended: usize,
}

impl Seen {
    /// Adds up what was seen elsewhere.
    pub(super) fn add(&mut self, other: &Self) {
        self.tried += other.tried;
        self.barred += other.barred;
        self.released += other.released;
        self.closed += other.closed;
        self.duties += other.duties;
        self.stopped += other.stopped;
        self.again += other.again;
        self.undone += other.undone;
        self.amended += other.amended;
    }
}

/// Where a duty's clock stands, as the events tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Clock {
    Running,
    Stopped(Option<u64>),
    Gone,
    /// An authority exempted from it.
    Waived,
}

/// An account of one case's clocks.
pub(super) struct Watch {
    /// The obligations that are owed by law.
    statutory: BTreeSet<ObligationName>,
    clocks: BTreeMap<DutyKey, Clock>,
    undone: BTreeSet<u64>,
    pub(super) seen: Seen,
}

impl Watch {
    /// Begins an account.
    pub(super) fn new(rules: &Rules) -> Self {
        let obligations = rules.obligations.iter();
        let statutory = obligations.filter(|obligation| obligation.force == Force::Statutory);
        Self {
            statutory: statutory
                .map(|obligation| obligation.name.clone())
                .collect(),
            clocks: BTreeMap::new(),
            undone: BTreeSet::new(),
            seen: Seen::default(),
        }
    }

    /// Begins an account of a workflow whose only duty of law is this one.
    pub(super) fn of(obligation: ObligationName) -> Self {
        Self {
            statutory: [obligation].into(),
            clocks: BTreeMap::new(),
            undone: BTreeSet::new(),
            seen: Seen::default(),
        }
    }

    /// Returns the duties of law whose clock runs.
    fn running(&self) -> BTreeSet<DutyKey> {
        let running = self.clocks.iter().filter(|(key, clock)| {
            **clock == Clock::Running && self.statutory.contains(&key.obligation)
        });
        running.map(|(key, _)| key.clone()).collect()
    }

    /// Takes note of one decision's events; says what must not be.
    pub(super) fn decided(&mut self, events: &[Event<Body>]) -> Result<(), String> {
        // A case may close, open again by the clock and close once more in one decision.
        let mut closing: Option<(ActionName, BTreeSet<DutyKey>, usize)> = None;
        for event in events {
            if let Body::ActionTaken(taken) = &event.body {
                self.is_settled(closing.take())?;
                if taken.phase == Phase::Closed && taken.entered_at.is_some() {
                    closing = Some((taken.action.clone(), self.running(), 0));
                }
            }
            self.happened(&event.body)?;
            if let (Some((action, ran, released)), Body::ClockLapsed(lapsed)) =
                (&mut closing, &event.body)
                && lapsed.cause == LapseOfClock::Released(action.clone())
                && ran.contains(&lapsed.duty)
            {
                *released += 1;
            }
        }
        self.is_settled(closing)
    }

    /// Says whether a closing left a clock of law running that ran when the case was closed.
    fn is_settled(
        &mut self,
        closing: Option<(ActionName, BTreeSet<DutyKey>, usize)>,
    ) -> Result<(), String> {
        let Some((action, ran, released)) = closing else {
            return Ok(());
        };
        self.seen.closed += 1;
        self.seen.released += usize::from(released > 0);
        match self.running().intersection(&ran).next() {
            None => Ok(()),
            Some(key) => Err(format!(
                "`{action}` closed the case over the running clock of {key}"
            )),
        }
    }

    /// Takes note of an event; says whether a clock does what it may not.
    fn happened(&mut self, body: &Body) -> Result<(), String> {
        match body {
            Body::ClockStarted(started) => self.starts(&started.duty),
            Body::ClockStopped(stopped) => {
                self.seen.stopped += 1;
                self.turns(&stopped.duty, Clock::Stopped(stopped.filing))
            }
            Body::ClockLapsed(lapsed) => self.turns(&lapsed.duty, Clock::Gone),
            Body::ClockWaived(waived) => self.is_waived(&waived.duty),
            Body::FilingUndone(undone) => {
                self.undone.insert(undone.filing);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn starts(&mut self, duty: &DutyKey) -> Result<(), String> {
        let before = self.clocks.insert(duty.clone(), Clock::Running);
        match before {
            None => self.seen.duties += 1,
            Some(Clock::Running) => {
                return Err(format!("the running clock of {duty} starts again"));
            }
            Some(Clock::Gone | Clock::Waived) => {}
            Some(Clock::Stopped(None)) => {
                self.seen.again += 1;
                self.seen.amended += 1;
            }
            Some(Clock::Stopped(Some(filing))) => {
                self.seen.again += 1;
                if !self.undone.contains(&filing) {
                    return Err(format!("{duty} runs again although filing {filing} stands"));
                }
                self.seen.undone += 1;
            }
        }
        Ok(())
    }

    /// An authority exempted from a duty: one that runs, waits or is gone, and none that a standing filing discharges.
    fn is_waived(&mut self, duty: &DutyKey) -> Result<(), String> {
        match self.clocks.insert(duty.clone(), Clock::Waived) {
            Some(Clock::Stopped(Some(filing))) if !self.undone.contains(&filing) => {
                Err(format!("{duty} is waived although filing {filing} stands"))
            }
            None | Some(Clock::Running | Clock::Gone | Clock::Waived | Clock::Stopped(_)) => Ok(()),
        }
    }

    fn turns(&mut self, duty: &DutyKey, to: Clock) -> Result<(), String> {
        match self.clocks.insert(duty.clone(), to) {
            Some(Clock::Running) => Ok(()),
            // No longer exempted, or what was done is told otherwise, and not owed either.
            Some(Clock::Waived | Clock::Stopped(None)) if to == Clock::Gone => Ok(()),
            // Its filing is undone while nothing is owed any more.
            Some(Clock::Stopped(Some(filing)))
                if to == Clock::Gone && self.undone.contains(&filing) =>
            {
                Ok(())
            }
            // A filing may be told before the clock that it stops, and another may take an undone one's place.
            Some(Clock::Stopped(_)) if matches!(to, Clock::Stopped(_)) => Ok(()),
            before => Err(format!("{duty} turns to {to:?} from {before:?}")),
        }
    }

    /// Tries every way from where the case stands into a closed state, consented to where that is asked for.
    pub(super) fn tries_to_close(&mut self, desk: &Desk, ground: &Ground) -> Result<(), String> {
        let rules = &ground.compiled.rules;
        let running = self.running();
        for name in rules.graph.actions_from(&ground.case.state) {
            let target = rules.graph.target(&ground.case.state, name);
            let closes = target.is_some_and(|(to, _)| rules.state(to).phase == Phase::Closed);
            let action = rules.action(name).expect("the graph's actions have rules");
            let By::Role(role) = &action.by else { continue };
            if !closes || ground.case.phase == Phase::Closed {
                continue;
            }
            self.seen.tried += 1;
            let content = Content::Advance {
                action: name.clone(),
                facts: Facts::new(),
                dispatch: Dispatch::default(),
            };
            let asked = tried(desk, ground, &ground.case, role.as_str(), content);
            let came = match (asked, &action.approval) {
                (Ok((case, _)), Some(approval)) => {
                    let content = Content::Approve {
                        action: name.clone(),
                        digest: None,
                    };
                    tried(desk, ground, &case, approval.by.as_str(), content)
                }
                (asked, _) => asked,
            };
            match came {
                Err(Rejection::Duties { .. }) => {
                    self.seen.barred += usize::from(!running.is_empty());
                }
                Err(_) => {}
                Ok((_, events)) => leaves(&running, name, &events)?,
            }
        }
        Ok(())
    }
}

/// Says whether a closing that was tried leaves one of the clocks of law running.
fn leaves(
    running: &BTreeSet<DutyKey>,
    action: &ActionName,
    events: &[Event<Body>],
) -> Result<(), String> {
    let mut left = running.clone();
    for event in events {
        match &event.body {
            Body::ClockStopped(stopped) => left.remove(&stopped.duty),
            Body::ClockLapsed(lapsed) => left.remove(&lapsed.duty),
            Body::ClockWaived(waived) => left.remove(&waived.duty),
            _ => false,
        };
    }
    left.first().map_or(Ok(()), |key| {
        Err(format!(
            "`{action}` would close over the running clock of {key}"
        ))
    })
}

/// Decides a request without writing it; returns the case after it and what happened.
fn tried(
    desk: &Desk,
    ground: &Ground,
    case: &Case,
    role: &str,
    content: Content,
) -> Result<(Case, Vec<Event<Body>>), Rejection> {
    let request = desk.now(role, content);
    let events = decide(&ground.context(), case, &request, desk.executor.now())?;
    let after = events.iter().fold(case.clone(), evolve);
    Ok((after, events))
}
