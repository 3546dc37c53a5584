//! The two languages and their catalogues. Every string a page shows is in one of them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Chinese.
    Zh,
    /// English.
    En,
}

static ZH: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| read(include_str!("../assets/i18n/zh.toml")));
static EN: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| read(include_str!("../assets/i18n/en.toml")));

fn read(text: &str) -> BTreeMap<String, String> {
    let table: toml::Table = toml::from_str(text).unwrap_or_default();
    let mut flat = BTreeMap::new();
    for (group, value) in table {
        if let toml::Value::Table(strings) = value {
            for (key, value) in strings {
                if let toml::Value::String(text) = value {
                    flat.insert(format!("{group}.{key}"), text);
                }
            }
        }
    }
    flat
}

/// The keys of both catalogues, for the test that compares them.
pub fn catalogue_keys() -> (Vec<&'static str>, Vec<&'static str>) {
    (ZH.keys().map(String::as_str).collect(), EN.keys().map(String::as_str).collect())
}

impl Lang {
    /// The word in addresses: `zh` or `en`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// The language of the `lang` attribute.
    pub const fn html(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// The other one.
    pub const fn other(self) -> Self {
        match self {
            Self::Zh => Self::En,
            Self::En => Self::Zh,
        }
    }

    /// A language by its word.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "zh" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// A string of the catalogue; the key itself where it is missing, which a test does not let happen.
    pub fn t(self, key: &'static str) -> &'static str {
        let catalogue = match self {
            Self::Zh => &*ZH,
            Self::En => &*EN,
        };
        catalogue.get(key).map_or(key, String::as_str)
    }

    /// A string whose key is put together from a word of the data, such as `outcome.pass`.
    pub fn word(self, group: &str, word: &str) -> String {
        let catalogue = match self {
            Self::Zh => &*ZH,
            Self::En => &*EN,
        };
        catalogue.get(&format!("{group}.{word}")).cloned().unwrap_or_else(|| word.to_owned())
    }

    /// A string with `{name}` filled in. `{name:one/many}` is the word that goes with the number of that name, for a
    /// language whose words change with it.
    pub fn fill(self, key: &'static str, values: &[(&str, &str)]) -> String {
        let mut text = self.t(key).to_owned();
        for (name, value) in values {
            text = text.replace(&format!("{{{name}}}"), value);
            let open = format!("{{{name}:");
            while let Some(from) = text.find(&open) {
                let Some(length) = text[from..].find('}') else { break };
                let (one, many) = text[from + open.len()..from + length].split_once('/').unwrap_or_default();
                let word = if *value == "1" { one } else { many }.to_owned();
                text.replace_range(from..=from + length, &word);
            }
        }
        text
    }

    /// The text of a pair.
    pub fn pick(self, text: &plan::Text) -> &str {
        text.get(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_goes_with_its_number() {
        for (n, expected) in [("0", "0 entries"), ("1", "1 entry"), ("2", "2 entries"), ("11", "11 entries")] {
            assert!(Lang::En.fill("register.sentence", &[("title", "Parks"), ("n", n)]).ends_with(expected), "{n}");
        }
    }
}
