//! The promises of storage, as a suite that every backend passes.
//!
//! Leaves what only one backend can break, such as a file that is cut short, to that backend's own tests.
//!
//! A backend implements [`Backend`] in its tests and writes `tsuho_store::conformance!(backend)`: every promise becomes
//! a test of its own. That the suite finds a store which breaks them is shown by planting faults and running
//! [`PROMISES`] against them.
//!
//! To add a promise: an `async fn` in the file of its subject, and its name in the list below.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::future::BoxFuture;

use crate::{Error, Kind, MalformedAppend, MalformedBatch, Store};

pub use tampering::{Table, Tampering};

pub mod sample;

mod appending;

mod batching;

mod racing;

mod requests;

mod incidents;
mod keeping;

pub mod tampering;

mod paging;

mod views;

mod snapshots;

mod files;

mod leasing;

/// Makes installations for the suite.
#[async_trait]
pub trait Backend: Sync {
    /// Creates an empty installation that nobody else uses.
    async fn create(&self, kind: Kind) -> Box<dyn Installation>;
}

/// An installation under test; dropping it removes it.
#[async_trait]
pub trait Installation: Send + Sync {
    /// Returns the store.
    fn store(&self) -> &dyn Store;

    /// Opens the same installation again, as another process would.
    async fn second(&self) -> Arc<dyn Store>;

    /// Tries something past the store, as somebody with the database's password would, with none of the checks that
    /// a connection can switch off.
    ///
    /// # Errors
    ///
    /// What the database said, if it refused.
    async fn tamper(&self, tampering: Tampering) -> Result<(), String>;
}

/// A promise that was not kept, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach(pub String);

impl fmt::Display for Breach {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Breach {}

impl From<Error> for Breach {
    fn from(error: Error) -> Self {
        Self(format!("the store failed: {error}: {error:?}"))
    }
}

impl From<MalformedAppend> for Breach {
    fn from(error: MalformedAppend) -> Self {
        Self(format!("the suite is wrong: {error}"))
    }
}

impl From<MalformedBatch> for Breach {
    fn from(error: MalformedBatch) -> Self {
        Self(format!("the suite is wrong: {error}"))
    }
}

/// One promise and how it is checked.
#[derive(Clone, Copy)]
pub struct Promise {
    /// The promise, as the name of its test.
    pub name: &'static str,
    /// Checks it on installations of its own.
    pub check: for<'backend> fn(&'backend dyn Backend) -> BoxFuture<'backend, Result<(), Breach>>,
}

impl fmt::Debug for Promise {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}

/// Returns the breach if two values differ.
macro_rules! same {
    ($found:expr, $expected:expr, $what:expr) => {{
        let (found, expected) = (&$found, &$expected);
        if found != expected {
            return Err($crate::conformance::Breach(format!(
                "{}: expected {expected:?}, found {found:?}",
                $what
            )));
        }
    }};
}
pub(crate) use same;

/// Makes the list of promises and the macro that turns it into tests. Its first argument is a dollar sign, which the
/// macro that it defines needs.
macro_rules! promises {
    ($dollar:tt $($file:ident :: $name:ident,)+) => {
        /// Every promise.
        pub const PROMISES: &[Promise] = &[
            $(Promise { name: stringify!($name), check: |backend| Box::pin($file::$name(backend)) },)+
        ];

        /// Makes a test of every promise, run by tokio against the given [`Backend`](crate::conformance::Backend).
        #[macro_export]
        macro_rules! conformance {
            ($dollar backend:expr) => {
                $(
                    #[tokio::test]
                    async fn $name() {
                        $crate::conformance::check(stringify!($name), &$dollar backend).await;
                    }
                )+
            };
        }
    };
}

promises! { $
    keeping::events_are_never_changed_or_removed,
    keeping::a_part_goes_only_where_an_erasure_names_it,
    keeping::requests_files_and_definitions_are_never_changed_or_removed,
    keeping::the_ledger_never_runs_back,
    appending::a_committed_command_is_read_back_byte_for_byte,
    appending::a_command_decided_on_another_version_loses,
    appending::a_command_decided_on_another_digest_loses,
    appending::a_lost_command_leaves_nothing_on_any_stream,
    batching::commands_of_a_batch_build_on_each_other,
    batching::what_follows_a_lost_command_on_its_stream_is_lost_with_it,
    appending::a_command_decided_on_another_system_head_loses,
    appending::a_command_decided_on_another_head_of_a_stream_that_it_read_loses,
    batching::positions_are_gapless_and_in_commit_order,
    batching::case_numbers_are_gapless,
    incidents::incident_numbers_are_gapless,
    incidents::cases_opened_together_take_the_next_numbers,
    incidents::an_incident_is_found_by_id_and_number_as_it_was_last_written,
    incidents::a_request_row_points_at_the_append_that_answers_it,
    requests::a_repeated_request_is_told_where_its_events_are,
    requests::a_key_reused_for_another_request_is_a_conflict,
    requests::a_key_is_used_up_within_its_own_batch,
    requests::a_lost_command_does_not_use_up_its_key,
    paging::records_are_paged_without_gap_or_overlap,
    paging::many_streams_are_read_at_once_as_each_by_itself,
    paging::views_are_paged_without_gap_or_overlap,
    paging::due_streams_come_earliest_first,
    views::a_case_is_found_by_id_and_number_as_it_was_last_written,
    views::a_clock_is_written_over_and_leaves_the_others_as_they_are,
    snapshots::a_snapshot_takes_the_place_of_the_one_before,
    snapshots::a_lost_command_leaves_the_snapshot_as_it_was,
    views::a_published_workflow_never_gets_another_digest,
    views::a_published_calendar_never_gets_another_digest,
    views::only_a_drill_has_a_virtual_present_and_it_never_runs_back,
    files::a_file_comes_back_as_it_was_stored,
    files::a_file_that_is_too_large_is_refused,
    leasing::a_lease_has_one_holder_at_a_time,
    leasing::a_lease_that_ended_is_taken_over_and_never_regained,
    leasing::a_lease_that_is_given_back_is_free_at_once,
    leasing::a_lease_that_outlasts_every_claim_is_nobodys,
    leasing::of_many_who_ask_at_once_one_takes_the_lease,
    batching::many_records_are_written_as_one,
    racing::of_two_writers_exactly_one_wins_each_place,
}

/// Checks one promise.
///
/// # Panics
///
/// If it is not kept, which is how a test says so.
pub async fn check(name: &str, backend: &dyn Backend) {
    let promise = PROMISES
        .iter()
        .find(|promise| promise.name == name)
        .expect("the macro names listed promises");
    if let Err(breach) = (promise.check)(backend).await {
        panic!("{name}: {breach}");
    }
}
