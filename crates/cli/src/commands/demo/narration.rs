//! Puts the narration together: the path, what happened, what would have been, how it stands, what to try next.
//! Single parts are told by the files beside it.

use std::path::Path;

use tsuho_core::case::{Body, Event};

use super::chronicle::of_case;
use super::lines::{Lines, Subject};
use super::past::{self, Past, Record, Shared};
use super::play::Played;
use super::stage::Stage;
use super::words::Words;
use super::{clocks, drawing, layout, next, standing, story};
use crate::commands::Context;
use crate::failure::Result;
use crate::output::Colour;

/// The fact that names the operator.
const OPERATOR: &str = "operator_name";

/// What is told: the course of events, and what to try next.
#[derive(Debug)]
pub(super) struct Narration {
    /// The path, what happened, and how it stands.
    pub(super) text: String,
    /// What to try next, each under what it is for.
    pub(super) next: Vec<(String, String)>,
}

/// Narrates what the database holds.
pub(super) async fn narrate(
    stage: &Stage,
    played: &Played,
    database: &Path,
    context: &Context,
) -> Result<Narration> {
    let record = read(stage, played).await?;
    let (language, colour) = (context.settings.language, context.output.colour());
    let of_case = |past| Words::of(past, &record.names, language);
    let words: Vec<Words<'_>> = record.cases.iter().map(of_case).collect();
    let mut text = heading(&record, &words, colour);
    let story = story::tell(&record, &played.refused, &words);
    text.push_str(&layout::paragraphs(&story, language, colour));
    if let Some(past) = &record.what_if {
        text.push_str(&imagined(past, &of_case(past)));
    }
    text.push_str(&standing::tell(&record, &words));
    let next = next::commands(&record, &words[0], database);
    Ok(Narration { text, next })
}

/// Reads everything of which something is told.
async fn read(stage: &Stage, played: &Played) -> Result<Record> {
    let shared = match played.incident {
        Some(incident) => Some(Shared::read(stage, incident).await?),
        None => None,
    };
    let mut cases = Vec::new();
    for case in played.cases.values() {
        cases.push(Past::read(stage, *case).await?);
    }
    let what_if = match played.what_if {
        Some(case) => Some(Past::read(stage, case).await?),
        None => None,
    };
    Ok(Record {
        shared,
        cases,
        what_if,
        names: past::names(stage).await?,
        present: past::present(stage).await?,
    })
}

/// Tells whose incident or case it is, and how far it came.
fn heading(record: &Record, words: &[Words<'_>], colour: Colour) -> String {
    let first = &record.cases[0];
    let operator = first.ground.case.facts.get(OPERATOR);
    let operator = operator.and_then(|history| history.value());
    let operator = operator.map(ToString::to_string).unwrap_or_default();
    let operator = ("operator", operator);
    let number = |number: u64| ("number", number.to_string());
    let mut lines = Vec::new();
    if let Some(shared) = &record.shared {
        let told = [
            operator,
            ("title", shared.title()),
            number(shared.incident.number),
        ];
        lines.push(words[0].say("demo.title.incident", told));
        let cases = words.iter().enumerate().map(|(place, words)| {
            let mark = record.subject(place).mark();
            format!("{mark}{}", words.title(&words.rules.title))
        });
        lines.push(cases.collect::<Vec<_>>().join("  "));
    } else {
        let title = ("title", words[0].title(&words[0].rules.title));
        let told = [operator, title, number(first.row.number)];
        lines.push(words[0].say("demo.title", told));
    }
    let mut text = layout::hanging("", 0, &lines);
    text.push_str(&drawing::path(&record.cases, &words[0], colour));
    text.push_str(&layout::hanging("", 0, &[words[0].say("demo.how", [])]));
    text
}

/// Tells what would have been.
fn imagined(past: &Past, words: &Words<'_>) -> String {
    let number = past.row.number.to_string();
    let mut text = format!("\n{}\n", words.say("demo.what-if", [("number", number)]));
    for (day, sentences) in what_if(past, words) {
        let margin = layout::padded(&day, layout::MARGIN);
        text.push_str(&layout::hanging(&margin, layout::MARGIN, &sentences));
    }
    text
}

/// Tells the case that asks what would have been: only how its clocks moved, and what became of that.
fn what_if(past: &Past, words: &Words<'_>) -> Vec<(String, Vec<String>)> {
    let mut told = Vec::new();
    for decision in of_case(past) {
        let mut lines = Lines::new(words.language);
        let moves =
            |event: &&Event<Body>| matches!(event.body, Body::ClockMoved(_) | Body::ClockPassed(_));
        for event in decision.events.iter().filter(moves) {
            if let Some(sentence) = clocks::other(words, &decision.after, event) {
                lines.say(Subject::Whole, &sentence);
            }
        }
        if let (Some(event), false) = (decision.events.first(), lines.is_empty()) {
            told.push((words.day(event.recorded_at), lines.into_list()));
        }
    }
    told
}
