//! The work of the desk: many entries at once, reports accepted together, filters that are kept, what is to be done now,
//! dispatch, and the tables behind the pages.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../../judge/tests/common/mod.rs"]
mod common;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use common::{change, world};
use facts::NewAccount;
use facts::register::Draft;
use jiff::civil::date;
use portal::{Portal, PortalSettings, router};
use serde_json::Value;
use tower::ServiceExt as _;

const PASSWORD: &str = "a long enough password";
/// Account, unit and role.
const PEOPLE: [(&str, &str, &str); 5] = [
    ("epb", "epb", "officer"),
    ("park", "park", "officer"),
    ("luobei", "luobei", "county"),
    ("office", "city", "city_office"),
    ("auditor", "city", "auditor"),
];

struct Site {
    router: axum::Router,
    store: facts::Store,
    _folder: tempfile::TempDir,
}

struct Got {
    status: StatusCode,
    kind: String,
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
    let park = |id: &str, name: &str, county: &str| {
        let fields = [
            ("name_zh", name),
            ("county", county),
            ("level", "other"),
            ("stage", "existing"),
            ("plant_state", "building"),
            ("monitor_state", "connected"),
        ];
        draft(id, &fields)
    };
    put("park", &[park("p-1", "一号园区", "luobei"), park("p-2", "二号园区", "suibin")]);
    let report = |id: &str, unit: &str, more: &[(&str, &str)]| {
        let mut fields =
            vec![("deadline", "1.1.1-1"), ("unit", unit), ("reported_on", "2017-01-10"), ("status", "done"), ("done_on", "2016-12-30")];
        fields.extend(more);
        draft(id, &fields)
    };
    put("task_report", &[report("r-1", "epb", &[]), report("r-2", "luobei", &[("county", "luobei")])]);
    for (name, unit, role) in PEOPLE {
        let own = |text: &str| text.to_owned();
        let new = NewAccount { name: own(name), display: own(name), unit: own(unit), role: own(role), ..NewAccount::default() };
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
        let (status, kind, location, cookie) =
            (response.status(), head(header::CONTENT_TYPE), head(header::LOCATION), head(header::SET_COOKIE));
        let bytes = axum::body::to_bytes(response.into_body(), 64 << 20).await.unwrap();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Got { status, kind, body, location, cookie: cookie.split(';').next().unwrap_or_default().to_owned() }
    }

    async fn get(&self, path: &str, cookie: &str) -> Got {
        self.send(Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap()).await
    }

    async fn json(&self, path: &str, cookie: &str) -> Value {
        let got = self.get(path, cookie).await;
        assert_eq!(got.status, StatusCode::OK, "{path}: {}", got.body);
        serde_json::from_str(&got.body).unwrap()
    }

