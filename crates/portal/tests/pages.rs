//! Every page in both languages and every form; nothing private in any of them; the catalogues match.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../../judge/tests/common/mod.rs"]
mod common;

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use common::{RECORDS, change, world};
use jiff::civil::date;
use judge::{Limits, Session, verdict_id};
use portal::{Portal, PortalSettings, catalogue_keys, router};
use tower::ServiceExt as _;

struct Site {
    router: axum::Router,
    _folder: tempfile::TempDir,
}

async fn site() -> Site {
    let world = world(&RECORDS);
    let mut draft =
        facts::register::Draft { id: "st-x".to_owned(), made_up: true, source: "test".to_owned(), ..facts::register::Draft::default() };
    for (field, value) in [("name_zh", "试验站"), ("section", "hg-heli"), ("kind", "manual"), ("contact", "王小明 13800000000")] {
        draft.data.insert(field.to_owned(), value.to_owned());
    }
    world.store.put_entries(&world.plan, "station", &[draft], &change()).unwrap();
    let as_of = date(2021, 4, 5);
    let session = Session::open(&world.store, &world.plan, as_of, Limits::default()).await.unwrap();
    judge::judge(&session, &world.plan, |_| {}).await.unwrap().keep(&world.store, &world.plan, &session, &change()).unwrap();
    world.store.set_setting("judged_with", "test").unwrap();
    let settings = PortalSettings {
        as_of,
        demo: true,
        map_review_number: None,
        clock: || 1_617_600_000,
        secure_cookies: false,
        judgement_wait: std::time::Duration::from_secs(300),
    };
    let portal = Portal::new(world.store, world.plan, world.files, settings).unwrap();
    Site { router: router(Arc::new(portal)), _folder: world.folder }
}

struct Got {
    status: StatusCode,
    kind: String,
    policy: String,
    body: String,
}

impl Site {
    async fn get(&self, path: &str) -> Got {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let head =
            |name: header::HeaderName| response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let (status, kind, policy) = (response.status(), head(header::CONTENT_TYPE), head(header::CONTENT_SECURITY_POLICY));
        let bytes = axum::body::to_bytes(response.into_body(), 64 << 20).await.unwrap();
        Got { status, kind, policy, body: String::from_utf8_lossy(&bytes).into_owned() }
    }
}

fn why() -> String {
    format!("why/{}", verdict_id("section-attainment-year", "hg-heli", "2019"))
}

