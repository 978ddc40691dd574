//! Tells what was sent: to whom, how, when that was, and who consented to it.
//! How it is judged is told by `clocks`; everything else that happens by `story`.

use std::collections::BTreeSet;

use tsuho_core::case::event::{ActionTaken, FilingMade};
use tsuho_core::case::{Actor, Body, Event};
use tsuho_core::time::Span;

use super::chronicle::OfCase;
use super::past::{Past, Record};
use super::story::Story;

/// Approvals that are told together with the filing for which they were asked: all but the first.
#[derive(Debug, Default)]
pub(super) struct Quiet {
    approvals: BTreeSet<(usize, u64)>,
}

impl Quiet {
    /// Finds them.
    pub(super) fn of(record: &Record) -> Self {
        let mut asked = Vec::new();
        for (place, past) in record.cases.iter().enumerate() {
            asked.extend(past.events.iter().filter_map(|event| match &event.body {
                Body::ApprovalRequested(asked) => {
                    Some((event.recorded_at, (place, asked.approval)))
                }
                _ => None,
            }));
        }
        asked.sort();
        Self {
            approvals: asked.into_iter().skip(1).map(|(_, asked)| asked).collect(),
        }
    }

    /// Tells whether an approval of a case is one of them.
    pub(super) fn has(&self, place: usize, approval: u64) -> bool {
        self.approvals.contains(&(place, approval))
    }
}

/// Returns the filings that were made.
pub(super) fn made(events: &[Event<Body>]) -> impl Iterator<Item = &FilingMade> {
    events.iter().filter_map(|event| match &event.body {
        Body::FilingMade(filing) => Some(filing),
        _ => None,
    })
}

fn taken(event: &Event<Body>) -> Option<&ActionTaken> {
    match &event.body {
        Body::ActionTaken(taken) => Some(taken),
        _ => None,
    }
}

/// Tells a filing; a supplement, and one by an action by which the case has filed before, only by what was done.
pub(super) fn tell(
    story: &mut Story<'_>,
    (place, decision): (usize, &OfCase<'_>),
    event: &Event<Body>,
    filing: &FilingMade,
) {
    let (words, subject) = (story.words(place), story.subject(place));
    let action = ("action", words.action(&filing.action));
    let actor = ("actor", story.actor(&event.actor));
    let has_filed = story.has_filed(place);
    let is_first = story.seen.filed.insert((place, filing.action.clone()));
    if !is_first || filing.version > 1 {
        let said = words.say("demo.taken", [actor, action]);
        story.lines.say(subject, &said);
        return supplement(story, (place, decision), filing);
    }
    let channel = ("channel", words.channel(&filing.channel));
    let recipients = filing.recipients.iter().map(|name| words.authority(name));
    let recipients = ("recipients", words.list(recipients.collect()));
    // To whom a case files is told with its first filing, and how it went where the law asks when it arrived.
    let said = if !has_filed {
        words.say("demo.filed", [actor, action, recipients, channel])
    } else if filing.effective_at.is_none() {
        words.say("demo.filed.again", [actor, action, channel])
    } else {
        words.say("demo.taken", [actor, action])
    };
    story.lines.say(subject, &said);
    consented(story, place, filing);
    let gap = event.recorded_at.since(event.occurred_at);
    if gap >= Span::from_minutes(1) {
        let happened = words.minute_beside(event.occurred_at, event.recorded_at);
        let told = [("happened", happened), ("gap", words.span(gap))];
        story.lines.say(subject, &words.say("demo.gap", told));
    }
}

/// Tells who consented to a filing, unless that was told when it happened.
fn consented(story: &mut Story<'_>, place: usize, filing: &FilingMade) {
    if let Some((approval, by)) = consent(story.past(place), filing)
        && story.is_quiet(place, approval)
    {
        let by = ("actor", story.actor(by));
        let said = story.words(place).say("demo.filed.consent", [by]);
        story.lines.say(story.subject(place), &said);
    }
}

/// Tells what a supplement means: nothing moves, and it is told only where nothing did.
fn supplement(story: &mut Story<'_>, (place, decision): (usize, &OfCase<'_>), filing: &FilingMade) {
    if filing.version == 1 {
        return;
    }
    consented(story, place, filing);
    let is_clock = |one: &Event<Body>| {
        let moved = matches!(one.body, Body::ClockMoved(_) | Body::ClockLapsed(_));
        moved || matches!(one.body, Body::ClockStarted(_) | Body::ClockStopped(_))
    };
    if !decision.events.iter().any(is_clock) {
        story.once(story.subject(place), "demo.supplement");
    }
}

/// Returns the consent to a filing: its number, and whose it is.
fn consent<'a>(past: &'a Past, filing: &FilingMade) -> Option<(u64, &'a Actor)> {
    let mut decisions = past
        .events
        .chunk_by(|one, next| one.command == next.command);
    let decision =
        decisions.find(|events| made(events).any(|made| made.filing == filing.filing))?;
    let approval = decision.iter().find_map(taken)?.approval?;
    past.events.iter().find_map(|event| match &event.body {
        Body::ApprovalGiven(given) if given.approval == approval => Some((approval, &event.actor)),
        _ => None,
    })
}
