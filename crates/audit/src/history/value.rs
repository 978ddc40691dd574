//! Puts values into words: choices and authorities by their titles, lengths in the units of the language.
//! What became of a fact is told in `fact.rs`; how the program shows a case that is open today is its own business.

use tsuho_core::case::event::Event;
use tsuho_core::catalogue::{Arg, Args};
use tsuho_core::name::ChannelName;
use tsuho_core::time::Span;
use tsuho_core::value::{Type, Value};
use tsuho_ledger::PartClass;

use super::sheet;
use super::words::Words;

impl Words<'_> {
    /// Returns a value in words.
    pub(super) fn value(&self, value_type: Option<&Type>, value: &Value) -> Arg {
        match (value_type, value) {
            (Some(Type::Choice(list)), Value::Choice(name)) => {
                let title = list.of.iter().find(|(other, _)| other == name);
                title.map_or_else(|| name.as_str().into(), |(_, title)| title.clone().into())
            }
            (Some(Type::Choices(list)), Value::Choices(names)) if !names.is_empty() => {
                let one = Type::Choice(list.clone());
                let names = names.iter();
                let names = names.map(|name| self.value(Some(&one), &Value::Choice(name.clone())));
                Arg::List(names.collect())
            }
            (_, Value::Authority(name)) => self.authority(name),
            (_, Value::Duration(length)) => span(*length),
            (_, Value::Boolean(true)) => Arg::Key("telling.yes"),
            (_, Value::Boolean(false)) => Arg::Key("telling.no"),
            (_, Value::Held(class)) => held(*class),
            (_, other) => Arg::from(other.to_string()),
        }
    }
}

/// Returns a text of an event's sheets; its class in brackets where it is not at hand.
pub(super) fn spoken<B>(event: &Event<B>, class: PartClass, key: &str) -> Arg {
    let found = sheet(event, class).and_then(|sheet| sheet.get(key));
    found.map_or_else(|| held(class), |found| Arg::from(found.to_string()))
}

/// Returns what stands in the place of a value that is not at hand.
const fn held(class: PartClass) -> Arg {
    Arg::Key(match class {
        PartClass::Operational => "telling.held.operational",
        PartClass::Personal => "telling.held.personal",
        PartClass::Privileged => "telling.held.privileged",
    })
}

/// Returns a channel by the word that people have for it, if they have one.
pub(super) fn channel(name: &ChannelName) -> Arg {
    match name.as_str() {
        "phone" => Arg::Key("channel.phone"),
        "email" => Arg::Key("channel.email"),
        "fax" => Arg::Key("channel.fax"),
        "post" => Arg::Key("channel.post"),
        "portal" => Arg::Key("channel.portal"),
        other => Arg::from(other),
    }
}

/// Returns a length to the microsecond, leaving out what is zero.
pub(super) fn span(length: Span) -> Arg {
    let mut rest = length.as_micros().unsigned_abs();
    let mut parts = Vec::new();
    for (key, micros) in [
        ("audit.span.days", 86_400_000_000),
        ("audit.span.hours", 3_600_000_000),
        ("audit.span.minutes", 60_000_000),
    ] {
        let count = rest / micros;
        rest %= micros;
        if count > 0 {
            parts.push((key, count.to_string()));
        }
    }
    if rest > 0 || parts.is_empty() {
        let (seconds, micros) = (rest / 1_000_000, rest % 1_000_000);
        let fraction = format!(".{micros:06}");
        let fraction = fraction.trim_end_matches('0').trim_end_matches('.');
        parts.push(("audit.span.seconds", format!("{seconds}{fraction}")));
    }
    let parts = parts
        .into_iter()
        .map(|(key, count)| Arg::Message(key, Args::from([("count", Arg::from(count))])));
    let both = |before, after| {
        let args = Args::from([("before", before), ("after", after)]);
        Arg::Message("audit.span.and", args)
    };
    parts.reduce(both).unwrap_or(Arg::Key("none"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tsuho_core::catalogue::{Language, text};

    #[test]
    fn a_length_is_said_in_the_units_of_the_language() {
        let said = |language, micros| {
            let args = Args::from([("said", span(Span::from_micros(micros)))]);
            text(language, "audit.said", &args)
        };
        for (micros, en, ja) in [
            (35 * 60_000_000, "35 min", "35分"),
            (90_000 * 1_000_000, "1 d 1 h", "1日1時間"),
            (31_200 * 1_000_000, "8 h 40 min", "8時間40分"),
            (61_500_000, "1 min 1.5 s", "1分1.5秒"),
            (0, "0 s", "0秒"),
        ] {
            assert_eq!(said(Language::En, micros), en);
            assert_eq!(
                said(Language::En, micros),
                Span::from_micros(micros).to_string()
            );
            assert_eq!(said(Language::Ja, micros), ja);
        }
    }
}
