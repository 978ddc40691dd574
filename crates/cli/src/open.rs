//! Opens the database that a command works on, and says of one that is unfit what is wrong and what to do.
//! Telling what is wrong is left to the store; who acts on the database is decided in `crates/cli/src/session.rs`.

pub(crate) mod log;
mod upgrade;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use tsuho_core::catalogue::Arg;
use tsuho_store::{Error, Kind, Store as _};
use tsuho_store_sqlite::{self as sqlite, SqliteStore};

use crate::commands::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::output::Mark;

pub(crate) use tsuho_store_sqlite::Mode;

/// Opens the database that the person named, marks the output if it is a drill, does the work and closes it again, so
/// that everything is in the one file afterwards.
pub(crate) async fn with_store(
    context: &mut Context,
    mode: Mode,
    work: impl AsyncFnOnce(&mut Context, &Arc<SqliteStore>) -> Result,
) -> Result {
    let path = context.settings.database()?.to_owned();
    log::refuse_lost(&path)?;
    let store = sqlite::open(&path, mode)
        .await
        .map_err(|error| failure(error, &path))?;
    let store = Arc::new(store);
    let done = match store.ledger().await {
        Ok(ledger) => {
            context.output.mark(mark(ledger.kind));
            work(context, &store).await
        }
        Err(error) => Err(failure(error, &path)),
    };
    let finished = store.finish().await;
    store.close().await;
    // Whoever heard of a failure already hears no more of it.
    done.and_then(|exit| {
        finished
            .map(|()| exit)
            .map_err(|error| failure(error, &path))
    })
}

/// Returns how output of a database is marked.
pub(crate) const fn mark(kind: Kind) -> Mark {
    match kind {
        Kind::Real => Mark::Real,
        Kind::Drill => Mark::Drill,
    }
}

/// Returns what a person reads of a failure of storage.
pub(crate) fn failure(error: impl Into<Arc<Error>>, database: &Path) -> Failure {
    let error = error.into();
    if let Error::Stopped { cause } = &*error {
        // What failed first says what to do, also where it is heard of later.
        return failure(cause.clone(), database).aftermath();
    }
    let (exit, key) = nature(&error);
    let said = |key: String| Message::new(key).with("database", database.display().to_string());
    let message = said(format!("database.{key}"));
    let message = match &*error {
        Error::NotOurs { found, .. } => message.with("found", words(found)),
        Error::Newer { found, known } | Error::Older { found, known } => message
            .with("found", found.to_string())
            .with("known", known.to_string()),
        Error::Contradictory {
            found, known, rows, ..
        } => message
            .with("found", found.to_string())
            .with("known", known.to_string())
            .with("rows", upgrade::rows(rows)),
        Error::Altered {
            found,
            known,
            objects,
        } => message
            .with("found", found.to_string())
            .with("known", known.to_string())
            .with("objects", upgrade::objects(objects)),
        Error::Locked { waited_ms } => message.with("seconds", (waited_ms / 1000).to_string()),
        Error::ReadOnly { reason, .. } => message.with("reason", words(reason)),
        Error::Displaced { path, reason } => message
            .with("file", path.display().to_string())
            .with("reason", words(reason)),
        Error::TooLarge { size, limit } => message
            .with("size", size.to_string())
            .with("limit", limit.to_string()),
        Error::TimeRunsBack { present, asked } => message
            .with("present", present.to_string())
            .with("asked", asked.to_string()),
        Error::Missing { .. }
        | Error::Exists { .. }
        | Error::Full { .. }
        | Error::Damaged { .. }
        | Error::Corrupt { .. }
        | Error::Refused { .. }
        | Error::Stopped { .. }
        | Error::NotADrill
        | Error::Unavailable { .. } => message,
    };
    let failure = Failure::new(exit, message).hint(said(format!("database.{key}.hint")));
    match &*error {
        // Their sentence says all that there is to say.
        Error::Missing { .. }
        | Error::Exists { .. }
        | Error::NotOurs { .. }
        | Error::Newer { .. }
        | Error::Older { .. }
        | Error::Contradictory { .. }
        | Error::Altered { .. }
        | Error::Locked { .. }
        | Error::ReadOnly { .. }
        | Error::Displaced { .. }
        | Error::TooLarge { .. }
        | Error::NotADrill
        | Error::TimeRunsBack { .. } => failure,
        Error::Full { .. }
        | Error::Damaged { .. }
        | Error::Refused { .. }
        | Error::Unavailable { .. } => failure.cause(Below(error)),
        Error::Corrupt { .. } | Error::Stopped { .. } => failure.cause(error),
    }
}

/// What lies below a failure of storage: what the failure itself says, a sentence has said in the person's language.
#[derive(Debug)]
struct Below(Arc<Error>);

impl fmt::Display for Below {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let below = std::error::Error::source(&*self.0);
        below.map_or(Ok(()), |below| write!(f, "{below}"))
    }
}

impl std::error::Error for Below {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&*self.0)?.source()
    }
}

