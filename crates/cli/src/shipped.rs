//! Holds the workflow files that come with the program.
//! Their scenarios stay in the repository; publishing is `init`'s business.

use crate::files::Text;

/// What the shipped files are called in messages and bundles, before their path.
pub(crate) const PREFIX: &str = "tsuho:";

macro_rules! shipped {
    ($($path:literal),+ $(,)?) => {
        &[$(($path, include_str!(concat!("../../../workflows/", $path)))),+]
    };
}

/// Path below `workflows` and text of every shipped file.
const FILES: &[(&str, &str)] = shipped![
    "incident-report.yaml",
    "jp-appi-breach.yaml",
    "jp-mic-guidance.yaml",
    "jp-tba-near-miss.yaml",
    "jp-tba-secrecy-leak.yaml",
    "jp-tba-serious-accident.yaml",
    "library/incident.yaml",
    "library/jp.yaml",
];

/// Returns every shipped file.
pub(crate) fn files() -> Vec<Text> {
    let files = FILES.iter().map(|(path, text)| Text {
        name: format!("{PREFIX}{path}"),
        bytes: text.as_bytes().to_vec(),
    });
    files.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::{Path, PathBuf};

    #[test]
    fn every_workflow_file_of_the_repository_is_shipped() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../workflows");
        let found =
            crate::files::read_yaml(std::slice::from_ref(&folder)).expect("the folder can be read");
        let mut found: Vec<String> = found
            .iter()
            .filter(|file| !file.name.ends_with(".test.yaml"))
            .map(|file| {
                let path = PathBuf::from(&file.name);
                let below = path.strip_prefix(&folder).expect("it was found there");
                below.display().to_string()
            })
            .collect();
        found.sort();
        let shipped: Vec<&str> = FILES.iter().map(|(path, _)| *path).collect();
        assert_eq!(found, shipped);
    }

    #[test]
    fn what_is_shipped_has_no_finding() {
        let files = files();
        let given: Vec<(&str, &[u8])> = files
            .iter()
            .map(|file| (file.name.as_str(), file.bytes.as_slice()))
            .collect();
        let compiled = tsuho_core::workflow::compile::workspace(&given);
        assert_eq!(compiled.findings.into_sorted(), []);
        assert_eq!(compiled.workflows.len(), compiled.names.len());
    }
}
