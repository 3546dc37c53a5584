//! What the centre asks of a device.

use std::borrow::Cow;

use jiff::Timestamp;

use super::data_area::{DataArea, Pair};
use super::edition::Edition;
use super::encode::{EncodeError, check_command};
use super::flag::Flag;
use super::message::UploadKind;
use super::segment::{Head, Segment};
use super::tables::{Range, TABLES};
use super::time::{digits14, digits17};

/// To whom a request goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The edition the device follows.
    pub edition: Edition,
    /// Kind of system.
    pub st: String,
    /// Its password.
    pub pw: String,
    /// Its id.
    pub mn: String,
}

/// A request of the centre. Those that stop something are notifications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// 1000.
    SetTimeOut {
        /// Seconds to wait for an answer.
        over_time_s: u32,
        /// How often a message is sent again.
        re_count: u32,
    },
    /// 1011.
    ReadClock {
        /// Of one instrument, by its factor code; else of the logger.
        of: Option<String>,
    },
    /// 1012, also what follows the answer to 1013.
    SetClock {
        /// Of one instrument, by its factor code; else of the logger.
        of: Option<String>,
        /// The time.
        at: Timestamp,
    },
    /// 1061.
    ReadRealTimeInterval,
    /// 1062.
    SetRealTimeInterval {
        /// Seconds.
        seconds: u32,
    },
    /// 1063.
    ReadMinuteInterval,
    /// 1064.
    SetMinuteInterval {
        /// Minutes.
        minutes: u32,
    },
    /// 1072.
    SetPassword {
        /// Six letters or digits.
        new: String,
    },
    /// 2011: send real-time data from now on.
    StartRealTime,
    /// 2012.
    StopRealTime,
    /// 2021: send the state of facilities from now on.
    StartState,
    /// 2022.
    StopState,
    /// 2031, 2041, 2051, 2061: send what was kept.
    History {
        /// Of what.
        kind: UploadKind,
        /// The first period.
        begin: Timestamp,
        /// The last period.
        end: Timestamp,
    },
}

impl Request {
    /// Its command.
    pub fn cn(&self) -> &'static str {
        match self {
            Self::SetTimeOut { .. } => "1000",
            Self::ReadClock { .. } => "1011",
            Self::SetClock { .. } => "1012",
            Self::ReadRealTimeInterval => "1061",
            Self::SetRealTimeInterval { .. } => "1062",
            Self::ReadMinuteInterval => "1063",
            Self::SetMinuteInterval { .. } => "1064",
            Self::SetPassword { .. } => "1072",
            Self::StartRealTime => "2011",
            Self::StopRealTime => "2012",
            Self::StartState => "2021",
            Self::StopState => "2022",
            Self::History { kind, .. } => match kind {
                UploadKind::RealTime => "2011",
                UploadKind::Minute => "2051",
                UploadKind::Hour => "2061",
                UploadKind::Day => "2031",
                UploadKind::State => "2021",
                UploadKind::RunningTime => "2041",
                UploadKind::Periodic => "2013",
                UploadKind::Noise => "2052",
                UploadKind::StandardCheck => "2062",
                UploadKind::Furnace => "2111",
            },
        }
    }

    /// The segment to send. `qn` is the time of the request; a request that is sent again keeps it.
    pub fn segment(&self, to: &Address, qn: Timestamp) -> Result<Segment<'static>, EncodeError> {
        check_command(self.cn(), to.edition)?;
        let pairs = self.pairs(to.edition)?;
        let head = Head {
            qn: Some(Cow::Owned(digits17(qn))),
            st: Some(Cow::Owned(to.st.clone())),
            cn: Some(Cow::Borrowed(self.cn())),
            pw: Some(Cow::Owned(to.pw.clone())),
            mn: Some(Cow::Owned(to.mn.clone())),
            flag: Some(Flag::new(to.edition).wanting_answer()),
            ..Head::default()
        };
        Ok(Segment { head, area: DataArea::of(pairs) })
    }

    fn pairs(&self, edition: Edition) -> Result<Vec<Pair<'static>>, EncodeError> {
        let settings = &TABLES.settings;
        let of_factor = |of: &Option<String>| of.clone().map(|code| Pair::new("PolId", code));
        Ok(match self {
            Self::SetTimeOut { over_time_s, re_count } => {
                vec![within("OverTime", *over_time_s, &settings.over_time_s)?, within("ReCount", *re_count, &settings.re_count)?]
            }
            Self::ReadClock { of } => of_factor(of).into_iter().collect(),
            Self::SetClock { of, at } => of_factor(of).into_iter().chain([Pair::new("SystemTime", digits14(*at))]).collect(),
            Self::SetRealTimeInterval { seconds } => vec![within("RtdInterval", *seconds, &settings.rtd_interval_s)?],
            Self::SetMinuteInterval { minutes } => {
                if !settings.min_interval_min.contains(minutes) {
                    let allowed: Vec<String> = settings.min_interval_min.iter().map(u32::to_string).collect();
                    return Err(out_of_range("MinInterval", minutes, format!("one of {}", allowed.join(", "))));
                }
                vec![Pair::new("MinInterval", minutes.to_string())]
            }
            Self::SetPassword { new } => {
                if new.len() != 6 || !new.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                    // The password itself must not come into a log.
                    return Err(out_of_range("NewPW", "a password", "6 letters or digits".to_owned()));
                }
                vec![Pair::new(if edition == Edition::V2005 { "PW" } else { "NewPW" }, new.clone())]
            }
            Self::History { kind, begin, end } => {
                let kept = matches!(kind, UploadKind::Minute | UploadKind::Hour | UploadKind::Day | UploadKind::RunningTime);
                if !kept {
                    return Err(out_of_range("CN", self.cn(), "2031, 2041, 2051 or 2061".to_owned()));
                }
                if end < begin {
                    return Err(out_of_range("EndTime", digits14(*end), format!("BeginTime {} or later", digits14(*begin))));
                }
                vec![Pair::new("BeginTime", digits14(*begin)), Pair::new("EndTime", digits14(*end))]
            }
            Self::ReadRealTimeInterval
            | Self::ReadMinuteInterval
            | Self::StartRealTime
            | Self::StopRealTime
            | Self::StartState
            | Self::StopState => Vec::new(),
        })
    }
}

fn within(name: &'static str, found: u32, range: &Range) -> Result<Pair<'static>, EncodeError> {
    if range.from <= found && found <= range.to {
        return Ok(Pair::new(name, found.to_string()));
    }
    Err(out_of_range(name, found, format!("{} to {}", range.from, range.to)))
}

fn out_of_range(name: &'static str, found: impl ToString, expected: String) -> EncodeError {
    EncodeError::OutOfRange { name, found: found.to_string(), expected }
}
