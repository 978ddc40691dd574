//! `tsuho demo`: plays a real incident in a drill database of its own, and tells it so that a newcomer understands.
//! Everything told is read back from the database; only what was refused, of which no history knows, comes beside it.

mod aside;
mod cast;
mod chronicle;
mod clocks;
mod drawing;
mod effects;
mod facts;
mod filings;
mod layout;
mod lines;
mod narration;
mod next;
mod past;
mod place;
mod play;
mod series;
mod stage;
mod standing;
mod starts;
mod story;
mod words;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tsuho_core::catalogue::Language;
use tsuho_core::name::WorkflowName;
use tsuho_core::people::SystemRejection;
use tsuho_core::scenario::Scenario;
use tsuho_core::time::Span;
use tsuho_core::workflow::bundle::Bundle;
use tsuho_executor::{Answer, How};
use tsuho_store::Kind;
use tsuho_store_sqlite::{self as sqlite, Mode};

use self::cast::Cast;
use self::play::Played;
use self::stage::Stage;
use super::{Context, audit};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::files::{self, Text};
use crate::findings::Found;
use crate::message::Message;
use crate::open;
use crate::output::{Mark, Output};
use crate::unfinished::{Readers, Unfinished, not_made};
use crate::workspace::Workspace;

/// Name and text of the scenario that comes with the program.
const SCENARIO: (&str, &[u8]) = (
    "tsuho:line-yahoo.test.yaml",
    include_bytes!("../../../../workflows/line-yahoo.test.yaml"),
);

/// What `tsuho demo` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A copy of the scenario to play instead.
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
}

/// Plays the incident and tells it.
pub(crate) async fn run(context: &mut Context, arguments: Arguments) -> Result {
    let (scenario, bundles) = chosen(&mut context.output, arguments.scenario.as_deref())?;
    let path = place::choose(context.settings.database_if_named());
    let language = context.settings.language;
    // Those who are in the installation were there before the first alarm.
    let before = scenario.opening.moment.plus(Span::from_days(-1));
    let file = Unfinished::begin(&path, Readers::Usual)?;
    let store = sqlite::create(file.path(), Kind::Drill, before.moment()).await;
    let store = Arc::new(store.map_err(|error| not_made(error, &path))?);
    let played = match Stage::on(&store, &path).await {
        Ok(stage) => played(&stage, &scenario, &bundles, language).await,
        Err(failure) => Err(failure),
    };
    store.close().await;
    let played = played?;
    file.finish()?;
    context.output.mark(Mark::Drill);
    told(context, &path, &played).await
}

/// Finds the scenario to play, the one that comes with the program unless another is named, and its workflows.
fn chosen(output: &mut Output, named: Option<&Path>) -> Result<(Scenario, Vec<Bundle>)> {
    let text = match named {
        Some(path) => files::read(path)?,
        None => Text {
            name: SCENARIO.0.to_owned(),
            bytes: SCENARIO.1.to_owned(),
        },
    };
    let file = text.name.clone();
    let mut workspace = Workspace::spoken(vec![text], output.language());
    if workspace.compiled.findings.has_errors() {
        let compiled = workspace.compiled;
        Found::new(compiled.findings, compiled.texts).print(output);
        let message = Message::new("demo.unsound").with("file", file);
        return Err(Failure::new(Exit::Findings, message));
    }
    if workspace.scenarios.is_empty() {
        let message = Message::new("demo.no-scenario").with("file", file);
        return Err(Failure::new(Exit::NothingToRead, message));
    }
    let scenario = workspace.scenarios.swap_remove(0);
    let workflows: BTreeSet<&WorkflowName> =
        scenario.cases.iter().map(|case| &case.workflow).collect();
    let bundles = workflows.into_iter().map(|workflow| {
        let bundle = workspace.bundle(workflow);
        bundle.expect("a scenario is read against its workflows")
    });
    let bundles = bundles.collect();
    Ok((scenario, bundles))
}

/// Makes the installation and plays the scenario in it.
async fn played(
    stage: &Stage,
    scenario: &Scenario,
    bundles: &[Bundle],
    language: Language,
) -> Result<Played> {
    let cast = Cast::assemble(stage, scenario, language).await?;
    for bundle in bundles {
        let (sender, how) = (cast.sender(stage), How::default());
        let published = stage.executor.publish_workflow(&sender, bundle, &how);
        granted(published.await.map_err(|error| stage.failed(error))?)?;
    }
    play::play(stage, &cast, scenario).await
}

/// Opens the database again and tells what is in it. It is opened for writing, so that closing leaves one file.
async fn told(context: &mut Context, path: &Path, played: &Played) -> Result {
    let store = sqlite::open(path, Mode::ReadWrite).await;
    let store = Arc::new(store.map_err(|error| open::failure(error, path))?);
    let told = async {
        let stage = Stage::on(&store, path).await?;
        let narration = narration::narrate(&stage, played, path, context).await?;
        Ok((narration, audit::checked(&store).await?))
    }
    .await;
    store.close().await;
    let (narration, report) = told?;
    let output = &mut context.output;
    output.rendered(&narration.text);
    output.say(&audit::verdict(&report));
    output.say(&Message::new("demo.next").with("database", path.display().to_string()));
    for (sentence, command) in narration.next {
        // A shell takes what follows for a remark, so that the whole line can be pasted.
        output.line(&format!("    {command}  # {sentence}"));
    }
    Ok(match report.total() {
        0 => Exit::Fine,
        _ => Exit::Findings,
    })
}

/// Takes an answer that nothing refuses to the administrator of an empty installation.
fn granted<B>(answer: Answer<B, SystemRejection>) -> Result<()> {
    match answer {
        Answer::Done(_) => Ok(()),
        Answer::Refused(rejection) => Err(Failure::new(
            Exit::Internal,
            Message::of(rejection.key(), rejection.args()),
        )),
    }
}
