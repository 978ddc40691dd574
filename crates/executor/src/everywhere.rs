//! Goes through every case, a page at a time, when something changed that all of them may use.
//! What then happens to a case is decided by the case.

use tsuho_core::ids::CaseId;
use tsuho_ledger::Digest;
use tsuho_store::{CaseFilter, Limit};

use crate::{Error, Executor};

/// Cases whose rows are read at once: a page of ids, not of histories.
const CASES_AT_ONCE: u32 = 256;

/// Where a walk through the cases stands, and the first failure on it, which keeps no other case from its turn.
#[derive(Debug, Default)]
struct Walk {
    after: Option<u64>,
    reached: usize,
    failed: Option<Error>,
}

impl Executor {
    /// Gives every case the operator's facts that it uses and was not given; returns how many cases were given some.
    ///
    /// # Errors
    ///
    /// If a case cannot be read or written; the others were given theirs.
    pub async fn deliver_operator_facts(&self) -> Result<usize, Error> {
        let mut walk = Walk::default();
        while let Some(page) = self.next_cases(&mut walk).await? {
            for (id, workflow) in page {
                let delivered = self.deliver_to(id, workflow).await;
                walk.note(delivered)?;
            }
        }
        walk.end()
    }

    /// Wakes every case, because something changed that cases are not pinned to, such as a calendar; returns how many.
    ///
    /// # Errors
    ///
    /// If a case cannot be read or written; the others were woken.
    pub async fn wake_all(&self) -> Result<usize, Error> {
        let mut walk = Walk::default();
        while let Some(page) = self.next_cases(&mut walk).await? {
            for (id, _) in page {
                let woken = self.wake(id).await;
                walk.note(woken.map(|_| 1))?;
            }
        }
        walk.end()
    }

    /// Delivers to one case; returns 1 if there was something to deliver.
    async fn deliver_to(&self, id: CaseId, workflow: Digest) -> Result<usize, Error> {
        // A workflow that uses no fact of the operator needs no case loaded.
        if self.compiled(workflow).await?.operator_facts.is_empty() {
            return Ok(0);
        }
        if self
            .ground(id)
            .await?
            .delivery(|| self.new_command())
            .is_none()
        {
            return Ok(0);
        }
        // Whatever is to be delivered goes before any request, so that the smallest one will do.
        self.wake(id).await?;
        Ok(1)
    }

    /// Returns the next page of cases with the digests of their workflows; `None` behind the last.
    async fn next_cases(&self, walk: &mut Walk) -> Result<Option<Vec<(CaseId, Digest)>>, Error> {
        let page = self
            .store
            .cases(
                &CaseFilter::default(),
                walk.after,
                Limit::new(CASES_AT_ONCE),
            )
            .await?;
        let Some(last) = page.last() else {
            return Ok(None);
        };
        walk.after = Some(last.number);
        let cases = page.iter().map(|row| match row.case_id.parse() {
            Ok(id) => Ok((id, row.workflow_digest)),
            Err(_) => Err(tsuho_store::Error::corrupt("cases", "case_id", &row.case_id).into()),
        });
        cases.collect::<Result<_, Error>>().map(Some)
    }
}

impl Walk {
    /// Counts what came of one case; only a store that cannot write ends the walk.
    fn note(&mut self, result: Result<usize, Error>) -> Result<(), Error> {
        match result {
            Ok(reached) => self.reached += reached,
            Err(error @ Error::Unacknowledged { .. }) => return Err(error),
            Err(error) => {
                tracing::warn!(%error, "a case was passed over");
                self.failed.get_or_insert(error);
            }
        }
        Ok(())
    }

    fn end(self) -> Result<usize, Error> {
        self.failed.map_or(Ok(self.reached), Err)
    }
}
