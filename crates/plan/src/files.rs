//! The texts of a pack, by their place in the folder.

use std::collections::BTreeMap;

use encoding_rs::{Encoding, GB18030, UTF_8};
use sha2::{Digest, Sha256};

/// The files of a pack: path inside the folder, with `/`, and text.
#[derive(Debug, Clone, Default)]
pub struct PackFiles {
    texts: BTreeMap<String, String>,
    /// TOML files that are not UTF-8, and what they seem to be.
    unreadable: BTreeMap<String, String>,
}

impl PackFiles {
    /// Adds a file.
    pub fn insert(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.texts.insert(path.into(), text.into());
    }

    /// Adds a file as it lies on the disk. What is no text, such as a picture, stays out; a TOML file that is not UTF-8 is
    /// told of when the pack is read.
    pub fn insert_bytes(&mut self, path: impl Into<String>, bytes: &[u8]) {
        let path = path.into();
        if let Ok(text) = std::str::from_utf8(bytes) {
            self.texts.insert(path, text.to_owned());
        } else if path.ends_with(".toml") {
            self.unreadable.insert(path, encoding(bytes));
        }
    }

    /// TOML files that are not UTF-8, with the encoding each seems to have.
    pub(crate) fn unreadable(&self) -> impl Iterator<Item = (&str, &str)> {
        self.unreadable.iter().map(|(path, found)| (path.as_str(), found.as_str()))
    }

    /// The text of a file.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }

    /// The files below a folder with this ending, in the order of their names.
    pub fn below<'a>(&'a self, folder: &'a str, ending: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.texts
            .iter()
            .filter(move |(path, _)| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')) && path.ends_with(ending))
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Every path.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    /// SHA-256 over the names and texts of the files that decide judgements: everything but READMEs, tests and
    /// the plan before.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        let decides = |path: &str| !path.ends_with(".md") && !path.starts_with("tests/") && !path.starts_with("earlier/");
        for (path, text) in self.texts.iter().filter(|(path, _)| decides(path)) {
            for part in [path, text] {
                hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
                hash.update(part.as_bytes());
            }
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// What bytes that are not UTF-8 seem to be.
fn encoding(bytes: &[u8]) -> String {
    if let Some((marked, _)) = Encoding::for_bom(bytes).filter(|(marked, _)| *marked != UTF_8) {
        return marked.name().to_owned();
    }
    let gbk = GB18030.decode_without_bom_handling_and_without_replacement(bytes).is_some();
    if gbk { "GBK".to_owned() } else { "neither UTF-8 nor GBK".to_owned() }
}
