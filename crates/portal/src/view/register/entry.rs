//! An entry: its fields, what was found of it, what is done about it, and who changed what, when and why.

use std::sync::Arc;

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use facts::Entry;
use maud::{Markup, html};
use plan::{FieldType, Register};
use serde::Serialize;
use serde_json::Value;

use super::{entries, find, name_of, one, shown, visible};
use crate::error::PageError;
use crate::html::badge;
use crate::routes::Ctx;
use crate::view::{VerdictRow, answer, frame, verdict_list};
use crate::viewer::signed_row;

/// Entries of another register that are listed on the page of the one they refer to.
const REFERRING: usize = 20;

#[derive(Serialize)]
struct View {
    kind: String,
    name: String,
    entry: Value,
    findings: Vec<VerdictRow>,
    measures: Vec<MeasureRow>,
    history: Vec<Change>,
}

/// A measure about an entry, as far as the visitor may see it.
#[derive(Serialize)]
pub(crate) struct MeasureRow {
    id: String,
    title: String,
    state: String,
}

#[derive(Serialize)]
struct Change {
    at: String,
    /// Only told to those who are signed in.
    who: Option<String>,
    why: Option<String>,
    fields: Vec<FieldChange>,
}

#[derive(Serialize)]
struct FieldChange {
    field: String,
    before: Option<String>,
    after: Option<String>,
}

/// `/registers/KIND/ID`
pub(crate) fn respond(ctx: &Ctx, kind: &str, id: &str) -> Result<Response, PageError> {
    let register = find(ctx, kind)?;
    let entry = one(ctx, kind, id)?.ok_or(PageError::NotFound)?;
    let findings = findings(ctx, kind, id);
    let view = View {
        kind: kind.to_owned(),
        name: name_of(ctx, register, &entry),
        entry: super::list::as_json(ctx, register, &entry),
        findings,
        measures: measures(ctx, kind, id)?,
        history: history(ctx, register, &entry)?,
    };
    let feature = facts::entry_table::feature(register, &entry, |field| visible(ctx, register, &entry, field));
    let body = draw(ctx, register, &entry, &view)?;
    let shown = register.field.iter().filter(|field| visible(ctx, register, &entry, field));
    let rows = shown.map(|field| {
        let id = field.id.get_ref();
        vec![id.clone(), ctx.lang.pick(&field.label).to_owned(), entry.get(id).to_owned()]
    });
    let csv = (&["field", "label", "value"][..], rows.collect());
    let page = frame(ctx, &view.name, "registers", &["json", "csv", "geojson"]);
    Ok(answer(ctx, page, &view, Some(csv), Some(vec![feature]), || body))
}

/// The newest verdict of each rule on the entry.
fn findings(ctx: &Ctx, kind: &str, id: &str) -> Vec<VerdictRow> {
    let rules = ctx.portal.plan.rules.iter().filter(|rule| rule.subject.get_ref() == kind);
    rules.filter_map(|rule| ctx.snapshot.standing(rule.id.get_ref(), id)).map(|judged| VerdictRow::new(ctx, judged)).collect()
}

/// The measures about an entry.
pub(crate) fn measures(ctx: &Ctx, kind: &str, id: &str) -> Result<Vec<MeasureRow>, PageError> {
    let mut rows = Vec::new();
    for measure in ctx.portal.store.measures()?.into_iter().filter(|measure| measure.subject_kind == kind && measure.subject == id) {
        let Some(machine) = ctx.portal.plan.measure(&measure.machine) else { continue };
        let state = act::measure::state(machine, &measure.state);
        if ctx.viewer.is_none() && !state.is_some_and(|state| state.public) {
            continue;
        }
        rows.push(MeasureRow {
            title: ctx.lang.pick(&machine.title).to_owned(),
            state: state.map_or_else(|| measure.state.clone(), |state| ctx.lang.pick(&state.title).to_owned()),
            id: measure.id,
        });
    }
    Ok(rows)
}

