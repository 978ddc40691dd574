//! Puts what is on record into words: values, times, duties and events, with the titles that the workflow gives them.
//! Which of it a command shows is the command's business; sentences are the catalogue's.

mod barred;
mod due;
mod duty;
mod event;
mod lacking;
mod order;
mod roles;
mod unfiled;
mod unlisted;
mod value;
mod voluntary;
mod waiting;

pub(crate) use due::{clock_time, due, due_at, span};
pub(crate) use duty::{Standing, face, standing};
pub(crate) use event::{doubt_key, title_of};
pub(crate) use lacking::Lacking;
pub(crate) use order::DueDate;
pub(crate) use roles::RoleTitles;
pub(crate) use unfiled::{ended, is_unfiled};
pub(crate) use value::{FactTable, grouped, held};
pub(crate) use voluntary::{Voluntary, filed_for, may_be_voluntary};
pub(crate) use waiting::Waiting;

use tsuho_core::case::clock::DutyKey;
use tsuho_core::catalogue::{Arg, Args};
use tsuho_core::name::{
    ActionName, AuthorityName, ChannelName, DocumentName, FactName, ObligationName, RoleName,
    StateName,
};
use tsuho_core::time::{Timestamp, Zone};
use tsuho_core::workflow::Rules;

/// What words are chosen by: the workflow's titles and the zone of the case.
#[derive(Clone, Copy)]
pub(crate) struct Words<'a> {
    pub(crate) rules: &'a Rules,
    pub(crate) zone: &'a Zone,
}

impl Words<'_> {
    /// Returns a moment as clocks show it in the zone of the case.
    pub(crate) fn at(&self, moment: Timestamp) -> Arg {
        clock_time(moment, self.zone)
    }

    pub(crate) fn state(&self, name: &StateName) -> Arg {
        let title = self.rules.states.get(name).map(|rule| rule.title.clone());
        titled(title.map(Arg::Title), name.as_str())
    }

    pub(crate) fn action(&self, name: &ActionName) -> Arg {
        let title = self.rules.action(name).map(|rule| rule.title.clone());
        // Consent to an authority's decisions is asked for under the name of their table.
        let title = title.or_else(|| Some(self.rules.facts.get(name.as_str())?.title.clone()));
        titled(title.map(Arg::Title), name.as_str())
    }

    pub(crate) fn fact(&self, name: &FactName) -> Arg {
        let title = self.rules.facts.get(name).map(|rule| rule.title.clone());
        titled(title.map(Arg::Title), name.as_str())
    }

    /// Returns a fact's title alone, where no command is to name it.
    pub(crate) fn fact_title(&self, name: &FactName) -> Arg {
        let rule = self.rules.facts.get(name);
        rule.map_or_else(|| name.as_str().into(), |rule| rule.title.clone().into())
    }

    pub(crate) fn role(&self, name: &RoleName) -> Arg {
        titled(
            self.rules.roles.get(name).cloned().map(Arg::Title),
            name.as_str(),
        )
    }

    /// Returns a role's title alone.
    pub(crate) fn role_title(&self, name: &RoleName) -> Arg {
        let title = self.rules.roles.get(name).cloned();
        title.map_or_else(|| name.as_str().into(), Arg::Title)
    }

    pub(crate) fn obligation(&self, name: &ObligationName) -> Arg {
        let rule = self.rules.obligation(name);
        rule.map_or_else(|| name.as_str().into(), |rule| rule.title.clone().into())
    }

    /// Returns what a document is called.
    pub(crate) fn document(&self, name: &DocumentName) -> Arg {
        let rule = self.rules.documents.get(name);
        rule.map_or_else(
            || name.as_str().into(),
            |rule| Arg::Title(rule.title.clone()),
        )
    }

    pub(crate) fn authority(&self, name: &AuthorityName) -> Arg {
        let rule = self.rules.authorities.get(name);
        rule.map_or_else(|| name.as_str().into(), |rule| rule.title.clone().into())
    }

    /// Returns the zone in which a duty's days end: its recipient's, or the case's where nothing is filed.
    pub(crate) fn zone_of(&self, key: &DutyKey) -> &Zone {
        let recipient = key.recipient.as_ref();
        let rule = recipient.and_then(|name| self.rules.authorities.get(name));
        rule.map_or(self.zone, |rule| &rule.zone)
    }

    /// Returns what a duty is called: what is owed, to whom.
    pub(crate) fn duty(&self, key: &DutyKey) -> Arg {
        let obligation = key.titled(self.obligation(&key.obligation));
        let Some(recipient) = &key.recipient else {
            return obligation;
        };
        let args = [
            ("obligation", obligation),
            ("recipient", self.authority(recipient)),
        ];
        Arg::Message("telling.duty", args.into())
    }
}

/// Returns a channel by the word that people have for it, if they have one.
pub(crate) fn channel(name: &ChannelName) -> Arg {
    channel_key(name).map_or_else(|| name.as_str().into(), Arg::Key)
}

/// Returns a channel with the name by which commands know it.
fn channel_named(name: &ChannelName) -> Arg {
    titled(channel_key(name).map(Arg::Key), name.as_str())
}

fn channel_key(name: &ChannelName) -> Option<&'static str> {
    match name.as_str() {
        "phone" => Some("channel.phone"),
        "email" => Some("channel.email"),
        "fax" => Some("channel.fax"),
        "post" => Some("channel.post"),
        "portal" => Some("channel.portal"),
        _ => None,
    }
}

/// Returns a title with the name by which commands know the thing.
pub(crate) fn titled(title: Option<Arg>, name: &str) -> Arg {
    let Some(title) = title else {
        return name.into();
    };
    Arg::Message(
        "telling.titled",
        Args::from([("title", title), ("name", name.into())]),
    )
}
