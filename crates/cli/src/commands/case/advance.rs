//! `tsuho case advance`: takes an action, with facts and what was sent, if the action files.
//! Whether it is possible is decided below; a refusal says what bars it.

use super::Context;
use super::change::{Composed, SaidOfCase, carry_out, digest_of};
use crate::failure::Result;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The case.
    #[arg(value_name = "CASE")]
    case: String,
    /// The action.
    #[arg(value_name = "ACTION")]
    action: String,
    /// Facts given with it.
    #[arg(value_name = "FACT=VALUE")]
    facts: Vec<String>,
    /// How it was sent.
    #[arg(long, value_name = "CHANNEL")]
    channel: Option<String>,
    /// To whom.
    #[arg(long, value_name = "AUTHORITY")]
    to: Vec<String>,
    /// The number or address.
    #[arg(long, value_name = "TEXT")]
    address: Option<String>,
    /// When it left.
    #[arg(long, value_name = "TIME")]
    sent_at: Option<String>,
    /// When it was received.
    #[arg(long, value_name = "TIME")]
    received_at: Option<String>,
    /// What was sent.
    #[arg(long, value_name = "FILE|DIGEST")]
    document: Option<String>,
    /// A call sheet or record of sending.
    #[arg(long, value_name = "FILE|DIGEST")]
    evidence: Vec<String>,
    /// For which duty.
    #[arg(long, value_name = "DUTY")]
    duty: Vec<String>,
    #[command(flatten)]
    said: SaidOfCase,
}

/// Takes an action.
pub(crate) async fn run(context: &mut Context, arguments: &Arguments) -> Result {
    let document = digest_of(arguments.document.as_deref())?;
    let mut evidence = Vec::new();
    for file in &arguments.evidence {
        evidence.extend(digest_of(Some(file))?);
    }
    let request = Composed::on(&arguments.case, "advance", &arguments.said)
        .text("action", Some(&arguments.action))
        .texts("facts", &arguments.facts)
        .text("channel", arguments.channel.as_deref())
        .texts("to", &arguments.to)
        .text("address", arguments.address.as_deref())
        .text("sent_at", arguments.sent_at.as_deref())
        .text("received_at", arguments.received_at.as_deref())
        .text("document", document.as_deref())
        .texts("evidence", &evidence)
        .texts("duties", &arguments.duty);
    carry_out(context, &arguments.said.said, request).await
}
