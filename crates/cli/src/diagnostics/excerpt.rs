//! Cuts the lines around a place out of a text, with spans that the excerpts' renderer can draw: it panics on a span
//! that lies outside its text or cuts a character in two, and reads the whole of what it is given for each finding.
//! What is drawn is decided by the parent.

use std::ops::Range;

/// Most bytes of an excerpt: a place may be a whole file, and one line of it a megabyte.
const MOST_BYTES: usize = 4_096;

/// Some whole lines of a text, or less where they are too long to be read.
#[derive(Debug)]
pub(super) struct Excerpt<'t> {
    text: &'t str,
    range: Range<usize>,
    first_line: usize,
    extent: Extent,
}

/// How much of its lines an excerpt shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Whole lines.
    Lines,
    /// A piece of a line that is too long.
    Piece,
}

impl<'t> Excerpt<'t> {
    /// Cuts out the lines of a place, and of others where they are near.
    pub(super) fn around<'s>(
        text: &'t str,
        span: &Range<usize>,
        others: impl Iterator<Item = &'s Range<usize>>,
    ) -> Self {
        let place = snap(text, span);
        let lines = |span: &Range<usize>| line_start(text, span.start)..line_end(text, span.end);
        let mut range = lines(&place);
        for other in others {
            let other = lines(&snap(text, other));
            let both = range.start.min(other.start)..range.end.max(other.end);
            if both.len() <= MOST_BYTES {
                range = both;
            }
        }
        if range.len() > MOST_BYTES {
            let around = place.start.saturating_sub(MOST_BYTES / 2)..place.start + MOST_BYTES / 2;
            range = snap(
                text,
                &(range.start.max(around.start)..range.end.min(around.end)),
            );
        }
        Self {
            text: &text[range.clone()],
            first_line: 1 + text[..range.start].matches('\n').count(),
            extent: if range.start == line_start(text, range.start) {
                Extent::Lines
            } else {
                Extent::Piece
            },
            range,
        }
    }

    /// Returns the text.
    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    /// Tells how much of its first line it shows.
    pub(super) fn extent(&self) -> Extent {
        self.extent
    }

    /// Returns the number of its first line, from 1.
    pub(super) fn first_line(&self) -> usize {
        self.first_line
    }

    /// Tells whether all of a place is shown.
    pub(super) fn holds(&self, span: &Range<usize>) -> bool {
        self.range.start <= span.start && span.end <= self.range.end
    }

    /// Returns where in the excerpt a place of the whole text is, as far as it is shown.
    pub(super) fn within(&self, span: &Range<usize>) -> Range<usize> {
        let moved = |at: usize| at.saturating_sub(self.range.start);
        snap(self.text, &(moved(span.start)..moved(span.end)))
    }
}

/// Returns the span moved into the text and to the bounds of characters.
pub(super) fn snap(text: &str, span: &Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start);
    let end = text.ceil_char_boundary(span.end.min(text.len()).max(start));
    start..end
}

/// Returns where the line of a position begins.
fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |feed| feed + 1)
}

/// Returns where the line of a position ends, before its line feed.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |feed| at + feed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
    use proptest::prelude::*;

    /// Draws a place in a text, in the way that panics on what it cannot draw.
    fn draw(text: &str, span: &Range<usize>, label: &Range<usize>) -> String {
        let excerpt = Excerpt::around(text, span, std::iter::once(label));
        let snippet = Snippet::source(excerpt.text())
            .line_start(excerpt.first_line())
            .path("file.yaml")
            .annotation(AnnotationKind::Primary.span(excerpt.within(span)))
            .annotation(
                AnnotationKind::Context
                    .span(excerpt.within(label))
                    .label("here"),
            );
        Renderer::plain().render(&[Level::ERROR.primary_title("wrong").element(snippet)])
    }

    fn texts() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[a-z: ]{0,12}",
            Just("\n".to_owned()),
            Just("\r\n".to_owned()),
            Just("通信の秘密".to_owned()),
            Just("e\u{301}\u{200d}\u{1f600}\t\0\u{85}\u{2028}\u{1b}[2J".to_owned()),
            Just("x".repeat(5_000)),
        ];
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn every_place_of_every_text_can_be_drawn(
            text in texts(),
            span in any::<[u16; 2]>(),
            label in any::<[u16; 2]>(),
        ) {
            let range = |[start, end]: [u16; 2]| usize::from(start) % 12_000..usize::from(end) % 12_000;
            prop_assert!(draw(&text, &range(span), &range(label)).contains("wrong"));
        }

        #[test]
        fn a_place_that_is_sound_and_short_stays_what_it_is(text in texts(), at in any::<usize>()) {
            let start = text.floor_char_boundary(at % (text.len() + 1));
            let end = text.ceil_char_boundary((start + 3).min(text.len()));
            prop_assert_eq!(snap(&text, &(start..end)), start..end);
            let excerpt = Excerpt::around(&text, &(start..end), std::iter::empty());
            let within = excerpt.within(&(start..end));
            prop_assert_eq!(&excerpt.text()[within], &text[start..end]);
        }
    }

    #[test]
    fn spans_that_the_renderer_cannot_draw_are_mended() {
        let planted = [
            (3, 1),
            (1, 2),
            (0, 99),
            (98, 99),
            (usize::MAX, 0),
            (2, usize::MAX),
        ];
        let text = "é\n通";
        let caught = planted
            .into_iter()
            .filter(|(start, end)| text.get(*start..*end).is_none())
            .filter(|(start, end)| text.get(snap(text, &(*start..*end))).is_some())
            .count();
        println!("planted {}, caught {caught}", planted.len());
        assert_eq!(caught, planted.len());
    }
}
