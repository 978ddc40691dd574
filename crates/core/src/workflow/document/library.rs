//! Reads libraries as they are written (rule F4): authorities, calendars, counting rules, sources, forms, roles, choices, facts.
//! What refers to what is checked by `compile`.

use super::counting::{self, CountingDocument};
use super::fact::{self, FactDocument};
use super::shape::{Keys, Removal};
use super::{At, Item, Reader, Whole};
use crate::name::{
    AuthorityName, CalendarName, ChannelName, ChoiceListName, ChoiceName, CountingName,
    DocumentName, FactName, LibraryName, RoleName, SourceName,
};
use crate::time::{Date, Zone};
use crate::value::Title;
use crate::workflow::rules::{AuthorityKind, Confidence, Effective, Owner};
use crate::workflow::source::Node;

/// A library as it is written.
#[derive(Debug, Clone)]
pub struct LibraryDocument {
    /// Its name.
    pub name: At<LibraryName>,
    /// Libraries that it uses.
    pub uses: Vec<At<LibraryName>>,
    /// Whether they could be read.
    pub leans_on: Whole,
    /// Who keeps its facts unless they say otherwise.
    pub owner: Option<Owner>,
    /// Who receives.
    pub authorities: Vec<Item<AuthorityName, AuthorityDocument>>,
    /// Calendars by name; their dates are data of their own.
    pub calendars: Vec<Item<CalendarName, CalendarDocument>>,
    /// Counting rules.
    pub counting: Vec<Item<CountingName, CountingDocument>>,
    /// Sources of law.
    pub sources: Vec<Item<SourceName, SourceDocument>>,
    /// Forms.
    pub documents: Vec<Item<DocumentName, FormDocument>>,
    /// Roles.
    pub roles: Vec<Item<RoleName, RoleDocument>>,
    /// Lists of choices.
    pub choices: Vec<Item<ChoiceListName, ChoicesDocument>>,
    /// Facts.
    pub facts: Vec<Item<FactName, FactDocument>>,
}

/// An authority as it is written.
#[derive(Debug, Clone)]
pub struct AuthorityDocument {
    /// What it is called.
    pub title: Option<Title>,
    /// An authority, or an audience such as the customers.
    pub kind: Option<AuthorityKind>,
    /// The one above it, from which it has what it does not say itself.
    pub under: Option<At<AuthorityName>>,
    /// Its zone.
    pub zone: Option<Zone>,
    /// Its closed days.
    pub calendar: Option<At<CalendarName>>,
    /// How it may be told.
    pub channels: Option<Vec<(At<ChannelName>, Effective)>>,
    /// Its own numbers and addresses by channel.
    pub addresses: Vec<(At<ChannelName>, Vec<At<String>>)>,
}

/// A calendar as it is written.
#[derive(Debug, Clone)]
pub struct CalendarDocument {
    /// What it is called.
    pub title: Option<Title>,
    /// The acts that close its days.
    pub law: Vec<At<SourceName>>,
}

/// A source of law as it is written.
#[derive(Debug, Clone)]
pub struct SourceDocument {
    /// The citation.
    pub citation: Title,
    /// Where it was read.
    pub link: String,
    /// The day it was read.
    pub read: Date,
    /// Which revision, in words.
    pub revision: Option<Title>,
    /// How sure we are.
    pub confidence: Confidence,
}

/// A form as it is written.
#[derive(Debug, Clone)]
pub struct FormDocument {
    /// What it is called.
    pub title: Option<Title>,
    /// Where it is prescribed.
    pub law: Vec<At<SourceName>>,
    /// What whoever fills it in should know.
    pub note: Option<Title>,
    /// What it states, in the order in which the authority asks for it.
    pub items: Vec<FormItemDocument>,
}

/// An item of a form as it is written.
#[derive(Debug, Clone)]
pub struct FormItemDocument {
    /// What it is called.
    pub title: Title,
    /// The facts that it states.
    pub facts: Vec<At<FactName>>,
}

