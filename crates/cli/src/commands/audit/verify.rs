//! `tsuho audit verify`: checks every record, decision, due date and row again, and says how much was looked at.
//! The checks are in `tsuho-audit`; reading the database for it is in `crates/cli/src/commands/audit/stored.rs`.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use serde_json::json;
use tokio::runtime::Handle;
use tsuho_audit::{Finding, Layer, Report};
use tsuho_store::{Condition, Error, Kind, Limit};
use tsuho_store_sqlite::{Inspection, SqliteStore, table};

use super::case_records;
use super::stored::Stored;
use crate::STACK_BYTES;
use crate::commands::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::open;
use crate::output::{Format, FormatArgument};

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Only what was found of this case; everything is checked, since a case rests on people and workflows.
    #[arg(long, value_name = "CASE")]
    case: Option<String>,
    #[command(flatten)]
    format: FormatArgument,
}

/// Verifies a database. It is not opened as other commands open one: what they refuse is for the auditor to find.
pub(crate) async fn run(context: &mut Context, arguments: &Arguments) -> Result {
    let path = context.settings.database()?.to_owned();
    let failed = |error| open::failure(error, &path);
    open::log::refuse_lost(&path)?;
    let mut inspection = Inspection::open(&path).await.map_err(failed)?;
    let kind = kind(&mut inspection).await.map_err(failed)?;
    context.output.mark(open::mark(kind));
    let stream = match &arguments.case {
        Some(case) => Some(stream(&mut inspection, case).await.map_err(failed)??),
        None => None,
    };
    let report = whole(inspection).await?.map_err(failed)?;
    let findings = report.findings.iter();
    let told = Told {
        report: &report,
        findings: findings
            .filter(|finding| stream.as_ref().is_none_or(|stream| is_of(finding, stream)))
            .collect(),
        stream,
    };
    match arguments.format.format {
        Format::Table => told.say(context),
        Format::Json => told.json(context),
    }
    Ok(told.exit())
}

/// Returns whether a database is a drill. One whose ledger does not say is marked as none.
pub(crate) async fn kind(inspection: &mut Inspection) -> std::result::Result<Kind, Error> {
    let rows = inspection
        .rows(&table::LEDGER, i64::MIN, Limit::new(1))
        .await?;
    let ledger = rows.into_iter().find_map(|(_, row)| row.ok());
    Ok(ledger.map_or(Kind::Real, |ledger| ledger.kind))
}

/// Finds a case by its number or its id, in the rows that can be read.
async fn stream(
    inspection: &mut Inspection,
    named: &str,
) -> std::result::Result<Result<String>, Error> {
    let mut from = Some(i64::MIN);
    while let Some(first) = from {
        let rows = inspection.rows(&table::CASES, first, Limit::MAX).await?;
        from = rows.last().and_then(|(number, _)| number.checked_add(1));
        let found = rows.into_iter().filter_map(|(_, row)| row.ok());
        let mut found = found.filter(|row| row.case_id == named || row.number.to_string() == named);
        if let Some(row) = found.next() {
            return Ok(Ok(case_records::stream(&row)));
        }
    }
    Ok(Err(case_records::unknown(named)))
}

/// Checks a database beside whoever works on it.
pub(crate) async fn checked(store: &Arc<SqliteStore>) -> Result<Report> {
    verified(store.path()).await
}

/// Checks the whole history in a file.
pub(crate) async fn verified(path: &Path) -> Result<Report> {
    let failed = |error| open::failure(error, path);
    let inspection = Inspection::open(path).await.map_err(failed)?;
    whole(inspection).await?.map_err(failed)
}

async fn whole(inspection: Inspection) -> Result<std::result::Result<Report, Error>> {
    on_a_thread(inspection, Vec::new(), tsuho_audit::verify).await
}

/// Tells whether a finding bears on a stream: its own records, and what every case rests on.
fn is_of(finding: &Finding, stream: &str) -> bool {
    let place = finding.place.as_ref();
    place.is_none_or(|place| place.stream == stream || !place.stream.starts_with("case/"))
}

/// Checks on a thread that may wait, with a stack for the readers of nested texts.
pub(crate) async fn on_a_thread(
    inspection: Inspection,
    conditions: Vec<Condition>,
    check: impl FnOnce(&Stored) -> std::result::Result<Report, Error> + Send + 'static,
) -> Result<std::result::Result<Report, Error>> {
    let (done, waiting) = tokio::sync::oneshot::channel();
    let stored = Stored::new(Handle::current(), inspection, conditions);
    let work = move || {
        let report = check(&stored);
        stored.close();
        // Nobody waits any more if the program is ending.
        let _ = done.send(report);
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
        .with("due_dates", counts.due_dates.to_string())
        .with("files", counts.files.to_string())
        .with("rows", counts.rows().to_string())
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
        let helps: BTreeSet<&str> = self.findings.iter().map(|one| one.fault.help()).collect();
        for help in helps {
            context
                .output
                .say(&Message::new("verify.help").with("help", Message::new(help).text(language)));
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
        if !self.findings.is_empty() {
            context.output.say(&Message::new("verify.unsound.hint"));
        }
        for digest in &self.report.unnamed {
            let unnamed = Message::new("verify.unnamed").with("digest", digest.to_string());
            context.output.say(&unnamed);
        }
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
            value["help"] = Message::new(finding.fault.help()).text(language).into();
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
            "unnamed_files": self.report.unnamed.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "case": self.stream,
        }));
    }
}
