//! Draws the random bytes of which ids and salts are made.
//! What an id means is for `tsuho-core`, what a salt is for is said in `tsuho-ledger`.

use std::fmt::{self, Debug, Formatter};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use tsuho_ledger::{Digest, Salt};

/// A source of bytes that nobody can foresee.
pub trait Chance: Debug + Send + Sync {
    /// Fills the bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// How many bytes are drawn from the operating system at once: a command takes some two hundred in small pieces, and each
/// question costs more than its bytes.
const AT_ONCE: usize = 4096;

/// The operating system's chance.
#[derive(Default)]
pub struct SystemChance(Mutex<Drawn>);

/// Bytes that were drawn and that nobody was given yet.
struct Drawn {
    bytes: [u8; AT_ONCE],
    given: usize,
}

impl Default for Drawn {
    fn default() -> Self {
        Self {
            bytes: [0; AT_ONCE],
            given: AT_ONCE,
        }
    }
}

impl Drawn {
    /// Gives bytes and forgets them.
    fn give(&mut self, to: &mut [u8]) {
        if self.bytes.len() - self.given < to.len() {
            draw(&mut self.bytes);
            self.given = 0;
        }
        let next = &mut self.bytes[self.given..][..to.len()];
        to.copy_from_slice(next);
        // Who reads our memory later finds no salt of a part that was erased.
        next.fill(0);
        self.given += to.len();
    }
}

impl Chance for SystemChance {
    fn fill(&self, bytes: &mut [u8]) {
        if bytes.len() > AT_ONCE {
            return draw(bytes);
        }
        let mut drawn = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        drawn.give(bytes);
    }
}

impl Debug for SystemChance {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        // Never what nobody may foresee.
        f.write_str("SystemChance")
    }
}

fn draw(bytes: &mut [u8]) {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that draws real chance; everything else is given a `Chance`"
    )]
    let filled = getrandom::fill(bytes);
    // A record whose salts can be guessed protects nobody; there is nothing to fall back to.
    filled.expect("an operating system that runs us has a source of chance");
}

/// A source that gives the same bytes for the same seed: for tests, and for the demonstration, which prints the same
/// ids every time. Never for a real installation, because who knows the seed can guess erased parts.
#[derive(Debug)]
pub struct SeededChance {
    seed: Digest,
    drawn: AtomicU64,
}

impl SeededChance {
    /// Makes a source of a seed.
    #[must_use]
    pub fn new(seed: &str) -> Self {
        Self {
            seed: Digest::of(seed.as_bytes()),
            drawn: AtomicU64::new(0),
        }
    }
}

impl Chance for SeededChance {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let number = self.drawn.fetch_add(1, Ordering::Relaxed);
            let block = Digest::of_all(&[self.seed.as_bytes(), &number.to_be_bytes()]);
            chunk.copy_from_slice(&block.as_bytes()[..chunk.len()]);
        }
    }
}

/// Draws a salt.
pub(crate) fn salt(chance: &dyn Chance) -> Salt {
    let mut bytes = [0; 32];
    chance.fill(&mut bytes);
    Salt::from_bytes(bytes)
}

/// Draws the bytes of an id.
pub(crate) fn id(chance: &dyn Chance) -> [u8; 16] {
    let mut bytes = [0; 16];
    chance.fill(&mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_bytes_again_and_never_twice_in_a_row() {
        let (one, other) = (SeededChance::new("a"), SeededChance::new("a"));
        let drawn: Vec<[u8; 16]> = (0..100).map(|_| id(&one)).collect();
        let again: Vec<[u8; 16]> = (0..100).map(|_| id(&other)).collect();
        assert_eq!(drawn, again);
        let distinct: std::collections::BTreeSet<_> = drawn.iter().collect();
        assert_eq!(distinct.len(), 100);
        assert_ne!(id(&SeededChance::new("b")), drawn[0]);
    }

    #[test]
    fn the_systems_chance_does_not_repeat_itself_though_it_is_drawn_in_pages() {
        let chance = SystemChance::default();
        let drawn: Vec<[u8; 16]> = (0..10_000).map(|_| id(&chance)).collect();
        let distinct: std::collections::BTreeSet<_> = drawn.iter().collect();
        assert_eq!(distinct.len(), drawn.len());
        assert_ne!(drawn[0], id(&SystemChance::default()));
    }

    #[test]
    fn what_was_given_is_forgotten_and_of_any_length() {
        let chance = SystemChance::default();
        for length in [1, 31, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 3 * AT_ONCE] {
            let (mut one, mut other) = (vec![0; length], vec![0; length]);
            chance.fill(&mut one);
            chance.fill(&mut other);
            assert!(length < 8 || one != other, "{length}");
            assert!(length < 64 || one.iter().any(|byte| *byte != one[0]));
            let drawn = chance.0.lock().expect("nobody panicked");
            assert!(drawn.bytes[..drawn.given].iter().all(|byte| *byte == 0));
        }
    }
}
