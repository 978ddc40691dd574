//! Remembers that a write failed: after a failure that leaves open what is on the disk, nothing more is written.
//! Which failures are such is said by `crates/store-sqlite/src/failure.rs`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tsuho_store::Error;

use crate::failure::is_final;

/// Why nothing is written any more, once a write has failed.
#[derive(Debug, Default)]
pub(crate) struct Stopped(Mutex<Option<Arc<Error>>>);

impl Stopped {
    /// Refuses, if a write has failed.
    pub(crate) fn refuse(&self) -> Result<(), Error> {
        match &*self.cause() {
            Some(cause) => Err(Error::Stopped {
                cause: cause.clone(),
            }),
            None => Ok(()),
        }
    }

    /// Hands on the result of a write, and remembers a failure after which no other may follow.
    pub(crate) fn written<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        if let Err(error) = &result
            && is_final(error)
        {
            self.cause().get_or_insert_with(|| Arc::new(error.retold()));
        }
        result
    }

    fn cause(&self) -> MutexGuard<'_, Option<Arc<Error>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
