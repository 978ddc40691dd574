//! Sends lines to `tsuho apply` and keeps outside of it which answers were read: what the program said, not what it did.
//! Whether that is true is judged by `tests/it/durable/judge.rs`.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command};
use std::thread;

use serde_json::Value;

/// One life of the program.
#[derive(Debug)]
pub(super) struct Life {
    /// The exit code; none if a signal ended it.
    pub(super) code: Option<i32>,
    /// The signal that ended it.
    pub(super) signal: Option<i32>,
    /// The answers that could be read, whole lines alone.
    pub(super) answers: Vec<Value>,
    /// What it said on standard error.
    pub(super) said: String,
}

impl Life {
    /// Says in a line how it ended.
    pub(super) fn end(&self) -> String {
        let other = self.answers.iter().find(|answer| !is_acknowledged(answer));
        let (code, signal, said) = (self.code, self.signal, self.said.trim_end());
        let answers = self.answers.len();
        format!("code {code:?}, signal {signal:?}, {answers} answers, {other:?}: {said}")
    }
}

/// Sends lines to a program until it ends.
pub(super) fn live(mut command: Command, lines: &[String]) -> Life {
    let child = command.spawn().expect("the program can be started");
    follow(child, lines, |_| {})
}

/// Sends lines to a running program until it ends; `meanwhile` is told the process, while another thread reads.
pub(super) fn follow(mut child: Child, lines: &[String], meanwhile: impl FnOnce(u32)) -> Life {
    let mut input = child.stdin.take().expect("it is piped");
    let mut output = child.stdout.take().expect("it is piped");
    let mut error = child.stderr.take().expect("it is piped");
    let text = lines.iter().flat_map(|line| [line.as_str(), "\n"]);
    let text: String = text.collect();
    let process = child.id();
    let (answers, said) = thread::scope(|scope| {
        scope.spawn(move || {
            // Whoever ends early does not read the rest.
            let _ = input.write_all(text.as_bytes());
        });
        let said = scope.spawn(move || {
            let mut said = String::new();
            error.read_to_string(&mut said).expect("it says text");
            said
        });
        let answers = scope.spawn(move || {
            let mut bytes = Vec::new();
            output.read_to_end(&mut bytes).expect("a pipe can be read");
            bytes
        });
        meanwhile(process);
        let said = said.join().expect("it only reads");
        (answers.join().expect("it only reads"), said)
    });
    let status = child.wait().expect("it ends");
    Life {
        code: status.code(),
        signal: status.signal(),
        answers: answers_of(&answers),
        said,
    }
}

/// Reads answers, and leaves out what was not written to its end.
pub(super) fn answers_of(bytes: &[u8]) -> Vec<Value> {
    let whole = bytes.iter().rposition(|byte| *byte == b'\n');
    let whole = &bytes[..whole.map_or(0, |end| end + 1)];
    let lines = whole.split(|byte| *byte == b'\n');
    lines
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).expect("an answer is JSON"))
        .collect()
}

/// Tells whether an answer says that a request is on record.
pub(super) fn is_acknowledged(answer: &Value) -> bool {
    answer["outcome"] == "committed" || answer["outcome"] == "repeated"
}

/// What whoever asks knows: all that was sent, and what was acknowledged of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Record {
    pub(super) lines: Vec<String>,
    /// The acknowledgement of each line, by its place.
    pub(super) acknowledged: BTreeMap<usize, Value>,
}

impl Record {
    /// Writes down what was acknowledged of lines of which the first was the one at `from`.
    pub(super) fn keep(&mut self, from: usize, answers: &[Value]) {
        for answer in answers.iter().filter(|answer| is_acknowledged(answer)) {
            let line = answer["line"].as_u64().expect("an answer names its line");
            let line = usize::try_from(line).expect("some thousands at most");
            self.acknowledged
                .entry(from + line - 1)
                .or_insert_with(|| answer.clone());
        }
    }

    /// Returns what is known after one life of the program.
    pub(super) fn of(lines: &[String], answers: &[Value]) -> Self {
        let mut record = Self {
            lines: lines.to_owned(),
            acknowledged: BTreeMap::new(),
        };
        record.keep(0, answers);
        record
    }
}
