//! The list of a register: search, filters, order, map; the same as CSV, Excel, GeoJSON and JSON.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::response::Response;
use facts::{Entry, entry_table};
use maud::{Markup, html};
use plan::{Field, FieldType, Register};
use serde::Serialize;
use serde_json::json;

use super::{bulk, entries, find, name_of, shown, visible, words};
use crate::error::PageError;
use crate::format::{self, Format};
use crate::html::{badge, layout::Page, map};
use crate::routes::Ctx;
use crate::view::water::encode;
use crate::view::{answer, frame, units};

/// Rows on a page; the data forms have them all.
const PAGE: usize = 50;
/// Columns on a page; the data forms have them all.
const COLUMNS: usize = 6;

#[derive(Serialize)]
struct Kinds {
    as_of: String,
    registers: Vec<Kind>,
}

#[derive(Serialize)]
struct Kind {
    kind: String,
    title: String,
    owner: String,
    entries: usize,
}

/// `/registers`: every kind, by the unit that keeps it.
pub(crate) fn respond_kinds(ctx: &Ctx) -> Result<Response, PageError> {
    let mut registers = Vec::new();
    for register in &ctx.portal.plan.registers {
        let kind = register.kind.get_ref().clone();
        registers.push(Kind {
            title: ctx.lang.pick(&register.title).to_owned(),
            owner: units::name(ctx, register.owner.get_ref()),
            entries: entries(ctx, &kind)?.len(),
            kind,
        });
    }
    let view = Kinds { as_of: ctx.portal.settings.as_of.to_string(), registers };
    let rows = view.registers.iter().map(|row| vec![row.kind.clone(), row.title.clone(), row.owner.clone(), row.entries.to_string()]);
    let csv = (&["kind", "title", "owner", "entries"][..], rows.collect());
    let page = frame(ctx, ctx.lang.t("menu.registers"), "registers", &["json", "csv"]);
    Ok(answer(ctx, page, &view, Some(csv), None, || draw_kinds(ctx, &view)))
}

fn draw_kinds(ctx: &Ctx, view: &Kinds) -> Markup {
    let lang = ctx.lang;
    let mut by_owner: BTreeMap<&str, Vec<&Kind>> = BTreeMap::new();
    for kind in &view.registers {
        by_owner.entry(&kind.owner).or_default().push(kind);
    }
    let (all, total): (usize, usize) = (view.registers.len(), view.registers.iter().map(|kind| kind.entries).sum());
    html! {
        h1 { (lang.fill("register.kinds", &[("n", &all.to_string()), ("entries", &total.to_string())])) }
        p.muted { (lang.t("register.kinds_note")) }
        div.kinds { @for (owner, kinds) in by_owner {
            section {
                h2 { (owner) }
                ul.list {
                    @for kind in kinds { li { a href=(ctx.href(&format!("registers/{}", kind.kind))) { (kind.title) } " " span.muted { (lang.fill("register.n", &[("n", &kind.entries.to_string())])) } } }
                }
            }
        } }
    }
}

#[derive(Serialize)]
struct View {
    kind: String,
    title: String,
    owner: String,
    total: usize,
    entries: Vec<serde_json::Value>,
}

