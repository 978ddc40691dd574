//! Holds what the person said for every command: the database, who acts in a drill, the language.
//! Nothing is guessed: a command that needs what was not said refuses.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use tsuho_core::catalogue::Language;

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::language::parse;
use crate::message::Message;

/// The arguments that every command takes.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Everywhere {
    /// Names the database.
    #[arg(long, global = true, value_name = "FILE")]
    database: Option<PathBuf>,
    /// Acts as another person, in a drill alone.
    #[arg(long = "as", global = true, value_name = "PERSON")]
    acting_as: Option<String>,
    /// Chooses the language.
    #[arg(long, global = true, value_name = "en|ja", value_parser = ["en", "ja"])]
    lang: Option<String>,
}

/// What holds for the whole run.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// The language of everything that is said.
    pub(crate) language: Language,
    /// The person to act as in a drill: a name, an id or a role.
    pub(crate) acting_as: Option<String>,
    database: Option<PathBuf>,
}

impl Settings {
    /// Takes what was said. Without `--lang` the language is the environment's, without `--database` the variable's
    /// database; a variable that is set to nothing says nothing.
    pub(crate) fn new(said: Everywhere, environment: Language, variable: Option<OsString>) -> Self {
        let variable = variable.filter(|path| !path.is_empty());
        let asked = said.lang.as_deref().map(OsStr::new).and_then(parse);
        Self {
            language: asked.unwrap_or(environment),
            acting_as: said.acting_as,
            database: said.database.or_else(|| variable.map(PathBuf::from)),
        }
    }

    /// Returns the database's path, if it was named.
    pub(crate) fn database_if_named(&self) -> Option<&Path> {
        self.database.as_deref()
    }

    /// Returns the database's path.
    pub(crate) fn database(&self) -> Result<&Path> {
        self.database.as_deref().ok_or_else(|| {
            Failure::new(Exit::Usage, Message::new("program.no-database"))
                .hint(Message::new("program.no-database.hint"))
        })
    }
}
