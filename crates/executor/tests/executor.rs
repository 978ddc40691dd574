//! Runs the executor on real files of the embedded store, with the shipped workflow and time that the tests move.
//!
//! What storage promises by itself is checked by `tsuho-store`, what is decided by `tsuho-core`.

#[path = "executor/batches.rs"]
mod batches;
#[path = "executor/crowd.rs"]
mod crowd;
#[path = "executor/desk.rs"]
mod desk;
#[path = "executor/drawn.rs"]
mod drawn;
#[path = "executor/due.rs"]
mod due;
#[path = "executor/given.rs"]
mod given;
#[path = "executor/heard.rs"]
mod heard;
#[path = "executor/history.rs"]
mod history;
#[path = "executor/incident_races.rs"]
mod incident_races;
#[path = "executor/incidents.rs"]
mod incidents;
#[path = "executor/installation.rs"]
mod installation;
#[path = "executor/large.rs"]
mod large;
#[path = "executor/linear.rs"]
mod linear;
#[path = "executor/meddled.rs"]
mod meddled;
#[path = "executor/operator.rs"]
mod operator;
#[path = "executor/portions.rs"]
mod portions;
#[path = "executor/races.rs"]
mod races;
#[path = "executor/random.rs"]
mod random;
#[path = "executor/repeats.rs"]
mod repeats;
#[path = "executor/replay.rs"]
mod replay;
#[path = "executor/shared.rs"]
mod shared;
#[path = "executor/snapshots.rs"]
mod snapshots;
#[path = "executor/wake.rs"]
mod wake;
#[path = "executor/wake_loop.rs"]
mod wake_loop;
#[path = "executor/warm.rs"]
mod warm;

/// The program's own allocator, so that what takes long here is what takes long there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
