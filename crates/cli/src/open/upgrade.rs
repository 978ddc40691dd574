//! Names what keeps a database of an earlier version from being upgraded: rows, and parts of its schema.
//! The sentences around it are chosen in `crates/cli/src/open.rs`.

use tsuho_core::catalogue::Arg;
use tsuho_store::{SchemaObject, StrayRow};

use crate::message::Message;

/// Most rows or parts that are named: who has seen ten knows that it is not one.
const MOST_NAMED: usize = 10;

/// Names rows that belong to rows that are not there.
pub(super) fn rows(rows: &[StrayRow]) -> Arg {
    let named = rows
        .iter()
        .map(|StrayRow { table, row }| Arg::from(format!("{table} {row}")));
    first(named, "database.contradictory.unnamed")
}

/// Names parts of a schema with what became of them.
pub(super) fn objects(objects: &[SchemaObject]) -> Arg {
    let named = objects.iter().map(|object| {
        let key = match (&object.expected, &object.found) {
            (Some(_), Some(_)) => "database.altered.changed",
            (Some(_), None) => "database.altered.missing",
            (None, _) => "database.altered.extra",
        };
        let name = format!("{} {}", object.kind, object.name);
        Message::new(key).with("name", name).into_part()
    });
    first(named, "database.altered.unnamed")
}

/// Lists the first of what is named and says that there is more.
fn first(mut named: impl Iterator<Item = Arg>, unnamed: &'static str) -> Arg {
    let mut list: Vec<Arg> = named.by_ref().take(MOST_NAMED).collect();
    if list.is_empty() {
        return Arg::Key(unnamed);
    }
    if named.next().is_some() {
        list.push(Arg::Key("database.upgrade.more"));
    }
    Arg::List(list)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use tsuho_core::catalogue::Language;
    use tsuho_store::Error;

    use super::*;
    use crate::exit::Exit;

    /// Returns what is said of a failure in a language.
    fn said(error: Error, language: Language) -> (Exit, String) {
        let failure = super::super::failure(error, Path::new("a.db"));
        (failure.exit(), failure.message().text(language))
    }

    fn contradictory(rows: usize) -> Error {
        let row = |number: usize| StrayRow {
            table: "events".to_owned(),
            row: number.to_string(),
        };
        Error::Contradictory {
            found: 6,
            known: 7,
            rows: (0..rows).map(row).collect(),
            source: "the backend's words".into(),
        }
    }

    fn altered() -> Error {
        let object = |name: &str, expected: Option<&str>, found: Option<&str>| SchemaObject {
            kind: "trigger".to_owned(),
            name: name.to_owned(),
            expected: expected.map(str::to_owned),
            found: found.map(str::to_owned),
        };
        Error::Altered {
            found: 3,
            known: 7,
            objects: vec![
                object("one", Some("a"), None),
                object("two", Some("a"), Some("b")),
                object("three", None, Some("b")),
            ],
        }
    }

    #[test]
    fn rows_that_contradict_each_other_are_named_as_far_as_they_are_known() {
        for (rows, en, ja) in [
            (0, "not known which", "該当する行は特定できていません"),
            (2, "events 0, events 1", "events 0、events 1"),
            (11, "events 9, and more", "events 9、ほか"),
        ] {
            for (language, part) in [(Language::En, en), (Language::Ja, ja)] {
                let (exit, text) = said(contradictory(rows), language);
                assert_eq!(exit, Exit::Malformed);
                assert!(text.contains(part), "{text}");
                assert!(!text.contains(['[', '{']), "{text}");
            }
        }
    }

    #[test]
    fn what_differs_in_a_schema_is_named() {
        for (language, part) in [
            (
                Language::En,
                "missing: trigger one, changed: trigger two, extra: trigger three",
            ),
            (
                Language::Ja,
                "trigger one がない、trigger two が変更されている、trigger three が追加されている",
            ),
        ] {
            let (exit, text) = said(altered(), language);
            assert_eq!(exit, Exit::Findings);
            assert!(text.contains(part), "{text}");
        }
    }
}
