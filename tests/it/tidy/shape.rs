//! Rules about which files there are, how they are named, how they begin and how long they are.
//! What stands in them is left to the other rules.

use super::Rule;
use super::code::{lines_with, production, split};
use super::tree::{Finding, Tree, has_extension};

/// Above this a file has two subjects.
const MOST_LINES: usize = 400;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "the top level is fixed",
        check: top_level,
        planted: &[
            &[("notes.txt", "")],
            &[("scripts/run.sh", "")],
            &[("package.json", "")],
        ],
        clean: &[&[
            ("Cargo.toml", ""),
            ("LICENSE-MIT", ""),
            (".ci/run", ""),
            ("docs/glossary.md", ""),
        ]],
    },
    Rule {
        name: "a source begins with what it is for",
        check: opening,
        planted: &[
            &[("tests/lib.rs", "use a;\n")],
            &[("tests/lib.rs", "\n//! A.\n")],
            &[("tests/lib.rs", "//!\n")],
        ],
        clean: &[&[("tests/lib.rs", "//! Holds a.\n")]],
    },
    Rule {
        name: "a source has one subject",
        check: length,
        planted: &[&[("tests/lib.rs", LONG)]],
        clean: &[&[("tests/lib.rs", "//! A.\n#[cfg(test)]\nmod tests {\n")]],
    },
    Rule {
        name: "a name says what is inside",
        check: naming,
        planted: &[
            &[("crates/core/src/case/mod.rs", "")],
            &[("crates/core/src/utils.rs", "")],
            &[("crates/core/src/helpers/x.rs", "")],
            &[("tests/common.rs", "")],
        ],
        clean: &[&[
            ("crates/core/src/calendar/data/jp.tsv", ""),
            ("crates/core/src/database.rs", ""),
        ]],
    },
    Rule {
        name: "no source is forgotten",
        check: forgotten_file,
        planted: &[
            &[
                ("crates/core/src/lib.rs", "mod a;"),
                ("crates/core/src/b.rs", ""),
            ],
            &[("crates/core/src/a/b.rs", "")],
            &[
                ("crates/core/src/a.rs", "/// `mod b;`"),
                ("crates/core/src/a/b.rs", ""),
            ],
        ],
        clean: &[&[
            ("crates/cli/src/main.rs", "mod a;"),
            ("crates/cli/src/a.rs", "pub(crate) mod b;"),
            ("crates/cli/src/a/b.rs", ""),
        ]],
    },
    Rule {
        name: "no file knows a machine",
        check: machine_path,
        planted: &[
            &[("docs/a.md", concat!("see /ho", "me/me/a.md"))],
            &[(".ci/run", concat!("cd /wo", "rk/main"))],
            &[("tests/lib.rs", concat!("\"/tm", "p/a.db\""))],
            &[("README.md", concat!("`/ro", "ot`"))],
        ],
        clean: &[&[(
            "docs/a.md",
            concat!(
                "crates/work/a, /workflows, https://example.org/ro",
                "ot/, ./tm",
                "p/x"
            ),
        )]],
    },
];

/// As many lines as are allowed, and one.
const LONG: &str = {
    const BYTES: [u8; MOST_LINES + 1] = [b'\n'; MOST_LINES + 1];
    match std::str::from_utf8(&BYTES) {
        Ok(text) => text,
        Err(_) => panic!("line feeds are UTF-8"),
    }
};

fn top_level(_: &Tree, path: &str, _: &str) -> Vec<Finding> {
    let known = match path.split_once('/') {
        Some((folder, _)) => ["crates", "workflows", "docs", "tests"].contains(&folder),
        None => [
            "Cargo.toml",
            "Cargo.lock",
            "README.md",
            "LICENSE-MIT",
            "LICENSE-APACHE",
        ]
        .contains(&path),
    };
    let ok = known || path.starts_with('.');
    complain(
        !ok,
        path,
        "does not belong here; move it into crates, workflows, docs or tests, or let Git ignore it",
    )
}

fn opening(_: &Tree, path: &str, text: &str) -> Vec<Finding> {
    let told = text
        .strip_prefix("//! ")
        .is_some_and(|rest| !rest.starts_with('\n'));
    complain(
        has_extension(path, "rs") && !told,
        path,
        "begins without `//!` and what the file is for",
    )
}

fn length(_: &Tree, path: &str, text: &str) -> Vec<Finding> {
    let lines = production(text).lines().count();
    let what =
        format!("has {lines} lines before its tests; over {MOST_LINES} there are two subjects");
    complain(has_extension(path, "rs") && lines > MOST_LINES, path, &what)
}

fn naming(_: &Tree, path: &str, _: &str) -> Vec<Finding> {
    const MUTE: &[&str] = &[
        "mod", "utils", "util", "helpers", "helper", "common", "misc", "manager", "data", "info",
    ];
    let Some(stem) = path.strip_suffix(".rs") else {
        return Vec::new();
    };
    let mute = stem.split('/').find(|part| MUTE.contains(part));
    mute.map(|part| Finding::of(path, format!("is called `{part}`, which names no subject")))
        .into_iter()
        .collect()
}

/// Finds a source that no other declares, which the compiler would never see.
pub(crate) fn forgotten_file(tree: &Tree, path: &str, _: &str) -> Vec<Finding> {
    let in_a_crate = path.starts_with("crates/") && path.contains("/src/");
    let Some((folder, name)) = path
        .strip_suffix(".rs")
        .and_then(|stem| stem.rsplit_once('/'))
    else {
        return Vec::new();
    };
    if !(in_a_crate || path.starts_with("tests/it/")) || name == "lib" || name == "main" {
        return Vec::new();
    }
    let parents = [
        format!("{folder}.rs"),
        format!("{folder}/lib.rs"),
        format!("{folder}/main.rs"),
    ];
    let declared = parents
        .iter()
        .filter_map(|parent| tree.text(parent))
        .any(|text| !lines_with(&split(text).code, &format!("mod {name};")).is_empty());
    complain(
        !declared,
        path,
        &format!(
            "is compiled by nothing: no `mod {name};` in {}",
            parents.join(", ")
        ),
    )
}

fn machine_path(_: &Tree, path: &str, text: &str) -> Vec<Finding> {
    const FOLDERS: [&str; 4] = [
        concat!("/wo", "rk"),
        concat!("/ro", "ot"),
        concat!("/tm", "p"),
        concat!("/ho", "me"),
    ];
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for folder in FOLDERS {
            if line
                .match_indices(folder)
                .any(|(at, _)| is_absolute(&line[..at], &line[at + folder.len()..]))
            {
                findings.push(Finding::at(
                    path,
                    index + 1,
                    format!("names `{folder}`, which is one machine's"),
                ));
            }
        }
    }
    findings
}

/// Whether a path begins and a folder's name ends here.
fn is_absolute(before: &str, after: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || "_-./~".contains(c);
    !before.ends_with(goes_on) && !after.starts_with(|c: char| c != '/' && goes_on(c))
}

fn complain(wrong: bool, path: &str, what: &str) -> Vec<Finding> {
    if wrong {
        vec![Finding::of(path, what)]
    } else {
        Vec::new()
    }
}
