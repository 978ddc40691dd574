//! `tsuho case approve` and `tsuho case refuse`: a second person's consent to what an action proposes, or its refusal.
//! Who may consent, and whether the proposal still stands, is decided below.

use super::Context;
use super::change::{Composed, SaidOfCase, carry_out};
use crate::failure::Result;

/// What consenting takes.
#[derive(Debug, clap::Args)]
pub(crate) struct ApproveArguments {
    /// The case.
    #[arg(value_name = "CASE")]
    case: String,
    /// The action.
    #[arg(value_name = "ACTION")]
    action: String,
    /// The proposal that was seen.
    #[arg(long, value_name = "DIGEST")]
    digest: Option<String>,
    #[command(flatten)]
    said: SaidOfCase,
}

/// What refusing takes.
#[derive(Debug, clap::Args)]
pub(crate) struct RefuseArguments {
    /// The case.
    #[arg(value_name = "CASE")]
    case: String,
    /// The action.
    #[arg(value_name = "ACTION")]
    action: String,
    #[command(flatten)]
    said: SaidOfCase,
}

/// Consents.
pub(crate) async fn approve(context: &mut Context, arguments: &ApproveArguments) -> Result {
    let request = Composed::on(&arguments.case, "approve", &arguments.said)
        .text("action", Some(&arguments.action))
        .text("digest", arguments.digest.as_deref());
    carry_out(context, &arguments.said.said, request).await
}

/// Refuses.
pub(crate) async fn refuse(context: &mut Context, arguments: &RefuseArguments) -> Result {
    let request = Composed::on(&arguments.case, "refuse", &arguments.said)
        .text("action", Some(&arguments.action));
    carry_out(context, &arguments.said.said, request).await
}
