//! Quantities with their units. A unit without a rule is refused, never guessed.

use serde::Deserialize;

/// A number with its unit, as a register or a file gives it: `5.2 km`, `0.15 1/d`, `3 万m³/d`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub struct Quantity {
    value: f64,
    unit: String,
}

/// What kind of thing is measured, and with it the unit the crate works in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// In m.
    Length,
    /// In m².
    Area,
    /// In m³.
    Volume,
    /// In m/s.
    Velocity,
    /// In m³/s.
    Flow,
    /// In mg/L, which is g/m³.
    Concentration,
    /// In g/s.
    Load,
    /// In 1/d.
    Rate,
}

/// Text that is no number with a unit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no number with a unit, expected something like `5.2 km`")]
pub struct UnknownQuantity(String);

/// A unit that does not measure what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unit `{found}` is unknown here, expected one of {expected}")]
pub struct WrongUnit {
    /// The unit as written.
    pub found: String,
    /// The units that would do.
    pub expected: String,
}

impl Quantity {
    /// A number with its unit.
    pub fn new(value: f64, unit: &str) -> Self {
        Self { value, unit: unit.to_owned() }
    }

    /// Reads `5.2 km`. A unit that begins with a digit, such as `1/d`, needs the space.
    pub fn parse(text: &str) -> Result<Self, UnknownQuantity> {
        let refused = || UnknownQuantity(text.to_owned());
        let text = text.trim();
        let end = text.find(|c: char| !(c.is_ascii_digit() || "+-.eE".contains(c))).unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        let value: f64 = number.parse().map_err(|_| refused())?;
        let unit = unit.trim();
        if !value.is_finite() || unit.is_empty() {
            return Err(refused());
        }
        Ok(Self::new(value, unit))
    }

    /// The number as written.
    pub fn value(&self) -> f64 {
        self.value
    }

    /// The unit as written.
    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// The number in the unit the crate works in.
    pub fn base(&self, dimension: Dimension) -> Result<f64, WrongUnit> {
        let plain = plain(&self.unit);
        for (unit, factor) in dimension.units() {
            if *unit == plain {
                return Ok(self.value * factor);
            }
        }
        let expected = dimension.units().iter().map(|(unit, _)| *unit).collect::<Vec<_>>().join(", ");
        Err(WrongUnit { found: self.unit.clone(), expected })
    }
}

impl TryFrom<String> for Quantity {
    type Error = UnknownQuantity;

    fn try_from(text: String) -> Result<Self, UnknownQuantity> {
        Self::parse(&text)
    }
}

impl Dimension {
    /// The units that are known, each with what one of it is in the first. A year has 365 days; a tonne of water is a m³.
    fn units(self) -> &'static [(&'static str, f64)] {
        match self {
            Dimension::Length => &[("m", 1.0), ("km", 1e3)],
            Dimension::Area => &[("m2", 1.0), ("hm2", 1e4), ("km2", 1e6)],
            Dimension::Volume => &[("m3", 1.0), ("10^4m3", 1e4), ("10^6m3", 1e6), ("10^8m3", 1e8)],
            Dimension::Velocity => &[("m/s", 1.0), ("km/h", 1.0 / 3.6), ("km/d", 1.0 / 86.4), ("m/d", 1.0 / 86_400.0)],
            Dimension::Flow => &[
                ("m3/s", 1.0),
                ("L/s", 1e-3),
                ("m3/d", 1.0 / 86_400.0),
                ("10^4m3/d", 1e4 / 86_400.0),
                ("10^4t/d", 1e4 / 86_400.0),
                ("10^4m3/a", 1e4 / 31_536_000.0),
                ("10^8m3/a", 1e8 / 31_536_000.0),
            ],
            Dimension::Concentration => &[("mg/L", 1.0), ("g/m3", 1.0), ("mg/m3", 1e-3), ("ug/L", 1e-3)],
            Dimension::Load => &[("g/s", 1.0), ("kg/d", 1.0 / 86.4), ("t/d", 1.0 / 0.0864), ("t/a", 1.0 / 31.536)],
            Dimension::Rate => &[("1/d", 1.0), ("/d", 1.0), ("1/h", 24.0), ("1/s", 86_400.0)],
        }
    }
}

/// The unit in the letters of the tables above.
fn plain(unit: &str) -> String {
    let mut plain = String::with_capacity(unit.len());
    for letter in unit.chars().filter(|letter| !letter.is_whitespace()) {
        match letter {
            '²' => plain.push('2'),
            '³' => plain.push('3'),
            '⁴' => plain.push_str("^4"),
            '⁶' => plain.push_str("^6"),
            '⁸' => plain.push_str("^8"),
            '万' => plain.push_str("10^4"),
            '亿' => plain.push_str("10^8"),
            'μ' | 'µ' => plain.push('u'),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_read_as_they_are_written_in_registers() {
        let cases = [
            ("5.2 km", Dimension::Length, 5200.0),
            ("5.2km", Dimension::Length, 5200.0),
            ("8.64 万m³/d", Dimension::Flow, 1.0),
            ("0.31536 亿m³/a", Dimension::Flow, 1.0),
            ("1e-5 1/s", Dimension::Rate, 0.864),
            ("0.15/d", Dimension::Rate, 0.15),
            ("250 µg/L", Dimension::Concentration, 0.25),
            ("31.536 t/a", Dimension::Load, 1.0),
            ("1.5 10⁴m³", Dimension::Volume, 15_000.0),
        ];
        for (text, dimension, expected) in cases {
            let found = Quantity::parse(text).unwrap().base(dimension).unwrap();
            assert!((found - expected).abs() <= 1e-12 * expected, "{text}: {found}");
        }
    }

    #[test]
    fn a_unit_of_another_kind_is_refused_with_those_that_would_do() {
        let wrong = Quantity::parse("5.2 s").unwrap().base(Dimension::Length).unwrap_err();
        assert_eq!(wrong.to_string(), "unit `s` is unknown here, expected one of m, km");
        assert!(Quantity::parse("5.2").is_err());
        assert!(Quantity::parse("km").is_err());
        assert!(Quantity::parse("1e999 m").is_err());
    }
}
