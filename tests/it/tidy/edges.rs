//! Rules about which crate may know which other, and which library is whose.
//! What a crate does with what it may know is left to `tests/it/tidy/purity.rs`.

use super::Rule;
use super::code::{lines_with, production, split};
use super::tree::{Finding, Tree, has_extension, is_in};

/// The crates of the workspace and those that each may use: everything further along its own line.
const EDGES: &[(&str, &[&str])] = &[
    ("ledger", &[]),
    ("core", &["ledger"]),
    ("audit", &["core", "ledger"]),
    ("store", &["core", "ledger"]),
    ("store-sqlite", &["store", "core", "ledger"]),
    ("executor", &["store", "core", "ledger"]),
    (
        "cli",
        &[
            "executor",
            "store",
            "store-sqlite",
            "audit",
            "core",
            "ledger",
        ],
    ),
    ("xtask", &[]),
];

/// What a crate may use besides for its tests: the executor's run on real files.
const TESTS: &[(&str, &str)] = &[("executor", "store-sqlite")];

/// Everything from outside that the pure crates may use.
const OUTSIDE: &[(&str, &[&str])] = &[
    (
        "ledger",
        &[
            "serde",
            "serde_json",
            "serde_json_canonicalizer",
            "sha2",
            "hex",
            "thiserror",
        ],
    ),
    (
        "core",
        &[
            "serde",
            "serde_json",
            "serde_yaml",
            "granit-parser",
            "cel",
            "petgraph",
            "jiff",
            "strsim",
            "thiserror",
            "unicode-normalization",
        ],
    ),
    ("audit", &["serde", "serde_json", "jiff", "thiserror"]),
];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "crates point one way",
        check: edges,
        planted: &[
            &[(
                "crates/ledger/Cargo.toml",
                "[dependencies]\ntsuho-core.workspace = true\n",
            )],
            &[(
                "crates/core/Cargo.toml",
                "[dependencies]\ntsuho-store = { path = \"../store\" }\n",
            )],
            &[(
                "crates/store/Cargo.toml",
                "[dev-dependencies]\ntsuho-executor.workspace = true\n",
            )],
            &[(
                "crates/executor/Cargo.toml",
                "[dependencies.tsuho-store-sqlite]\nworkspace = true\n",
            )],
            &[(
                "crates/audit/Cargo.toml",
                "[dev-dependencies]\ntsuho-store-sqlite.workspace = true\n",
            )],
            &[(
                "crates/audit/Cargo.toml",
                "[target.'cfg(unix)'.dependencies]\ntsuho-store.workspace = true\n",
            )],
            &[("crates/newcomer/Cargo.toml", "[dependencies]\n")],
        ],
        clean: &[&[
            (
                "crates/audit/Cargo.toml",
                "[package]\nname = \"tsuho-audit\"\n[dependencies]\ntsuho-core.workspace = true\n",
            ),
            (
                "crates/executor/Cargo.toml",
                "[dev-dependencies]\ntsuho-store-sqlite.workspace = true\n",
            ),
        ]],
    },
    Rule {
        name: "pure crates know few libraries",
        check: outside,
        planted: &[
            &[(
                "crates/ledger/Cargo.toml",
                "[dependencies]\ntokio.workspace = true\n",
            )],
            &[(
                "crates/core/Cargo.toml",
                "[dependencies]\ngetrandom = \"0.4\"\n",
            )],
            &[(
                "crates/audit/Cargo.toml",
                "[build-dependencies]\ncc = \"1\"\n",
            )],
        ],
        clean: &[&[(
            "crates/core/Cargo.toml",
            "[dependencies]\ncel.workspace = true\n[dev-dependencies]\nproptest.workspace = true\n",
        )]],
    },
    Rule {
        name: "what is depended on is used",
        check: unused,
        planted: &[
            &[
                (
                    "crates/cli/Cargo.toml",
                    "[dependencies]\nserde-x.workspace = true\n",
                ),
                ("crates/cli/src/main.rs", "// serde_x\n"),
            ],
            &[
                ("Cargo.toml", "[workspace.dependencies]\nhex = \"0.4\"\n"),
                ("crates/cli/Cargo.toml", "[dependencies]\n"),
            ],
        ],
        clean: &[
            &[
                (
                    "crates/cli/Cargo.toml",
                    "[dependencies]\nserde-x.workspace = true\n",
                ),
                ("crates/cli/src/main.rs", "use serde_x;\n"),
            ],
            &[
                ("Cargo.toml", "[workspace.dependencies]\nhex = \"0.4\"\n"),
                (
                    "tests/Cargo.toml",
                    "[dev-dependencies]\nhex.workspace = true\n",
                ),
                ("tests/lib.rs", "use hex;"),
            ],
        ],
    },
    Rule {
        name: "one file knows petgraph",
        check: graph_library,
        planted: &[&[(
            "crates/core/src/lint/x.rs",
            "use petgraph::graph::DiGraph;\n",
        )]],
        clean: &[&[(
            "crates/core/src/workflow/graph.rs",
            "use petgraph::graph::DiGraph;\n",
        )]],
    },
    Rule {
        name: "only the store crates know SQL",
        check: sql,
        planted: &[
            &[("crates/executor/src/lib.rs", "use sqlx::Row;\n")],
            &[("crates/cli/src/main.rs", "let q = \"SELECT a\nFROM b\";\n")],
            &[(
                "crates/cli/src/main.rs",
                "let q = r#\"insert into b values (1)\"#;\n",
            )],
            &[(
                "crates/store/src/conformance.rs",
                "let q = \"pragma integrity_check\";\n",
            )],
            &[("crates/executor/queries/a.sql", "-- A.\nselect 1")],
        ],
        clean: &[&[
            (
                "crates/store-sqlite/src/lib.rs",
                "use sqlx::Row; const A: &str = \"delete from a\";\n",
            ),
            (
                "crates/cli/src/main.rs",
                "// select a from b\nlet a = \"selected it, from there\";\n",
            ),
        ]],
    },
];

