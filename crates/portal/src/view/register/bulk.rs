//! One field of many entries at once: chosen on the list, changed together with one reason, all of them or none. Each
//! entry is asked for on its own whether the person may, and has its own row in the ledger.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::response::Response;
use facts::register::Draft;
use facts::{Change, Entry, EntryError};
use maud::{Markup, html};
use plan::{Field, FieldType, Register};
use serde_json::json;

use super::form::{in_words, input};
use super::{find, name_of, one, visible, words};
use crate::error::PageError;
use crate::post::Form;
use crate::routes::Ctx;
use crate::view::{answer, frame};

/// What the names of the checkboxes begin with; the id of the entry follows.
pub(crate) const PICK: &str = "pick.";
/// Entries changed at once at most: more are for an import.
const MOST: usize = 500;

/// Whether a field can be set to one value for many entries.
fn fits(field: &Field) -> bool {
    matches!(field.kind, FieldType::Choice | FieldType::Date | FieldType::Reference | FieldType::Boolean | FieldType::Text)
}

/// Whether the person may change a field of an entry.
fn may(ctx: &Ctx, register: &Register, entry: &Entry, field: &Field) -> Result<(), String> {
    let Some(viewer) = &ctx.viewer else { return Err(ctx.lang.t("error.sign_in").to_owned()) };
    let allowed = viewer.person().may_change(&ctx.portal.plan, register, &entry.id, &entry.data, field);
    allowed.map_err(|denied| denied.to_string())
}

/// The fields that the person may change in one of these entries at least.
pub(super) fn fields<'a>(ctx: &Ctx, register: &'a Register, entries: &[&Arc<Entry>]) -> Vec<&'a Field> {
    let some = |field: &&Field| fits(field) && entries.iter().any(|entry| may(ctx, register, entry, field).is_ok());
    register.field.iter().filter(some).collect()
}

/// The ids that checkboxes named.
pub(crate) fn picked(fields: &BTreeMap<String, String>) -> Vec<&str> {
    fields.keys().filter_map(|name| name.strip_prefix(PICK)).collect()
}

/// The checkbox of a row.
pub(crate) fn checkbox(ctx: &Ctx, id: &str, name: &str) -> Markup {
    html! { input type="checkbox" name={ (PICK) (id) } value="1" aria-label=(ctx.lang.fill("bulk.pick", &[("name", name)])); }
}

/// Below the list: which field to change of the entries chosen.
pub(super) fn chooser(ctx: &Ctx, fields: &[&Field]) -> Markup {
    let lang = ctx.lang;
    html! {
        div.bulk {
            label for="bulk-field" { (lang.t("bulk.field")) }
            select id="bulk-field" name="field" { @for field in fields { option value=(field.id.get_ref()) { (lang.pick(&field.label)) } } }
            button type="submit" { (lang.t("bulk.change")) }
        }
    }
}

/// `/registers/KIND/bulk?field=…&pick.ID=1…`: the form for the entries chosen.
pub(crate) fn respond(ctx: &Ctx, kind: &str) -> Result<Response, PageError> {
    ctx.signed_in()?;
    let register = find(ctx, kind)?;
    let field = field_of(ctx, register, ctx.asked("field").unwrap_or_default())?;
    let chosen = chosen(ctx, kind, &picked(&ctx.query))?;
    page(ctx, register, field, &chosen, &BTreeMap::new(), &Refused::default())
}

/// What stands in the way.
#[derive(Default)]
struct Refused {
    /// Of the form as a whole, such as a reason that is missing.
    all: Vec<String>,
    /// By entry.
    entries: BTreeMap<String, String>,
}

fn field_of<'a>(ctx: &Ctx, register: &'a Register, id: &str) -> Result<&'a Field, PageError> {
    let field = register.field.iter().find(|field| field.id.get_ref() == id && fits(field));
    field.ok_or_else(|| PageError::BadRequest(ctx.lang.t("bulk.no_field").to_owned()))
}

fn chosen(ctx: &Ctx, kind: &str, ids: &[&str]) -> Result<Vec<Arc<Entry>>, PageError> {
    if ids.is_empty() {
        return Err(PageError::BadRequest(ctx.lang.t("bulk.none").to_owned()));
    }
    if MOST < ids.len() {
        return Err(PageError::BadRequest(ctx.lang.fill("bulk.too_many", &[("n", &MOST.to_string())])));
    }
    let mut entries = Vec::new();
    for id in ids {
        entries.push(one(ctx, kind, id)?.ok_or_else(|| PageError::BadRequest(format!("{PICK}{id}")))?);
    }
    Ok(entries)
}

