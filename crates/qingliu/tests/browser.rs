//! The pages in a real browser: the way from Home to Why, languages, a phone, no scripts, and accessibility.
//!
//! Runs where `QINGLIU_BROWSER_TESTS` is set, as `./check` does; it needs chromium and chromedriver.
#![allow(clippy::unwrap_used, missing_docs)]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::prelude::*;

/// A child that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a program and waits for the line that says where it listens.
fn start(command: &mut Command, port: impl Fn(&str) -> Option<u16>) -> (Running, u16) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let found = lines.by_ref().map_while(Result::ok).find_map(|line| port(&line)).expect("the line that names the port");
    // Keeps the pipe open and empty.
    std::thread::spawn(move || lines.for_each(drop));
    (Running(child), found)
}

fn browser(driver: u16, profile: &std::path::Path, scripts: bool, size: (u32, u32)) -> impl Future<Output = WebDriverResult<WebDriver>> {
    let mut options = DesiredCapabilities::chrome();
    for argument in [
        "--headless=new",
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--use-angle=swiftshader",
        "--enable-unsafe-swiftshader",
        "--disable-dev-shm-usage",
    ] {
        options.add_arg(argument).unwrap();
    }
    options.add_arg(&format!("--window-size={},{}", size.0, size.1)).unwrap();
    if size.0 < 500 {
        // A window cannot be as narrow as a phone, so the phone is emulated.
        options
            .add_experimental_option("mobileEmulation", json!({"deviceMetrics": {"width": size.0, "height": size.1, "pixelRatio": 2.0}}))
            .unwrap();
    }
    options.add_arg(&format!("--user-data-dir={}", profile.display())).unwrap();
    if !scripts {
        options.add_experimental_option("prefs", json!({"profile.managed_default_content_settings.javascript": 2})).unwrap();
    }
    WebDriver::new(format!("http://127.0.0.1:{driver}"), options)
}

async fn heading(page: &WebDriver) -> String {
    page.find(By::Tag("h1")).await.unwrap().text().await.unwrap()
}

