//! Reads cases before they are asked for, many at once: one call of the store where each by itself would be several.
//!
//! What is read so is only kept, as after any command; whoever needs a case finds it kept or reads it. So nothing here fails:
//! what cannot be read is told to whoever asks for it.

use std::collections::BTreeSet;

use tsuho_core::case::event::Body;
use tsuho_core::ids::CaseId;
use tsuho_ledger::Chain;
use tsuho_store::{Limit, StoredRecord, StreamName};

use crate::cases::{Loaded, Row};
use crate::ground::case_stream;
use crate::history::fold_next;
use crate::snapshot::Last;
use crate::wake::case_of;
use crate::{Error, Executor, history};

/// How many cases are read in one call: some megabytes, and no reader waits long for another.
pub(crate) const AT_ONCE: usize = 64;

impl Executor {
    /// Reads those cases of these numbers that are not kept.
    pub async fn warm_numbers(&self, numbers: impl IntoIterator<Item = u64> + Send) {
        let numbers = numbers.into_iter();
        let unknown: BTreeSet<u64> = numbers
            .filter(|number| self.kept_number(*number).is_none())
            .collect();
        if unknown.is_empty() {
            return;
        }
        let unknown: Vec<u64> = unknown.into_iter().collect();
        match self.store.case_ids(&unknown).await {
            Ok(ids) => self.warm(ids.iter().filter_map(|id| id.parse().ok())).await,
            Err(error) => tracing::debug!(%error, "cases are not read ahead"),
        }
    }

    /// Reads those of these cases that are not kept. One with a long history is left to whoever asks for it.
    pub async fn warm(&self, ids: impl IntoIterator<Item = CaseId> + Send) {
        let ids = ids.into_iter();
        let unknown: Vec<CaseId> = ids.filter(|id| self.cases.get(*id).is_none()).collect();
        for some in unknown.chunks(AT_ONCE) {
            let streams: BTreeSet<StreamName> = some.iter().map(|id| case_stream(*id)).collect();
            let limit = Limit::new(self.keeping.snapshot_events);
            match self.store.first_records(&streams, limit).await {
                Ok(records) => self.keep_short(records, limit),
                Err(error) => tracing::debug!(%error, "cases are not read ahead"),
            }
        }
    }

    /// Keeps the cases of which all records are there.
    fn keep_short(&self, records: Vec<StoredRecord>, limit: Limit) {
        let mut records = records.into_iter().peekable();
        while let Some(first) = records.next() {
            let stream = first.stream.clone();
            let mut history = vec![first];
            while let Some(next) = records.next_if(|next| next.stream == stream) {
                history.push(next);
            }
            if history.len() >= limit.get() as usize {
                continue;
            }
            match folded(&stream, history) {
                Ok(Some(loaded)) => self.cases.put(loaded),
                Ok(None) => {}
                Err(error) => tracing::debug!(%stream, %error, "a case is not read ahead"),
            }
        }
    }
}

/// Folds the whole history of a case; `None` if it is none.
fn folded(stream: &StreamName, records: Vec<StoredRecord>) -> Result<Option<Loaded>, Error> {
    let id = case_of(stream)?;
    let (mut case, mut chain) = (None, Chain::new(stream.label().clone()));
    history::take::<Body>(records, &mut chain, &mut |event| {
        case = Some(fold_next(id, case.take(), &event)?);
        Ok(())
    })?;
    Ok(case.map(|case| Loaded {
        case: case.into(),
        chain,
        last: Last::default(),
        row: Row::default(),
        known: None,
    }))
}
