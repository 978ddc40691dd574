//! Names three commands to try on the drill: an operator's, an auditor's, and one for CI.
//! They are written as the program was called and as the file is named, so that they work when they are pasted.

use std::path::Path;

use tsuho_core::case::{Body, Event};
use tsuho_core::name::RoleName;
use tsuho_core::time::Timestamp;

use super::past::Record;
use super::words::Words;

/// Returns the three commands, each under the sentence that says what it is for.
pub(super) fn commands(
    record: &Record,
    words: &Words<'_>,
    database: &Path,
) -> Vec<(String, String)> {
    let on = format!("--database {}", quoted(&database.display().to_string()));
    let program = program();
    let past = &record.cases[0];
    let operators = if let Some(shared) = &record.shared {
        (
            words.say("demo.next.operator.incident", []),
            format!("{program} incident show {} {on}", shared.incident.number),
        )
    } else {
        let clocks = record.what_if.as_ref().unwrap_or(past).row.number;
        (
            words.say("demo.next.operator", []),
            format!("{program} case clocks {clocks} --explain {on}"),
        )
    };
    let number = past.row.number;
    let (as_of, whose) = proposed(&past.events);
    let as_of = words.minute(as_of).replace(' ', "T");
    let whose = whose.map_or_else(String::new, |role| format!(" --as {role}"));
    vec![
        operators,
        (
            words.say("demo.next.auditor", []),
            format!("{program} audit replay {number} --as-of {as_of}{whose} {on}"),
        ),
        (
            words.say("demo.next.ci", []),
            format!("{program} audit verify --format json {on}"),
        ),
    ]
}

/// Returns when consent was first asked for and whose, or when the case was opened: a moment at which something was
/// still open.
fn proposed(events: &[Event<Body>]) -> (Timestamp, Option<&RoleName>) {
    let mut asked = events.iter().filter_map(|event| match &event.body {
        Body::ApprovalRequested(asked) => Some((event.recorded_at, Some(&asked.by))),
        _ => None,
    });
    let opened = events.first().map(|event| (event.recorded_at, None));
    asked.next().or(opened).expect("a case has its opening")
}

/// Returns the program as it was called: by its name, or by its path where the name alone may find another.
fn program() -> String {
    let called = std::env::args_os().next().unwrap_or_default();
    let called = called.to_string_lossy();
    if called.is_empty() {
        "tsuho".to_owned()
    } else {
        quoted(&called)
    }
}

/// Writes a word as a shell reads it back.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+:@%,".contains(c);
    if !word.is_empty() && !word.starts_with('-') && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_take_apart_is_quoted() {
        let quoted: Vec<String> = ["target/release/tsuho", "a b", "it's", "$x", "", "-x"]
            .map(quoted)
            .into();
        let expected = [
            "target/release/tsuho",
            "'a b'",
            r"'it'\''s'",
            "'$x'",
            "''",
            "'-x'",
        ];
        assert_eq!(quoted, expected);
    }
}
