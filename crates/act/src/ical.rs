//! Deadlines as a calendar feed (iCalendar, RFC 5545) that telephones and desk calendars subscribe to.
//!
//! The same items at the same instant give the same bytes: every name and time comes from the caller. The crate `icalendar`
//! builds the components and escapes texts. Lines are folded here, since its own folding can leave a last line of 76 octets.

use icalendar::{Alarm, CalendarDateTime, Component, Event, EventLike, Property, Todo};
use jiff::Timestamp;
use jiff::civil::Date;

/// Octets a line may have (RFC 5545, 3.1); a Chinese character has three.
const LINE_OCTETS: usize = 75;

/// The hour of alarms in UTC: nine o'clock in Shanghai, when offices have opened.
const ALARM_HOUR_UTC: i8 = 1;

/// Who made the file (RFC 5545, 3.7.3).
const PRODUCT: &str = "-//Qingliu//Qingliu//ZH";

/// Something that is due on a day, in words of one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its name in every edition of the feed, such as `deadline-1.1.2-1@host`: of the thing, never of its date, so that a
    /// calendar moves what it knows and does not add a second one.
    pub uid: String,
    /// How calendars show it.
    pub kind: ItemKind,
    /// The due day.
    pub day: Date,
    /// One line.
    pub summary: String,
    /// More, in as many lines as it needs.
    pub description: String,
    /// Its page.
    pub url: Option<String>,
    /// What it belongs to.
    pub categories: Vec<String>,
    /// Days on whose morning a calendar reminds.
    pub alarms: Vec<Date>,
}

/// How calendars show an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// As an event of the whole day, which does not make anybody busy.
    Event,
    /// As a thing to do. Many calendars show none of a feed.
    Todo,
}

/// Writes a feed. `stamp` is the instant its contents were taken.
pub fn write_feed(name: &str, items: &[Item], stamp: Timestamp) -> String {
    let mut feed = icalendar::Calendar::empty();
    feed.append_property(Property::new("VERSION", "2.0"));
    feed.append_property(Property::new("PRODID", PRODUCT));
    feed.append_property(Property::new("CALSCALE", "GREGORIAN"));
    feed.append_property(Property::new("X-WR-CALNAME", one_line(name)));
    let stamp = stamp.strftime("%Y%m%dT%H%M%SZ").to_string();
    for item in items {
        match item.kind {
            ItemKind::Event => {
                let mut event = Event::new();
                fill(&mut event, item, &stamp);
                event.append_property(day_property("DTSTART", item.day));
                // The end is the first day after. Without one an event of whole days has one day.
                if let Ok(end) = item.day.tomorrow() {
                    event.append_property(day_property("DTEND", end));
                }
                event.add_property("TRANSP", "TRANSPARENT");
                feed.push(event);
            }
            ItemKind::Todo => {
                let mut todo = Todo::new();
                fill(&mut todo, item, &stamp);
                todo.append_property(day_property("DUE", item.day));
                todo.add_property("STATUS", "NEEDS-ACTION");
                feed.push(todo);
            }
        }
    }
    // Texts hold no line break of their own any more, so that one before a space is a fold.
    let unfolded = feed.to_string().replace("\r\n ", "");
    unfolded.split_terminator("\r\n").fold(String::new(), |mut text, line| {
        fold_into(&mut text, line);
        text
    })
}

/// What events and things to do have in common.
fn fill(component: &mut impl EventLike, item: &Item, stamp: &str) {
    component.add_property("UID", one_line(&item.uid));
    component.add_property("DTSTAMP", stamp);
    component.add_property("SUMMARY", one_line(&item.summary));
    if !item.description.is_empty() {
        component.add_property("DESCRIPTION", lines(&item.description));
    }
    if let Some(url) = &item.url {
        component.add_property("URL", one_line(url));
    }
    if !item.categories.is_empty() {
        component.categories(item.categories.iter().map(|category| one_line(category)));
    }
    for day in &item.alarms {
        // The crate takes the time of an alarm as a type of its own, read from text; that fails for years no feed has.
        let at = day.at(ALARM_HOUR_UTC, 0, 0, 0).strftime("%Y%m%dT%H%M%SZ").to_string();
        let Ok(at) = at.parse::<CalendarDateTime>() else { continue };
        let mut alarm = Alarm::display(&one_line(&item.summary), at);
        // Left out, these two would be made from chance and from the clock.
        alarm.add_property("UID", format!("{}-{day}", one_line(&item.uid)));
        alarm.add_property("DTSTAMP", stamp);
        component.append_component(alarm);
    }
}

fn day_property(key: &str, day: Date) -> Property {
    let mut property = Property::new(key, day.strftime("%Y%m%d").to_string());
    property.add_parameter("VALUE", "DATE");
    property
}

/// A text without control characters but line feeds, which end its lines.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").chars().filter(|letter| *letter == '\n' || !letter.is_control()).collect()
}

/// A text in one line, without control characters.
fn one_line(text: &str) -> String {
    lines(text).replace('\n', " ")
}

/// Writes a line, broken where it would grow too long, but inside neither a character nor an escaped one.
fn fold_into(text: &mut String, line: &str) {
    let mut octets = 0;
    let mut escaped = false;
    for letter in line.chars() {
        let escapes = letter == '\\' && !escaped;
        let needed = letter.len_utf8() + usize::from(escapes);
        if !escaped && LINE_OCTETS < octets + needed {
            text.push_str("\r\n ");
            octets = 1;
        }
        text.push(letter);
        octets += letter.len_utf8();
        escaped = escapes;
    }
    text.push_str("\r\n");
}
