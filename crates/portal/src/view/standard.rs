//! The tables of the standards, each row with its number and how far it was verified.

use axum::response::Response;
use maud::{Markup, html};
use serde::Serialize;
use standards::surface::{self, Body};
use standards::{Citation, Class, Item, groundwater, limit_table};

use crate::error::PageError;
use crate::lang::Lang;
use crate::routes::Ctx;
use crate::view::{answer, frame};

#[derive(Serialize)]
struct View {
    code: &'static str,
    title: String,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    item: String,
    name: String,
    unit: String,
    table: u8,
    no: u32,
    applies_to: String,
    limits: Vec<String>,
    verified: bool,
}

/// Standards by the word in their address, code and names.
const STANDARDS: [(&str, &str, &str, &str); 5] = [
    ("gb3838-2002", "GB 3838-2002", "地表水环境质量标准", "Environmental quality standards for surface water"),
    ("gbt14848-2017", "GB/T 14848-2017", "地下水质量标准", "Standard for groundwater quality"),
    ("gb5749-2022", "GB 5749-2022", "生活饮用水卫生标准", "Standards for drinking water quality"),
    (
        "gb18918-2002",
        "GB 18918-2002",
        "城镇污水处理厂污染物排放标准",
        "Discharge standard of pollutants for municipal wastewater treatment plants",
    ),
    ("gb8978-1996", "GB 8978-1996", "污水综合排放标准", "Integrated wastewater discharge standard"),
];

fn title(lang: Lang, standard: &(&str, &str, &str, &str)) -> String {
    format!("{} {}", standard.1, if lang == Lang::Zh { standard.2 } else { standard.3 })
}

pub(crate) fn respond(ctx: &Ctx) -> Response {
    let list: Vec<(&str, String)> = STANDARDS.iter().map(|standard| (standard.0, title(ctx.lang, standard))).collect();
    let csv = (&["standard", "title"][..], list.iter().map(|(code, title)| vec![(*code).to_owned(), title.clone()]).collect());
    answer(ctx, frame(ctx, ctx.lang.t("menu.standards"), "standards", &["json", "csv"]), &list, Some(csv), None, || {
        html! {
            h1 { (ctx.lang.t("standard.title")) }
            p { (ctx.lang.t("standard.note")) }
            ul.list { @for (code, title) in &list { li { a href=(ctx.href(&format!("standards/{code}"))) { (title) } } } }
            p.muted { (ctx.lang.t("why.standards_digest")) ": " code { (standards::digest()) } }
        }
    })
}

pub(crate) fn respond_one(ctx: &Ctx, code: &str) -> Result<Response, PageError> {
    let standard = STANDARDS.iter().find(|standard| standard.0 == code).ok_or(PageError::NotFound)?;
    let rows = match standard.0 {
        "gb3838-2002" => surface_rows(ctx.lang),
        "gbt14848-2017" => groundwater_rows(ctx.lang),
        _ => limit_rows(ctx.lang, standard.1),
    };
    let view = View { code: standard.0, title: title(ctx.lang, standard), rows };
    let csv_rows = view.rows.iter().map(|row| {
        vec![
            row.table.to_string(),
            row.no.to_string(),
            row.item.clone(),
            row.name.clone(),
            row.unit.clone(),
            row.applies_to.clone(),
            row.limits.join(" / "),
            row.verified.to_string(),
        ]
    });
    let csv = (&["table", "no", "item", "name", "unit", "applies_to", "limits", "verified"][..], csv_rows.collect());
    Ok(answer(ctx, frame(ctx, &view.title, "standards", &["json", "csv"]), &view, Some(csv), None, || draw(ctx, &view)))
}

fn name(lang: Lang, item: Item) -> String {
    if lang == Lang::Zh { item.zh() } else { item.en() }.to_owned()
}

