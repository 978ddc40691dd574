//! Rules about what code may do: who reads the machine, who prints, and how exceptions are made.
//! Clippy bans the same by its types where it can; here is what it would let through.

use super::Rule;
use super::code::{Split, lines_with, production, split};
use super::tree::{Finding, Tree, has_extension, is_in};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "pure crates ask nobody",
        check: pure,
        planted: &[
            &[("crates/core/src/a.rs", "use std::time::SystemTime;\n")],
            &[("crates/core/src/a.rs", "let a = Instant::now();\n")],
            &[("crates/ledger/src/a.rs", "use std::fs::File;\n")],
            &[(
                "crates/ledger/src/a.rs",
                "use std::{\n    fmt,\n    fs,\n};\n",
            )],
            &[("crates/audit/src/a.rs", "let a = std::env::args();\n")],
            &[("crates/audit/src/a.rs", "use std::collections::HashMap;\n")],
            &[("crates/core/src/a.rs", "let a: HashSet<u8>;\n")],
            &[("crates/core/src/a.rs", "async fn a() {}\n")],
            &[("crates/core/src/a.rs", "tracing::info!(\"a\");\n")],
            &[("crates/core/src/a.rs", "let a = rand::random();\n")],
        ],
        clean: &[&[
            (
                "crates/core/src/a.rs",
                "//! Rand, async.\nuse std::io::Read;\nlet a = \"HashMap\"; // std::fs\n",
            ),
            (
                "crates/executor/src/a.rs",
                "async fn a() { HashMap::new() }\n",
            ),
        ]],
    },
    Rule {
        name: "only the program reads the machine",
        check: machine,
        planted: &[
            &[("crates/executor/src/a.rs", "std::env::var(\"A\")\n")],
            &[("crates/store/src/a.rs", "use std::{env, io};\n")],
            &[("crates/store-sqlite/src/a.rs", "std::fs::read(\"a\")\n")],
            &[("crates/store-sqlite/src/open.rs", "std::env::temp_dir()\n")],
            &[("crates/store-sqlite/src/a.rs", "tokio::fs::read(\"a\")\n")],
        ],
        clean: &[
            &[
                ("crates/cli/src/a.rs", "std::env::args()\n"),
                ("crates/store-sqlite/src/open.rs", "use std::fs;\n"),
                ("tests/lib.rs", "std::fs::read()\n"),
            ],
            &[(
                "crates/store/src/a.rs",
                "let a = env!(\"A\");\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n",
            )],
        ],
    },
    Rule {
        name: "one place prints",
        check: prints,
        planted: &[
            &[("crates/cli/src/commands/a.rs", "println!(\"a\")\n")],
            &[("crates/cli/src/main.rs", "eprint!(\"a\")\n")],
            &[("crates/executor/src/a.rs", "anstream::eprintln!(\"a\")\n")],
            &[("crates/cli/src/a.rs", "io::stdout().write_all(b\"a\")\n")],
        ],
        clean: &[&[
            ("crates/cli/src/output.rs", "println!(\"a\")\n"),
            ("crates/cli/src/output/table.rs", "anstream::stdout()\n"),
            ("crates/xtask/src/a.rs", "println!(\"a\")\n"),
            ("crates/cli/benches/a.rs", "println!(\"a\")\n"),
            (
                "crates/core/src/a.rs",
                "#[cfg(test)]\nmod tests {\n    println!(\"a\");\n}\n",
            ),
        ]],
    },
    Rule {
        name: "nothing is put off or looked away from",
        check: put_off,
        planted: &[
            &[("tests/lib.rs", "#[allow(dead_code)]\n")],
            &[("tests/lib.rs", "#![allow(dead_code)]\n")],
            &[("tests/lib.rs", "#[ignore]\n")],
            &[("tests/lib.rs", "#[ignore = \"slow\"]\n")],
            &[("tests/lib.rs", "todo!()\n")],
            &[("tests/lib.rs", "unimplemented!(\"a\")\n")],
            &[("tests/lib.rs", "#[should_panic(expected = \"a\")]\n")],
            &[("tests/lib.rs", concat!("// TO", "DO: a\n"))],
            &[("docs/a.md", concat!("FIX", "ME\n"))],
        ],
        clean: &[&[(
            "tests/lib.rs",
            "#[expect(dead_code, reason = \"a\")]\n// no todo!() here\nlet allow = ignore(\"#[allow(\");\n",
        )]],
    },
];

