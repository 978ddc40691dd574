//! The rules that look for what is wrong in a text that can be run, on the shipped workflows: nothing as they stand, and
//! each defect that is planted, by one rule alone. Their reference is what the rules themselves say.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use tsuho_core::catalogue::{Args, Language, text};
use tsuho_core::lint::RULES;
use tsuho_core::workflow::compile;

/// A shipped file, what stands there, what is written instead, and the rule that finds it.
const PLANTED: &[(&str, &str, &str, &str)] = &[
    (
        "incident-report.yaml",
        "    from: preventing\n    to: closed\n",
        "    from: [notified, preventing]\n    to: closed\n",
        "phase-skippable",
    ),
    (
        "jp-tba-secrecy-leak.yaml",
        "    from: notified\n    to: reported\n",
        "    from: [detected, notified]\n    to: reported\n",
        "phase-skippable",
    ),
    (
        "jp-tba-secrecy-leak.yaml",
        "    files: detailed_report\n    approval: { by: head_of_compliance }\n",
        "    approval: { by: head_of_compliance }\n",
        "idle-action",
    ),
    (
        "jp-appi-breach.yaml",
        "    from: notified\n    by: privacy_officer\n    files: preliminary_report\n",
        "    from: notified\n    by: privacy_officer\n",
        "idle-action",
    ),
    (
        "jp-tba-secrecy-leak.yaml",
        "      - { before: 3 hours, to: duty_officer }\n",
        "",
        "reminded-too-late",
    ),
    (
        "jp-tba-serious-accident.yaml",
        "      - { before: 30 minutes, to: duty_officer }\n",
        "      - { after: 30 minutes, to: duty_officer }\n",
        "reminded-too-late",
    ),
    (
        "jp-mic-guidance.yaml",
        "    needs: [letters]\n",
        "",
        "anchor-never-asked",
    ),
    (
        "incident-report.yaml",
        "    needs: [reason_not_reportable]\n    approval: { by: executive }\n",
        "    needs: [reason_not_reportable]\n",
        "closed-by-one-person",
    ),
    (
        "jp-appi-breach.yaml",
        "    needs: [told_principal_at]\n    approval: { by: head_of_compliance }\n",
        "    needs: [told_principal_at]\n",
        "closed-by-one-person",
    ),
    (
        "incident-report.yaml",
        "outcome: completed, title",
        "outcome: completed, releases: all, title",
        "completed-over-duties",
    ),
    (
        "jp-tba-secrecy-leak.yaml",
        "actions:\n",
        "states:\n  closed: { phase: closed, outcome: completed, releases: [detailed_report] }\n\nactions:\n",
        "completed-over-duties",
    ),
    (
        "jp-appi-breach.yaml",
        " && (unknown(substitute_measure_at) || unknown(notice_difficult_because))",
        " && unknown(substitute_measure_at)",
        "unused-fact",
    ),
];

/// Returns every shipped workflow and library, by name.
fn shipped() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../workflows");
    let folders = [root.clone(), root.join("library")];
    let entries = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).expect("a folder"));
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut files: Vec<(String, String)> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "yaml"))
        .map(|path| {
            let name = path.file_name().expect("a file has a name");
            let name = name.to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).expect("a text"))
        })
        .filter(|(name, _)| !name.ends_with(".test.yaml"))
        .collect();
    files.sort();
    files
}

/// Returns the names of what is found in files.
fn found(files: &[(String, String)]) -> BTreeSet<&'static str> {
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    let found = compile::linted(&files).findings.into_sorted();
    found.iter().map(|finding| finding.code.name).collect()
}

#[test]
fn each_rule_alone_finds_the_defects_that_are_planted_in_shipped_workflows() {
    let files = shipped();
    assert_eq!(found(&files), BTreeSet::new(), "as they stand");
    let mut caught = 0;
    for (name, old, new, rule) in PLANTED {
        let mut files = files.clone();
        let (_, text) = files.iter_mut().find(|(file, _)| file == name).expect(name);
        assert_eq!(
            text.matches(old).count(),
            1,
            "`{old}` stands once in {name}"
        );
        *text = text.replacen(old, new, 1);
        assert_eq!(found(&files), BTreeSet::from([*rule]), "{name}: {new}");
        caught += 1;
    }
    println!(
        "defects in shipped workflows: planted {}, caught {caught}",
        PLANTED.len()
    );
    let planted: BTreeSet<&str> = PLANTED.iter().map(|(.., rule)| *rule).collect();
    let known: BTreeSet<&str> = RULES.iter().map(|rule| rule.code.name).collect();
    assert_eq!(
        planted, known,
        "every rule has a defect that it alone finds"
    );
    println!(
        "FIGURE lint: rules {}, findings in {} shipped files 0",
        known.len(),
        files.len()
    );
}

/// Where the reference stands.
const REFERENCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/lints.md");

/// Writes the reference of the rules.
fn reference() -> String {
    let mut page = String::from(
        "# What `tsuho validate` warns of\n\n\
         Texts that can be run and are still wrong. Each rule shows a whole file in which it, and no other rule, finds\n\
         something, and the same file without the mistake. They lean on the shipped libraries. `tsuho explain CODE` shows\n\
         the same. This page is written by the rules' own test: `LINTS=overwrite cargo nextest run -p tsuho-tests lints`.\n",
    );
    for rule in RULES {
        let say = |key: &str| {
            text(
                Language::En,
                &format!("{}.{key}", rule.code.id),
                &Args::new(),
            )
        };
        let (why, help) = (say("why"), say("help"));
        _ = write!(
            page,
            "\n## {} `{}`\n\n{why}\n\nWhat to do: {help}.\n",
            rule.code.id, rule.code.name
        );
        for (kind, example) in [("Found in", rule.bad()), ("Not found in", rule.good())] {
            _ = write!(page, "\n{kind}:\n\n```yaml\n{example}```\n");
        }
    }
    page
}

#[test]
fn the_reference_is_what_the_rules_say() {
    let page = reference();
    if std::env::var("LINTS").as_deref() == Ok("overwrite") {
        fs::write(REFERENCE, &page).expect("it can be written");
    }
    let written = fs::read_to_string(REFERENCE).unwrap_or_default();
    assert_eq!(
        written, page,
        "run `LINTS=overwrite cargo nextest run -p tsuho-tests lints`"
    );
}
