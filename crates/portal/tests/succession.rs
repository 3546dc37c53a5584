//! Who stands in, who takes over, and what comes after: people, units and plans.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../../judge/tests/common/mod.rs"]
mod common;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use common::{World, change, world};
use facts::NewAccount;
use facts::register::Draft;
use jiff::civil::{Date, date};
use judge::verdict_id;
use plan::PackFiles;
use portal::{Portal, PortalSettings, router};
use serde_json::Value;
use tower::ServiceExt as _;

const PASSWORD: &str = "a long enough password";
const PEOPLE: [(&str, &str, &str); 6] = [
    ("epb", "epb", "officer"),
    ("water", "water", "officer"),
    ("luobei", "luobei", "county"),
    ("luobei2", "luobei", "county"),
    ("office", "city", "city_office"),
    ("admin", "city", "administrator"),
];
const TODAY: Date = date(2021, 4, 5);

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
    cache: String,
}

fn draft(id: &str, fields: &[(&str, &str)]) -> Draft {
    let data = fields.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect();
    Draft { id: id.to_owned(), data, source: "test".to_owned(), ..Draft::default() }
}

fn add(store: &facts::Store, (name, unit, role): (&str, &str, &str)) {
    let own = |text: &str| text.to_owned();
    let new =
        NewAccount { name: own(name), display: own(name), unit: own(unit), role: own(role), subject: String::new(), email: String::new() };
    store.add_account(&new, PASSWORD, &change()).unwrap();
}

/// The world with a park that fails.
fn park_world() -> World {
    let world = world(&[]);
    let park = [
        ("name_zh", "一号园区"),
        ("county", "luobei"),
        ("level", "other"),
        ("stage", "existing"),
        ("plant_state", "building"),
        ("monitor_state", "connected"),
    ];
    world.store.put_entries(&world.plan, "park", &[draft("p-1", &park)], &change()).unwrap();
    world
}

/// The pack with some of its files changed.
fn with(files: &PackFiles, changes: &[(&str, String)]) -> PackFiles {
    let mut files = files.clone();
    for (path, text) in changes {
        files.insert(*path, text.clone());
    }
    files
}

