//! Says why a command could not be carried out: what happened, what to do next, and how the program ends.
//! Failures of storage become this in `crates/cli/src/open.rs`; refusals are answers and printed by their command.

use std::error::Error;

use crate::exit::Exit;
use crate::message::Message;

/// What a command ends with.
pub(crate) type Result<T = Exit> = std::result::Result<T, Failure>;

/// A command that could not be carried out. Boxed, because it is rare and its way out is long.
#[derive(Debug)]
pub(crate) struct Failure(Box<Parts>);

#[derive(Debug)]
struct Parts {
    exit: Exit,
    message: Message,
    hints: Vec<Message>,
    cause: Option<Box<dyn Error + Send + Sync>>,
    /// Whether it only follows from one before it.
    is_aftermath: bool,
}

impl Failure {
    /// Makes a failure that ends the program in a way, with what happened.
    pub(crate) fn new(exit: Exit, message: Message) -> Self {
        Self(Box::new(Parts {
            exit,
            message,
            hints: Vec::new(),
            cause: None,
            is_aftermath: false,
        }))
    }

    /// Adds something to do next.
    pub(crate) fn hint(mut self, hint: Message) -> Self {
        self.0.hints.push(hint);
        self
    }

    /// Adds the failure below, whose chain is printed.
    pub(crate) fn cause(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// Notes that it only follows from one before it, which says more.
    pub(crate) fn aftermath(mut self) -> Self {
        self.0.is_aftermath = true;
        self
    }

    /// Tells whether it only follows from one before it.
    pub(crate) fn is_aftermath(&self) -> bool {
        self.0.is_aftermath
    }

    /// Returns how the program ends.
    pub(crate) fn exit(&self) -> Exit {
        self.0.exit
    }

    /// Returns what happened.
    pub(crate) fn message(&self) -> &Message {
        &self.0.message
    }

    /// Returns what to do next.
    pub(crate) fn hints(&self) -> &[Message] {
        &self.0.hints
    }

    /// Returns the failures below, outermost first.
    pub(crate) fn causes(&self) -> Vec<String> {
        let mut causes = Vec::new();
        let mut next = self
            .0
            .cause
            .as_deref()
            .map(|cause| cause as &(dyn Error + 'static));
        while let Some(cause) = next {
            causes.push(cause.to_string());
            next = cause.source();
        }
        // A failure that only passes on what is below says the same twice.
        causes.dedup();
        causes
    }
}
