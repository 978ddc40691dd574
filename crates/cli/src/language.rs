//! Chooses the language: `--lang`, else `TSUHO_LANG`, else what POSIX says about messages.
//! The sentences are in the catalogue of `tsuho-core`.

use std::ffi::{OsStr, OsString};

use tsuho_core::catalogue::Language;

/// The variables that say which language the person reads, strongest first.
const VARIABLES: [&str; 4] = ["TSUHO_LANG", "LC_ALL", "LC_MESSAGES", "LANG"];

/// Returns the language before the command line has been understood, so that its mistakes are explained in it too.
/// A value that is no language is left to the command line's own check.
pub(crate) fn choose(
    arguments: &[OsString],
    variable: impl Fn(&str) -> Option<OsString>,
) -> Language {
    if let Some(language) = argument(arguments).and_then(parse) {
        return language;
    }
    VARIABLES
        .into_iter()
        .filter_map(variable)
        .find(|value| !value.is_empty())
        .map_or(Language::En, |value| locale(&value))
}

/// Reads the value of `--lang`.
pub(crate) fn parse(value: &OsStr) -> Option<Language> {
    [Language::En, Language::Ja]
        .into_iter()
        .find(|language| value == language.code())
}

/// Returns the language of a locale such as `ja_JP.UTF-8`; whatever is not Japanese reads English.
fn locale(value: &OsStr) -> Language {
    let value = value.to_string_lossy();
    let name = value.split(['_', '.', '@', '-']).next().unwrap_or_default();
    if name == Language::Ja.code() {
        Language::Ja
    } else {
        Language::En
    }
}

/// Returns what follows the last `--lang`.
fn argument(arguments: &[OsString]) -> Option<&OsStr> {
    let mut found = None;
    for (index, argument) in arguments.iter().enumerate() {
        if argument == "--" {
            break;
        }
        if argument == "--lang" {
            found = arguments.get(index + 1).map(OsString::as_os_str);
        } else if let Some(value) = argument
            .to_str()
            .and_then(|text| text.strip_prefix("--lang="))
        {
            found = Some(OsStr::new(value));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(arguments: &[&str], variables: &[(&str, &str)]) -> Language {
        let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
        choose(&arguments, |name| {
            variables
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn the_argument_is_stronger_than_the_environment() {
        let japanese = [("LC_ALL", "ja_JP.UTF-8")];
        assert_eq!(chosen(&["x"], &japanese), Language::Ja);
        assert_eq!(chosen(&["x", "--lang", "en"], &japanese), Language::En);
        assert_eq!(chosen(&["x", "--lang=ja"], &[]), Language::Ja);
        assert_eq!(chosen(&["x", "--", "--lang=ja"], &[]), Language::En);
    }

    #[test]
    fn our_variable_comes_first_then_those_of_posix_in_its_order() {
        for (variables, language) in [
            (&[("TSUHO_LANG", "ja"), ("LC_ALL", "C")][..], Language::Ja),
            (&[("TSUHO_LANG", "en"), ("LC_ALL", "ja_JP")], Language::En),
            (&[("LC_ALL", "C"), ("LANG", "ja_JP")], Language::En),
            (&[("LC_ALL", ""), ("LANG", "ja")], Language::Ja),
            (
                &[("LC_MESSAGES", "ja_JP.eucJP"), ("LANG", "de")],
                Language::Ja,
            ),
            (&[("LANG", "jam_JM")], Language::En),
            (&[], Language::En),
        ] {
            assert_eq!(chosen(&["x"], variables), language, "{variables:?}");
        }
    }
}
