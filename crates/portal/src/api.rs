//! `/api/v1/observations`: observations one after the other, as lines of JSON or as CSV, however many there are.
//!
//! They come by time and then by series. Each row carries its name, and a question with `after` goes on behind that row,
//! whatever was added meanwhile.

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use facts::Observation;
use facts::series::Walk;
use futures::stream::poll_fn;
use serde::Serialize;
use standards::Item;
use tokio::sync::mpsc;

use crate::format::guarded;
use crate::server::Portal;
use crate::sta::query::{instant, moment};
use crate::sta::refusal::{Refusal, unreadable};
use crate::sta::{OPEN, preflight};

/// Rows that are read at a time.
const ROWS: usize = 1000;
/// Pieces that may wait for a slow reader.
const WAITING: usize = 4;
/// How many values a parameter may list.
const LISTED: usize = 200;

/// Its address.
pub(crate) fn routes() -> Router<Arc<Portal>> {
    Router::new().route("/api/v1/observations", get(stream).options(preflight))
}

/// What is asked for.
#[derive(Debug)]
struct Asked {
    series: Option<Vec<i64>>,
    from: i64,
    to: i64,
    known_at: i64,
    after: Option<(i64, i64)>,
    limit: usize,
    csv: bool,
}

/// A row.
#[derive(Debug, Serialize)]
struct Line<'a> {
    id: String,
    place: &'a str,
    item: &'a str,
    source: &'a str,
    time: String,
    value: Option<String>,
    unit: &'static str,
    qualifier: &'static str,
    text: &'a str,
    text_unit: &'a str,
    published: Option<String>,
    flag: &'a str,
    method: &'a str,
    reason: &'a str,
    version: i64,
    known_at: String,
    made_up: bool,
}

const COLUMNS: [&str; 17] = [
    "id",
    "place",
    "item",
    "source",
    "time",
    "value",
    "unit",
    "qualifier",
    "text",
    "text_unit",
    "published",
    "flag",
    "method",
    "reason",
    "version",
    "known_at",
    "made_up",
];

async fn stream(State(portal): State<Arc<Portal>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let wants_csv = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accept| accept.starts_with("text/csv"));
    let reader = Arc::clone(&portal);
    let read = tokio::task::spawn_blocking(move || read(&reader, query.as_deref().unwrap_or_default(), wants_csv));
    let asked = match read.await.unwrap_or_else(|error| Err(Refusal::Internal(error.to_string()))) {
        Ok(asked) => asked,
        Err(refusal) => return (OPEN, refusal).into_response(),
    };
    let kind = if asked.csv { "text/csv; charset=utf-8" } else { "application/x-ndjson" };
    let (sender, mut receiver) = mpsc::channel(WAITING);
    tokio::task::spawn_blocking(move || send(&portal, &asked, &sender));
    let body = Body::from_stream(poll_fn(move |context| receiver.poll_recv(context)));
    (OPEN, [(header::CONTENT_TYPE, kind)], body).into_response()
}

fn read(portal: &Portal, query: &str, wants_csv: bool) -> Result<Asked, Refusal> {
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_str(query).map_err(|error| Refusal::Bad(format!("the address cannot be read: {error}")))?;
    let mut asked =
        Asked { series: None, from: i64::MIN, to: i64::MAX, known_at: i64::MAX, after: None, limit: usize::MAX, csv: wants_csv };
    let (mut places, mut items, mut sources) = (Vec::new(), Vec::new(), Vec::new());
    let model = portal.sensors.of(portal)?;
    for (name, text) in &pairs {
        let text = text.trim();
        let refuse = |expected: &str| unreadable(name, 0, text, expected);
        if LISTED < text.split(',').count() {
            return Err(refuse("at most 200 values"));
        }
        let list = || text.split(',').map(str::trim).filter(|part| !part.is_empty());
        match name.as_str() {
            "place" => {
                for id in list() {
                    model.place(id).ok_or_else(|| unreadable(name, 0, id, "the id of a place, such as one of Things"))?;
                    places.push(id.to_owned());
                }
            }
            "item" => {
                for id in list() {
                    items.push(Item::by_id(id).map_err(|_| unreadable(name, 0, id, "the id of an item, such as nh3n"))?);
                }
            }
            "source" => {
                for id in list() {
                    if !model.sensors.iter().any(|own| own == id) {
                        return Err(unreadable(name, 0, id, format!("one of the sources {}", model.sensors.join(", "))));
                    }
                    sources.push(id.to_owned());
                }
            }
            "from" => asked.from = start(text).ok_or_else(|| refuse("a day such as 2020-05-08 or a time with its offset"))?,
            "to" => asked.to = moment(text).ok_or_else(|| refuse("a day such as 2020-05-08 or a time with its offset"))?,
            "as_of" => asked.known_at = moment(text).ok_or_else(|| refuse("a day such as 2020-05-08 or a time with its offset"))?,
            "after" => {
                asked.after = Some(place_of(text).ok_or_else(|| refuse("the id of the last row received, such as 12-1589000000-1"))?)
            }
            "limit" => asked.limit = text.parse().map_err(|_| refuse("a whole number"))?,
            "format" => {
                asked.csv = match text {
                    "csv" => true,
                    "jsonl" | "json" => false,
                    _ => return Err(refuse("jsonl or csv")),
                };
            }
            _ => return Err(unreadable(name, 0, name, "one of place, item, source, from, to, as_of, after, limit, format")),
        }
    }
    let all = places.is_empty() && items.is_empty() && sources.is_empty() && model.whole;
    if !all {
        let fits = |series: &facts::series::Series, item: Item| {
            (places.is_empty() || places.contains(&series.place))
                && (items.is_empty() || items.contains(&item))
                && (sources.is_empty() || sources.contains(&series.source))
        };
        asked.series =
            Some(model.streams.iter().filter(|stream| fits(&stream.series, stream.item)).map(|stream| stream.series.id).collect());
    }
    Ok(asked)
}

