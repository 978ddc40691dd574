//! Finds words for what a history names: persons, roles, facts, authorities, laws, days and times of the case's zone.
//! Which of it is told is chosen by `crates/cli/src/commands/demo/story.rs`.

use std::collections::BTreeMap;

use tsuho_core::calendar::{ClosedWeekday, Derivation, period_message};
use tsuho_core::case::Rejection;
use tsuho_core::case::clock::DutyKey;
use tsuho_core::case::view::View;
use tsuho_core::catalogue::{self, Arg, Args, Language};
use tsuho_core::ids::PersonId;
use tsuho_core::name::{
    ActionName, AuthorityName, ChannelName, FactName, ObligationName, RoleName,
};
use tsuho_core::time::{Date, Instant, Period, Span, Timestamp, Unit, Zone};
use tsuho_core::value::{Title, Type, Value};
use tsuho_core::workflow::Rules;
use tsuho_core::workflow::guard::Env as _;

use super::past::Past;
use crate::message::Message;

/// So many of a unit are told without the next.
const MANY: u64 = 10;

/// The words of one workflow, in a language.
#[derive(Debug)]
pub(super) struct Words<'a> {
    pub(super) language: Language,
    pub(super) rules: &'a Rules,
    pub(super) names: &'a BTreeMap<PersonId, String>,
    pub(super) zone: Zone,
}

impl<'a> Words<'a> {
    /// Finds the words of a case's workflow.
    pub(super) fn of(
        past: &'a Past,
        names: &'a BTreeMap<PersonId, String>,
        language: Language,
    ) -> Self {
        let (context, case) = (past.ground.context(), &past.ground.case);
        let zone = View::new(&context, case, case.last_recorded).zone().clone();
        Self {
            language,
            rules: context.rules,
            names,
            zone,
        }
    }

