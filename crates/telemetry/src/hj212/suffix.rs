//! What stands behind the dash of a factor: `w01018-Rtd`.

use std::borrow::Cow;

use super::edition::Edition;

/// What a value of a factor is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Suffix<'a> {
    /// Real-time value.
    Rtd,
    /// Least of the period.
    Min,
    /// Mean of the period.
    Avg,
    /// Greatest of the period.
    Max,
    /// Amount over the period.
    Cou,
    /// Real-time value, converted to the reference condition.
    ZsRtd,
    /// Least, converted.
    ZsMin,
    /// Mean, converted.
    ZsAvg,
    /// Greatest, converted.
    ZsMax,
    /// Noise over the period.
    Data,
    /// Noise by day.
    DayData,
    /// Noise by night.
    NightData,
    /// State of a treatment facility.
    Rs,
    /// Hours that a treatment facility ran.
    Rt,
    /// Information of the field side.
    Info,
    /// Id of the instrument.
    Sn,
    /// Value at which an alarm was raised (2005).
    Ala,
    /// Upper alarm limit (2005).
    UpValue,
    /// Lower alarm limit (2005).
    LowValue,
    /// Data mark.
    Flag,
    /// The instrument's own mark.
    EFlag,
    /// When the sample was taken.
    SampleTime,
    /// When a periodic analyser was done (2025).
    CompleteTime,
    /// Kind of sample (2025).
    SampleType,
    /// Reading of the sample (2025).
    SampleRd,
    /// Value of the standard solution (2025).
    StandardValue,
    /// Kind of result (2025).
    ResultType,
    /// None of these.
    Other(Cow<'a, str>),
}

/// As written, and the suffix.
static NAMES: [(&str, Suffix<'static>); 27] = [
    ("Rtd", Suffix::Rtd),
    ("Min", Suffix::Min),
    ("Avg", Suffix::Avg),
    ("Max", Suffix::Max),
    ("Cou", Suffix::Cou),
    ("ZsRtd", Suffix::ZsRtd),
    ("ZsMin", Suffix::ZsMin),
    ("ZsAvg", Suffix::ZsAvg),
    ("ZsMax", Suffix::ZsMax),
    ("Data", Suffix::Data),
    ("DayData", Suffix::DayData),
    ("NightData", Suffix::NightData),
    ("RS", Suffix::Rs),
    ("RT", Suffix::Rt),
    ("Info", Suffix::Info),
    ("SN", Suffix::Sn),
    ("Ala", Suffix::Ala),
    ("UpValue", Suffix::UpValue),
    ("LowValue", Suffix::LowValue),
    ("Flag", Suffix::Flag),
    ("EFlag", Suffix::EFlag),
    ("SampleTime", Suffix::SampleTime),
    ("CompleteTime", Suffix::CompleteTime),
    ("SampleType", Suffix::SampleType),
    ("SampleRd", Suffix::SampleRd),
    ("StandardValue", Suffix::StandardValue),
    ("ResultType", Suffix::ResultType),
];

impl<'a> Suffix<'a> {
    /// Reads a suffix; case does not matter.
    pub(super) fn parse(text: Cow<'a, str>) -> Self {
        let named = NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(&text));
        match named {
            Some((_, suffix)) => suffix.clone(),
            None => Self::Other(text),
        }
    }

    /// As the standard writes it, or as it was found.
    pub fn name(&self) -> &str {
        if let Self::Other(text) = self {
            return text;
        }
        NAMES.iter().find(|(_, suffix)| suffix == self).map_or("", |(name, _)| *name)
    }

    /// Whether its values must be numbers.
    pub(super) fn wants_number(&self) -> bool {
        use Suffix::{Ala, Avg, Cou, Data, DayData, LowValue, Max, Min, NightData, Rs, Rt, Rtd, SampleRd, StandardValue, UpValue};
        let plain = matches!(
            self,
            Rtd | Min | Avg | Max | Cou | Data | DayData | NightData | Rs | Rt | Ala | UpValue | LowValue | SampleRd | StandardValue
        );
        plain || self.is_converted()
    }

    /// Whether its values are converted to the reference condition.
    pub(super) fn is_converted(&self) -> bool {
        matches!(self, Self::ZsRtd | Self::ZsMin | Self::ZsAvg | Self::ZsMax)
    }

    /// Whether it is of HJ 212-2025, of which only one source tells.
    pub(super) fn open_in(&self) -> Option<Edition> {
        let open = matches!(self, Self::CompleteTime | Self::SampleType | Self::SampleRd | Self::StandardValue | Self::ResultType);
        open.then_some(Edition::V2025)
    }
}
