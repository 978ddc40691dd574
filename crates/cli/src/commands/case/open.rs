//! `tsuho case open`: opens a case under a published workflow; prints its number and its id.
//! Which version is taken, and whether it may be opened, is decided below.

use super::Context;
use super::change::{Composed, Said, carry_out};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The workflow, with its version if wanted.
    #[arg(value_name = "WORKFLOW[@VERSION]")]
    workflow: String,
    /// The incident in which it is opened.
    #[arg(long, value_name = "INCIDENT")]
    incident: Option<String>,
    #[command(flatten)]
    said: Said,
}

/// Opens a case.
pub(crate) async fn run(context: &mut Context, arguments: &Arguments) -> Result {
    let (workflow, version) = match arguments.workflow.split_once('@') {
        None => (arguments.workflow.as_str(), None),
        Some((workflow, version)) => {
            let version: i64 = version.parse().map_err(|_| {
                let message = Message::new("case.open.no-version");
                Failure::new(Exit::Usage, message.with("version", version))
            })?;
            (workflow, Some(version))
        }
    };
    let request = Composed::new("open", &arguments.said)
        .text("workflow", Some(workflow))
        .text("incident", arguments.incident.as_deref())
        .number("version", version);
    carry_out(context, &arguments.said, request).await
}
