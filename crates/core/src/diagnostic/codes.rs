//! Lists every code of a mistake in a text; a code is never given to another mistake and never reused.
//! Families: WF0 reading and shape, WF1 graph, WF2 time, WF3 people, WF4 obligations and law, WF5 data and
//! expressions, WF7 compatibility, WF8 scenarios.

use super::{Code, Severity};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $word:literal, $severity:ident;)+) => {
        $($(#[$doc])* pub const $name: Code = Code { id: $id, name: $word, severity: Severity::$severity };)+

        /// Every code, in the order of this file.
        pub const ALL: &[Code] = &[$($name),+];
    };
}

codes! {
    /// The language has this construct, and this version of tsuho does not run it yet.
    NOT_SUPPORTED = "WF0001", "not-supported", Error;
}
