//! Holds what libraries give a workflow: authorities, sources of law, forms and counting rules.
//! Facts, roles and choices stand with the workflow's own.

use std::collections::BTreeMap;

use crate::calendar::{CountingRule, ReadingName};
use crate::name::{AuthorityName, CalendarName, ChannelName, FactName, SourceName};
use crate::time::{Date, Zone};
use crate::value::Title;

/// When a channel's filing is effective (D2).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Effective {
    /// When it was sent.
    Sent,
    /// When it was received.
    Received,
}

/// Whether somebody decides about what it receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AuthorityKind {
    /// A ministry, a bureau, a commission.
    Authority,
    /// Customers, data subjects, the public.
    Audience,
}

/// An authority as declared, with what it inherits from the one above it.
#[derive(Debug, Clone)]
pub struct AuthorityRule {
    /// What it is called.
    pub title: Title,
    /// What it is.
    pub kind: AuthorityKind,
    /// The one above it.
    pub under: Option<AuthorityName>,
    /// The zone in which its days end.
    pub zone: Zone,
    /// Its closed days.
    pub calendar: Option<CalendarName>,
    /// How it may be told, and what then counts.
    pub channels: BTreeMap<ChannelName, Effective>,
    /// Its own numbers and addresses by channel, the usual one first; without any every address is taken.
    pub addresses: BTreeMap<ChannelName, Vec<String>>,
}

/// Tells whether what goes through a channel is spoken, so that there are no bytes of it to keep.
#[must_use]
pub fn is_spoken(channel: &ChannelName) -> bool {
    channel.as_str() == "phone"
}

/// How sure we are of what a source says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Not confirmed; no rule may rest on it.
    NotConfirmed,
    /// Weak.
    Low,
    /// Established press or law firm.
    Medium,
    /// Statute text, or a ministry's or company's own page.
    High,
}

/// A source of law.
#[derive(Debug, Clone)]
pub struct SourceRule {
    /// The citation.
    pub citation: Title,
    /// Where it was read.
    pub link: String,
    /// The day it was read.
    pub read: Date,
    /// Which revision was read, in words.
    pub revision: Option<Title>,
    /// How sure we are.
    pub confidence: Confidence,
}

/// A form or other document.
#[derive(Debug, Clone)]
pub struct DocumentRule {
    /// What it is called.
    pub title: Title,
    /// Where it is prescribed.
    pub law: Vec<SourceName>,
    /// What whoever fills it in should know.
    pub note: Option<Title>,
    /// What it states, in the order in which the authority asks for it; without items nothing can be drawn up.
    pub items: Vec<DocumentItem>,
}

/// An item of a document.
#[derive(Debug, Clone)]
pub struct DocumentItem {
    /// What it is called.
    pub title: Title,
    /// The facts that it states, in order.
    pub facts: Vec<FactName>,
}

/// Where a counting rule comes from.
#[derive(Debug, Clone)]
pub struct CountingOrigin {
    /// What it says.
    pub rule: CountingRule,
    /// What it is called.
    pub title: Title,
    /// The acts that say so.
    pub law: Vec<SourceName>,
    /// Why there is each reading.
    pub readings: BTreeMap<ReadingName, ReadingReason>,
}

/// Why there is a reading (C7).
#[derive(Debug, Clone)]
pub struct ReadingReason {
    /// The texts that can be read so.
    pub law: Vec<SourceName>,
    /// In words.
    pub because: Option<Title>,
}
