//! `tsuho validate`: checks workflow files and reports every mistake in one run.
//! Finding mistakes is left to `tsuho-core`, showing them to `crates/cli/src/findings.rs`.

use std::path::PathBuf;

use serde_json::json;

use super::Context;
use crate::failure::Result;
use crate::findings::{Format, Found};
use crate::message::Message;
use crate::workspace::Workspace;

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
    let workspace = Workspace::linted(&arguments.paths)?;
    let (files, workflows) = (workspace.named, workspace.workflows());
    let compiled = workspace.compiled;
    let found = Found::new(compiled.findings, compiled.texts);
    let output = &mut context.output;
    match arguments.format {
        Format::Text => {
            found.print(output);
            output.say(
                &Message::new("validate.summary")
                    .with("files", files)
                    .with("workflows", workflows)
                    .with("findings", found.count()),
            );
        }
        Format::Json => {
            let mut object = found.json(output);
            object["files"] = json!(files);
            object["workflows"] = json!(workflows);
            output.json(object);
        }
    }
    Ok(found.exit())
}
