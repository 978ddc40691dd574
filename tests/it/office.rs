//! An office with people in it, who ask things through the program alone: what tests of cases share.
//! What they ask is in `tests/it/requests.rs` and `tests/it/apply.rs`.

use std::io::Write as _;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::child::{Ended, tsuho};
use crate::cmd::PROGRAM;

/// A drill with four persons and the operator's facts in it.
pub(crate) struct Office(pub(crate) TempDir);

const PERSONS: [(&str, &str); 4] = [
    ("Sato", "duty_officer"),
    ("Tanaka", "privacy_officer"),
    ("Suzuki", "executive"),
    ("Ito", "head_of_compliance"),
];

impl Office {
    pub(crate) fn new() -> Self {
        let office = Self(tempfile::tempdir().expect("a temporary folder"));
        office.done("init --drill --at 2023-10-27T09:00Z --name Sato");
        for (name, role) in PERSONS {
            if name != "Sato" {
                office.done(&format!("user add {name}"));
            }
            office.done(&format!("user grant {name} {role}"));
        }
        office.done(
            "case record operator mic_bureau=jp-mic-kanto operator_name=Example registration_number=A --as Tanaka",
        );
        office
    }

    /// One with a case whose clocks run.
    pub(crate) fn with_case() -> Self {
        let office = Self::new();
        office.done("case open jp-tba-secrecy-leak --as Sato");
        office.done("case record 1 known_at=2023-10-27 secrecy_leak=leaked outline=A --as Tanaka");
        office
    }

    pub(crate) fn tsuho(&self, line: &str) -> Ended {
        let arguments: Vec<&str> = line.split(' ').chain(["--database", "a.db"]).collect();
        tsuho(self.0.path(), &arguments)
    }

    pub(crate) fn done(&self, line: &str) -> String {
        let ended = self.tsuho(line);
        assert_eq!(ended.code, Some(0), "{line}: {ended:?}");
        ended.out
    }

    /// Begins `tsuho apply`.
    pub(crate) fn apply(&self, arguments: &[&str]) -> Child {
        Command::new(PROGRAM)
            .arg("apply")
            .args(arguments)
            .args(["--database", "a.db"])
            .env_clear()
            .current_dir(self.0.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program can be started")
    }

    /// Applies lines and returns their answers.
    pub(crate) fn answers(&self, arguments: &[&str], lines: &[u8]) -> (Option<i32>, Vec<Value>) {
        let mut child = self.apply(arguments);
        let mut input = child.stdin.take().expect("it is piped");
        let lines = lines.to_owned();
        let writer = std::thread::spawn(move || {
            // Whoever stops early does not read the rest.
            let _ = input.write_all(&lines);
        });
        let output = child.wait_with_output().expect("it ends");
        writer.join().expect("it only writes");
        let text = String::from_utf8(output.stdout).expect("answers are UTF-8");
        let answers = text
            .lines()
            .map(|line| serde_json::from_str(line).expect("an answer is JSON"));
        (output.status.code(), answers.collect())
    }

    /// Returns how many records the history holds, after checking all of it again.
    pub(crate) fn verified(&self) -> u64 {
        let report: Value = serde_json::from_str(&self.done("audit verify --format json"))
            .expect("a report is JSON");
        assert_eq!(report["findings"], json!([]), "{report}");
        report["counts"]["records"]
            .as_u64()
            .expect("it counts records")
    }
}
