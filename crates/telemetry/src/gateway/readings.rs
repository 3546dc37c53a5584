//! What of an upload becomes observations: of each factor with an item of ours and a known unit, its main value.
//!
//! Real-time, minute, hour and day values are series of their own, told apart by their source. Least and greatest values and amounts
//! stay in the frame.

use facts::instrument::Measured;
use standards::unit;

use crate::hj212::{Edition, Factor, Suffix, Upload, UploadKind};

/// The word for a kind of data whose values become observations, and the source of its series.
pub(super) fn kind_of(upload: UploadKind) -> Option<(&'static str, &'static str)> {
    match upload {
        UploadKind::RealTime => Some(("rtd", "hj212-rtd")),
        UploadKind::Minute => Some(("min", "hj212-min")),
        UploadKind::Hour => Some(("hour", "hj212-hour")),
        UploadKind::Day => Some(("day", "hj212-day")),
        _ => None,
    }
}

/// The readings of an upload about a place.
pub(super) fn readings(upload: &Upload<'_>, cn: &str, edition: Option<Edition>, place: &str, time: i64) -> Vec<Measured> {
    let Some((_, source)) = kind_of(upload.kind) else { return Vec::new() };
    let code = edition.map_or("HJ 212", Edition::code);
    upload.factors.iter().filter_map(|factor| reading(factor, upload.kind, source, &format!("{code} {cn}"), place, time)).collect()
}

fn reading(factor: &Factor<'_>, kind: UploadKind, source: &str, method: &str, place: &str, time: i64) -> Option<Measured> {
    let item = factor.item?;
    // A unit that is not known is never guessed, and neither is a value without one.
    let own = unit::canonical(factor.unit?).ok()?;
    let main = if kind == UploadKind::RealTime { [Suffix::Rtd, Suffix::Avg] } else { [Suffix::Avg, Suffix::Rtd] };
    let quantity = main.into_iter().find_map(|suffix| factor.value(suffix))?;
    let value = quantity.number.map(|number| unit::convert(number, own, item.unit())).transpose().ok()?;
    let mark = factor.flag.as_ref().map_or("", |mark| &*mark.text);
    let flag = match &factor.eflag {
        Some(instrument) => format!("{mark};EFlag={instrument}"),
        None => mark.to_owned(),
    };
    Some(Measured {
        place: place.to_owned(),
        item,
        source: source.to_owned(),
        time,
        text: quantity.text.clone().into_owned(),
        unit: own,
        value,
        flag,
        method: format!("{method} {}", quantity.suffix.name()),
    })
}
