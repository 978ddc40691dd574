//! Random histories: whatever people ask in whatever order, what is written can be decided again, and nothing that
//! must hold is broken.

use super::decisions::{BY_OFFICER, BY_TWO, decided};
use super::draws::{Chance, dated_back, random_content, random_ordered};
use super::standstill::patient;
use crate::play::{Came, Play, number};
use tsuho_core::calendar::{Step, rebuild};
use tsuho_core::case::event::{Body, Change, Event, EventBody as _, MoveCause};
use tsuho_core::case::request::Content;
use tsuho_core::case::{Case, Rejection, Running, evolve, snapshot};
use tsuho_core::time::{Span, Timestamp};
use tsuho_core::value::Value;

/// Checks that the clock never asked again sooner than it may; returns how often it did at all.
fn delays(play: &Play) -> usize {
    let (mut entered, mut count) = (None, 0);
    for event in &play.history {
        let Body::ActionTaken(body) = &event.body else {
            continue;
        };
        if body.action.as_str() == "again" {
            let since = entered.expect("the state was entered");
            assert!(event.occurred_at.since(since) >= Span::from_hours(6));
            count += 1;
        }
        entered = body.entered_at.or(entered);
    }
    count
}

/// Checks what an authority's decisions promise; returns what does not hold.
fn undecided(event: &Event<Body>, case: &Case) -> Option<String> {
    let faces = match &event.body {
        Body::ClockStarted(body) => [None, Some(&body.face)],
        Body::ClockMoved(body) => [Some(&body.from), Some(&body.to)],
        Body::ClockPassed(body) => {
            let duty = &case.duties[&body.duty];
            let waived = matches!(duty.running, Running::Waived { .. });
            let bad = waived || duty.face.is_held();
            return bad.then(|| format!("{} passed under a decision", body.duty));
        }
        _ => return None,
    };
    for reading in faces.into_iter().flatten().flat_map(|face| &face.readings) {
        if rebuild(&reading.derivation) != Ok(reading.due) {
            return Some("a due date does not follow from its steps".to_owned());
        }
        // Without the steps of decisions it is due as counted: a decision never brings it forward.
        let mut counted = reading.derivation.clone();
        let decided = |step: &Step| matches!(step, Step::Extended { .. } | Step::Held { .. });
        counted.steps.retain(|step| !decided(step));
        if rebuild(&counted).is_ok_and(|due| due > reading.due) {
            return Some("a decision shortened a time".to_owned());
        }
    }
    None
}

/// Checks what must hold in every case; returns what does not.
fn broken(play: &Play) -> Option<String> {
    let case = &play.case;
    let running = case.duties.iter().find(|(_, duty)| duty.is_running());
    if let (true, Some((key, _)), Some((released, _))) = (case.is_closed(), running, &case.released)
        && released.covers(&key.obligation)
    {
        return Some(format!("{key} runs in a state that releases it"));
    }
    for (key, duty) in &case.duties {
        if let Running::Stopped { filing, at, .. } = &duty.running
            && case.discharge(key) != filing.map(|filing| (filing, *at))
            && (filing.is_some() || key.recipient.is_some())
        {
            return Some(format!(
                "{key} is stopped by a filing that does not discharge it"
            ));
        }
        if duty.is_running() && case.discharge(key).is_some() {
            return Some(format!("{key} runs although a filing discharges it"));
        }
    }
    let ordered = play
        .history
        .windows(2)
        .all(|pair| pair[0].recorded_at <= pair[1].recorded_at);
    let future = play
        .history
        .iter()
        .find(|event| event.occurred_at > event.recorded_at);
    match (ordered, future) {
        (false, _) => Some("recording ran back".to_owned()),
        (_, Some(event)) => Some(format!("{} lies in the future", event.body.type_name())),
        (true, None) => None,
    }
}

