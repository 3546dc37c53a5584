//! The calendar feed: what is in it, and that its lines are what RFC 5545 asks for.
#![allow(clippy::unwrap_used, missing_docs)]

use act::clock::reminder_days;
use act::ical::{Item, ItemKind, write_feed};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use proptest::prelude::*;

const DUE: Date = date(2017, 12, 31);

fn stamp() -> Timestamp {
    "2017-06-01T08:30:00Z".parse().unwrap()
}

fn item(kind: ItemKind, summary: &str, description: &str) -> Item {
    Item {
        uid: "deadline-1.1.2-1@example".to_owned(),
        kind,
        day: DUE,
        summary: summary.to_owned(),
        description: description.to_owned(),
        url: None,
        categories: Vec::new(),
        alarms: Vec::new(),
    }
}

/// The lines as a reader sees them, folds undone.
fn unfolded(feed: &str) -> Vec<String> {
    feed.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
}

/// The value of a text property of the first component, as a reader sees it.
fn text_of(feed: &str, name: &str) -> String {
    let lines = unfolded(feed);
    let value = lines.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap();
    let (mut text, mut escaped) = (String::new(), false);
    for letter in value.chars() {
        match (escaped, letter) {
            (false, '\\') => escaped = true,
            (true, 'n') => (text, escaped) = (text + "\n", false),
            _ => {
                assert!(escaped || !",;".contains(letter), "{letter} stands bare in {value}");
                text.push(letter);
                escaped = false;
            }
        }
    }
    text
}

fn assert_well_formed(feed: &str) {
    assert!(feed.ends_with("END:VCALENDAR\r\n"));
    for line in feed.split_terminator("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(!line.contains(['\r', '\n']) && !line.is_empty(), "{line:?}");
        let backslashes = line.chars().rev().take_while(|letter| *letter == '\\').count();
        assert!(backslashes % 2 == 0, "broken inside an escaped character: {line}");
    }
}

#[test]
fn an_event_has_the_whole_day_its_page_and_its_alarms() {
    let event = Item {
        url: Some("https://example.org/zh/plan/1.1.2".to_owned()),
        categories: vec!["任务".to_owned(), "住建局,水务局".to_owned()],
        alarms: reminder_days(DUE, &[90, 30]),
        ..item(ItemKind::Event, "1.1.2 污水处理厂达到一级A", "牵头:住建局;\n期限:2017年底")
    };
    let feed = write_feed("我的期限", &[event], stamp());
    assert_well_formed(&feed);
    let mut lines = unfolded(&feed);
    lines.sort();
    let mut expected = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Qingliu//Qingliu//ZH",
        "CALSCALE:GREGORIAN",
        "X-WR-CALNAME:我的期限",
        "BEGIN:VEVENT",
        "UID:deadline-1.1.2-1@example",
        "DTSTAMP:20170601T083000Z",
        "SUMMARY:1.1.2 污水处理厂达到一级A",
        r"DESCRIPTION:牵头:住建局\;\n期限:2017年底",
        "URL:https://example.org/zh/plan/1.1.2",
        r"CATEGORIES:任务,住建局\,水务局",
        "DTSTART;VALUE=DATE:20171231",
        "DTEND;VALUE=DATE:20180101",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:1.1.2 污水处理厂达到一级A",
        "TRIGGER;VALUE=DATE-TIME:20171002T010000Z",
        "UID:deadline-1.1.2-1@example-2017-10-02",
        "DTSTAMP:20170601T083000Z",
        "END:VALARM",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:1.1.2 污水处理厂达到一级A",
        "TRIGGER;VALUE=DATE-TIME:20171201T010000Z",
        "UID:deadline-1.1.2-1@example-2017-12-01",
        "DTSTAMP:20170601T083000Z",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ];
    expected.sort();
    assert_eq!(lines, expected);
}

#[test]
fn a_thing_to_do_has_a_due_day_and_no_end() {
    let feed = write_feed("x", &[item(ItemKind::Todo, "上报", "")], stamp());
    let lines = unfolded(&feed);
    for line in ["BEGIN:VTODO", "DUE;VALUE=DATE:20171231", "STATUS:NEEDS-ACTION", "END:VTODO"] {
        assert!(lines.iter().any(|found| found == line), "{line} is not in {feed}");
    }
    assert!(!feed.contains("DTEND") && !feed.contains("DTSTART") && !feed.contains("DESCRIPTION"));
}

#[test]
fn the_same_items_at_the_same_instant_are_the_same_bytes() {
    let items = [ItemKind::Event, ItemKind::Todo].map(|kind| Item { alarms: vec![DUE], ..item(kind, "期限", "说明") });
    assert_eq!(write_feed("x", &items, stamp()), write_feed("x", &items, stamp()));
    let later: Timestamp = "2018-06-01T08:30:00Z".parse().unwrap();
    let moved = write_feed("x", &items, later).replace("DTSTAMP:20180601T083000Z", "DTSTAMP:20170601T083000Z");
    assert_eq!(moved, write_feed("x", &items, stamp()), "only the stamp differs");
}

#[test]
fn a_feed_without_items_is_a_calendar() {
    let feed = write_feed("", &[], stamp());
    assert_well_formed(&feed);
    assert_eq!(unfolded(&feed).len(), 6);
}

#[test]
fn lines_of_any_length_are_folded_at_75_octets() {
    // Every length around one, two and three lines, in letters of one octet and of three.
    for letter in ['x', '水'] {
        for n in (60..80).chain(135..155).chain(210..230) {
            let count = n / letter.len_utf8();
            let summary: String = std::iter::repeat_n(letter, count).collect();
            let feed = write_feed("x", &[item(ItemKind::Event, &summary, "")], stamp());
            assert_well_formed(&feed);
            assert_eq!(text_of(&feed, "SUMMARY"), summary);
        }
    }
}

#[test]
fn no_text_can_add_a_line_of_its_own() {
    let sly = Item {
        uid: "a\r\nATTENDEE:mailto:x".to_owned(),
        url: Some("https://example.org/\r\nATTENDEE:mailto:x".to_owned()),
        categories: vec!["a\nATTENDEE:mailto:x".to_owned()],
        alarms: vec![DUE],
        ..item(ItemKind::Event, "a\r\n ATTENDEE:mailto:x", "a\rATTENDEE:mailto:x\u{0}\u{85}")
    };
    let feed = write_feed("a\r\nATTENDEE:mailto:x", &[sly], stamp());
    assert_well_formed(&feed);
    assert!(unfolded(&feed).iter().all(|line| !line.starts_with("ATTENDEE")), "{feed}");
    assert_eq!(text_of(&feed, "DESCRIPTION"), "a\nATTENDEE:mailto:x");
}

proptest! {
    #[test]
    fn any_text_comes_back_as_it_was(summary in "[水质断面,;:\\\\\"a-z ]{0,120}", description in "[水质断面,;\\\\\n a-z🌊]{1,300}") {
        let feed = write_feed("x", &[item(ItemKind::Event, &summary, &description)], stamp());
        assert_well_formed(&feed);
        prop_assert_eq!(text_of(&feed, "SUMMARY"), summary);
        prop_assert_eq!(text_of(&feed, "DESCRIPTION"), description);
    }
}
