//! The domain of tsuho, pure: the workflow language, cases, clocks and their law; no IO, no clock, no chance, no async.
//! Storing, waking up and talking to people are left to the crates that lean on this one.

pub mod calendar;
pub mod case;
pub mod catalogue;
pub mod diagnostic;
pub mod ids;
pub mod incident;
mod keeper;
pub mod lint;
pub mod name;
pub mod operator;
pub mod people;
mod read_text;
pub mod scenario;
pub mod time;
pub mod value;
pub mod wording;
pub mod workflow;
