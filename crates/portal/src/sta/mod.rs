//! The sensor service: places, series and observations by the SensorThings standard, 1.1 and (read-only) 2.0.
//!
//! ```text
//! address ─▶ way and options (read, or refused with the place) ─▶ page of a set ─▶ JSON | dataArray | CSV | GeoJSON
//! ```

mod entity;
mod eval;
mod format;
mod function;
mod kind;
mod model;
pub(crate) mod openapi;
mod page;
mod path;
pub(crate) mod query;
pub(crate) mod refusal;
mod render;
mod row;
mod unit;
mod value;
mod world;
mod write;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};

use crate::server::Portal;
use kind::{Kind, Version};
pub(crate) use model::Held;
use path::Target;
use query::{Form, Options};
use refusal::Refusal;
use world::{Set, World};

/// What of the standard holds here.
const CONFORMANCE: [&str; 16] = [
    "http://www.opengis.net/spec/iot_sensing/1.1/req/datamodel/thing",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/datamodel/location",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/datamodel/historical-location",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/datamodel/datastream",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/datamodel/sensor",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/datamodel/observed-property",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/datamodel/observation",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/datamodel/feature-of-interest",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/datamodel/entity-control-information",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/resource-path/resource-path-to-entities",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/request-data/order",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/request-data/expand",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/request-data/select",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/request-data/filter",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/request-data/pagination",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/data-array/data-array",
];

/// Its addresses. They stand outside the languages.
pub(crate) fn routes() -> Router<Arc<Portal>> {
    Router::new()
        .route("/sta/{version}", get(root_of_version).options(preflight))
        .route("/sta/{version}/", get(root_of_version).options(preflight))
        .route(
            "/sta/{version}/{*way}",
            get(read).options(preflight).post(write::receive).patch(write::change).put(write::not_offered).delete(write::not_offered),
        )
}

/// What any site may ask in a visitor's browser: to read, without who the visitor is.
pub(crate) const OPEN: [(&str, &str); 1] = [("access-control-allow-origin", "*")];

/// Whether another site may ask.
pub(crate) async fn preflight() -> Response {
    let allowed = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, OPTIONS"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "Accept, Content-Type"),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ];
    (StatusCode::NO_CONTENT, OPEN, allowed).into_response()
}

async fn root_of_version(state: State<Arc<Portal>>, Path(version): Path<String>, query: RawQuery, headers: HeaderMap) -> Response {
    read(state, Path((version, String::new())), query, headers).await
}

async fn read(
    State(portal): State<Arc<Portal>>,
    Path((version, way)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let host = host(&headers);
    let work = move || answer(&portal, &host, &version, &way, query.as_deref().unwrap_or_default());
    let done = tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(Refusal::Internal(error.to_string())));
    (OPEN, done.unwrap_or_else(Refusal::into_response)).into_response()
}

/// The address of this portal as its visitors see it.
pub(crate) fn host(headers: &HeaderMap) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
    let told = |name: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let first = value.split(',').next().unwrap_or_default().trim().to_owned();
        Some(first).filter(|text| !text.is_empty() && text.chars().all(plain))
    };
    let scheme = told("x-forwarded-proto").filter(|scheme| scheme == "https").unwrap_or_else(|| "http".to_owned());
    let host = told("x-forwarded-host").or_else(|| told("host")).unwrap_or_else(|| "localhost".to_owned());
    format!("{scheme}://{host}")
}

fn answer(portal: &Portal, host: &str, version: &str, way: &str, query: &str) -> Result<Response, Refusal> {
    let version = Version::parse(version).ok_or_else(|| Refusal::NotFound("version of that name (there are v1.1 and v2.0)".to_owned()))?;
    let options = query::read(query)?;
    let root = format!("{host}/sta/{}", version.id());
    if way.trim_matches('/').is_empty() {
        return Ok(json_response(&service(&root, version)));
    }
    let held;
    let past;
    let model: &model::Model = match options.as_of {
        None => {
            held = portal.sensors.of(portal)?;
            held.as_ref()
        }
        Some(known_at) => {
            past = model::Model::as_of(portal, known_at)?;
            &past
        }
    };
    let world = World::new(portal, model, version, root, options.as_of);
    let (target, address) = path::walk(&world, way)?;
    match target {
        Target::Set(set) => collection(&world, &set, &options, &address),
        Target::Links(set) => {
            let found = page::page(&world, &set, &options)?;
            let name = render::remark(version, if version == Version::V1 { "selfLink" } else { "id" });
            let links: Vec<Value> = found.things.iter().map(|thing| json!({name.as_str(): world.link(thing)})).collect();
            let mut out = json!({"value": links});
            if let Some(token) = &found.next {
                out[render::remark(version, "nextLink")] = json!(render::next_link(&format!("{address}/$ref"), &options.given, token));
            }
            Ok(json_response(&out))
        }
        Target::Count(set) => {
            let counting = Options { count: true, top: Some(0), ..options };
            let n = page::page(&world, &set, &counting)?.count.unwrap_or(0);
            Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], n.to_string()).into_response())
        }
        Target::One(thing) => one(&world, &thing, &options),
        Target::Property(thing, name, bare) => {
            let value = world.property(&thing, &name).unwrap_or(Value::Null);
            if bare {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                return Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response());
            }
            Ok(json_response(&json!({name: value})))
        }
    }
}

/// What the service has, and what of the standard holds here.
fn service(root: &str, version: Version) -> Value {
    let sets = Kind::ALL.into_iter().map(|kind| kind.set(version)).map(|name| json!({"name": name, "url": format!("{root}/{name}")}));
    let sets: Vec<Value> = sets.collect();
    match version {
        Version::V1 => json!({"value": sets, "serverSettings": {"conformance": CONFORMANCE, "readOnly": "all but Observations"}}),
        Version::V2 => json!({"value": sets, "serverSettings": {"conformance": [], "readOnly": "all"}}),
    }
}

fn collection(world: &World<'_>, set: &Set, options: &Options, address: &str) -> Result<Response, Refusal> {
    match options.form {
        Form::Json => Ok(json_response(&Value::Object(render::collection(world, set, options, address)?))),
        Form::DataArray => Ok(json_response(&Value::Object(format::data_array(world, set, options, address)?))),
        Form::Csv | Form::Geojson => {
            let found = page::page(world, set, options)?;
            let written: Vec<Value> =
                found.things.iter().map(|thing| render::thing(world, thing, options).map(Value::Object)).collect::<Result<_, Refusal>>()?;
            let next = found.next.as_ref().map(|token| render::next_link(address, &options.given, token));
            if options.form == Form::Geojson {
                return Ok(geo_response(&format::geojson(world, &found.things, &written, next)));
            }
            let mut response = format::csv(&written);
            // A table has no room for the link to its next page, so it stands in the head of the answer.
            if let Some(value) = next.and_then(|next| format!("<{next}>; rel=\"next\"").parse().ok()) {
                response.headers_mut().insert(header::LINK, value);
            }
            Ok(response)
        }
    }
}

fn one(world: &World<'_>, thing: &world::Thing, options: &Options) -> Result<Response, Refusal> {
    let written = Value::Object(render::thing(world, thing, options)?);
    match options.form {
        Form::Json | Form::DataArray => Ok(json_response(&written)),
        Form::Csv => Ok(format::csv(std::slice::from_ref(&written))),
        Form::Geojson => {
            let collection = format::geojson(world, std::slice::from_ref(thing), std::slice::from_ref(&written), None);
            Ok(geo_response(&collection))
        }
    }
}

fn json_response(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

fn geo_response(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/geo+json")], value.to_string()).into_response()
}
