//! Draws the path from the first alarm to prevention, with the day on which the case entered each part of it.
//! What happened there is told by `crates/cli/src/commands/demo/story.rs`.

use tsuho_core::case::Body;
use tsuho_core::catalogue::Language;
use tsuho_core::time::Timestamp;
use tsuho_core::workflow::rules::Phase;

use super::layout::{columns, of, padded, phase_name, styled};
use super::past::Past;
use super::words::Words;
use crate::message::Message;
use crate::output::Colour;

/// The path, in its order.
const PATH: [Phase; 5] = [
    Phase::Detect,
    Phase::Notify,
    Phase::Report,
    Phase::Prevent,
    Phase::Closed,
];

/// Columns from one phase to the next.
const STEP: usize = 18;

/// Draws the path of a case.
pub(super) fn path(past: &Past, words: &Words<'_>, colour: Colour) -> String {
    let here = past.ground.case.phase;
    let (mut names, mut days, mut marks) = (String::new(), String::new(), String::new());
    for phase in PATH {
        let entered = entered(past, phase);
        let bullet = if entered.is_some() { "●" } else { "○" };
        let name = format!("{bullet} {} ", phase_name(phase, words.language));
        let line = if phase == Phase::Closed {
            String::new()
        } else {
            "─".repeat(STEP.saturating_sub(columns(&name) + 2)) + "▶ "
        };
        let style = if phase == here {
            of(phase).bold()
        } else {
            of(phase)
        };
        names.push_str(&styled(colour, style, &name));
        names.push_str(&line);
        let day = entered.map(|at| words.day(at)).unwrap_or_default();
        days.push_str(&padded(&format!("  {day}"), STEP));
        let mark = if phase == here {
            here_word(words.language)
        } else {
            String::new()
        };
        marks.push_str(&padded(&mark, STEP));
    }
    [names, days, marks]
        .map(|row| format!("{}\n", row.trim_end()))
        .concat()
}

fn here_word(language: Language) -> String {
    Message::new("demo.here").text(language)
}

/// Returns when a case first entered a phase.
fn entered(past: &Past, phase: Phase) -> Option<Timestamp> {
    past.events.iter().find_map(|event| match &event.body {
        Body::CaseOpened(opened) if opened.phase == phase => Some(event.occurred_at),
        Body::ActionTaken(taken) if taken.phase == phase => {
            Some(taken.entered_at.unwrap_or(event.occurred_at))
        }
        _ => None,
    })
}