/// What changed from version to version, field by field, of the fields the visitor may see.
fn history(ctx: &Ctx, register: &Register, entry: &Entry) -> Result<Vec<Change>, PageError> {
    let kind = register.kind.get_ref();
    let versions = ctx.portal.store.versions(kind, &entry.id)?;
    let rows = ctx.portal.store.ledger_of(&format!("{kind}/{}", entry.id))?;
    let told = |version: i64| {
        rows.iter()
            .find(|row| row.action == "entry" && serde_json::from_str::<Value>(&row.what).is_ok_and(|what| what["version"] == version))
    };
    let mut changes = Vec::new();
    let mut before: Option<&Entry> = None;
    for (version, recorded_at, _) in &versions {
        let row = told(version.version);
        let mut fields = Vec::new();
        for field in register.field.iter().filter(|field| visible(ctx, register, entry, field)) {
            let id = field.id.get_ref();
            let (old, new) = (before.and_then(|before| before.data.get(id)), version.data.get(id));
            if old != new {
                let word = |value: Option<&String>| value.map(|value| super::words(ctx, field, value)).transpose();
                fields.push(FieldChange { field: ctx.lang.pick(&field.label).to_owned(), before: word(old)?, after: word(new)? });
            }
        }
        changes.push(Change {
            at: facts::time::print(row.map_or(*recorded_at, |row| row.at)),
            who: ctx.viewer.as_ref().and(row).map(|row| signed_row(ctx.lang, row)),
            why: ctx.viewer.as_ref().and(row).map(|row| row.why.clone()),
            fields,
        });
        before = Some(version);
    }
    changes.reverse();
    Ok(changes)
}

fn draw(ctx: &Ctx, register: &Register, entry: &Arc<Entry>, view: &View) -> Result<Markup, PageError> {
    let lang = ctx.lang;
    let kind = register.kind.get_ref();
    let mut fields = Vec::new();
    for field in register.field.iter().filter(|field| visible(ctx, register, entry, field)) {
        let value = entry.get(field.id.get_ref());
        if !value.is_empty() {
            fields.push((field, shown(ctx, field, value)?));
        }
    }
    let hidden = register.field.iter().filter(|field| !visible(ctx, register, entry, field)).count();
    let may_edit = ctx.viewer.as_ref().map(|viewer| viewer.person().may_change_some(&ctx.portal.plan, register, &entry.id, &entry.data));
    let referring = referring(ctx, kind, &entry.id)?;
    Ok(html! {
        p.eyebrow { a href=(ctx.href("registers")) { (lang.t("menu.registers")) } " › " a href=(ctx.href(&format!("registers/{kind}"))) { (lang.pick(&register.title)) } }
        h1 { (view.name) }
        p { (badge::made_up(lang, entry.made_up)) " " span.muted { code { (entry.id) } " · " (lang.t("section.source")) ": " (entry.source) } }
        @match &may_edit {
            Some(Ok(())) => { p { a.button href=(ctx.href_acting(&format!("registers/{kind}/{}/edit", entry.id))) { (lang.t("register.edit")) } } },
            Some(Err(denied)) => { details { summary { (lang.t("register.why_not")) } p { (denied) } } },
            None => {},
        }
        section aria-labelledby="fields-title" {
            h2.visually-hidden id="fields-title" { (lang.t("register.fields")) }
            dl.fields { @for (field, value) in &fields { div { dt { (lang.pick(&field.label)) @if !field.public { " " span.tag { (lang.t("register.private")) } } } dd { (value) } } } }
            @if hidden != 0 { p.muted { (lang.fill("register.hidden", &[("n", &hidden.to_string())])) } }
        }
        section aria-labelledby="findings-title" { h2 id="findings-title" { (lang.t("register.findings")) } (verdict_list(ctx, &view.findings)) }
        (draw_measures(ctx, &view.measures))
        @for group in &referring { (draw_referring(ctx, group)) }
        section aria-labelledby="history-title" {
            h2 id="history-title" { (lang.t("register.history")) }
            ol.history {
                @for change in &view.history {
                    li {
                        time { (change.at) } " "
                        @if let Some(who) = &change.who { strong { (who) } " " }
                        @if let Some(why) = change.why.as_ref().filter(|why| !why.is_empty()) { "— " (why) }
                        @if change.fields.is_empty() { p.muted { (lang.t("register.no_visible_change")) } }
                        ul.plain { @for field in &change.fields { li { (field.field) ": " @if let Some(before) = &field.before { del { (before) } " → " } (field.after.as_deref().unwrap_or("–")) } } }
                    }
                }
            }
        }
    })
}

