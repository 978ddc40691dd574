//! Shows that no text harms the reader: nothing panics, hangs or leaves the 2 MiB stack of a worker thread.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::*;
use crate::diagnostic::GUARD_NOT_AN_EXPRESSION;
use crate::workflow::guard::{scan, shape};

fn world() -> World {
    World::new(&[
        "a: boolean", "b: boolean", "n: integer", "t: instant", "d: date", "note: personal text", "kind: choice x y",
        "set: choices x y", "rows: table id: text, x: integer, at: instant, on: date, note: personal text, kind: choice x y",
    ])
    .history(&["did.notify", "entered.notified", "filed.report", "due.report", "gaps.report", "due.daily: series"])
    .each("row", "rows", Some("k"))
    .with("a", Value::Boolean(true))
    .with("t", instant("2026-11-20 12:00"))
    .with("rows", table(&[("k", &[("x", Some(Value::Integer(3))), ("at", Some(instant("2026-11-20 12:00")))])]))
}

/// Reads a text as a condition and, if it is one, evaluates it; checks what must hold of every text.
fn survive(text: &str, world: &World) -> bool {
    match world.compile(text) {
        Ok(expr) => {
            let again = world.guard(text);
            assert_eq!(expr, again, "`{text}`");
            let found = expr.evaluate(world, at("2026-11-20 12:00"));
            assert!(
                found.value.is_some() || !found.because.is_empty() || !found.trouble.is_empty(),
                "`{text}`"
            );
            true
        }
        Err(faults) => {
            assert!(!faults.is_empty() && faults.len() <= 1_000, "`{text}`");
            for fault in &faults {
                assert!(
                    text.get(fault.span.clone()).is_some(),
                    "`{text}`: {:?} cuts a character",
                    fault.span
                );
                assert_ne!(
                    fault.code, GUARD_NOT_AN_EXPRESSION,
                    "`{text}` was let through to the parser"
                );
            }
            false
        }
    }
}

#[test]
fn long_and_deep_texts_are_refused_or_read_on_a_small_stack() {
    on_small_stack(|| {
        let world = world();
        let repeat = |part: &str, most: usize| part.repeat(most / part.len());
        for most in [1_990, 2_000, 100_000] {
            for part in [
                "!",
                "-",
                "(",
                "[",
                "a.",
                "1+",
                "a && ",
                "a || ",
                "a == ",
                "known(",
                "a[0]",
                "rows.map(r, ",
                "rows.exists(r, ",
                "\"",
                "'",
                "\\",
                "\u{202e}",
                "\0",
                "9",
                "{",
                "? ",
                "! - ",
                "[(",
                "a && (b || ",
                "-(",
                "!(",
                ",",
                ")",
                "]",
                "日",
                "1 in [",
                "rows.filter(r, true).",
                "\"\\u",
                "a b ",
                "/",
                "//",
                "&",
                "=",
                "#",
                "1.5.",
                "r.",
                "a.b(c).d(e).",
            ] {
                survive(&repeat(part, most), &world);
                survive(&format!("{}a", repeat(part, most - 1)), &world);
                survive(&format!("a && {}", repeat(part, most - 5)), &world);
            }
        }
    });
}