/// Asks something, sometimes with a reason, and sometimes of the days before.
fn ask_anything(
    chance: &mut Chance,
    play: &mut Play,
    now: Timestamp,
    drawn: fn(&mut Chance, &Play) -> (&'static str, Content),
) -> Came {
    if chance.below(3) > 0 {
        play.reason = Some("because");
    }
    if chance.below(5) == 0 {
        let back = i64::try_from(chance.below(3_000)).expect("a few days");
        play.occurred = Some(now.plus(Span::from_minutes(back).negated()));
    }
    let (role, content) = drawn(chance, play);
    let content = dated_back(chance, content, now);
    play.ask_at(now, role, content)
}

#[test]
fn random_histories_are_decided_again_and_break_nothing() {
    let full = option_env!("TSUHO_COUNTS") == Some("full");
    let histories = if full { 5_000 } else { 150 };
    let (ordered, patient) = ([BY_OFFICER, BY_TWO].map(decided), patient());
    let (mut delayed, mut barred) = (0, 0);
    let (mut waived, mut moved, mut held) = (0, 0, 0);
    let (mut events, mut refused, mut closed, mut by_row, mut occurrences) = (0, 0, 0, 0, 0);
    for seed in 1..=histories {
        let mut chance = Chance(u64::wrapping_mul(seed, 0x9E37_79B9_7F4A_7C15) | 1);
        let has_orders = seed % 2 == 0;
        let mut play = match seed % 4 {
            0 => Play::open_with(&ordered[0]),
            2 => Play::open_with(&ordered[1]),
            1 => Play::open_with(&patient),
            _ => Play::open(),
        };
        let mut now = play.case.last_recorded;
        let (mut seen, mut folded) = (play.history.len(), play.case.clone());
        for _ in 0..40 {
            now = now.plus(Span::from_minutes(
                i64::try_from(chance.below(4_000)).expect("a few days"),
            ));
            let drawn = if has_orders {
                random_ordered
            } else {
                random_content
            };
            if let Err(why) = ask_anything(&mut chance, &mut play, now, drawn) {
                refused += 1;
                held += usize::from(matches!(
                    why,
                    Rejection::Held { .. } | Rejection::HeldUntil { .. }
                ));
                barred += usize::from(matches!(
                    why,
                    Rejection::NotBefore { .. } | Rejection::StandstillWaits { .. }
                ));
            }
            assert_eq!(broken(&play), None, "seed {seed}");
            for event in &play.history[seen..] {
                folded = evolve(folded, event);
                assert_eq!(undecided(event, &folded), None, "seed {seed}");
            }
            seen = play.history.len();
            let read = snapshot::read(&snapshot::write(&folded));
            assert_eq!(read.as_ref(), Some(&folded), "seed {seed}");
        }
        assert_eq!(play.decided_again(), Ok(()), "seed {seed}");
        delayed += delays(&play);
        events += play.history.len();
        closed += usize::from(play.case.is_closed());
        waived += play.count(|body| matches!(body, Body::ClockWaived(_)));
        let by_decision = |body: &Body| matches!(body, Body::ClockMoved(moved) if moved.cause == MoveCause::Decision);
        moved += play.count(by_decision);
        let keys = play.case.duties.keys();
        by_row += keys.clone().filter(|key| !key.rows.is_empty()).count();
        occurrences += keys.filter(|key| key.occurrence.is_some()).count();
    }
    assert!(
        by_row > 0
            && occurrences > 0
            && delayed > 0
            && barred > 0
            && waived > 0
            && moved > 0
            && held > 0,
        "rows {by_row}, occurrences {occurrences}, delays {delayed}, standstills {barred}, exemptions {waived}, decisions {moved} and holds {held} are played too"
    );
    println!(
        "FIGURE case histories: histories {histories}, events {events}, refusals {refused}, ended closed {closed}, duties by row {by_row}, occurrences {occurrences}, delayed actions of the clock {delayed}, barred by a standstill {barred}, waived {waived}, moved by a decision {moved}, refused under a hold {held}, decided otherwise 0 of {histories}"
    );
}

#[test]
fn a_history_that_was_tampered_with_is_decided_otherwise() {
    let planted: [fn(&mut Play) -> bool; 4] = [
        |play| {
            play.spoil(
                |body| matches!(body, Body::ClockStarted(_)),
                |event| shift_due(&mut event.body),
            )
        },
        |play| {
            play.spoil(
                |body| matches!(body, Body::ActionTaken(_)),
                |event| event.occurred_at = earlier(event.occurred_at),
            )
        },
        |play| play.drop_event(|body| matches!(body, Body::ClockStarted(_))),
        |play| play.flip_guard(),
    ];
    let mut caught = 0;
    for plant in planted {
        let mut play = Play::told();
        play.record(
            "10-28 09:00",
            &[
                ("pages", number(2000)),
                ("grave", Change::Set(Value::Boolean(true))),
            ],
        )
        .expect("recorded");
        assert_eq!(play.decided_again(), Ok(()));
        assert!(plant(&mut play), "there is something to tamper with");
        caught += usize::from(play.decided_again().is_err());
    }
    println!(
        "decisions made again: planted {}, caught {caught}",
        planted.len()
    );
    assert_eq!(caught, planted.len());
}

fn earlier(moment: Timestamp) -> Timestamp {
    moment.plus(Span::from_hours(-1))
}

/// Moves a started clock's due moment by a day.
fn shift_due(body: &mut Body) {
    if let Body::ClockStarted(started) = body {
        let face = std::sync::Arc::make_mut(&mut started.face);
        for reading in &mut face.readings {
            reading.due = reading.due.plus(Span::from_days(1));
        }
        for target in &mut face.targets {
            target.due = target.due.plus(Span::from_days(1));
        }
    }
}
