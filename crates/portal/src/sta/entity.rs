//! What each thing says of itself, as version 1.1 writes it and as version 2.0 does.

use facts::{Observation, Qualifier};
use serde_json::{Map, Number, Value, json};
use standards::Decimal;

use super::kind::Version;
use super::model::{Place, Stream};
use super::unit;
use super::world::{Thing, World, utc};

const GEOJSON: &str = "application/geo+json";
const MEASUREMENT: &str = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement";

impl World<'_> {
    /// The properties of a thing, without its name and its links.
    pub(crate) fn own(&self, thing: &Thing) -> Map<String, Value> {
        let model = self.model;
        let value = match thing {
            Thing::Place(no) => model.places.get(*no).map(place),
            Thing::Location(no) => model.places.get(*no).map(|place| located(place, "location")),
            Thing::Feature(no) => model.places.get(*no).map(|place| located(place, "feature")),
            Thing::Stream(no) => model.streams.get(*no).map(|stream| self.stream(*no, stream)),
            Thing::Sensor(no) => model.sensors.get(*no).map(|source| sensor(source)),
            Thing::Item(no) => model.items.get(*no).map(|item| {
                json!({"name": item.zh(), "definition": format!("urn:qingliu:item:{}", item.id()), "description": item.en(),
                    "properties": {"id": item.id(), "name_en": item.en(), "unit": item.unit(), "ucum": unit::ucum(item.unit()), "hj212": item.codes()}})
            }),
            Thing::Observation(no, row) => Some(self.observed(*no, row)),
            Thing::AnyOf(_) => None,
        };
        match value {
            Some(Value::Object(own)) => own,
            _ => Map::new(),
        }
    }

    /// One property, without making the others: what filters over many observations ask for.
    pub(crate) fn property(&self, thing: &Thing, name: &str) -> Option<Value> {
        let Thing::Observation(_, row) = thing else { return self.own(thing).remove(name) };
        match name {
            "result" => Some(result(row)),
            "phenomenonTime" => Some(json!(utc(row.time))),
            "resultTime" => Some(json!(utc(row.known_at))),
            _ => self.own(thing).remove(name),
        }
    }

    fn stream(&self, no: usize, stream: &Stream) -> Value {
        let model = self.model;
        let place = model.places.get(stream.place);
        let (zh, en) = place.map_or(("", ""), |place| (place.name(), place.name_en.as_str()));
        let span = self.span(no);
        let time = match (span, self.version) {
            (None, _) => Value::Null,
            (Some((from, to)), Version::V1) => json!(format!("{}/{}", utc(from), utc(to))),
            (Some((from, to)), Version::V2) => json!({"start": utc(from), "end": utc(to)}),
        };
        let item = stream.item;
        let series = &stream.series;
        let mut properties =
            json!({"place": series.place, "item": series.item, "source": series.source, "unit": item.unit(), "made_up": series.made_up});
        if self.as_of.is_none() {
            // The summary of the series: as of an earlier day there is none.
            properties["n"] = json!(series.n);
            properties["last"] = json!({"phenomenonTime": utc(series.last_time), "result": number(series.last_value),
                "qualifier": series.last_qualifier.id(), "text": series.last_text});
        }
        let mut own = Map::new();
        own.insert("name".to_owned(), json!(format!("{zh} · {}", item.zh())));
        own.insert("description".to_owned(), json!(format!("{}, {} ({})", if en.is_empty() { zh } else { en }, item.en(), series.source)));
        match self.version {
            Version::V1 => {
                own.insert("observationType".to_owned(), json!(MEASUREMENT));
                own.insert("unitOfMeasurement".to_owned(), unit::of_measurement(item.unit()));
            }
            Version::V2 => {
                let kind = json!({"type": "Quantity", "label": item.en(), "definition": format!("urn:qingliu:item:{}", item.id()), "uom": unit::uom(item.unit())});
                own.insert("resultType".to_owned(), kind);
            }
        }
        own.insert("observedArea".to_owned(), place.and_then(|place| place.geometry.clone()).unwrap_or(Value::Null));
        own.insert("phenomenonTime".to_owned(), time);
        own.insert("resultTime".to_owned(), Value::Null);
        own.insert("properties".to_owned(), properties);
        Value::Object(own)
    }

    fn observed(&self, no: usize, row: &Observation) -> Value {
        let unit = self.model.streams.get(no).map_or("", |stream| stream.item.unit());
        let time = match self.version {
            Version::V1 => json!(utc(row.time)),
            Version::V2 => json!({"start": utc(row.time)}),
        };
        let more = json!({
            "made_up": row.made_up,
            "version": row.version,
            "text": row.text,
            "text_unit": row.unit,
            "unit": unit,
            "ucum": unit::ucum(unit),
            "published": number(row.published),
            "method": row.method,
            "reason": row.reason,
            "time_local": facts::time::print(row.time),
        });
        let mut own = Map::new();
        own.insert("phenomenonTime".to_owned(), time);
        own.insert("resultTime".to_owned(), json!(utc(row.known_at)));
        own.insert("result".to_owned(), result(row));
        own.insert("resultQuality".to_owned(), json!({"qualifier": row.qualifier.id(), "flag": row.flag}));
        own.insert("validTime".to_owned(), Value::Null);
        own.insert(if self.version == Version::V1 { "parameters" } else { "properties" }.to_owned(), more);
        Value::Object(own)
    }
}

fn place(place: &Place) -> Value {
    json!({"name": place.name(), "description": described(place), "properties": place.fields})
}

fn described(place: &Place) -> String {
    let title = place.kind_title.get("en");
    if place.name_en.is_empty() { title.to_owned() } else { format!("{title}: {}", place.name_en) }
}

fn located(place: &Place, what: &str) -> Value {
    let geometry = place.geometry.clone().unwrap_or(Value::Null);
    let made_up = place.fields.get("made_up").cloned().unwrap_or(Value::Null);
    json!({"name": place.name(), "description": described(place), "encodingType": GEOJSON, what: geometry,
        "properties": {"made_up": made_up, "register": place.kind, "position": place.fields.get("position")}})
}

fn sensor(source: &str) -> Value {
    json!({"name": source, "description": format!("source of records: {source}"), "encodingType": "text/plain", "metadata": source, "properties": {"source": source}})
}

/// The result: a number in the item's unit, the detection limit where it is below that (`resultQuality` says so), nothing
/// where it is missing.
fn result(row: &Observation) -> Value {
    match row.qualifier {
        Qualifier::Value | Qualifier::Below => number(row.value),
        Qualifier::Missing | Qualifier::NotMeasured => Value::Null,
    }
}

/// A decimal as a number of JSON; never one that is none.
fn number(value: Option<Decimal>) -> Value {
    let Some(value) = value else { return Value::Null };
    let text = value.normalize().to_string();
    if let Ok(whole) = text.parse::<i64>() {
        return json!(whole);
    }
    text.parse::<f64>().ok().and_then(Number::from_f64).map_or(Value::Null, Value::Number)
}
