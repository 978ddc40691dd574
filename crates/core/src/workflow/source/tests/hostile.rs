//! Gives the reader texts made to exhaust it: each is refused early, on a small stack, in bounded memory.

use super::super::read;
use crate::diagnostic::{
    ALIAS, ANCHOR, CONTROL_CHARACTER, Code, FILE_TOO_LARGE, LINE_TOO_LONG, NOT_UTF8, STRAY_KEY,
    TEXT_TOO_LONG, TOO_DEEP, TOO_MANY_DOCUMENTS, TOO_MANY_NODES, UNCLOSED_BRACKET,
};

/// A text, what it is, and a code with which it is refused.
type Hostile = (&'static str, Vec<u8>, Code);

/// Reads on a stack as small as a server's worker has; returns the codes found, and how many milliseconds it took.
#[expect(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a figure to print, on which nothing depends"
)]
fn read_on_a_small_stack(bytes: Vec<u8>) -> (Vec<Code>, u128) {
    let reader = std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(move || {
            let begin = std::time::Instant::now();
            let (_, findings) = read("hostile.yaml", &bytes);
            let codes = findings
                .into_sorted()
                .into_iter()
                .map(|finding| finding.code)
                .collect();
            (codes, begin.elapsed().as_millis())
        });
    reader
        .expect("a thread starts")
        .join()
        .expect("reading ends without panic or overflow")
}

/// Returns the most memory that this process has held, in MiB; without `/proc` there is no figure.
#[expect(
    clippy::disallowed_methods,
    reason = "a figure to print, on which nothing depends"
)]
fn peak_mib() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<usize>().ok());
    kib.unwrap_or(0) / 1024
}

/// Fills lines that are short enough with a part, up to the largest file.
fn wrapped(part: &str) -> Vec<u8> {
    let line = part.repeat(9_000 / part.len()) + "\n";
    line.repeat((1 << 20) / line.len()).into_bytes()
}

/// Writes lines that each lie one step deeper, as many as fit the largest file.
fn staircase() -> String {
    let mut text = String::new();
    let mut depth = 0;
    while text.len() + depth + 4 < 1 << 20 {
        text += &" ".repeat(depth);
        text += "a:\n";
        depth += 1;
    }
    text
}

fn deep() -> Vec<Hostile> {
    let lines = |line: &str| line.repeat(100_000).into_bytes();
    vec![
        ("100,000 brackets", lines("["), LINE_TOO_LONG),
        ("brackets in lines", wrapped("["), TOO_DEEP),
        ("mappings in lines", wrapped("{a: "), TOO_DEEP),
        ("braces in lines", wrapped("{"), TOO_DEEP),
        ("dashes in lines", wrapped("- "), TOO_DEEP),
        ("question marks in lines", wrapped("? "), TOO_DEEP),
        ("100,000 opened lists", lines("[\n"), TOO_DEEP),
        ("100,000 opened mappings", lines("{a:\n"), TOO_DEEP),
        ("indented keys", staircase().into_bytes(), TOO_DEEP),
    ]
}

/// Writes lists that each name the one before many times: read out, they multiply.
fn laughs(levels: usize, width: usize) -> String {
    let list = |level: usize| {
        let aliases = vec![format!("*a{}", level - 1); width].join(", ");
        format!("a{level}: &a{level} [{aliases}]\n")
    };
    let lists: Vec<String> = (1..=levels).map(list).collect();
    format!("a0: &a0 [x]\n{}", lists.concat())
}

fn multiplying() -> Vec<Hostile> {
    let quadratic = format!(
        "a: &a {}\nb:\n{}",
        "x".repeat(9_000),
        "- *a\n".repeat(10_000)
    );
    vec![
        ("a billion laughs", laughs(9, 9).into_bytes(), ALIAS),
        ("some thousand laughs", laughs(4, 9).into_bytes(), ALIAS),
        ("one text and 10,000 aliases", quadratic.into_bytes(), ALIAS),
        ("a list of itself", b"a: &a [*a]\n".to_vec(), ALIAS),
        (
            "10,000 anchors",
            "- &a x\n".repeat(10_000).into_bytes(),
            ANCHOR,
        ),
    ]
}

