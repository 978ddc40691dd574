//! Histories made with core's own decisions in memory, audited as they are, and audited after every kind of tampering.
//! Reading them from a database is tested where the program is.

mod attacker;
mod decided;
mod desk;
mod edited;
mod incidents;
mod kept;
mod random;
mod snapshots;
mod sound;
mod story;
mod sweep;
mod tamper;
mod together;
mod told;