fn page(
    ctx: &Ctx,
    register: &Register,
    field: &Field,
    chosen: &[Arc<Entry>],
    typed: &BTreeMap<String, String>,
    refused: &Refused,
) -> Result<Response, PageError> {
    let lang = ctx.lang;
    let viewer = ctx.signed_in()?;
    let kind = register.kind.get_ref();
    let label = lang.pick(&field.label);
    let title = lang.fill("bulk.title", &[("title", lang.pick(&register.title)), ("field", label), ("n", &chosen.len().to_string())]);
    let text = |name: &str| typed.get(name).map_or("", String::as_str);
    let control = input(ctx, field, text(field.id.get_ref()), &[])?;
    let mut rows = Vec::new();
    for entry in chosen {
        let value = entry.get(field.id.get_ref());
        let now = if !value.is_empty() && visible(ctx, register, entry, field) { words(ctx, field, value)? } else { "–".to_owned() };
        let wrong = refused.entries.get(&entry.id).cloned().or_else(|| may(ctx, register, entry, field).err());
        rows.push((entry, now, wrong));
    }
    let failed = !refused.all.is_empty() || !refused.entries.is_empty();
    let mut response = answer(ctx, frame(ctx, &title, "registers", &[]), &json!({}), None, None, || {
        html! {
            p.eyebrow { a href=(ctx.href(&format!("registers/{kind}"))) { (lang.pick(&register.title)) } }
            h1 { (title) }
            p { (lang.t("bulk.note")) }
            @if failed {
                div.errors role="alert" tabindex="-1" {
                    h2 { (lang.t("form.wrong")) }
                    ul {
                        @for why in &refused.all { li { (why) } }
                        @for (id, why) in &refused.entries { li { a href={ "#e-" (id) } { (id) } ": " (why) } }
                    }
                    p { (lang.t("bulk.nothing_kept")) }
                }
            }
            form.entry method="post" action=(ctx.href(&format!("registers/{kind}/bulk"))) {
                (viewer.form_fields())
                input type="hidden" name="field" value=(field.id.get_ref());
                div.scroll tabindex="0" role="region" aria-label=(title) { table {
                    thead { tr { th { (lang.t("bulk.chosen")) } th { (lang.t("register.entry")) } th { (lang.t("bulk.now")) } th { (lang.t("import.why")) } } }
                    tbody { @for (entry, now, wrong) in &rows {
                        @let name = name_of(ctx, register, entry);
                        tr id={ "e-" (entry.id) } {
                            td { input type="checkbox" name={ (PICK) (entry.id) } value="1" checked aria-label=(lang.fill("bulk.pick", &[("name", &name)])); }
                            th scope="row" { a href=(ctx.href(&format!("registers/{kind}/{}", entry.id))) { (name) } }
                            td { (now) } td { @if let Some(wrong) = wrong { p.error { (wrong) } } }
                        }
                    } }
                } }
                div.field { label for={ "f-" (field.id.get_ref()) } { (lang.fill("bulk.to", &[("field", label)])) } (control) p.hint { (lang.t("bulk.empty")) } }
                div.field { label for="f-why" { (lang.t("form.why")) " " span.required { (lang.t("form.required")) } } input type="text" id="f-why" name="why" required value=(text("why")); }
                p { button type="submit" { (lang.t("bulk.change")) } }
            }
        }
    });
    if failed {
        *response.status_mut() = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// Changes the entries chosen, all or none. Gives the address of the list.
pub(crate) fn take(ctx: &Ctx, kind: &str, form: &Form) -> Result<Result<String, Response>, PageError> {
    let viewer = ctx.signed_in()?;
    let register = find(ctx, kind)?;
    let field = field_of(ctx, register, form.text("field"))?;
    let id = field.id.get_ref();
    let chosen = chosen(ctx, kind, &picked(&form.fields))?;
    let value = form.text(id).trim();
    let why = form.text("why").trim();
    let mut refused = Refused::default();
    if why.is_empty() {
        refused.all.push(ctx.lang.t("form.why_missing").to_owned());
    }
    let (portal, plan) = (&ctx.portal, &ctx.portal.plan);
    let mut drafts = Vec::new();
    for entry in &chosen {
        let mut data = entry.data.clone();
        if value.is_empty() {
            data.remove(id);
        } else {
            data.insert(id.clone(), value.to_owned());
        }
        // Allowed for what is there and for what it would become: nobody moves an entry out of reach.
        let after = || viewer.person().may_change_some(plan, register, &entry.id, &data).map_err(|denied| denied.to_string());
        if let Err(why) = may(ctx, register, entry, field).and_then(|()| after()) {
            refused.entries.insert(entry.id.clone(), why);
        }
        drafts.push(Draft {
            id: entry.id.clone(),
            data,
            made_up: entry.made_up || portal.settings.demo,
            source: entry.source.clone(),
            known_at: Some(portal.known_now()),
        });
    }
    if refused.all.is_empty() && refused.entries.is_empty() {
        refused.entries = keep_all(ctx, register, &drafts, why)?;
    }
    if refused.all.is_empty() && refused.entries.is_empty() {
        return Ok(Ok(ctx.href_acting(&format!("registers/{kind}"))));
    }
    Ok(Err(page(ctx, register, field, &chosen, &form.fields, &refused)?))
}

/// Keeps all drafts, or none and says why, entry by entry.
pub(crate) fn keep_all(ctx: &Ctx, register: &Register, drafts: &[Draft], why: &str) -> Result<BTreeMap<String, String>, PageError> {
    let (portal, plan, kind) = (&ctx.portal, &ctx.portal.plan, register.kind.get_ref());
    let mut wrong = BTreeMap::new();
    for (place, error) in portal.store.check_entries(plan, kind, drafts)? {
        let Some(draft) = drafts.get(place) else { continue };
        wrong.insert(draft.id.clone(), told(ctx, register, &error)?);
    }
    if wrong.is_empty() {
        let who = ctx.signed_in()?.who();
        portal.store.put_entries(plan, kind, drafts, &Change { who, at: portal.now(), why: why.to_owned() })?;
    }
    Ok(wrong)
}

/// What is wrong with an entry, with the field it is about.
fn told(ctx: &Ctx, register: &Register, error: &EntryError) -> Result<String, PageError> {
    let (field, expected) = in_words(ctx, register, error)?;
    let label = register.field.iter().find(|own| *own.id.get_ref() == field).map_or(field.as_str(), |own| ctx.lang.pick(&own.label));
    Ok(format!("{label}: {expected}"))
}
