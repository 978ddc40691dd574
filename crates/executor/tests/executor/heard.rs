//! Hears what the executor writes into the log about snapshots, by how loudly it is said.
//! The words are for people, and tested by nobody.

use std::sync::{Arc, Mutex};

use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// What was said since it was last asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Heard(Arc<Mutex<Vec<Level>>>);

impl Heard {
    /// Returns what was said, and forgets it.
    pub(crate) fn take(&self) -> Vec<Level> {
        std::mem::take(&mut self.0.lock().expect("no test panics here"))
    }
}

impl Subscriber for Heard {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "tsuho_executor::snapshot"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut heard = self.0.lock().expect("no test panics here");
        heard.push(*event.metadata().level());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
