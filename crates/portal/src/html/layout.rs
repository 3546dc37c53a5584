//! The frame of every page.

use maud::{DOCTYPE, Markup, html};

use crate::lang::Lang;

/// What the frame needs to know.
pub(crate) struct Page {
    pub(crate) title: String,
    pub(crate) lang: Lang,
    /// Which entry of the menu is here.
    pub(crate) here: &'static str,
    /// The address behind the language.
    pub(crate) path: String,
    /// What stands behind `?` in the address.
    pub(crate) query: String,
    /// Other forms this page comes in.
    pub(crate) formats: &'static [&'static str],
    pub(crate) demo: bool,
    /// Whose data the pages show; empty where nothing is known of it.
    pub(crate) credit: String,
    /// A script that makes the page lively.
    pub(crate) script: Option<&'static str>,
    /// Name of the person who is signed in.
    pub(crate) viewer: Option<String>,
    /// Whether facts changed that the page does not tell of yet.
    pub(crate) behind: bool,
}

const MENU: [(&str, &str); 11] = [
    ("water", "menu.water"),
    ("river", "menu.river"),
    ("plan", "menu.plan"),
    ("indicators", "menu.indicators"),
    ("registers", "menu.registers"),
    ("measures", "menu.measures"),
    ("assessments", "menu.assessments"),
    ("verdicts", "menu.verdicts"),
    ("rules", "menu.rules"),
    ("standards", "menu.standards"),
    ("data", "menu.data"),
];

/// The whole page.
pub(crate) fn render(page: &Page, body: &Markup) -> Markup {
    let lang = page.lang;
    let other = lang.other();
    html! {
        (DOCTYPE)
        html lang=(lang.html()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (page.title) " · " (lang.t("site.name")) }
                @if page.script == Some("map") { link rel="stylesheet" href="/static/vendor/maplibre-gl-6.17.0/maplibre-gl.css"; }
                link rel="stylesheet" href="/static/css/site.css";
                link rel="icon" href="/static/icon.svg" type="image/svg+xml";
                link rel="alternate" hreflang=(other.html()) href={ "/" (other.id()) "/" (page.path) (page.query) };
                @if page.script == Some("chart") { link rel="stylesheet" href="/static/vendor/uplot-1.6.32/uPlot.min.css"; }
                script type="module" src="/static/js/keys.js" {}
                @if let Some(script) = page.script { script type="module" src={ "/static/js/" (script) ".js" } {} }
            }
            body {
                a.skip href="#main" { (lang.t("site.skip")) }
                header.site {
                    div.bar {
                        a.brand href={ "/" (lang.id()) "/" } { span.drop aria-hidden="true" { "≈" } (lang.t("site.name")) }
                        nav aria-label=(lang.t("site.menu")) {
                            @for (path, key) in MENU {
                                @if page.here == path {
                                    a href={ "/" (lang.id()) "/" (path) } aria-current="page" { (lang.t(key)) }
                                } @else {
                                    a href={ "/" (lang.id()) "/" (path) } { (lang.t(key)) }
                                }
                            }
                        }
                        @if let Some(name) = &page.viewer {
                            a.desk href={ "/" (lang.id()) "/desk" } { (lang.t("menu.desk")) span.visually-hidden { " " (name) } }
                        }
                        a.lang href={ "/" (other.id()) "/" (page.path) (page.query) } lang=(other.html()) hreflang=(other.html()) { (lang.t("site.other")) }
                    }
                }
                @if page.demo { p.demo { (lang.t("site.demo")) } }
                @if page.behind { p.demo role="status" { (lang.t("site.behind")) } }
                main id="main" {
                    (body)
                    @if !page.formats.is_empty() {
                        p.formats {
                            (lang.t("site.formats")) " "
                            @for format in page.formats { a href={ "/" (lang.id()) "/" (if page.path.is_empty() { "home" } else { page.path.as_str() }) "." (format) (page.query) } { (format) } " " }
                        }
                    }
                }
                footer.site {
                    @if !page.credit.is_empty() { p { (page.credit) } }
                    p { a href={ "/" (lang.id()) (if page.viewer.is_some() { "/desk" } else { "/sign-in" }) } { (lang.t(if page.viewer.is_some() { "menu.desk" } else { "sign.in" })) } " · " a href={ "/" (lang.id()) "/data" } { (lang.t("menu.data")) } " · " a href="/api/openapi.json" { "OpenAPI" } " · " a href={ "/" (lang.id()) "/keys" } { (lang.t("keys.title")) } }
                }
            }
        }
    }
}
