//! Checks the licence of every crate that is built into or used to build the program.
//! The lists of what may come in are in `.deny.toml`, which `cargo deny` reads too.

use std::fs;

use anyhow::{Context, bail, ensure};

use crate::run::{command, root};

/// What may come in.
struct Policy {
    licences: Vec<String>,
    denied_crates: Vec<String>,
}

/// Checks every dependency, on every platform, for building and for testing.
pub(crate) fn run() -> anyhow::Result<String> {
    let text = fs::read_to_string(root().join(".deny.toml"))?;
    let policy = Policy {
        licences: list(&text, "allow").context("`.deny.toml` has no list `allow`")?,
        denied_crates: list(&text, "deny").context("`.deny.toml` has no list `deny`")?,
    };
    let mut tree = command(
        "cargo tree --workspace --prefix none --edges normal,build,dev --target all --no-dedupe",
    );
    let output = tree.args(["--format", "{p}|{l}"]).output()?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    // An empty line stands between the trees of two members.
    let mut lines: Vec<&str> = std::str::from_utf8(&output.stdout)?
        .lines()
        .filter(|line| !line.is_empty())
        .collect();
    lines.sort_unstable();
    lines.dedup();
    let findings: Vec<String> = lines
        .iter()
        .filter_map(|line| finding(line, &policy))
        .collect();
    if !findings.is_empty() {
        bail!("{}", findings.join("\n"));
    }
    Ok(format!("{} crates", lines.len()))
}

/// Returns the strings of `key = [` … `]`, one to a line.
fn list(text: &str, key: &str) -> Option<Vec<String>> {
    let (_, rest) = text.split_once(&format!("\n{key} = ["))?;
    let (body, _) = rest.split_once(']')?;
    Some(
        body.split('"')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect(),
    )
}

/// Judges one line `name version (path)|licence`.
fn finding(line: &str, policy: &Policy) -> Option<String> {
    let (package, licence) = line.split_once('|').unwrap_or((line, ""));
    let name = package.split(' ').next().unwrap_or_default();
    if policy.denied_crates.iter().any(|denied| denied == name) {
        return Some(format!("`{name}` may not be used"));
    }
    let spaced = licence
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let mut words = spaced
        .split_whitespace()
        .collect::<Vec<_>>()
        .into_iter()
        .peekable();
    let allowed = any(&mut words, policy) && words.next().is_none();
    (!allowed).then(|| {
        format!("`{package}` has the licence `{licence}`, which `.deny.toml` does not allow")
    })
}

type Words<'a> = std::iter::Peekable<std::vec::IntoIter<&'a str>>;

// An SPDX expression: OR binds weakest. Both sides are always read, so that no word is left over.
fn any(words: &mut Words<'_>, policy: &Policy) -> bool {
    let mut allowed = all(words, policy);
    while words.next_if_eq(&"OR").is_some() {
        allowed |= all(words, policy);
    }
    allowed
}

fn all(words: &mut Words<'_>, policy: &Policy) -> bool {
    let mut allowed = one(words, policy);
    while words.next_if_eq(&"AND").is_some() {
        allowed &= one(words, policy);
    }
    allowed
}

fn one(words: &mut Words<'_>, policy: &Policy) -> bool {
    let mut name = words.next().unwrap_or_default().to_owned();
    if name == "(" {
        return any(words, policy) & words.next_if_eq(&")").is_some();
    }
    if words.next_if_eq(&"WITH").is_some() {
        name = format!("{name} WITH {}", words.next().unwrap_or_default());
    }
    policy.licences.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(line: &str) -> Option<String> {
        let policy = Policy {
            licences: ["MIT", "Unicode-3.0", "Apache-2.0 WITH LLVM-exception"]
                .map(str::to_owned)
                .to_vec(),
            denied_crates: vec!["openssl-sys".to_owned()],
        };
        finding(line, &policy)
    }

    #[test]
    fn what_is_not_allowed_is_found() {
        let faults = [
            "a v1.0.0|GPL-3.0",
            "a v1.0.0|",
            "a v1.0.0",
            "a v1.0.0|MIT AND GPL-3.0",
            "a v1.0.0|(MIT OR GPL-3.0) AND MPL-2.0",
            "a v1.0.0|Apache-2.0 WITH Classpath-exception-2.0",
            "a v1.0.0|(MIT",
            "a v1.0.0|MIT GPL-3.0",
            "openssl-sys v0.9.0|MIT",
        ];
        let caught = faults.iter().filter(|line| judge(line).is_some()).count();
        println!("licences: planted {}, caught {caught}", faults.len());
        assert_eq!(caught, faults.len());
    }

    #[test]
    fn what_is_allowed_passes() {
        for line in [
            "a v1.0.0|MIT",
            "a v1.0.0|GPL-3.0 OR MIT",
            "a v1.0.0|MIT/Apache-2.0",
            "a v1.0.0|(MIT OR Apache-2.0) AND Unicode-3.0",
            "a v1.0.0|Apache-2.0 WITH LLVM-exception OR BSL-1.0",
        ] {
            assert_eq!(judge(line), None, "{line}");
        }
    }

    #[test]
    fn both_lists_of_the_policy_are_read() {
        let text = include_str!("../../../.deny.toml");
        let allow = list(text, "allow").expect("there is such a list");
        assert!(
            allow.contains(&"Apache-2.0 WITH LLVM-exception".to_owned()),
            "{allow:?}"
        );
        let deny = list(text, "deny").expect("there is such a list");
        assert_eq!(deny, ["aws-lc-sys", "native-tls", "openssl-sys"]);
    }
}
