//! Plays what no scenario asks: a proposer who tries to consent alone, and a case in which everything was known earlier.
//! The scenario itself is played by `crates/cli/src/commands/demo/play.rs`.

use tsuho_core::case::event::{ApprovalRequested, Change};
use tsuho_core::case::request::{Asker, Content, Facts, Given};
use tsuho_core::case::{Body, Case, Event};
use tsuho_core::scenario::Deed;
use tsuho_core::time::Timestamp;
use tsuho_core::value::Value;
use tsuho_core::workflow::Rules;
use tsuho_core::workflow::rules::Owner;
use tsuho_executor::{Answer, Done};

use super::play::{Play, granted, request};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;

/// Lets the first person who proposes something stand in for the second and try to consent alone: four eyes are
/// those of two persons, whatever roles one of them holds.
pub(super) async fn consent_alone(
    play: &mut Play<'_>,
    place: usize,
    (asker, done): (Asker, &Done<Body>),
) -> Result<()> {
    let proposal = done.events.iter().find_map(|event| match &event.body {
        Body::ApprovalRequested(requested) => Some(requested),
        _ => None,
    });
    let (Some(ApprovalRequested { proposal, by, .. }), false) = (proposal, play.tried) else {
        return Ok(());
    };
    play.tried = true;
    let Asker::Person { person, via, .. } = asker else {
        return Ok(());
    };
    let (stage, role) = (play.stage, by.clone());
    let case = play.case(place);
    let ground = stage.executor.ground(case).await;
    let ground = ground.map_err(|error| stage.failed(error))?;
    let known = ground.installation.people.person(person);
    let stands_in = known.is_some_and(|known| !known.holds(&role));
    if stands_in {
        play.cast.grant(stage, person, &role).await?;
    }
    let asker = Asker::Person { person, via, role };
    let content = Content::Approve {
        action: proposal.action.clone(),
        digest: None,
    };
    let request = request(stage, asker.clone(), content);
    let answer = play.submit(case, &request).await?;
    if stands_in {
        play.cast.revoke(stage, person, by).await?;
    }
    match answer {
        Answer::Refused(rejection) => play.keep(place, asker, rejection).await,
        Answer::Done(_) => Err(Failure::new(Exit::Internal, Message::new("demo.alone"))),
    }
}

/// Opens a case of its own when the first deadline with a number begins, in which everything is known that the first case
/// knows, and amends there the moment from which the law counts to that of the first alarm; the clock does the rest.
pub(super) async fn imagine(
    play: &mut Play<'_>,
    (place, deed): (usize, &Deed),
    asker: Asker,
    done: &Done<Body>,
) -> Result<()> {
    let (0, None, true, Deed::Record(facts)) = (
        place,
        play.played.what_if,
        done.events.iter().any(starts_deadline),
        deed,
    ) else {
        return Ok(());
    };
    let stage = play.stage;
    let ground = stage.executor.ground(play.case(place)).await;
    let ground = ground.map_err(|error| stage.failed(error))?;
    let Some(amended) = earlier_anchor(&ground.case, facts) else {
        return Ok(());
    };
    let case = play.open_alone(asker.clone()).await?;
    play.played.what_if = Some(case);
    for facts in [known(&ground.case, ground.context().rules), amended] {
        let request = request(stage, asker.clone(), Content::Record { facts });
        granted(play.submit(case, &request).await?)?;
    }
    Ok(())
}

/// Tells whether an event starts a clock with a due moment.
fn starts_deadline(event: &Event<Body>) -> bool {
    matches!(&event.body, Body::ClockStarted(started) if !started.face.readings.is_empty())
}

/// Returns what a case knows, without the operator's facts, which every case is given, and without words that are kept
/// in a part.
fn known(case: &Case, rules: &Rules) -> Facts {
    let facts = case.facts.iter().filter_map(|(name, history)| {
        let rule = rules.facts.get(name)?;
        let value = history.value()?;
        let is_own = rule.owner != Owner::Operator && !matches!(value, Value::Held(_));
        is_own.then(|| (name.clone(), Given::new(Change::Set(value.clone()))))
    });
    facts.collect()
}

/// Returns the one moment among facts that were recorded, amended to the earliest moment that the case knows.
fn earlier_anchor(case: &Case, facts: &Facts) -> Option<Facts> {
    let moment = |value: &Value| match value {
        Value::Instant(instant) => Some(instant.at),
        _ => None,
    };
    let mut anchors = facts
        .iter()
        .filter_map(|(name, given)| match &given.change {
            Change::Set(value) => Some((name, moment(value)?)),
            Change::Rows { .. } | Change::Absent => None,
        });
    let ((name, anchor), None): ((_, Timestamp), _) = (anchors.next()?, anchors.next()) else {
        return None;
    };
    let known = case.facts.values().filter_map(|history| history.value());
    let (at, alarm) = known
        .filter_map(|value| Some((moment(value)?, value)))
        .min_by_key(|(at, _)| *at)?;
    let given = Given::new(Change::Set(alarm.clone()));
    (at < anchor).then(|| Facts::from([(name.clone(), given)]))
}
