//! The desk: who may do what, forms that keep what was typed, and one consequence from its finding to its end.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../../judge/tests/common/mod.rs"]
mod common;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use common::{change, world};
use facts::NewAccount;
use facts::register::Draft;
use jiff::civil::date;
use judge::verdict_id;
use portal::{Portal, PortalSettings, router};
use tower::ServiceExt as _;

const PASSWORD: &str = "a long enough password";
/// Account, unit, role, and the entry the person speaks for.
const PEOPLE: [(&str, &str, &str, &str); 7] = [
    ("epb", "epb", "officer", ""),
    ("park", "park", "officer", ""),
    ("luobei", "luobei", "county", ""),
    ("office", "city", "city_office", ""),
    ("firm", "luobei", "enterprise", "enterprise/firm-1"),
    ("auditor", "city", "auditor", ""),
    ("admin", "city", "administrator", ""),
];

struct Site {
    router: axum::Router,
    store: facts::Store,
    _folder: tempfile::TempDir,
}

struct Got {
    status: StatusCode,
    body: String,
    location: String,
    cookie: String,
}

fn draft(id: &str, fields: &[(&str, &str)]) -> Draft {
    let data = fields.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect();
    Draft { id: id.to_owned(), data, source: "test".to_owned(), ..Draft::default() }
}

async fn site() -> Site {
    let world = world(&[]);
    let put = |kind: &str, drafts: &[Draft]| world.store.put_entries(&world.plan, kind, drafts, &change()).unwrap();
    let park = |id: &str, name: &str, county: &str, state: &str| {
        draft(
            id,
            &[
                ("name_zh", name),
                ("county", county),
                ("level", "other"),
                ("stage", "existing"),
                ("plant_state", state),
                ("monitor_state", "connected"),
            ],
        )
    };
    put("park", &[park("p-1", "一号园区", "luobei", "building"), park("p-2", "二号园区", "suibin", "running")]);
    put(
        "enterprise",
        &[draft(
            "firm-1",
            &[("name_zh", "甲厂"), ("county", "luobei"), ("industry", "paper"), ("state", "operating"), ("contact", "李四 13900000000")],
        )],
    );
    for (name, unit, role, subject) in PEOPLE {
        let own = |text: &str| text.to_owned();
        let new = NewAccount {
            name: own(name),
            display: own(name),
            unit: own(unit),
            role: own(role),
            subject: own(subject),
            email: String::new(),
        };
        world.store.add_account(&new, PASSWORD, &change()).unwrap();
    }
    let as_of = date(2021, 4, 5);
    judge::judge_and_keep(&world.store, &world.plan, as_of, &change(), |_| {}).await.unwrap();
    let store = facts::Store::open(&world.folder.path().join("facts.db")).unwrap();
    let settings = PortalSettings {
        as_of,
        demo: false,
        map_review_number: None,
        clock: || 1_617_610_000,
        secure_cookies: false,
        judgement_wait: std::time::Duration::from_secs(300),
    };
    let portal = Portal::new(world.store, world.plan, world.files, settings).unwrap();
    Site { router: router(Arc::new(portal)), store, _folder: world.folder }
}

impl Site {
    async fn send(&self, request: Request<Body>) -> Got {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let head =
            |name: header::HeaderName| response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let (status, location, cookie) = (response.status(), head(header::LOCATION), head(header::SET_COOKIE));
        let bytes = axum::body::to_bytes(response.into_body(), 64 << 20).await.unwrap();
        Got {
            status,
            body: String::from_utf8_lossy(&bytes).into_owned(),
            location,
            cookie: cookie.split(';').next().unwrap_or_default().to_owned(),
        }
    }

    async fn get(&self, path: &str, cookie: &str) -> Got {
        self.send(Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap()).await
    }

