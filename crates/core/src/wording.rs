//! Says whether words that somebody wrote can be kept: they say something, and what a reader sees is all that there is.
//! How long they may be and what they are about is for those who keep them.

/// On how many lines words may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// A name, an address, the key of a row: one line, without a character that nobody sees.
    One,
    /// Free text, with line feeds and tabs.
    Several,
}

/// Why words cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// Nothing that a reader sees is in them.
    Blank,
    /// They hold a character that commands a screen or hides what is written.
    Control(char),
}

/// Writes a character that cannot be shown by its number.
#[must_use]
pub fn code_point(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}

/// Returns why words cannot be kept, if they cannot.
#[must_use]
pub fn unfit(words: &str, lines: Lines) -> Option<Unfit> {
    let misplaced = |character: &char| match lines {
        Lines::One => is_invisible(*character),
        Lines::Several => {
            !matches!(character, '\n' | '\t') && (character.is_control() || reorders(*character))
        }
    };
    if let Some(character) = words.chars().find(misplaced) {
        return Some(Unfit::Control(character));
    }
    let says_nothing = |character: char| character.is_whitespace() || is_invisible(character);
    words.chars().all(says_nothing).then_some(Unfit::Blank)
}

/// Tells whether a character makes others stand in another order than they were written in.
const fn reorders(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Tells whether a reader sees nothing of a character, or sees others move: controls, bidirectional and zero width.
pub(crate) fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(character, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_can_read_is_no_name_and_no_text() {
        let planted = [
            ("", Lines::One, Unfit::Blank),
            (" \u{3000}", Lines::One, Unfit::Blank),
            ("佐藤\u{202e}花子", Lines::One, Unfit::Control('\u{202e}')),
            ("佐藤\u{200b}花子", Lines::One, Unfit::Control('\u{200b}')),
            ("佐藤\n花子", Lines::One, Unfit::Control('\n')),
            ("\n\t \u{200b}", Lines::Several, Unfit::Blank),
            ("a\u{1b}[2Jb", Lines::Several, Unfit::Control('\u{1b}')),
            ("a\rb", Lines::Several, Unfit::Control('\r')),
            ("a\u{2066}b", Lines::Several, Unfit::Control('\u{2066}')),
        ];
        let caught = planted
            .iter()
            .filter(|(words, lines, why)| unfit(words, *lines) == Some(*why))
            .count();
        println!("planted {}, caught {caught}", planted.len());
        assert_eq!(caught, planted.len());
    }

    #[test]
    fn what_people_write_can_be_kept() {
        // The third is a variant of a character as family registers have it.
        for name in ["佐藤花子", "Ana María O'Neill-Šťastný", "葛\u{e0100}城"] {
            assert_eq!(unfit(name, Lines::One), None, "{name}");
        }
        assert_eq!(unfit("one\n\ttwo 👩‍💻", Lines::Several), None);
    }
}