fn large() -> Vec<Hostile> {
    let lines = |line: &str, count: usize| line.repeat(count).into_bytes();
    let scalar = |opening: &str, line: &str| {
        format!("{opening}{}", line.repeat(1_000_000 / line.len())).into_bytes()
    };
    let keys: Vec<String> = (0..60_000).map(|key| format!("a{key}: b\n")).collect();
    vec![
        ("a file of 50 MB", vec![b'a'; 50_000_000], FILE_TOO_LARGE),
        ("one line of 1 MiB", lines("a", 1 << 20), LINE_TOO_LONG),
        (
            "one text of 1 MB",
            scalar("a: |\n", " xxxxxxx\n"),
            TEXT_TOO_LONG,
        ),
        (
            "one folded text of 1 MB",
            scalar("a: >\n", " xxxxxxx\n"),
            TEXT_TOO_LONG,
        ),
        (
            "one plain text of 1 MB",
            scalar("a:\n", " xxxxxxx\n"),
            TEXT_TOO_LONG,
        ),
        (
            "one quoted text of 1 MB",
            [scalar("a: \"", " \\n\\n\\n\n"), b"\"".to_vec()].concat(),
            TEXT_TOO_LONG,
        ),
        (
            "200 documents",
            lines("---\na: 1\n", 200),
            TOO_MANY_DOCUMENTS,
        ),
        (
            "100,000 broken documents",
            lines("---\na: [\n", 100_000),
            UNCLOSED_BRACKET,
        ),
        (
            "60,000 keys with values",
            keys.concat().into_bytes(),
            TOO_MANY_NODES,
        ),
        ("200,000 items", lines("- a\n", 200_000), TOO_MANY_NODES),
        (
            "items in braces",
            [b"{\n".to_vec(), lines("a, b, c, d\n,", 80_000)].concat(),
            STRAY_KEY,
        ),
    ]
}

/// Returns bytes that follow no rule, the same in every run.
fn noise(length: usize) -> Vec<u8> {
    let mut state: u32 = 1;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    std::iter::repeat_with(next).take(length).collect()
}

fn no_text() -> Vec<Hostile> {
    let utf_16: Vec<u8> = "workflow: a\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    vec![
        ("random bytes", noise(1 << 20), NOT_UTF8),
        (
            "UTF-16 with its mark",
            [b"\xFF\xFE".to_vec(), utf_16.clone()].concat(),
            NOT_UTF8,
        ),
        ("UTF-16 without a mark", utf_16, CONTROL_CHARACTER),
        ("1 MiB of NUL", vec![0; 1 << 20], CONTROL_CHARACTER),
    ]
}

#[test]
fn hostile_texts_are_refused_on_a_small_stack() {
    for (name, bytes, code) in [no_text(), multiplying(), deep(), large()].concat() {
        let length = bytes.len();
        let (codes, milliseconds) = read_on_a_small_stack(bytes);
        println!(
            "FIGURE source: {name}, {length} bytes: refused as {} in {milliseconds} ms",
            code.id
        );
        assert!(codes.contains(&code), "{name}: {codes:?}");
    }
    println!(
        "FIGURE source: hostile texts, most memory {} MiB, the texts themselves included",
        peak_mib()
    );
}

#[test]
fn the_largest_text_within_the_bounds_is_read() {
    let entry = |key: usize| format!("a{key}: {{ b: [c, \"通信\"] }}\n");
    let entries: Vec<String> = (0..14_285).map(entry).collect();
    let text = entries.concat();
    let length = text.len();
    let (codes, milliseconds) = read_on_a_small_stack(text.into_bytes());
    println!(
        "FIGURE source: 99,996 values, {length} bytes: read in {milliseconds} ms, most memory {} MiB",
        peak_mib()
    );
    assert_eq!(codes, []);
}

#[test]
fn every_depth_up_to_the_bound_is_read_and_none_beyond() {
    let nested = |depth: usize| format!("a: {}{}", "[".repeat(depth - 1), "]".repeat(depth - 1));
    assert_eq!(read_on_a_small_stack(nested(64).into_bytes()).0, []);
    assert_eq!(read_on_a_small_stack(nested(65).into_bytes()).0, [TOO_DEEP]);
    assert_eq!(
        read_on_a_small_stack(nested(1_000).into_bytes()).0,
        [TOO_DEEP]
    );
    let mixed = |lists: usize| {
        format!(
            "r:\n  {}a: {}{}",
            "- ".repeat(lists),
            "[".repeat(40),
            "]".repeat(40)
        )
    };
    assert_eq!(read_on_a_small_stack(mixed(22).into_bytes()).0, []);
    assert_eq!(read_on_a_small_stack(mixed(23).into_bytes()).0, [TOO_DEEP]);
}
