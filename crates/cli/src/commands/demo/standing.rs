//! Tells how each case stands in the present of the drill, and what bars closing the first of them.
//! What happened before is told by `story`.

use tsuho_core::calendar::Reading;
use tsuho_core::case::Rejection;
use tsuho_core::case::decide::prospects;
use tsuho_core::time::Timestamp;
use tsuho_core::workflow::rules::Outcome;

use super::clocks::earliest;
use super::layout::{columns, hanging};
use super::past::{Past, Record};
use super::words::Words;
use crate::message::Message;
use crate::telling::{self, Lacking};

/// Tells it, a line for each case.
pub(super) fn tell(record: &Record, words: &[Words<'_>]) -> String {
    let present = record.present;
    let day = ("day", words[0].day(present));
    let margin = words[0].say("demo.stands", [day]);
    let mut lines = Vec::new();
    for (place, (past, words)) in record.cases.iter().zip(words).enumerate() {
        let mark = record.subject(place).mark();
        lines.push(format!("{mark}{}", stands(past, words, present)));
    }
    let mut text = format!("\n{}", hanging(&margin, columns(&margin), &lines));
    if let Some(why) = not_closed(&record.cases[0], &words[0], present) {
        let mark = record.subject(0).mark();
        text.push_str(&hanging("", 0, &[format!("{mark}{why}")]));
    }
    text
}

/// Tells in which state a case is, how many of its clocks run, and which of them ends next.
fn stands(past: &Past, words: &Words<'_>, present: Timestamp) -> String {
    let case = &past.ground.case;
    let running = case.duties.values().filter(|duty| duty.is_running());
    let running: Vec<Option<&Reading>> = running.map(|duty| earliest(&duty.face)).collect();
    let mut told = words.say(
        "demo.stands.case",
        [
            ("state", words.title(&words.rules.state(&case.state).title)),
            ("running", running.len().to_string()),
            ("duties", case.duties.len().to_string()),
        ],
    );
    let is_over = |due: Timestamp| due < present;
    let over = case
        .duties
        .values()
        .filter(|duty| duty.is_running() && duty.passed.iter().any(|due| is_over(*due)))
        .count();
    if over > 0 {
        told.push_str(&words.say("demo.stands.over", [("count", over.to_string())]));
    }
    let coming = running
        .iter()
        .flatten()
        .filter(|reading| !is_over(reading.due));
    if let Some(reading) = coming.min_by_key(|reading| reading.due) {
        let due = words.due_day(&reading.derivation, reading.due);
        told.push_str(&words.say("demo.stands.next", [("due", due)]));
    }
    told + &words.say("demo.stop", [])
}

/// Tells why a case cannot be closed, if it cannot.
fn not_closed(past: &Past, words: &Words<'_>, present: Timestamp) -> Option<String> {
    let ground = past.ground.context();
    let case = &past.ground.case;
    let closing = prospects(&ground, case, present)
        .into_iter()
        .find(|prospect| {
            let target = words.rules.graph.target(&case.state, &prospect.action);
            target.is_some_and(|(state, _)| {
                words.rules.state(state).outcome == Some(Outcome::Completed)
            })
        })?;
    let rejection = closing.barred.as_ref()?;
    let lacking = Lacking::of(&ground, case, present, &closing.action).counted();
    let titles = telling::Words {
        rules: words.rules,
        zone: &words.zone,
    };
    let why = match rejection {
        Rejection::Guard { .. } | Rejection::Undecided { .. } => titles.lacking(&lacking),
        rejection => titles.refusal(rejection, &lacking).into_part(),
    };
    let why = Message::new("demo.not-closed").with("why", why);
    Some(why.text(words.language))
}
