//! `tsuho validate`: checks workflow files and reports every mistake in one run.
//! Finding mistakes is left to `tsuho-core`, showing them to `crates/cli/src/diagnostics.rs`.

use std::path::PathBuf;

use serde_json::json;
use tsuho_core::diagnostic::{Diagnostic, Findings, Severity};
use tsuho_core::workflow::source::{self, SourceText};

use super::Context;
use crate::diagnostics::{self, Shower, Texts};
use crate::exit::Exit;
use crate::failure::Result;
use crate::files;
use crate::message::Message;

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum Format {
    /// With an excerpt, for people.
    #[default]
    Text,
    /// One object, for programs.
    Json,
}

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Files and folders.
    #[arg(value_name = "PATHS", default_value = ".")]
    paths: Vec<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t, value_name = "text|json")]
    format: Format,
}

/// Checks the files.
pub(crate) fn run(context: &mut Context, arguments: &Arguments) -> Result {
    let files = files::read_yaml(&arguments.paths)?;
    let mut findings = Findings::new();
    let mut texts = Texts::new();
    for file in &files {
        let source = SourceText::new(&file.name, &file.bytes);
        texts.insert(source.file().clone(), source.text().into());
        findings.extend(source::read(&file.name, &file.bytes).1);
    }
    let report = Report {
        files: files.len(),
        left_out: findings.left_out(),
        findings: findings.into_sorted(),
        texts,
    };
    Ok(report.print(context, arguments.format))
}

/// What was found.
struct Report {
    files: usize,
    findings: Vec<Diagnostic>,
    /// Findings beyond those that are kept.
    left_out: usize,
    texts: Texts,
}

impl Report {
    fn print(&self, context: &mut Context, format: Format) -> Exit {
        let language = context.settings.language;
        match format {
            Format::Text => {
                let shower = Shower::new(&self.texts, language, context.output.colour());
                for finding in &self.findings {
                    context.output.rendered(&shower.show(finding));
                }
                context.output.say(
                    &Message::new("validate.summary")
                        .with("files", self.files)
                        .with("findings", self.findings.len() + self.left_out),
                );
            }
            Format::Json => {
                let findings = self.findings.iter();
                let findings: Vec<_> = findings
                    .map(|finding| diagnostics::json(finding, &self.texts, language))
                    .collect();
                context.output.json(json!({
                    "findings": findings,
                    "left_out": self.left_out,
                    "files": self.files,
                }));
            }
        }
        let is_error = |finding: &Diagnostic| finding.code.severity == Severity::Error;
        if self.left_out > 0 || self.findings.iter().any(is_error) {
            Exit::Findings
        } else {
            Exit::Fine
        }
    }
}
