//! Computes with exact fractions, because `/` is exact (E4); what leaves the range is no number.
//! Floats would make a threshold depend on how it is written.

use std::cmp::Ordering;

use crate::value::LARGEST_INTEGER;

/// A fraction in lowest terms, its denominator positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ratio {
    over: i128,
    under: i128,
}

impl Ratio {
    /// Makes a whole number.
    pub(super) const fn whole(number: i64) -> Self {
        Self {
            over: number as i128,
            under: 1,
        }
    }

    /// Returns the number if it is whole and a fact could hold it.
    pub(super) fn integer(self) -> Option<i64> {
        let number = i64::try_from(self.over).ok()?;
        (self.under == 1 && number.abs() <= LARGEST_INTEGER).then_some(number)
    }

    /// Returns the greatest whole number of `unit`s times this fraction: cut down, also below zero.
    pub(super) fn floor_of(self, unit: i64) -> Option<i64> {
        let product = self.over.checked_mul(i128::from(unit))?;
        i64::try_from(product.div_euclid(self.under)).ok()
    }

    pub(super) fn plus(self, other: Self) -> Option<Self> {
        let left = self.over.checked_mul(other.under)?;
        let right = other.over.checked_mul(self.under)?;
        Self::reduced(
            left.checked_add(right)?,
            self.under.checked_mul(other.under)?,
        )
    }

    pub(super) fn minus(self, other: Self) -> Option<Self> {
        self.plus(other.negated()?)
    }

    pub(super) fn times(self, other: Self) -> Option<Self> {
        Self::reduced(
            self.over.checked_mul(other.over)?,
            self.under.checked_mul(other.under)?,
        )
    }

    /// Divides; `None` by zero and beyond the range.
    pub(super) fn divided_by(self, other: Self) -> Option<Self> {
        Self::reduced(
            self.over.checked_mul(other.under)?,
            self.under.checked_mul(other.over)?,
        )
    }

    pub(super) fn negated(self) -> Option<Self> {
        Some(Self {
            over: self.over.checked_neg()?,
            under: self.under,
        })
    }

    pub(super) const fn is_zero(self) -> bool {
        self.over == 0
    }

    /// Compares; `None` where the comparison itself leaves the range.
    pub(super) fn compare(self, other: Self) -> Option<Ordering> {
        let left = self.over.checked_mul(other.under)?;
        let right = other.over.checked_mul(self.under)?;
        Some(left.cmp(&right))
    }

    /// Brings a fraction to lowest terms; `None` over zero.
    fn reduced(over: i128, under: i128) -> Option<Self> {
        if under == 0 || over == i128::MIN || under == i128::MIN {
            return None;
        }
        let (mut common, mut rest) = (over.abs(), under.abs());
        while rest != 0 {
            (common, rest) = (rest, common % rest);
        }
        Some(Self {
            over: over / common * under.signum(),
            under: under.abs() / common,
        })
    }
}
