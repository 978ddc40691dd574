//! `tsuho case record`: records facts of a case, or of the operator.
//! How values are written is told by `docs/reference/requests.md`.

use super::Context;
use super::change::{Composed, SaidOfCase, carry_out, digest_of};
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
    /// What bears out the authority's decisions: a file of the case.
    #[arg(long, value_name = "FILE|DIGEST")]
    evidence: Option<String>,
    /// Where this was learnt.
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    #[command(flatten)]
    said: SaidOfCase,
}

/// Records facts.
pub(crate) async fn run(context: &mut Context, arguments: &Arguments) -> Result {
    let evidence = digest_of(arguments.evidence.as_deref())?;
    let request = Composed::on(&arguments.case, "record", &arguments.said)
        .texts("facts", &arguments.facts)
        .text("evidence", evidence.as_deref())
        .text("source", arguments.source.as_deref());
    carry_out(context, &arguments.said.said, request).await
}
