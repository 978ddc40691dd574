//! Says why something is no value of its type, and where within what is written.
//! Its words are in the catalogue; which file and line that is, a YAML node knows.

use std::fmt;

use crate::catalogue::{self, Arg, Args, Language};
use crate::diagnostic::Location;
use crate::value::ChoiceList;
use crate::workflow::source::Node;

/// One step on the way into what is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// An item of a list, from 0.
    Item(usize),
    /// A key of a mapping.
    Key(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Item(place) => write!(f, "{}", place + 1),
            Self::Key(key) => f.write_str(key),
        }
    }
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// Something else belongs here; both are keys of the catalogue.
    Shape {
        /// What belongs here.
        expected: &'static str,
        /// What stands here.
        found: &'static str,
    },
    /// The text has not the form of its type.
    Form {
        /// The text.
        text: String,
        /// Key of the form.
        form: &'static str,
    },
    /// The text is not among the choices.
    Choice {
        /// The text.
        given: String,
        /// What may be chosen.
        choices: ChoiceList,
    },
    /// A day stands where a moment belongs.
    NoTimeOfDay {
        /// The text.
        text: String,
    },
    /// Clocks were put forward over this time.
    Skipped {
        /// The text.
        text: String,
        /// In which zone.
        zone: String,
    },
    /// Clocks were put back over this time, so that it came twice.
    Twice {
        /// The text.
        text: String,
        /// In which zone.
        zone: String,
    },
    /// The zone has another offset at that moment.
    Offset {
        /// The text.
        text: String,
        /// The zone.
        zone: String,
        /// The offset that it has.
        has: String,
    },
    /// The time lies outside the years that are kept.
    OutOfRange {
        /// The text.
        text: String,
    },
    /// The table has no such column.
    UnknownColumn {
        /// The name.
        column: String,
        /// Those that it has.
        among: Vec<String>,
    },
    /// The row does not say which one it is.
    NoRowKey {
        /// The column that says so.
        column: String,
    },
    /// Two rows have the same key.
    RowTwice {
        /// The key.
        key: String,
    },
    /// There is no such fact.
    UnknownFact {
        /// The name.
        fact: String,
        /// Those that there are.
        among: Vec<String>,
    },
    /// A fact is given with a key that it does not have.
    UnknownKey {
        /// The key.
        key: String,
        /// Those that it has.
        among: Vec<String>,
    },
    /// A fact is given without its value.
    NoValue,
    /// The text is no `fact=value`.
    NoAssignment {
        /// The text.
        text: String,
    },
}

/// Says why something is no value of its type, and where within what is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// The way to it, from the outside.
    pub path: Vec<Place>,
    /// What is wrong there.
    pub problem: Problem,
}

impl Malformed {
    /// Makes a problem with the whole of what is written.
    #[must_use]
    pub const fn new(problem: Problem) -> Self {
        Self {
            path: Vec::new(),
            problem,
        }
    }

    /// Returns the same problem, seen from one step further outside.
    #[must_use]
    pub fn within(mut self, place: Place) -> Self {
        self.path.insert(0, place);
        self
    }

    /// Returns its sentence for people.
    #[must_use]
    pub fn message(&self) -> (&'static str, Args) {
        let text = |text: &String| Arg::Text(text.clone());
        match &self.problem {
            Problem::Shape { expected, found } => (
                "value.wrong_shape",
                Args::from([("expected", Arg::Key(expected)), ("found", Arg::Key(found))]),
            ),
            Problem::Form { text: given, form } => (
                "value.wrong_form",
                Args::from([("text", text(given)), ("form", Arg::Key(form))]),
            ),
            Problem::Choice { given, choices } => (
                "value.no_choice",
                Args::from([("text", text(given)), ("hint", choice_hint(given, choices))]),
            ),
            Problem::NoTimeOfDay { text: given } => {
                ("value.no_time_of_day", Args::from([("text", text(given))]))
            }
            Problem::Skipped { text: given, zone } => (
                "value.skipped",
                Args::from([("text", text(given)), ("zone", text(zone))]),
            ),
            Problem::Twice { text: given, zone } => (
                "value.twice",
                Args::from([("text", text(given)), ("zone", text(zone))]),
            ),
            Problem::Offset {
                text: given,
                zone,
                has,
            } => (
                "value.offset",
                Args::from([
                    ("text", text(given)),
                    ("zone", text(zone)),
                    ("has", text(has)),
                ]),
            ),
            Problem::OutOfRange { text: given } => {
                ("value.out_of_range", Args::from([("text", text(given))]))
            }
            Problem::UnknownColumn { column, among } => named("value.no_column", column, among),
            Problem::NoRowKey { column } => {
                ("value.no_row_key", Args::from([("name", text(column))]))
            }
            Problem::RowTwice { key } => ("value.row_twice", Args::from([("name", text(key))])),
            Problem::UnknownFact { fact, among } => named("value.no_fact", fact, among),
            Problem::UnknownKey { key, among } => named("value.no_key", key, among),
            Problem::NoValue => ("value.no_value", Args::new()),
            Problem::NoAssignment { text: given } => {
                ("value.no_assignment", Args::from([("text", text(given))]))
            }
        }
    }

