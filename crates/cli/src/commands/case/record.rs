//! `tsuho case record`: records facts of a case, or of the operator.
//! How values are written is told by `docs/reference/requests.md`.

use super::Context;
use super::change::{Composed, SaidOfCase, carry_out};
use crate::failure::Result;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The case, or `operator`.
    #[arg(value_name = "CASE|operator")]
    case: String,
    /// The facts.
    #[arg(value_name = "FACT=VALUE", required = true)]
    facts: Vec<String>,
    #[command(flatten)]
    said: SaidOfCase,
}

/// Records facts.
pub(crate) async fn run(context: &mut Context, arguments: &Arguments) -> Result {
    let request =
        Composed::on(&arguments.case, "record", &arguments.said).texts("facts", &arguments.facts);
    carry_out(context, &arguments.said.said, request).await
}
