//! Reads, in what tests print, the lines that say what was measured and which planted faults were caught.
//! Running the tests is left to `test.rs` and `prove.rs`.
//!
//! The convention, anywhere in a line of a test's standard output:
//!
//! - `FIGURE name: text` is a measured figure, for instance `FIGURE due dates: 50000 starts, 0 mismatches`;
//! - `planted N, caught N` says that a check was given N faults and found that many; a name may stand before it.
//!   Two different numbers fail the run, whatever the test itself concluded.

use std::collections::BTreeSet;

use anyhow::ensure;

/// What the tests of one run said about themselves.
#[derive(Default)]
pub(crate) struct Evidence {
    /// Every `FIGURE` line, from its name on.
    pub(crate) figures: Vec<String>,
    /// Every `planted N, caught N` line, each once: a runner may repeat a test's output in its summary.
    pub(crate) plantings: BTreeSet<String>,
}

impl Evidence {
    /// Adds what the lines of an output say.
    pub(crate) fn read(&mut self, output: &str) {
        for line in output.lines() {
            if let Some((_, figure)) = line.split_once("FIGURE ") {
                self.figures.push(figure.trim().to_owned());
            }
            if counts(line).is_some() {
                self.plantings.insert(line.trim().to_owned());
            }
        }
    }

    /// Returns the plantings that were not all caught.
    pub(crate) fn missed(&self) -> Vec<&str> {
        let lines = self.plantings.iter().map(String::as_str);
        lines
            .filter(|line| counts(line).is_some_and(|(planted, caught)| planted != caught))
            .collect()
    }

    /// Returns the sum of a whole run's plantings, or an error if some were missed or none was read.
    pub(crate) fn verdict(&self) -> anyhow::Result<String> {
        let missed = self.missed();
        ensure!(
            missed.is_empty(),
            "planted faults went unnoticed:\n{}",
            missed.join("\n")
        );
        ensure!(
            !self.plantings.is_empty(),
            "no test said `planted N, caught N`: their output was not read"
        );
        let sum: u64 = self
            .plantings
            .iter()
            .filter_map(|line| counts(line))
            .map(|(planted, _)| planted)
            .sum();
        Ok(format!(
            "{sum} planted faults caught by {} checks",
            self.plantings.len()
        ))
    }
}

/// Returns the two numbers of `planted N, caught M`.
fn counts(line: &str) -> Option<(u64, u64)> {
    let (_, rest) = line.split_once("planted ")?;
    let (planted, rest) = rest.split_once(", caught ")?;
    let digits = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    Some((planted.parse().ok()?, rest[..digits].parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(output: &str) -> Evidence {
        let mut evidence = Evidence::default();
        evidence.read(output);
        evidence
    }

    #[test]
    fn an_uncaught_fault_fails_the_run() {
        let faults = [
            "planted 3, caught 2",
            "test guards ... guards: planted 4, caught 0.",
            "    tidy: planted 2, caught 3",
            "nothing was planted",
        ];
        let caught = faults
            .iter()
            .filter(|text| evidence(text).verdict().is_err())
            .count();
        println!("evidence: planted {}, caught {caught}", faults.len());
        assert_eq!(caught, faults.len());
    }

    #[test]
    fn caught_faults_are_summed_and_a_repeated_line_counts_once() {
        let read = evidence(
            "a: planted 3, caught 3\n  b: planted 2, caught 2 (of 9)\n a: planted 3, caught 3\n",
        );
        assert_eq!(
            read.verdict().expect("all caught"),
            "5 planted faults caught by 2 checks"
        );
    }

    #[test]
    fn figures_are_read_after_the_runner_s_own_words() {
        let read = evidence("FIGURE due dates: 50000\ntest x ... FIGURE texts: 200000 \n");
        assert_eq!(read.figures, ["due dates: 50000", "texts: 200000"]);
    }
}
