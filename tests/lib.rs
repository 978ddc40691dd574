//! What the black-box tests share.
//! The tests themselves are in `tests/it`.

/// Returns how often a test repeats itself: `small` in every run, `full` in `cargo xtask prove`.
///
/// # Panics
///
/// If `TSUHO_COUNTS` is set to another word than `small` or `full`, since a misspelt proof proves little.
#[must_use]
pub fn count(small: usize, full: usize) -> usize {
    match std::env::var("TSUHO_COUNTS").as_deref() {
        Ok("full") => full,
        Ok("small") | Err(std::env::VarError::NotPresent) => small,
        Ok(other) => panic!("TSUHO_COUNTS is `small` or `full`, not `{other}`"),
        Err(error) => panic!("TSUHO_COUNTS: {error}"),
    }
}