async fn site_of(world: World, as_of: Date) -> Site {
    for person in PEOPLE {
        add(&world.store, person);
    }
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
        let (location, cookie, cache) = (head(header::LOCATION), head(header::SET_COOKIE), head(header::CACHE_CONTROL));
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), 64 << 20).await.unwrap();
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Got { status, body: String::from_utf8_lossy(&bytes).into_owned(), location, cookie, cache }
    }

    async fn get(&self, path: &str, cookie: &str) -> Got {
        self.send(Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap()).await
    }

    async fn json(&self, path: &str, cookie: &str) -> Value {
        serde_json::from_str(&self.get(path, cookie).await.body).unwrap()
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

    fn away(&self, name: &str, deputy: &str, to: &str) {
        self.store.set_absence(name, deputy, "2021-04-01", to, &change()).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deputy_sees_and_does_what_is_the_absent_persons_and_both_are_named() {
    let site = site_of(park_world(), TODAY).await;
    let (water, key) = site.enter("water").await;
    let finding = verdict_id("park-central-treatment", "p-1", "2021-04-05");
    let why = format!("/zh/why/{finding}?for=epb");
    let open = async |absent: &str| {
        let fields = [("form_key", key.as_str()), ("verdict", finding.as_str()), ("machine", "park-approvals"), ("for", absent)];
        site.post("/zh/measures/open", &water, &fields).await
    };
    // Nobody stands in for anybody who did not say so.
    assert_eq!(site.get(&why, &water).await.status, StatusCode::FORBIDDEN);
    assert_eq!(open("epb").await.status, StatusCode::FORBIDDEN);
    assert_eq!(site.get(&why, "").await.status, StatusCode::OK, "a visitor stands in for nobody");
    assert!(site.json("/zh/desk.json", &water).await["standing_in"].as_array().unwrap().is_empty());

    site.away("epb", "water", "2021-04-05");
    let desk = site.json("/zh/desk.json", &water).await;
    assert_eq!((desk["standing_in"][0]["name"].as_str(), desk["standing_in"][0]["until"].as_str()), (Some("epb"), Some("2021-04-05")));
    let items: Vec<&Value> = desk["groups"].as_array().unwrap().iter().flat_map(|group| group["items"].as_array().unwrap()).collect();
    let own = |id: &str| items.iter().filter(|item| item["id"] == id).collect::<Vec<_>>();
    let theirs = own("1.1.1-1");
    assert_eq!((theirs.len(), theirs[0]["standing_in_for"].as_str()), (1, Some("epb")));
    assert!(theirs[0]["href"].as_str().unwrap().ends_with("&for=epb"), "{}", theirs[0]);
    assert!(own(&finding)[0]["standing_in_for"] == "epb", "what can be opened as well");
    assert!(site.get("/zh/desk", &water).await.body.contains("for=epb"));

    let opened = open("epb").await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.body);
    assert!(opened.location.ends_with("?for=epb"), "{}", opened.location);
    let measure = opened.location.trim_end_matches("?for=epb").to_owned();
    assert!(site.get(&opened.location, &water).await.body.contains("name=\"for\" value=\"epb\""));
    let step = async |fields: &[(&str, &str)]| {
        let fields: Vec<(&str, &str)> =
            [("form_key", key.as_str()), ("document", "1号")].into_iter().chain(fields.iter().copied()).collect();
        site.post(&format!("{measure}/notice"), &water, &fields).await.status
    };
    assert_eq!(step(&[]).await, StatusCode::FORBIDDEN, "on one's own behalf nothing more is allowed than before");
    assert_eq!(step(&[("for", "luobei")]).await, StatusCode::FORBIDDEN, "somebody who is there");

    // It ends by itself.
    site.away("epb", "water", "2021-04-04");
    assert_eq!(step(&[("for", "epb")]).await, StatusCode::FORBIDDEN);
    site.away("epb", "water", "2021-04-05");
    assert_eq!(step(&[("for", "epb")]).await, StatusCode::SEE_OTHER);

    let (office, _) = site.enter("office").await;
    let subject = format!("measure/{}", measure.rsplit('/').next().unwrap());
    let ledger = site.json(&format!("/zh/desk/ledger.json?subject={subject}&who=epb"), &office).await;
    let signed: Vec<(&str, &str)> =
        ledger["rows"].as_array().unwrap().iter().map(|row| (row["who"].as_str().unwrap(), row["for"].as_str().unwrap())).collect();
    assert_eq!(signed, [("water", "epb"), ("water", "epb")]);
    let steps = site.json(&format!("{measure}.json"), &office).await;
    let last = steps["steps"].as_array().unwrap().last().unwrap().clone();
    assert!(last["who"].as_str().unwrap().contains("water") && last["who"].as_str().unwrap().contains("epb"), "{last}");
    assert!(site.store.verify().unwrap().is_empty(), "{:?}", site.store.verify().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leaves_hands_over_and_an_absence_needs_a_deputy_who_fits() {
    let site = site_of(park_world(), TODAY).await;
    let (admin, key) = site.enter("admin").await;
    let (luobei, luobei_key) = site.enter("luobei").await;
    let absent = async |deputy: &str, from: &str, to: &str| {
        let fields = [("form_key", luobei_key.as_str()), ("do", "absence"), ("deputy", deputy), ("from", from), ("to", to)];
        site.post("/zh/desk/account", &luobei, &fields).await;
        site.store.account("luobei").unwrap().unwrap().deputy
    };
    for (deputy, from, to) in
        [("luobei", "2021-04-01", ""), ("nobody", "2021-04-01", ""), ("luobei2", "2021-04-09", "2021-04-01"), ("luobei2", "soon", "")]
    {
        assert_eq!(absent(deputy, from, to).await, "", "{deputy} {from} {to}");
    }
    assert_eq!(absent("luobei2", "2021-05-01", "2021-05-09").await, "luobei2");

    site.away("water", "luobei", "2021-04-30");
    let close = async |successor: &str| {
        let fields = [("form_key", key.as_str()), ("do", "close"), ("name", "luobei"), ("successor", successor), ("why", "调离")];
        site.post("/zh/desk/people", &admin, &fields).await;
        site.store.account("luobei").unwrap().unwrap().closed
    };
    // Nobody named, nobody known, another unit.
    for successor in ["", "nobody", "water", "luobei"] {
        assert!(!close(successor).await, "{successor}");
    }
    assert!(site.get("/zh/desk/people", &admin).await.body.contains("<option value=\"luobei2\">"));
    assert!(close("luobei2").await);
    assert_eq!(site.get("/zh/desk", &luobei).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(site.store.account("water").unwrap().unwrap().deputy, "luobei2");
    let (heir, _) = site.enter("luobei2").await;
    assert_eq!(site.json("/zh/desk.json", &heir).await["standing_in"][0]["name"], "water");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_unit_had_to_do_falls_to_its_successor_and_pages_tell_both_names() {
    for (as_of, fallen) in [(date(2019, 2, 28), false), (date(2019, 3, 1), true)] {
        let mut world = park_world();
        let head = world.files.get("plan.toml").unwrap();
        assert!(head.contains("successor = \"生态环境局\""));
        let head = head.replacen("successor = \"生态环境局\"", "successor = \"ecology\"\nended = 2019-03-01", 1);
        let new = "[[unit]]\nid = \"ecology\"\nkind = \"department\"\nname = { zh = \"新局\", en = \"New Bureau\" }\nparent = \"city\"\n";
        world.files = with(&world.files, &[("plan.toml", format!("{head}\n{new}"))]);
        world.plan = plan::load(&world.files).unwrap();
        add(&world.store, ("eco", "ecology", "officer"));
        let site = site_of(world, as_of).await;
        let (eco, _) = site.enter("eco").await;
        let has = site.json("/zh/desk.json", &eco).await.to_string().contains("1.1.1-1");
        assert_eq!(has, fallen, "dates on {as_of}");
        let edit = site.get("/zh/registers/chemical/new", &eco).await.status;
        assert_eq!(edit == StatusCode::OK, fallen, "what the old unit kept on {as_of}: {edit}");
        let lead = site.json("/zh/plan/1.1.1.json", "").await["lead"][0].as_str().unwrap().to_owned();
        assert_eq!((lead.contains("环保局"), lead.contains("新局"), lead.contains("2019-03-01")), (true, fallen, fallen), "{lead}");
        assert_eq!(site.get("/zh/plan?unit=ecology", "").await.body.contains("plan/1.1.1\""), fallen);
        // Whose account still is of the old unit works for the new one, and before that for the old.
        let (epb, _) = site.enter("epb").await;
        assert_eq!(site.get("/zh/registers/chemical/new", &epb).await.status, StatusCode::OK);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_is_carried_on_shows_what_it_was() {
    let mut world = park_world();
    let report = |id: &str, day: &str| {
        draft(id, &[("deadline", "1.1.1-1"), ("unit", "epb"), ("reported_on", day), ("status", "in_progress"), ("document", id)])
    };
    let reports = [report("r-1", "2017-01-10"), report("r-2", "2019-02-01")];
    world.store.put_entries(&world.plan, "task_report", &reports, &change()).unwrap();
    judge::judge_and_keep(&world.store, &world.plan, date(2018, 12, 1), &change(), |_| {}).await.unwrap();
    let (head, tasks) = (world.files.get("plan.toml").unwrap().to_owned(), world.files.get("tasks/01.toml").unwrap().to_owned());
    let version = "[plan]\nversion = \"2\"\namends = { plan = \"hegang-2016\", on = 2019-01-01, document = \"鹤政办发〔2019〕1号\" }\n";
    world.files = with(
        &world.files,
        &[
            ("plan.toml", format!("{head}\n{version}")),
            ("tasks/01.toml", tasks.replacen("date = 2016-12-31", "date = 2019-06-30", 1)),
            ("earlier/plan.toml", head),
            ("earlier/tasks/01.toml", tasks),
        ],
    );
    world.plan = plan::load(&world.files).unwrap();
    let site = site_of(world, TODAY).await;
    let task = site.json("/zh/plan/1.1.1.json", "").await;
    assert_eq!(task["deadlines"][0]["date"], "2019-06-30");
    let before = &task["before"][0];
    assert_eq!(before["changed"], serde_json::json!(["deadline"]));
    assert_eq!((before["until"].as_str(), before["document"].as_str()), (Some("2019-01-01"), Some("鹤政办发〔2019〕1号")));
    let was = &before["deadlines"][0];
    assert_eq!((was["date"].as_str(), was["verdict"]["as_of"].as_str()), (Some("2016-12-31"), Some("2018-12-01")));
    let reports: Vec<&str> = was["reports"].as_array().unwrap().iter().map(|report| report["id"].as_str().unwrap()).collect();
    assert_eq!(reports, ["r-1"], "what was reported later is on the date as it is now");
    let page = site.get("/zh/plan/1.1.1", "").await.body;
    assert!(page.contains("鹤政办发〔2019〕1号") && page.contains("2016-12-31"), "{page}");
    assert!(site.json("/zh/plan/10.1.json", "").await["before"].as_array().unwrap().is_empty(), "what was not kept is not told");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_people_who_are_signed_in_are_kept_nowhere() {
    let site = site_of(park_world(), TODAY).await;
    let private = "private, no-store";
    let signed = site.post("/zh/sign-in", "", &[("name", "epb"), ("password", PASSWORD)]).await;
    assert_eq!(signed.cache, private, "the answer that hands out the session");
    for (path, visitor, person) in [
        ("/zh/", "no-cache", private),
        ("/zh/plan.json", "no-cache", private),
        ("/zh/registers/park", "no-cache", private),
        ("/zh/desk", "no-cache", private),
        ("/zh/no-such-page", "no-cache", private),
        ("/calendar/none.ics", private, private),
        ("/map/none.geojson", "no-cache", "no-cache"),
        ("/static/none.css", "no-cache", "no-cache"),
    ] {
        assert_eq!(site.get(path, "").await.cache, visitor, "{path} of a visitor");
        assert_eq!(site.get(path, &signed.cookie).await.cache, person, "{path} of a person");
    }
    let token = site.store.make_token("epb", "token", "", 1_700_000_000, &change()).unwrap();
    let request = Request::get("/zh/plan.json").header(header::AUTHORIZATION, format!("Bearer {token}"));
    assert_eq!(site.send(request.body(Body::empty()).unwrap()).await.cache, private);
}
