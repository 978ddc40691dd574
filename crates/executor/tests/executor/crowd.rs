//! A workflow made for tests: one duty towards each of many branches, and an operator's fact that names a person.
//! What is asked of its cases is in the tests.

use std::fmt::Write as _;

use tsuho_core::ids::CaseId;
use tsuho_core::workflow::bundle::{Bundle, BundledFile};
use tsuho_executor::{How, Opening};

use crate::desk::{Desk, granted};

/// How large a crowd is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Crowd {
    /// How many branches are told.
    pub(crate) branches: usize,
    /// How often each duty reminds.
    pub(crate) reminders: usize,
}

impl Crowd {
    /// Returns the workflow: the clock of each duty runs for 800 hours, with a reminder in each of the last ones.
    fn bundle(self) -> Bundle {
        let (mut branches, mut recipients, mut reminders) =
            (String::new(), String::new(), String::new());
        for branch in 1..=self.branches {
            let _ = writeln!(branches, "  branch-{branch}: {{ under: office }}");
            let _ = writeln!(recipients, "      - branch-{branch}");
        }
        for hours in 1..=self.reminders {
            let _ = writeln!(
                reminders,
                "      - {{ before: {hours} hours, to: duty_officer }}"
            );
        }
        let text = format!(
            "tsuho: 1
library: crowd
authorities:
  office: {{ title: Office, zone: Asia/Tokyo, channels: {{ phone: sent }} }}
{branches}roles: {{ duty_officer: {{ title: Duty officer }} }}
facts:
  contact: {{ owner: operator, type: text }}
  known_at: instant
---
tsuho: 1
workflow: crowd
version: 1
uses: [crowd]
authority: office
applies: {{ when: known(known_at) }}
states:
  begun: {{ phase: detect, initial: true }}
  over: {{ phase: closed, outcome: completed }}
actions:
  tell: {{ from: begun, to: over, by: duty_officer, files: notice }}
obligations:
  notice:
    force: internal
    clock: {{ anchor: known_at, within: 800 hours }}
    to:
{recipients}    remind:
{reminders}"
        );
        let name = "crowd.yaml".to_owned();
        Bundle {
            files: vec![BundledFile { name, text }],
            workflow: "crowd".parse().expect("a name"),
        }
    }

    /// Publishes the workflow and opens a case of it.
    pub(crate) async fn case(self, desk: &Desk) -> CaseId {
        let published = desk
            .executor
            .publish_workflow(&desk.sender(), &self.bundle(), &How::default())
            .await;
        granted(published);
        let opening = Opening {
            workflow: "crowd".parse().expect("a name"),
            ..desk.opening()
        };
        let opened = granted(desk.executor.open_case(&opening, &How::default()).await);
        opened.case_id().expect("the stream of a case")
    }
}
