//! Keeps the Japanese of the product to one word per concept and to one way of setting type.
//! Whether a sentence is true or reads well is left to those who read it.

use std::path::PathBuf;

use crate::cmd::repository;

/// Words that are not used, each with the one that is.
const ONE_WORD: [(&str, &str); 12] = [
    ("ダイジェスト", "ハッシュ値"),
    ("休日表", "休日暦"),
    ("標準時", "タイムゾーン"),
    ("時間帯", "タイムゾーン"),
    ("注意喚起", "督促"),
    ("提出方法", "送付手段"),
    ("提出先", "届出先"),
    ("概算値", "推計値"),
    ("期間の計算規則", "期間計算の規則"),
    ("ワークフロー", "業務フロー"),
    ("インシデント", "事案"),
    ("承認拒否", "不承認"),
];

fn is_japanese(letter: char) -> bool {
    matches!(letter, '\u{3041}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '々' | '〇')
}

/// Says what is wrong with a line of Japanese, if anything is.
fn fault(line: &str) -> Option<String> {
    if let Some((_, used)) = ONE_WORD.iter().find(|(word, _)| line.contains(word)) {
        return Some(format!("the word is {used}"));
    }
    let wide = |letter| matches!(letter, 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '０'..='９' | 'ｦ'..='ﾟ');
    if line.chars().any(wide) {
        return Some("a letter has the width of the other script".to_owned());
    }
    let pieces: Vec<&str> = line.split('`').collect();
    for (place, piece) in pieces
        .iter()
        .enumerate()
        .filter(|(place, _)| place % 2 == 0)
    {
        let touches = (place > 0 && piece.starts_with(is_japanese))
            || (place + 1 < pieces.len() && piece.ends_with(is_japanese));
        if touches {
            return Some("no space stands between a command and a word".to_owned());
        }
        let letters: Vec<char> = piece.chars().collect();
        let half = |pair: &[char]| {
            (is_japanese(pair[0]) && "(),".contains(pair[1]))
                || ("()".contains(pair[0]) && is_japanese(pair[1]))
        };
        if letters.windows(2).any(half) {
            return Some("a bracket or comma has half its width".to_owned());
        }
    }
    None
}

/// Returns every line of Japanese that was written for people: the catalogue's, and the prose of the guides.
fn lines() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut put = |path: PathBuf, lines: Vec<&str>| {
        found.extend(
            lines
                .into_iter()
                .map(|line| (path.clone(), line.to_owned())),
        );
    };
    for folder in ["crates/core/src/catalogue", "docs/guide", "docs"] {
        for entry in std::fs::read_dir(repository().join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.to_string_lossy().into_owned();
            if path.extension().is_some_and(|extension| extension == "txt") {
                let text = std::fs::read_to_string(&path).expect("a file");
                let entries = text.lines().filter_map(|line| line.split_once(".ja = "));
                put(path, entries.map(|(_, value)| value).collect());
            } else if name.ends_with(".ja.md") {
                let text = std::fs::read_to_string(&path).expect("a file");
                let prose = super::prose(&text).into_iter();
                // Where a link leads is no Japanese.
                put(path, prose.filter(|line| !line.contains("](")).collect());
            }
        }
    }
    found
}

#[test]
fn japanese_has_one_word_for_a_thing_and_one_way_of_setting_it() {
    let lines = lines();
    let wrong: Vec<String> = lines
        .iter()
        .filter_map(|(path, line)| Some(format!("{}: {line}: {}", path.display(), fault(line)?)))
        .collect();
    println!(
        "FIGURE words: Japanese lines {}, wrong 0 of {}",
        lines.len(),
        lines.len()
    );
    assert!(lines.len() > 1000, "{}", lines.len());
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn another_word_or_width_is_found() {
    let planted = [
        "ダイジェスト {digest}",
        "提出先: {recipients}",
        "`{name}`はありません",
        "役割`{name}` はありません",
        "名前(役割)",
        "名前、(役割)です",
        "期限は２日です",
        "ﾌｧｲﾙがありません",
    ];
    let caught = planted.iter().filter(|line| fault(line).is_some()).count();
    let clean = [
        "`{name}` はありません。`a(b, c)` を使えます",
        "名前（役割）。2日以内、`x`（既定）",
    ];
    assert_eq!(clean.map(fault), [None, None]);
    println!("Japanese words: planted {}, caught {caught}", planted.len());
    assert_eq!(caught, planted.len());
}
