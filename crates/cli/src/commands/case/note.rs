//! `tsuho case note`: writes something down on a case.
//! A note is personal unless it is privileged: what counsel was asked or said.

use tsuho_core::value::parse::Written;

use super::Context;
use super::change::{Composed, SaidOfCase, carry_out};
use crate::failure::Result;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The case.
    #[arg(value_name = "CASE")]
    case: String,
    /// The words.
    #[arg(value_name = "TEXT")]
    text: String,
    /// It is privileged.
    #[arg(long)]
    privileged: bool,
    #[command(flatten)]
    said: SaidOfCase,
}

/// Writes something down.
pub(crate) async fn run(context: &mut Context, arguments: &Arguments) -> Result {
    let request = Composed::on(&arguments.case, "note", &arguments.said)
        .text("text", Some(&arguments.text))
        .put(
            "privileged",
            arguments.privileged.then_some(Written::Boolean(true)),
        );
    carry_out(context, &arguments.said.said, request).await
}
