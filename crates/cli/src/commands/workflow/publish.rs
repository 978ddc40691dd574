//! `tsuho workflow publish`: publishes the workflows of files, each with everything that it leans on.
//! A published version never changes; an open case stays with the version under which it was opened.

use std::path::PathBuf;

use tsuho_core::people::SystemRejection;
use tsuho_executor::Answer;

use crate::change::{self, ChangeArguments};
use crate::commands::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::findings::Found;
use crate::message::Message;
use crate::output::Format;
use crate::session::with_session;
use crate::telling::RoleTitles;
use crate::workspace::Workspace;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The files.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    change: ChangeArguments,
}

/// Publishes the workflows.
pub(crate) async fn run(context: &mut Context, arguments: Arguments) -> Result {
    let workspace = Workspace::read(&arguments.files)?;
    if workspace.compiled.findings.has_errors() {
        let compiled = workspace.compiled;
        let found = Found::new(compiled.findings, compiled.texts);
        found.print(&mut context.output);
        context.output.remark(&Message::new("publish.mistakes"));
        return Ok(found.exit());
    }
    let bundles = workspace.bundles();
    if bundles.is_empty() {
        return Err(Failure::new(
            Exit::NothingToRead,
            Message::new("graph.none"),
        ));
    }
    let change = arguments.change;
    with_session(context, change.mode(), async |context, session| {
        for bundle in bundles {
            let sender = session.sender()?;
            let executor = session.executor();
            let answer = executor
                .publish_workflow(&sender, &bundle, &change.how())
                .await;
            let answer = answer.map_err(|error| session.failed(error))?;
            match answer {
                // Publishing again what is published changes nothing, and CI does it on every run.
                Answer::Refused(refusal @ SystemRejection::Published { .. })
                    if change.format.format == Format::Table =>
                {
                    context.output.say(&change::refusal_message(
                        session,
                        &RoleTitles::default(),
                        &refusal,
                    ));
                }
                answer => {
                    let told = change::tell(
                        context,
                        session,
                        (change.format.format, &RoleTitles::default()),
                        answer,
                    )?;
                    if told != Exit::Fine {
                        return Ok(told);
                    }
                }
            }
        }
        Ok(Exit::Fine)
    })
    .await
}
