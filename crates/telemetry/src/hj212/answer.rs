//! Which answer a message wants, and the answers themselves.

use std::borrow::Cow;

use super::command::{Kind, Side};
use super::data_area::{DataArea, Pair};
use super::edition::Edition;
use super::flag::Flag;
use super::message::{AnswerTo, Message, cn};
use super::segment::{Head, Segment};

/// System code of exchanges.
const EXCHANGE: &str = "91";

/// The answer that a message of the field side wants. There is no negative one: to a frame that was not accepted say nothing, and the field
/// side sends it again.
pub fn answer_wanted(message: &Message<'_>) -> Option<AnswerTo> {
    let wanted = message.head.flag.is_some_and(Flag::answer_wanted);
    match message.command?.kind(Side::Field)? {
        Kind::Data if wanted => Some(AnswerTo::Data),
        // 2005 answers every notification; its examples have no Flag.
        Kind::Notification if wanted || message.edition == Some(Edition::V2005) => Some(AnswerTo::Notification),
        _ => None,
    }
}

/// The answer that a message wants, as the centre sends it.
pub fn answer<'a>(message: &Message<'a>) -> Option<Segment<'a>> {
    Some(answer_to(&message.head, answer_wanted(message)?, None))
}

/// Any answer to a message: 9011 and 9012 with their QnRtn or ExeRtn, 9013 and 9014 with `None`. A sent-again message gets the same answer
/// again.
pub fn answer_to<'a>(asked: &Head<'a>, to: AnswerTo, result: Option<u32>) -> Segment<'a> {
    let result = result.map(|result| {
        let key = if to == AnswerTo::Request { "QnRtn" } else { "ExeRtn" };
        Pair::new(key, result.to_string())
    });
    let old = Edition::claimed(asked.flag) == Some(Edition::V2005);
    let head = Head {
        qn: asked.qn.clone().filter(|_| !old),
        st: Some(Cow::Borrowed(EXCHANGE)),
        cn: Some(Cow::Borrowed(to.cn())),
        pw: asked.pw.clone(),
        mn: asked.mn.clone(),
        flag: asked.flag.map(|flag| Flag::of_version(flag.version())),
        ..Head::default()
    };
    if !old {
        return Segment { head, area: DataArea::of(result) };
    }
    // 2005 names the message that is answered inside the data area; for data also its command and packet.
    let qn = asked.qn.clone().map(|qn| Pair::new("QN", qn));
    let named = (to == AnswerTo::Data).then(|| {
        let number = |key: &'static str, number: Option<u32>| number.map(|number| Pair::new(key, number.to_string()));
        let command = (!cn(asked).is_empty()).then(|| Pair::new("CN", cn(asked).to_owned()));
        [command, number("PNO", asked.pno), number("PNUM", asked.pnum)]
    });
    let named = named.into_iter().flatten().flatten();
    Segment { head, area: DataArea::of(qn.into_iter().chain(named).chain(result)) }
}
