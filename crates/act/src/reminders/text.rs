//! The words of reminders: Chinese first, then English, the same in both. Days are counted from today, so that a letter
//! is right on the day it is written, also where it comes late.

use jiff::civil::Date;

use super::Matter;
use crate::clock::ReminderKind;

/// The subject.
pub(super) fn subject(matter: &Matter, today: Date) -> String {
    let (zh, en) = standing(matter.due, today);
    format!("期限提醒:{due},{zh} / Reminder: due {due}, {en}", due = matter.due)
}

/// The text.
pub(super) fn body(matter: &Matter, kind: ReminderKind, today: Date, site: &str) -> String {
    let (zh, en) = standing(matter.due, today);
    let (late_zh, late_en) = match kind {
        ReminderKind::Escalate(days) => (
            format!("逾期已满{days}天,现提请市级督促。\n"),
            format!("It has been late for {days} days and is now brought before the city.\n"),
        ),
        ReminderKind::Before(_) | ReminderKind::Overdue => (String::new(), String::new()),
    };
    let site = site.trim_end_matches('/');
    let (due, path) = (matter.due, &matter.path);
    let (title_zh, title_en) = (matter.title.get("zh"), matter.title.get("en"));
    format!(
        "{title_zh}\n期限:{due},{zh}。\n{late_zh}查看与办理:{site}/zh/{path}\n\n\
         {title_en}\nDue {due}: {en}.\n{late_en}See and act: {site}/en/{path}\n\n\
         本邮件由系统自动发送,请勿回复。\nThis message was sent automatically; please do not reply.\n"
    )
}

/// How a day stands to today, in Chinese and English.
fn standing(due: Date, today: Date) -> (String, String) {
    let left = (due - today).get_days();
    let days = |n: i32| if n == 1 { "1 day".to_owned() } else { format!("{n} days") };
    match left {
        0 => ("今天到期".to_owned(), "due today".to_owned()),
        ..0 => (format!("已逾期{}天", -left), format!("{} late", days(-left))),
        _ => (format!("还有{left}天"), format!("{} left", days(left))),
    }
}
