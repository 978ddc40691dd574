//! `tsuho case receive`: records that a filing arrived, or confirms that it counts, with its receipt.
//! When a filing counts is said by the channel that the authority lists.

use super::Context;
use super::change::{Composed, SaidOfCase, carry_out, digest_of};
use crate::failure::Result;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The case.
    #[arg(value_name = "CASE")]
    case: String,
    /// The filing, or the action whose latest filing is meant.
    #[arg(value_name = "FILING|ACTION")]
    filing: String,
    /// When it arrived.
    #[arg(long, value_name = "TIME")]
    received_at: Option<String>,
    /// The receipt.
    #[arg(long, value_name = "FILE|DIGEST")]
    receipt: Option<String>,
    #[command(flatten)]
    said: SaidOfCase,
}

/// Records that a filing arrived.
pub(crate) async fn run(context: &mut Context, arguments: &Arguments) -> Result {
    let receipt = digest_of(arguments.receipt.as_deref())?;
    let request = Composed::on(&arguments.case, "receive", &arguments.said)
        .text("filing", Some(&arguments.filing))
        .text("received_at", arguments.received_at.as_deref())
        .text("receipt", receipt.as_deref());
    carry_out(context, &arguments.said.said, request).await
}
