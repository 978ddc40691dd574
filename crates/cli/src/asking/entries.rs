//! Takes the keys of a request one by one, each of the shape that it has, and refuses what is left over.
//! Which keys a request has is told by `sent`.

use std::collections::BTreeMap;
use std::str::FromStr;

use tsuho_core::case::decide::LONGEST_TEXT;
use tsuho_core::case::event::Undone;
use tsuho_core::catalogue::Arg;
use tsuho_core::value::parse::Written;
use tsuho_ledger::Digest;

use super::sent::FilingRef;
use crate::exit::Exit;
use crate::message::Message;

/// Says why something is no request, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Invalid {
    /// The key, or nothing for the whole.
    pub(crate) place: String,
    /// What is wrong there.
    pub(crate) problem: Message,
    /// How a program ends whose only request this was.
    pub(crate) exit: Exit,
}

impl Invalid {
    pub(crate) fn new(place: &str, problem: Message) -> Self {
        Self {
            place: place.to_owned(),
            problem,
            exit: Exit::Usage,
        }
    }
}

/// The keys of a request that were not read yet.
pub(super) struct Entries(BTreeMap<String, Written>);

impl Entries {
    pub(super) fn new(entries: Vec<(String, Written)>) -> Self {
        Self(entries.into_iter().collect())
    }

    /// Takes a key as it is.
    pub(super) fn take(&mut self, key: &str) -> Option<Written> {
        self.0.remove(key)
    }

    /// Returns what was not taken yet.
    pub(super) fn left(&self) -> &BTreeMap<String, Written> {
        &self.0
    }

    pub(super) fn required<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Self, &'static str) -> Result<Option<T>, Invalid>,
    ) -> Result<T, Invalid> {
        read(self, key)?.ok_or_else(|| missing(key))
    }

    pub(super) fn text(&mut self, key: &'static str) -> Result<Option<String>, Invalid> {
        match self.0.remove(key) {
            None => Ok(None),
            Some(Written::Text(text)) => Ok(Some(text)),
            Some(_) => Err(expected(key, "value.shape.text")),
        }
    }

    /// Reads a text that is kept as it is, as long as a fact's may be.
    pub(super) fn bounded(&mut self, key: &'static str) -> Result<Option<String>, Invalid> {
        let text = self.text(key)?;
        match text.as_ref().map(String::len) {
            Some(0) => Err(missing(key)),
            Some(length) if length > LONGEST_TEXT => {
                let problem = Message::new("request.text-too-long").with("most", LONGEST_TEXT);
                Err(Invalid::new(key, problem))
            }
            _ => Ok(text),
        }
    }

    pub(super) fn name<T: FromStr>(&mut self, key: &'static str) -> Result<Option<T>, Invalid> {
        self.text(key)?.map(|text| name(key, &text)).transpose()
    }

    /// Reads several names, or one.
    pub(super) fn names<T: FromStr>(&mut self, key: &'static str) -> Result<Vec<T>, Invalid> {
        let items = match self.0.remove(key) {
            None => return Ok(Vec::new()),
            Some(Written::List(items)) => items,
            Some(one) => vec![one],
        };
        let names = items.into_iter().map(|item| match item {
            Written::Text(text) => name(key, &text),
            _ => Err(expected(key, "request.names")),
        });
        names.collect()
    }

    pub(super) fn number(&mut self, key: &'static str) -> Result<Option<u64>, Invalid> {
        let wrong = || expected(key, "request.number");
        match self.0.remove(key) {
            None => Ok(None),
            Some(Written::Integer(number)) => u64::try_from(number).map(Some).map_err(|_| wrong()),
            Some(_) => Err(wrong()),
        }
    }

    /// Reads a number, or a text.
    pub(super) fn number_or_text(
        &mut self,
        key: &'static str,
        what: &'static str,
    ) -> Result<Option<String>, Invalid> {
        match self.0.remove(key) {
            None => Ok(None),
            Some(Written::Integer(number)) => Ok(Some(number.to_string())),
            Some(Written::Text(text)) => Ok(Some(text)),
            Some(_) => Err(expected(key, what)),
        }
    }

    /// Reads what names something by its number or its id.
    pub(super) fn reference<T: FromStr<Err = Message>>(
        &mut self,
        key: &'static str,
        what: &'static str,
    ) -> Result<Option<T>, Invalid> {
        let text = self.number_or_text(key, what)?;
        let found = text.map(|text| text.parse()).transpose();
        found.map_err(|problem| Invalid::new(key, problem))
    }

    pub(super) fn digest(&mut self, key: &'static str) -> Result<Option<Digest>, Invalid> {
        let text = self.text(key)?;
        let digest = text.map(|text| text.parse()).transpose();
        digest.map_err(|_| expected(key, "request.digest"))
    }

    /// Reads facts: an object of values, or a list of `fact=value` as a command line has them.
    pub(super) fn facts(&mut self) -> Result<Written, Invalid> {
        match self.0.remove("facts") {
            None => Ok(Written::Map(Vec::new())),
            Some(facts @ (Written::Map(_) | Written::List(_))) => Ok(facts),
            Some(_) => Err(expected("facts", "value.shape.map")),
        }
    }

    pub(super) fn filing(&mut self) -> Result<Option<FilingRef>, Invalid> {
        let Some(written) = self.0.remove("filing") else {
            return Ok(None);
        };
        let filing = match written {
            Written::Integer(number) => u64::try_from(number)
                .map(FilingRef::Number)
                .map_err(|_| expected("filing", "request.number")),
            Written::Text(text) => match text.parse() {
                Ok(number) => Ok(FilingRef::Number(number)),
                Err(_) => name("filing", &text).map(FilingRef::Of),
            },
            _ => Err(expected("filing", "request.filing")),
        };
        filing.map(Some)
    }

    pub(super) fn how(&mut self) -> Result<Undone, Invalid> {
        match self.required("how", Self::text)?.as_str() {
            "withdrawn" => Ok(Undone::Withdrawn),
            "failed" => Ok(Undone::Failed),
            _ => Err(expected("how", "request.how")),
        }
    }

    pub(super) fn nothing_left(self, verb: &str) -> Result<(), Invalid> {
        match self.0.into_keys().next() {
            None => Ok(()),
            Some(key) => {
                let problem = Message::new("request.unknown-key").with("key", key.as_str());
                Err(Invalid::new(&key, problem.with("verb", verb)))
            }
        }
    }
}

pub(super) fn name<T: FromStr>(key: &str, text: &str) -> Result<T, Invalid> {
    text.parse().map_err(|_| {
        let problem = Message::new("request.bad-name").with("text", text);
        Invalid::new(key, problem)
    })
}

pub(super) fn missing(key: &'static str) -> Invalid {
    Invalid::new(key, Message::new("request.missing").with("key", key))
}

pub(super) fn expected(key: &'static str, what: &'static str) -> Invalid {
    let what = Arg::Key(what);
    Invalid::new(key, Message::new("request.expected").with("expected", what))
}
