//! Says what a person can be called: something that others can read, say and type.
//! Who may name whom is for `decide`.

use super::decide::SystemRejection;
use crate::wording::{Lines, Unfit, code_point, unfit};

/// Longest name or account of a person, in bytes: eighty characters of Japanese, and one line of a listing.
pub const LONGEST_PERSON_NAME: usize = 256;

/// Refuses a name or an account that nobody could read or call; absent ones are those of a decision made again.
///
/// # Errors
///
/// Returns which of the two cannot be used, and why.
pub fn check_names(name: Option<&str>, account: Option<&str>) -> Result<(), SystemRejection> {
    for (what, text) in [("words.person", name), ("words.account", account)] {
        let Some(text) = text else { continue };
        let refused = |why, detail| Err(SystemRejection::NoName { what, why, detail });
        match unfit(text, Lines::One) {
            Some(Unfit::Blank) => return refused("no_name.blank", String::new()),
            Some(Unfit::Control(character)) => {
                return refused("no_name.control", code_point(character));
            }
            None if text.len() > LONGEST_PERSON_NAME => {
                return refused("no_name.long", LONGEST_PERSON_NAME.to_string());
            }
            None => {}
        }
    }
    Ok(())
}
