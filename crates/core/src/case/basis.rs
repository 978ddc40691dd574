//! Says on which recorded facts an expression rests, through computed ones and through `applies`.
//! What they are worth is for the expression to find.

use std::collections::BTreeSet;

use crate::name::FactName;
use crate::workflow::Rules;
use crate::workflow::guard::{Expr, Reference};

/// Returns the recorded facts on which references rest.
pub(crate) fn recorded_facts(rules: &Rules, references: BTreeSet<Reference>) -> BTreeSet<FactName> {
    let mut seen: BTreeSet<Reference> = BTreeSet::new();
    let mut open: Vec<Reference> = references.into_iter().collect();
    let mut facts = BTreeSet::new();
    while let Some(reference) = open.pop() {
        if !seen.insert(reference.clone()) {
            continue;
        }
        match reference {
            Reference::Fact(fact) => match rules.facts.get(&fact).and_then(|rule| rule.is.as_ref())
            {
                Some(is) => open.extend(is.references()),
                None => {
                    facts.insert(fact);
                }
            },
            Reference::Column { table, .. } => open.push(Reference::Fact(table)),
            Reference::Applies => open.extend(rules.applies.when.iter().flat_map(Expr::references)),
            Reference::Did(_)
            | Reference::Entered(_)
            | Reference::Filed(_)
            | Reference::Due(_)
            | Reference::Since(_)
            | Reference::Gaps(_) => {}
        }
    }
    facts
}
