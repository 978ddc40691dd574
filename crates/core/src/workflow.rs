//! The workflow language: from a YAML text to rules that can decide.
//! Running a case is left to `case`, counting to `calendar`.

pub mod bundle;
pub mod canonical;
pub mod compile;
pub mod document;
pub mod graph;
pub mod guard;
pub mod render;
pub mod resolve;
pub mod rules;
pub mod source;

pub use rules::Rules;
