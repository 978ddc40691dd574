//! Holds what was found in files, for printing: text with excerpts, or an object.
//! One finding is shown by `crates/cli/src/diagnostics.rs`.

use serde_json::{Value, json};
use tsuho_core::diagnostic::{Diagnostic, Findings, Severity};

use crate::diagnostics::{self, Shower, Texts};
use crate::exit::Exit;
use crate::output::Output;

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Format {
    /// With an excerpt, for people.
    #[default]
    Text,
    /// One object, for programs.
    Json,
}

/// What was found.
#[derive(Debug)]
pub(crate) struct Found {
    list: Vec<Diagnostic>,
    /// Findings beyond those that are kept.
    left_out: usize,
    texts: Texts,
}

impl Found {
    /// Takes findings and the texts that they lie in.
    pub(crate) fn new(findings: Findings, texts: Texts) -> Self {
        Self {
            left_out: findings.left_out(),
            list: findings.into_sorted(),
            texts,
        }
    }

    /// Returns how many there are.
    pub(crate) fn count(&self) -> usize {
        self.list.len() + self.left_out
    }

    /// Returns how the program ends: warnings alone change nothing.
    pub(crate) fn exit(&self) -> Exit {
        let is_error = |finding: &Diagnostic| finding.code.severity == Severity::Error;
        if self.left_out > 0 || self.list.iter().any(is_error) {
            Exit::Findings
        } else {
            Exit::Fine
        }
    }

    /// Prints each with an excerpt.
    pub(crate) fn print(&self, output: &mut Output) {
        let shower = Shower::new(&self.texts, output.language(), output.colour());
        for finding in &self.list {
            output.rendered(&shower.show(finding));
        }
    }

    /// Returns them for programs.
    pub(crate) fn json(&self, output: &Output) -> Value {
        let findings = self.list.iter();
        let findings: Vec<Value> = findings
            .map(|finding| diagnostics::json(finding, &self.texts, output.language()))
            .collect();
        json!({ "findings": findings, "left_out": self.left_out })
    }
}