/// Pages with the forms they come in.
fn pages() -> Vec<(String, &'static [&'static str])> {
    let list: [(&str, &[&str]); 25] = [
        ("data/head", &["json", "csv"]),
        ("home", &["json", "csv"]),
        ("water", &["json", "csv", "geojson"]),
        ("water/hg-heli", &["json", "csv", "geojson"]),
        ("water/hg-heli/nh3n", &["json", "csv"]),
        ("plan", &["json", "csv"]),
        ("plan/1.1.2", &["json", "csv"]),
        ("plan/9.1", &["json", "csv"]),
        ("plan/dispatch", &["json", "csv"]),
        ("plan/dispatch/luobei", &["json", "csv"]),
        ("indicators", &["json", "csv"]),
        ("indicators/I01", &["json", "csv"]),
        ("indicators/I05", &["json", "csv"]),
        ("verdicts", &["json", "csv"]),
        ("standards", &["json", "csv"]),
        ("standards/gb3838-2002", &["json", "csv"]),
        ("data", &["json", "csv"]),
        ("keys", &["json", "csv"]),
        ("registers", &["json", "csv"]),
        ("registers/section", &["json", "csv", "geojson"]),
        ("registers/station", &["json", "csv", "geojson"]),
        ("registers/station/st-x", &["json", "csv", "geojson"]),
        ("measures", &["json", "csv"]),
        ("rules", &["json", "csv"]),
        ("rules/section-attainment-year", &["json", "csv"]),
    ];
    list.into_iter().map(|(path, forms)| (path.to_owned(), forms)).chain([(why(), &["json", "csv"][..])]).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_comes_in_both_languages_and_every_form_and_leaks_nothing() {
    let site = site().await;
    for (path, forms) in pages() {
        for lang in ["zh", "en"] {
            let page = site.get(&format!("/{lang}/{path}")).await;
            assert_eq!(page.status, StatusCode::OK, "/{lang}/{path}");
            assert!(page.kind.starts_with("text/html") && page.body.contains("<h1"), "/{lang}/{path}");
            assert!(page.policy.contains("script-src 'self'") && !page.policy.contains("unsafe"), "{}", page.policy);
            assert!(
                !page.body.contains(" style=") && !page.body.contains("<script>") && !page.body.contains(" onclick"),
                "/{lang}/{path} has something inline"
            );
            let mut bodies = vec![page.body];
            for form in forms {
                let data = site.get(&format!("/{lang}/{path}.{form}")).await;
                assert_eq!(data.status, StatusCode::OK, "/{lang}/{path}.{form}");
                let expected = if *form == "csv" {
                    "text/csv"
                } else if *form == "geojson" {
                    "application/geo+json"
                } else {
                    "application/json"
                };
                assert!(data.kind.starts_with(expected), "/{lang}/{path}.{form} is {}", data.kind);
                if *form != "csv" {
                    serde_json::from_str::<serde_json::Value>(&data.body).unwrap();
                }
                bodies.push(data.body);
            }
            for body in bodies {
                assert!(!body.contains("13800000000") && !body.contains("王小明"), "/{lang}/{path} shows a private field");
            }
        }
    }
}

/// Addresses inside the site that a page leads to.
fn links(body: &str) -> BTreeSet<String> {
    let hrefs = body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    hrefs.filter(|href| href.starts_with('/')).map(|href| href.split('#').next().unwrap_or_default().replace("&amp;", "&")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_link_leads_nowhere() {
    let site = site().await;
    let mut seen = BTreeSet::new();
    let mut ahead: Vec<String> = vec!["/zh/".to_owned(), "/en/".to_owned()];
    while let Some(path) = ahead.pop() {
        // Verdicts and observations are many of a kind; some of each are enough.
        if !seen.insert(path.clone())
            || (path.contains("/why/") || path.contains("/data/proof/") || path.contains('?')) && seen.len() % 7 != 0
            || 900 < seen.len()
        {
            continue;
        }
        let page = site.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        if page.kind.starts_with("text/html") {
            ahead.extend(links(&page.body));
        }
    }
    assert!(150 < seen.len(), "{}", seen.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_or_cannot_be_read_says_so() {
    let site = site().await;
    let cases = [
        ("/zh/nothing", StatusCode::NOT_FOUND),
        ("/xx/", StatusCode::NOT_FOUND),
        ("/zh/water/nowhere", StatusCode::NOT_FOUND),
        ("/zh/water/hg-heli/nothing", StatusCode::NOT_FOUND),
        ("/zh/plan/9.9.9", StatusCode::NOT_FOUND),
        ("/zh/indicators/I99", StatusCode::NOT_FOUND),
        ("/zh/why/0000000000000000", StatusCode::NOT_FOUND),
        ("/zh/plan.geojson", StatusCode::NOT_FOUND),
        ("/static/../Cargo.toml", StatusCode::NOT_FOUND),
        ("/map/../plan.toml", StatusCode::NOT_FOUND),
        ("/map/plan.toml", StatusCode::NOT_FOUND),
        ("/en/water?class=VII", StatusCode::BAD_REQUEST),
        ("/zh/registers/nothing", StatusCode::NOT_FOUND),
        ("/zh/registers/section/nowhere", StatusCode::NOT_FOUND),
        ("/zh/measures/nothing", StatusCode::NOT_FOUND),
        ("/zh/rules/nothing", StatusCode::NOT_FOUND),
        ("/zh/files/0000", StatusCode::NOT_FOUND),
        ("/calendar/0000.ics", StatusCode::NOT_FOUND),
        ("/zh/desk", StatusCode::UNAUTHORIZED),
        ("/zh/registers/section/new", StatusCode::UNAUTHORIZED),
        ("/en/registers/section?sort=contact", StatusCode::BAD_REQUEST),
        ("/en/plan?timeliness=soon", StatusCode::BAD_REQUEST),
        ("/en/plan?state=late", StatusCode::BAD_REQUEST),
        ("/en/plan?unit=nobody", StatusCode::BAD_REQUEST),
        ("/zh/plan/dispatch/nobody", StatusCode::NOT_FOUND),
        ("/en/plan/dispatch/epb?standing=fine", StatusCode::BAD_REQUEST),
        ("/zh/desk/accept", StatusCode::UNAUTHORIZED),
        ("/zh/registers/section/bulk?field=county&pick.hg-heli=1", StatusCode::UNAUTHORIZED),
        ("/en/verdicts?outcome=maybe", StatusCode::BAD_REQUEST),
        ("/en/verdicts?page=0", StatusCode::BAD_REQUEST),
        ("/en/water/hg-heli/nh3n?from=yesterday", StatusCode::BAD_REQUEST),
    ];
    for (path, status) in cases {
        assert_eq!(site.get(path).await.status, status, "{path}");
    }
    let told = site.get("/en/water.json?class=VII").await;
    assert_eq!(told.status, StatusCode::BAD_REQUEST);
    assert!(told.body.contains("`VII` is not a water-quality class"), "{}", told.body);
    assert!(!site.get("/en/water?q=%3Cscript%3Ealert(1)%3C/script%3E").await.body.contains("<script>alert"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_and_its_data_say_the_same() {
    let site = site().await;
    let page = site.get("/en/home").await.body;
    let data: serde_json::Value = serde_json::from_str(&site.get("/en/home.json").await.body).unwrap();
    assert!(page.contains(data["sentence"].as_str().unwrap()));
    let shown: Vec<String> = ["zh", "en"].map(|lang| format!("/{lang}/home.json")).into();
    let mut sentences = Vec::new();
    for path in shown {
        let data: serde_json::Value = serde_json::from_str(&site.get(&path).await.body).unwrap();
        sentences.push(data["sentence"].as_str().unwrap().to_owned());
        sentences.push(data["plan"].to_string());
    }
    for path in ["/en/water/hg-heli.json", "/zh/plan/1.1.2.json", "/en/indicators/I05.json"] {
        let data: serde_json::Value = serde_json::from_str(&site.get(path).await.body).unwrap();
        sentences.push(serde_json::to_string_pretty(&data).unwrap().lines().take(40).collect::<Vec<_>>().join("\n"));
    }
    insta::assert_snapshot!(sentences.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn openapi_describes_addresses_that_answer() {
    let site = site().await;
    let document: serde_json::Value = serde_json::from_str(&site.get("/api/openapi.json").await.body).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let item: serde_json::Value = serde_json::from_str(&site.get("/en/water/hg-heli/nh3n.json").await.body).unwrap();
    let observation = item["observations"][0]["name"].as_str().unwrap().to_owned();
    for path in document["paths"].as_object().unwrap().keys() {
        let (_, verdict) = why().split_once('/').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        let real = path
            .replace("{lang}", "en")
            .replace("{section}", "hg-heli")
            .replace("{item}", "nh3n")
            .replace("{observation}", &observation)
            .replace("{task}", "1.1.2")
            .replace("{indicator}", "I01")
            .replace("{verdict}", &verdict)
            .replace("{model}", "steady")
            .replace("{assessment}", "county")
            .replace("{year}", "2019")
            .replace("{unit}", "luobei")
            .replace("{kind}", "section")
            .replace("{entry}", "hg-heli")
            .replace("{rule}", "section-attainment-year")
            .replace("{standard}", "gb3838-2002");
        assert_eq!(site.get(&real).await.status, StatusCode::OK, "{real}");
    }
}

#[test]
fn both_languages_have_the_same_strings_and_every_string_that_is_asked_for() {
    let (zh, en) = catalogue_keys();
    assert_eq!(zh, en);
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![source];
    let mut asked = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(path).unwrap();
                for part in text.split(['"']) {
                    let is_key = part.split_once('.').is_some_and(|(group, key)| {
                        zh.iter().any(|own| own.starts_with(&format!("{group}.")))
                            && !key.is_empty()
                            && key.chars().all(|c| c.is_ascii_lowercase() || c == '_')
                    });
                    if is_key && !part.starts_with("water.geojson") && !part.ends_with(".json") {
                        asked.insert(part.to_owned());
                    }
                }
            }
        }
    }
    let missing: Vec<&String> = asked.iter().filter(|key| !zh.contains(&key.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(100 < asked.len());
}