    /// Returns where the problem stands in the file from which the node was read.
    #[must_use]
    pub fn place_in(&self, node: &Node) -> Location {
        let mut at = node;
        let mut place = node.at.clone();
        for step in &self.path {
            let next = match step {
                Place::Item(index) => at.items().get(*index),
                Place::Key(key) => {
                    let entry = at.entries().iter().find(|entry| entry.key == *key);
                    if let Some(entry) = entry {
                        place = entry.key_at.clone();
                    }
                    entry.map(|entry| &entry.value)
                }
            };
            let Some(next) = next else {
                return place;
            };
            at = next;
            if !self.is_about_the_key() {
                place = at.at.clone();
            }
        }
        place
    }

    /// Tells whether the last step of the way is itself what is wrong.
    const fn is_about_the_key(&self) -> bool {
        match self.problem {
            Problem::UnknownColumn { .. }
            | Problem::UnknownFact { .. }
            | Problem::UnknownKey { .. } => true,
            Problem::Shape { .. }
            | Problem::Form { .. }
            | Problem::Choice { .. }
            | Problem::NoTimeOfDay { .. }
            | Problem::Skipped { .. }
            | Problem::Twice { .. }
            | Problem::Offset { .. }
            | Problem::OutOfRange { .. }
            | Problem::NoRowKey { .. }
            | Problem::RowTwice { .. }
            | Problem::NoValue
            | Problem::NoAssignment { .. } => false,
        }
    }
}

impl fmt::Display for Malformed {
    /// Writes the way and the sentence in English; people get it through the catalogue in their language.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for place in &self.path {
            write!(f, "{place}: ")?;
        }
        let (key, args) = self.message();
        f.write_str(&catalogue::text(Language::En, key, &args))
    }
}

impl std::error::Error for Malformed {}

fn named(key: &'static str, name: &str, among: &[String]) -> (&'static str, Args) {
    let hint = hint(name, among.iter().map(String::as_str));
    (key, Args::from([("name", Arg::from(name)), ("hint", hint)]))
}

/// Most names that a hint lists: more would be read by nobody.
const MOST_SHOWN: usize = 16;

/// Returns which choice was probably meant, or all of a short list with what they are called.
fn choice_hint(word: &str, list: &ChoiceList) -> Arg {
    match hint(word, list.of.iter().map(|(name, _)| name.as_str())) {
        Arg::Message("value.hint.among", _) => {
            let mut names = list.offered();
            if names.len() > MOST_SHOWN {
                names.truncate(MOST_SHOWN);
                names.push("…".into());
            }
            Arg::Message("value.hint.among", [("names", Arg::List(names))].into())
        }
        other => other,
    }
}

/// Returns what to write instead of a word that nothing has: the one that was probably meant, or all of a short list.
pub(crate) fn hint<'c>(word: &str, among: impl IntoIterator<Item = &'c str>) -> Arg {
    let among: Vec<&str> = among.into_iter().collect();
    let nearest = among
        .iter()
        .map(|name| (strsim::osa_distance(word, name), *name))
        .filter(|(distance, name)| *distance <= (name.chars().count() / 3).max(1))
        .min();
    if let Some((_, meant)) = nearest {
        return Arg::Message(
            "value.hint.nearest",
            Args::from([("name", Arg::from(meant))]),
        );
    }
    if among.is_empty() {
        return Arg::Key("value.hint.nothing");
    }
    let mut names: Vec<Arg> = among
        .iter()
        .take(MOST_SHOWN)
        .map(|name| Arg::Text(format!("`{name}`")))
        .collect();
    if among.len() > MOST_SHOWN {
        names.push("…".into());
    }
    Arg::Message(
        "value.hint.among",
        Args::from([("names", Arg::List(names))]),
    )
}