/// A role as it is written.
#[derive(Debug, Clone)]
pub struct RoleDocument {
    /// What it is called.
    pub title: Option<Title>,
}

/// A list of choices as it is written.
#[derive(Debug, Clone)]
pub struct ChoicesDocument {
    /// Its values.
    pub of: Vec<(At<ChoiceName>, Title)>,
}

const LIBRARY: Keys = Keys {
    known: &[
        "tsuho",
        "library",
        "uses",
        "owner",
        "authorities",
        "calendars",
        "counting",
        "sources",
        "documents",
        "roles",
        "choices",
        "facts",
    ],
    later: &[],
};

const AUTHORITY: Keys = Keys {
    known: &[
        "title",
        "kind",
        "under",
        "zone",
        "calendar",
        "channels",
        "addresses",
    ],
    later: &[],
};
const CALENDAR: Keys = Keys {
    known: &["title", "law"],
    later: &[],
};
const SOURCE: Keys = Keys {
    known: &["citation", "link", "read", "revision", "confidence"],
    later: &[],
};
const FORM: Keys = Keys {
    known: &["title", "law", "note", "items"],
    later: &[],
};
const FORM_ITEM: Keys = Keys {
    known: &["title", "facts"],
    later: &[],
};
const ROLE: Keys = Keys {
    known: &["title"],
    later: &[],
};

/// What the reference must list.
#[cfg(test)]
pub(super) const LISTED: &[Keys] = &[LIBRARY, AUTHORITY, CALENDAR, SOURCE, FORM, FORM_ITEM, ROLE];

const KINDS: [(&str, AuthorityKind); 2] = [
    ("authority", AuthorityKind::Authority),
    ("audience", AuthorityKind::Audience),
];
const EFFECTIVE: [(&str, Effective); 2] =
    [("sent", Effective::Sent), ("received", Effective::Received)];
const CONFIDENCES: [(&str, Confidence); 4] = [
    ("not_confirmed", Confidence::NotConfirmed),
    ("low", Confidence::Low),
    ("medium", Confidence::Medium),
    ("high", Confidence::High),
];

/// Reads a library.
pub(super) fn read(reader: &mut Reader, root: &Node) -> Option<LibraryDocument> {
    reader.edition(root);
    let fields = reader.fields(root, LIBRARY)?;
    let name = fields.get("library").and_then(|node| reader.name(node));
    let before = reader.reported();
    let uses = fields
        .get("uses")
        .map_or_else(Vec::new, |node| reader.names(node));
    let leans_on = reader.whole_since(before);
    let owner = fields
        .get("owner")
        .and_then(|node| fact::owner(reader, node))
        .map(|owner| owner.value);
    macro_rules! items {
        ($key:literal, $read:expr) => {
            fields.get($key).map_or_else(Vec::new, |node| {
                reader.items(node, Removal::Impossible, |reader, node| {
                    whole(reader, node, $read)
                })
            })
        };
    }
    let library = LibraryDocument {
        name: name?,
        uses,
        leans_on,
        owner,
        authorities: items!("authorities", authority),
        calendars: items!("calendars", calendar),
        counting: items!("counting", counting::read),
        sources: items!("sources", source),
        documents: items!("documents", form),
        roles: items!("roles", role),
        choices: items!("choices", |reader: &mut Reader, node: &Node| {
            Some(ChoicesDocument {
                of: fact::choices(reader, node),
            })
        }),
        facts: items!("facts", fact::read),
    };
    Some(library)
}

/// Reads an item; one with a mistake counts as broken, so that what it lacks is not looked for by all who name it.
fn whole<T>(
    reader: &mut Reader,
    node: &Node,
    read: impl FnOnce(&mut Reader, &Node) -> Option<T>,
) -> Option<T> {
    let before = reader.reported();
    let item = read(reader, node);
    item.filter(|_| reader.whole_since(before) == Whole::Complete)
}

/// Reads the sources of law that an item names.
pub(super) fn law(reader: &mut Reader, node: &Node) -> Vec<At<SourceName>> {
    node.get("law")
        .map_or_else(Vec::new, |law| reader.names(law))
}

