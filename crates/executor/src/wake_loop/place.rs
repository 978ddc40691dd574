//! Where a look at what is due has come to. The cases of the next page are read while those of this one are woken: reading and
//! folding takes as long as deciding does, and each waited for the other.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::task::JoinSet;
use tsuho_core::ids::CaseId;
use tsuho_core::time::Timestamp;
use tsuho_ledger::Moment;
use tsuho_store::StreamName;

use crate::Executor;
use crate::wake::case_of;
use crate::warm::AT_ONCE;

/// Where a look at what is due has come to.
pub(super) struct Place {
    pub(super) now: Timestamp,
    /// The last stream that was listed.
    pub(super) last: Option<(Moment, StreamName)>,
    /// What is to be woken now.
    pub(super) page: VecDeque<StreamName>,
    ahead: Option<Ahead>,
    /// Everything was listed.
    pub(super) is_over: bool,
}

/// A page whose cases are being read.
struct Ahead {
    page: VecDeque<StreamName>,
    reading: JoinSet<()>,
}

impl Place {
    /// Begins a look at everything that is due at an instant.
    pub(super) fn at(now: Timestamp) -> Self {
        Self {
            now,
            last: None,
            page: VecDeque::new(),
            ahead: None,
            is_over: false,
        }
    }

    /// Tells whether the next page can be read meanwhile.
    pub(super) fn is_to_be_read(&self) -> bool {
        self.ahead.is_none() && !self.is_over
    }

    /// Begins to read the cases of the next page; a page of which nothing is to be woken is none.
    pub(super) fn begin(&mut self, executor: &Arc<Executor>, page: VecDeque<StreamName>) {
        let cases: Vec<CaseId> = page.iter().flat_map(case_of).collect();
        if page.is_empty() {
            return;
        }
        let mut reading = JoinSet::new();
        // A task for each call, so that one is folded while another is read.
        for some in cases.chunks(AT_ONCE) {
            let (executor, some) = (executor.clone(), some.to_vec());
            reading.spawn(async move { executor.warm(some).await });
        }
        self.ahead = Some(Ahead { page, reading });
    }

    /// Goes on with the page that was read ahead, once it is; returns whether there is one.
    pub(super) async fn turn(&mut self) -> bool {
        let Some(mut ahead) = self.ahead.take() else {
            return false;
        };
        while let Some(read) = ahead.reading.join_next().await {
            if let Err(panic) = read {
                // Nobody cancels it, and a defect was reported where it happened.
                std::panic::resume_unwind(panic.into_panic());
            }
        }
        self.page = ahead.page;
        true
    }
}
