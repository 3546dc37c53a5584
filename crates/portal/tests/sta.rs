//! The sensor service and the stream of observations: what real clients send, and what nobody should have to fear.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../../judge/tests/common/mod.rs"]
mod common;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use common::{RECORDS, change, world};
use facts::import::{ImportOptions, Silent};
use facts::register::Draft;
use facts::{NewAccount, Store};
use jiff::civil::date;
use portal::{Portal, PortalSettings, router};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use tower::ServiceExt as _;

struct Site {
    router: axum::Router,
    store: Store,
    plan: plan::Plan,
    _folder: tempfile::TempDir,
}

struct Got {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    body: String,
}

impl Got {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

fn site() -> Site {
    let world = world(&RECORDS);
    for (name, unit, role) in [("epb", "epb", "officer"), ("luobei", "luobei", "county")] {
        let own = |text: &str| text.to_owned();
        let new = NewAccount { name: own(name), display: own(name), unit: own(unit), role: own(role), ..NewAccount::default() };
        world.store.add_account(&new, "a long enough password", &change()).unwrap();
    }
    let mut station = Draft { id: "st-x".to_owned(), made_up: true, source: "test".to_owned(), ..Draft::default() };
    for (field, value) in [("name_zh", "试验站"), ("section", "hg-heli"), ("kind", "manual"), ("contact", "王小明 13800000000")] {
        station.data.insert(field.to_owned(), value.to_owned());
    }
    world.store.put_entries(&world.plan, "station", &[station], &change()).unwrap();
    let store = Store::open(&world.folder.path().join("facts.db")).unwrap();
    let settings = PortalSettings {
        as_of: date(2021, 4, 5),
        demo: false,
        map_review_number: None,
        clock: || 1_617_610_000,
        secure_cookies: false,
        judgement_wait: std::time::Duration::from_secs(300),
    };
    let plan = plan::load(&world.files).unwrap();
    let portal = Portal::new(world.store, world.plan, world.files, settings).unwrap();
    Site { router: router(Arc::new(portal)), store, plan, _folder: world.folder }
}

/// Blanks and what is not ASCII as an address carries them; all else as it stands.
fn address(path: &str) -> String {
    path.bytes()
        .map(|byte| {
            if byte.is_ascii_graphic() && !b"\"<>\\^`{|}#".contains(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
        })
        .collect()
}

impl Site {
    async fn send(&self, request: Request<Body>) -> Got {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = axum::body::to_bytes(response.into_body(), 64 << 20).await.unwrap();
        Got { status, headers, body: String::from_utf8_lossy(&bytes).into_owned() }
    }

    async fn get(&self, path: &str) -> Got {
        self.send(Request::get(address(path)).header(header::HOST, "water.example").body(Body::empty()).unwrap()).await
    }

    async fn write(&self, method: &str, path: &str, token: &str, body: &Value) -> Got {
        let mut request = Request::builder().method(method).uri(address(path)).header(header::CONTENT_TYPE, "application/json");
        if !token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    /// Every thing of a collection, page by page; between two pages `meanwhile` happens.
    async fn walk(&self, first: &str, mut meanwhile: impl FnMut(usize)) -> Vec<Value> {
        let mut all = Vec::new();
        let mut next = Some(first.to_owned());
        for page in 0.. {
            let Some(path) = next.take() else { break };
            let got = self.get(&path).await;
            assert_eq!(got.status, StatusCode::OK, "{path}: {}", got.body);
            let json = got.json();
            all.extend(json["value"].as_array().unwrap().iter().cloned());
            next = json["@iot.nextLink"].as_str().map(|link| link.strip_prefix("http://water.example").unwrap().to_owned());
            meanwhile(page);
        }
        all
    }

    fn import(&self, text: &str) {
        let options = ImportOptions { made_up: true, ..ImportOptions::of(&self.plan, "demo-manual") };
        let report = self.store.import_bytes("more.csv", text.as_bytes().to_vec(), &options, &change(), &Silent).unwrap();
        assert!(report.refused.is_empty(), "{:?}", report.refused);
    }

    fn token(&self, name: &str) -> String {
        self.store.make_token(name, "token", "test", 2_000_000_000, &change()).unwrap()
    }

    /// A series with several observations, by its number.
    fn series(&self) -> facts::series::Series {
        self.store.series_list().unwrap().into_iter().find(|series| series.place == "hg-heli" && series.item == "nh3n").unwrap()
    }
}

const WIDE: &str = "geography'Polygon ((120 40, 140 40, 140 55, 120 55, 120 40))'";
const NOWHERE: &str = "geography'Polygon ((0 0, 1 0, 1 1, 0 1, 0 0))'";

#[tokio::test(flavor = "multi_thread")]
async fn what_clients_ask_is_answered() {
    let site = site();
    let series = site.series();
    let all = site.store.series_list().unwrap();
    let (id, n) = (series.id, series.n);
    let n_all: u64 = all.iter().map(|series| series.n).sum();
    let points = "(location/type eq 'Point' or location/geometry/type eq 'Point')";
    // Address, place in the answer, and what stands there.
    let cases: Vec<(String, &str, Value)> = vec![
        // QGIS: the root, how many, a page, the map's extent with the shape of the layer, what is expanded.
        ("/sta/v1.1".to_owned(), "/value/0/url", json!("http://water.example/sta/v1.1/Things")),
        ("/sta/v1.1/".to_owned(), "/value/0/name", json!("Things")),
        ("/sta/v1.1/Observations?$top=0&$count=true".to_owned(), "/@iot.count", json!(n_all)),
        ("/sta/v1.1/Observations?$top=0&$count=true".to_owned(), "/value", json!([])),
        (format!("/sta/v1.1/Locations?$filter={points}&$top=0&$count=true"), "/value", json!([])),
        (format!("/sta/v1.1/Locations?$filter=geo.intersects(location, {NOWHERE})&$count=true"), "/@iot.count", json!(0)),
        (format!("/sta/v1.1/Locations?$filter=geo.intersects(location, {WIDE}) and {points}&$top=2&$count=false"), "/value/1/location/type", json!("Point")),
        (format!("/sta/v1.1/Things?$top=1&$count=true&$filter=st_intersects(Locations/location, {WIDE})&$expand=Locations($top=1),Datastreams($top=1;$expand=ObservedProperty)"), "/value/0/Locations/0/encodingType", json!("application/geo+json")),
        (format!("/sta/v1.1/FeaturesOfInterest?$filter=geo.intersects(feature, {NOWHERE})"), "/value", json!([])),
        (format!("/sta/v1.1/Datastreams?$filter=geo.intersects(observedArea, {NOWHERE})&$count=true"), "/@iot.count", json!(0)),
        // One thing, its ways, its properties.
        ("/sta/v1.1/Things('hg-heli')".to_owned(), "/@iot.id", json!("hg-heli")),
        ("/sta/v1.1/Things('hg-heli')/properties".to_owned(), "/properties/register", json!("section")),
        (format!("/sta/v1.1/Datastreams({id})/Thing"), "/@iot.id", json!("hg-heli")),
        (format!("/sta/v1.1/Datastreams({id})/ObservedProperty"), "/@iot.id", json!("nh3n")),
        (format!("/sta/v1.1/Datastreams({id})"), "/unitOfMeasurement/ucum", json!("mg/L")),
        (format!("/sta/v1.1/Datastreams({id})"), "/properties/made_up", json!(true)),
        (format!("/sta/v1.1/Datastreams({id})"), "/properties/n", json!(n)),
        (format!("/sta/v1.1/Datastreams({id})/Observations?$count=true&$top=1"), "/@iot.count", json!(n)),
        (format!("/sta/v1.1/Datastreams({id})/Observations?$top=1"), "/value/0/parameters/made_up", json!(true)),
        ("/sta/v1.1/HistoricalLocations?$count=true".to_owned(), "/@iot.count", json!(0)),
        // Options, with their places in each other.
        (format!("/sta/v1.1/Observations?$filter=Datastream/@iot.id eq {id}&$count=true&$top=0"), "/@iot.count", json!(n)),
        ("/sta/v1.1/Observations?$filter=Datastream/Thing/@iot.id eq 'hg-heli' and Datastream/ObservedProperty/@iot.id eq 'nh3n'&$count=true&$top=0".to_owned(), "/@iot.count", json!(n)),
        (format!("/sta/v1.1/Observations?$filter=FeatureOfInterest/id eq 'hg-heli' and Datastream/id eq {id} and result ge 0&$count=true&$top=0"), "/@iot.count", json!(n)),
        ("/sta/v1.1/Observations?$filter=phenomenonTime lt 1990-01-01T00:00:00%2B08:00&$count=true".to_owned(), "/@iot.count", json!(0)),
        ("/sta/v1.1/Observations?$filter=phenomenonTime lt 1990-01-01T00:00:00+08:00&$count=true".to_owned(), "/@iot.count", json!(0)),
        ("/sta/v1.1/Observations?$filter=phenomenonTime gt now() sub duration'P1D'&$count=true".to_owned(), "/@iot.count", json!(0)),
        (format!("/sta/v1.1/Datastreams?$filter=id eq {id}&$expand=Observations($orderby=phenomenonTime desc;$top=1;$select=phenomenonTime;$count=true)"), "/value/0/Observations@iot.count", json!(n)),
        (format!("/sta/v1.1/Datastreams({id})?$expand=Thing/Locations"), "/Thing/Locations/0/@iot.id", json!("hg-heli")),
        ("/sta/v1.1/ObservedProperties?$filter=substringof('mmonia', description) and not startswith(name,'x')&$select=name".to_owned(), "/value/0", json!({"name": "氨氮"})),
        ("/sta/v1.1/ObservedProperties('nh3n')/name/$value".to_owned(), "", Value::Null),
        (format!("/sta/v1.1/Observations?$resultFormat=dataArray&$top=2&$filter=Datastream/id eq {id}&$select=phenomenonTime,result"), "/value/0/components", json!(["phenomenonTime", "result"])),
        ("/sta/v1.1/Locations?$resultFormat=GeoJSON&$top=1".to_owned(), "/features/0/geometry/type", json!("Point")),
        ("/sta/v1.1/Sensors('demo-manual')/Datastreams/$ref?$top=1".to_owned(), "/value/1", Value::Null),
        ("/sta/v2.0/Things('hg-heli')".to_owned(), "/id", json!("hg-heli")),
        (format!("/sta/v2.0/Datastreams({id})"), "/resultType/uom/code", json!("mg/L")),
        (format!("/sta/v2.0/Datastreams({id})/Observations?$count=true&$top=1"), "/@count", json!(n)),
        ("/sta/v1.1/Observations?as_of=2016-01-01&$count=true".to_owned(), "/@iot.count", json!(0)),
    ];
    for (path, place, expected) in cases {
        let got = site.get(&path).await;
        assert_eq!(got.status, StatusCode::OK, "{path}: {}", got.body);
        assert_eq!(got.headers.get("access-control-allow-origin").unwrap(), "*", "{path}");
        if !place.is_empty() {
            let json = got.json();
            assert_eq!(json.pointer(place).unwrap_or(&Value::Null), &expected, "{path}: {json:#}");
        }
    }
    let zero = site.get("/sta/v1.1/Observations?$top=0&$count=true").await.json();
    assert!(zero.get("@iot.nextLink").is_none(), "a page of nothing leads nowhere");
    let page = site.get("/sta/v1.1/Things?$top=1").await.json();
    assert!(page["@iot.nextLink"].as_str().unwrap().contains("$top=1&"), "a client may change $top in the link: {page}");
    let station = site.get("/sta/v1.1/Things('st-x')").await;
    assert!(station.status == StatusCode::OK && !station.body.contains("13800000000") && !station.body.contains("contact"));
    let csv = site.get("/sta/v1.1/Observations?$resultFormat=CSV&$top=2&$expand=Datastream($select=name)").await;
    assert!(csv.headers[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/csv") && csv.headers.contains_key(header::LINK));
    assert!(csv.body.lines().next().unwrap().contains("Datastream/name"), "{}", csv.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_refused_with_its_place() {
    let site = site();
    let deep = format!("/sta/v1.1/Things?$filter={}name eq 'x'{}", "(".repeat(200), ")".repeat(200));
    let long = format!("/sta/v1.1/Things?$filter={}", "name eq 'x' or ".repeat(1000));
    let cases: Vec<(&str, u16, &str)> = vec![
        (
            "/sta/v1.1/Things?$filter=name eq",
            400,
            "$filter, position 7: found `the end` (expected a property, a value, a function or a parenthesis)",
        ),
        ("/sta/v1.1/Things?$filter=nme eq 'x'", 400, "$filter, position 0: found `nme`"),
        ("/sta/v1.1/Things?$filter=name eq 'x", 400, "a quote ' at the end of the text"),
        ("/sta/v1.1/Things?$filter=foo(name)", 400, "one of the functions"),
        ("/sta/v1.1/Things?$filter=length(name, name) eq 1", 400, "length with 2 arguments"),
        ("/sta/v1.1/Observations?$filter=phenomenonTime ge 2020-01-01T00:00:00", 400, "a time with its offset"),
        ("/sta/v1.1/Observations?$filter=phenomenonTime ge 2020-01-01", 400, "a time with its offset"),
        ("/sta/v1.1/Things?$filter=geo.intersects(Locations/location, geography'CIRCLE (1 2)')", 400, "POINT, LINESTRING, POLYGON"),
        ("/sta/v1.1/Things?$filter=Datastreams/Observations/result gt 3", 400, "a filter on Observations themselves"),
        ("/sta/v1.1/Things?$expand=Observations", 400, "one of Locations, HistoricalLocations, Datastreams"),
        ("/sta/v1.1/Things?$expand=Datastreams($top=x)", 400, "$top, position 17: found `x` (expected a whole number of zero or more)"),
        ("/sta/v1.1/Things?$select=colour", 400, "$select, position 0: found `colour`"),
        ("/sta/v1.1/Things?$orderby=colour", 400, "$orderby, position 0: found `colour`"),
        ("/sta/v1.1/Things?$top=-1", 400, "a whole number of zero or more"),
        ("/sta/v1.1/Things?$count=maybe", 400, "true or false"),
        ("/sta/v1.1/Things?$colour=red", 400, "one of the options"),
        ("/sta/v1.1/Things?$skiptoken=00", 400, "the token of a nextLink"),
        ("/sta/v1.1/Things?$resultFormat=dataArray", 400, "dataArray is a form of Observations"),
        ("/sta/v1.1/Things?as_of=yesterday", 400, "as_of, position 0: found `yesterday`"),
        (deep.as_str(), 400, "nested at most"),
        (long.as_str(), 400, ""),
        ("/sta/v1.1/Nothing", 404, "there is no collection `Nothing`"),
        ("/sta/v3.0/Things", 404, "there is no version"),
        ("/sta/v1.1/Things('nowhere')", 404, "there is no Things('nowhere')"),
        ("/sta/v1.1/Things(hg-heli)", 400, "an id in parentheses"),
        ("/sta/v1.1/Observations('1-2')", 404, "there is no"),
        ("/sta/v1.1/Things('hg-heli')/colour", 404, "`colour`"),
        ("/api/v1/observations?place=nowhere", 400, "place, position 0: found `nowhere`"),
        ("/api/v1/observations?item=colour", 400, "the id of an item"),
        ("/api/v1/observations?after=x", 400, "the id of the last row"),
        ("/api/v1/observations?colour=red", 400, "one of place, item"),
    ];
    for (path, status, message) in cases {
        let got = site.get(path).await;
        assert_eq!(got.status.as_u16(), status, "{path}: {}", got.body);
        assert!(got.json()["message"].as_str().unwrap().contains(message), "{path}: {}", got.body);
    }
}

fn ids(values: &[Value]) -> BTreeMap<String, usize> {
    let mut seen = BTreeMap::new();
    for value in values {
        *seen.entry(value["@iot.id"].to_string()).or_insert(0) += 1;
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn walking_every_page_meets_each_once_while_more_comes_in() {
    let site = site();
    let before = ids(&site.walk("/sta/v1.1/Observations?$top=1000", |_| {}).await);
    let n: u64 = site.store.series_list().unwrap().iter().map(|series| series.n).sum();
    assert_eq!(before.len() as u64, n);
    for (first, day) in [("/sta/v1.1/Observations?$top=311", 1), ("/sta/v1.1/Observations?$top=311&$orderby=phenomenonTime desc", 2)] {
        let more = |page: usize| {
            let hour = page % 20;
            site.import(&format!(
                "place,time,item,value\nhg-heli,2012-0{day}-02T{hour:02}:00+08:00,nh3n,0.5\nhg-heli,2021-0{day}-02T{hour:02}:00+08:00,nh3n,0.5\nhg-heli,2019-0{day}-03T{hour:02}:30+08:00,tp,0.05\n"
            ));
        };
        let seen = ids(&site.walk(first, more).await);
        assert!(seen.values().all(|times| *times == 1), "{first} repeats");
        for id in before.keys() {
            assert!(seen.contains_key(id), "{first} drops {id}");
        }
    }
    // The same where things are sorted by what they say.
    for first in ["/sta/v1.1/Datastreams?$top=7&$orderby=ObservedProperty/name desc,Thing/name", "/sta/v1.1/Things?$top=3"] {
        let seen = site.walk(first, |_| {}).await;
        assert!(ids(&seen).values().all(|times| *times == 1));
        let set = first.split(['/', '?']).nth(3).unwrap();
        let count = site.get(&format!("/sta/v1.1/{set}?$top=0&$count=true")).await.json();
        assert_eq!(json!(seen.len()), count["@iot.count"], "{first}");
    }
    assert!(site.store.verify().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stream_goes_on_behind_the_last_row_received() {
    let site = site();
    let whole = site.get("/api/v1/observations").await;
    assert_eq!(whole.headers[header::CONTENT_TYPE], "application/x-ndjson");
    let rows: Vec<Value> = whole.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let n: u64 = site.store.series_list().unwrap().iter().map(|series| series.n).sum();
    assert_eq!(rows.len() as u64, n);
    assert!(rows.iter().all(|row| row["made_up"] == json!(true) && row["time"].as_str().unwrap().ends_with("+08:00")));
    let cut = &rows[rows.len() / 2];
    let rest = site.get(&format!("/api/v1/observations?after={}", cut["id"].as_str().unwrap())).await;
    assert_eq!(rest.body.lines().count(), rows.len() - rows.len() / 2 - 1);
    let one = site.get("/api/v1/observations?place=hg-heli&item=nh3n&from=2019-01-01&to=2019-12-31").await;
    let of_year =
        rows.iter().filter(|row| row["place"] == "hg-heli" && row["item"] == "nh3n" && row["time"].as_str().unwrap().starts_with("2019"));
    assert_eq!(one.body.lines().count(), of_year.count());
    let csv = site.get("/api/v1/observations?format=csv&limit=3").await;
    assert_eq!(csv.body.lines().count(), 4);
    assert!(csv.body.trim_start_matches('\u{feff}').starts_with("id,place,item,source,time,value,unit"));
    assert_eq!(site.get("/api/v1/observations?as_of=2016-01-01").await.body, "");
    assert_eq!(csv.headers["access-control-allow-origin"], "*");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_edit_a_place_adds_and_corrects_its_observations() {
    let site = site();
    let id = site.series().id;
    let (epb, luobei) = (site.token("epb"), site.token("luobei"));
    let time = "2021-03-30T10:00:00+08:00";
    let new = json!({"phenomenonTime": time, "result": "0.30", "Datastream": {"@iot.id": id}, "parameters": {"method": "HJ 535-2009"}});
    let post = "/sta/v1.1/Observations";
    assert_eq!(site.write("POST", post, "", &new).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(site.write("POST", post, &luobei, &new).await.status, StatusCode::FORBIDDEN);
    assert_eq!(site.write("POST", "/sta/v2.0/Observations", &epb, &new).await.status, StatusCode::METHOD_NOT_ALLOWED);
    let made = site.write("POST", post, &epb, &new).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let link = made.headers[header::LOCATION].to_str().unwrap().split("//").nth(1).unwrap().split_once('/').unwrap().1.to_owned();
    let link = format!("/{link}");
    let read = site.get(&link).await.json();
    assert_eq!(
        (&read["result"], &read["parameters"]["text"], &read["phenomenonTime"]),
        (&json!(0.3), &json!("0.30"), &json!("2021-03-30T02:00:00Z"))
    );
    let other = json!({"phenomenonTime": time, "result": 0.4, "Datastream": {"@iot.id": id}});
    assert_eq!(site.write("POST", post, &epb, &other).await.status, StatusCode::CONFLICT);
    let refused = [
        json!({"phenomenonTime": "2021-03-30T11:00:00", "result": 1, "Datastream": {"@iot.id": id}}),
        json!({"phenomenonTime": "2031-03-30T11:00:00Z", "result": 1, "Datastream": {"@iot.id": id}}),
        json!({"phenomenonTime": "2021-03-30T11:00:00Z", "result": "NaN", "Datastream": {"@iot.id": id}}),
        json!({"phenomenonTime": "2021-03-30T11:00:00Z", "result": -2, "Datastream": {"@iot.id": id}}),
        json!({"phenomenonTime": "2021-03-30T11:00:00Z", "result": 1, "Datastream": {"@iot.id": 999_999}}),
        json!({"phenomenonTime": "2021-03-30T11:00:00Z", "result": 1, "colour": "red", "Datastream": {"@iot.id": id}}),
        json!("nothing"),
    ];
    for body in &refused {
        let got = site.write("POST", post, &epb, body).await;
        assert_eq!(got.status, StatusCode::BAD_REQUEST, "{body}: {}", got.body);
        assert!(got.json()["message"].as_str().unwrap().contains("expected"), "{}", got.body);
    }
    // A correction has a reason, is the next version of the same observation, and the first value stays.
    assert_eq!(site.write("PATCH", &link, &epb, &json!({"result": 0.32})).await.status, StatusCode::BAD_REQUEST);
    let corrected = site.write("PATCH", &link, &epb, &json!({"result": 0.32, "parameters": {"reason": "transcription"}})).await;
    assert_eq!(corrected.status, StatusCode::OK, "{}", corrected.body);
    let read = site.get(&link).await.json();
    assert_eq!(
        (&read["result"], &read["parameters"]["version"], &read["parameters"]["reason"]),
        (&json!(0.32), &json!(2), &json!("transcription"))
    );
    let first = site.get(&link.replace("')", "-1')")).await.json();
    assert_eq!(first["result"], json!(0.3));
    assert_eq!(site.write("DELETE", &link, &epb, &json!({})).await.status, StatusCode::METHOD_NOT_ALLOWED);
    // Arrays: each row has its own answer.
    let arrays = json!([{"Datastream": {"@iot.id": id}, "components": ["phenomenonTime", "result"], "dataArray@iot.count": 3,
        "dataArray": [["2021-03-31T10:00:00+08:00", 0.2], ["2021-03-31T11:00:00+08:00", "wet"], ["2021-03-31T12:00:00+08:00", null]]}]);
    let got = site.write("POST", "/sta/v1.1/CreateObservations", &epb, &arrays).await;
    assert_eq!(got.status, StatusCode::CREATED, "{}", got.body);
    let told = got.json();
    assert!(told[0].as_str().unwrap().starts_with("http") && told[2].as_str().unwrap().starts_with("http"), "{told}");
    assert!(told[1].as_str().unwrap().starts_with("error: value, position 0: found `wet`"), "{told}");
    assert!(site.store.verify().unwrap().is_empty(), "{:?}", site.store.verify().unwrap());
    let who: Vec<String> = site.store.ledger().unwrap().into_iter().filter(|row| row.action == "observations").map(|row| row.who).collect();
    assert_eq!(who.iter().filter(|who| *who == "epb").count(), 3);
}

#[test]
fn no_question_brings_the_service_down() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let site = site();
    let words = [
        "$filter=",
        "$expand=",
        "$select=",
        "$orderby=",
        "$top=",
        "$skip=",
        "$count=true",
        "$resultFormat=CSV",
        "$skiptoken=",
        "as_of=",
        "&",
        "(",
        ")",
        "/",
        ",",
        ";",
        "'",
        " eq ",
        " and ",
        " or ",
        " not ",
        " desc",
        " add ",
        " div ",
        "-",
        "0",
        "7",
        "1e400",
        "99999999999999999999999999999",
        "null",
        "2020-01-01T00:00:00Z",
        "/2021-01-01T00:00:00+08:00",
        "duration'P1D'",
        "geography'POINT (130 47)'",
        "geography'POLYGON ((1 1))'",
        "now()",
        "substring(name, 1)",
        "substring(name,-1)",
        "year(phenomenonTime)",
        "geo.intersects(",
        "Datastreams",
        "Observations",
        "Locations",
        "Thing",
        "result",
        "phenomenonTime",
        "properties/x",
        "@iot.id",
        "name",
        "氨氮",
        "7b7d",
        "5b5d",
        "%",
        "\u{0}",
    ];
    let word = prop_oneof![8 => proptest::sample::select(words.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,8}"];
    let paths = ["/sta/v1.1/Things", "/sta/v1.1/Datastreams", "/sta/v1.1/Observations", "/sta/v2.0/Features", "/api/v1/observations"];
    let question = (proptest::sample::select(paths.to_vec()), proptest::collection::vec(word, 0..14));
    let mut runner = TestRunner::new(Config { cases: 400, failure_persistence: None, ..Config::default() });
    let done = runner.run(&question, |(path, words)| {
        let query: String =
            words
                .concat()
                .bytes()
                .map(|byte| {
                    if byte.is_ascii_alphanumeric() || b"$&=".contains(&byte) {
                        char::from(byte).to_string()
                    } else {
                        format!("%{byte:02X}")
                    }
                })
                .collect();
        let got = runtime.block_on(site.get(&format!("{path}?{query}")));
        prop_assert!(got.status == StatusCode::OK || got.status.is_client_error(), "{}: {}", got.status, got.body);
        if got.status != StatusCode::OK {
            prop_assert!(serde_json::from_str::<Value>(&got.body).is_ok_and(|json| json["message"].is_string()), "{}", got.body);
        }
        Ok(())
    });
    done.unwrap();
}