fn pure(_: &Tree, path: &str, text: &str) -> Vec<Finding> {
    const FORBIDDEN: &[&str] = &[
        "SystemTime",
        "Instant::now",
        "HashMap",
        "HashSet",
        "async",
        "await",
        "tracing",
        "log",
        "rand",
        "getrandom",
        "tokio",
    ];
    if !["crates/core/src", "crates/ledger/src", "crates/audit/src"]
        .iter()
        .any(|folder| is_in(path, folder))
    {
        return Vec::new();
    }
    let Some(code) = production_code(path, text) else {
        return Vec::new();
    };
    let mut findings = of_std(&code, path, &["fs", "env"]);
    for word in FORBIDDEN {
        let what = || format!("uses `{word}`; a pure crate is given what it needs");
        findings.extend(
            lines_with(&code, word)
                .into_iter()
                .map(|line| Finding::at(path, line, what())),
        );
    }
    findings
}

fn machine(_: &Tree, path: &str, text: &str) -> Vec<Finding> {
    if !is_in(path, "crates") || is_in(path, "crates/cli") || is_in(path, "crates/xtask") {
        return Vec::new();
    }
    let Some(code) = production_code(path, text) else {
        return Vec::new();
    };
    // The embedded store's one file is its own: to open it is to judge whether it is a database, and to write to it is to
    // see that it still lies under its name.
    let own = [
        "crates/store-sqlite/src/open.rs",
        "crates/store-sqlite/src/place.rs",
    ];
    let modules: &[&str] = if own.contains(&path) {
        &["env"]
    } else {
        &["fs", "env"]
    };
    let mut findings = of_std(&code, path, modules);
    let tokio = lines_with(&code, "tokio::fs").into_iter();
    findings
        .extend(tokio.map(|line| Finding::at(path, line, "reads files; only the program does")));
    findings
}

/// Finds modules of `std`, also as parts of a group.
fn of_std(code: &str, path: &str, modules: &[&str]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for module in modules {
        let what = || {
            format!("uses `std::{module}`; only the program reads arguments, environment and files")
        };
        let plain = lines_with(code, &format!("std::{module}")).into_iter();
        findings.extend(plain.map(|line| Finding::at(path, line, what())));
        for (at, _) in code.match_indices("std::{") {
            let group = code[at..].split(';').next().unwrap_or_default();
            let line = code[..at].lines().count().max(1);
            findings.extend(
                lines_with(group, module)
                    .first()
                    .map(|_| Finding::at(path, line, what())),
            );
        }
    }
    findings
}

fn prints(_: &Tree, path: &str, text: &str) -> Vec<Finding> {
    let free = path.starts_with("crates/cli/src/output")
        || is_in(path, "crates/xtask")
        || path.contains("/benches/")
        || !is_in(path, "crates");
    let Some(code) = production_code(path, text).filter(|_| !free) else {
        return Vec::new();
    };
    let ways = [
        "print!",
        "println!",
        "eprint!",
        "eprintln!",
        "stdout()",
        "stderr()",
    ];
    let lines = ways.iter().flat_map(|way| lines_with(&code, way));
    lines
        .map(|line| Finding::at(path, line, "prints; only `crates/cli/src/output.rs` does"))
        .collect()
}

fn put_off(_: &Tree, path: &str, text: &str) -> Vec<Finding> {
    const MARKS: [&str; 2] = [concat!("TO", "DO"), concat!("FIX", "ME")];
    let marks = MARKS.iter().flat_map(|mark| lines_with(text, mark));
    let mut findings: Vec<Finding> = marks
        .map(|line| Finding::at(path, line, "puts something off"))
        .collect();
    if has_extension(path, "rs") {
        let Split { code, .. } = split(text);
        for word in [
            "#[allow(",
            "#![allow(",
            "#[ignore",
            "todo!",
            "unimplemented!",
            "should_panic",
        ] {
            let what = || format!("has `{word}`");
            findings.extend(
                lines_with(&code, word)
                    .into_iter()
                    .map(|line| Finding::at(path, line, what())),
            );
        }
    }
    findings
}

/// Returns the code of a source before its tests, unless all of it is tests.
fn production_code(path: &str, text: &str) -> Option<String> {
    let is_test = path.ends_with("/tests.rs") || path.contains("/tests/");
    (has_extension(path, "rs") && !is_test).then(|| split(production(text)).code)
}
