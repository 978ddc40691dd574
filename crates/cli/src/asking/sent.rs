//! Reads what somebody asks of a case: the same keys, whether they came as arguments or as a line of JSON.
//! Values of facts, times and roles need the case's workflow and are read by `crates/cli/src/asking/resolve.rs`.

use std::collections::{BTreeMap, BTreeSet};

use tsuho_core::case::event::Undone;
use tsuho_core::name::{ActionName, AuthorityName, ChannelName, FactName, RoleName, WorkflowName};
use tsuho_core::value::parse::Written;
use tsuho_executor::{How, Key, Mode};
use tsuho_ledger::{Digest, PartClass};

use super::entries::{Entries, Invalid, expected, missing, name};
use super::file::{self, Attached};
use super::json;
use super::reference::{CaseRef, IncidentRef};
use super::resolve::Step;
use crate::message::Message;

/// What the operator's facts are recorded on, where a case's number would stand.
pub(crate) const OPERATOR: &str = "operator";

/// What can be done, as `do` says it.
pub(crate) const VERBS: [&str; 10] = [
    "open",
    "open_incident",
    "record",
    "advance",
    "attach",
    "approve",
    "refuse",
    "receive",
    "undo",
    "note",
];

/// A request as it was sent.
#[derive(Debug)]
pub(crate) struct Sent {
    /// The key under which it is answered once.
    pub(crate) key: Option<String>,
    /// The digest of everything else.
    pub(crate) digest: Digest,
    /// The person who is played, in a drill.
    pub(crate) acting_as: Option<String>,
    pub(crate) role: Option<RoleName>,
    pub(crate) occurred_at: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) seen: Option<u64>,
    pub(crate) asked: Asked,
}

/// What is asked, and of what.
#[derive(Debug)]
pub(crate) enum Asked {
    /// To open a case, of an incident or of none.
    Open {
        workflow: WorkflowName,
        version: Option<u32>,
        incident: Option<IncidentRef>,
    },
    /// To open an incident with its cases.
    OpenIncident(Box<NewIncident>),
    /// To record facts on an incident.
    Incident {
        incident: IncidentRef,
        facts: Written,
    },
    /// To record facts of the operator.
    Operator { facts: Written },
    /// To do something on a case.
    Case { case: CaseRef, deed: Box<Deed> },
}

/// An incident to be opened.
#[derive(Debug)]
pub(crate) struct NewIncident {
    pub(crate) title: String,
    /// The workflows under which a case is opened with it, each with its version if wanted.
    pub(crate) workflows: Vec<(WorkflowName, Option<u32>)>,
    /// The case of none for which it is opened.
    pub(crate) case: Option<CaseRef>,
    pub(crate) facts: Written,
}

/// What is done on a case.
#[derive(Debug)]
pub(crate) enum Deed {
    Record {
        facts: Written,
        /// The file that bears out an authority's decisions.
        evidence: Option<Digest>,
        /// Where the facts were learnt.
        source: Option<String>,
    },
    Advance {
        action: ActionName,
        facts: Written,
        sending: Sending,
    },
    Attach {
        file: Attached,
        filing: Option<FilingRef>,
        fact: Option<FactName>,
    },
    Approve {
        action: ActionName,
        digest: Option<Digest>,
    },
    Refuse {
        action: ActionName,
    },
    Receive {
        filing: FilingRef,
        received_at: Option<String>,
        receipt: Option<Digest>,
    },
    Undo {
        filing: FilingRef,
        how: Undone,
    },
    Note {
        text: String,
        class: PartClass,
    },
}

/// What is said of something sent.
#[derive(Debug, Default)]
pub(crate) struct Sending {
    pub(crate) channel: Option<ChannelName>,
    pub(crate) address: Option<String>,
    pub(crate) to: Vec<AuthorityName>,
    pub(crate) duties: Vec<String>,
    pub(crate) sent_at: Option<String>,
    pub(crate) received_at: Option<String>,
    pub(crate) document: Option<Digest>,
    pub(crate) evidence: Vec<Digest>,
}

