//! The keyboard: which keys lead where. The page works without scripts; the script reads the same list.

use axum::response::Response;
use maud::{Markup, html};
use serde::Serialize;

use crate::routes::Ctx;
use crate::view::{answer, frame};

/// Keys that lead to a page: the second key after `g`, the page, and the key of its name.
const PAGES: [(&str, &str, &str); 10] = [
    ("t", "desk", "desk.today"),
    ("h", "home", "home.title"),
    ("w", "water", "menu.water"),
    ("p", "plan", "menu.plan"),
    ("d", "plan/dispatch", "dispatch.title"),
    ("i", "indicators", "menu.indicators"),
    ("r", "registers", "menu.registers"),
    ("m", "measures", "menu.measures"),
    ("v", "verdicts", "menu.verdicts"),
    ("u", "rules", "menu.rules"),
];
/// Keys that do something on the page that is open.
const HERE: [(&str, &str); 6] =
    [("/", "keys.search"), ("j", "keys.next"), ("k", "keys.previous"), ("x", "keys.pick"), ("?", "keys.help"), ("Esc", "keys.close")];

#[derive(Serialize)]
struct View {
    title: &'static str,
    close: &'static str,
    keys: Vec<Key>,
}

#[derive(Serialize)]
struct Key {
    keys: String,
    what: &'static str,
    href: Option<String>,
}

/// `/keys`
pub(crate) fn respond(ctx: &Ctx) -> Response {
    let lang = ctx.lang;
    let here = HERE.iter().map(|&(key, what)| Key { keys: key.to_owned(), what: lang.t(what), href: None });
    // Whoever is not signed in comes to the desk by its door.
    let page_of = |page: &str| if page == "desk" && ctx.viewer.is_none() { ctx.href("sign-in") } else { ctx.href(page) };
    let pages = PAGES.iter().map(|&(key, page, what)| Key { keys: format!("g {key}"), what: lang.t(what), href: Some(page_of(page)) });
    let view = View { title: lang.t("keys.title"), close: lang.t("keys.close"), keys: here.chain(pages).collect() };
    let rows = view.keys.iter().map(|key| vec![key.keys.clone(), key.what.to_owned(), key.href.clone().unwrap_or_default()]);
    let csv = (&["keys", "what", "address"][..], rows.collect());
    answer(ctx, frame(ctx, lang.t("keys.title"), "", &["json", "csv"]), &view, Some(csv), None, || draw(ctx, &view))
}

fn draw(ctx: &Ctx, view: &View) -> Markup {
    let lang = ctx.lang;
    html! {
        h1 { (lang.t("keys.title")) }
        p { (lang.t("keys.note")) }
        p hidden data-keys-switch { button type="button" data-on=(lang.t("keys.turn_off")) data-off=(lang.t("keys.turn_on")) { (lang.t("keys.turn_off")) } }
        div.scroll tabindex="0" role="region" aria-label=(lang.t("keys.title")) { table {
            thead { tr { th { (lang.t("keys.key")) } th { (lang.t("keys.what")) } } }
            tbody { @for key in &view.keys {
                tr {
                    th scope="row" { @for part in key.keys.split(' ') { kbd { (part) } " " } }
                    td { @match &key.href { Some(href) => { a href=(href) { (key.what) } }, None => { (key.what) } } }
                }
            } }
        } }
    }
}
