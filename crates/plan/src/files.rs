//! The texts of a pack, by their place in the folder.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

/// The files of a pack: path inside the folder, with `/`, and text.
#[derive(Debug, Clone, Default)]
pub struct PackFiles(BTreeMap<String, String>);

impl PackFiles {
    /// Adds a file.
    pub fn insert(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.0.insert(path.into(), text.into());
    }

    /// The text of a file.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// The files below a folder with this ending, in the order of their names.
    pub fn below<'a>(&'a self, folder: &'a str, ending: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0
            .iter()
            .filter(move |(path, _)| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')) && path.ends_with(ending))
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Every path.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// SHA-256 over the names and texts of the files that decide judgements: everything but READMEs and tests.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for (path, text) in self.0.iter().filter(|(path, _)| !path.ends_with(".md") && !path.starts_with("tests/")) {
            for part in [path, text] {
                hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
                hash.update(part.as_bytes());
            }
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
