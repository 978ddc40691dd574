//! `tsuho explain`: says what a code means and what to do about it.
//! The codes are listed in `crates/core/src/diagnostic/codes.rs`.

use serde_json::json;
use tsuho_core::diagnostic::{ALL_CODES, Code, Severity};

use super::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::output::{Format, FormatArgument};

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The code, or its name.
    #[arg(value_name = "CODE")]
    code: String,
    #[command(flatten)]
    format: FormatArgument,
}

/// Explains a code.
pub(crate) fn run(context: &mut Context, arguments: &Arguments) -> Result {
    let asked = arguments.code.to_lowercase();
    let is_asked = |code: &&Code| code.id.to_lowercase() == asked || code.name == asked;
    let Some(code) = ALL_CODES.iter().find(is_asked) else {
        let message = Message::new("explain.unknown").with("code", arguments.code.as_str());
        return Err(
            Failure::new(Exit::NothingToRead, message).hint(Message::new("explain.unknown.hint"))
        );
    };
    let language = context.settings.language;
    let message = shown(&Message::new(code.id).text(language));
    let help = shown(&Message::new(format!("{}.help", code.id)).text(language));
    match arguments.format.format {
        Format::Table => {
            let title = Message::new(severity(code.severity)).text(language);
            context
                .output
                .line(&format!("{} {} ({title})", code.id, code.name));
            context.output.line(&format!("  {message}"));
            context
                .output
                .say(&Message::new("explain.help").with("help", help));
        }
        Format::Json => context.output.json(json!({
            "code": code.id,
            "name": code.name,
            "severity": crate::diagnostics::severity_word(code.severity),
            "message": message,
            "help": help,
        })),
    }
    Ok(Exit::Fine)
}

/// Shows what stands for the things that a message names.
fn shown(pattern: &str) -> String {
    pattern.replace(['{', '}'], "…")
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Warning => "severity.warning",
        Severity::Error => "severity.error",
    }
}
