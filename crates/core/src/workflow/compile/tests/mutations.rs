//! Mutates workflows and checks that compiling ends, whatever they say.

use std::fmt::Write as _;

use super::BASE;
use super::shipped::FILES;
use crate::catalogue::Language;
use crate::value::Type;
use crate::workflow::compile::workspace;
use crate::workflow::render;
use crate::workflow::rules::{By, CellName, EachRule, Force, ObligationRule, Recipient, Rules};

/// A source of chance that gives the same for ever (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (bound.max(1) as u64)).unwrap_or_default()
    }
}

/// Stretches that mean something where they should not.
const WORDS: [&str; 24] = [
    "none",
    "any",
    "clock",
    "promptly",
    "promptly and at most ",
    "[]",
    "{}",
    "null",
    "true",
    "0",
    "-1",
    "\"\"",
    ": ",
    "- ",
    "applies",
    "due.first",
    "since.long",
    "filed.last",
    "is: long",
    "extends: outage",
    "under: tt-branch",
    "table",
    "&&",
    "\n",
];

/// Changes a text in one to four places: a line leaves, comes twice, trades places, or a word gives way to another.
fn mutated(text: &str, chance: &mut Chance) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for _ in 0..=chance.below(4) {
        let (at, other) = (chance.below(lines.len()), chance.below(lines.len()));
        match chance.below(6) {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[other].clone()),
            2 => lines.swap(at, other),
            3 => lines[at] = format!("{} {}", lines[at], WORDS[chance.below(WORDS.len())]),
            _ => {
                let words: Vec<&str> = lines[at].split(' ').collect();
                let from: Vec<&str> = lines[other]
                    .split(' ')
                    .filter(|word| !word.is_empty())
                    .collect();
                let word = chance.below(words.len());
                let mut words = words.clone();
                words[word] = if from.is_empty() || chance.below(2) == 0 {
                    WORDS[chance.below(WORDS.len())]
                } else {
                    from[chance.below(from.len())]
                };
                lines[at] = words.join(" ");
            }
        }
        if lines.is_empty() {
            break;
        }
    }
    lines.join("\n")
}

/// Returns how many mutations are tried: few by default, all of them in a full run.
fn rounds() -> usize {
    if option_env!("TSUHO_COUNTS") == Some("full") {
        50_000
    } else {
        2_000
    }
}

/// Returns every name in the rules that stands for nothing: a decision looks them up without asking.
fn dangling(rules: &Rules) -> Vec<String> {
    let mut names = Vec::new();
    for action in &rules.actions {
        let from = rules.graph.sources_of(&action.name);
        let by = match &action.by {
            By::Role(role) => Some(role),
            By::Clock => None,
        };
        let people = by
            .into_iter()
            .chain(action.approval.iter().map(|approval| &approval.by));
        names.extend(missing(people, |role| rules.roles.contains_key(*role)));
        names.extend(missing(from, |state| rules.states.contains_key(*state)));
        names.extend(missing(&action.needs, |fact| {
            rules.facts.contains_key(*fact)
        }));
        names.extend(missing(&action.files, |name| {
            rules.obligation(name).is_some()
        }));
    }
    for obligation in &rules.obligations {
        names.extend(dangling_in(rules, obligation));
    }
    let computed = rules.facts.values().filter(|fact| fact.is.is_some());
    names.extend(missing(computed.map(|fact| &fact.name), |fact| {
        rules.computed.contains(fact)
    }));
    names.extend(missing(rules.graph.states(), |state| {
        rules.states.contains_key(*state)
    }));
    names
}

