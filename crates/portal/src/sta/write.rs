//! Writing observations: through the importer, so that the ledger and the corrections are those of every other way in.

use std::collections::HashSet;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use facts::Change;
use facts::import::{ImportOptions, ImportReport, Silent};
use plan::Power;
use serde_json::{Value, json};

use super::kind::Version;
use super::path::{self, Target};
use super::refusal::{Refusal, unreadable};
use super::row::{Row, of_arrays, of_json};
use super::world::{Thing, World, utc};
use crate::server::Portal;
use crate::viewer::{self, Viewer};

/// What a request adds or corrects is one file of the importer, under this name.
const FILE: &str = "sensorthings.csv";

/// What was written, or why not, row by row.
type Outcomes = Vec<Result<String, Refusal>>;

/// New observations: one, a list of them, or arrays of values.
pub(crate) async fn receive(
    State(portal): State<Arc<Portal>>,
    Path((version, way)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    run(portal, headers, move |portal, viewer, host| {
        let root = root_of(host, &version)?;
        let body: Value = serde_json::from_slice(&body).map_err(|error| Refusal::Bad(format!("the body is not JSON: {error}")))?;
        let model = portal.sensors.of(portal)?;
        let world = World::new(portal, &model, Version::V1, root, None);
        match way.trim_matches('/') {
            "CreateObservations" => {
                let outcomes = keep(&world, viewer, of_arrays(&world, &body)?, true)?;
                let told: Vec<String> =
                    outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(|refusal| format!("error: {}", refusal.message()))).collect();
                Ok((StatusCode::CREATED, json_body(&json!(told))).into_response())
            }
            way if way == "Observations" || way.ends_with(")/Observations") => {
                let stream = stream_of(&world, way)?;
                let (list, one) = match body {
                    Value::Array(list) => (list, false),
                    single => (vec![single], true),
                };
                let rows: Vec<Result<Row, Refusal>> = list.iter().map(|value| of_json(&world, value, stream)).collect();
                let links: Vec<String> = keep(&world, viewer, rows, false)?.into_iter().collect::<Result<_, Refusal>>()?;
                let first = links.first().cloned().unwrap_or_default();
                if one {
                    return Ok((StatusCode::CREATED, [(header::LOCATION, first.clone())], json_body(&json!({"@iot.selfLink": first})))
                        .into_response());
                }
                Ok((StatusCode::CREATED, json_body(&json!(links))).into_response())
            }
            _ => Err(Refusal::Method(
                "only Observations are made here; places come into their registers by the pages or an import".to_owned(),
            )),
        }
    })
    .await
}