/// `/registers/KIND`
pub(crate) fn respond(ctx: &Ctx, kind: &str) -> Result<Response, PageError> {
    let register = find(ctx, kind)?;
    let found = choose(ctx, register)?;
    // A column is there where the visitor may see it in every entry, or in any at all when signed in.
    let fields: Vec<&Field> = register
        .field
        .iter()
        .filter(|field| field.public || ctx.viewer.is_some() && found.iter().any(|entry| visible(ctx, register, entry, field)))
        .collect();
    let shown_in = |entry: &Entry, field: &Field| visible(ctx, register, entry, field);
    let title = ctx.lang.pick(&register.title).to_owned();
    match ctx.format {
        Format::Csv | Format::Xlsx => {
            let column = |field: &Field| fields.iter().any(|own| own.id.get_ref() == field.id.get_ref());
            let header = entry_table::header(register, column);
            let rows = found.iter().map(|entry| blanked(register, entry, column, &shown_in));
            if ctx.format == Format::Xlsx {
                return Ok(format::xlsx(&title, &header, rows));
            }
            let names: Vec<&str> = header.iter().map(String::as_str).collect();
            Ok(format::csv(&names, rows))
        }
        Format::Geojson => {
            let features: Vec<serde_json::Value> =
                found.iter().map(|entry| entry_table::feature(register, entry, |field| shown_in(entry, field))).collect();
            Ok(format::geojson(&features))
        }
        Format::Json => {
            let entries = found.iter().map(|entry| as_json(ctx, register, entry)).collect();
            let owner = register.owner.get_ref().clone();
            Ok(format::json(&View { kind: kind.to_owned(), title, owner, total: found.len(), entries }))
        }
        Format::Html => {
            let script = if map::is_live(register, &found) { Some("map") } else { None };
            let page = Page { script, ..frame(ctx, &title, "registers", &["json", "csv", "xlsx", "geojson"]) };
            let body = draw(ctx, register, &found, &fields)?;
            Ok(answer(ctx, page, &json!({}), None, None, || body))
        }
    }
}

/// A row of the export; what the visitor may not see of this entry is left empty.
fn blanked(register: &Register, entry: &Entry, column: impl Fn(&Field) -> bool, shown: &impl Fn(&Entry, &Field) -> bool) -> Vec<String> {
    let hidden: Vec<&str> =
        register.field.iter().filter(|field| column(field) && !shown(entry, field)).map(|field| field.id.get_ref().as_str()).collect();
    if hidden.is_empty() {
        return entry_table::row(register, entry, column);
    }
    let mut seen = entry.clone();
    seen.data.retain(|field, _| !hidden.contains(&field.as_str()));
    entry_table::row(register, &seen, column)
}

/// An entry with the fields the visitor may see.
pub(super) fn as_json(ctx: &Ctx, register: &Register, entry: &Entry) -> serde_json::Value {
    let fields: serde_json::Map<String, serde_json::Value> = register
        .field
        .iter()
        .filter(|field| visible(ctx, register, entry, field))
        .filter_map(|field| Some((field.id.get_ref().clone(), json!(entry.data.get(field.id.get_ref())?))))
        .collect();
    json!({"id": entry.id, "version": entry.version, "source": entry.source, "made_up": entry.made_up, "fields": fields})
}

/// Fields a visitor can filter by, each by its values.
fn filters(register: &Register) -> impl Iterator<Item = &Field> {
    let few = |field: &&Field| {
        let unit = field.reference.as_ref().is_some_and(|name| name.get_ref() == "unit");
        field.public && (matches!(field.kind, FieldType::Choice | FieldType::Boolean) || unit)
    };
    register.field.iter().filter(few).take(COLUMNS)
}