    async fn post(&self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Got {
        let body = serde_urlencoded::to_string(fields).unwrap();
        let request = Request::post(path).header(header::COOKIE, cookie).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Signs in; gives the cookie and the form key.
    async fn enter(&self, name: &str) -> (String, String) {
        let got = self.post("/zh/sign-in", "", &[("name", name), ("password", PASSWORD)]).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.body);
        let page = self.get("/zh/desk/account", &got.cookie).await.body;
        let key = page.split("name=\"form_key\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        (got.cookie, key)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_as_every_role() {
    let site = site().await;
    let routes = [
        "/zh/",
        "/zh/plan",
        "/zh/registers/park",
        "/zh/registers/park/p-1",
        "/zh/registers/park/new",
        "/zh/registers/park/import",
        "/zh/registers/park/p-1/edit",
        "/zh/registers/park/p-2/edit",
        "/zh/registers/enterprise/firm-1",
        "/zh/registers/enterprise/firm-1/edit",
        "/zh/registers/task_report/new",
        "/zh/measures",
        "/zh/rules/park-central-treatment",
        "/zh/desk",
        "/zh/desk/account",
        "/zh/desk/people",
        "/zh/desk/ledger",
    ];
    let mut table = format!("{:42}visitor", "");
    let mut cookies = vec![String::new()];
    for (name, ..) in PEOPLE {
        let _ = write!(table, " {name:>8}");
        cookies.push(site.enter(name).await.0);
    }
    table.push('\n');
    for route in routes {
        let _ = write!(table, "{route:42}");
        for cookie in &cookies {
            let got = site.get(route, cookie).await;
            let _ = write!(table, "{:>8} ", got.status.as_u16());
            let private = got.body.contains("13900000000");
            // Only whoever keeps the register, works for its county, audits, or is the firm itself sees the contact.
            if private {
                table.truncate(table.trim_end().len());
                table.push('*');
            }
        }
        table.truncate(table.trim_end().len());
        table.push('\n');
    }
    insta::assert_snapshot!(table);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_park_without_treatment_from_finding_to_lifting() {
    let site = site().await;
    let finding = verdict_id("park-central-treatment", "p-1", "2021-04-05");
    let (epb, epb_key) = site.enter("epb").await;
    let (park, park_key) = site.enter("park").await;

    let why = site.get(&format!("/zh/why/{finding}"), &epb).await.body;
    assert!(why.contains("可以采取的措施") && why.contains("一号园区"), "{why}");
    // A finding that passes opens nothing, and neither does somebody without the power.
    let passing = verdict_id("park-central-treatment", "p-2", "2021-04-05");
    let fields = |key: &str, verdict: &str| {
        vec![
            ("form_key".to_owned(), key.to_owned()),
            ("verdict".to_owned(), verdict.to_owned()),
            ("machine".to_owned(), "park-approvals".to_owned()),
        ]
    };
    let send = async |cookie: &str, path: &str, fields: Vec<(String, String)>| {
        let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        site.post(path, cookie, &pairs).await
    };
    assert_eq!(send(&epb, "/zh/measures/open", fields(&epb_key, &passing)).await.status, StatusCode::BAD_REQUEST);
    let (auditor, auditor_key) = site.enter("auditor").await;
    assert_eq!(send(&auditor, "/zh/measures/open", fields(&auditor_key, &finding)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(send(&epb, "/zh/measures/open", fields("wrong key", &finding)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(send("", "/zh/measures/open", fields(&epb_key, &finding)).await.status, StatusCode::UNAUTHORIZED);

    let opened = send(&epb, "/zh/measures/open", fields(&epb_key, &finding)).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.body);
    let measure = opened.location.clone();
    assert_eq!(send(&epb, "/zh/measures/open", fields(&epb_key, &finding)).await.status, StatusCode::BAD_REQUEST, "one is open");
    let step = async |cookie: &str, key: &str, step: &str, document: &str| {
        site.post(&format!("{measure}/{step}"), cookie, &[("form_key", key), ("document", document), ("note", "测试")]).await
    };
    assert_eq!(site.get(&measure, "").await.status, StatusCode::UNAUTHORIZED, "not public yet");
    assert_eq!(step(&epb, &epb_key, "notice", "").await.status, StatusCode::BAD_REQUEST, "a document is issued");
    assert_eq!(step(&park, &park_key, "notice", "园办〔2021〕1号").await.status, StatusCode::FORBIDDEN, "not theirs to sign");
    assert_eq!(step(&epb, &epb_key, "publish", "").await.status, StatusCode::BAD_REQUEST, "not from here");
    assert_eq!(step(&epb, &epb_key, "notice", "鹤环改〔2021〕1号").await.status, StatusCode::SEE_OTHER);
    assert_eq!(step(&park, &park_key, "rectify", "整改方案1").await.status, StatusCode::SEE_OTHER);
    assert_eq!(step(&epb, &epb_key, "lift", "解除1").await.status, StatusCode::BAD_REQUEST, "it still fails");
    assert_eq!(step(&epb, &epb_key, "propose", "鹤环报〔2021〕1号").await.status, StatusCode::SEE_OTHER);
    assert_eq!(step(&epb, &epb_key, "publish", "").await.status, StatusCode::SEE_OTHER);

    let public = site.get(&measure, "").await;
    assert_eq!(public.status, StatusCode::OK);
    assert!(public.body.contains("鹤环改〔2021〕1号") && public.body.contains("建议") && !public.body.contains("测试"), "{}", public.body);
    assert!(site.get("/zh/measures", "").await.body.contains("一号园区"));
    let today = site.get("/zh/desk", &epb).await.body;
    assert!(today.contains(&measure), "{today}");

    // The facts change: the plant runs. Only then can it be lifted.
    let edit = site
        .post(
            "/zh/registers/park/p-1/edit",
            &park,
            &[("form_key", &park_key), ("plant_state", "running"), ("plant_started", "2021-04-01"), ("why", "已投运")],
        )
        .await;
    assert_eq!(edit.status, StatusCode::SEE_OTHER, "{}", edit.body);
    assert_eq!(step(&epb, &epb_key, "lift", "鹤环解〔2021〕1号").await.status, StatusCode::SEE_OTHER);
    let lifted = site.get(&measure, "").await.body;
    assert!(lifted.contains("已解除"), "{lifted}");

    let (office, _) = site.enter("office").await;
    let ledger = site.get(&format!("/zh/desk/ledger.json?subject=measure/{}", measure.rsplit('/').next().unwrap()), &office).await.body;
    let ledger: serde_json::Value = serde_json::from_str(&ledger).unwrap();
    let story: Vec<String> = ledger["rows"]
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .map(|row| {
            let what: serde_json::Value = serde_json::from_str(row["what"].as_str().unwrap()).unwrap();
            format!(
                "{}: {} → {} ({})",
                row["who"].as_str().unwrap(),
                what["step"].as_str().unwrap(),
                what["to"].as_str().unwrap(),
                what["document"].as_str().unwrap()
            )
        })
        .collect();
    insta::assert_snapshot!(story.join("\n"));
    assert!(site.store.verify().unwrap().is_empty(), "{:?}", site.store.verify().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_keeps_what_was_typed_and_says_what_is_wrong() {
    let site = site().await;
    let (cookie, key) = site.enter("park").await;
    let wrong = site
        .post(
            "/en/registers/park/new",
            &cookie,
            &[("form_key", &key), ("name_zh", "三号园区"), ("level", "other"), ("opened", "soon"), ("longitude", "230"), ("why", "")],
        )
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for expected in ["Please correct this", "value=\"三号园区\"", "say why it changes", "aria-invalid=\"true\""] {
        assert!(wrong.body.contains(expected), "{expected}: {}", wrong.body);
    }
    let taken = site
        .post("/zh/registers/park/new", &cookie, &[("form_key", &key), ("name_zh", "一号园区"), ("county", "luobei"), ("why", "新增")])
        .await;
    assert!(taken.status == StatusCode::UNPROCESSABLE_ENTITY && taken.body.contains("与已有的 p-1 重复"), "{}", taken.body);
    let good = [
        ("form_key", key.as_str()),
        ("id", "p-3"),
        ("name_zh", "三号园区"),
        ("county", "luobei"),
        ("longitude", "130.300000"),
        ("latitude", "47.300000"),
        ("crs", "gcj02"),
        ("why", "新增"),
    ];
    let made = site.post("/zh/registers/park/new", &cookie, &good).await;
    assert_eq!((made.status, made.location.as_str()), (StatusCode::SEE_OTHER, "/zh/registers/park/p-3"), "{}", made.body);
    let entry = site.store.entry("park", "p-3").unwrap().unwrap();
    assert_eq!((entry.get("given_crs"), entry.get("given_x"), entry.get("given_y")), ("gcj02", "130.300000", "47.300000"));
    assert_ne!(entry.get("longitude"), "130.300000", "converted");
    let page = site.get("/zh/registers/park/p-3.json", "").await.body;
    assert!(!page.contains("gcj02"), "what was given is not public: {page}");
    assert_eq!(
        site.post("/zh/registers/park/new", &cookie, &[("form_key", "stale"), ("name_zh", "x"), ("why", "x")]).await.status,
        StatusCode::FORBIDDEN
    );
    let other_site = Request::post("/zh/registers/park/new")
        .header(header::COOKIE, &cookie)
        .header("sec-fetch-site", "cross-site")
        .body(Body::empty())
        .unwrap();
    assert_eq!(site.send(other_site).await.status, StatusCode::FORBIDDEN);
    // A county edits its own parks and moves none to another county.
    let (county, county_key) = site.enter("luobei").await;
    let moved = site.post("/zh/registers/park/p-1/edit", &county, &[("form_key", &county_key), ("county", "suibin"), ("why", "x")]).await;
    assert_eq!(moved.status, StatusCode::FORBIDDEN, "{}", moved.body);
    let removed = site.post("/zh/registers/park/p-3/remove", &cookie, &[("form_key", &key), ("why", "录错")]).await;
    assert_eq!(removed.status, StatusCode::SEE_OTHER);
    assert_eq!(site.get("/zh/registers/park/p-3", "").await.status, StatusCode::NOT_FOUND);
    assert!(site.store.verify().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_accepted_by_another_unit_and_closes_its_date() {
    let site = site().await;
    let (county, county_key) = site.enter("luobei").await;
    let (office, office_key) = site.enter("office").await;
    let (epb, epb_key) = site.enter("epb").await;
    let report = [
        ("form_key", epb_key.as_str()),
        ("id", "r-1"),
        ("deadline", "1.1.1-1"),
        ("unit", "epb"),
        ("reported_on", "2017-01-10"),
        ("status", "done"),
        ("done_on", "2016-12-30"),
        ("why", "完成"),
    ];
    let own = [
        ("form_key", county_key.as_str()),
        ("deadline", "1.1.1-1"),
        ("unit", "luobei"),
        ("county", "luobei"),
        ("reported_on", "2017-01-10"),
        ("status", "done"),
        ("accepted_on", "2017-01-11"),
        ("why", "x"),
    ];
    assert_eq!(
        site.post("/zh/registers/task_report/new", &county, &own).await.status,
        StatusCode::FORBIDDEN,
        "nobody accepts without the power"
    );
    let made = site.post("/zh/registers/task_report/new", &epb, &report).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let outcome = async || {
        let data: serde_json::Value = serde_json::from_str(&site.get("/zh/plan/1.1.1.json", "").await.body).unwrap();
        let date = &data["deadlines"][0];
        (date["verdict"]["outcome"].as_str().unwrap().to_owned(), date["status"]["lifecycle"].as_str().unwrap().to_owned())
    };
    assert_eq!(outcome().await, ("undetermined".to_owned(), "done".to_owned()));
    let accepted = [("form_key", office_key.as_str()), ("accepted_on", "2017-02-01"), ("accepted_by", "city"), ("why", "验收")];
    let meddling = [("form_key", office_key.as_str()), ("status", "in_progress"), ("why", "x")];
    assert_eq!(
        site.post("/zh/registers/task_report/r-1/edit", &office, &meddling).await.status,
        StatusCode::FORBIDDEN,
        "to accept is not to edit"
    );
    let done = site.post("/zh/registers/task_report/r-1/edit", &office, &accepted).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert_eq!(outcome().await, ("pass".to_owned(), "accepted".to_owned()));
    let plan = site.get("/zh/plan?lifecycle=accepted", "").await.body;
    assert!(plan.contains("1.1.1"), "{plan}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_comes_in_again_unchanged() {
    let site = site().await;
    let (cookie, key) = site.enter("park").await;
    let upload = async |file: &str, bytes: &[u8], what: &str| {
        let mut body = Vec::new();
        for (name, value) in [("form_key", key.as_str()), ("why", "往返"), ("do", what)] {
            body.extend(format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        body.extend(format!("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file}\"\r\n\r\n").bytes());
        body.extend(bytes);
        body.extend(b"\r\n--x--\r\n");
        let request = Request::post("/en/registers/park/import")
            .header(header::COOKIE, &cookie)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
        site.send(request.body(Body::from(body)).unwrap()).await
    };
    for form in ["csv", "xlsx", "geojson"] {
        let response =
            site.router.clone().oneshot(Request::get(format!("/zh/registers/park.{form}")).body(Body::empty()).unwrap()).await.unwrap();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 24).await.unwrap();
        let before: BTreeMap<String, i64> =
            site.store.entries("park").unwrap().into_iter().map(|entry| (entry.id, entry.version)).collect();
        let kept = upload(&format!("park.{form}"), &bytes, "keep").await;
        assert!(kept.status == StatusCode::OK && kept.body.contains("0 new or changed"), "{form}: {}", kept.body);
        let after: BTreeMap<String, i64> = site.store.entries("park").unwrap().into_iter().map(|entry| (entry.id, entry.version)).collect();
        assert_eq!(before, after, "{form}");
    }
    let bad = "id,name_zh,county,level,longitude\nq-1,四号园区,luobei,other,130.1\nq-2,五号园区,atlantis,huge,130.1\n";
    let refused = upload("bad.csv", bad.as_bytes(), "keep").await;
    assert!(
        refused.status == StatusCode::UNPROCESSABLE_ENTITY
            && refused.body.contains("atlantis")
            && refused.body.contains("nothing was kept"),
        "{}",
        refused.body
    );
    assert!(site.store.entry("park", "q-1").unwrap().is_none());
    let tried = upload("good.csv", bad.lines().take(2).collect::<Vec<_>>().join("\n").as_bytes(), "try").await;
    assert!(tried.body.contains("This was a trial") && site.store.entry("park", "q-1").unwrap().is_none(), "{}", tried.body);
    let hostile: [(&str, &[u8]); 4] = [
        ("x.xlsx", b"PK\x03\x04 not a workbook"),
        ("x.geojson", b"{\"features\": 3}"),
        ("x.csv", b"\xff\xfe\x00"),
        ("x.csv", b"colour,shape\nred,round\n"),
    ];
    for (name, bytes) in hostile {
        let got = upload(name, bytes, "keep").await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {}", got.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_lock_the_door_and_tokens_can_be_revoked() {
    let site = site().await;
    for _ in 0..5 {
        let got = site.post("/en/sign-in", "", &[("name", "park"), ("password", "not this one")]).await;
        assert!(got.status == StatusCode::UNAUTHORIZED && got.body.contains("is wrong"), "{}", got.body);
    }
    let locked = site.post("/en/sign-in", "", &[("name", "park"), ("password", PASSWORD)]).await;
    assert!(locked.body.contains("locked for a while"), "{}", locked.body);
    let unknown = site.post("/en/sign-in", "", &[("name", "nobody"), ("password", PASSWORD)]).await;
    assert!(unknown.body.contains("is wrong"), "the same words as for a wrong password");

    let (cookie, key) = site.enter("epb").await;
    let made =
        site.post("/zh/desk/account", &cookie, &[("form_key", &key), ("do", "token"), ("kind", "calendar"), ("label", "手机")]).await.body;
    let feed = made.split("<code>/calendar/").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let got = site.get(&format!("/calendar/{feed}"), "").await;
    assert!(got.status == StatusCode::OK && got.body.starts_with("BEGIN:VCALENDAR"), "{}", got.body);
    assert!(got.body.lines().all(|line| line.len() <= 75), "folded at 75 octets");
    let page = site.get("/zh/desk/account", &cookie).await.body;
    let access = page.split("手机").nth(1).unwrap().split("name=\"access\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    site.post("/zh/desk/account", &cookie, &[("form_key", &key), ("do", "revoke"), ("access", access)]).await;
    assert_eq!(site.get(&format!("/calendar/{feed}"), "").await.status, StatusCode::NOT_FOUND);
    let out = site.post("/zh/sign-out", &cookie, &[("form_key", &key)]).await;
    assert_eq!(out.status, StatusCode::SEE_OTHER);
    assert_eq!(site.get("/zh/desk", &cookie).await.status, StatusCode::UNAUTHORIZED);
}
