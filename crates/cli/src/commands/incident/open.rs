//! `tsuho incident open`: opens an incident and a case under each workflow at once, or takes in a case that is open.
//! Whether it may be opened, and what each case then owes, is decided below.

use super::Context;
use super::change::{Composed, Said, carry_out};
use crate::failure::Result;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// What it is called.
    #[arg(value_name = "TITLE")]
    title: String,
    /// Workflows under which a case is opened.
    #[arg(long = "workflow", value_name = "WORKFLOW[@VERSION]")]
    workflows: Vec<String>,
    /// The case of no incident that is taken in.
    #[arg(long, value_name = "CASE")]
    case: Option<String>,
    /// Facts that are recorded with it.
    #[arg(long = "set", value_name = "FACT=VALUE")]
    facts: Vec<String>,
    #[command(flatten)]
    said: Said,
}

/// Opens an incident.
pub(crate) async fn run(context: &mut Context, arguments: &Arguments) -> Result {
    let request = Composed::new("open_incident", &arguments.said)
        .text("title", Some(&arguments.title))
        .texts("workflows", &arguments.workflows)
        .text("case", arguments.case.as_deref())
        .texts("facts", &arguments.facts);
    carry_out(context, &arguments.said, request).await
}
