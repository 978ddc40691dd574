//! `tsuho completions`: writes a script that completes commands in a shell.
//! What there is to complete is declared in `crates/cli/src/arguments.rs`.

use clap_complete::Shell;

use super::Context;
use crate::exit::Exit;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The shell.
    #[arg(value_enum, value_name = "bash|elvish|fish|powershell|zsh")]
    shell: Shell,
}

/// Writes the script.
pub(crate) fn run(context: &mut Context, arguments: &Arguments) -> Exit {
    let mut command = crate::arguments::command(context.settings.language);
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "tsuho", &mut script);
    context.output.bytes(&script);
    Exit::Fine
}