/// The entries that the address asks for, in its order. Search and filters look only at what everybody may see, so that
/// they tell nobody more.
fn choose(ctx: &Ctx, register: &Register) -> Result<Vec<Arc<Entry>>, PageError> {
    let all = entries(ctx, register.kind.get_ref())?;
    let query = ctx.asked("q").map(str::to_lowercase);
    let wanted: Vec<(&str, &str)> = register
        .field
        .iter()
        .filter(|field| field.public)
        .filter_map(|field| Some((field.id.get_ref().as_str(), ctx.asked(field.id.get_ref())?)))
        .collect();
    let searched: Vec<&str> = register
        .field
        .iter()
        .filter(|field| field.public && field.kind == FieldType::Text)
        .map(|field| field.id.get_ref().as_str())
        .collect();
    let fits = |entry: &&Arc<Entry>| {
        wanted.iter().all(|(field, value)| entry.get(field) == *value)
            && query.as_ref().is_none_or(|query| {
                entry.id.to_lowercase().contains(query.as_str()) || searched.iter().any(|field| contains(entry.get(field), query))
            })
    };
    let mut found: Vec<Arc<Entry>> = all.iter().filter(fits).cloned().collect();
    if let Some(sort) = ctx.asked("sort") {
        let (field, falling) = sort.strip_prefix('-').map_or((sort, false), |field| (field, true));
        let Some(field) = register.field.iter().find(|own| own.public && own.id.get_ref() == field) else {
            return Err(PageError::BadRequest(format!("sort=`{sort}` is no public field of `{}`", register.kind.get_ref())));
        };
        let id = field.id.get_ref();
        let numeric = matches!(field.kind, FieldType::Decimal | FieldType::Integer | FieldType::Longitude | FieldType::Latitude);
        if numeric {
            found.sort_by_cached_key(|entry| standards::decimal(entry.get(id)).ok());
        } else {
            // Each value is looked up once: a comparison that looks it up again costs more than the sorting.
            let mut keyed: Vec<(&str, &Arc<Entry>)> = found.iter().map(|entry| (entry.get(id), entry)).collect();
            keyed.sort_by(|a, b| a.0.cmp(b.0));
            found = keyed.into_iter().map(|(_, entry)| Arc::clone(entry)).collect();
        }
        if falling {
            found.reverse();
        }
    }
    Ok(found)
}

/// Whether a text contains a query that is in small letters already.
fn contains(text: &str, query: &str) -> bool {
    text.contains(query) || (text.bytes().any(|byte| byte.is_ascii_uppercase()) && text.to_lowercase().contains(query))
}