/// Names a filing: by its number, or the latest of an action that still counts.
#[derive(Debug)]
pub(crate) enum FilingRef {
    Number(u64),
    Of(ActionName),
}

/// Returns the key of a request, which an answer names even where the rest cannot be read.
pub(crate) fn key_of(written: &Written) -> Option<&str> {
    let Written::Map(entries) = written else {
        return None;
    };
    entries.iter().find_map(|(key, value)| match value {
        Written::Text(text) if key == "key" => Some(text.as_str()),
        _ => None,
    })
}

impl Sent {
    /// Reads a request; of a file that is to be attached, the bytes too.
    pub(crate) fn read(written: Written) -> Result<Self, Invalid> {
        let Written::Map(entries) = json::normalised(written) else {
            return Err(Invalid::new("", Message::new("request.not-an-object")));
        };
        let mut entries = Entries::new(entries);
        let key = entries.text("key")?;
        let mut as_sent = entries.left().clone();
        let verb = entries.required("do", Entries::text)?;
        let asked = asked(&mut entries, &verb)?;
        // Who asks is told apart by the person. A number is the same with quotes, a file is what is in it.
        as_sent.remove("as");
        let mut named = |key: &str, text: String| {
            drop(as_sent.insert(key.to_owned(), Written::Text(text)));
        };
        match &asked {
            Asked::Case { case, deed } => {
                named("case", case.to_string());
                if let Deed::Attach { file, .. } = &**deed {
                    named("file", file.digest.to_string());
                }
            }
            Asked::OpenIncident(wish) => {
                if let Some(case) = wish.case {
                    named("case", case.to_string());
                }
            }
            Asked::Incident { incident, .. }
            | Asked::Open {
                incident: Some(incident),
                ..
            } => named("incident", incident.to_string()),
            Asked::Open { incident: None, .. } | Asked::Operator { .. } => {}
        }
        let sent = Self {
            key,
            digest: digest(as_sent),
            acting_as: entries.text("as")?,
            role: entries.name("role")?,
            occurred_at: entries.text("occurred_at")?,
            reason: entries.bounded("reason")?,
            seen: match &asked {
                Asked::Case { .. } => entries.number("seen")?,
                Asked::Open { .. }
                | Asked::OpenIncident(_)
                | Asked::Incident { .. }
                | Asked::Operator { .. } => None,
            },
            asked,
        };
        entries.nothing_left(&verb)?;
        Ok(sent)
    }

    /// Binds consent to a proposal, unless the request names one itself. The request stays the one that was sent, so
    /// that its key answers it again.
    pub(crate) fn bind(&mut self, proposal: Digest) {
        if let Asked::Case { deed, .. } = &mut self.asked
            && let Deed::Approve { digest, .. } = &mut **deed
        {
            digest.get_or_insert(proposal);
        }
    }
}

/// Returns how it is to be carried out.
pub(super) fn how(sent: &Sent, mode: Mode) -> Step<How> {
    let key = sent.key.as_deref().map(|key| Key::new(key, sent.digest));
    let key = key
        .transpose()
        .map_err(|_| Invalid::new("key", Message::new("request.bad-key")))?;
    Ok(How { key, mode })
}

fn digest(entries: BTreeMap<String, Written>) -> Digest {
    let written = Written::Map(entries.into_iter().collect());
    Digest::of(json::ordered(&written).to_string().as_bytes())
}

