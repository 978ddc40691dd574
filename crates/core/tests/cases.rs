//! States what a case does, through one small workflow: given what happened, when somebody asks, then these events.
//! What the shipped workflows do is stated by their scenarios.

#[path = "cases/play.rs"]
mod play;
#[path = "cases/words.rs"]
mod words;

mod cases {
    mod clocks;
    mod consent;
    mod decisions;
    mod doubts;
    mod draws;
    mod evidence;
    mod facts;
    mod filings;
    mod history;
    mod holds;
    mod late;
    mod law;
    mod outlook;
    mod random;
    mod recording;
    mod refusals;
    mod rows;
    mod sense;
    mod series;
    mod standstill;
    mod time;
}
