//! The lines of the API's description for the sensor service and the stream of observations.

use serde_json::{Value, json};

use super::kind::{Kind, Version};

/// Options of a collection: name and meaning.
const OPTIONS: [(&str, &str); 9] = [
    ("$filter", "such as phenomenonTime ge 2020-01-01T00:00:00Z and Datastream/ObservedProperty/@iot.id eq 'nh3n'"),
    ("$expand", "such as Datastreams($expand=Observations($orderby=phenomenonTime desc;$top=1))"),
    ("$select", "names of properties"),
    ("$orderby", "such as phenomenonTime desc"),
    ("$top", "things on a page, at most 1000"),
    ("$skip", "things to pass over; the link to the next page is better"),
    ("$count", "true or false"),
    ("$resultFormat", "dataArray, CSV or GeoJSON"),
    ("as_of", "what was known on a day or at a time"),
];

/// Parameters of the stream of observations.
const STREAM: [(&str, &str); 9] = [
    ("place", "ids of places, with commas between"),
    ("item", "ids of items, with commas between"),
    ("source", "sources, with commas between"),
    ("from", "a day or a time with its offset"),
    ("to", "a day or a time with its offset, included"),
    ("as_of", "what was known on a day or at a time"),
    ("after", "the id of the last row received; the stream goes on behind it"),
    ("limit", "at most so many rows"),
    ("format", "jsonl or csv"),
];

/// Addresses and their operations.
pub(crate) fn paths() -> Vec<(String, Value)> {
    let mut paths = vec![(
        "/api/v1/observations".to_owned(),
        json!({"get": operation("observations", "Observations one after the other, by time and series", &STREAM, "application/x-ndjson")}),
    )];
    for version in [Version::V1, Version::V2] {
        let root = format!("/sta/{}", version.id());
        let title = format!("SensorThings {}: what the service has", version.id());
        paths.push((root.clone(), json!({"get": operation(&format!("sta_{}", version.id()), &title, &[], "application/json")})));
        for kind in Kind::ALL {
            let name = kind.set(version);
            let id = format!("sta_{}_{name}", version.id());
            let mut item = json!({"get": operation(&id, &format!("SensorThings {}: {name}", version.id()), &OPTIONS, "application/json")});
            if kind == Kind::Observation && version == Version::V1 {
                item["post"] = json!({
                    "operationId": format!("{id}_create"),
                    "summary": "Adds an observation or a list of them; needs a personal token",
                    "requestBody": {"required": true, "content": {"application/json": {"schema": {"type": ["object", "array"]}}}},
                    "responses": {"201": {"description": "kept"}, "400": {"description": "refused; the message names place, found and expected"},
                        "401": {"description": "no token"}, "403": {"description": "the account may not edit that place"},
                        "409": {"description": "there is another value at that time; correct it with PATCH"}},
                });
            }
            paths.push((format!("{root}/{name}"), item));
        }
    }
    paths
}

fn operation(id: &str, summary: &str, options: &[(&str, &str)], media: &str) -> Value {
    let parameters: Vec<Value> =
        options.iter().map(|(name, doc)| json!({"name": name, "in": "query", "description": doc, "schema": {"type": "string"}})).collect();
    json!({
        "operationId": id.replace('.', "_"),
        "summary": summary,
        "parameters": parameters,
        "responses": {
            "200": {"description": summary, "content": {media: {"schema": {"type": ["object", "string"]}}}},
            "400": {"description": "something that cannot be read; the message names its place, what was found and what was expected"},
        },
    })
}
