//! Reads the expressions of a workflow (language section 3) and finds their value: true, false, or unknown with what would decide it.
//! CEL's parser reads the text within bounds of our own; names, types and evaluation are ours. What a guard bars is left to `case`.
//!
//! ```
//! # use tsuho_core::workflow::guard::{self, Availability, FactInfo, NameKind, RowInfo, Scope, Wanted};
//! # struct Nothing;
//! # impl Scope for Nothing {
//! #     fn fact(&self, _: &str) -> Option<FactInfo> { None }
//! #     fn row(&self, _: &str) -> Option<RowInfo> { None }
//! #     fn did(&self, action: &str) -> Availability {
//! #         if action == "notify" { Availability::Present } else { Availability::Missing }
//! #     }
//! #     fn entered(&self, _: &str) -> Availability { Availability::Missing }
//! #     fn filed(&self, _: &str) -> Availability { Availability::Missing }
//! #     fn due(&self, _: &str) -> Availability { Availability::Missing }
//! #     fn gaps(&self, _: &str) -> Availability { Availability::Missing }
//! #     fn suggestions(&self, _: NameKind) -> Vec<String> { vec!["notify".into()] }
//! # }
//! # let scope = Nothing;
//! let guard = guard::compile("applies && past(did.notify + hours(24))", Wanted::Boolean, &scope)?;
//! let names: Vec<String> = guard.references().iter().map(ToString::to_string).collect();
//! assert_eq!(names, ["applies", "did.notify"]);
//!
//! let mistakes = guard::compile("known(did.notfy)", Wanted::Boolean, &scope).unwrap_err();
//! assert_eq!(mistakes[0].code.name, "guard-unknown-name");
//! # Ok::<(), Vec<guard::Fault>>(())
//! ```

mod check;
mod env;
mod evaluate;
mod fold;
mod kind;
mod parse;
mod ratio;
mod scan;
mod scope;
mod shape;
#[cfg(test)]
mod tests;
mod tree;

use std::ops::Range;

pub use check::{RESERVED, is_reserved};
pub use env::{BoundRow, Env, Evaluated, Trouble, Truth};
pub use evaluate::{Lack, Want};
pub use scope::{Availability, FactInfo, NameKind, RowInfo, Scope};
pub use tree::{Expr, Reference, SinceOf};

use crate::catalogue::{Arg, Args};
use crate::diagnostic::{Code, Severity};
use crate::value::Type;

/// What an expression is needed for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A condition.
    Boolean,
    /// A value of a type: a computed fact's, a recipient, a period.
    Type(Type),
    /// Where a clock begins or ends: an instant or a date.
    Anchor,
}

/// One mistake in an expression; whoever read the text adds where the text stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Which kind of mistake.
    pub code: Code,
    /// The bytes within the expression's text.
    pub span: Range<usize>,
    /// What its message and its help name.
    pub args: Args,
}

impl Fault {
    fn new(code: Code, span: Range<usize>) -> Self {
        Self {
            code,
            span,
            args: Args::new(),
        }
    }

    fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.insert(name, value.into());
        self
    }
}

/// Compiles an expression: reads it within the bounds of E1, resolves every name and checks every type.
///
/// # Errors
///
/// Returns every mistake found, in the order of the text. What is worth knowing about a text that can be used stands
/// in [`Expr::warnings`].
pub fn compile(text: &str, wanted: Wanted, scope: &dyn Scope) -> Result<Expr, Vec<Fault>> {
    let mut faults = match parse::parse(text) {
        Ok(mut parsed) => {
            let mut faults = std::mem::take(&mut parsed.faults);
            let checked = check::check(&parsed, wanted, scope);
            match checked {
                Ok((root, warnings)) if faults.is_empty() => {
                    return Ok(Expr {
                        text: text.into(),
                        root,
                        warnings,
                    });
                }
                Ok(_) => {}
                Err(more) => faults.extend(more),
            }
            faults
        }
        Err(faults) => faults,
    };
    debug_assert!(
        faults
            .iter()
            .all(|fault| fault.code.severity == Severity::Error),
        "warnings stand in the tree"
    );
    faults.sort_by_key(|fault| (fault.span.start, fault.span.end, fault.code.id));
    Err(faults)
}