fn edges(_: &Tree, path: &str, text: &str) -> Vec<Finding> {
    let Some(name) = crate_of(path, "/Cargo.toml") else {
        return Vec::new();
    };
    let Some((_, may)) = EDGES.iter().find(|(from, _)| *from == name) else {
        return vec![Finding::of(
            path,
            format!("`{name}` is not in the table of crates"),
        )];
    };
    let ours = dependencies(text)
        .into_iter()
        .filter_map(|(line, section, name)| Some((line, section, name.strip_prefix("tsuho-")?)));
    let wrong = ours.filter(|(_, section, to)| {
        let for_tests = section.contains("dev-") && TESTS.contains(&(name, to));
        !may.contains(to) && !for_tests
    });
    wrong
        .map(|(line, _, to)| Finding::at(path, line, format!("`{name}` may not use `{to}`")))
        .collect()
}

fn outside(_: &Tree, path: &str, text: &str) -> Vec<Finding> {
    let name = crate_of(path, "/Cargo.toml");
    let Some((_, may)) = OUTSIDE.iter().find(|(from, _)| Some(*from) == name) else {
        return Vec::new();
    };
    let all = dependencies(text)
        .into_iter()
        .filter(|(_, section, to)| !section.contains("dev") && !to.starts_with("tsuho-"));
    let wrong = all.filter(|(_, _, to)| !may.contains(to));
    wrong
        .map(|(line, _, to)| Finding::at(path, line, format!("a pure crate may not use `{to}`")))
        .collect()
}

fn unused(tree: &Tree, path: &str, text: &str) -> Vec<Finding> {
    let Some(folder) = path.strip_suffix("Cargo.toml") else {
        return Vec::new();
    };
    let folder = folder.trim_end_matches('/');
    let is_used: Box<dyn Fn(&str) -> bool> = if folder.is_empty() {
        // The top manifest offers libraries to the other manifests.
        let manifests = tree
            .files()
            .filter(|(file, _)| file.ends_with("/Cargo.toml"));
        let named: Vec<_> = manifests.flat_map(|(_, text)| dependencies(text)).collect();
        Box::new(move |name| named.iter().any(|(_, _, used)| *used == name))
    } else {
        let sources = tree
            .files()
            .filter(|(file, _)| is_in(file, folder) && has_extension(file, "rs"));
        let codes: Vec<String> = sources.map(|(_, text)| split(text).code).collect();
        Box::new(move |name| {
            codes
                .iter()
                .any(|code| !lines_with(code, &name.replace('-', "_")).is_empty())
        })
    };
    dependencies(text)
        .into_iter()
        .filter(|(_, _, name)| !is_used(name))
        .map(|(line, _, name)| Finding::at(path, line, format!("`{name}` is used by nothing")))
        .collect()
}

fn graph_library(_: &Tree, path: &str, text: &str) -> Vec<Finding> {
    if path == "crates/core/src/workflow/graph.rs" || !has_extension(path, "rs") {
        return Vec::new();
    }
    let lines = lines_with(&split(text).code, "petgraph").into_iter();
    lines
        .map(|line| {
            Finding::at(
                path,
                line,
                "names petgraph; ask `crates/core/src/workflow/graph.rs`",
            )
        })
        .collect()
}

fn sql(_: &Tree, path: &str, text: &str) -> Vec<Finding> {
    let Some(name) = crate_of(path, "/") else {
        return Vec::new();
    };
    if ["store-sqlite", "store-postgres", "xtask"].contains(&name) {
        return Vec::new();
    }
    if has_extension(path, "sql") {
        return vec![Finding::of(path, "is a query outside the store crates")];
    }
    if !has_extension(path, "rs") {
        return Vec::new();
    }
    let split = split(production(text));
    let mut lines = lines_with(&split.code, "sqlx");
    let literals = split.literals.to_lowercase();
    for statement in [
        "insert into",
        "delete from",
        "create table",
        "create index",
        "pragma ",
    ] {
        lines.extend(lines_with(&literals, statement));
    }
    // `select` without `from` is an English word too.
    let selects = lines_with(&literals, "select ");
    let from = lines_with(&literals, "from ");
    lines.extend(
        selects
            .into_iter()
            .filter(|line| from.iter().any(|from| (*line..line + 3).contains(from))),
    );
    lines
        .into_iter()
        .map(|line| Finding::at(path, line, "speaks SQL outside the store crates"))
        .collect()
}

/// Returns the crate's folder of a path `crates/<folder><rest>…`.
fn crate_of<'a>(path: &'a str, rest: &str) -> Option<&'a str> {
    let (name, _) = path.strip_prefix("crates/")?.split_once(rest)?;
    Some(name)
}

/// Returns the line, section and name of each dependency in a manifest.
fn dependencies(text: &str) -> Vec<(usize, &str, &str)> {
    let mut found = Vec::new();
    let mut section = "";
    for (index, line) in text.lines().enumerate() {
        if let Some(header) = line
            .strip_prefix('[')
            .and_then(|line| line.split(']').next())
        {
            section = header;
            if let Some((_, name)) = header.rsplit_once("dependencies.") {
                found.push((index + 1, header, name));
            }
        } else if section.ends_with("dependencies") && !line.starts_with(['#', ' ', '\t']) {
            let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
            if !name.is_empty() && name.starts_with(char::is_alphabetic) {
                found.push((index + 1, section, name));
            }
        }
    }
    found
}
