//! The workflow language: from a YAML text to rules that can decide.
//! Running a case is left to `case`, counting to `calendar`.

pub mod graph;
pub mod guard;
pub mod rules;
pub mod source;

pub use rules::Rules;
