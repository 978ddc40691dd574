//! Holds every sentence that a person sees, in English and Japanese, under one key.
//! Choosing the language belongs to the program; here a key, its arguments and a language give a text.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::LazyLock;

use crate::value::Title;

/// A language of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Japanese.
    Ja,
}

impl Language {
    /// Returns the language's code, which ends the keys of the catalogue's files.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ja => "ja",
        }
    }
}

/// What a placeholder of a message stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg {
    /// A text that is the same in every language: a name, a number, a date.
    Text(String),
    /// The same where its lines stay lines: in a document, which nobody takes for what the program says.
    Lines(String),
    /// Another entry of the catalogue.
    Key(&'static str),
    /// Another entry with arguments of its own.
    Message(&'static str, Args),
    /// A title that a workflow gives in both languages.
    Title(Title),
    /// Several, joined by the language's comma.
    List(Vec<Arg>),
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<usize> for Arg {
    fn from(number: usize) -> Self {
        Self::Text(number.to_string())
    }
}

impl From<Title> for Arg {
    fn from(title: Title) -> Self {
        Self::Title(title)
    }
}

impl<T: Into<Arg>> From<Vec<T>> for Arg {
    fn from(list: Vec<T>) -> Self {
        Self::List(list.into_iter().map(Into::into).collect())
    }
}

/// The arguments of a message by the name of their placeholder.
pub type Args = BTreeMap<&'static str, Arg>;

/// The files of the catalogue; each holds `key.en = …` beside `key.ja = …`.
const FILES: &[(&str, &str)] = &[
    ("source.txt", include_str!("catalogue/source.txt")),
    ("calendar.txt", include_str!("catalogue/calendar.txt")),
    ("guard.txt", include_str!("catalogue/guard.txt")),
    ("workflow.txt", include_str!("catalogue/workflow.txt")),
    ("lint.txt", include_str!("catalogue/lint.txt")),
    ("case.txt", include_str!("catalogue/case.txt")),
    ("scenario.txt", include_str!("catalogue/scenario.txt")),
    ("audit.txt", include_str!("catalogue/audit.txt")),
    ("demo.txt", include_str!("catalogue/demo.txt")),
    ("program.txt", include_str!("catalogue/program.txt")),
    ("operate.txt", include_str!("catalogue/operate.txt")),
];

static ENTRIES: LazyLock<BTreeMap<&'static str, &'static str>> = LazyLock::new(|| {
    FILES
        .iter()
        .flat_map(|(_, text)| text.lines())
        .filter_map(|line| line.split_once(" = "))
        .collect()
});

/// Returns the text of a key in a language; a key that is missing gives itself in brackets, which a test forbids.
#[must_use]
pub fn text(language: Language, key: &str, args: &Args) -> String {
    let Some(pattern) = ENTRIES.get(format!("{key}.{}", language.code()).as_str()) else {
        return format!("[{key}]");
    };
    let mut result = String::with_capacity(pattern.len() + 32);
    let mut rest = *pattern;
    while let Some((before, after)) = rest.split_once('{') {
        result.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        match args.get(name) {
            Some(arg) => result.push_str(&arg_text(language, arg)),
            None => {
                let _ = write!(result, "{{{name}}}");
            }
        }
        rest = after;
    }
    result.push_str(rest);
    result
}

/// Tells whether the catalogue has a key.
#[must_use]
pub fn has(key: &str) -> bool {
    ENTRIES.contains_key(format!("{key}.en").as_str())
}

/// Returns what a message names, or `None` if there is no such message.
#[must_use]
pub fn placeholders(language: Language, key: &str) -> Option<BTreeSet<&'static str>> {
    let pattern = ENTRIES.get(format!("{key}.{}", language.code()).as_str())?;
    let parts = pattern.split('{').skip(1);
    Some(
        parts
            .filter_map(|rest| rest.split_once('}'))
            .map(|(name, _)| name)
            .collect(),
    )
}

/// Writes one argument in a language.
fn arg_text(language: Language, arg: &Arg) -> String {
    match arg {
        // What somebody wrote never begins a line of its own: it could pass for one of ours.
        Arg::Text(text) => text.replace(['\r', '\n'], "⏎"),
        Arg::Lines(text) => text.clone(),
        Arg::Key(key) => text(language, key, &Args::new()),
        Arg::Message(key, args) => text(language, key, args),
        Arg::Title(title) => match language {
            Language::En => title.en.to_string(),
            Language::Ja => title.ja.to_string(),
        },
        Arg::List(list) => {
            let texts: Vec<String> = list.iter().map(|arg| arg_text(language, arg)).collect();
            texts.join(match language {
                Language::En => ", ",
                Language::Ja => "、",
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placeholders(text: &str) -> BTreeSet<&str> {
        text.split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}'))
            .map(|(name, _)| name)
            .collect()
    }

    /// Returns what is wrong with the lines of catalogue files.
    fn faults(files: &[(&str, &str)]) -> Vec<String> {
        let mut entries: BTreeMap<&str, &str> = BTreeMap::new();
        let mut faults = Vec::new();
        for (file, text) in files {
            for line in text
                .lines()
                .filter(|line| !line.is_empty() && !line.starts_with('#'))
            {
                match line.split_once(" = ") {
                    Some((key, value)) if !value.trim().is_empty() => {
                        if entries.insert(key, value).is_some() {
                            faults.push(format!("{file}: {key} stands twice"));
                        }
                    }
                    _ => faults.push(format!("{file}: `{line}` is no entry")),
                }
            }
        }
        for (key, value) in &entries {
            let twin = match key.rsplit_once('.') {
                Some((stem, "en")) => format!("{stem}.ja"),
                Some((stem, "ja")) => format!("{stem}.en"),
                _ => {
                    faults.push(format!("{key} names no language"));
                    continue;
                }
            };
            match entries.get(twin.as_str()) {
                None => faults.push(format!("{key} has no {twin}")),
                Some(other) if placeholders(other) != placeholders(value) => {
                    faults.push(format!("{key} and {twin} name different things"));
                }
                Some(_) => {}
            }
        }
        faults
    }

    #[test]
    fn every_entry_exists_in_both_languages_and_names_the_same_things() {
        assert_eq!(faults(FILES), Vec::<String>::new());
    }

    #[test]
    fn a_missing_or_different_twin_is_found() {
        let planted = [
            "a.en = x {b}",
            "a.en = x\na.ja = y {b}",
            "a.en = x\na.en = y\na.ja = z",
            "a.en x",
            "a = x",
        ];
        let caught = planted
            .iter()
            .filter(|text| !faults(&[("planted", text)]).is_empty())
            .count();
        println!("planted {}, caught {caught}", planted.len());
        assert_eq!(caught, planted.len());
    }

    #[test]
    fn what_somebody_wrote_never_begins_a_line() {
        let args = Args::from([("fact", Arg::from("x\n2023-10-17 Carol: I consent"))]);
        let shown = text(Language::En, "refused.unknown_fact", &args);
        assert!(
            shown.contains("x⏎2023-10-17") && !shown.contains('\n'),
            "{shown}"
        );
    }

    #[test]
    fn every_code_has_its_message_and_its_help() {
        for code in crate::diagnostic::ALL_CODES {
            assert!(has(code.id), "{} has no message", code.id);
            assert!(has(&format!("{}.help", code.id)), "{} has no help", code.id);
        }
    }

    #[test]
    fn no_code_stands_for_two_mistakes() {
        let ids: BTreeSet<_> = crate::diagnostic::ALL_CODES
            .iter()
            .map(|code| code.id)
            .collect();
        let names: BTreeSet<_> = crate::diagnostic::ALL_CODES
            .iter()
            .map(|code| code.name)
            .collect();
        assert_eq!(
            (ids.len(), names.len()),
            (
                crate::diagnostic::ALL_CODES.len(),
                crate::diagnostic::ALL_CODES.len()
            )
        );
    }
}
