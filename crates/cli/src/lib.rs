//! The `tsuho` program: the one place that reads arguments, environment and files and puts the other crates together.
//!
//! Decides nothing: what may happen is decided by `tsuho-core`, carried out by `tsuho-executor`, kept by a store and
//! checked again by `tsuho-audit`; every sentence is in the catalogue of `tsuho-core`.
//!
//! A run: [`main`] chooses the language (`crates/cli/src/language.rs`), reads the command line
//! (`crates/cli/src/arguments.rs`), opens what the command needs (`crates/cli/src/open.rs`), and the command in
//! `crates/cli/src/commands` prints its answer through `crates/cli/src/output.rs` and ends with an [`Exit`].
//!
//! To add a command: a file in `crates/cli/src/commands`, its variant in `crates/cli/src/commands.rs`, its words in
//! `crates/core/src/catalogue/program.txt`, and a transcript in `tests/cmd`.

mod arguments;
mod asking;
mod change;
mod commands;
mod diagnostics;
mod exit;
mod failure;
mod files;
mod findings;
mod handing;
mod language;
mod message;
mod open;
mod output;
mod session;
mod settings;
mod shipped;
mod telling;
mod unfinished;
mod usage;
mod workspace;

use std::ffi::OsString;
use std::process::ExitCode;
use std::thread;

use tsuho_core::catalogue::Language;

pub use exit::Exit;

use crate::commands::Context;
use crate::output::Output;
use crate::settings::Settings;

/// A fifth of a command's time went to the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The stack of the thread that does the work. Readers of nested texts are bounded, in debug builds too, but the stack
/// that a shell gives its programs is not ours to choose.
const STACK_BYTES: usize = 32 << 20;

/// Runs the program as the process was called.
#[must_use]
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let language = language::choose(&arguments, |name| std::env::var_os(name));
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(ToString::to_string);
        let what = panic.payload_as_str().unwrap_or_default();
        output::report_defect(language, &place.unwrap_or_default(), what);
    }));
    output::start_log();
    let work = thread::Builder::new()
        .name("tsuho".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(move || run(arguments, language));
    // A panic was reported by the hook; here it only has to become a code.
    let exit = work.map(thread::JoinHandle::join);
    match exit {
        Ok(Ok(exit)) => exit.into(),
        Ok(Err(_)) | Err(_) => Exit::Internal.into(),
    }
}

/// Carries out one command line.
fn run(arguments: Vec<OsString>, language: Language) -> Exit {
    let mut output = Output::standard(language);
    let arguments = match arguments::read(arguments, language) {
        Ok(arguments) => arguments,
        Err(unusable) => {
            output.usage(&unusable.text, unusable.exit);
            return close(output, unusable.exit);
        }
    };
    let settings = Settings::new(
        arguments.everywhere,
        language,
        std::env::var_os("TSUHO_DATABASE"),
    );
    output.speak(settings.language);
    let mut context = Context { settings, output };
    let exit = match commands::run(&mut context, arguments.command) {
        Ok(exit) => exit,
        Err(failure) => {
            context.output.fail(&failure);
            failure.exit()
        }
    };
    close(context.output, exit)
}

/// Writes what is still held back; an answer that could not be printed is no answer.
fn close(mut output: Output, exit: Exit) -> Exit {
    match output.close() {
        Ok(()) => exit,
        Err(failure) => {
            output.fail(&failure);
            failure.exit()
        }
    }
}
