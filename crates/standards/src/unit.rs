//! Units of concentration and length, and the flow of values between them. Units without a rule between them are
//! refused, never guessed.

use rust_decimal::Decimal;

/// Two units that no rule connects, or a unit nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
    /// Not a unit of this system.
    #[error("`{0}` is not a known unit (expected one such as mg/L, μg/L, mg/m3, g/L, m, cm, NTU, μS/cm, ℃, 个/L)")]
    Unknown(String),
    /// No rule between them.
    #[error("{from} cannot become {to}")]
    NoRule {
        /// The unit given.
        from: String,
        /// The unit wanted.
        to: String,
    },
}

/// What a unit measures and how large it is: `1 unit = 10^power` of the base of its kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// Mass in a volume of water, base mg/L.
    MassPerVolume,
    /// Length, base m.
    Length,
    /// Organisms in a volume, base per litre.
    CountPerVolume,
    /// Conductivity, base μS/cm.
    Conductivity,
    /// Electric potential, base mV.
    Potential,
    /// Flow, base m3/s; only powers of ten.
    Flow,
    /// Units that stand alone.
    Alone(&'static str),
}

/// The name of a unit as this system writes it, from the many ways records do.
pub fn canonical(text: &str) -> Result<&'static str, UnitError> {
    let plain: String = text.trim().chars().filter(|c| !c.is_whitespace()).collect();
    let name = match plain.replace('µ', "μ").replace('³', "3").as_str() {
        "mg/L" | "mg/l" | "mgl" | "毫克/升" => "mg/L",
        "μg/L" | "ug/L" | "ug/l" | "μg/l" | "ugl" | "微克/升" => "μg/L",
        "mg/m3" | "mgm3" => "mg/m3",
        "g/L" | "g/l" => "g/L",
        "ng/L" | "ng/l" => "ng/L",
        "m" | "米" => "m",
        "cm" | "厘米" => "cm",
        "1" | "" | "无量纲" => "1",
        "℃" | "°C" | "degC" | "c" | "C" => "℃",
        "NTU" | "ntu" => "NTU",
        "μS/cm" | "uS/cm" | "uscm" => "μS/cm",
        "mS/m" => "mS/m",
        "mV" | "mv" => "mV",
        "个/L" | "cells/L" | "cells/l" | "cells_l" | "count/L" => "个/L",
        "个/mL" | "cells/mL" => "个/mL",
        "个/10L" => "个/10L",
        "Bq/L" => "Bq/L",
        "倍" => "倍",
        "铂钴色度单位" | "度" => "铂钴色度单位",
        "MPN/100mL" => "MPN/100mL",
        "MPN/100mLorCFU/100mL" => "MPN/100mL or CFU/100mL",
        "CFU/mL" => "CFU/mL",
        "MPN/mLorCFU/mL" => "MPN/mL or CFU/mL",
        "m3/s" => "m3/s",
        "L/s" => "L/s",
        _ => return Err(UnitError::Unknown(text.to_owned())),
    };
    Ok(name)
}

fn kind(canonical: &'static str) -> (Kind, i32) {
    match canonical {
        "mg/L" => (Kind::MassPerVolume, 0),
        "μg/L" | "mg/m3" => (Kind::MassPerVolume, -3),
        "ng/L" => (Kind::MassPerVolume, -6),
        "g/L" => (Kind::MassPerVolume, 3),
        "m" => (Kind::Length, 0),
        "cm" => (Kind::Length, -2),
        "个/L" => (Kind::CountPerVolume, 0),
        "个/mL" => (Kind::CountPerVolume, 3),
        "个/10L" => (Kind::CountPerVolume, -1),
        "μS/cm" => (Kind::Conductivity, 0),
        "mS/m" => (Kind::Conductivity, 1),
        "mV" => (Kind::Potential, 0),
        "m3/s" => (Kind::Flow, 0),
        "L/s" => (Kind::Flow, -3),
        other => (Kind::Alone(other), 0),
    }
}

/// The value in another unit, exactly: every rule is a power of ten.
pub fn convert(value: Decimal, from: &str, to: &str) -> Result<Decimal, UnitError> {
    let (from_name, to_name) = (canonical(from)?, canonical(to)?);
    if from_name == to_name {
        return Ok(value);
    }
    let ((from_kind, from_power), (to_kind, to_power)) = (kind(from_name), kind(to_name));
    let no_rule = || UnitError::NoRule { from: from_name.to_owned(), to: to_name.to_owned() };
    if from_kind != to_kind {
        return Err(no_rule());
    }
    let shift = from_power - to_power;
    let factor = Decimal::from(10_i64.pow(shift.unsigned_abs()));
    let converted = if 0 <= shift { value.checked_mul(factor) } else { shift_down(value, shift.unsigned_abs()) };
    converted.ok_or_else(no_rule)
}

/// Divides by a power of ten by moving the point, so that no digit is lost or rounded.
fn shift_down(value: Decimal, by: u32) -> Option<Decimal> {
    let scale = value.scale() + by;
    Decimal::try_from_i128_with_scale(value.mantissa(), scale).ok().or_else(|| {
        let normal = value.normalize();
        Decimal::try_from_i128_with_scale(normal.mantissa(), normal.scale() + by).ok()
    })
}

/// One day, for turning a rate a second into a daily load.
pub const SECONDS_PER_DAY: u32 = 86_400;

/// The load in kg/d that a concentration in mg/L carries in a flow in m3/s: `C · Q · 86.4`.
pub fn load_kg_d(concentration_mg_l: Decimal, flow_m3_s: Decimal) -> Option<Decimal> {
    concentration_mg_l.checked_mul(flow_m3_s)?.checked_mul(Decimal::from(SECONDS_PER_DAY))?.checked_div(Decimal::ONE_THOUSAND)
}
