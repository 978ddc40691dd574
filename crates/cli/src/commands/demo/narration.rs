//! Puts the narration together: the path, what happened, what would have been, how it stands, what to try next.
//! Single parts are told by the files beside it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use tsuho_core::case::Rejection;
use tsuho_core::case::decide::prospects;
use tsuho_core::case::view::View;
use tsuho_core::catalogue::Arg;
use tsuho_core::ids::PersonId;
use tsuho_core::time::Timestamp;
use tsuho_core::workflow::guard::Env as _;
use tsuho_core::workflow::rules::Outcome;

use super::past::{self, Past};
use super::play::Played;
use super::stage::Stage;
use super::words::Words;
use super::{drawing, layout, next, story};
use crate::commands::Context;
use crate::failure::Result;
use crate::message::Message;
use crate::telling::{self, Lacking};

/// The fact that names the operator.
const OPERATOR: &str = "operator_name";

/// Columns of the margin before what would have been.
const ASIDE: usize = 18;

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
    let names = past::names(stage).await?;
    let past = Past::read(stage, played.case).await?;
    let present = past::present(stage).await?;
    let mut text = told(&past, played, &names, context);
    let what_if = match played.what_if {
        Some(case) => Some(Past::read(stage, case).await?),
        None => None,
    };
    if let Some(what_if) = &what_if {
        text.push_str(&imagined(what_if, &names, context));
    }
    text.push_str(&standing(&past, &names, context, present));
    let next = with_words(&past, &names, context, |words| {
        next::commands((&past, what_if.as_ref()), words, database)
    });
    Ok(Narration { text, next })
}

/// Does something with the words of a case's workflow.
fn with_words<T>(
    past: &Past,
    names: &BTreeMap<PersonId, String>,
    context: &Context,
    work: impl FnOnce(&Words<'_>) -> T,
) -> T {
    let (ground, case) = (past.ground.context(), &past.ground.case);
    let view = View::new(&ground, case, case.last_recorded);
    work(&Words {
        language: context.settings.language,
        rules: ground.rules,
        names,
        zone: view.zone(),
    })
}

/// Tells the case: whose it is, its path, and what happened.
fn told(
    past: &Past,
    played: &Played,
    names: &BTreeMap<PersonId, String>,
    context: &Context,
) -> String {
    with_words(past, names, context, |words| {
        let colour = context.output.colour();
        let case = &past.ground.case;
        let operator = case.facts.get(OPERATOR).and_then(|history| history.value());
        let title = [
            ("title", words.title(&words.rules.title)),
            ("number", past.row.number.to_string()),
            (
                "operator",
                operator.map(ToString::to_string).unwrap_or_default(),
            ),
        ];
        let mut text = format!("\n{}\n", words.say("demo.title", title));
        text.push_str(&drawing::path(past, words, colour));
        for key in ["demo.how", "demo.assumed"] {
            text.push_str(&layout::hanging("", 0, &[words.say(key, [])]));
        }
        let story = story::tell(past, &played.refused, words);
        text.push_str(&layout::paragraphs(&story, words.language, colour));
        text
    })
}

/// Tells what would have been.
fn imagined(past: &Past, names: &BTreeMap<PersonId, String>, context: &Context) -> String {
    with_words(past, names, context, |words| {
        let number = past.row.number.to_string();
        let mut text = format!("\n{}\n", words.say("demo.what-if", [("number", number)]));
        for (time, sentences) in story::what_if(past, words) {
            let margin = layout::padded(&time, ASIDE);
            text.push_str(&layout::hanging(&margin, ASIDE, &sentences));
        }
        text
    })
}

/// Tells how the case stands, and what bars closing it.
fn standing(
    past: &Past,
    names: &BTreeMap<PersonId, String>,
    context: &Context,
    present: Timestamp,
) -> String {
    with_words(past, names, context, |words| {
        let ground = past.ground.context();
        let case = &past.ground.case;
        let state = words.title(&words.rules.state(&case.state).title);
        let running = case
            .duties
            .values()
            .filter(|duty| duty.is_running())
            .count();
        let stands = [
            ("day", words.day(present)),
            ("state", state),
            ("running", running.to_string()),
            ("duties", case.duties.len().to_string()),
        ];
        let mut sentences = vec![words.say("demo.stands", stands)];
        let closing = prospects(&ground, case, present)
            .into_iter()
            .find(|prospect| {
                let target = words.rules.graph.target(&case.state, &prospect.action);
                target.is_some_and(|(state, _)| {
                    words.rules.state(state).outcome == Some(Outcome::Completed)
                })
            });
        if let Some(closing) = closing
            && let Some(rejection) = &closing.barred
        {
            let lacking = Lacking::of(&ground, case, present, &closing.action).counted();
            let titles = telling::Words {
                rules: words.rules,
                zone: words.zone,
            };
            let why = match rejection {
                Rejection::Guard { .. } | Rejection::Undecided { .. } => {
                    Arg::List(titles.lacking(&lacking))
                }
                rejection => titles.refusal(rejection, &lacking).into_part(),
            };
            let why = Message::new("demo.not-closed").with("why", why);
            sentences.push(why.text(words.language));
        }
        let mut text = String::new();
        let _ = write!(text, "\n{}", layout::hanging("", 0, &sentences));
        text
    })
}
