//! What is asked of the installation and of the operator: roles, publications, facts of the company.
//! Cases are in `desk.rs`.

use tsuho_audit::{StoredCalendar, StoredWorkflow};
use tsuho_core::calendar::Calendar;
use tsuho_core::case::event::Via;
use tsuho_core::case::request::{Asker, Content, Facts, Request};
use tsuho_core::ids::CaseId;
use tsuho_core::operator;
use tsuho_core::people::{
    self, CalendarPublished, SystemContent, SystemRequest, WorkflowPublished,
};
use tsuho_core::workflow::bundle::Bundle;
use tsuho_core::workflow::canonical;
use tsuho_core::workflow::rules::Owner;
use tsuho_ledger::Digest;

use super::{ADMINISTRATOR, Desk, OFFICER, person};

pub(super) const WORKFLOW: &str = include_str!("../leak.yaml");
pub(super) const CALENDAR: &str = include_str!("../closed-days.txt");

impl Desk {
    pub(crate) fn grant(&mut self, number: u8, role: &str) {
        self.system(SystemContent::Grant {
            person: person(number),
            role: role.parse().expect("a role"),
        });
    }

    pub(crate) fn revoke(&mut self, number: u8, role: &str) {
        self.system(SystemContent::Revoke {
            person: person(number),
            role: role.parse().expect("a role"),
        });
    }

    pub(crate) fn publish_calendar(&mut self, text: &str) {
        let calendar = Calendar::read(text).expect("a calendar");
        let stored = StoredCalendar {
            name: calendar.name.to_string(),
            version: calendar.version.clone(),
            source: text.to_owned(),
        };
        self.kept.calendars.insert(calendar.digest, stored);
        self.system(SystemContent::PublishCalendar(CalendarPublished {
            name: calendar.name.clone(),
            digest: calendar.digest,
        }));
        self.calendars.insert(calendar.name.clone(), calendar);
    }

    /// Publishes the holidays again, or other ones.
    pub(crate) fn other_holidays(&mut self, choice: usize) {
        let other = [
            CALENDAR.to_owned(),
            CALENDAR
                .replace("version 1", "version 2")
                .replace("2023-11-23", "2023-11-24"),
            CALENDAR
                .replace("version 1", "version 3")
                .replace(" saturday", ""),
        ];
        self.publish_calendar(&other[choice]);
    }

    pub(super) fn publish_workflow(&mut self, text: &str) {
        let name = "leak".parse().expect("a name");
        let bundle = Bundle::collect(&[("leak.yaml", text.as_bytes())], &name).expect("a bundle");
        let compiled = bundle.compile();
        let rules = compiled.workflow(&name).cloned().unwrap_or_else(|| {
            panic!("it does not compile: {:?}", compiled.findings.into_sorted())
        });
        let source = String::from_utf8(bundle.to_bytes().expect("a text")).expect("UTF-8");
        let published = WorkflowPublished {
            name: rules.name.clone(),
            version: rules.version,
            digest: rules.digest,
            source: Digest::of(source.as_bytes()),
        };
        let stored = StoredWorkflow {
            name: rules.name.to_string(),
            version: rules.version.to_string(),
            source,
            canonical: canonical::bytes(&rules),
        };
        self.kept.workflows.insert(rules.digest, stored);
        self.operator_facts = rules
            .facts
            .iter()
            .filter(|(_, rule)| rule.owner == Owner::Operator && rule.is.is_none())
            .map(|(name, rule)| (name.clone(), rule.clone()))
            .collect();
        self.rules = Some(rules);
        self.system(SystemContent::PublishWorkflow(published));
    }

    /// Asks the installation, as its administrator.
    pub(crate) fn system(&mut self, content: SystemContent) {
        let request = self.for_system(content);
        let granted = self.try_system(&request);
        assert!(granted, "{request:?} is refused");
    }

    fn try_system(&mut self, request: &SystemRequest) -> bool {
        let Ok(events) = people::decide(&self.people, request, self.now) else {
            return false;
        };
        for event in &events {
            self.people = std::mem::take(&mut self.people).evolve(event);
        }
        self.keep_other("system", &events);
        true
    }

    /// Grants a role, or revokes it if it is held; nothing if that is refused.
    pub(crate) fn toggle(&mut self, number: u8, role: &str) {
        let role = role.parse().expect("a role");
        let person = person(number);
        let known = self.people.person(person);
        let content = if known.is_some_and(|known| known.holds(&role)) {
            SystemContent::Revoke { person, role }
        } else {
            SystemContent::Grant { person, role }
        };
        let request = self.for_system(content);
        self.try_system(&request);
    }

    fn for_system(&mut self, content: SystemContent) -> SystemRequest {
        SystemRequest {
            command: self.command(),
            person: person(ADMINISTRATOR),
            via: Via::Os,
            content,
        }
    }

    /// Records facts of the operator and delivers them to every case.
    pub(crate) fn record_operator(&mut self, facts: &Facts) {
        let request = Request {
            command: self.command(),
            asker: Asker::Person {
                person: person(OFFICER),
                via: Via::Os,
                role: "officer".parse().expect("a role"),
            },
            occurred_at: None,
            reason: None,
            seen: None,
            content: Content::Record {
                facts: facts.clone(),
            },
        };
        let (declared, operator) = (&self.operator_facts, &self.operator);
        let asked = (&request, facts);
        // Whoever lost the role meanwhile is refused.
        let Ok(events) = operator::decide(declared, &self.people, operator, asked, self.now) else {
            return;
        };
        for event in &events {
            self.operator = std::mem::take(&mut self.operator).evolve(event);
        }
        self.keep_other(operator::STREAM, &events);
        let cases: Vec<CaseId> = self.cases.keys().copied().collect();
        for id in cases {
            let since = self.cases[&id].delivered.get(operator::STREAM).copied();
            if let Some((facts, delivered)) = self.operator.delivery(&self.operator_facts, since) {
                self.clock(id, Content::Deliver { facts, delivered });
            }
        }
    }
}
