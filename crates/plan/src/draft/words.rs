//! The words by which a plan document is read: `data/draft.toml`, parsed once.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/draft.toml")).expect("data/draft.toml is sound: a test of this crate reads it")
});

static KNOWN: LazyLock<BTreeMap<String, &'static Department>> = LazyLock::new(|| {
    let mut known = BTreeMap::new();
    for department in &words().department {
        for stem in &department.stems {
            known.extend(words().people.endings.iter().map(|ending| (format!("{stem}{ending}"), department)));
        }
        known.extend(department.names.iter().map(|name| (name.clone(), department)));
    }
    known
});

/// The words.
pub(super) fn words() -> &'static Words {
    &WORDS
}

/// The department of which this is a name.
pub(super) fn known(name: &str) -> Option<&'static Department> {
    KNOWN.get(name).copied()
}

/// Words of one kind, the longest first, so that the longest fits.
#[derive(Debug, Deserialize)]
#[serde(from = "Vec<String>")]
pub(super) struct List(Vec<String>);

impl From<Vec<String>> for List {
    fn from(mut words: Vec<String>) -> Self {
        words.sort_by_key(|word| Reverse(word.len()));
        Self(words)
    }
}

impl List {
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The word that the text begins with.
    pub(super) fn at_start(&self, text: &str) -> Option<&str> {
        self.iter().find(|word| text.starts_with(*word))
    }

    /// The word that the text ends with.
    pub(super) fn at_end(&self, text: &str) -> Option<&str> {
        self.iter().find(|word| text.ends_with(*word))
    }

    /// Whether one of the words stands anywhere in the text.
    pub(super) fn within(&self, text: &str) -> bool {
        self.iter().any(|word| text.contains(word))
    }

    /// Whether the text is one of the words.
    pub(super) fn holds(&self, text: &str) -> bool {
        self.iter().any(|word| word == text)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub(super) headings: Headings,
    pub(super) people: People,
    pub(super) department: Vec<Department>,
    pub(super) dates: Dates,
    pub(super) targets: Targets,
    pub(super) duties: Duties,
    pub(super) consequence: Vec<Act>,
    pub(super) triggers: Triggers,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Headings {
    pub(super) measures: List,
    pub(super) containers: List,
    pub(super) context: List,
    pub(super) goals: List,
    pub(super) indicators: List,
    pub(super) guiding: List,
    pub(super) title_labels: List,
    pub(super) titles: List,
    pub(super) safeguards: List,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct People {
    pub(super) lead_words: List,
    pub(super) lead_words_unsure: List,
    pub(super) participant_words: List,
    pub(super) assist_words: List,
    pub(super) lead_labels: List,
    pub(super) participant_labels: List,
    pub(super) assist_labels: List,
    pub(super) responsible_labels: List,
    pub(super) fillers: List,
    pub(super) everywhere: List,
    pub(super) closers: List,
    pub(super) first_leads: List,
    pub(super) prefixes: List,
    pub(super) endings: List,
    pub(super) suffixes: List,
    pub(super) short: List,
    pub(super) higher: List,
    pub(super) ordinary: List,
    pub(super) not_in_names: String,
}

/// A department as every city has one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Department {
    pub(super) id: String,
    #[serde(default)]
    pub(super) stems: Vec<String>,
    #[serde(default)]
    pub(super) names: Vec<String>,
    pub(super) en: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Dates {
    pub(super) until: List,
    pub(super) since: List,
    pub(super) compared: List,
    pub(super) ends: List,
    pub(super) begins: List,
    pub(super) linking: List,
    pub(super) neither: List,
    pub(super) month_ends: List,
    pub(super) halves: List,
    pub(super) aim: List,
    pub(super) basically: List,
    pub(super) about: List,
    pub(super) elsewhere: List,
    pub(super) verbs: List,
    pub(super) nominal: List,
    pub(super) strong: List,
    pub(super) fresh: List,
    pub(super) negative: List,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Targets {
    pub(super) reach: List,
    pub(super) within: List,
    pub(super) at_least: List,
    pub(super) at_most: List,
    pub(super) about: List,
    pub(super) units: List,
    pub(super) shares: List,
    pub(super) class_words: List,
    pub(super) classes: Vec<String>,
    pub(super) coefficients: List,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Duties {
    pub(super) yearly: List,
    pub(super) half_yearly: List,
    pub(super) quarterly: List,
    pub(super) monthly: List,
    pub(super) regular: List,
    pub(super) event: List,
    pub(super) once: List,
    pub(super) verbs: List,
    pub(super) publish: List,
}

/// An act that follows from a failure, and the words for it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Act {
    pub(super) action: String,
    pub(super) words: List,
    pub(super) sure: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Triggers {
    pub(super) begins: List,
    pub(super) ends: List,
}

#[cfg(test)]
mod tests {
    use super::{known, words};

    #[test]
    fn the_words_are_sound_and_a_name_is_a_stem_and_an_ending() {
        assert!(!words().department.is_empty());
        assert_eq!(known("环保局").unwrap().id, "environment");
        assert_eq!(known("人民银行").unwrap().id, "central_bank");
        assert!(known("布局").is_none());
    }

    #[test]
    fn the_longest_word_fits_first() {
        assert_eq!(words().dates.ends.at_start("年底前完成"), Some("年底前"));
        assert_eq!(words().people.lead_words.at_end("环保局牵头负责"), Some("牵头负责"));
    }
}