fn asked(entries: &mut Entries, verb: &str) -> Result<Asked, Invalid> {
    if !VERBS.contains(&verb) {
        let among: Vec<String> = VERBS.map(str::to_owned).to_vec();
        let problem = Message::new("request.unknown-do").with("text", verb);
        return Err(Invalid::new("do", problem.with("among", among)));
    }
    if verb == "open" {
        return Ok(Asked::Open {
            workflow: entries.required("workflow", Entries::name)?,
            version: match entries.number("version")? {
                None => None,
                Some(number) => {
                    Some(u32::try_from(number).map_err(|_| expected("version", "request.number"))?)
                }
            },
            incident: entries.reference("incident", "request.incident")?,
        });
    }
    if verb == "open_incident" {
        return Ok(Asked::OpenIncident(Box::new(NewIncident {
            title: entries.required("title", Entries::bounded)?,
            workflows: workflows(entries)?,
            case: entries.reference("case", "request.case")?,
            facts: entries.facts()?,
        })));
    }
    if verb == "record"
        && let Some(incident) = entries.reference("incident", "request.incident")?
    {
        let facts = entries.facts()?;
        return Ok(Asked::Incident { incident, facts });
    }
    let case = entries.number_or_text("case", "request.case")?;
    let case = case.ok_or_else(|| missing("case"))?;
    if case == OPERATOR && verb == "record" {
        let facts = entries.facts()?;
        return Ok(Asked::Operator { facts });
    }
    let case = case
        .parse()
        .map_err(|problem| Invalid::new("case", problem))?;
    Ok(Asked::Case {
        case,
        deed: Box::new(deed(entries, verb)?),
    })
}

/// Reads workflows, each with its version behind an `@` if wanted.
fn workflows(entries: &mut Entries) -> Result<Vec<(WorkflowName, Option<u32>)>, Invalid> {
    let names: Vec<String> = entries.names("workflows")?;
    let one = |text: &String| {
        let (workflow, version) = match text.split_once('@') {
            None => (text.as_str(), None),
            Some((workflow, version)) => (workflow, Some(version)),
        };
        let version = version.map(str::parse).transpose();
        let version = version.map_err(|_| expected("workflows", "request.workflows"))?;
        Ok((name("workflows", workflow)?, version))
    };
    let read: Vec<(WorkflowName, Option<u32>)> = names.iter().map(one).collect::<Result<_, _>>()?;
    let mut seen = BTreeSet::new();
    match read.iter().find(|(name, _)| !seen.insert(name)) {
        Some((twice, _)) => {
            let problem = Message::new("request.workflow_twice");
            let problem = problem.with("workflow", twice.to_string());
            Err(Invalid::new("workflows", problem))
        }
        None => Ok(read),
    }
}

fn deed(entries: &mut Entries, verb: &str) -> Result<Deed, Invalid> {
    let action = |entries: &mut Entries| entries.required("action", Entries::name);
    Ok(match verb {
        "record" => Deed::Record {
            facts: entries.facts()?,
            evidence: entries.digest("evidence")?,
            source: entries.bounded("source")?,
        },
        "advance" => Deed::Advance {
            action: action(entries)?,
            facts: entries.facts()?,
            sending: Sending {
                channel: entries.name("channel")?,
                address: entries.bounded("address")?,
                to: entries.names("to")?,
                duties: entries.names("duties")?,
                sent_at: entries.text("sent_at")?,
                received_at: entries.text("received_at")?,
                document: entries.digest("document")?,
                evidence: entries.names("evidence")?,
            },
        },
        "attach" => {
            let file = entries.required("file", Entries::text)?;
            let name = entries.bounded("name")?;
            Deed::Attach {
                file: file::attached(&file, name)?,
                filing: entries.filing()?,
                fact: entries.name("fact")?,
            }
        }
        "approve" => Deed::Approve {
            action: action(entries)?,
            digest: entries.digest("digest")?,
        },
        "refuse" => Deed::Refuse {
            action: action(entries)?,
        },
        "receive" => Deed::Receive {
            filing: entries.required("filing", |entries, _| entries.filing())?,
            received_at: entries.text("received_at")?,
            receipt: entries.digest("receipt")?,
        },
        "undo" => Deed::Undo {
            filing: entries.required("filing", |entries, _| entries.filing())?,
            how: entries.how()?,
        },
        _ => Deed::Note {
            text: entries.required("text", Entries::bounded)?,
            class: match entries.take("privileged") {
                None | Some(Written::Boolean(false)) => PartClass::Personal,
                Some(Written::Boolean(true)) => PartClass::Privileged,
                Some(_) => return Err(expected("privileged", "value.form.boolean")),
            },
        },
    })
}
