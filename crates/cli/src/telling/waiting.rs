//! Says what is owed while no clock runs for it, because its recipient or what it counts from is unknown.
//! What is owed is found in `tsuho-core`; each command says it at the place where it tells of clocks.

use serde_json::{Value, json};
use tsuho_core::case::clock::DutyKey;
use tsuho_core::case::decide::Context;
use tsuho_core::case::view::View;
use tsuho_core::case::{Case, settle};
use tsuho_core::catalogue::Arg;
use tsuho_core::name::{FactName, ObligationName};
use tsuho_core::time::Timestamp;
use tsuho_core::value::Type;
use tsuho_core::workflow::rules::Owner;

use super::Words;
use crate::message::Message;

/// Something owed whose clock has not started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// The duty; absent while its recipient is unknown.
    pub(crate) duty: Option<DutyKey>,
    pub(crate) obligation: ObligationName,
    /// What it waits for.
    pub(crate) for_facts: Vec<String>,
    /// Whether it is owed beyond doubt.
    pub(crate) is_certain: bool,
}

impl Waiting {
    /// Returns what is owed of a case and waits.
    pub(crate) fn of(context: &Context<'_>, case: &Case, now: Timestamp) -> Vec<Self> {
        let view = View::new(context, case, now);
        let owing = settle::owed(context, &view);
        let duties = owing.duties.into_iter();
        let for_anchor =
            duties.filter(|owed| owed.is_waiting(case) && !case.duties.contains_key(&owed.duty));
        let for_anchor = for_anchor.map(|owed| Self {
            is_certain: owed.is_certain(),
            obligation: owed.duty.obligation.clone(),
            duty: Some(owed.duty),
            for_facts: each_once(owed.waits_for),
        });
        let for_recipient = owing.without_recipient.into_iter().map(|owed| Self {
            duty: None,
            is_certain: owed.is_certain(),
            obligation: owed.obligation,
            for_facts: vec![owed.missing.to_string()],
        });
        for_anchor.chain(for_recipient).collect()
    }

    /// Returns it for programs.
    pub(crate) fn json(&self) -> Value {
        json!({
            "obligation": self.obligation,
            "duty": self.duty,
            "waits_for": self.for_facts,
            "provisional": !self.is_certain,
        })
    }
}

/// Drops what stands in a list before: each candidate of a clock may wait for the same fact.
fn each_once(names: Vec<String>) -> Vec<String> {
    let mut kept = Vec::new();
    for name in names {
        if !kept.contains(&name) {
            kept.push(name);
        }
    }
    kept
}

impl Words<'_> {
    /// Returns what is owed and waits: what waits for the same together, with the commands that end the wait.
    pub(crate) fn waiting(&self, number: u64, waiting: &[Waiting]) -> Vec<Message> {
        let mut groups: Vec<(&Waiting, Vec<Arg>)> = Vec::new();
        for one in waiting {
            let mut called = self.waiting_called(one);
            if let Some(force) = self.bond(&one.obligation).word() {
                let args = [("duty", called), ("force", Arg::Key(force))];
                called = Arg::Message("waiting.bond", args.into());
            }
            let same = |other: &&mut (&Waiting, Vec<Arg>)| {
                (&other.0.for_facts, other.0.is_certain) == (&one.for_facts, one.is_certain)
            };
            match groups.iter_mut().find(same) {
                // Towards several recipients it is called the same, and said once.
                Some((_, duties)) if duties.contains(&called) => {}
                Some((_, duties)) => duties.push(called),
                None => groups.push((one, vec![called])),
            }
        }
        let said = groups.into_iter().map(|(one, duties)| {
            let facts = one.for_facts.iter();
            let facts = facts.map(|name| self.waited_for(number, name)).collect();
            Message::new(if one.is_certain {
                "waiting.owed"
            } else {
                "waiting.perhaps"
            })
            .with("duties", Arg::List(duties))
            .with("facts", Arg::List(facts))
        });
        said.collect()
    }

    /// Returns what waits is called, without its recipient: there may be none yet.
    pub(crate) fn waiting_called(&self, one: &Waiting) -> Arg {
        let obligation = self.obligation(&one.obligation);
        match &one.duty {
            Some(key) => key.titled(obligation),
            None => obligation,
        }
    }

    /// Returns for what something waits, without how that is recorded.
    pub(crate) fn waits_for(&self, one: &Waiting) -> Arg {
        self.named(&one.for_facts)
    }

    /// Returns what expressions read, by its titles; what is filed is called as the obligation.
    pub(super) fn named(&self, references: &[String]) -> Arg {
        let titled = |name: &String| {
            let filed = name.strip_prefix("filed.");
            match (name.parse::<FactName>(), filed.map(str::parse)) {
                (Ok(fact), _) => self.fact(&fact),
                (Err(_), Some(Ok(obligation))) => {
                    super::titled(Some(self.obligation(&obligation)), name)
                }
                (Err(_), Some(Err(_)) | None) => self
                    .titled_column(name)
                    .unwrap_or_else(|| name.as_str().into()),
            }
        };
        Arg::List(references.iter().map(titled).collect())
    }

    /// Returns a column that is waited for, as `letters.answer_by`, with the command that records its cell.
    fn waited_for_cell(&self, number: u64, name: &str) -> Arg {
        let (Some(titled), Some((table, column))) =
            (self.titled_column(name), name.split_once('.'))
        else {
            return name.into();
        };
        let args = [
            ("fact", titled),
            ("case", Arg::Text(number.to_string())),
            ("table", table.into()),
            ("column", column.into()),
        ];
        Arg::Message("waiting.cell", args.into())
    }

    /// Returns what a column of a table is called, by the title of the table and its own.
    fn titled_column(&self, name: &str) -> Option<Arg> {
        let (table, column) = name.split_once('.')?;
        let rule = self.rules.facts.get(table)?;
        let Type::Table(columns) = &rule.value_type else {
            return None;
        };
        let titles = [
            ("table", rule.title.clone().into()),
            ("column", columns.columns.get(column)?.title.clone().into()),
        ];
        let title = Arg::Message("waiting.column", titles.into());
        Some(super::titled(Some(title), name))
    }

    /// Returns what is waited for, with the command that records it if one does.
    fn waited_for(&self, number: u64, name: &str) -> Arg {
        let fact = name.parse::<FactName>().ok();
        let Some(rule) = fact.and_then(|fact| self.rules.facts.get(&fact)) else {
            return self.waited_for_cell(number, name);
        };
        if rule.is.is_some() || rule.owner == Owner::Law {
            return self.fact(&rule.name);
        }
        let target = match rule.owner {
            Owner::Operator => crate::asking::OPERATOR.to_owned(),
            Owner::Law | Owner::Incident | Owner::Case => number.to_string(),
        };
        let command = format!("tsuho case record {target} {name}=…");
        let args = [
            ("fact", self.fact(&rule.name)),
            ("command", Arg::Text(command)),
        ];
        Arg::Message("waiting.fact", args.into())
    }
}
