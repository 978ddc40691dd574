//! Tells code from comments and literals in Rust sources, and the program from its tests.
//! It knows no more of the language than that.

/// A source split in two texts of the same lines and columns; what belongs to the other is blank.
pub(crate) struct Split {
    /// Everything but comments and literals.
    pub(crate) code: String,
    /// What stands in string and character literals.
    pub(crate) literals: String,
}

#[derive(Clone, Copy)]
enum Kind {
    Code,
    Comment,
    Literal,
}

/// Splits a source.
pub(crate) fn split(text: &str) -> Split {
    let chars: Vec<char> = text.chars().collect();
    let mut split = Split {
        code: String::new(),
        literals: String::new(),
    };
    let mut at = 0;
    while at < chars.len() {
        let (kind, length) = token(&chars[at..], at.checked_sub(1).map(|before| chars[before]));
        for &c in &chars[at..at + length] {
            let (code, literal) = match (kind, c) {
                (_, '\n') => ('\n', '\n'),
                (Kind::Code, _) => (c, ' '),
                (Kind::Comment, _) => (' ', ' '),
                (Kind::Literal, _) => (' ', c),
            };
            split.code.push(code);
            split.literals.push(literal);
        }
        at += length;
    }
    split
}

/// Returns what begins here and how many characters of it there are, at least one.
fn token(rest: &[char], before: Option<char>) -> (Kind, usize) {
    let starts = |text: &str| {
        text.chars()
            .enumerate()
            .all(|(n, c)| rest.get(n) == Some(&c))
    };
    if starts("//") {
        return (
            Kind::Comment,
            rest.iter().position(|&c| c == '\n').unwrap_or(rest.len()),
        );
    }
    if starts("/*") {
        return (Kind::Comment, block_comment(rest));
    }
    if rest[0] == '"' {
        return (Kind::Literal, quoted(rest, '"'));
    }
    // `'a'` and `'\n'` are characters, `'a` is a lifetime.
    if rest[0] == '\'' && (starts("'\\") || rest.get(2) == Some(&'\'')) {
        return (Kind::Literal, quoted(rest, '\''));
    }
    let hashes = rest[1..].iter().take_while(|&&c| c == '#').count();
    let within_a_word = before.is_some_and(|c| is_word(c) && c != 'b');
    if rest[0] == 'r' && !within_a_word && rest.get(1 + hashes) == Some(&'"') {
        let end: Vec<char> = std::iter::once('"')
            .chain(std::iter::repeat_n('#', hashes))
            .collect();
        let body = 2 + hashes;
        let length = rest[body..]
            .windows(end.len())
            .position(|window| window == end);
        return (
            Kind::Literal,
            length.map_or(rest.len(), |length| body + length + end.len()),
        );
    }
    (Kind::Code, 1)
}

fn quoted(rest: &[char], end: char) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != end {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(rest.len())
}

fn block_comment(rest: &[char]) -> usize {
    let (mut at, mut depth) = (2, 1);
    while depth > 0 && at < rest.len() {
        let step = match (rest[at], rest.get(at + 1)) {
            ('/', Some('*')) => Some(1),
            ('*', Some('/')) => Some(-1),
            _ => None,
        };
        depth += step.unwrap_or(0);
        at += if step.is_some() { 2 } else { 1 };
    }
    at.min(rest.len())
}

/// Returns a source up to its test module, which comes last.
pub(crate) fn production(text: &str) -> &str {
    let mut start = 0;
    let mut attribute = None;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_end();
        if trimmed == "#[cfg(test)]" {
            attribute = Some(start);
        } else if !trimmed.starts_with("#[") {
            if let Some(attribute) =
                attribute.filter(|_| trimmed.starts_with("mod ") && trimmed.ends_with('{'))
            {
                return &text[..attribute];
            }
            attribute = None;
        }
        start += line.len();
    }
    text
}

/// Returns the lines, counted from 1, where words stand in code; a word's ends are no letters.
pub(crate) fn lines_with(code: &str, words: &str) -> Vec<usize> {
    let mut found = Vec::new();
    for (index, line) in code.lines().enumerate() {
        if line
            .match_indices(words)
            .any(|(at, _)| stands_alone(line, at, words))
        {
            found.push(index + 1);
        }
    }
    found
}

fn stands_alone(line: &str, at: usize, words: &str) -> bool {
    let (before, after) = (
        line[..at].chars().next_back(),
        line[at + words.len()..].chars().next(),
    );
    let joins = |inside: Option<char>, outside: Option<char>| {
        inside.is_some_and(is_word) && outside.is_some_and(is_word)
    };
    !joins(words.chars().next(), before) && !joins(words.chars().next_back(), after)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[test]
fn comments_and_literals_are_no_code() {
    let text = "a // b \"c\n/* d /* e */ f */ g(\"h\\\" i\", r#\"j\" k\"#, 'l', '\\'', b\"m\") <'n> for \"o";
    let split = split(text);
    let words = |text: &str| {
        text.split(|c| !is_word(c))
            .filter(|word| !word.is_empty())
            .collect::<String>()
    };
    assert_eq!(words(&split.code), "agbnfor");
    assert_eq!(words(&split.literals), "hirjklmo");
    assert_eq!(split.code.lines().count(), 2);
}

#[test]
fn a_source_ends_where_its_tests_begin() {
    assert_eq!(production("a\n#[cfg(test)]\nmod tests {\n b\n}\n"), "a\n");
    assert_eq!(
        production("a\n#[cfg(test)]\n#[expect(x)]\nmod tests {\n"),
        "a\n"
    );
    for whole in [
        "#[cfg(test)]\nmod tests;\nfn a() {}\n",
        "#[cfg(test)]\nuse b;\nmod c {}\n",
        "",
    ] {
        assert_eq!(production(whole), whole);
    }
}

#[test]
fn a_word_is_found_whole() {
    assert_eq!(
        lines_with("brand\nrand::x\nrandom\n\na rand", "rand"),
        [2, 5]
    );
    assert_eq!(lines_with("eprintln!()\nprintln!()", "println!"), [2]);
}
