//! `tsuho graph`: draws a workflow's states and actions.
//! The drawing is made by `tsuho-core`; turning it into a picture is left to Mermaid and Graphviz.

use std::path::PathBuf;

use tsuho_core::name::WorkflowName;
use tsuho_core::workflow::{Rules, render};

use super::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::findings::Found;
use crate::message::Message;
use crate::workspace::Workspace;

/// In which language of drawings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum Format {
    /// Mermaid, which documentation sites show.
    #[default]
    Mermaid,
    /// DOT, for Graphviz.
    Dot,
}

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The files.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Which workflow, if the files hold several.
    #[arg(long, value_name = "NAME")]
    workflow: Option<WorkflowName>,
    /// In which language of drawings.
    #[arg(long, value_enum, default_value_t, value_name = "mermaid|dot")]
    format: Format,
}

/// Draws the workflow.
pub(crate) fn run(context: &mut Context, arguments: &Arguments) -> Result {
    let workspace = Workspace::read(&arguments.files)?;
    if workspace.compiled.findings.has_errors() {
        // A drawing of half a workflow would be believed.
        let compiled = workspace.compiled;
        let found = Found::new(compiled.findings, compiled.texts);
        found.print(&mut context.output);
        return Ok(found.exit());
    }
    let rules = choose(&workspace, arguments.workflow.as_ref())?;
    let language = context.settings.language;
    let drawing = match arguments.format {
        Format::Mermaid => render::mermaid(rules, language),
        Format::Dot => render::dot(rules, language),
    };
    context.output.line(drawing.trim_end());
    Ok(Exit::Fine)
}

/// Returns the workflow that is meant.
fn choose<'w>(workspace: &'w Workspace, name: Option<&WorkflowName>) -> Result<&'w Rules> {
    if let Some(name) = name {
        return workspace.compiled.workflow(name).ok_or_else(|| {
            let message = Message::new("graph.unknown").with("workflow", name.to_string());
            Failure::new(Exit::NothingToRead, message)
        });
    }
    let own: Vec<&Rules> = workspace.own().collect();
    match own.as_slice() {
        [one] => Ok(one),
        [] => Err(Failure::new(
            Exit::NothingToRead,
            Message::new("graph.none"),
        )),
        several => {
            let names: Vec<String> = several.iter().map(|rules| rules.name.to_string()).collect();
            let message = Message::new("graph.several").with("workflows", names);
            Err(Failure::new(Exit::Usage, message).hint(Message::new("graph.several.hint")))
        }
    }
}
