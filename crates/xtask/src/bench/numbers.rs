//! Medians and how figures are written: the median first, then the smallest and the largest round.

use std::fmt;

/// Returns the middle one; of an even number the upper of the two in the middle.
///
/// # Panics
///
/// Panics if there is none.
pub(super) fn median(of: &[f64]) -> f64 {
    quantile(of, 0.5)
}

/// Returns the value below which a share of them lies.
///
/// # Panics
///
/// Panics if there is none.
pub(super) fn quantile(of: &[f64], share: f64) -> f64 {
    let mut sorted = of.to_vec();
    sorted.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place among some thousands"
    )]
    let place = (sorted.len() as f64 * share) as usize;
    sorted[place.min(sorted.len() - 1)]
}

/// Returns how many there are in a second.
#[expect(clippy::cast_precision_loss, reason = "some millions")]
pub(super) fn per_second(count: usize, seconds: f64) -> f64 {
    count as f64 / seconds
}

/// One figure over some rounds.
pub(super) struct Figure<'a> {
    name: &'a str,
    unit: &'a str,
    rounds: &'a [f64],
}

impl<'a> Figure<'a> {
    /// Makes one of a value for each round.
    pub(super) const fn new(name: &'a str, unit: &'a str, rounds: &'a [f64]) -> Self {
        Self { name, unit, rounds }
    }
}

impl fmt::Display for Figure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = usize::from(median(self.rounds) < 100.0) * 2;
        write!(
            f,
            "{} {:.places$} {} ({:.places$} to {:.places$})",
            self.name,
            median(self.rounds),
            self.unit,
            quantile(self.rounds, 0.0),
            quantile(self.rounds, 1.0),
        )
    }
}
