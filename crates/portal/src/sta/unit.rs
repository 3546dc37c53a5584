//! Units as other programs know them: the code of UCUM where there is one, else the name this system writes.

use serde_json::{Value, json};

/// Name here, code of UCUM, English name.
static UNITS: [(&str, &str, &str); 13] = [
    ("mg/L", "mg/L", "milligram per litre"),
    ("μg/L", "ug/L", "microgram per litre"),
    ("mg/m3", "mg/m3", "milligram per cubic metre"),
    ("g/L", "g/L", "gram per litre"),
    ("ng/L", "ng/L", "nanogram per litre"),
    ("m", "m", "metre"),
    ("cm", "cm", "centimetre"),
    ("1", "1", "dimensionless"),
    ("℃", "Cel", "degree Celsius"),
    ("μS/cm", "uS/cm", "microsiemens per centimetre"),
    ("mV", "mV", "millivolt"),
    ("Bq/L", "Bq/L", "becquerel per litre"),
    ("m3/s", "m3/s", "cubic metre per second"),
];

/// The code of UCUM, where there is one.
pub(crate) fn ucum(unit: &str) -> Option<&'static str> {
    UNITS.iter().find(|(own, ..)| *own == unit).map(|(_, code, _)| *code)
}

fn name(unit: &str) -> &str {
    UNITS.iter().find(|(own, ..)| *own == unit).map_or(unit, |(.., name)| *name)
}

/// As version 1.1 writes it.
pub(crate) fn of_measurement(unit: &str) -> Value {
    let definition = ucum(unit).map_or_else(String::new, |code| format!("https://ucum.org/ucum#{code}"));
    json!({"name": name(unit), "symbol": unit, "definition": definition, "ucum": ucum(unit)})
}

/// As version 2.0 writes it.
pub(crate) fn uom(unit: &str) -> Value {
    match ucum(unit) {
        Some(code) => json!({"code": code, "symbol": unit, "label": name(unit)}),
        None => json!({"symbol": unit, "label": unit}),
    }
}
