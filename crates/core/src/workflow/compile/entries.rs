//! Keeps what is declared under names, and reports a name that is declared twice or not at all.
//! What the names are for is left to whoever keeps them.

use std::collections::BTreeMap;

use super::found::Found;
use crate::workflow::document::{At, Named, unnamed};
use crate::workflow::resolve::declared_twice;

/// What is declared under each name of a kind.
#[derive(Debug)]
pub(super) struct Entries<N, R> {
    list: BTreeMap<N, Entry<N, R>>,
}

/// One of them; a declaration with a mistake has no rule, and its name exists all the same.
#[derive(Debug)]
struct Entry<N, R> {
    name: At<N>,
    rule: Option<R>,
}

impl<N: Named, R> Entries<N, R> {
    pub(super) const fn new() -> Self {
        Self {
            list: BTreeMap::new(),
        }
    }

    /// Adds a declaration; of two with one name the first is kept.
    pub(super) fn add(&mut self, name: &At<N>, rule: Option<R>, found: &mut Found) {
        match self.list.get(&name.value) {
            Some(first) => found.push(declared_twice(name, &first.name)),
            None => drop(self.list.insert(
                name.value.clone(),
                Entry {
                    name: name.clone(),
                    rule,
                },
            )),
        }
    }

    /// Returns what is declared under a name, and reports one that nothing has.
    pub(super) fn find(&self, name: &At<N>, found: &mut Found) -> Option<&R> {
        let entry = self.list.get(&name.value);
        if entry.is_none() && !found.is_full() {
            let names: Vec<String> = self.list.keys().map(ToString::to_string).collect();
            found.push(unnamed(name, names.iter().map(String::as_str)));
        }
        entry.and_then(|entry| entry.rule.as_ref())
    }

    /// Keeps the names that exist and reports the others.
    pub(super) fn known(&self, names: &[At<N>], found: &mut Found) -> Vec<N> {
        for name in names {
            self.find(name, found);
        }
        names
            .iter()
            .filter(|name| self.has(&name.value))
            .map(|name| name.value.clone())
            .collect()
    }

    /// Tells whether something is declared under a name, with or without a mistake.
    pub(super) fn has(&self, name: &N) -> bool {
        self.list.contains_key(name)
    }

    /// Returns what is declared soundly under a name.
    pub(super) fn get(&self, name: &N) -> Option<&R> {
        self.list.get(name).and_then(|entry| entry.rule.as_ref())
    }

    /// Returns where a name is declared.
    pub(super) fn place(&self, name: &N) -> Option<&At<N>> {
        self.list.get(name).map(|entry| &entry.name)
    }

    /// Returns every name.
    pub(super) fn names(&self) -> impl Iterator<Item = &N> {
        self.list.keys()
    }

    /// Returns every sound declaration with its name.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&At<N>, &R)> {
        self.list
            .values()
            .filter_map(|entry| Some((&entry.name, entry.rule.as_ref()?)))
    }

    /// Returns a copy of every sound declaration by its name.
    pub(super) fn rules(&self) -> BTreeMap<N, R>
    where
        R: Clone,
    {
        self.iter()
            .map(|(name, rule)| (name.value.clone(), rule.clone()))
            .collect()
    }
}

/// Returns a name as words, for what has no title.
pub(super) fn as_words(name: &impl ToString) -> crate::value::Title {
    crate::value::Title::both(&name.to_string().replace(['_', '-'], " "))
}