fn draw(ctx: &Ctx, register: &Register, found: &[Arc<Entry>], fields: &[&Field]) -> Result<Markup, PageError> {
    let lang = ctx.lang;
    let kind = register.kind.get_ref();
    let page: usize = ctx.asked("page").and_then(|page| page.parse().ok()).filter(|page| 0 < *page).unwrap_or(1);
    let title = lang.pick(&register.title);
    let named = |field: &&&Field| !matches!(field.id.get_ref().as_str(), "name_zh" | "name_en");
    let flat = |field: &&&Field| !matches!(field.kind, FieldType::Longitude | FieldType::Latitude | FieldType::Geometry);
    let columns: Vec<&&Field> = fields.iter().filter(named).filter(flat).take(COLUMNS).collect();
    let mut rows = Vec::new();
    for entry in found.iter().skip((page - 1).saturating_mul(PAGE)).take(PAGE) {
        let mut cells = Vec::new();
        for field in &columns {
            let value = entry.get(field.id.get_ref());
            let seen = visible(ctx, register, entry, field) && !value.is_empty();
            cells.push(if seen {
                shown(ctx, field, value)?
            } else {
                html! { "–" }
            });
        }
        rows.push((entry, cells));
    }
    let on_page: Vec<&Arc<Entry>> = rows.iter().map(|(entry, _)| *entry).collect();
    let changeable = bulk::fields(ctx, register, &on_page);
    let made_up = found.iter().filter(|entry| entry.made_up).count();
    let may_make = ctx.viewer.as_ref().is_some_and(|viewer| viewer.person().may_make(&ctx.portal.plan, register).is_ok());
    let with = |name: &str, value: &str| {
        let kept = ctx.query.iter().filter(|(key, _)| key.as_str() != name && key.as_str() != "page");
        let pairs = kept.map(|(key, value)| format!("{key}={}", encode(value))).chain([format!("{name}={}", encode(value))]);
        ctx.href(&format!("registers/{kind}?{}", pairs.collect::<Vec<_>>().join("&")))
    };
    let mut options: Vec<(&Field, Vec<(String, String)>)> = Vec::new();
    for field in filters(register) {
        options.push((field, values(ctx, field)?));
    }
    Ok(html! {
        p.eyebrow { a href=(ctx.href("registers")) { (lang.t("menu.registers")) } " › " (units::name(ctx, register.owner.get_ref())) }
        h1 { (lang.fill("register.sentence", &[("title", title), ("n", &found.len().to_string())])) }
        @if made_up != 0 { p { (badge::made_up(lang, true)) " " (lang.fill("register.made_up", &[("n", &made_up.to_string())])) } }
        @if may_make { p { a.button href=(ctx.href_acting(&format!("registers/{kind}/new"))) { (lang.t("register.new")) } " " a href=(ctx.href_acting(&format!("registers/{kind}/import"))) { (lang.t("register.import")) } } }
        form.filters method="get" action=(ctx.href(&format!("registers/{kind}"))) role="search" {
            div { label for="q" { (lang.t("register.search")) } input type="search" id="q" name="q" value=(ctx.asked("q").unwrap_or_default()); }
            @for (field, values) in &options {
                @let id = field.id.get_ref();
                div {
                    label for=(id) { (lang.pick(&field.label)) }
                    select id=(id) name=(id) {
                        option value="" { (lang.t("filter.all")) }
                        @for (value, word) in values { option value=(value) selected[ctx.asked(id) == Some(value)] { (word) } }
                    }
                }
            }
            button type="submit" { (lang.t("filter.apply")) }
            @if !ctx.query.is_empty() { a href=(ctx.href(&format!("registers/{kind}"))) { (lang.t("filter.clear")) } }
        }
        (map::entries(ctx, register, found))
        @if found.is_empty() { p.muted { (lang.t("register.empty")) } } @else {
            @let table = html! {
                div.scroll tabindex="0" role="region" aria-label=(title) {
                    table {
                        thead { tr {
                            @if !changeable.is_empty() { th data-pick-all=(lang.t("bulk.all")) { span.visually-hidden { (lang.t("bulk.chosen")) } } }
                            th { (lang.t("register.entry")) }
                            @for field in &columns {
                                @let id = field.id.get_ref();
                                th { @if field.public {
                                    @let falling = ctx.asked("sort") == Some(id);
                                    a href=(with("sort", &if falling { format!("-{id}") } else { id.clone() })) { (lang.pick(&field.label)) @if falling { span aria-hidden="true" { " ↑" } } @else if ctx.asked("sort") == Some(&format!("-{id}")) { span aria-hidden="true" { " ↓" } } }
                                } @else { (lang.pick(&field.label)) } }
                            }
                        } }
                        tbody { @for (entry, cells) in &rows {
                            @let name = name_of(ctx, register, entry);
                            tr {
                                @if !changeable.is_empty() { td { (bulk::checkbox(ctx, &entry.id, &name)) } }
                                th scope="row" { a href=(ctx.href(&format!("registers/{kind}/{}", entry.id))) { (name) } " " (badge::made_up(lang, entry.made_up)) }
                                @for cell in cells { td { (cell) } }
                            }
                        } }
                    }
                }
            };
            @if changeable.is_empty() { (table) } @else {
                form.picks method="get" action=(ctx.href(&format!("registers/{kind}/bulk"))) { @if let Some(viewer) = &ctx.viewer { (viewer.for_field()) } (table) (bulk::chooser(ctx, &changeable)) }
            }
        }
        nav.pages aria-label=(lang.t("verdict.pages")) {
            @if 1 < page { a href=(with("page", &(page - 1).to_string())) rel="prev" { (lang.t("verdict.previous")) } " " }
            @if page * PAGE < found.len() { a href=(with("page", &(page + 1).to_string())) rel="next" { (lang.t("verdict.next")) } }
        }
    })
}

/// The values a field can be filtered by, each with its word.
fn values(ctx: &Ctx, field: &Field) -> Result<Vec<(String, String)>, PageError> {
    let ids: Vec<String> = match field.kind {
        FieldType::Boolean => ["true", "false"].map(str::to_owned).into(),
        FieldType::Choice => field.choices.iter().map(|choice| choice.id.clone()).collect(),
        _ => ctx.portal.plan.counties().map(|unit| unit.id.get_ref().clone()).collect(),
    };
    ids.into_iter().map(|id| Ok((id.clone(), words(ctx, field, &id)?))).collect()
}
