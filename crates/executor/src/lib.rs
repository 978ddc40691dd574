//! Carries requests out: load, decide, seal, commit; and wakes cases when their time comes.
//!
//! Decides nothing itself (`tsuho-core` does), knows no SQL (the stores do) and speaks to nobody: a program gives it a
//! store, a clock and a source of chance, and hands requests in.
//!
//! # The story
//!
//! 1. An [`Executor`] is made of a store, a [`Clock`] and a [`Chance`]. [`Executor::create`] makes the installation,
//!    [`Executor::change_person`],
//!    [`Executor::publish_workflow`] and [`Executor::publish_calendar`] change it.
//! 2. [`Executor::open_case`] and [`Executor::submit`] load what the decision reads, let the case's own rules decide,
//!    seal the events and commit them together with the rows of the views (`crates/executor/src/view.rs`). Whoever
//!    finds that somebody was faster loads and decides again. What waits during a flush is committed together with the
//!    next (`crates/executor/src/queue.rs`).
//! 3. [`Executor::record_operator_facts`] writes to the operator's stream and delivers to the cases; what was not
//!    delivered when the process died is delivered before the case's next command.
//! 4. [`Executor::open_incident`] and [`Executor::record_on_incident`] write on an incident and on its cases at once, and
//!    so does [`Executor::submit`] where a case of one is given facts that the incident keeps.
//! 5. A [`WakeLoop`] lets happen what fell due, for as long as a process runs. A wake-up is only a hint when to look; two
//!    processes that look at once write it once. [`Executor::pass_time`] does it in a drill.
//!
//! A refusal is a value of the [`Answer`], a failure is an [`Error`]. A request that was sent before is answered again
//! from its events.
//!
//! To add a command on cases: nothing here, it is decided in `crates/core/src/case/decide.rs`. To add a kind of
//! stream: a file such as `crates/executor/src/operator.rs`.

mod executor;

mod answer;

mod handle;

mod commit;

mod queue;

mod open;

mod incident;

mod together;

mod wake;

mod wake_loop;

mod warm;

mod stop;

mod operator;

mod everywhere;

mod system;

mod ground;

mod history;

mod cases;

mod snapshot;

mod definitions;

mod turns;

pub mod view;

pub mod clock;

pub mod chance;

mod error;

pub use answer::{Answer, Done, How, InvalidKey, Key, Mode, Standing, Together};
pub use chance::{Chance, SeededChance, SystemChance};
pub use clock::{
    Clock, ClockJump, GuardedClock, ManualClock, Steady, SystemClock, SystemSteady, VirtualClock,
};
pub use definitions::Compiled;
pub use error::Error;
pub use executor::{Executor, Keeping};
pub use ground::{Ground, Installation};
pub use handle::MOST_LOST_RACES;
pub use incident::IncidentOpening;
pub use open::Opening;
pub use queue::Announced;
pub use stop::Stop;
pub use system::{Founder, PersonChange, Sender};
pub use wake::{Rest, Woken};
pub use wake_loop::{Look, Tally, WakeLoop};