    async fn post(&self, path: &str, who: &(String, String), fields: &[(&str, &str)]) -> Got {
        let mut all = vec![("form_key", who.1.as_str())];
        all.extend(fields);
        let body = serde_urlencoded::to_string(all).unwrap();
        let request = Request::post(path).header(header::COOKIE, &who.0).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Signs in; gives the cookie and the form key.
    async fn enter(&self, name: &str) -> (String, String) {
        let nobody = (String::new(), String::new());
        let got = self.post("/zh/sign-in", &nobody, &[("name", name), ("password", PASSWORD)]).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.body);
        let page = self.get("/zh/desk/account", &got.cookie).await.body;
        let key = page.split("name=\"form_key\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        (got.cookie, key)
    }

    fn park(&self, id: &str) -> facts::Entry {
        self.store.entry("park", id).unwrap().unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_of_many_entries_changes_for_all_or_for_none() {
    let site = site().await;
    let (park, county) = (site.enter("park").await, site.enter("luobei").await);
    let list = site.get("/zh/registers/park", &park.0).await.body;
    assert!(list.contains("name=\"pick.p-1\"") && list.contains("name=\"pick.p-2\""), "{list}");
    assert!(!site.get("/zh/registers/park", "").await.body.contains("name=\"pick."), "nothing to choose for a visitor");
    let asked = "/zh/registers/park/bulk?field=plant_state&pick.p-1=1&pick.p-2=1";
    let form = site.get(asked, &park.0).await;
    assert!(form.status == StatusCode::OK && form.body.contains("一号园区") && form.body.contains("二号园区"), "{}", form.body);

    let both = [("field", "plant_state"), ("pick.p-1", "1"), ("pick.p-2", "1")];
    let with = |more: &[(&'static str, &'static str)]| both.into_iter().chain(more.iter().copied()).collect::<Vec<_>>();
    let cases = [
        ("one is out of reach", &county, with(&[("plant_state", "running"), ("why", "投运")]), StatusCode::UNPROCESSABLE_ENTITY, "p-2"),
        ("no such choice", &park, with(&[("plant_state", "flying"), ("why", "投运")]), StatusCode::UNPROCESSABLE_ENTITY, "flying"),
        ("no reason", &park, with(&[("plant_state", "running"), ("why", " ")]), StatusCode::UNPROCESSABLE_ENTITY, "value=\"1\" checked"),
        ("nothing chosen", &park, vec![("field", "plant_state"), ("why", "x")], StatusCode::BAD_REQUEST, ""),
        ("no such entry", &park, vec![("field", "plant_state"), ("pick.p-9", "1"), ("why", "x")], StatusCode::BAD_REQUEST, "p-9"),
        ("no such field", &park, vec![("field", "longitude"), ("pick.p-1", "1"), ("why", "x")], StatusCode::BAD_REQUEST, ""),
    ];
    for (what, who, fields, status, told) in cases {
        let got = site.post("/zh/registers/park/bulk", who, &fields).await;
        assert!(got.status == status && got.body.contains(told), "{what}: {} {}", got.status, got.body);
        assert_eq!((site.park("p-1").version, site.park("p-2").version), (1, 1), "{what}");
    }
    let done = site.post("/zh/registers/park/bulk", &park, &with(&[("plant_state", "running"), ("why", "一并投运")])).await;
    assert_eq!((done.status, done.location.as_str()), (StatusCode::SEE_OTHER, "/zh/registers/park"), "{}", done.body);
    for id in ["p-1", "p-2"] {
        assert_eq!((site.park(id).get("plant_state"), site.park(id).version), ("running", 2));
        let row = site.store.ledger_of(&format!("park/{id}")).unwrap().pop().unwrap();
        assert_eq!((row.who.as_str(), row.why.as_str()), ("park", "一并投运"));
    }
    assert!(site.store.verify().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_are_accepted_together_and_never_by_their_own_unit() {
    let site = site().await;
    let (epb, office, auditor) = (site.enter("epb").await, site.enter("office").await, site.enter("auditor").await);
    let waiting = async |who: &(String, String)| site.json("/zh/desk/accept.json", &who.0).await["reports"].as_array().unwrap().len();
    assert_eq!((waiting(&epb).await, waiting(&office).await, waiting(&auditor).await), (1, 2, 0));
    let accept = async |who: &(String, String), ids: &[&'static str], on: &str, why: &str| {
        let names: Vec<String> = ids.iter().map(|id| format!("pick.{id}")).collect();
        let mut fields = vec![("accepted_on", on), ("why", why)];
        fields.extend(names.iter().map(|name| (name.as_str(), "1")));
        site.post("/zh/desk/accept", who, &fields).await
    };
    for (what, who, on, why) in [
        ("its own report", &epb, "2021-04-01", "验收"),
        ("nobody's to accept", &auditor, "2021-04-01", "验收"),
        ("a day to come", &office, "2021-04-06", "验收"),
        ("before it was done", &office, "2016-12-29", "验收"),
        ("no reason", &office, "2021-04-01", ""),
    ] {
        assert_eq!(accept(who, &["r-1", "r-2"], on, why).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
        assert_eq!(waiting(&office).await, 2, "{what}");
    }
    let today = site.json("/zh/desk.json?kind=report", &office.0).await;
    assert!(today.to_string().contains("/zh/desk/accept#e-r-1"), "{today}");
    let done = accept(&office, &["r-1", "r-2"], "2021-04-01", "现场核查").await;
    assert_eq!((done.status, done.location.as_str()), (StatusCode::SEE_OTHER, "/zh/desk/accept"), "{}", done.body);
    assert_eq!(waiting(&office).await, 0);
    let entry = site.store.entry("task_report", "r-2").unwrap().unwrap();
    assert_eq!((entry.get("accepted_on"), entry.get("accepted_by")), ("2021-04-01", "city"));
    for unit in ["epb", "luobei"] {
        let sheet = site.json(&format!("/zh/plan/dispatch/{unit}.json?standing=done"), "").await;
        assert_eq!(sheet["dates"][0]["id"], "1.1.1-1", "{unit}: {sheet}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_is_kept_for_one_account_alone() {
    let site = site().await;
    let (epb, park) = (site.enter("epb").await, site.enter("park").await);
    let save = async |who: &(String, String), name: &str, path: &str, query: &str| {
        site.post("/zh/desk/saved", who, &[("do", "save"), ("name", name), ("path", path), ("query", query)]).await
    };
    assert!(site.get("/zh/registers/park?county=luobei&page=2", &epb.0).await.body.contains("value=\"county=luobei\""));
    assert!(!site.get("/zh/registers/park?county=luobei", "").await.body.contains("desk/saved"));
    let kept = save(&epb, "萝北园区", "registers/park", "county=luobei&q=一").await;
    assert_eq!((kept.status, kept.location.as_str()), (StatusCode::SEE_OTHER, "/zh/registers/park?county=luobei&q=%E4%B8%80"));
    for path in ["/zh/desk", "/zh/registers/park"] {
        assert!(site.get(path, &epb.0).await.body.contains("萝北园区"), "{path}");
        assert!(!site.get(path, &park.0).await.body.contains("萝北园区"), "{path}");
    }
    for (name, path) in [("", "registers/park"), ("x", "../x"), ("x", ""), ("x", "a b"), ("x", "javascript:x")] {
        assert_eq!(save(&epb, name, path, "").await.status, StatusCode::BAD_REQUEST, "{name} {path}");
    }
    // The same name takes the new address; another account's deletion does nothing.
    save(&epb, "萝北园区", "registers/park", "county=suibin").await;
    site.post("/zh/desk/saved", &park, &[("do", "delete"), ("name", "萝北园区")]).await;
    let saved = site.json("/en/desk.json", &epb.0).await["saved"].clone();
    assert_eq!(saved, serde_json::json!([{"name": "萝北园区", "href": "/en/registers/park?county=suibin"}]));
    site.post("/zh/desk/saved", &epb, &[("do", "delete"), ("name", "萝北园区")]).await;
    assert_eq!(site.json("/en/desk.json", &epb.0).await["saved"], serde_json::json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn today_names_the_record_that_is_owed_until_it_is_there() {
    let site = site().await;
    let epb = site.enter("epb").await;
    let duties = async || {
        let today = site.json("/zh/desk.json?kind=duty", &epb.0).await;
        let groups = today["groups"].as_array().unwrap().clone();
        groups.iter().flat_map(|group| group["items"].as_array().unwrap().clone()).collect::<Vec<Value>>()
    };
    let before = duties().await;
    let first = before.first().unwrap_or_else(|| panic!("nothing is owed"));
    let href = first["href"].as_str().unwrap();
    assert!(href.starts_with("/zh/registers/duty_report/new?duty="), "{href}");
    let form = site.get(href, &epb.0).await;
    assert_eq!(form.status, StatusCode::OK);
    let (_, query) = href.split_once('?').unwrap();
    let given: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap();
    let mut fields: Vec<(&str, &str)> = given.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.extend([("done_on", "2021-04-02"), ("why", "已报送")]);
    let made = site.post("/zh/registers/duty_report/new", &epb, &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let after = duties().await;
    assert!(after.len() < before.len() && after.iter().all(|item| item["id"] != first["id"]), "{after:?}");
    // Whoever only reads has nothing to do; a word that is no kind is refused.
    let auditor = site.enter("auditor").await;
    assert!(
        site.json("/zh/desk.json", &auditor.0).await["counts"]
            .as_array()
            .unwrap()
            .iter()
            .all(|count| count["n"] == serde_json::json!([0, 0, 0, 0]))
    );
    assert_eq!(site.get("/zh/desk?when=never", &epb.0).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_stands_in_sees_what_the_absent_have_to_do() {
    let site = site().await;
    let park = site.enter("park").await;
    let n = async || site.json("/zh/desk.json", &park.0).await["groups"].to_string().matches("\"kind\":\"deadline\"").count();
    let before = n().await;
    site.store.set_absence("epb", "park", "2021-04-01", "2021-04-30", &change()).unwrap();
    assert!(before < n().await);
    site.store.set_absence("epb", "park", "2021-04-06", "2021-04-30", &change()).unwrap();
    assert_eq!(n().await, before, "not away yet");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_matrix_counts_what_its_sheets_list() {
    let site = site().await;
    let matrix = site.json("/en/plan/dispatch.json", "").await;
    let units = matrix["units"].as_array().unwrap();
    assert!(10 < units.len(), "{matrix}");
    for unit in units {
        let id = unit["unit"].as_str().unwrap();
        let mut total = 0;
        for (standing, n) in unit["counts"].as_object().unwrap() {
            let sheet = site.json(&format!("/en/plan/dispatch/{id}.json?standing={standing}"), "").await;
            let dates = sheet["dates"].as_array().unwrap();
            assert!(
                dates.len() as u64 == n.as_u64().unwrap() && dates.iter().all(|date| date["standing"] == standing.as_str()),
                "{id} {standing}"
            );
            total += dates.len() as u64;
        }
        assert_eq!(unit["dates"].as_u64().unwrap(), total, "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_on_screen_is_there_as_csv_and_honours_the_filter() {
    let site = site().await;
    let office = site.enter("office").await;
    let lines = async |path: &str| {
        let got = site.get(path, &office.0).await;
        assert!(got.status == StatusCode::OK && got.kind.starts_with("text/csv"), "{path}: {} {}", got.status, got.kind);
        got.body.lines().count()
    };
    for path in
        ["desk", "desk/accept", "desk/ledger", "plan/1.1.1", "plan/dispatch", "plan/dispatch/epb", "registers/park/p-1", "keys", "data"]
    {
        assert!(1 < lines(&format!("/zh/{path}.csv")).await, "{path}");
    }
    let all = lines("/zh/plan/dispatch/epb.csv").await;
    let overdue = lines("/zh/plan/dispatch/epb.csv?standing=overdue").await;
    assert!(1 < overdue && overdue < all, "{overdue} of {all}");
    assert_eq!(lines("/zh/registers/park.csv?county=luobei").await, 2);
    assert!(lines("/zh/desk.csv?kind=report").await < lines("/zh/desk.csv").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_sources_that_gave_data_are_credited() {
    let site = site().await;
    for path in ["/en/", "/en/data"] {
        let page = site.get(path, "").await.body;
        assert!(!page.contains("CNEMC") && page.contains("Natural Earth"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keys_are_told_where_no_script_runs() {
    let site = site().await;
    let page = site.get("/en/keys", "").await.body;
    let keys = site.json("/en/keys.json", "").await;
    for key in keys["keys"].as_array().unwrap() {
        assert!(page.contains(key["what"].as_str().unwrap()), "{key}");
    }
    assert!(page.contains("class=\"skip\"") && page.contains("/static/js/keys.js"), "{page}");
    let script = site.get("/static/js/keys.js", "").await;
    assert!(script.status == StatusCode::OK && script.kind.starts_with("text/javascript"));
}
