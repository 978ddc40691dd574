//! `tsuho explain`: says what a code means and what to do about it.
//! The codes are listed in `crates/core/src/diagnostic/codes.rs`.

use serde_json::json;
use tsuho_core::catalogue::{self, Language};
use tsuho_core::diagnostic::{ALL_CODES, Code, Severity};
use tsuho_core::lint::Rule;

use super::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::message::Message;
use crate::output::{Format, FormatArgument};

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The code, or its name.
    #[arg(value_name = "CODE")]
    code: String,
    #[command(flatten)]
    format: FormatArgument,
}

/// Explains a code.
pub(crate) fn run(context: &mut Context, arguments: &Arguments) -> Result {
    let asked = arguments.code.to_lowercase();
    let is_asked = |code: &&Code| code.id.to_lowercase() == asked || code.name == asked;
    let Some(code) = ALL_CODES.iter().find(is_asked) else {
        let message = Message::new("explain.unknown").with("code", arguments.code.as_str());
        return Err(
            Failure::new(Exit::NothingToRead, message).hint(Message::new("explain.unknown.hint"))
        );
    };
    let language = context.settings.language;
    let message = shown(code.id, language);
    let help = shown(&format!("{}.help", code.id), language);
    match arguments.format.format {
        Format::Table => {
            context.output.say(
                &Message::new("explain.title")
                    .with("code", code.id)
                    .with("name", code.name)
                    .with(
                        "severity",
                        Message::new(severity(code.severity)).text(language),
                    ),
            );
            context.output.line(&format!("  {message}"));
            context
                .output
                .say(&Message::new("explain.help").with("help", help));
            if let Some(rule) = Rule::of(code) {
                show(context, rule);
            }
        }
        Format::Json => {
            let mut object = json!({
                "code": code.id,
                "name": code.name,
                "severity": crate::diagnostics::severity_word(code.severity),
                "message": message,
                "help": help,
            });
            if let Some(rule) = Rule::of(code) {
                object["why"] = json!(why(rule, language));
                object["bad"] = json!(rule.bad().text());
                object["good"] = json!(rule.good().text());
            }
            context.output.json(object);
        }
    }
    Ok(Exit::Fine)
}

/// Shows why a rule looks for something, a text in which it finds it, and one in which it does not.
fn show(context: &mut Context, rule: &Rule) {
    let why = why(rule, context.settings.language);
    context
        .output
        .say(&Message::new("explain.why").with("why", why));
    for (key, example) in [("explain.bad", rule.bad()), ("explain.good", rule.good())] {
        context.output.line("");
        context.output.say(&Message::new(key));
        for line in example.text().lines() {
            context.output.line(&format!("    {line}"));
        }
    }
}

fn why(rule: &Rule, language: Language) -> String {
    Message::new(format!("{}.why", rule.code.id)).text(language)
}

/// Returns the names of what a finding fills in; other braces stand in an example of the language.
fn filled(language: Language, key: &str) -> Vec<&'static str> {
    let named = catalogue::placeholders(language, key).unwrap_or_default();
    let is_name = |name: &&str| name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    named.into_iter().filter(is_name).collect()
}

/// Returns a sentence with words for what a finding fills in: ‹name›. One that is nothing but what is filled in is
/// told by what it would say.
fn shown(key: &str, language: Language) -> String {
    let named = filled(language, key);
    let pattern = Message::new(key.to_owned()).text(language);
    let is_filled_whole = named.len() == 1 && pattern.starts_with('{') && pattern.ends_with('}');
    let mut message = Message::new(key.to_owned());
    for name in named {
        let whole = format!("explain.whole.{name}");
        let words = if is_filled_whole && catalogue::has(&whole) {
            Message::new(whole).text(language)
        } else {
            let of = Message::new(format!("explain.of.{name}")).text(language);
            Message::new("explain.filled").with("of", of).text(language)
        };
        message = message.with(name, words);
    }
    message.text(language)
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Warning => "severity.warning",
        Severity::Error => "severity.error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the names of placeholders for which an explanation has no words.
    fn wordless<'a>(named: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
        named
            .filter(|name| !catalogue::has(&format!("explain.of.{name}")))
            .collect()
    }

    #[test]
    fn every_code_is_explained_without_a_gap() {
        for code in ALL_CODES {
            for language in [Language::En, Language::Ja] {
                let why = Rule::of(code).map(|_| format!("{}.why", code.id));
                let keys = [code.id.to_owned(), format!("{}.help", code.id)];
                for key in keys.into_iter().chain(why) {
                    let named = filled(language, &key);
                    assert_eq!(wordless(named.iter().copied()), [""; 0], "{key}");
                    let text = shown(&key, language);
                    let left = named
                        .iter()
                        .filter(|name| text.contains(&format!("{{{name}}}")));
                    assert_eq!(left.count(), 0, "{key}: {text}");
                }
            }
        }
        println!(
            "FIGURE codes explained in two languages: {}",
            ALL_CODES.len()
        );
    }

    #[test]
    fn a_gap_that_has_no_words_is_found() {
        let planted = ["hint", "nonsense", "gone"];
        let caught = wordless(planted.into_iter()).len();
        println!("planted 2, caught {caught}");
        assert_eq!(caught, 2);
    }
}
