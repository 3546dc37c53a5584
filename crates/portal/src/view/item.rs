//! The single observations of an item at a section: what every number above rests on.

use axum::response::Response;
use facts::ObservationQuery;
use maud::{Markup, html};
use plan::period::Period;
use serde::Serialize;
use standards::{Citation, Class, Item};

use crate::error::PageError;
use crate::html::badge;
use crate::html::layout::Page;
use crate::routes::Ctx;
use crate::view::{answer, frame};

/// Rows on a page; the CSV has them all.
const SHOWN: usize = 400;

#[derive(Serialize)]
struct View {
    section: String,
    section_name: String,
    item: String,
    item_name: String,
    unit: String,
    from: Option<String>,
    to: Option<String>,
    citation: Option<Citation>,
    limits: Vec<String>,
    observations: Vec<judge::ObservationRow>,
}

pub(crate) fn respond(ctx: &Ctx, id: &str, item: &str) -> Result<Response, PageError> {
    let section = ctx.snapshot.section(id).ok_or(PageError::NotFound)?;
    let item = Item::by_id(item).map_err(|_| PageError::NotFound)?;
    let period = |name: &str| -> Result<Option<Period>, PageError> {
        ctx.asked(name)
            .map(|text| text.parse().map_err(|error: plan::period::BadPeriod| PageError::BadRequest(format!("{name}: {error}"))))
            .transpose()
    };
    let (from, to) = (period("from")?, period("to")?);
    let known_at = facts::time::end_of(ctx.portal.settings.as_of);
    let query = ObservationQuery {
        place: Some(id.to_owned()),
        items: vec![item.id().to_owned()],
        from: from.map(|period| facts::time::start_of(period.first())),
        to: Some(to.map_or(known_at, |period| facts::time::end_of(period.last())).min(known_at)),
        known_at: Some(known_at),
        all_versions: true,
    };
    let mut observations: Vec<judge::ObservationRow> =
        ctx.portal.store.observations(&query)?.iter().map(judge::ObservationRow::from).collect();
    observations.sort_by(|a, b| b.time.cmp(&a.time).then(b.version.cmp(&a.version)));
    let body = section.entry.get("body").parse().unwrap_or(standards::surface::Body::River);
    let view = View {
        section: id.to_owned(),
        section_name: ctx.lang.pick(&section.name).to_owned(),
        item: item.id().to_owned(),
        item_name: if ctx.lang == crate::lang::Lang::Zh { item.zh() } else { item.en() }.to_owned(),
        unit: item.unit().to_owned(),
        from: from.map(|period| period.to_string()),
        to: to.map(|period| period.to_string()),
        citation: Citation::gb3838(item),
        limits: Class::ALL[..5].iter().filter_map(|class| standards::surface::limit(item, *class, body)).map(str::to_owned).collect(),
        observations,
    };
    let title = format!("{} · {}", view.section_name, view.item_name);
    let rows = view.observations.iter().map(|row| {
        vec![
            id.to_owned(),
            row.time.clone(),
            row.item.clone(),
            row.text.clone(),
            row.unit.clone(),
            row.qualifier.to_owned(),
            row.flag.clone(),
            row.method.clone(),
            row.source.clone(),
            row.version.to_string(),
            row.reason.clone(),
            row.name.clone(),
            row.made_up.to_string(),
        ]
    });
    let csv = (
        &["place", "time", "item", "value", "unit", "qualifier", "flag", "method", "source", "version", "reason", "name", "made_up"][..],
        rows.collect(),
    );
    let page = Page { script: Some("chart"), ..frame(ctx, &title, "water", &["json", "csv"]) };
    Ok(answer(ctx, page, &view, Some(csv), None, || draw(ctx, &view)))
}

fn draw(ctx: &Ctx, view: &View) -> Markup {
    let lang = ctx.lang;
    let unit = if view.unit == "1" { "–" } else { &view.unit };
    html! {
        p.eyebrow { a href=(ctx.href("water")) { (lang.t("menu.water")) } " › " a href=(ctx.href(&format!("water/{}", view.section))) { (view.section_name) } }
        h1 { (lang.fill("item.title", &[("section", &view.section_name), ("item", &view.item_name), ("n", &view.observations.len().to_string())])) }
        @if let (Some(from), Some(to)) = (&view.from, &view.to) { p { (if from == to { from.clone() } else { format!("{from} – {to}") }) " · " a href=(ctx.href(&format!("water/{}/{}", view.section, view.item))) { (lang.t("item.all_time")) } } }
        @if let Some(citation) = &view.citation {
            p { (lang.t("item.limits")) " (" a href=(ctx.href(&format!("standards/gb3838-2002#{}", view.item))) { (citation.standard) " " (lang.fill("standard.place", &[("table", &citation.table.to_string()), ("no", &citation.no.to_string())])) } "): " (view.limits.join(" / ")) " " (unit) }
        }
        // Drawn by a script from this page's own data; without one the table below says the same.
        figure.series hidden data-series=(format!("{}.json{}", ctx.href(&ctx.path), ctx.query_string())) {
            div {}
            figcaption { (lang.t("item.chart_note")) }
        }
        div.scroll tabindex="0" role="region" aria-label=(lang.t("item.observations")) {
            table {
                thead { tr { th { (lang.t("item.time")) } th.num { (lang.t("item.value")) } th { (lang.t("item.unit")) } th.num { (lang.t("item.published")) } th { (lang.t("item.qualifier")) } th { (lang.t("item.flag")) } th { (lang.t("item.method")) } th { (lang.t("item.source")) } th.num { (lang.t("item.version")) } th { (lang.t("item.name")) } } }
                tbody {
                    @for row in view.observations.iter().take(SHOWN) {
                        tr {
                            td.nowrap { (row.time) } td.num { (row.text) } td { (if row.unit == "1" { "–" } else { row.unit.as_str() }) } td.num { (row.published.as_deref().unwrap_or("–")) }
                            td { (lang.word("qualifier", row.qualifier)) } td { (row.flag) } td { (row.method) } td { (row.source) " " (badge::made_up(lang, row.made_up)) }
                            td.num { (row.version) @if !row.reason.is_empty() { br; span.muted { (row.reason) } } }
                            td.nowrap { a href=(ctx.href(&format!("data/proof/{}", row.name))) { code { (row.name) } } }
                        }
                    }
                }
            }
        }
        @if SHOWN < view.observations.len() { p.muted { (lang.fill("item.more", &[("n", &(view.observations.len() - SHOWN).to_string())])) } }
    }
}