/// What the store says of a file in English, with the words for people.
const WORDS: [(&str, &str); 11] = [
    (
        "no file lies under its name",
        "database.said.no-file-under-name",
    ),
    (
        "another file lies under its name",
        "database.said.other-file-under-name",
    ),
    ("it has a second name", "database.said.second-name"),
    ("an empty file", "database.said.empty"),
    ("not a file", "database.said.no-file"),
    ("not a SQLite file", "database.said.no-sqlite"),
    ("the file is write-protected", "database.said.protected"),
    (
        "its folder is write-protected",
        "database.said.folder-protected",
    ),
    (
        "the operating system permits no writing there",
        "database.said.not-permitted",
    ),
    (
        "its log cannot be opened beside it",
        "database.said.no-log-beside",
    ),
    (
        "it was opened for reading only",
        "database.said.opened-for-reading",
    ),
];

/// Returns the words for what the store says of a file.
fn words(said: &str) -> Arg {
    if let Some(id) = said.strip_prefix("a SQLite file with application id ") {
        let other = Message::new("database.said.other-program");
        return other.with("id", id).into_part();
    }
    let known = WORDS.iter().find(|(english, _)| *english == said);
    known.map_or_else(
        || Arg::from(said),
        |(_, key)| Message::new(*key).into_part(),
    )
}

/// Returns how the program ends, and what the sentences about the failure are called.
fn nature(error: &Error) -> (Exit, &'static str) {
    match error {
        Error::Missing { .. } => (Exit::NothingToRead, "missing"),
        Error::Exists { .. } => (Exit::Findings, "exists"),
        Error::NotOurs { .. } => (Exit::Malformed, "not-ours"),
        Error::Newer { .. } => (Exit::Malformed, "newer"),
        Error::Older { .. } => (Exit::Malformed, "older"),
        Error::Contradictory { .. } => (Exit::Malformed, "contradictory"),
        Error::Altered { .. } => (Exit::Findings, "altered"),
        Error::Locked { .. } => (Exit::Internal, "locked"),
        Error::ReadOnly { .. } => (Exit::Internal, "read-only"),
        Error::Displaced { .. } => (Exit::Internal, "displaced"),
        Error::Full { .. } => (Exit::Internal, "full"),
        Error::Damaged { .. } => (Exit::Malformed, "damaged"),
        Error::Corrupt { .. } => (Exit::Malformed, "corrupt"),
        Error::Refused { .. } => (Exit::Internal, "refused"),
        Error::Stopped { cause } => nature(cause),
        Error::TooLarge { .. } => (Exit::Findings, "too-large"),
        Error::NotADrill => (Exit::Findings, "not-a-drill"),
        Error::TimeRunsBack { .. } => (Exit::Findings, "time-runs-back"),
        Error::Unavailable { .. } => (Exit::Internal, "unavailable"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tsuho_core::catalogue::Language;
    use tsuho_ledger::Moment;

    fn errors() -> Vec<Error> {
        let path = || "a.db".into();
        let source = || "the backend's words".into();
        let moment: Moment = "2026-11-23T00:00:00.000000Z".parse().expect("a moment");
        vec![
            Error::Missing { path: path() },
            Error::Exists { path: path() },
            Error::NotOurs {
                path: path(),
                found: "an empty file".to_owned(),
            },
            Error::Newer { found: 9, known: 1 },
            Error::Older { found: 0, known: 1 },
            Error::Contradictory {
                found: 6,
                known: 7,
                rows: Vec::new(),
                source: source(),
            },
            Error::Altered {
                found: 6,
                known: 7,
                objects: Vec::new(),
            },
            Error::Locked { waited_ms: 5_000 },
            Error::ReadOnly {
                path: path(),
                reason: "the file is write-protected",
            },
            Error::Displaced {
                path: path(),
                reason: "no file lies under its name",
            },
            Error::Full { source: source() },
            Error::Damaged { source: source() },
            Error::corrupt("events", "header", &7),
            Error::Refused { source: source() },
            Error::Stopped {
                cause: Arc::new(Error::Full { source: source() }),
            },
            Error::TooLarge { size: 2, limit: 1 },
            Error::NotADrill,
            Error::TimeRunsBack {
                present: moment,
                asked: moment,
            },
            Error::Unavailable { source: source() },
        ]
    }

    #[test]
    fn what_the_store_says_of_a_file_is_said_in_both_languages() {
        for (english, key) in WORDS {
            let message = Message::new(key);
            assert_eq!(message.text(Language::En), english);
            assert!(!message.text(Language::Ja).is_ascii(), "{key}");
        }
        let other = words("a SQLite file with application id 0x1");
        assert!(matches!(other, Arg::Message(..)), "{other:?}");
        assert_eq!(words("something else"), Arg::from("something else"));
    }

    #[test]
    fn every_failure_of_storage_is_explained_in_both_languages() {
        for error in errors() {
            let failure = failure(error, Path::new("a.db"));
            let advice = failure
                .hints()
                .first()
                .expect("every failure says what to do");
            for language in [Language::En, Language::Ja] {
                for text in [failure.message().text(language), advice.text(language)] {
                    assert!(!text.contains(['[', '{']), "{text}");
                }
            }
            assert_ne!(failure.exit(), Exit::Fine);
        }
    }
}