/// Returns texts that use every level there is, in every way to nest, with as much beside them as fits.
fn deepest() -> Vec<String> {
    let ways = [
        ("(", ")"),
        ("[", "]"),
        ("!(", ")"),
        ("-(", ")"),
        ("known(", ")"),
        ("[1, ", "]"),
        ("a && (", ")"),
        ("(", " && a)"),
        ("known(b || ", " || b)"),
        ("1 + (", ")"),
        ("(", " + 1)"),
        ("1 in [", "]"),
        ("earliest(", ", t)"),
        ("rows.all(r, ", ")"),
        ("rows.filter(r, ", ").exists(q, a)"),
        ("[[", "]]"),
        ("size([", "])"),
        ("(", ").x"),
        ("sum([1, (", ")])"),
    ];
    let all = counts(0, 1) == 1;
    let mut texts = Vec::new();
    for (open, close) in ways {
        for levels in
            (1..=33).filter(|levels| all || [1, 7, 10, 15, 16, 30, 31, 32].contains(levels))
        {
            let core = format!("{}a{}", open.repeat(levels), close.repeat(levels));
            if scan::scan(&core).is_ok_and(|tokens| shape::check(&core, &tokens).is_empty()) {
                texts.push(core.clone());
                for joint in [" && ", " || ", ", "] {
                    let many = vec![
                        core.as_str();
                        1 + (scan::LONGEST - 2).saturating_sub(core.len())
                            / (core.len() + joint.len())
                    ];
                    let many = many.join(joint);
                    texts.push(if joint == ", " {
                        format!("[{many}]")
                    } else {
                        many
                    });
                }
            }
        }
    }
    texts
}

#[test]
fn everything_within_the_bounds_fits_a_small_stack() {
    on_small_stack(|| {
        let texts = deepest();
        let long = texts.iter().filter(|text| text.len() > 1_500).count();
        assert!(
            texts.len() > 200 && long > 100,
            "{} texts, {long} long",
            texts.len()
        );
        let world = world();
        let read = texts.iter().filter(|text| survive(text, &world)).count();
        println!(
            "FIGURE guards: deepest texts on 2 MiB tried {}, of them read {read}, overflows 0 of {}",
            texts.len(),
            texts.len()
        );
    });
}

/// Returns a random row of tokens, most of them in an order that makes no sense.
fn random_tokens(chance: &mut Chance) -> String {
    const PARTS: [&str; 40] = [
        "a",
        "b",
        "n",
        "t",
        "(",
        ")",
        "[",
        "]",
        ",",
        ".",
        "!",
        "-",
        "+",
        "*",
        "/",
        "==",
        "!=",
        "<",
        ">=",
        "&&",
        "||",
        "in",
        "1",
        "42",
        "true",
        "\"x\"",
        "'y'",
        "known(",
        "past(",
        "rows.exists(r, ",
        "r.x",
        "row",
        "applies",
        "did.notify",
        "package",
        "size",
        "lasted(",
        " ",
        "(a)",
        "1 + 1",
    ];
    let length = 1 + chance.below(9);
    (0..length)
        .map(|_| chance.pick(&PARTS))
        .collect::<Vec<_>>()
        .join(if chance.below(2) == 0 { " " } else { "" })
}

#[test]
fn what_our_scan_lets_through_the_parser_reads_too() {
    let tries = counts(20_000, 400_000);
    let mut chance = Chance(5);
    let (mut let_through, mut different) = (0, Vec::new());
    for _ in 0..tries {
        let text = random_tokens(&mut chance);
        let ours = scan::scan(&text).is_ok_and(|tokens| shape::check(&text, &tokens).is_empty());
        if ours {
            let_through += 1;
            if cel::Env::default().parser().parse(&text).is_err() {
                different.push(text);
            }
        }
    }
    println!(
        "FIGURE guards: token rows let through {let_through} of {tries}, refused by the parser {} of {let_through}",
        different.len()
    );
    assert!(different.is_empty(), "{different:?}");
    assert!(let_through > tries / 50, "{let_through} of {tries}");
}

/// Puts a word or sign of another text in the place of one.
fn exchanged(text: &str, other: &str, chance: &mut Chance) -> String {
    let (Ok(mine), Ok(theirs)) = (scan::scan(text), scan::scan(other)) else {
        return text.to_owned();
    };
    let (mine, theirs) = (
        &mine[chance.below(mine.len())].span,
        &theirs[chance.below(theirs.len())].span,
    );
    format!(
        "{}{}{}",
        &text[..mine.start],
        &other[theirs.clone()],
        &text[mine.end..]
    )
}

