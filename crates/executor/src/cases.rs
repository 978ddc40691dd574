//! Keeps the cases that were used last, folded, so that a command need not read a whole history.
//! What is kept is only a guess: heads are compared when it is used and again at commit.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tsuho_core::case::Case;
use tsuho_core::case::settle::Outlook;
use tsuho_core::ids::CaseId;
use tsuho_ledger::{Chain, Digest};
use tsuho_store::CaseRow;

use crate::ground::Installation;
use crate::snapshot::Last;
use crate::view::case_row;

/// What all kept cases weigh together at most unless somebody says otherwise, in bytes as estimated.
pub(crate) const MOST_WEIGHT: usize = 192 * 1024 * 1024;

/// What a case weighs that has only been opened: its maps, its state, its place here.
const WEIGHT: usize = 2 * 1024;

/// What a byte of its snapshot weighs once it is folded: maps and texts in memory take about twice as much.
const WEIGHT_OF_BYTE: usize = 2;

/// What each of its records adds behind its snapshot: a fact's version, a filing or a clock with its derivation. Measured
/// over ten thousand cases of `tests/bench`, a record folds to between 0.6 and 1.1 KiB.
const WEIGHT_OF_RECORD: usize = 1024;

/// A case as it was folded, and the chain up to its last record.
#[derive(Debug, Clone)]
pub(crate) struct Loaded {
    pub(crate) case: Arc<Case>,
    pub(crate) chain: Chain,
    /// Its last snapshot.
    pub(crate) last: Last,
    /// Its row in the view.
    pub(crate) row: Row,
    /// What its last decision knew of it.
    pub(crate) known: Option<Known>,
}

/// What a decision knew of a case after it, and under which head of the system stream: other people and other calendars
/// may make another case of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) under: Digest,
    pub(crate) outlook: Outlook,
}

impl Known {
    /// Keeps what a decision under an installation knew, if it knew anything.
    pub(crate) fn under(installation: &Installation, outlook: Option<Outlook>) -> Option<Self> {
        let under = installation.system();
        outlook.map(|outlook| Self { under, outlook })
    }
}

/// What is known of a case's row in the view.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Row {
    /// Nothing: an earlier version may have written it, or somebody else.
    #[default]
    Unknown,
    /// It says what the case is, because we wrote it: where the next command changes none of it, it is left alone.
    Ours,
}

impl Row {
    /// Returns the row of a case after a command, unless it is known to stand there already: most commands change none of it.
    pub(crate) fn next(before: Option<&Loaded>, case: &Case) -> Option<CaseRow> {
        let row = case_row(case);
        let stands =
            before.is_some_and(|before| before.row == Self::Ours && case_row(&before.case) == row);
        (!stands).then_some(row)
    }
}

/// The cases that were used last.
#[derive(Debug)]
pub(crate) struct Cases {
    most: usize,
    kept: Mutex<Kept>,
}

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
        let usize = |count| usize::try_from(count).unwrap_or(usize::MAX);
        let records = usize(self.chain.length() - self.last.version);
        let bytes = usize(self.last.bytes);
        WEIGHT
            .saturating_add(WEIGHT_OF_BYTE.saturating_mul(bytes))
            .saturating_add(WEIGHT_OF_RECORD.saturating_mul(records))
    }
}

impl Cases {
    /// Makes room for cases that weigh no more than `most` together.
    pub(crate) fn new(most: usize) -> Self {
        let kept = Mutex::default();
        Self { most, kept }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns a case as it was last seen, if it is kept.
    pub(crate) fn get(&self, id: CaseId) -> Option<Loaded> {
        let mut kept = self.kept();
        let loaded = kept.cases.get(&id)?.1.clone();
        kept.put(id, loaded.clone(), self.most);
        Some(loaded)
    }

    /// Returns the case of a number, if it is kept. A case never changes its number.
    pub(crate) fn of_number(&self, number: u64) -> Option<CaseId> {
        let kept = self.kept();
        kept.numbers.get(&number).copied()
    }

    /// Keeps a case, unless it is kept with more records already.
    pub(crate) fn put(&self, loaded: Loaded) {
        let mut kept = self.kept();
        let id = loaded.case.id;
        let is_newer = kept
            .cases
            .get(&id)
            .is_none_or(|(_, other)| other.chain.length() <= loaded.chain.length());
        if is_newer {
            kept.put(id, loaded, self.most);
        }
    }
}

impl Kept {
    fn put(&mut self, id: CaseId, loaded: Loaded, most: usize) {
        self.used += 1;
        self.numbers.insert(loaded.case.number, id);
        self.weight += loaded.weight();
        if let Some((before, replaced)) = self.cases.insert(id, (self.used, loaded)) {
            self.weight -= replaced.weight();
            self.uses.remove(&before);
        }
        self.uses.insert(self.used, id);
        while self.weight > most
            && (self.cases.len() > 1 || most == 0)
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