/// Returns every name in an obligation that stands for nothing.
fn dangling_in(rules: &Rules, obligation: &ObligationRule) -> Vec<String> {
    let mut names = Vec::new();
    for recipient in rules.authority.iter().chain(&obligation.to) {
        match recipient {
            Recipient::Authority(name) => {
                names.extend(missing([name], |name| {
                    rules.authorities.contains_key(*name)
                }));
            }
            Recipient::Fact(name) => {
                names.extend(missing([name], |name| rules.facts.contains_key(*name)));
            }
            Recipient::Cell(CellName { row, table, column }) => {
                let each = EachRule {
                    row: row.clone(),
                    table: table.clone(),
                };
                names.extend(missing([row], |_| obligation.each.contains(&each)));
                names.extend(missing([column], |column| {
                    let rule = rules.facts.get(table).map(|fact| &fact.value_type);
                    matches!(rule, Some(Type::Table(table)) if table.columns.contains_key(*column))
                }));
            }
        }
    }
    let contents = obligation.contains.iter().map(|case| &case.item);
    let facts = contents.flat_map(|contents| contents.always.iter().chain(&contents.as_known));
    let forms = obligation.document.iter().map(|case| &case.item);
    let reminded = obligation.remind.iter().map(|reminder| &reminder.to);
    names.extend(missing(facts.chain(&obligation.late_needs), |fact| {
        rules.facts.contains_key(*fact)
    }));
    names.extend(missing(&obligation.law, |name| {
        rules.sources.contains_key(*name)
    }));
    names.extend(missing(forms, |form| rules.documents.contains_key(*form)));
    names.extend(missing(reminded, |role| rules.roles.contains_key(*role)));
    if obligation.clock.is_empty() != (obligation.force == Force::Voluntary) {
        names.push(format!("clock of {}", obligation.name));
    }
    names
}

fn missing<N: ToString>(
    names: impl IntoIterator<Item = N>,
    there: impl Fn(&N) -> bool,
) -> Vec<String> {
    names
        .into_iter()
        .filter(|name| !there(name))
        .map(|name| name.to_string())
        .collect()
}

#[test]
fn a_name_that_stands_for_nothing_is_seen_in_the_rules() {
    let mut rules = super::compiled(BASE).workflows.remove(0);
    assert_eq!(dangling(&rules), Vec::<String>::new());
    rules.facts.remove("users");
    rules.roles.remove("chief");
    assert_eq!(dangling(&rules), ["chief", "chief", "users"]);
    println!("planted 2, caught 2");
}

#[test]
fn no_mutated_workflow_stops_the_compiler() {
    let mut chance = Chance(0x5eed_0001);
    let (mut sound, mut refused) = (0, 0);
    for round in 0..rounds() {
        let compiled = if round % 4 != 0 {
            let text = mutated(BASE, &mut chance);
            workspace(&[("t.yaml", text.as_bytes())])
        } else {
            let file = chance.below(FILES.len());
            let text = mutated(FILES[file].1, &mut chance);
            let files: Vec<(&str, &[u8])> = FILES
                .iter()
                .enumerate()
                .map(|(at, (name, sound))| {
                    (
                        *name,
                        if at == file {
                            text.as_bytes()
                        } else {
                            sound.as_bytes()
                        },
                    )
                })
                .collect();
            workspace(&files)
        };
        for rules in &compiled.workflows {
            assert_eq!(dangling(rules), Vec::<String>::new(), "{:?}", rules.name);
            assert!(render::mermaid(rules, Language::Ja).contains("[*] -->"));
        }
        let errors = compiled.findings.has_errors();
        assert!(
            errors || !compiled.workflows.is_empty() || compiled.names.is_empty(),
            "a workflow vanished unexplained"
        );
        if errors { refused += 1 } else { sound += 1 }
    }
    println!(
        "mutated {} workflows: {refused} refused, {sound} still sound, 0 panics",
        rounds()
    );
    assert!(refused > sound, "the mutations change something");
}

#[test]
fn a_hostile_number_of_names_is_read_in_a_moment() {
    let mut text = String::from("tsuho: 1\nworkflow: w\nversion: 1\nfacts:\n");
    for number in 0..3_000 {
        let _ = writeln!(
            text,
            "  f{number}: {{ type: boolean, is: f{} }}",
            number + 1
        );
    }
    text.push_str("states:\n");
    for number in 0..2_000 {
        let _ = writeln!(text, "  s{number}: {{ phase: detect }}");
    }
    text.push_str("actions:\n");
    for number in 0..2_000 {
        let _ = writeln!(
            text,
            "  a{number}: {{ from: any, to: s{number}, by: nobody, needs: [x{number}] }}"
        );
    }
    let compiled = workspace(&[("t.yaml", text.as_bytes())]);
    assert!(compiled.findings.has_errors());
}