/// Reads a title that may be left out.
pub(super) fn title(reader: &mut Reader, node: &Node, key: &str) -> Option<Title> {
    node.get(key).and_then(|title| reader.title(title))
}

fn authority(reader: &mut Reader, node: &Node) -> Option<AuthorityDocument> {
    let fields = reader.fields(node, AUTHORITY)?;
    let zone = fields.get("zone").and_then(|node| {
        let text = reader.text(node)?;
        let zone = text.value.parse().ok();
        if zone.is_none() {
            reader.bad_value(node, &text.value, "workflow.form.zone");
        }
        zone
    });
    let channels = fields.get("channels").map(|node| {
        let items = reader.items(node, Removal::Impossible, |reader, node| {
            reader.word(node, &EFFECTIVE)
        });
        let read = |item: Item<ChannelName, At<Effective>>| match item.declared {
            super::Declared::As(effective) => Some((item.name, effective.value)),
            super::Declared::Removed | super::Declared::Broken => None,
        };
        items.into_iter().filter_map(read).collect()
    });
    let addresses = fields.get("addresses").map_or_else(Vec::new, |node| {
        let items = reader.items(node, Removal::Impossible, |reader, node| {
            let listed = reader.several(node, Reader::text);
            reader.once(&listed);
            Some(listed)
        });
        let read = |item: Item<ChannelName, Vec<At<String>>>| match item.declared {
            super::Declared::As(listed) => Some((item.name, listed)),
            super::Declared::Removed | super::Declared::Broken => None,
        };
        items.into_iter().filter_map(read).collect()
    });
    Some(AuthorityDocument {
        title: title(reader, node, "title"),
        kind: fields
            .get("kind")
            .and_then(|node| reader.word(node, &KINDS))
            .map(|kind| kind.value),
        under: fields.get("under").and_then(|node| reader.name(node)),
        zone,
        calendar: fields.get("calendar").and_then(|node| reader.name(node)),
        channels,
        addresses,
    })
}

fn calendar(reader: &mut Reader, node: &Node) -> Option<CalendarDocument> {
    reader.fields(node, CALENDAR)?;
    Some(CalendarDocument {
        title: title(reader, node, "title"),
        law: law(reader, node),
    })
}

fn source(reader: &mut Reader, node: &Node) -> Option<SourceDocument> {
    let fields = reader.fields(node, SOURCE)?;
    let citation = reader
        .required(fields, "citation")
        .and_then(|node| reader.title(node));
    let link = reader
        .required(fields, "link")
        .and_then(|node| reader.text(node));
    let read = reader
        .required(fields, "read")
        .and_then(|node| reader.date(node));
    let revision = title(reader, node, "revision");
    let confidence = reader
        .required(fields, "confidence")
        .and_then(|node| reader.word(node, &CONFIDENCES));
    Some(SourceDocument {
        citation: citation?,
        link: link?.value,
        read: read?,
        revision,
        confidence: confidence?.value,
    })
}

fn form(reader: &mut Reader, node: &Node) -> Option<FormDocument> {
    reader.fields(node, FORM)?;
    Some(FormDocument {
        title: title(reader, node, "title"),
        law: law(reader, node),
        note: title(reader, node, "note"),
        items: node
            .get("items")
            .map_or_else(Vec::new, |items| reader.several(items, form_item)),
    })
}

fn form_item(reader: &mut Reader, node: &Node) -> Option<FormItemDocument> {
    let fields = reader.fields(node, FORM_ITEM)?;
    let title = reader
        .required(fields, "title")
        .and_then(|node| reader.title(node));
    let facts = reader
        .required(fields, "facts")
        .map(|node| reader.names(node));
    Some(FormItemDocument {
        title: title?,
        facts: facts?,
    })
}

fn role(reader: &mut Reader, node: &Node) -> Option<RoleDocument> {
    reader.fields(node, ROLE)?;
    Some(RoleDocument {
        title: title(reader, node, "title"),
    })
}
