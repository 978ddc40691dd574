//! Tells work that runs for long to end: it begins nothing more, and finishes what it began.
//! Who tells it, and how long it may take, is the program's business.

use tokio::sync::watch;

/// A sign that is raised once, and seen by whoever has a copy.
#[derive(Debug, Clone)]
pub struct Stop(watch::Sender<bool>);

impl Default for Stop {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Stop {
    /// Raises the sign, for ever.
    pub fn raise(&self) {
        self.0.send_replace(true);
    }

    /// Tells whether the sign was raised.
    #[must_use]
    pub fn is_raised(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until the sign is raised.
    pub async fn raised(&self) {
        let raised = self.0.subscribe().wait_for(|raised| *raised).await.is_ok();
        debug_assert!(raised, "this copy can raise it still");
    }
}