/// Changes a text at random places: characters swapped, doubled, dropped, inserted; parts of another text put in.
fn mutated(text: &str, other: &str, chance: &mut Chance) -> String {
    const STRANGE: [&str; 32] = [
        "(", ")", "[", "]", "{", "}", "\"", "'", "\\", ".", ",", "!", "-", "&&", "||", "=", "==",
        "?", ":", "%", "/", "0", "9", "\0", "\u{202e}", "日", "＝", "\n", "𝔘", "\u{301}", "in",
        "e5",
    ];
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..=chance.below(3) {
        let at = chance.below(characters.len() + 1);
        match chance.below(6) {
            0 if at < characters.len() => {
                characters.remove(at);
            }
            1 if at + 1 < characters.len() => characters.swap(at, at + 1),
            2 => {
                let part: Vec<char> = characters[at..]
                    .iter()
                    .copied()
                    .take(chance.below(20))
                    .collect();
                characters.splice(at..at, part);
            }
            3 => {
                let part: Vec<char> = other
                    .chars()
                    .skip(chance.below(other.len() + 1))
                    .take(chance.below(30))
                    .collect();
                characters.splice(at..at, part);
            }
            4 => characters.truncate(at),
            _ => {
                let part: Vec<char> = chance.pick(&STRANGE).chars().collect();
                characters.splice(at..at, part);
            }
        }
    }
    characters.into_iter().collect()
}

#[test]
fn mutated_guards_never_crash() {
    const GUARDS: [&str; 12] = [
        "kind == \"x\" || kind == \"y\"",
        "a && b && (n > 3 || past(t + hours(1)))",
        "rows.exists(r, r.x >= n && known(r.note))",
        "lasted(t, row.at) >= minutes(900000 / n)",
        "size(rows) > 0 && rows.all(m, known(m.on) || known(m.note))",
        "\"x\" in set && n in [1, 2, 3]",
        "past(earliest(rows.map(r, r.at)))",
        "gaps.report == 0 || unknown(did.notify)",
        "!(applies == false) && t > due.report",
        "sum(rows.map(r, r.x)) * 2 - 1 >= 10 / 3",
        "date_of(t) == d && row.kind != 'y'",
        "size(rows.filter(r, rows.exists(q, q.x == r.x))) == 1",
    ];
    on_small_stack(|| {
        let world = world();
        for text in GUARDS {
            assert!(survive(text, &world), "`{text}`");
        }
        let tries = counts(20_000, 200_000);
        let mut chance = Chance(20_231_027);
        let (mut crashes, mut read, mut parsed) = (Vec::new(), 0, 0);
        for _ in 0..tries {
            let (text, other) = (chance.pick(&GUARDS), chance.pick(&GUARDS));
            let text = match chance.below(3) {
                0 => mutated(text, other, &mut chance),
                1 => exchanged(text, other, &mut chance),
                _ => mutated(&exchanged(text, other, &mut chance), other, &mut chance),
            };
            let let_through =
                |text| scan::scan(text).is_ok_and(|tokens| shape::check(text, &tokens).is_empty());
            parsed += usize::from(let_through(&text));
            match catch_unwind(AssertUnwindSafe(|| survive(&text, &world))) {
                Ok(accepted) => read += usize::from(accepted),
                Err(_) => crashes.push(text),
            }
        }
        println!(
            "FIGURE guards: texts mutated {tries}, parsed {parsed}, still read {read}, crashes {} of {tries}",
            crashes.len()
        );
        assert!(crashes.is_empty(), "{crashes:?}");
        assert!(
            parsed > tries / 10 && read > tries / 50,
            "{parsed} and {read} of {tries}: too wild to prove much"
        );
    });
}

#[test]
fn a_reader_that_crashes_would_be_seen() {
    let planted: [fn(&str) -> bool; 2] = [
        |text| text.is_empty() || panic!("planted"),
        |text| text.as_bytes()[1_000_000] > 0,
    ];
    let caught = planted
        .iter()
        .filter(|read| catch_unwind(|| read("a && b")).is_err())
        .count();
    println!("planted {}, caught {caught}", planted.len());
    assert_eq!(caught, planted.len());
}
