//! `tsuho case undo`: records that a filing was withdrawn or failed; its duties run again with the dates they had.
//! A reason is asked for by the decision.

use super::Context;
use super::change::{Composed, SaidOfCase, carry_out};
use crate::failure::Result;

/// What the command takes.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("how").required(true).args(["withdrawn", "failed"])))]
pub(crate) struct Arguments {
    /// The case.
    #[arg(value_name = "CASE")]
    case: String,
    /// The filing, or the action whose latest filing is meant.
    #[arg(value_name = "FILING|ACTION")]
    filing: String,
    /// The operator took it back.
    #[arg(long)]
    withdrawn: bool,
    /// It was returned or never arrived.
    #[arg(long)]
    failed: bool,
    #[command(flatten)]
    said: SaidOfCase,
}

/// Records that a filing counts no longer.
pub(crate) async fn run(context: &mut Context, arguments: &Arguments) -> Result {
    let how = if arguments.withdrawn {
        "withdrawn"
    } else {
        "failed"
    };
    let request = Composed::on(&arguments.case, "undo", &arguments.said)
        .text("filing", Some(&arguments.filing))
        .text("how", Some(how));
    carry_out(context, &arguments.said.said, request).await
}
