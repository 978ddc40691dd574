//! Shows that nothing is lost that was acknowledged, and nothing done twice, however a run of the program ends: killed at any
//! call that changes a file, by a power cut, by a disk that fails or is full, at any moment.
//!
//! The program is the one that Cargo built, or another one, such as a release build, that `TSUHO_PROGRAM` names. Whoever asks
//! is outside of it and keeps a record of the answers that were read. Databases that were changed by others are in
//! `tests/it/damaged.rs`.

mod client;
mod copies;
mod copies_power;
mod disk;
mod errors;
mod flushes;
mod full;
mod judge;
mod kills;
mod long;
mod making;
mod planted;
mod points;
mod power;
mod scene;
mod shim;
mod slow;
mod trace;