/// The first second of a day in Shanghai, or an instant.
fn start(text: &str) -> Option<i64> {
    match text.parse::<jiff::civil::Date>() {
        Ok(day) if text.len() == 10 => Some(facts::time::start_of(day)),
        // A `+` that was not escaped arrives as a blank.
        _ => instant(&text.replace(' ', "+")),
    }
}

/// Time and series of a row's name.
fn place_of(name: &str) -> Option<(i64, i64)> {
    let (series, rest) = name.split_once('-')?;
    let (time, version) = rest.rsplit_once('-')?;
    version.parse::<i64>().ok()?;
    Some((time.parse().ok()?, series.parse().ok()?))
}

/// Reads piece by piece, no faster than the reader takes them.
fn send(portal: &Portal, asked: &Asked, sender: &mpsc::Sender<io::Result<Bytes>>) {
    let mut after = asked.after;
    let mut left = asked.limit;
    let mut first = true;
    while 0 < left || first {
        let limit = left.min(ROWS);
        let walk = Walk {
            series: asked.series.as_deref(),
            from: asked.from,
            to: asked.to,
            known_at: asked.known_at,
            after,
            limit,
            ..Walk::default()
        };
        let piece = portal.store.walk(&walk).map_err(io::Error::other).and_then(|rows| {
            let bytes = if asked.csv { table(&rows, first)? } else { lines(&rows)? };
            Ok((rows, bytes))
        });
        let rows = match piece {
            Ok((rows, bytes)) => {
                if sender.blocking_send(Ok(bytes.into())).is_err() {
                    return;
                }
                rows
            }
            Err(error) => {
                tracing::error!("a stream of observations ended early: {error}");
                // The connection breaks off, so that nobody takes a part for the whole.
                drop(sender.blocking_send(Err(error)));
                return;
            }
        };
        first = false;
        left = left.saturating_sub(rows.len());
        after = rows.last().map(|row| (row.time, row.series));
        if rows.len() < limit || after.is_none() {
            return;
        }
    }
}

/// An instant to the second, as Shanghai's clock shows it.
fn local(seconds: i64) -> String {
    facts::time::local(seconds).map_or_else(|| seconds.to_string(), |time| format!("{time}+08:00"))
}

fn line(row: &Observation) -> Line<'_> {
    Line {
        id: row.name(),
        place: &row.place,
        item: &row.item,
        source: &row.source,
        time: local(row.time),
        value: row.value.map(|value| value.to_string()),
        unit: Item::by_id(&row.item).map_or("", Item::unit),
        qualifier: row.qualifier.id(),
        text: &row.text,
        text_unit: &row.unit,
        published: row.published.map(|value| value.to_string()),
        flag: &row.flag,
        method: &row.method,
        reason: &row.reason,
        version: row.version,
        known_at: local(row.known_at),
        made_up: row.made_up,
    }
}

fn lines(rows: &[Observation]) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut bytes, &line(row))?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}

fn table(rows: &[Observation], with_header: bool) -> io::Result<Vec<u8>> {
    // The mark lets spreadsheets read Chinese.
    let mut writer = csv::Writer::from_writer(if with_header { vec![0xef, 0xbb, 0xbf] } else { Vec::new() });
    if with_header {
        writer.write_record(COLUMNS)?;
    }
    for row in rows {
        let line = line(row);
        let (version, made_up) = (line.version.to_string(), line.made_up.to_string());
        let cells = [
            line.id.as_str(),
            line.place,
            line.item,
            line.source,
            &line.time,
            line.value.as_deref().unwrap_or_default(),
            line.unit,
            line.qualifier,
            line.text,
            line.text_unit,
            line.published.as_deref().unwrap_or_default(),
            line.flag,
            line.method,
            line.reason,
            &version,
            &line.known_at,
            &made_up,
        ];
        writer.write_record(cells.map(guarded))?;
    }
    writer.into_inner().map_err(|error| io::Error::other(error.to_string()))
}