fn surface_rows(lang: Lang) -> Vec<Row> {
    let mut rows = Vec::new();
    for item in Item::all() {
        let Some(citation) = Citation::gb3838(item) else { continue };
        let limits = |body: Body| -> Vec<String> {
            Class::ALL[..5].iter().filter_map(|class| surface::limit(item, *class, body)).map(str::to_owned).collect()
        };
        let (river, lake) = (limits(Body::River), limits(Body::Lake));
        let mut push = |applies_to: &str, limits: Vec<String>| {
            rows.push(Row {
                item: item.id().to_owned(),
                name: name(lang, item),
                unit: item.unit().to_owned(),
                table: citation.table,
                no: citation.no,
                applies_to: applies_to.to_owned(),
                limits,
                verified: citation.verified,
            });
        };
        if let Some(limit) = surface::source_limit(item) {
            push("source", vec![limit.to_owned()]);
        } else if river == lake {
            push("", river);
        } else {
            if !river.is_empty() {
                push("river", river);
            }
            push("lake", lake);
        }
    }
    rows.sort_by_key(|row| (row.table, row.no));
    rows
}

fn groundwater_rows(lang: Lang) -> Vec<Row> {
    let mut rows: Vec<Row> = groundwater::items()
        .into_iter()
        .filter_map(|item| {
            let citation = Citation::gbt14848(item)?;
            let limits: Vec<(&str, &str)> = Class::ALL[..4].iter().filter_map(|class| groundwater::limit(item, *class)).collect();
            let unit = limits.first().map_or(item.unit(), |(_, unit)| unit);
            Some(Row {
                item: item.id().to_owned(),
                name: name(lang, item),
                unit: unit.to_owned(),
                table: citation.table,
                no: citation.no,
                applies_to: String::new(),
                limits: limits.iter().map(|(limit, _)| (*limit).to_owned()).collect(),
                verified: citation.verified,
            })
        })
        .collect();
    rows.sort_by_key(|row| (row.table, row.no));
    rows
}

fn limit_rows(lang: Lang, code: &str) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for own in limit_table::rows().iter().filter(|own| own.standard == code) {
        match rows.last_mut().filter(|last| {
            last.table == own.table
                && last.no == own.no
                && last.item == own.item.id()
                && last.applies_to == own.condition
                && !own.grade.is_empty()
        }) {
            Some(last) => last.limits.push(own.printed.clone()),
            None => rows.push(Row {
                item: own.item.id().to_owned(),
                name: name(lang, own.item),
                unit: own.unit.clone(),
                table: own.table,
                no: own.no,
                applies_to: own.condition.clone(),
                limits: vec![own.printed.clone()],
                verified: own.verified,
            }),
        }
    }
    rows
}

fn draw(ctx: &Ctx, view: &View) -> Markup {
    let lang = ctx.lang;
    let mut anchored = std::collections::BTreeSet::new();
    html! {
        p.eyebrow { a href=(ctx.href("standards")) { (lang.t("menu.standards")) } }
        h1 { (view.title) }
        p { (lang.t("standard.note")) }
        div.scroll tabindex="0" role="region" aria-label=(view.title) {
            table {
                thead { tr { th.num { (lang.t("standard.table")) } th.num { (lang.t("standard.no")) } th { (lang.t("item.item")) } th { (lang.t("item.unit")) } th { (lang.t("standard.applies_to")) } th { (lang.t("standard.limits")) } th { (lang.t("standard.verified")) } } }
                tbody {
                    @for row in &view.rows {
                        tr id=[anchored.insert(row.item.clone()).then_some(row.item.clone())] {
                            td.num { (row.table) } td.num { (row.no) } th scope="row" { (row.name) " " code { (row.item) } } td { (if row.unit == "1" { "–" } else { row.unit.as_str() }) }
                            td { (if row.applies_to.is_empty() { "–".to_owned() } else { lang.word("body", &row.applies_to) }) }
                            td { (row.limits.join(" / ")) }
                            td { @if row.verified { (lang.t("standard.two_sources")) } @else { span.uncertain { (lang.t("mark.one_source")) } } }
                        }
                    }
                }
            }
        }
    }
}
