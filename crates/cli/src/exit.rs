//! Says how the program ended, in the one number that scripts read.
//! The same table for people is `docs/reference/exit-codes.md`, which a test compares with this file.

use std::process::ExitCode;

/// How the program ended. A code keeps its meaning for ever; every program of ours uses the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// What was asked for was done, and nothing was found.
    Fine = 0,
    /// Something was found in what was checked, or the request was refused. Nothing was written.
    Findings = 1,
    /// The command line cannot be understood, or leaves out what cannot be guessed.
    Usage = 2,
    /// The program or what it runs on failed: a defect, a lock that was not released, no room on the disk.
    Internal = 3,
    /// There was nothing to read: no such file, no such database, no such case.
    NothingToRead = 4,
    /// It is not known: whether a command was written before the disk failed, or what an analysis would have found.
    Undecided = 5,
    /// What was verified does not satisfy the trust file.
    Untrusted = 6,
    /// More was withheld than is allowed.
    Withheld = 7,
    /// What was read is not what it should be: no database of ours, a later version's, a damaged one.
    Malformed = 8,
}

impl Exit {
    /// Every way to end, in the order of their codes.
    pub const ALL: [Self; 9] = [
        Self::Fine,
        Self::Findings,
        Self::Usage,
        Self::Internal,
        Self::NothingToRead,
        Self::Undecided,
        Self::Untrusted,
        Self::Withheld,
        Self::Malformed,
    ];

    /// Returns the code.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_lists_every_code_and_no_other() {
        let reference = include_str!("../../../docs/reference/exit-codes.md");
        let listed: Vec<u8> = reference
            .lines()
            .filter_map(|line| line.strip_prefix("| ")?.split(' ').next()?.parse().ok())
            .collect();
        let ours: Vec<u8> = Exit::ALL.into_iter().map(Exit::code).collect();
        assert_eq!(listed, ours);
    }
}