    /// Returns a sentence of the catalogue.
    pub(super) fn say<const N: usize>(
        &self,
        key: &'static str,
        args: [(&'static str, String); N],
    ) -> String {
        let args = args.map(|(name, text)| (name, Arg::Text(text)));
        Message::of(key, Args::from(args)).text(self.language)
    }

    /// Returns a list as the language writes it.
    pub(super) fn list(&self, items: Vec<String>) -> String {
        let args = Args::from([("items", Arg::from(items))]);
        Message::of("demo.list", args).text(self.language)
    }

    /// Returns a workflow's title in the language.
    pub(super) fn title(&self, title: &Title) -> String {
        match self.language {
            Language::En => title.en.to_string(),
            Language::Ja => title.ja.to_string(),
        }
    }

    /// Returns a person's name.
    pub(super) fn person(&self, person: PersonId) -> String {
        let name = self.names.get(&person);
        name.cloned().unwrap_or_else(|| person.to_string())
    }

    /// Returns a person in a role.
    pub(super) fn person_as(&self, person: PersonId, role: &RoleName) -> String {
        let (name, role) = (self.person(person), self.role(role));
        self.say("demo.actor", [("name", name), ("role", role)])
    }

    /// Returns a role.
    pub(super) fn role(&self, role: &RoleName) -> String {
        let title = self.rules.roles.get(role);
        title.map_or_else(|| role.to_string(), |title| self.title(title))
    }

    /// Returns a fact.
    pub(super) fn fact(&self, fact: &FactName) -> String {
        let rule = self.rules.facts.get(fact);
        rule.map_or_else(|| fact.to_string(), |rule| self.title(&rule.title))
    }

    /// Returns an action.
    pub(super) fn action(&self, action: &ActionName) -> String {
        let rule = self.rules.action(action);
        rule.map_or_else(|| action.to_string(), |rule| self.title(&rule.title))
    }

    /// Returns an obligation.
    pub(super) fn obligation(&self, obligation: &ObligationName) -> String {
        let rule = self.rules.obligation(obligation);
        rule.map_or_else(|| obligation.to_string(), |rule| self.title(&rule.title))
    }

    /// Returns a duty: what is owed, of which rows, and the how many-th time.
    pub(super) fn duty(&self, duty: &DutyKey) -> String {
        let rule = self.rules.obligation(&duty.obligation);
        let obligation = rule.map_or_else(
            || Arg::from(duty.obligation.as_str()),
            |rule| Arg::Title(rule.title.clone()),
        );
        let args = Args::from([("items", duty.titled(obligation))]);
        Message::of("demo.list", args).text(self.language)
    }

    /// Returns a duty that was named before: its rows, if it has any, and the how many-th time.
    pub(super) fn duty_again(&self, duty: &DutyKey) -> String {
        if duty.rows.is_empty() {
            return self.duty(duty);
        }
        let rows = duty.rows.iter().map(|row| Arg::from(row.as_str()));
        let alone = DutyKey {
            rows: Vec::new(),
            ..duty.clone()
        };
        let args = Args::from([("items", alone.titled(Arg::List(rows.collect())))]);
        Message::of("demo.list", args).text(self.language)
    }

    /// Returns an authority.
    pub(super) fn authority(&self, authority: &AuthorityName) -> String {
        let rule = self.rules.authorities.get(authority);
        rule.map_or_else(|| authority.to_string(), |rule| self.title(&rule.title))
    }

    /// Returns a channel.
    pub(super) fn channel(&self, channel: &ChannelName) -> String {
        let key = format!("channel.{channel}");
        if catalogue::has(&key) {
            Message::new(key).text(self.language)
        } else {
            channel.to_string()
        }
    }

    /// Returns the act on which an obligation rests first, cited without the number of its promulgation.
    pub(super) fn law(&self, obligation: &ObligationName) -> Option<String> {
        let named = self.rules.obligation(obligation)?.law.first()?;
        let source = self.rules.sources.get(named)?;
        Some(self.short(&source.citation))
    }

    /// Returns a citation without remarks in brackets, which are not numbers of the citation itself.
    fn short(&self, citation: &Title) -> String {
        let text = self.title(citation);
        let (opening, closing) = match self.language {
            Language::En => (" (", ")"),
            Language::Ja => ("（", "）"),
        };
        let mut cut = text;
        while let Some((before, rest)) = cut.split_once(opening) {
            let Some((_, after)) = rest.split_once(closing) else {
                break;
            };
            cut = format!("{before}{after}");
        }
        cut
    }

    /// Returns a value as people read it; `None` where it stands in a part of its own.
    pub(super) fn value(&self, fact: &FactName, value: &Value) -> Option<String> {
        let value_type = self.rules.facts.get(fact).map(|rule| &rule.value_type);
        Some(match value {
            Value::Held(_) => return None,
            Value::Integer(number) => crate::telling::grouped(*number),
            Value::Instant(instant) => self.instant(instant),
            Value::Authority(authority) => self.authority(authority),
            Value::Choice(choice) => choice_title(self, value_type, choice.as_str()),
            Value::Choices(choices) => self.list(
                choices
                    .iter()
                    .map(|choice| choice_title(self, value_type, choice.as_str()))
                    .collect(),
            ),
            Value::Table(rows) => self.say("demo.rows", [("count", rows.len().to_string())]),
            Value::Period(period) => self.period(*period),
            Value::Boolean(_) | Value::Text(_) | Value::Date(_) | Value::Duration(_) => {
                value.to_string()
            }
        })
    }

    fn instant(&self, instant: &Instant) -> String {
        if instant.zone.name() == self.zone.name() {
            let text = instant.to_string();
            let zone = format!(" {}", self.zone);
            text.strip_suffix(&zone).unwrap_or(&text).to_owned()
        } else {
            instant.to_string()
        }
    }

    /// Returns the minute of a moment.
    pub(super) fn minute(&self, at: Timestamp) -> String {
        let civil = at.civil(&self.zone);
        format!("{} {:02}:{:02}", civil.date(), civil.hour(), civil.minute())
    }

    /// Returns the time of day of a moment; with its day if that is another.
    pub(super) fn minute_beside(&self, at: Timestamp, day: Timestamp) -> String {
        let minute = self.minute(at);
        if at.date(&self.zone) == day.date(&self.zone) {
            minute
                .split_once(' ')
                .map_or(minute.clone(), |(_, time)| time.to_owned())
        } else {
            minute
        }
    }

    /// Returns the day of a moment.
    pub(super) fn day(&self, at: Timestamp) -> String {
        at.date(&self.zone).to_string()
    }

    /// Returns a day with its day of the week.
    pub(super) fn date(&self, date: Date) -> String {
        let args = Args::from([
            ("date", Arg::from(date.to_string())),
            ("weekday", Arg::Key(ClosedWeekday::of(date).key())),
        ]);
        Message::of("calendar.date", args).text(self.language)
    }

    /// Returns when something is due: the end of a day as the law says it, or a moment.
    pub(super) fn due(&self, derivation: &Derivation, due: Timestamp) -> String {
        match derivation.ends_day() {
            Some((date, _)) => self.say("demo.end-of-day", [("date", self.date(date))]),
            None => self.minute(due),
        }
    }

    /// Returns when something is due, in short: a day that is due at its end, or a moment.
    pub(super) fn due_day(&self, derivation: &Derivation, due: Timestamp) -> String {
        match derivation.ends_day() {
            Some((date, _)) => date.to_string(),
            None => self.minute(due),
        }
    }

    /// Returns a period.
    pub(super) fn period(&self, period: Period) -> String {
        let (key, args) = period_message(period);
        Message::of(key, args).text(self.language)
    }

    /// Returns a length of time in its two largest units, or in many of the largest.
    pub(super) fn span(&self, span: Span) -> String {
        let minutes = span.as_micros().unsigned_abs() / 60_000_000;
        let counts = [
            (Unit::Days, minutes / 1440),
            (Unit::Hours, minutes / 60 % 24),
            (Unit::Minutes, minutes % 60),
        ];
        let largest = counts.iter().find(|(_, count)| *count > 0);
        let most = match largest {
            Some((_, count)) if *count >= MANY => 1,
            Some(_) | None => 2,
        };
        let mut said: Vec<String> = counts
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .take(most)
            .map(|(unit, count)| {
                let count = u32::try_from(count).unwrap_or(u32::MAX);
                self.period(Period { count, unit })
            })
            .collect();
        if said.is_empty() {
            said.push(self.period(Period {
                count: 0,
                unit: Unit::Minutes,
            }));
        }
        said.join(match self.language {
            Language::En => " ",
            Language::Ja => "",
        })
    }

    /// Returns why something was refused, with titles and names for what the sentence names.
    pub(super) fn refusal(&self, rejection: &Rejection) -> String {
        let mut args = rejection.args();
        for (name, arg) in &mut args {
            let Arg::Text(text) = arg else {
                continue;
            };
            let titled = match *name {
                "action" => text.parse().ok().map(|action| self.action(&action)),
                "person" => text.parse().ok().map(|person| self.person(person)),
                "needed" | "used" | "role" | "by" => text.parse().ok().map(|role| self.role(&role)),
                "state" => self
                    .rules
                    .states
                    .get(text.as_str())
                    .map(|rule| self.title(&rule.title)),
                _ => None,
            };
            if let Some(titled) = titled {
                *arg = Arg::Text(titled);
            }
        }
        Message::of(rejection.key(), args).text(self.language)
    }
}

/// Returns the title of a choice.
fn choice_title(words: &Words<'_>, value_type: Option<&Type>, choice: &str) -> String {
    let list = match value_type {
        Some(Type::Choice(list) | Type::Choices(list)) => Some(list),
        _ => None,
    };
    let title = list.and_then(|list| list.of.iter().find(|(name, _)| name.as_str() == choice));
    title.map_or_else(|| choice.to_owned(), |(_, title)| words.title(title))
}
