//! A message: a segment of which it is known what it is for.

use std::borrow::Cow;

use super::command::{Command, Kind, Side};
use super::data_area::DataArea;
use super::edition::Edition;
use super::factor::{Facility, Factor, Reading, group};
use super::notice::{Notice, Notices};
use super::segment::{Head, Segment, number};
use super::tables::{ReturnCode, TABLES};
use super::time::Stamp;

/// A message with everything that was sent, and a view of it by what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message<'a> {
    /// The head fields.
    pub head: Head<'a>,
    /// The data area as it was sent, including what no view shows.
    pub area: DataArea<'a>,
    /// The edition it follows: the device's setting, else what the Flag claims. `None` where its version bits are no edition's.
    pub edition: Option<Edition>,
    /// What its command means in that edition, or in the newest that has it.
    pub command: Option<&'static Command>,
    /// What it is for.
    pub body: Body<'a>,
}

/// What a message is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body<'a> {
    /// Data of a time or period.
    Upload(Upload<'a>),
    /// Something happened.
    Event(Event<'a>),
    /// What the centre had asked for: clock, interval, limits, sampling period, information.
    Report(Report<'a>),
    /// 9011 to 9014.
    Answer(Answer<'a>),
    /// The centre asks or tells; what, stands in the data area.
    Request,
    /// The command is not known, or is not sent by this side. The data area has everything.
    Other,
}

/// Data of a time or period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload<'a> {
    /// Of what.
    pub kind: UploadKind,
    /// The instant of 2011 and 2021. Of periods it is the start in 2017; 2005 does not say whether start or end.
    pub data_time: Option<Stamp<'a>>,
    /// The factors.
    pub factors: Vec<Factor<'a>>,
    /// The treatment facilities.
    pub facilities: Vec<Facility<'a>>,
    /// Sent again after an outage, and says so (2025).
    pub backfill: bool,
}

/// What the data of an upload are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UploadKind {
    /// 2011.
    RealTime,
    /// 2051.
    Minute,
    /// 2061.
    Hour,
    /// 2031.
    Day,
    /// 2021: running state of facilities.
    State,
    /// 2041: hours that facilities ran in a day.
    RunningTime,
    /// 2013: raw periodic measurements (2025).
    Periodic,
    /// 2052: one noise measurement (2025).
    Noise,
    /// 2062: results of automatic standard checks (2025).
    StandardCheck,
    /// 2111: furnace temperature, mean of 5 minutes (2025).
    Furnace,
}

impl UploadKind {
    /// The kind that a command uploads.
    pub fn of(cn: &str) -> Option<Self> {
        Some(match cn {
            "2011" => Self::RealTime,
            "2013" => Self::Periodic,
            "2021" => Self::State,
            "2031" => Self::Day,
            "2041" => Self::RunningTime,
            "2051" => Self::Minute,
            "2052" => Self::Noise,
            "2061" => Self::Hour,
            "2062" => Self::StandardCheck,
            "2111" => Self::Furnace,
            _ => return None,
        })
    }
}

/// Something happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event<'a> {
    /// 2081: the logger was switched on.
    PowerOn(Option<Stamp<'a>>),
    /// 2071, 2072 (2005): a limit was passed, or is kept again.
    Alarm {
        /// When.
        at: Option<Stamp<'a>>,
        /// `Some(true)` where the limit was passed, `Some(false)` where it is kept again.
        over: Option<bool>,
        /// The factors with their alarm values.
        factors: Vec<Factor<'a>>,
    },
    /// 1013: the field side asks for the time. After the answer the centre sends 1012.
    ClockWanted,
    /// 9015 (2025): the connection is alive.
    Heartbeat,
    /// 1001 (2025): the logger tells its hardware ids; the centre assigns an MN with 1002.
    HardwareIds(Vec<Factor<'a>>),
    /// 1014 (2025): the logger asks for a new SM4 key.
    KeyWanted,
}

/// What the centre had asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report<'a> {
    /// The factors it is about (`PolId`).
    pub about: Vec<Cow<'a, str>>,
    /// Its time.
    pub data_time: Option<Stamp<'a>>,
    /// Values by factor, or pieces of information by information code. Plain items such as `RtdInterval` stand in the data area.
    pub factors: Vec<Factor<'a>>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer<'a> {
    /// To what.
    pub to: AnswerTo,
    /// QN of the message that is answered: that of the head, which in 2005 stands in the data area.
    pub qn: Option<Cow<'a, str>>,
    /// The value of QnRtn or ExeRtn.
    pub result: Option<u32>,
    /// What it means, where that is known.
    pub meaning: Option<&'static ReturnCode>,
}

/// What an answer is to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerTo {
    /// 9011: a request was received.
    Request,
    /// 9012: a request was carried out, or not.
    Execution,
    /// 9013: a notification was received.
    Notification,
    /// 9014: data were received.
    Data,
}

impl AnswerTo {
    /// The command.
    pub fn cn(self) -> &'static str {
        match self {
            Self::Request => "9011",
            Self::Execution => "9012",
            Self::Notification => "9013",
            Self::Data => "9014",
        }
    }

    fn of(cn: &str) -> Option<Self> {
        [Self::Request, Self::Execution, Self::Notification, Self::Data].into_iter().find(|to| to.cn() == cn)
    }
}

