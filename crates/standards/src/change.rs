//! Change between two periods: by levels of the state, or by the shares of classes.

use rust_decimal::Decimal;

use crate::class::Status;
use crate::data::DATA;

/// How much changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// 无明显变化
    None,
    /// 有所好转 / 有所下降
    Some,
    /// 明显好转 / 明显下降
    Marked,
}

/// A change and its direction; `better` says nothing where the extent is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// How much.
    pub extent: Extent,
    /// Whether it is for the better.
    pub better: bool,
}

impl Change {
    /// The words of the bulletins.
    pub const fn zh(self) -> &'static str {
        match (self.extent, self.better) {
            (Extent::None, _) => "无明显变化",
            (Extent::Some, true) => "有所好转",
            (Extent::Some, false) => "有所下降",
            (Extent::Marked, true) => "明显好转",
            (Extent::Marked, false) => "明显下降",
        }
    }

    /// The identifier used in data.
    pub const fn id(self) -> &'static str {
        match (self.extent, self.better) {
            (Extent::None, _) => "none",
            (Extent::Some, true) => "some better",
            (Extent::Some, false) => "some worse",
            (Extent::Marked, true) => "marked better",
            (Extent::Marked, false) => "marked worse",
        }
    }
}

/// Change by status: one level is some change, two or more are a marked one.
pub fn by_status(before: Status, after: Status) -> Change {
    let level = |status: Status| Status::ALL.iter().position(|other| *other == status).unwrap_or(0);
    let (before, after) = (level(before), level(after));
    let extent = match before.abs_diff(after) {
        0 => Extent::None,
        1 => Extent::Some,
        _ => Extent::Marked,
    };
    Change { extent, better: after < before }
}

/// Change by shares in per cent: classes I to III and inferior V, earlier and later. Gives `ΔG - ΔD` in percentage
/// points as well.
pub fn by_shares(good_before: Decimal, bad_before: Decimal, good_after: Decimal, bad_after: Decimal) -> (Decimal, Change) {
    let rule = &DATA.assessment.change.by_share;
    let difference = (good_after - good_before) - (bad_after - bad_before);
    let extent = if difference.abs() <= rule.none_max {
        Extent::None
    } else if difference.abs() <= rule.some_max {
        Extent::Some
    } else {
        Extent::Marked
    };
    (difference, Change { extent, better: Decimal::ZERO < difference })
}
