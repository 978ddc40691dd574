//! Everything that a person reads exists in English and in Japanese, and both name the same things: pages, guides,
//! titles of the workflows, help. The messages of the catalogue are compared where they stand, in `crates/core`.

mod words;

use std::collections::BTreeSet;
use std::path::PathBuf;

use tsuho_core::catalogue::Language;
use tsuho_core::scenario;
use tsuho_core::value::{Title, Type};
use tsuho_core::workflow::{Rules, compile};

use crate::cmd::repository;

/// The folders of which every page is for people who may read one of the two languages alone.
const FOLDERS: [&str; 2] = ["docs/guide", "docs/law"];

/// Tells whether a text has a letter that only Japanese is written with.
fn has_japanese(text: &str) -> bool {
    text.chars().any(
        |letter| matches!(letter, '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '々' | '〇'),
    )
}

/// Returns what stands between back-ticks in the prose of a page.
fn named(text: &str) -> BTreeSet<String> {
    // Joined, because a line may end within such a name.
    let prose = prose(text).join(" ");
    let quoted = prose.split('`').skip(1).step_by(2);
    // A page names itself and its twin; what is shown in the place of a value is printed in the page's own language.
    quoted
        .filter(|name| !name.starts_with("docs/") && !name.starts_with(['[', '［']))
        .map(str::to_owned)
        .collect()
}

fn prose(text: &str) -> Vec<&str> {
    let mut fenced = false;
    let lines = text.lines().filter(|line| {
        let fence = line.starts_with("```");
        fenced ^= fence;
        !fence && !fenced
    });
    lines.collect()
}

/// Returns the commands that a page runs.
fn commands(text: &str) -> Vec<&str> {
    text.lines()
        .filter(|line| line.starts_with("$ tsuho"))
        .collect()
}

/// Returns the links of a page that lead out of it.
fn links(text: &str) -> BTreeSet<String> {
    let targets = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    let outside = targets.filter(|target| !target.starts_with('#'));
    outside
        .map(|target| target.replace(".ja.md", ".md"))
        .collect()
}

fn headings(text: &str) -> usize {
    prose(text)
        .iter()
        .filter(|line| line.starts_with('#'))
        .count()
}

/// Says in what a Japanese page differs from the English one beside it.
fn differences(english: &str, japanese: &str) -> Vec<String> {
    let mut found = Vec::new();
    let only = |one: BTreeSet<String>, other: &BTreeSet<String>| -> Vec<String> {
        one.symmetric_difference(other).cloned().collect()
    };
    found.extend(
        only(named(english), &named(japanese))
            .into_iter()
            .map(|name| format!("`{name}` is in one of them")),
    );
    found.extend(
        only(links(english), &links(japanese))
            .into_iter()
            .map(|link| format!("{link} is linked in one of them")),
    );
    if headings(english) != headings(japanese) {
        found.push("they have other headings".to_owned());
    }
    if commands(english).len() != commands(japanese).len() {
        found.push("they run other commands".to_owned());
    }
    if !has_japanese(japanese) {
        found.push("it is not in Japanese".to_owned());
    }
    found
}

/// Returns every page of a folder with its twin.
fn pages(folder: &str) -> Vec<(PathBuf, PathBuf)> {
    let entries = std::fs::read_dir(repository().join(folder)).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let english = paths.filter(|path| !path.to_string_lossy().ends_with(".ja.md"));
    english
        .map(|path| (path.clone(), path.with_extension("ja.md")))
        .collect()
}

#[test]
fn every_page_for_people_exists_in_both_languages_and_names_the_same_things() {
    let mut pairs: Vec<_> = FOLDERS.iter().flat_map(|folder| pages(folder)).collect();
    pairs.push((
        repository().join("README.md"),
        repository().join("docs/introduction.ja.md"),
    ));
    let mut wrong = Vec::new();
    for (english, japanese) in &pairs {
        let name = japanese.file_name().expect("a name").display().to_string();
        let Ok(text) = std::fs::read_to_string(japanese) else {
            wrong.push(format!("{name} is missing"));
            continue;
        };
        let original = std::fs::read_to_string(english).expect("a page");
        // The introduction stands elsewhere and leads to the same pages from there.
        let (original, text) = if name == "introduction.ja.md" {
            (unlinked(&original), unlinked(&text))
        } else {
            (original, text)
        };
        wrong.extend(
            differences(&original, &text)
                .into_iter()
                .map(|found| format!("{name}: {found}")),
        );
    }
    println!(
        "FIGURE languages: pages {}, missing or different 0 of {}",
        pairs.len(),
        pairs.len()
    );
    assert_eq!(wrong, [""; 0]);
}

fn unlinked(text: &str) -> String {
    text.replace("](", "] (")
}

#[test]
fn a_page_that_says_something_else_is_found() {
    let page = "# A\n\nSee [b](b.md), `known_at`.\n\n```console\n$ tsuho case list\n```\n";
    let twin = page.replace("See", "参照").replace("b.md", "b.ja.md");
    assert_eq!(differences(page, &twin), [""; 0]);
    let planted = [
        twin.replace("known_at", "known"),
        twin.replace("b.ja.md", "c.ja.md"),
        twin.replace("# A", "A"),
        twin.replace("$ tsuho case list", ""),
        page.to_owned(),
    ];
    let caught = planted
        .iter()
        .filter(|twin| !differences(page, twin).is_empty())
        .count();
    println!(
        "pages in two languages: planted {}, caught {caught}",
        planted.len()
    );
    assert_eq!(caught, planted.len());
}

/// Returns every title that a compiled workflow shows, with where it stands.
fn titles(rules: &Rules) -> Vec<(String, Title)> {
    let mut found = vec![
        ("title".to_owned(), rules.title.clone()),
        ("applies".to_owned(), rules.applies.because.clone()),
    ];
    let mut put = |at: String, title: &Title| found.push((at, title.clone()));
    for (name, fact) in &rules.facts {
        put(format!("fact {name}"), &fact.title);
        of_type(&format!("fact {name}"), &fact.value_type, &mut put);
    }
    rules
        .states
        .iter()
        .for_each(|(name, state)| put(format!("state {name}"), &state.title));
    rules
        .actions
        .iter()
        .for_each(|action| put(format!("action {}", action.name), &action.title));
    rules
        .obligations
        .iter()
        .for_each(|one| put(format!("obligation {}", one.name), &one.title));
    rules
        .roles
        .iter()
        .for_each(|(name, title)| put(format!("role {name}"), title));
    rules
        .authorities
        .iter()
        .for_each(|(name, rule)| put(format!("authority {name}"), &rule.title));
    for (name, source) in &rules.sources {
        put(format!("source {name}"), &source.citation);
        source
            .revision
            .iter()
            .for_each(|title| put(format!("source {name}, revision"), title));
    }
    for (name, document) in &rules.documents {
        put(format!("document {name}"), &document.title);
        document
            .note
            .iter()
            .for_each(|title| put(format!("document {name}, note"), title));
        document
            .items
            .iter()
            .for_each(|item| put(format!("document {name}, item"), &item.title));
    }
    for (name, counting) in &rules.countings {
        put(format!("counting {name}"), &counting.title);
        let readings = counting
            .readings
            .values()
            .filter_map(|reason| reason.because.as_ref());
        readings.for_each(|title| put(format!("counting {name}, reading"), title));
    }
    found
}

fn of_type(at: &str, of: &Type, put: &mut impl FnMut(String, &Title)) {
    match of {
        Type::Choice(list) | Type::Choices(list) => {
            list.of
                .iter()
                .for_each(|(name, title)| put(format!("{at}, {name}"), title));
        }
        Type::Table(table) => {
            for (name, column) in &table.columns {
                put(format!("{at}, column {name}"), &column.title);
                of_type(&format!("{at}, column {name}"), &column.value_type, put);
            }
        }
        _ => {}
    }
}

/// Says why a title is not in both languages.
fn wrong_title((at, title): &(String, Title)) -> Option<String> {
    let (en, ja) = (&*title.en, &*title.ja);
    let wrong = if en.is_empty() || ja.is_empty() {
        "is empty"
    } else if has_japanese(en) {
        "has Japanese in its English"
    } else if !has_japanese(ja) {
        "has no Japanese"
    } else {
        return None;
    };
    Some(format!("{at} {wrong}: {en} / {ja}"))
}

#[test]
fn every_title_of_the_shipped_workflows_is_in_both_languages() {
    let files = crate::by_hand::texts(&repository().join("workflows"));
    let workflows = files
        .iter()
        .filter(|(name, _)| !name.ends_with(".test.yaml"));
    let given: Vec<(&str, &[u8])> = workflows
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    let compiled = compile::workspace(&given).workflows;
    let all: BTreeSet<_> = compiled
        .iter()
        .flat_map(titles)
        .map(|(at, title)| (at, title.en, title.ja))
        .collect();
    let all: Vec<(String, Title)> = all
        .into_iter()
        .map(|(at, en, ja)| (at, Title { en, ja }))
        .collect();
    let wrong: Vec<String> = all.iter().filter_map(wrong_title).collect();
    println!(
        "FIGURE titles: {} in both languages, missing in one 0 of {}",
        all.len(),
        all.len()
    );
    assert!(all.len() > 200, "{}", all.len());
    assert_eq!(wrong, [""; 0]);

    let title = |en: &str, ja: &str| {
        (
            String::new(),
            Title {
                en: en.into(),
                ja: ja.into(),
            },
        )
    };
    let planted = [
        title("A", "A"),
        title("", "甲"),
        title("甲", "甲"),
        title("A", ""),
    ];
    let caught = planted
        .iter()
        .filter(|title| wrong_title(title).is_some())
        .count();
    println!("titles: planted {}, caught {caught}", planted.len());
    assert_eq!(caught, planted.len());
}

/// Returns what every scenario of the shipped files is called, with the file in which it stands.
fn scenarios(files: &[(String, String)]) -> Vec<(String, Title)> {
    let given: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    let compiled = compile::workspace(&given);
    let (read, findings) = scenario::read(
        &compiled.scenarios,
        &compiled.workflows,
        &compiled.names,
        Language::En,
    );
    assert!(!findings.has_errors(), "{findings:?}");
    read.into_iter()
        .map(|one| (one.at.file.to_string(), one.title))
        .collect()
}

#[test]
fn every_shipped_scenario_is_called_something_in_both_languages() {
    let files = crate::by_hand::texts(&repository().join("workflows"));
    let all = scenarios(&files);
    let wrong: Vec<String> = all.iter().filter_map(wrong_title).collect();
    println!(
        "FIGURE names of scenarios: {} in both languages, missing in one 0 of {}",
        all.len(),
        all.len()
    );
    let written = files
        .iter()
        .flat_map(|(_, text)| text.lines())
        .filter(|line| line.starts_with("scenario:"));
    assert_eq!(all.len(), written.count(), "every one was read");
    assert!(all.len() > 40, "{}", all.len());
    assert_eq!(wrong, [""; 0]);

    // The name of one of them, written in one language, in neither, or with the two in each other's place.
    let line = "scenario: { en: IIJ 2025, ja: IIJ 2025年 通信の秘密の漏えい }";
    let planted = [
        "scenario: IIJ 2025",
        "scenario: IIJ 2025年 通信の秘密の漏えい",
        "scenario: { en: IIJ 2025 }",
        "scenario: { ja: IIJ 2025年 通信の秘密の漏えい }",
        "scenario: { en: IIJ 2025, ja: \"\" }",
        "scenario: { en: IIJ 2025年 通信の秘密の漏えい, ja: IIJ 2025 }",
    ];
    let found = |planted: &&&str| {
        let mut files = files.clone();
        let texts = files.iter_mut().map(|(_, text)| text);
        let places = texts.filter(|text| text.contains(line));
        let replaced = places.map(|text| *text = text.replace(line, planted));
        assert_eq!(replaced.count(), 1, "the name is there once");
        let wrong = scenarios(&files).iter().filter_map(wrong_title).count();
        wrong == 1
    };
    let caught = planted.iter().filter(found).count();
    println!(
        "FIGURE names of scenarios in one language: planted {}, caught {caught}",
        planted.len()
    );
    assert_eq!(caught, planted.len());
}
