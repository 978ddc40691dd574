//! `tsuho test`: plays scenarios against their workflows in virtual time and says where they went otherwise.
//! Playing them is left to `tsuho-core`; nothing is stored.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};
use tsuho_core::calendar::{self, Calendar};
use tsuho_core::catalogue::Language;
use tsuho_core::name::{CalendarName, WorkflowName};
use tsuho_core::scenario::{self, Coverage, Outcome, Plays, Report, Scenario};
use tsuho_core::value::Title;
use tsuho_core::workflow::Rules;
use tsuho_core::workflow::graph::Edge;

use super::Context;
use crate::diagnostics::Texts;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::findings::{Format, Found};
use crate::message::Message;
use crate::output::Output;
use crate::workspace::Workspace;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Files and folders.
    #[arg(value_name = "PATHS", default_value = ".")]
    paths: Vec<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t, value_name = "text|json")]
    format: Format,
}

/// A scenario that was played.
struct Played<'w> {
    scenario: &'w Scenario,
    steps: usize,
    found: Found,
}

/// Plays the scenarios.
pub(crate) fn run(context: &mut Context, arguments: &Arguments) -> Result {
    let mut workspace = Workspace::read(&arguments.paths)?;
    let texts = workspace.compiled.texts.clone();
    let mistakes = Found::new(
        std::mem::take(&mut workspace.compiled.findings),
        texts.clone(),
    );
    if workspace.scenarios.is_empty() && mistakes.exit() == Exit::Fine {
        return Err(Failure::new(Exit::NothingToRead, Message::new("test.none"))
            .hint(Message::new("test.none.hint")));
    }
    let calendars = calendars();
    let mut coverage: BTreeMap<&WorkflowName, Coverage> = BTreeMap::new();
    let mut all_played = Vec::new();
    for scenario in &workspace.scenarios {
        let report = scenario::run(&workspace.compiled.workflows, &calendars, scenario);
        for (case, course) in scenario.cases.iter().zip(&report.cases) {
            let touched = coverage.entry(&case.workflow).or_default();
            touched.extend(course.coverage.clone());
        }
        all_played.push(played(scenario, report, &texts));
    }
    let output = &mut context.output;
    match arguments.format {
        Format::Text => {
            mistakes.print(output);
            print(output, &all_played);
            for (name, coverage) in &coverage {
                if let Some(rules) = workspace.compiled.workflow(name) {
                    output.say(&covered(rules, coverage));
                }
            }
        }
        Format::Json => {
            let mut object = mistakes.json(output);
            let scenarios = all_played.iter().map(|played| played.json(output));
            object["scenarios"] = scenarios.collect();
            output.json(object);
        }
    }
    if mistakes.exit() == Exit::Fine && all_played.iter().all(Played::passed) {
        Ok(Exit::Fine)
    } else {
        Ok(Exit::Findings)
    }
}

/// Returns the calendars that come with the program: scenarios are played on the days that are known to it.
fn calendars() -> BTreeMap<CalendarName, Calendar> {
    calendar::all_shipped()
        .iter()
        .map(|calendar| (calendar.name.clone(), calendar.clone()))
        .collect()
}

fn played<'w>(scenario: &'w Scenario, report: Report, texts: &Texts) -> Played<'w> {
    let steps = report.steps.iter();
    let steps = steps.filter(|step| step.outcome != Outcome::NotPlayed);
    Played {
        scenario,
        steps: steps.count(),
        found: Found::new(report.findings, texts.clone()),
    }
}

impl Played<'_> {
    fn passed(&self) -> bool {
        self.found.count() == 0
    }

    fn json(&self, output: &Output) -> Value {
        let mut object = self.found.json(output);
        object["scenario"] = json!(in_language(&self.scenario.title, output.language()));
        match (self.scenario.plays, self.scenario.cases.as_slice()) {
            (Plays::OneCase, [case]) => object["workflow"] = json!(case.workflow.as_str()),
            (Plays::OneCase | Plays::Incident, cases) => {
                let cases = cases
                    .iter()
                    .map(|case| (case.name.clone(), json!(case.workflow.as_str())));
                object["incident"] = Value::Object(cases.collect());
            }
        }
        object["file"] = json!(&*self.scenario.at.file);
        object["line"] = json!(self.scenario.at.line);
        object["outcome"] = json!(if self.passed() { "passed" } else { "failed" });
        object["steps"] = json!(self.scenario.steps.len());
        object["played"] = json!(self.steps);
        object
    }
}

/// Returns a title in a language.
fn in_language(title: &Title, language: Language) -> &str {
    match language {
        Language::En => &title.en,
        Language::Ja => &title.ja,
    }
}

/// Prints what went otherwise than expected, and one line for each scenario.
fn print(output: &mut Output, all_played: &[Played<'_>]) {
    for played in all_played {
        played.found.print(output);
        let key = if played.passed() {
            "test.passed"
        } else {
            "test.failed"
        };
        output.say(
            &Message::new(key)
                .with("scenario", played.scenario.title.clone())
                .with("steps", played.scenario.steps.len())
                .with("played", played.steps),
        );
    }
    let failed = all_played.iter().filter(|played| !played.passed()).count();
    output.say(
        &Message::new("test.summary")
            .with("scenarios", all_played.len())
            .with("failed", failed),
    );
}

/// Returns how much of a workflow its scenarios have touched.
fn covered(rules: &Rules, coverage: &Coverage) -> Message {
    let mut message = Message::new("test.covered").with("workflow", rules.name.to_string());
    let owed = coverage.obligations.values();
    let edges = rules.graph.edges();
    // An action that files is repeated in later states too, over no edge of the workflow (S4).
    let is_taken = |edge: &&Edge| {
        let taken = (edge.from.clone(), edge.action.clone());
        coverage.actions.contains(&taken)
    };
    for (touched, of, (touched_key, of_key)) in [
        (
            coverage.states.len(),
            rules.states.len(),
            ("states", "of_states"),
        ),
        (
            edges.iter().filter(is_taken).count(),
            edges.len(),
            ("actions", "of_actions"),
        ),
        (
            owed.filter(|fates| fates.started > 0).count(),
            rules.obligations.len(),
            ("obligations", "of_obligations"),
        ),
    ] {
        message = message.with(touched_key, touched).with(of_key, of);
    }
    message
}
