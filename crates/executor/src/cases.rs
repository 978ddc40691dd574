//! Keeps the cases that were used last, folded, so that a command need not read a whole history.
//! What is kept is only a guess: heads are compared when it is used and again at commit.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tsuho_core::case::Case;
use tsuho_core::ids::CaseId;
use tsuho_ledger::Chain;

/// Most cases that are kept. A case with a full form and some filings folds to about 30 KiB, so that all of them stay
/// within some 30 MiB, a third of what a server may use.
const MOST_CASES: usize = 1024;

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
        if let Some((before, _)) = self.cases.insert(id, (self.used, loaded)) {
            self.uses.remove(&before);
        }
        self.uses.insert(self.used, id);
        if self.cases.len() > MOST_CASES
            && let Some((_, oldest)) = self.uses.pop_first()
        {
            let forgotten = self.cases.remove(&oldest);
            if let Some((_, loaded)) = forgotten {
                self.numbers.remove(&loaded.case.number);
            }
        }
    }
}
