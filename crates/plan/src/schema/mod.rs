//! What a pack's files say, word for word. A key that is not here is refused.

mod assessment;
mod desk;
mod head;
mod indicator;
mod parameter;
mod register;
mod rule;
mod task;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use toml::Spanned;

pub use assessment::*;
pub use desk::*;
pub use head::*;
pub use indicator::*;
pub use parameter::*;
pub use register::*;
pub use rule::*;
pub use task::*;

/// A text in Chinese and, where the makers of the pack gave one, in English.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Chinese.
    pub zh: String,
    /// English; empty where there is none.
    #[serde(default)]
    pub en: String,
}

impl Text {
    /// The text in a language (`zh` or `en`), Chinese where there is no English.
    pub fn get(&self, lang: &str) -> &str {
        if lang == "en" && !self.en.is_empty() { &self.en } else { &self.zh }
    }
}

/// A name that must stand for something defined in the pack; the place is kept for messages.
pub type Name = Spanned<String>;

/// A day, written as a TOML date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TomlDate(pub Date);

impl<'de> Deserialize<'de> for TomlDate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = toml::value::Datetime::deserialize(deserializer)?;
        let day = written.date.filter(|_| written.time.is_none() && written.offset.is_none());
        let day = day.ok_or_else(|| serde::de::Error::custom(format!("`{written}` is not a day (expected one such as 2017-12-31)")))?;
        let parts = (i16::try_from(day.year), i8::try_from(day.month), i8::try_from(day.day));
        let (Ok(year), Ok(month), Ok(of_month)) = parts else {
            return Err(serde::de::Error::custom(format!("`{written}` is not a day")));
        };
        Date::new(year, month, of_month).map(Self).map_err(serde::de::Error::custom)
    }
}