/// The command of a head, or nothing.
pub(super) fn cn<'h>(head: &'h Head<'_>) -> &'h str {
    head.cn.as_deref().unwrap_or_default()
}

/// Tells what a segment is for.
pub(super) fn message<'a>(segment: Segment<'a>, edition: Option<Edition>, from: Side, notices: &mut Notices) -> Message<'a> {
    let Segment { head, area } = segment;
    let command = command(cn(&head), edition, notices);
    let kind = command.and_then(|command| command.kind(from));
    if command.is_some() && kind.is_none() {
        notices.add(Notice::WrongSide { cn: cn(&head).to_owned() });
    }
    let mut reading = Reading { edition, st: head.st.as_deref().unwrap_or_default(), notices };
    let body = match (kind, from) {
        (None, _) => Body::Other,
        (Some(Kind::Answer), _) => answer(&head, &area, edition),
        (Some(_), Side::Centre) => Body::Request,
        (Some(_), Side::Field) => field_body(&head, &area, &mut reading),
    };
    Message { head, area, edition, command, body }
}

fn command(cn: &str, edition: Option<Edition>, notices: &mut Notices) -> Option<&'static Command> {
    if cn.is_empty() {
        return None; // The missing field is noticed where fields are.
    }
    let known = edition.and_then(|edition| Command::find(cn, edition));
    if let (Some(command), Some(edition)) = (known, edition)
        && command.open.contains(&edition)
    {
        notices.add(Notice::NotKnown { what: format!("the command {cn}"), edition });
    }
    let found = known.or_else(|| Command::find_anywhere(cn));
    match (known, found, edition) {
        (_, None, _) => notices.add(Notice::CommandUnknown { cn: cn.to_owned() }),
        (None, Some(_), Some(edition)) => notices.add(Notice::CommandOfOtherEdition { cn: cn.to_owned(), edition }),
        _ => {}
    }
    found
}

fn answer<'a>(head: &Head<'a>, area: &DataArea<'a>, edition: Option<Edition>) -> Body<'a> {
    let Some(to) = AnswerTo::of(cn(head)) else { return Body::Other };
    let list = if to == AnswerTo::Request { "QnRtn" } else { "ExeRtn" };
    let result = area.get(list).and_then(|value| number(value));
    let holds = |row: &&ReturnCode| row.list == list && Some(row.code) == result;
    let meaning = TABLES.returns.iter().filter(holds).find(|row| edition.is_none_or(|edition| row.editions.contains(&edition)));
    let qn = head.qn.clone().or_else(|| area.get("QN").cloned());
    Body::Answer(Answer { to, qn, result, meaning })
}

/// What a message of the field side is for, where it is no answer.
fn field_body<'a>(head: &Head<'a>, area: &DataArea<'a>, reading: &mut Reading<'_>) -> Body<'a> {
    let command = cn(head);
    let (factors, facilities) = group(area, reading);
    if let Some(kind) = UploadKind::of(command) {
        let data_time = stamp(area, "DataTime", reading.notices);
        if data_time.is_none() {
            reading.notices.add(Notice::FieldMissing { field: "DataTime" });
        }
        return Body::Upload(Upload { kind, data_time, factors, facilities, backfill: head.backfill });
    }
    match command {
        "1001" => Body::Event(Event::HardwareIds(factors)),
        "1013" => Body::Event(Event::ClockWanted),
        "1014" => Body::Event(Event::KeyWanted),
        "2071" | "2072" => {
            let at = stamp(area, "AlarmTime", reading.notices).or_else(|| stamp(area, "DataTime", reading.notices));
            let over = area.get("AlarmType").and_then(|kind| match &**kind {
                "1" => Some(true),
                "0" => Some(false),
                _ => None,
            });
            Body::Event(Event::Alarm { at, over, factors })
        }
        "2081" => Body::Event(Event::PowerOn(stamp(area, "RestartTime", reading.notices))),
        "9015" => Body::Event(Event::Heartbeat),
        _ => {
            let about = area.all("PolId").cloned().collect();
            Body::Report(Report { about, data_time: stamp(area, "DataTime", reading.notices), factors })
        }
    }
}

/// The time that a plain item says.
fn stamp<'a>(area: &DataArea<'a>, key: &'static str, notices: &mut Notices) -> Option<Stamp<'a>> {
    let text = area.get(key)?.clone();
    let stamp = Stamp::parse(text);
    if stamp.at.is_none() {
        notices.add(Notice::TimeUnreadable { place: key.to_owned(), found: stamp.text.clone().into_owned() });
    }
    Some(stamp)
}
