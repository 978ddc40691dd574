//! Collects what is told of one day: sentences about the same thing run on, others begin a line.
//! Breaking lines is left to `crates/cli/src/commands/demo/layout.rs`.

use tsuho_core::catalogue::Language;

/// What a sentence is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// Several cases, or the only one.
    Whole,
    /// The incident.
    Incident,
    /// A case of an incident, by its number.
    Case(u64),
}

impl Subject {
    /// Returns what stands before a sentence about it.
    pub(super) fn mark(self) -> String {
        match self {
            Self::Whole | Self::Incident => String::new(),
            Self::Case(number) => format!("[{number}] "),
        }
    }
}

/// What is told of one day.
#[derive(Debug)]
pub(super) struct Lines {
    language: Language,
    list: Vec<String>,
    /// What the last line is about; none if nothing may follow on it.
    about: Option<Subject>,
}

impl Lines {
    /// Begins with nothing.
    pub(super) const fn new(language: Language) -> Self {
        Self {
            language,
            list: Vec::new(),
            about: None,
        }
    }

    /// Adds a sentence behind the last one if that is about the same, and else on a line of its own.
    pub(super) fn say(&mut self, subject: Subject, sentence: &str) {
        match self.list.last_mut() {
            Some(last) if self.about == Some(subject) => {
                last.push_str(between(self.language));
                last.push_str(sentence);
            }
            // What was recorded on the incident leads to what follows from it in a case.
            Some(last) if self.about == Some(Subject::Incident) => {
                last.push_str(between(self.language));
                last.push_str(&subject.mark());
                last.push_str(sentence);
                self.about = Some(subject);
            }
            Some(_) | None => {
                self.list.push(format!("{}{sentence}", subject.mark()));
                self.about = Some(subject);
            }
        }
    }

    /// Adds a sentence on a line of its own, behind which nothing follows.
    pub(super) fn line(&mut self, sentence: String) {
        self.list.push(sentence);
        self.about = None;
    }

    /// Tells whether there is nothing.
    pub(super) const fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Returns the lines.
    pub(super) fn into_list(self) -> Vec<String> {
        self.list
    }
}

/// Returns what stands between two sentences.
const fn between(language: Language) -> &'static str {
    match language {
        Language::En => " ",
        Language::Ja => "",
    }
}