/// A correction of an observation: the next version, with its reason.
pub(crate) async fn change(
    State(portal): State<Arc<Portal>>,
    Path((version, way)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    run(portal, headers, move |portal, viewer, host| {
        let root = root_of(host, &version)?;
        let body: Value = serde_json::from_slice(&body).map_err(|error| Refusal::Bad(format!("the body is not JSON: {error}")))?;
        let model = portal.sensors.of(portal)?;
        let world = World::new(portal, &model, Version::V1, root, None);
        let (target, _) = path::walk(&world, &way)?;
        let Target::One(thing @ Thing::Observation(..)) = target else {
            return Err(Refusal::Method("only an observation can be corrected here".to_owned()));
        };
        let Thing::Observation(stream, found) = &thing else { return Err(Refusal::NotFound("observation".to_owned())) };
        let newest = portal.store.observation_at(found.series, found.time, None, i64::MAX)?;
        if newest.as_ref().is_some_and(|newest| newest.version != found.version) {
            return Err(Refusal::Conflict("this version was corrected already; correct the newest one".to_owned()));
        }
        let row = super::row::correction(&world, *stream, found, &body)?;
        let links: Vec<String> = keep(&world, viewer, vec![Ok(row)], false)?.into_iter().collect::<Result<_, Refusal>>()?;
        Ok(json_body(&json!({"@iot.id": world.id(&thing).json(), "@iot.selfLink": links.first()})))
    })
    .await
}

/// What is not done here.
pub(crate) async fn not_offered() -> Response {
    let what = "observations are never removed or replaced: correct one with PATCH and a reason; the result null says that it is missing";
    Refusal::Method(what.to_owned()).into_response()
}

/// Lets in whoever has a token, works off the threads of the network, and has the plan judged again.
async fn run(
    portal: Arc<Portal>,
    headers: HeaderMap,
    work: impl FnOnce(&Portal, &Viewer, &str) -> Result<Response, Refusal> + Send + 'static,
) -> Response {
    let host = super::host(&headers);
    let inside = Arc::clone(&portal);
    let done = tokio::task::spawn_blocking(move || -> Result<(Response, String), Refusal> {
        // A session in a browser is no token: its cookie would come along with requests of other sites.
        let viewer = viewer::of_request(&inside, &headers)?.filter(|viewer| viewer.by_token).ok_or(Refusal::SignIn)?;
        let response = work(&inside, &viewer, &host)?;
        Ok((response, viewer.account.name))
    })
    .await;
    match done.unwrap_or_else(|error| Err(Refusal::Internal(error.to_string()))) {
        Ok((response, who)) => {
            // Whoever sends readings does not wait for what follows from them.
            tokio::spawn(async move { portal.judge_again(&who).await });
            response
        }
        Err(refusal) => refusal.into_response(),
    }
}

fn root_of(host: &str, version: &str) -> Result<String, Refusal> {
    match Version::parse(version) {
        Some(Version::V1) => Ok(format!("{host}/sta/{}", Version::V1.id())),
        Some(Version::V2) => Err(Refusal::Method("version 2.0 is only read here; write with v1.1".to_owned())),
        None => Err(Refusal::NotFound("version of that name (there are v1.1 and v2.0)".to_owned())),
    }
}

/// The series that the address itself names, as in `Datastreams(12)/Observations`.
fn stream_of(world: &World<'_>, way: &str) -> Result<Option<usize>, Refusal> {
    let Some(owner) = way.strip_suffix("/Observations") else { return Ok(None) };
    match path::walk(world, owner)?.0 {
        Target::One(Thing::Stream(no)) => Ok(Some(no)),
        _ => Err(Refusal::Method("observations are made in a Datastream".to_owned())),
    }
}

/// Keeps rows: those that are good, or all of them or none.
fn keep(world: &World<'_>, viewer: &Viewer, rows: Vec<Result<Row, Refusal>>, good_ones: bool) -> Result<Outcomes, Refusal> {
    let mut outcomes: Outcomes = Vec::with_capacity(rows.len());
    let mut wanted: Vec<(usize, Row)> = Vec::new();
    let mut seen = HashSet::new();
    for (no, row) in rows.into_iter().enumerate() {
        let checked = row.and_then(|row| {
            may(world, viewer, row.stream)?;
            fresh(world, &row)?;
            if seen.insert((row.stream, row.time)) {
                return Ok(row);
            }
            Err(Refusal::Conflict(format!("the request holds two observations of one series at {}", utc(row.time))))
        });
        match checked {
            Ok(row) => {
                outcomes.push(Ok(link(world, &row)));
                wanted.push((no, row));
            }
            Err(refusal @ Refusal::Internal(_)) => return Err(refusal),
            Err(refusal) if good_ones => outcomes.push(Err(refusal)),
            Err(refusal) => return Err(refusal),
        }
    }
    if wanted.is_empty() {
        return Ok(outcomes);
    }
    let made_up = wanted.first().is_some_and(|(_, row)| row.made_up);
    if wanted.iter().any(|(_, row)| row.made_up != made_up) {
        return Err(Refusal::Bad("one request holds either made-up observations or measured ones".to_owned()));
    }
    let report = import(world, viewer, &wanted, made_up, good_ones)?;
    for refused in &report.refused {
        // Row 1 is the header.
        let place = usize::try_from(refused.row).ok().and_then(|row| row.checked_sub(2));
        let Some((no, _)) = place.and_then(|place| wanted.get(place)) else { continue };
        let refusal = unreadable(&refused.column, 0, &refused.found, refused.expected.clone());
        if !good_ones {
            return Err(refusal);
        }
        if let Some(outcome) = outcomes.get_mut(*no) {
            *outcome = Err(refusal);
        }
    }
    Ok(outcomes)
}

fn import(world: &World<'_>, viewer: &Viewer, wanted: &[(usize, Row)], made_up: bool, good_ones: bool) -> Result<ImportReport, Refusal> {
    let portal = world.portal;
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(["place", "time", "item", "value", "unit", "source", "method", "flag", "reason"])?;
    for (_, row) in wanted {
        let Some(stream) = world.model.streams.get(row.stream) else { continue };
        let series = &stream.series;
        let time = utc(row.time);
        table.write_record([
            &series.place,
            &time,
            &series.item,
            &row.text,
            &row.unit,
            &series.source,
            &row.method,
            &row.flag,
            &row.reason,
        ])?;
    }
    let bytes = table.into_inner().map_err(|error| Refusal::Internal(error.to_string()))?;
    let source = wanted.first().and_then(|(_, row)| world.model.streams.get(row.stream)).map_or("", |stream| stream.series.source.as_str());
    let options = ImportOptions {
        accept_rest: good_ones,
        made_up: made_up || portal.settings.demo,
        known_at: Some(portal.known_now()),
        ..ImportOptions::of(&portal.plan, source)
    };
    let change = Change { who: viewer.account.name.clone(), at: portal.now(), why: "sent to the sensor service".to_owned() };
    Ok(portal.store.import_bytes(FILE, bytes, &options, &change, &Silent)?)
}

/// Whether the account may edit the place that a series is of.
fn may(world: &World<'_>, viewer: &Viewer, stream: usize) -> Result<(), Refusal> {
    let portal = world.portal;
    let place = world.model.streams.get(stream).and_then(|stream| world.model.places.get(stream.place));
    let place = place.ok_or_else(|| Refusal::NotFound("such Datastream".to_owned()))?;
    let register = portal.plan.register(&place.kind).ok_or_else(|| Refusal::NotFound(format!("register `{}`", place.kind)))?;
    let entry = portal.store.entry(&place.kind, &place.id)?.ok_or_else(|| Refusal::NotFound(format!("place `{}`", place.id)))?;
    viewer.person().may(&portal.plan, Power::Edit, register, &entry.id, &entry.data).map_err(|denied| Refusal::Denied(denied.to_string()))
}

/// A second value for one time is a correction, and a correction has a reason.
fn fresh(world: &World<'_>, row: &Row) -> Result<(), Refusal> {
    let portal = world.portal;
    if portal.known_now() < row.time {
        let until = facts::time::print(portal.known_now());
        return Err(unreadable("phenomenonTime", 0, &utc(row.time), format!("a time that is over, not after {until}")));
    }
    let Some(stream) = world.model.streams.get(row.stream) else { return Ok(()) };
    let there = portal.store.observation_at(stream.series.id, row.time, None, i64::MAX)?;
    match there {
        Some(there) if row.reason.is_empty() && there.text != row.text => Err(Refusal::Conflict(format!(
            "there is an observation of this series at that time already, `{}`; correct it with PATCH, or give parameters.reason",
            there.text
        ))),
        _ => Ok(()),
    }
}

fn link(world: &World<'_>, row: &Row) -> String {
    let series = world.model.streams.get(row.stream).map_or(0, |stream| stream.series.id);
    format!("{}/Observations('{series}-{}')", world.root, row.time)
}

fn json_body(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}
