//! Holds a sentence that is still to be said: a key of the catalogue with what its placeholders stand for.
//! Which language it is said in is decided by `crates/cli/src/language.rs`, where it goes by `crates/cli/src/output.rs`.

use std::borrow::Cow;

use tsuho_core::catalogue::{self, Arg, Args, Language};

/// A sentence of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message {
    key: Cow<'static, str>,
    args: Args,
}

impl Message {
    /// Makes a sentence of a key.
    pub(crate) fn new(key: impl Into<Cow<'static, str>>) -> Self {
        Self::of(key, Args::new())
    }

    /// Makes a sentence of a key with all that it names.
    pub(crate) fn of(key: impl Into<Cow<'static, str>>, args: Args) -> Self {
        Self {
            key: key.into(),
            args,
        }
    }

    /// Says what a placeholder stands for.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.insert(name, value.into());
        self
    }

    /// Returns the sentence in a language.
    pub(crate) fn text(&self, language: Language) -> String {
        catalogue::text(language, &self.key, &self.args)
    }

    /// Returns the sentence as a part of another.
    pub(crate) fn into_part(self) -> Arg {
        match self.key {
            Cow::Borrowed(key) => Arg::Message(key, self.args),
            // A key that was put together is said in brackets, as one that is missing.
            Cow::Owned(key) => Arg::Text(format!("[{key}]")),
        }
    }

    /// Tells whether the catalogue has the sentence.
    pub(crate) fn exists(&self) -> bool {
        catalogue::has(&self.key)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use tsuho_core::catalogue;

    /// What the keys begin with that stand in this crate as literals.
    const AREAS: [&str; 19] = [
        "apply", "case", "change", "clocks", "database", "derived", "drill", "duty", "event",
        "explain", "files", "hint", "program", "refused", "request", "serve", "show", "system",
        "telling",
    ];

    /// Returns the keys of sentences that stand in a text and that the catalogue does not have.
    fn unknown(text: &str) -> Vec<String> {
        let literals = text.split('"').skip(1).step_by(2);
        let keys = literals.filter(|literal| {
            let plain = |c: char| c.is_ascii_lowercase() || "._-".contains(c);
            let area = literal.split_once('.').map(|(area, _)| area);
            literal.chars().all(plain) && area.is_some_and(|area| AREAS.contains(&area))
        });
        keys.filter(|key| !catalogue::has(key))
            .map(str::to_owned)
            .collect()
    }

    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("the folder can be read").path();
            if path.is_dir() {
                sources(&path, found);
            } else {
                found.push(path);
            }
        }
    }

    #[test]
    fn every_sentence_that_the_program_says_is_in_the_catalogue() {
        let mut files = Vec::new();
        sources(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut files,
        );
        let mut missing = Vec::new();
        for file in files {
            let text = fs::read_to_string(&file).expect("a source file can be read");
            // Quotes within quotes and characters would shift what is a literal.
            let text = text.replace("\\\"", "").replace("'\"'", "");
            let text = text.split("mod tests {").next().unwrap_or_default();
            missing.extend(unknown(text));
        }
        assert_eq!(missing, [""; 0]);
    }

    #[test]
    fn a_sentence_that_nobody_wrote_is_found() {
        let planted = [
            r#"Message::new("show.nonsense")"#,
            r#"Arg::Key("telling.gone")"#,
        ];
        let caught: usize = planted.iter().map(|text| unknown(text).len()).sum();
        println!("planted {}, caught {caught}", planted.len());
        assert_eq!(caught, planted.len());
        assert_eq!(
            unknown(r#"Message::new("show.case").with("x", "a.b")"#),
            [""; 0]
        );
    }
}