/// What is done about an entry.
pub(crate) fn draw_measures(ctx: &Ctx, measures: &[MeasureRow]) -> Markup {
    html! {
        @if !measures.is_empty() {
            section aria-labelledby="measures-title" {
                h2 id="measures-title" { (ctx.lang.t("menu.measures")) }
                ul.list { @for measure in measures { li { a href=(ctx.href(&format!("measures/{}", measure.id))) { (measure.title) } ": " (measure.state) } } }
            }
        }
    }
}

/// Entries of one register that refer to something.
#[derive(Serialize)]
pub(crate) struct Referring<'a> {
    title: String,
    kind: &'a str,
    /// Ids and names.
    entries: Vec<(String, String)>,
    /// Whether there are more than are listed.
    more: bool,
}

impl Referring<'_> {
    /// The register, and how many of its entries are listed.
    pub(crate) fn heading(&self) -> String {
        format!("{} · {}{}", self.title, self.entries.len(), if self.more { "+" } else { "" })
    }
}

fn draw_referring(ctx: &Ctx, group: &Referring<'_>) -> Markup {
    html! { section { h2 { (group.title) } (draw_links(ctx, group)) } }
}

/// The entries of a register that refer to something, each with its link.
pub(crate) fn draw_links(ctx: &Ctx, group: &Referring<'_>) -> Markup {
    html! {
        ul.list { @for (id, name) in &group.entries { li { a href=(ctx.href(&format!("registers/{}/{id}", group.kind))) { (name) } } } }
        @if group.more { p { a href=(ctx.href(&format!("registers/{}", group.kind))) { (ctx.lang.t("filter.all")) } } }
    }
}

/// Entries of other registers that refer to this one, where everybody may see that they do.
pub(crate) fn referring<'a>(ctx: &'a Ctx, kind: &str, id: &str) -> Result<Vec<Referring<'a>>, PageError> {
    let mut found = Vec::new();
    for register in &ctx.portal.plan.registers {
        let refers = |field: &&plan::Field| {
            field.public && field.kind == FieldType::Reference && field.reference.as_ref().is_some_and(|name| name.get_ref() == kind)
        };
        let fields: Vec<&str> = register.field.iter().filter(refers).map(|field| field.id.get_ref().as_str()).collect();
        if fields.is_empty() {
            continue;
        }
        let all = entries(ctx, register.kind.get_ref())?;
        let mut rows: Vec<(String, String)> = Vec::new();
        for entry in all.iter().filter(|entry| fields.iter().any(|field| entry.get(field) == id)).take(REFERRING + 1) {
            rows.push((entry.id.clone(), name_of(ctx, register, entry)));
        }
        if !rows.is_empty() {
            let more = REFERRING < rows.len();
            rows.truncate(REFERRING);
            found.push(Referring { title: ctx.lang.pick(&register.title).to_owned(), kind: register.kind.get_ref(), entries: rows, more });
        }
    }
    Ok(found)
}

/// `/files/SHA256`: a stored file, where an entry that the visitor may see refers to it, or the visitor is signed in.
pub(crate) fn respond_file(ctx: &Ctx, sha256: &str) -> Result<Response, PageError> {
    let file = ctx.portal.store.attachment(sha256)?.ok_or(PageError::NotFound)?;
    if ctx.viewer.is_none() && !is_public(ctx, sha256)? {
        return Err(PageError::SignIn);
    }
    // Never shown in the page's own origin: a file that somebody handed in is only downloaded.
    let name: String = file.name.chars().filter(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_')).collect();
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{}", crate::view::water::encode(&name))),
        (header::CONTENT_SECURITY_POLICY, "sandbox".to_owned()),
    ];
    Ok((headers, file.content).into_response())
}

fn is_public(ctx: &Ctx, sha256: &str) -> Result<bool, PageError> {
    for register in &ctx.portal.plan.registers {
        let fields: Vec<&str> = register
            .field
            .iter()
            .filter(|field| field.public && field.kind == FieldType::Attachment)
            .map(|field| field.id.get_ref().as_str())
            .collect();
        if !fields.is_empty()
            && entries(ctx, register.kind.get_ref())?.iter().any(|entry| fields.iter().any(|field| entry.get(field) == sha256))
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The county or district in which an entry lies, empty where it lies in none.
pub(crate) fn county_of(ctx: &Ctx, kind: &str, id: &str) -> Result<String, PageError> {
    Ok(one(ctx, kind, id)?.map_or_else(String::new, |entry| entry.get("county").to_owned()))
}
