//! Draws the path from the first alarm to prevention, with the day on which the case entered each part of it.
//! What happened there is told by `crates/cli/src/commands/demo/story.rs`.

use tsuho_core::case::Body;
use tsuho_core::time::Timestamp;
use tsuho_core::workflow::rules::Phase;

use super::layout::{columns, of, padded, phase_name, styled};
use super::past::Past;
use super::words::Words;
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

/// Draws the path of cases: the day on which the first of them came so far, and how far one of them is.
pub(super) fn path(cases: &[Past], words: &Words<'_>, colour: Colour) -> String {
    let here = cases.iter().map(|past| past.ground.case.phase).max();
    let (mut names, mut days) = (String::new(), String::new());
    for phase in PATH {
        let is_here = here == Some(phase);
        let entered = cases.iter().filter_map(|past| entered(past, phase)).min();
        let bullet = if entered.is_some() { "●" } else { "○" };
        let name = format!("{bullet} {} ", phase_name(phase, words.language));
        let line = if phase == Phase::Closed {
            String::new()
        } else {
            "─".repeat(STEP.saturating_sub(columns(&name) + 2)) + "▶ "
        };
        let style = if is_here { of(phase).bold() } else { of(phase) };
        names.push_str(&styled(colour, style, &name));
        names.push_str(&line);
        let mut day = entered.map(|at| words.day(at)).unwrap_or_default();
        if is_here {
            day.push_str(&words.say("demo.here", []));
        }
        days.push_str(&padded(&format!("  {day}"), STEP));
    }
    [names, days]
        .map(|row| format!("{}\n", row.trim_end()))
        .concat()
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
