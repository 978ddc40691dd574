//! `tsuho audit verify`: checks every record, decision, due date and row again, and says how much was looked at.
//! The checks are in `tsuho-audit`; reading the database for it is in `crates/cli/src/commands/audit/stored.rs`.

use std::sync::Arc;
use std::thread;

use serde_json::json;
use tokio::runtime::Handle;
use tsuho_audit::{Finding, Layer, Report};
use tsuho_store::{Error, Store as _};
use tsuho_store_sqlite::SqliteStore;

use super::case_records::{find, stream};
use super::stored::Stored;
use crate::STACK_BYTES;
use crate::commands::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::open::{self, Mode};
use crate::output::{Format, FormatArgument};

/// Most times that a history is read which others write meanwhile: whoever writes without a pause is verified on a copy.
const MOST_READINGS: usize = 5;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Only what was found of this case; everything is checked, since a case rests on people and workflows.
    #[arg(long, value_name = "CASE")]
    case: Option<String>,
    #[command(flatten)]
    format: FormatArgument,
}

/// Verifies a database.
pub(crate) async fn run(context: &mut Context, arguments: &Arguments) -> Result {
    open::with_store(context, Mode::ReadOnly, async |context, store| {
        let stream = match &arguments.case {
            Some(case) => Some(stream(&find(&**store, store.path(), case).await?)),
            None => None,
        };
        let report = checked(store).await?;
        let found: Vec<&Finding> = report.findings.iter().collect();
        let told = Told {
            report: &report,
            findings: found
                .into_iter()
                .filter(|finding| stream.as_ref().is_none_or(|stream| is_of(finding, stream)))
                .collect(),
            stream,
        };
        match arguments.format.format {
            Format::Table => told.say(context),
            Format::Json => told.json(context),
        }
        Ok(told.exit())
    })
    .await
}

/// Tells whether a finding bears on a stream: its own records, and what every case rests on.
fn is_of(finding: &Finding, stream: &str) -> bool {
    let place = finding.place.as_ref();
    place.is_none_or(|place| place.stream == stream || !place.stream.starts_with("case/"))
}

/// Checks an open database. What others write meanwhile makes rows newer than the records that were read, so that
/// findings count only once nobody wrote.
pub(crate) async fn checked(store: &Arc<SqliteStore>) -> Result<Report> {
    let failed = |error| open::failure(error, store.path());
    for _ in 0..MOST_READINGS {
        let ledger = store.ledger().await.map_err(failed)?;
        let size = ledger.size;
        let stored = Stored::new(Handle::current(), Arc::clone(store), ledger);
        let report = on_a_thread(stored).await?.map_err(failed)?;
        let is_same = store.ledger().await.map_err(failed)?.size == size;
        if is_same || report.total() == 0 {
            return Ok(report);
        }
    }
    Err(Failure::new(Exit::Undecided, Message::new("verify.busy"))
        .hint(Message::new("verify.busy.hint")))
}

/// Verifies on a thread that may wait, with a stack for the readers of nested texts.
async fn on_a_thread(stored: Stored) -> Result<std::result::Result<Report, Error>> {
    let (done, waiting) = tokio::sync::oneshot::channel();
    let work = move || {
        // Nobody waits any more if the program is ending.
        let _ = done.send(tsuho_audit::verify(&stored));
    };
    let internal = || Failure::new(Exit::Internal, Message::new("verify.stopped"));
    let thread = thread::Builder::new()
        .name("tsuho-verify".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(work)
        .map_err(|error| internal().cause(error))?;
    let report = waiting.await.map_err(|error| internal().cause(error));
    // It has sent its report, or ended; either way it is done.
    thread.join().map_err(|_| internal())?;
    report
}

/// Returns the sentence that sums a report up.
pub(crate) fn verdict(report: &Report) -> Message {
    let counts = &report.counts;
    let key = match report.total() {
        0 => "verify.sound",
        _ => "verify.unsound",
    };
    Message::new(key)
        .with("faults", report.total().to_string())
        .with("records", counts.records.to_string())
        .with("parts", counts.parts.to_string())
        .with("decisions", counts.decisions().to_string())
        .with("due_dates", (counts.rebuilt + counts.counted).to_string())
        .with(
            "rows",
            (counts.stream_rows + counts.case_rows + counts.clock_rows + counts.request_rows)
                .to_string(),
        )
}

/// A report as it is told: everything, or what bears on one case.
struct Told<'a> {
    report: &'a Report,
    findings: Vec<&'a Finding>,
    stream: Option<String>,
}

impl Told<'_> {
    fn exit(&self) -> Exit {
        // The report keeps the first findings of many: what it does not hold may be of the case too.
        let is_cut = self.report.total() > self.report.findings.len() as u64;
        if self.findings.is_empty() && !is_cut {
            Exit::Fine
        } else {
            Exit::Findings
        }
    }

    fn say(&self, context: &mut Context) {
        let language = context.settings.language;
        for line in self.report.lines() {
            let (key, args) = line.message;
            let counted = Message::of(key, args).text(language);
            let name = Message::new(line.layer.key()).text(language);
            let message = if line.faults == 0 {
                Message::new("verify.layer.sound")
            } else {
                Message::new("verify.layer.unsound").with("faults", line.faults.to_string())
            };
            let message = message.with("layer", name).with("counted", counted);
            context.output.say(&message);
        }
        context.output.line("");
        for finding in &self.findings {
            let (key, args) = finding.message();
            context.output.say(&Message::of(key, args));
        }
        let kept = self.report.findings.len() as u64;
        if let Some(more) = self
            .report
            .total()
            .checked_sub(kept)
            .filter(|more| *more > 0)
        {
            let more = Message::new("verify.more").with("count", more.to_string());
            context.output.say(&more);
        }
        context.output.say(&verdict(self.report));
        if let Some(stream) = &self.stream {
            let count = self.findings.len().to_string();
            let of = Message::new("verify.case").with("count", count);
            context.output.say(&of.with("stream", stream.as_str()));
        }
        for key in Report::limits() {
            context.output.say(&Message::new(*key));
        }
    }

    fn json(&self, context: &mut Context) {
        let language = context.settings.language;
        let findings = self.findings.iter().map(|finding| {
            let (key, args) = finding.message();
            let mut value = json!(finding);
            value["layer"] = json!(finding.fault.layer());
            value["message"] = Message::of(key, args).text(language).into();
            value
        });
        let faults = Layer::ALL.map(|layer| {
            let count = self.report.faults.get(&layer).copied().unwrap_or(0);
            (layer.word().to_owned(), count)
        });
        let faults: std::collections::BTreeMap<String, u64> = faults.into();
        context.output.json(json!({
            "sound": self.report.total() == 0,
            "counts": self.report.counts,
            "faults": faults,
            "findings": findings.collect::<Vec<_>>(),
            "case": self.stream,
        }));
    }
}
