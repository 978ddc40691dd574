//! `tsuho incident record`: records facts on an incident; each of its cases that uses them has them at once.
//! How values are written is told by `docs/reference/requests.md`.

use super::Context;
use super::change::{Composed, Said, carry_out};
use crate::failure::Result;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The incident.
    #[arg(value_name = "INCIDENT")]
    incident: String,
    /// The facts.
    #[arg(value_name = "FACT=VALUE", required = true)]
    facts: Vec<String>,
    #[command(flatten)]
    said: Said,
}

/// Records facts.
pub(crate) async fn run(context: &mut Context, arguments: &Arguments) -> Result {
    let request = Composed::new("record", &arguments.said)
        .text("incident", Some(&arguments.incident))
        .texts("facts", &arguments.facts);
    carry_out(context, &arguments.said, request).await
}
