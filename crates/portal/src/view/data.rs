//! Data and API: what can be taken, in which forms, and whose it is.

use axum::response::Response;
use maud::html;
use serde::Serialize;

use crate::openapi::ROUTES;
use crate::routes::Ctx;
use crate::view::{answer, credit, frame};

#[derive(Serialize)]
struct View {
    as_of: String,
    pack: String,
    pack_digest: String,
    standards_digest: String,
    observations: u64,
    openapi: &'static str,
}

pub(crate) fn respond(ctx: &Ctx) -> Response {
    let lang = ctx.lang;
    let view = View {
        as_of: ctx.portal.settings.as_of.to_string(),
        pack: ctx.portal.plan.head.id.clone(),
        pack_digest: ctx.portal.plan.digest.clone(),
        standards_digest: standards::digest().to_owned(),
        observations: ctx.snapshot.observations,
        openapi: "/api/openapi.json",
    };
    let rows = ROUTES.iter().map(|route| {
        let what = if lang == crate::lang::Lang::Zh { route.zh } else { route.en };
        vec![format!("/{}{}", lang.id(), route.path), what.to_owned(), route.forms.join(" ")]
    });
    let csv = (&["address", "what", "forms"][..], rows.collect());
    answer(ctx, frame(ctx, lang.t("menu.data"), "data", &["json", "csv"]), &view, Some(csv), None, || {
        html! {
            h1 { (lang.t("data.title")) }
            p { (lang.t("data.note")) }
            p { a href="/api/openapi.json" { "OpenAPI 3.1" } " · " a href=(ctx.href("data/head")) { (lang.t("head.title")) } }
            div.scroll tabindex="0" role="region" aria-label=(lang.t("data.title")) {
                table {
                    thead { tr { th { (lang.t("data.address")) } th { (lang.t("data.what")) } th { (lang.t("data.forms")) } } }
                    tbody {
                        @for route in ROUTES {
                            tr {
                                th scope="row" { code { "/" (lang.id()) (route.path) } }
                                td { (if lang == crate::lang::Lang::Zh { route.zh } else { route.en }) }
                                td { (route.forms.join(", ")) }
                            }
                        }
                    }
                }
            }
            h2 { (lang.t("data.credits")) }
            ul.list {
                @for own in credit::applying(ctx) { li { (lang.pick(&own.text)) " " (lang.pick(&own.note)) } }
                @for source in credit::unnamed(ctx) { li { (lang.fill("data.source", &[("source", source)])) } }
                @if ctx.portal.settings.demo { li { (lang.t("data.credit_made_up")) } }
            }
            h2 { (lang.t("data.versions")) }
            dl.fields {
                div { dt { (lang.t("data.pack")) } dd { (view.pack) " " code { (view.pack_digest) } } }
                div { dt { (lang.t("why.standards_digest")) } dd { code { (view.standards_digest) } } }
                div { dt { (lang.t("data.observations")) } dd { (view.observations) } }
            }
        }
    })
}
