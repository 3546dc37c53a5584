//! The page of devices: for offices only, and never with what the register keeps private.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../../judge/tests/common/mod.rs"]
mod common;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use common::{change, world};
use facts::NewAccount;
use facts::instrument::{Arrival, Caps, FrameState};
use facts::register::Draft;
use jiff::civil::date;
use portal::{Counters, Portal, PortalSettings, router};
use tower::ServiceExt as _;

const PASSWORD: &str = "a long enough password";
/// What no page may hold: the device's password, where it may send from, and where it did.
const PRIVATE: [&str; 3] = ["s3cret", "192.0.2.7", "192.0.2.9"];
const NOW: i64 = 1_617_610_000;

struct Site {
    router: axum::Router,
    _folder: tempfile::TempDir,
}

fn arrival(mn: &str, state: FrameState, reason: &'static str) -> Arrival {
    Arrival {
        bytes: format!("##0000PW=s3cret;MN={mn};CP=&&&&0000").into_bytes(),
        received_at: (NOW - 40) * 1000,
        peer: "192.0.2.9".to_owned(),
        mn: mn.to_owned(),
        cn: "2011".to_owned(),
        data_time: Some(NOW - 40),
        state,
        reason,
        notices: String::new(),
        registered: reason.is_empty(),
        made_up: false,
        skew_ms: Some(-2000),
        kind: "rtd",
        readings: Vec::new(),
    }
}

async fn site() -> Site {
    let world = world(&[]);
    let device = |id: &str, mn: &str, interval: &str| {
        let fields = [
            ("name_zh", "一号仪"),
            ("mn", mn),
            ("password", "s3cret"),
            ("addresses", "192.0.2.7"),
            ("place_kind", "outlet"),
            ("place", "o-1"),
            ("interval_s", interval),
        ];
        let data = fields.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect();
        Draft { id: id.to_owned(), data, source: "test".to_owned(), ..Draft::default() }
    };
    let devices = [device("d-speaks", "MN1", "30"), device("d-late", "MN2", "10"), device("d-never", "MN3", "30")];
    world.store.put_entries(&world.plan, "device", &devices, &change()).unwrap();
    let sent = [
        arrival("MN1", FrameState::Kept, ""),
        arrival("MN2", FrameState::Kept, ""),
        arrival("STRANGER", FrameState::Quarantined, "unknown-device"),
    ];
    world.store.ingest(&sent, Caps { per_address: 9, total: 9 }, &change()).unwrap();
    for (name, unit, role, subject) in [("epb", "epb", "officer", ""), ("firm", "luobei", "enterprise", "enterprise/firm-1")] {
        let own = |text: &str| text.to_owned();
        let email = String::new();
        let new = NewAccount { name: own(name), display: own(name), unit: own(unit), role: own(role), subject: own(subject), email };
        world.store.add_account(&new, PASSWORD, &change()).unwrap();
    }
    let as_of = date(2021, 4, 5);
    judge::judge_and_keep(&world.store, &world.plan, as_of, &change(), |_| {}).await.unwrap();
    let settings = PortalSettings {
        as_of,
        demo: false,
        map_review_number: None,
        clock: || NOW,
        secure_cookies: false,
        judgement_wait: std::time::Duration::from_secs(300),
    };
    let portal = Portal::new(world.store, world.plan, world.files, settings).unwrap();
    let portal = portal.with_counters(Counters::new(|| "frames_total 3\n".to_owned()));
    Site { router: router(Arc::new(portal)), _folder: world.folder }
}

impl Site {
    async fn get(&self, path: &str, cookie: &str) -> (StatusCode, String) {
        let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), 64 << 20).await.unwrap();
        (status, String::from_utf8_lossy(&bytes).into_owned())
    }

    async fn enter(&self, name: &str) -> String {
        let body = serde_urlencoded::to_string([("name", name), ("password", PASSWORD)]).unwrap();
        let request = Request::post("/zh/sign-in").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let response = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let cookie = response.headers().get(header::SET_COOKIE).unwrap().to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn offices_see_who_speaks_and_nobody_sees_what_is_private() {
    let site = site().await;
    let (epb, firm) = (site.enter("epb").await, site.enter("firm").await);
    assert_eq!(site.get("/zh/desk/devices", "").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(site.get("/zh/desk/devices", &firm).await.0, StatusCode::FORBIDDEN);
    for path in ["/zh/desk/devices", "/en/desk/devices", "/zh/desk/devices.json", "/zh/desk/devices.csv"] {
        let (status, body) = site.get(path, &epb).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        for private in PRIVATE {
            assert!(!body.contains(private), "{path} holds {private}");
        }
    }
    let (_, body) = site.get("/zh/desk/devices.json", &epb).await;
    let view: serde_json::Value = serde_json::from_str(&body).unwrap();
    let devices = view["devices"].as_array().unwrap();
    let told: Vec<(&str, &str)> =
        devices.iter().map(|device| (device["id"].as_str().unwrap(), device["state"].as_str().unwrap())).collect();
    assert_eq!(told, [("d-late", "late"), ("d-never", "never"), ("d-speaks", "on_time")]);
    assert_eq!(view["not_kept"][0]["reason"], "unknown-device");
    assert_eq!(site.get("/metrics", "").await, (StatusCode::OK, "frames_total 3\n".to_owned()));
    // The register itself shows the device to everybody, without what is private.
    let (status, body) = site.get("/zh/registers/device/d-speaks", "").await;
    assert_eq!(status, StatusCode::OK);
    assert!(body.contains("MN1") && PRIVATE.iter().all(|private| !body.contains(private)));
}
