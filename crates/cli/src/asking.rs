//! Takes what somebody asks of a case to the executor, and the answer back: one way for every command and for `apply`.
//! What is asked is read by `sent`, what was granted told by `crates/cli/src/telling.rs`; nothing is decided here.

mod cells;
mod entries;
mod file;
mod json;
mod lacking;
mod meaning;
mod of_case;
mod outcome;
mod recorded;
mod reference;
mod refusal;
mod resolve;
mod role;
mod sent;
mod together;

pub(crate) use cells::Lost;
pub(crate) use entries::Invalid;
pub(crate) use file::digest_or_file;
pub(crate) use json::read as read_json;
pub(crate) use outcome::{Events, Granted, Outcome, Target};
pub(crate) use reference::{CaseRef, IncidentRef};
pub(crate) use refusal::Refusal;
pub(crate) use resolve::{carry_out, find, latest_of_all, zone};
pub(crate) use sent::{Asked, Deed, OPERATOR, Sent, key_of};
pub(crate) use together::{find as find_incident, of_cases};
