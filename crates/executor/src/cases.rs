//! Keeps the cases that were used last, folded, so that a command need not read a whole history.
//! What is kept is only a guess: heads are compared when it is used and again at commit.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tsuho_core::case::Case;
use tsuho_core::ids::CaseId;
use tsuho_ledger::Chain;

/// What all kept cases may weigh together, in bytes as estimated.
const MOST_WEIGHT: usize = 192 * 1024 * 1024;

/// What a case weighs that has only been opened: its maps, its state, its place here.
const WEIGHT: usize = 2 * 1024;

/// What each of its records adds: a fact's version, a filing or a clock with its derivation. Measured over ten thousand
/// cases of `tests/bench`, a record folds to between 0.6 and 1.1 KiB.
const WEIGHT_OF_RECORD: usize = 1024;

/// A case as it was folded, and the chain up to its last record.
#[derive(Debug, Clone)]
pub(crate) struct Loaded {
    pub(crate) case: Arc<Case>,
    pub(crate) chain: Chain,
}

/// The cases that were used last.
#[derive(Debug, Default)]
pub(crate) struct Cases(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    cases: BTreeMap<CaseId, (u64, Loaded)>,
    numbers: BTreeMap<u64, CaseId>,
    /// Cases by when they were used last, counted.
    uses: BTreeMap<u64, CaseId>,
    used: u64,
    weight: usize,
}

impl Loaded {
    /// Returns what it weighs, in bytes as estimated: counting each map would cost more than keeping the case saves.
    fn weight(&self) -> usize {
        let records = usize::try_from(self.chain.length()).unwrap_or(usize::MAX);
        WEIGHT.saturating_add(WEIGHT_OF_RECORD.saturating_mul(records))
    }
}

impl Cases {
    /// Returns a case as it was last seen, if it is kept.
    pub(crate) fn get(&self, id: CaseId) -> Option<Loaded> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let loaded = kept.cases.get(&id)?.1.clone();
        kept.put(id, loaded.clone());
        Some(loaded)
    }

    /// Returns the case of a number, if it is kept. A case never changes its number.
    pub(crate) fn of_number(&self, number: u64) -> Option<CaseId> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.numbers.get(&number).copied()
    }

    /// Keeps a case, unless it is kept with more records already.
    pub(crate) fn put(&self, loaded: Loaded) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let id = loaded.case.id;
        let is_newer = kept
            .cases
            .get(&id)
            .is_none_or(|(_, other)| other.chain.length() <= loaded.chain.length());
        if is_newer {
            kept.put(id, loaded);
        }
    }
}

impl Kept {
    fn put(&mut self, id: CaseId, loaded: Loaded) {
        self.used += 1;
        self.numbers.insert(loaded.case.number, id);
        self.weight += loaded.weight();
        if let Some((before, replaced)) = self.cases.insert(id, (self.used, loaded)) {
            self.weight -= replaced.weight();
            self.uses.remove(&before);
        }
        self.uses.insert(self.used, id);
        while self.weight > MOST_WEIGHT
            && self.cases.len() > 1
            && let Some((_, oldest)) = self.uses.pop_first()
        {
            self.forget(oldest);
        }
    }

    fn forget(&mut self, id: CaseId) {
        if let Some((_, loaded)) = self.cases.remove(&id) {
            self.weight -= loaded.weight();
            self.numbers.remove(&loaded.case.number);
        }
    }
}
