//! States what an incident does: what is recorded once reaches each of its cases, in one decision.
//! What a case does alone is stated in `crates/core/tests/cases.rs`.

#[path = "incidents/play.rs"]
mod play;
#[path = "cases/words.rs"]
#[expect(dead_code, reason = "shared with the tests of single cases")]
mod words;

mod incidents {
    mod again;
    mod opening;
    mod sharing;
}