/// Waits until the heading says something; a form that was sent leads to another page in its own time.
async fn until(page: &WebDriver, said: &str) {
    let mut last = String::new();
    for _ in 0..150 {
        if let Ok(heading) = page.find(By::Tag("h1")).await
            && let Ok(text) = heading.text().await
        {
            if text.contains(said) {
                return;
            }
            last = text;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("the heading is `{last}` (expected `{said}`)");
}

/// Serious faults that axe-core finds on the page.
async fn faults(page: &WebDriver) -> Vec<String> {
    page.execute(include_str!("vendor/axe-core-4.14.1/axe.min.js"), vec![]).await.unwrap();
    let script = "const done = arguments[arguments.length - 1]; axe.run(document, {resultTypes: ['violations']}).then((found) => done(found.violations), (error) => done([{impact: 'critical', id: String(error), nodes: []}]));";
    let found: Value = page.execute_async(script, vec![]).await.unwrap().json().clone();
    let serious = found.as_array().unwrap().iter().filter(|fault| matches!(fault["impact"].as_str(), Some("serious" | "critical")));
    serious
        .map(|fault| {
            format!(
                "{}: {}",
                fault["id"],
                fault["nodes"].as_array().into_iter().flatten().take(3).map(|node| node["html"].to_string()).collect::<Vec<_>>().join(" ")
            )
        })
        .collect()
}

/// Whether the page is wider than its window.
async fn overflows(page: &WebDriver) -> bool {
    let wide = page.execute("return document.documentElement.scrollWidth - document.documentElement.clientWidth", vec![]).await.unwrap();
    wide.json().as_i64().unwrap() > 1
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_from_home_to_why_in_a_browser() {
    if std::env::var_os("QINGLIU_BROWSER_TESTS").is_none() {
        eprintln!("passed over: set QINGLIU_BROWSER_TESTS (./check does)");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("demo");
    let mut program = Command::new(env!("CARGO_BIN_EXE_qingliu"));
    let (_site, port) = start(program.args(["demo", "--addr", "127.0.0.1:0", "--data"]).arg(&data), |line| {
        line.strip_prefix("http://127.0.0.1:")?.split('/').next()?.parse().ok()
    });
    let (_driver, driver) = start(Command::new("chromedriver").arg("--port=0"), |line| {
        line.split("started successfully on port ").nth(1)?.trim_end_matches('.').parse().ok()
    });
    let site = format!("http://127.0.0.1:{port}");

    // Home → Water → Section → Why, with scripts.
    let page = browser(driver, &folder.path().join("one"), true, (1280, 900)).await.unwrap();
    page.goto(format!("{site}/zh/")).await.unwrap();
    assert!(heading(&page).await.contains("断面"), "{}", heading(&page).await);
    let live = page.query(By::Css(".mapbox[data-live=true]")).wait(Duration::from_secs(40), Duration::from_millis(500)).first().await;
    assert!(live.is_ok(), "the map came alive");
    assert_eq!(faults(&page).await, Vec::<String>::new());
    page.find(By::Css("nav a[href='/zh/water']")).await.unwrap().click().await.unwrap();
    assert!(heading(&page).await.contains("个断面"));
    page.find(By::LinkText("鹤立河示例断面")).await.unwrap().click().await.unwrap();
    assert!(heading(&page).await.contains("鹤立河"));
    assert!(page.find(By::Css("svg.chart")).await.is_ok(), "charts are drawn");
    assert_eq!(faults(&page).await, Vec::<String>::new());
    page.find(By::Css("ul.years li:first-child a")).await.unwrap().click().await.unwrap();
    assert!(heading(&page).await.contains("未达到目标"), "{}", heading(&page).await);
    assert_eq!(faults(&page).await, Vec::<String>::new());

    // From a number to its observations and to the table of the standard: one click each.
    page.find(By::Css("details summary")).await.unwrap().click().await.unwrap();
    assert!(!page.find(By::Css("details[open] ul.plain li")).await.unwrap().text().await.unwrap().is_empty());
    let to_standard = page.find(By::Css("a[href*='standards/gb3838-2002#']")).await.unwrap();
    to_standard.click().await.unwrap();
    assert!(page.find(By::Css("tr:target")).await.is_ok(), "the row of the table is marked");

    // The other language, the same page.
    page.back().await.unwrap();
    page.find(By::Css("a.lang")).await.unwrap().click().await.unwrap();
    assert!(heading(&page).await.contains("missed its target"), "{}", heading(&page).await);
    for path in [
        "en/",
        "en/plan",
        "en/plan/1.1.2",
        "en/indicators",
        "zh/verdicts",
        "en/standards/gb3838-2002",
        "en/data",
        "zh/registers",
        "en/registers/park",
        "zh/registers/park/park-luobei-graphite",
        "en/rules",
        "zh/rules/park-central-treatment",
        "en/measures",
        "zh/assessments",
        "en/plan/dispatch",
        "zh/river",
        "en/river/steady?item=nh3n",
        "zh/river/capacity",
        "en/river/ecoflow",
        "zh/sign-in",
    ] {
        page.goto(format!("{site}/{path}")).await.unwrap();
        assert_eq!(faults(&page).await, Vec::<String>::new(), "{path}");
    }
    page.quit().await.unwrap();

    consequence(&site, driver, folder.path()).await;

    // A phone.
    let page = browser(driver, &folder.path().join("two"), true, (390, 844)).await.unwrap();
    for path in [
        "zh/",
        "en/water",
        "zh/water/hg-heli",
        "en/plan",
        "zh/plan/3.1.2",
        "en/indicators",
        "zh/registers/park",
        "en/registers/enterprise",
        "zh/rules/park-central-treatment",
        "en/measures",
        "zh/assessments",
        "en/plan/dispatch",
        "zh/river",
        "en/river/steady?item=nh3n",
        "zh/river/capacity",
        "en/river/ecoflow",
    ] {
        page.goto(format!("{site}/{path}")).await.unwrap();
        assert!(!overflows(&page).await, "{path} is wider than a phone");
    }
    page.quit().await.unwrap();

    // Without scripts.
    let page = browser(driver, &folder.path().join("three"), false, (1280, 900)).await.unwrap();
    page.goto(format!("{site}/en/")).await.unwrap();
    assert!(page.find(By::Css(".mapbox svg .place")).await.is_ok(), "the map is drawn without scripts");
    let search = page.find(By::Id("q")).await.unwrap();
    search.send_keys("Heli").await.unwrap();
    search.send_keys(Key::Enter + "").await.unwrap();
    assert!(page.query(By::LinkText("Heli River example section")).first().await.is_ok());
    page.find(By::LinkText("Heli River example section")).await.unwrap().click().await.unwrap();
    assert!(heading(&page).await.contains("Heli River"));
    page.find(By::Css("ul.verdicts a")).await.unwrap().click().await.unwrap();
    assert!(!heading(&page).await.is_empty());
    page.quit().await.unwrap();
}

async fn fill(page: &WebDriver, field: &str, value: &str) {
    let field = page.find(By::Css(field)).await.unwrap();
    field.clear().await.unwrap();
    field.send_keys(value).await.unwrap();
}

async fn sign_in(page: &WebDriver, site: &str, name: &str) {
    page.delete_all_cookies().await.unwrap();
    page.goto(format!("{site}/zh/sign-in")).await.unwrap();
    fill(page, "#name", name).await;
    fill(page, "#password", "demonstration").await;
    page.find(By::Css("main form button")).await.unwrap().click().await.unwrap();
    let entered = page.query(By::Css("ul.todo, a.desk")).wait(Duration::from_secs(20), Duration::from_millis(200)).first().await;
    assert!(entered.is_ok(), "{name}: {}", page.find(By::Css("main")).await.unwrap().text().await.unwrap());
}

/// Takes a step of the measure that is shown, with a document's number where the step issues one.
async fn take(page: &WebDriver, step: &str, document: Option<&str>) {
    let form = format!("form.step[action$='/{step}']");
    if let Some(document) = document {
        fill(page, &format!("{form} input[name=document]"), document).await;
    }
    page.find(By::Css(format!("{form} button"))).await.unwrap().click().await.unwrap();
}

/// A park without central treatment after its date → finding → notice → rectification → proposal to suspend approvals →
/// public page → facts change → lifted, with the ledger telling the story.
async fn consequence(site: &str, driver: u16, folder: &std::path::Path) {
    let page = browser(driver, &folder.join("desk"), true, (1280, 900)).await.unwrap();
    sign_in(&page, site, "epb").await;
    assert_eq!(faults(&page).await, Vec::<String>::new(), "desk");
    page.goto(format!("{site}/zh/registers/park/park-example-1")).await.unwrap();
    let name = heading(&page).await;
    page.find(By::XPath("//ul[@class='verdicts']/li[contains(., '未完成')]/a")).await.unwrap().click().await.unwrap();
    page.find(By::Css("form[action$='/measures/open'] button")).await.unwrap().click().await.unwrap();
    until(&page, "待通知").await;
    assert_eq!(faults(&page).await, Vec::<String>::new(), "measure");
    let measure = page.current_url().await.unwrap().to_string();
    take(&page, "notice", Some("演示改〔2021〕1号")).await;
    until(&page, "限期整改").await;

    sign_in(&page, site, "park").await;
    page.goto(&measure).await.unwrap();
    take(&page, "rectify", Some("演示方案1")).await;
    until(&page, "整改中").await;

    sign_in(&page, site, "epb").await;
    page.goto(&measure).await.unwrap();
    take(&page, "propose", Some("演示报〔2021〕1号")).await;
    until(&page, "已提请暂停审批").await;
    take(&page, "publish", None).await;
    until(&page, "已公开").await;
    page.delete_all_cookies().await.unwrap();
    page.goto(&measure).await.unwrap();
    until(&page, "已公开").await;
    until(&page, &name).await;
    page.goto(format!("{site}/en/measures")).await.unwrap();
    assert!(page.find(By::Css("tbody tr")).await.is_ok(), "everybody sees it");

    sign_in(&page, site, "park").await;
    page.goto(format!("{site}/zh/registers/park/park-example-1/edit")).await.unwrap();
    assert_eq!(faults(&page).await, Vec::<String>::new(), "form");
    for (field, value) in [("plant_state", "running"), ("monitor_state", "connected")] {
        page.find(By::Css(format!("#f-{field} option[value={value}]"))).await.unwrap().click().await.unwrap();
    }
    fill(&page, "#f-why", "建成投运").await;
    page.find(By::Css("form.entry button")).await.unwrap().click().await.unwrap();
    until(&page, &name).await;
    assert!(page.find(By::XPath("//ol[@class='history']/li[1][contains(., '建成投运')]")).await.is_ok(), "the history tells it");

    sign_in(&page, site, "epb").await;
    // A judgement that takes long goes on behind the page.
    for _ in 0..120 {
        page.goto(&measure).await.unwrap();
        if page.find(By::Css("form.step[action$='/lift']")).await.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    take(&page, "lift", Some("演示解〔2021〕1号")).await;
    until(&page, "已解除").await;

    sign_in(&page, site, "auditor").await;
    let id = measure.rsplit('/').next().unwrap();
    page.goto(format!("{site}/zh/desk/ledger?subject=measure/{id}")).await.unwrap();
    until(&page, "6").await;
    assert_eq!(faults(&page).await, Vec::<String>::new(), "ledger");
    page.quit().await.unwrap();
}
