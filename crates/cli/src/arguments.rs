//! Understands the command line, and says in the reader's language what every word of it means.
//! What a command takes is declared in its own file under `crates/cli/src/commands`; no sentence is.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, Command as Clap, CommandFactory as _, FromArgMatches as _, Parser};
use tsuho_core::catalogue::Language;

use crate::commands::Command;
use crate::exit::Exit;
use crate::message::Message;
use crate::settings::Everywhere;
use crate::usage;

/// The key of what every command takes.
const EVERYWHERE: &str = "help.everywhere";

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "tsuho", version)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) everywhere: Everywhere,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// A command line that asks for help, or cannot be understood: what to print, and how the program ends.
#[derive(Debug)]
pub(crate) struct Unusable {
    pub(crate) text: String,
    pub(crate) exit: Exit,
}

/// Where clap's own arguments stand in help: after ours.
const LAST: usize = 1_000;

/// Reads the command line.
pub(crate) fn read(arguments: Vec<OsString>, language: Language) -> Result<Arguments, Unusable> {
    let mut command = command(language);
    let understood = command
        .try_get_matches_from_mut(arguments)
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    understood.map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Unusable {
            text: error.to_string(),
            exit: Exit::Fine,
        },
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => Unusable {
            text: error.to_string(),
            exit: Exit::Usage,
        },
        _ => Unusable {
            text: usage::explain(&error, language),
            exit: Exit::Usage,
        },
    })
}

/// Returns the command line's description, in a language.
pub(crate) fn command(language: Language) -> Clap {
    localise(Arguments::command(), "help", language)
        // Not the name of the file that was started, which the tests' own program has another of.
        .bin_name("tsuho")
        .disable_help_subcommand(true)
        .disable_version_flag(true)
        .arg(everywhere("version", 'V', ArgAction::Version, language))
}

/// Returns an argument of clap's own, with our words.
fn everywhere(name: &'static str, short: char, action: ArgAction, language: Language) -> Arg {
    Arg::new(name)
        .long(name)
        .short(short)
        .action(action)
        .display_order(LAST)
        .help(said(&format!("help.everywhere.{name}"), language))
        .help_heading(said("help.heading.everywhere", language))
}

/// Gives a command and everything under it the words of a language. Its key is `help.<command>`, that of an argument
/// `help.<command>.<argument>`, or that of the group that it belongs to.
fn localise(command: Clap, key: &str, language: Language) -> Clap {
    let key = key.to_owned();
    let command = command
        .about(said(&key, language))
        .long_about(None)
        .help_template(format!(
            "{{about}}\n\n{}: {{usage}}\n\n{{all-args}}",
            said("help.heading.usage", language)
        ))
        .subcommand_help_heading(said("help.heading.commands", language))
        .subcommand_value_name(said("help.value.command", language))
        .disable_help_flag(true)
        .mut_args(|argument| {
            let everywhere = argument.is_global_set();
            let own = if everywhere { EVERYWHERE } else { key.as_str() };
            let heading = match (everywhere, argument.is_positional()) {
                (true, _) => "help.heading.everywhere",
                (false, true) => "help.heading.arguments",
                (false, false) => "help.heading.options",
            };
            let help = said(&explained(own, argument.get_id().as_str()), language);
            let takes_values = argument.get_action().takes_values();
            argument
                .help(help)
                .long_help(None)
                .help_heading(said(heading, language))
                // What these would add is English; the sentences above name the words and what holds without them.
                .hide_possible_values(takes_values)
                .hide_default_value(takes_values)
        })
        .mut_subcommands(|command| {
            let key = format!("{key}.{}", command.get_name());
            localise(command, &key, language)
        });
    command.arg(everywhere("help", 'h', ArgAction::Help, language))
}

/// Returns the key of an argument's words: its command's own, or what the commands of a group share.
fn explained(command: &str, argument: &str) -> String {
    let own = format!("{command}.{argument}");
    match command.rsplit_once('.') {
        Some((group, _)) if !Message::new(own.clone()).exists() => format!("{group}.{argument}"),
        _ => own,
    }
}

fn said(key: &str, language: Language) -> String {
    Message::new(key.to_owned()).text(language)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns every key that the command line asks the catalogue for.
    fn keys(command: &Clap, key: &str) -> Vec<String> {
        let arguments = command.get_arguments().map(|argument| {
            let own = if argument.is_global_set()
                || ["help", "version"].contains(&argument.get_id().as_str())
            {
                EVERYWHERE
            } else {
                key
            };
            explained(own, argument.get_id().as_str())
        });
        let below = command
            .get_subcommands()
            .flat_map(|command| keys(command, &format!("{key}.{}", command.get_name())));
        arguments.chain([key.to_owned()]).chain(below).collect()
    }

    #[test]
    fn every_command_and_every_argument_is_explained_in_both_languages() {
        let keys = keys(&command(Language::En), "help");
        let missing: Vec<&String> = keys
            .iter()
            .filter(|key| !Message::new((*key).clone()).exists())
            .collect();
        println!("{} words of the command line", keys.len());
        assert_eq!(missing, [""; 0]);
    }

    #[test]
    fn a_command_that_nobody_explained_is_found() {
        let planted = Clap::new("tsuho").subcommand(Clap::new("lost").arg(Arg::new("gone")));
        let missing = keys(&planted, "help")
            .into_iter()
            .filter(|key| !Message::new(key.clone()).exists())
            .count();
        println!("planted 2, caught {missing}");
        assert_eq!(missing, 2);
    }

    #[test]
    fn the_command_line_is_sound_and_speaks_the_language() {
        for language in [Language::En, Language::Ja] {
            command(language).debug_assert();
        }
        let help = |language| command(language).render_long_help().to_string();
        assert!(
            help(Language::Ja).contains("使い方"),
            "{}",
            help(Language::Ja)
        );
        assert!(
            help(Language::En).contains("Usage"),
            "{}",
            help(Language::En)
        );
        let english = [
            "Usage:",
            "Options:",
            "Commands:",
            "Print ",
            "default:",
            "possible",
        ];
        for word in english {
            assert!(
                !help(Language::Ja).contains(word),
                "{word}\n{}",
                help(Language::Ja)
            );
        }
    }
}
