//! Callers in a closed loop: each sends a request to `tsuho apply` when its last one was answered.

use std::io::{BufReader, Write as _};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;
use std::time::Instant;

use anyhow::{Context, ensure};

use super::installation::Installation;
use super::numbers::{Figure, median, per_second, quantile};
use super::process::Taken;
use super::stopwatch;

/// Who asks for how much.
#[derive(Debug, Clone, Copy)]
pub(super) struct Load {
    pub(super) callers: usize,
    pub(super) advances: usize,
    pub(super) cases: usize,
}

/// What one round measured.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measured {
    /// Advances in a second.
    rate: f64,
    /// Milliseconds from a request to its answer, in the middle.
    p50: f64,
    /// Milliseconds within which 99 of a hundred were answered.
    p99: f64,
    /// Bytes by which the database grew, for one advance.
    bytes: f64,
    /// What the process took in all.
    taken: Taken,
}

/// Requests, when each was sent and when it was answered.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) seconds: f64,
    /// Milliseconds from each request to its answer.
    waited: Vec<f64>,
    taken: Taken,
}

/// Has requests carried out; every one must be granted.
pub(super) fn apply(
    on: &Installation,
    callers: usize,
    requests: &[String],
) -> anyhow::Result<Answered> {
    let callers_asked = callers.to_string();
    let mut child = on
        .command(&["apply", "--callers", &callers_asked])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let answered = drive(&mut child, callers, requests)?;
    ensure!(child.wait()?.success(), "`apply` failed");
    Ok(answered)
}

/// Drives a running `apply` until every request is answered, and closes its input.
pub(super) fn drive(
    child: &mut Child,
    callers: usize,
    requests: &[String],
) -> anyhow::Result<Answered> {
    let input = child.stdin.take().context("the input is a pipe")?;
    let output = child.stdout.take().context("the output is a pipe")?;
    // A caller is a place in the first channel, taken before it sends and given back when it was answered. When it sent stands in
    // the second: a request begins once its caller is free.
    let (places, answered) = sync_channel(callers);
    let (sent, received) = channel();
    let begun = stopwatch::now();
    let mut waited = Vec::with_capacity(requests.len());
    let (taken, input) = thread::scope(|scope| {
        let writer = scope.spawn(move || send(input, requests, (&places, &sent)));
        let output = BufReader::new(output);
        let taken = answers(child.id(), output, (&answered, &received), &mut waited);
        // A writer that waits for a place must not wait for ever if an answer was not the expected one.
        drop(answered);
        (taken, writer.join())
    });
    let seconds = begun.elapsed().as_secs_f64();
    let taken = taken?;
    drop(input.map_err(|_| anyhow::anyhow!("the writing thread panicked"))??);
    ensure!(waited.len() == requests.len(), "some were not answered");
    Ok(Answered {
        seconds,
        waited,
        taken,
    })
}

/// Sends every request as soon as a caller is free, those of callers that became free together in one piece; hands the input
/// back, so that it stays open until all is measured.
fn send(
    mut input: ChildStdin,
    requests: &[String],
    (places, sent): (&SyncSender<()>, &Sender<Instant>),
) -> anyhow::Result<ChildStdin> {
    let mut requests = requests.iter().peekable();
    let mut piece = Vec::new();
    while requests.peek().is_some() && places.send(()).is_ok() {
        let mut is_free = true;
        while is_free && let Some(request) = requests.next() {
            sent.send(stopwatch::now())?;
            piece.extend_from_slice(request.as_bytes());
            piece.push(b'\n');
            is_free = requests.peek().is_some() && places.try_send(()).is_ok();
        }
        input.write_all(&piece)?;
        piece.clear();
    }
    Ok(input)
}

/// Takes the answers, which come in the order of the requests.
fn answers(
    process: u32,
    output: impl std::io::BufRead,
    (answered, received): (&Receiver<()>, &Receiver<Instant>),
    waited: &mut Vec<f64>,
) -> anyhow::Result<Taken> {
    let most = waited.capacity();
    let mut lines = output.lines();
    while waited.len() < most {
        let line = lines.next().context("`apply` ended before its time")??;
        let sent = received.recv().context("nothing was sent for it")?;
        waited.push(sent.elapsed().as_secs_f64() * 1_000.0);
        answered.recv().context("no caller asked for it")?;
        ensure!(line.contains(r#""outcome":"committed""#), "{line}");
    }
    Taken::by(process)
}

impl Load {
    /// Returns the requests: the cases take turns, so that callers seldom meet on one.
    pub(super) fn requests(self) -> Vec<String> {
        let numbers = (0..self.advances).map(|nth| (1 + nth % self.cases, nth));
        numbers
            .map(|(case, affected)| {
                format!(
                    r#"{{"do":"advance","case":{case},"action":"report","channel":"portal","facts":{{"affected":{affected}}}}}"#
                )
            })
            .collect()
    }

    /// Measures one round.
    #[expect(clippy::cast_precision_loss, reason = "some gigabytes at most")]
    pub(super) fn run(self, on: &Installation) -> anyhow::Result<Measured> {
        let before = on.bytes()?;
        let answered = apply(on, self.callers, &self.requests())?;
        let grown = on.bytes()?.saturating_sub(before);
        Ok(Measured {
            rate: per_second(self.advances, answered.seconds),
            p50: median(&answered.waited),
            p99: quantile(&answered.waited, 0.99),
            bytes: grown as f64 / self.advances as f64,
            taken: answered.taken,
        })
    }
}

/// Returns the middle of each round's waits.
pub(super) fn p50s(rounds: &[Measured]) -> Vec<f64> {
    rounds.iter().map(|round| round.p50).collect()
}

/// Returns the rounds of one number of callers as lines.
#[expect(clippy::cast_precision_loss, reason = "some thousands")]
pub(super) fn shown((callers, advances): (usize, usize), rounds: &[Measured]) -> String {
    let of = |value: fn(&Measured) -> f64| rounds.iter().map(value).collect::<Vec<_>>();
    let each = |value: Vec<f64>| -> Vec<f64> {
        value.into_iter().map(|all| all / advances as f64).collect()
    };
    let figures = [
        ("advances", "/s", of(|round| round.rate)),
        ("  p50", "ms", p50s(rounds)),
        ("  p99", "ms", of(|round| round.p99)),
        (
            "  processor for each",
            "ms",
            each(of(|round| round.taken.processor)),
        ),
        (
            "  database grows for each",
            "bytes",
            of(|round| round.bytes),
        ),
        (
            "  written for each",
            "bytes",
            each(of(|round| round.taken.written)),
        ),
        ("  memory", "MiB", of(|round| round.taken.memory)),
    ];
    let lines = figures.map(|(name, unit, values)| Figure::new(name, unit, &values).to_string());
    format!("callers {callers}: {}", lines.join("\n"))
}
