//! `tsuho case attach`: keeps a file and puts it on the case; prints its digest.
//! The bytes are kept by their digest, outside the history.

use super::Context;
use super::change::{Composed, SaidOfCase, carry_out};
use crate::failure::Result;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The case.
    #[arg(value_name = "CASE")]
    case: String,
    /// The file.
    #[arg(value_name = "FILE")]
    file: String,
    /// Another name than its own.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The filing for which it is evidence, or the action whose latest filing is meant.
    #[arg(long, value_name = "FILING|ACTION")]
    filing: Option<String>,
    /// The fact that it bears out.
    #[arg(long, value_name = "FACT")]
    fact: Option<String>,
    #[command(flatten)]
    said: SaidOfCase,
}

/// Attaches a file.
pub(crate) async fn run(context: &mut Context, arguments: &Arguments) -> Result {
    let request = Composed::on(&arguments.case, "attach", &arguments.said)
        .text("file", Some(&arguments.file))
        .text("name", arguments.name.as_deref())
        .text("filing", arguments.filing.as_deref())
        .text("fact", arguments.fact.as_deref());
    carry_out(context, &arguments.said.said, request).await
}
