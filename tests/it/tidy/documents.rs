//! Rules about what is written beside the code: prose, queries, settings.
//! Whether prose is true beyond the files that it names is left to the tests that run its commands.

use super::Rule;
use super::tree::{Finding, Tree, has_extension};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "prose names files that exist",
        check: named_paths,
        planted: &[
            &[("docs/a.md", "See `crates/core/src/gone.rs`.\n")],
            &[("README.md", "See `docs/gone/`.\n")],
            &[
                ("docs/guide/a.md", "See `core/src/gone.rs`.\n"),
                ("crates/core/src/lib.rs", ""),
            ],
        ],
        clean: &[&[
            (
                "docs/a.md",
                "`crates/core/src`, `core/src/lib.rs`, `docs/`, `crates/<name>/src`, `case/01J`\n```text\n`docs/no`\n```\n",
            ),
            ("crates/core/src/lib.rs", ""),
        ]],
    },
    Rule {
        name: "a query says who asks",
        check: query_comment,
        planted: &[
            &[("crates/store-sqlite/queries/a.sql", "select 1\n")],
            &[(
                "crates/store-sqlite/migrations/0001_a.sql",
                "\n-- A.\nselect 1\n",
            )],
            &[("crates/store-sqlite/queries/a.sql", "--\nselect 1\n")],
        ],
        clean: &[&[(
            "crates/store-sqlite/queries/a.sql",
            "-- Called by a.\nselect 1\n",
        )]],
    },
    Rule {
        name: "pure crates repeat the shared bans",
        check: repeated_bans,
        planted: &[
            &[
                (".clippy.toml", "a = 1\nb = [\n    { path = \"c\" },\n]\n"),
                ("crates/core/clippy.toml", "a = 1\nb = [\n]\n"),
            ],
            &[
                ("crates/core/clippy.toml", "a = 1\n"),
                ("crates/audit/clippy.toml", "a = 2\n"),
                (".clippy.toml", ""),
            ],
            &[(".clippy.toml", ""), ("crates/ledger/src/lib.rs", "")],
        ],
        clean: &[&[
            (".clippy.toml", "# Shared.\na = 1\n"),
            ("crates/core/clippy.toml", "a = 1\nb = 2\n"),
            ("crates/ledger/clippy.toml", "a = 1\nb = 2\n"),
            ("crates/ledger/src/lib.rs", ""),
        ]],
    },
];

fn named_paths(tree: &Tree, path: &str, text: &str) -> Vec<Finding> {
    if !has_extension(path, "md") || !(path == "README.md" || path.starts_with("docs/")) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let mut fenced = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            // Every second piece stands between back-ticks.
            let gone = line
                .split('`')
                .skip(1)
                .step_by(2)
                .filter(|quoted| looks_like_ours(tree, quoted) && !exists(tree, quoted));
            findings.extend(gone.map(|gone| {
                Finding::at(
                    path,
                    index + 1,
                    format!("names `{gone}`, which does not exist"),
                )
            }));
        }
    }
    findings
}

/// Whether a quoted text is a path from the top or from `crates`, rather than a word, a command or a pattern.
fn looks_like_ours(tree: &Tree, quoted: &str) -> bool {
    let plain = quoted
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "_-./".contains(c));
    let Some((first, rest)) = quoted.split_once('/').filter(|_| plain) else {
        return false;
    };
    let top = [
        "crates",
        "workflows",
        "docs",
        "tests",
        ".ci",
        ".config",
        ".cargo",
    ]
    .contains(&first);
    top || (rest.contains('/') && !first.is_empty() && tree.has(&format!("crates/{first}")))
}

fn exists(tree: &Tree, quoted: &str) -> bool {
    tree.has(quoted) || tree.has(&format!("crates/{quoted}"))
}

fn query_comment(_: &Tree, path: &str, text: &str) -> Vec<Finding> {
    let told = text
        .strip_prefix("-- ")
        .is_some_and(|rest| !rest.starts_with('\n'));
    if has_extension(path, "sql") && !told {
        return vec![Finding::of(
            path,
            "begins without a comment that says who calls it and why its plan is cheap",
        )];
    }
    Vec::new()
}

/// Clippy reads the nearest file alone, so that a crate's own file hides the shared one.
fn repeated_bans(tree: &Tree, path: &str, text: &str) -> Vec<Finding> {
    if let Some(folder) = path
        .strip_suffix("/src/lib.rs")
        .filter(|folder| PURE.contains(folder))
    {
        let own = format!("{folder}/clippy.toml");
        return if tree.has(&own) {
            Vec::new()
        } else {
            vec![Finding::of(path, format!("is pure and has no `{own}`"))]
        };
    }
    if !PURE
        .iter()
        .any(|folder| path == format!("{folder}/clippy.toml"))
    {
        return Vec::new();
    }
    let shared = tree.text(".clippy.toml").unwrap_or_default();
    let missing = shared
        .lines()
        .filter(|line| !line.starts_with('#') && !text.lines().any(|own| own == *line));
    let mut findings: Vec<Finding> = missing
        .map(|line| Finding::of(path, format!("does not repeat `{line}`")))
        .collect();
    if tree
        .text("crates/core/clippy.toml")
        .is_some_and(|core| core != text)
    {
        findings.push(Finding::of(path, "differs from `crates/core/clippy.toml`"));
    }
    findings
}

const PURE: [&str; 3] = ["crates/core", "crates/ledger", "crates/audit"];
