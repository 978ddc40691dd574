//! Compiles published workflows, each once, and checks that it is still the one that was published.
//! Publishing them is in `crates/executor/src/system.rs`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tsuho_core::case::decide::check_value;
use tsuho_core::case::event::Change;
use tsuho_core::name::FactName;
use tsuho_core::value::Value;
use tsuho_core::workflow::Rules;
use tsuho_core::workflow::bundle::Bundle;
use tsuho_core::workflow::rules::{FactRule, Owner};
use tsuho_ledger::Digest;
use tsuho_store::DefinitionRef;

use crate::{Error, Executor, system};

/// Most workflows that are kept compiled: an operator has tens of regimes with a few versions each, and one compiles
/// in milliseconds to less than a megabyte.
const MOST_WORKFLOWS: usize = 128;

/// A published workflow, ready to decide.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// Its rules.
    pub rules: Rules,
    /// Those facts among its own that the operator keeps, computed ones aside.
    pub operator_facts: BTreeMap<FactName, FactRule>,
}

impl Compiled {
    /// Makes a workflow ready.
    #[must_use]
    pub fn new(rules: Rules) -> Self {
        let operators = rules
            .facts
            .iter()
            .filter(|(_, rule)| rule.owner == Owner::Operator && rule.is.is_none());
        let operator_facts = operators
            .map(|(name, rule)| (name.clone(), rule.clone()))
            .collect();
        Self {
            rules,
            operator_facts,
        }
    }

    /// Tells whether a fact of the operator can hold what a change brings.
    pub(crate) fn holds(&self, fact: &FactName, change: &Change) -> bool {
        let Some(rule) = self.operator_facts.get(fact) else {
            return false;
        };
        let fits = |value: &Value| check_value(fact.as_str(), &rule.value_type, value).is_ok();
        match change {
            Change::Absent => true,
            Change::Set(value) => fits(value),
            Change::Rows { set, .. } => fits(&Value::Table(set.clone())),
        }
    }
}

/// The workflows that were compiled.
#[derive(Debug, Default)]
pub(crate) struct Definitions(Mutex<BTreeMap<Digest, Arc<Compiled>>>);

impl Definitions {
    /// Returns a workflow, if it is kept.
    pub(crate) fn get(&self, digest: Digest) -> Option<Arc<Compiled>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&digest).cloned()
    }
}

impl Executor {
    /// Returns a published workflow, ready to decide.
    ///
    /// # Errors
    ///
    /// If what is stored is no longer what was published.
    pub async fn compiled(&self, digest: Digest) -> Result<Arc<Compiled>, Error> {
        if let Some(kept) = self.definitions.get(digest) {
            return Ok(kept);
        }
        let damaged = |why: String| Error::Workflow { digest, why };
        let stored = self.store.workflow(&DefinitionRef::Digest(digest)).await?;
        let stored = stored.ok_or_else(|| damaged("it is missing".to_owned()))?;
        let bundle = Bundle::from_bytes(stored.source.as_bytes())
            .map_err(|error| damaged(error.to_string()))?;
        let rules = system::compile(&bundle).map_err(|error| damaged(error.to_string()))?;
        if rules.digest != digest {
            return Err(damaged(format!("its text has digest `{}`", rules.digest)));
        }
        let compiled = Arc::new(Compiled::new(rules));
        let mut kept = self
            .definitions
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_WORKFLOWS {
            kept.clear();
        }
        kept.insert(digest, compiled.clone());
        Ok(compiled)
    }
}
