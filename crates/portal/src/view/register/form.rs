//! The form of an entry: made from the fields of its kind; errors stand at the top, lead to their field, and keep what
//! was typed.

use std::collections::BTreeMap;

use axum::response::Response;
use facts::register::Draft;
use facts::{Change, EntryError};
use maud::{Markup, html};
use plan::{Field, FieldType, Power, Register};
use serde_json::json;

use super::{entries, find, name_of, one, words};
use crate::error::PageError;
use crate::post::Form;
use crate::routes::Ctx;
use crate::view::{answer, frame};

/// References with more entries than this are typed, not chosen.
const CHOSEN: usize = 300;

/// What stands wrong in a form: the field, and what was expected.
pub(crate) type Wrong = (String, String);

/// The empty form, or that of an entry.
pub(crate) fn respond(ctx: &Ctx, kind: &str, id: Option<&str>) -> Result<Response, PageError> {
    let viewer = ctx.signed_in()?;
    let register = find(ctx, kind)?;
    let plan = &ctx.portal.plan;
    let mut values = BTreeMap::new();
    match id {
        Some(id) => {
            let entry = one(ctx, kind, id)?.ok_or(PageError::NotFound)?;
            viewer.person().may_change_some(plan, register, id, &entry.data).map_err(|denied| PageError::Denied(denied.to_string()))?;
            values.clone_from(&entry.data);
        }
        None => {
            viewer.person().may_make(plan, register).map_err(|denied| PageError::Denied(denied.to_string()))?;
            // What the address gives is filled in already, as from the desk.
            values.extend(
                ctx.query
                    .iter()
                    .filter(|(field, _)| register.field.iter().any(|own| own.id.get_ref() == *field))
                    .map(|(k, v)| (k.clone(), v.clone())),
            );
        }
    }
    page(ctx, register, id, &values, &BTreeMap::new(), &[])
}

/// The form with what was typed and what is wrong with it.
pub(crate) fn page(
    ctx: &Ctx,
    register: &Register,
    id: Option<&str>,
    values: &BTreeMap<String, String>,
    more: &BTreeMap<String, String>,
    wrong: &[Wrong],
) -> Result<Response, PageError> {
    let lang = ctx.lang;
    let title = lang.fill(
        if id.is_some() { "form.edit" } else { "form.new" },
        &[("title", lang.pick(&register.title)), ("id", id.unwrap_or_default())],
    );
    let body = draw(ctx, register, id, &title, values, more, wrong)?;
    let mut response = answer(ctx, frame(ctx, &title, "registers", &[]), &json!({}), None, None, || body);
    if !wrong.is_empty() {
        *response.status_mut() = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn draw(
    ctx: &Ctx,
    register: &Register,
    id: Option<&str>,
    title: &str,
    values: &BTreeMap<String, String>,
    more: &BTreeMap<String, String>,
    wrong: &[Wrong],
) -> Result<Markup, PageError> {
    let lang = ctx.lang;
    let viewer = ctx.signed_in()?;
    let kind = register.kind.get_ref();
    let label = |field: &str| {
        let own = register.field.iter().find(|own| own.id.get_ref() == field);
        own.map_or_else(|| lang.word("form", field), |own| lang.pick(&own.label).to_owned())
    };
    let mut inputs = Vec::new();
    let empty = BTreeMap::new();
    let entry = match id {
        Some(id) => one(ctx, kind, id)?,
        None => None,
    };
    let known = entry.as_ref().map_or(&empty, |entry| &entry.data);
    let may_change = |field: &Field| match id {
        Some(id) => viewer.person().may_change(&ctx.portal.plan, register, id, known, field).is_ok(),
        None => field.needs.is_none_or(|power| viewer.person().has(&ctx.portal.plan, power).is_ok()),
    };
    for field in register.field.iter().filter(|field| may_change(field)) {
        let value = values.get(field.id.get_ref()).map_or("", String::as_str);
        inputs.push((field, input(ctx, field, value, wrong)?));
    }
    let crs = more.get("crs").map_or("", String::as_str);
    let has_place = register.field.iter().any(|field| field.kind == FieldType::Longitude);
    Ok(html! {
        p.eyebrow { a href=(ctx.href(&format!("registers/{kind}"))) { (lang.pick(&register.title)) } }
        h1 { (title) }
        @if !wrong.is_empty() {
            div.errors role="alert" tabindex="-1" {
                h2 { (lang.t("form.wrong")) }
                ul { @for (field, expected) in wrong { li { a href={ "#f-" (field) } { (label(field)) } ": " (expected) } } }
            }
        }
        form.entry method="post" enctype="multipart/form-data" action=(ctx.href(&match id { Some(id) => format!("registers/{kind}/{id}/edit"), None => format!("registers/{kind}/new") })) {
            (viewer.form_fields())
            @if id.is_none() {
                div.field { label for="f-id" { (lang.t("form.id")) } p.hint id="h-id" { (lang.t("form.id_note")) } input type="text" id="f-id" name="id" aria-describedby="h-id" value=(more.get("id").map_or("", String::as_str)); }
            }
            @for (field, input) in &inputs {
                div.field {
                    label for={ "f-" (field.id.get_ref()) } {
                        (lang.pick(&field.label)) @if let Some(unit) = field.unit.as_ref().filter(|unit| unit.as_str() != "1") { " (" (unit) ")" }
                        @if field.required { " " span.required { (lang.t("form.required")) } }
                        @if !field.public { " " span.tag { (lang.t("register.private")) } }
                    }
                    (input)
                }
            }
            @if has_place {
                div.field {
                    label for="f-crs" { (lang.t("form.crs")) }
                    select id="f-crs" name="crs" {
                        @for system in facts::coordinates::SYSTEMS { option value=(system) selected[crs == system] { (lang.word("crs", system)) } }
                        @for degrees in facts::gauss_kruger::meridians() {
                            @let system = format!("gk-cm{degrees}");
                            option value=(system) selected[crs == system] { (lang.fill("form.gk_meridian", &[("degrees", &degrees.to_string())])) }
                        }
                    }
                    p.hint { (lang.t("form.gk_note")) }
                }
            }
            div.field { label for="f-source" { (lang.t("section.source")) } input type="text" id="f-source" name="source" value=(more.get("source").map_or("", String::as_str)); }
            div.field { label for="f-why" { (lang.t("form.why")) " " span.required { (lang.t("form.required")) } } input type="text" id="f-why" name="why" required value=(more.get("why").map_or("", String::as_str)); }
            p { button type="submit" { (lang.t("form.save")) } }
        }
        @if let Some(id) = id {
            details {
                summary { (lang.t("form.remove")) }
                form.entry method="post" action=(ctx.href(&format!("registers/{kind}/{id}/remove"))) {
                    (viewer.form_fields())
                    div.field { label for="remove-why" { (lang.t("form.why")) } input type="text" id="remove-why" name="why" required; }
                    p { button type="submit" { (lang.t("form.remove")) } }
                }
            }
        }
    })
}

/// The control of a field, with what is wrong with it.
pub(super) fn input(ctx: &Ctx, field: &Field, value: &str, wrong: &[Wrong]) -> Result<Markup, PageError> {
    let lang = ctx.lang;
    let name = field.id.get_ref();
    let id = format!("f-{name}");
    let error = wrong.iter().find(|(own, _)| own == name);
    let describes = error.is_some().then(|| format!("e-{name}"));
    let invalid = error.is_some().then_some("true");
    let control = match field.kind {
        FieldType::Choice => html! {
            select id=(id) name=(name) aria-invalid=[invalid] aria-describedby=[describes] {
                option value="" { "–" }
                @for choice in &field.choices { option value=(choice.id) selected[choice.id == value] { (lang.pick(&choice.label)) } }
            }
        },
        FieldType::Boolean => html! {
            select id=(id) name=(name) aria-invalid=[invalid] aria-describedby=[describes] {
                option value="" { "–" }
                @for choice in ["true", "false"] { option value=(choice) selected[choice == value] { (lang.word("boolean", choice)) } }
            }
        },
        FieldType::Reference => reference(ctx, field, value, &id, invalid, describes.as_deref())?,
        FieldType::Attachment => html! {
            @if !value.is_empty() { p.hint { code { (value) } } input type="hidden" name=(name) value=(value); }
            input type="file" id=(id) name={ (name) ".file" } aria-invalid=[invalid] aria-describedby=[describes];
        },
        FieldType::Geometry => {
            html! { textarea id=(id) name=(name) rows="3" aria-invalid=[invalid] aria-describedby=[describes] { (value) } }
        }
        FieldType::Date => {
            html! { input type="date" id=(id) name=(name) value=(value) aria-invalid=[invalid] aria-describedby=[describes]; }
        }
        FieldType::Decimal | FieldType::Longitude | FieldType::Latitude => {
            html! { input type="text" inputmode="decimal" id=(id) name=(name) value=(value) aria-invalid=[invalid] aria-describedby=[describes]; }
        }
        FieldType::Integer => {
            html! { input type="text" inputmode="numeric" id=(id) name=(name) value=(value) aria-invalid=[invalid] aria-describedby=[describes]; }
        }
        FieldType::Text => {
            html! { input type="text" id=(id) name=(name) value=(value) aria-invalid=[invalid] aria-describedby=[describes]; }
        }
    };
    Ok(html! { @if let Some((_, expected)) = error { p.error id={ "e-" (name) } { (expected) } } (control) })
}

fn reference(ctx: &Ctx, field: &Field, value: &str, id: &str, invalid: Option<&str>, describes: Option<&str>) -> Result<Markup, PageError> {
    let target = field.reference.as_ref().map_or("", |name| name.get_ref().as_str());
    let plan = &ctx.portal.plan;
    let options: Option<Vec<(String, String)>> = match (target, plan.register(target)) {
        ("unit", _) => Some(plan.head.unit.iter().map(|unit| (unit.id.get_ref().clone(), ctx.lang.pick(&unit.name).to_owned())).collect()),
        (_, Some(register)) => {
            let all = entries(ctx, target)?;
            (all.len() <= CHOSEN).then(|| all.iter().map(|entry| (entry.id.clone(), name_of(ctx, register, entry))).collect())
        }
        ("task", _) => Some(
            plan.tasks
                .iter()
                .map(|task| (task.id.get_ref().clone(), format!("{} {}", task.id.get_ref(), ctx.lang.pick(&task.title))))
                .collect(),
        ),
        ("deadline", _) => {
            let dates = plan.tasks.iter().flat_map(|task| (1..=task.deadline.len()).map(move |n| format!("{}-{n}", task.id.get_ref())));
            Some(dates.map(|id| Ok((id.clone(), words(ctx, field, &id)?))).collect::<Result<_, PageError>>()?)
        }
        ("duty", _) => Some(
            plan.duties
                .iter()
                .map(|duty| (duty.id.get_ref().clone(), format!("{} {}", duty.id.get_ref(), ctx.lang.pick(&duty.what))))
                .collect(),
        ),
        _ => None,
    };
    Ok(match options {
        Some(options) => html! {
            select id=(id) name=(field.id.get_ref()) aria-invalid=[invalid] aria-describedby=[describes] {
                option value="" { "–" }
                @for (own, word) in &options { option value=(own) selected[own == value] { (word) } }
            }
        },
        None => {
            html! { input type="text" id=(id) name=(field.id.get_ref()) value=(value) aria-invalid=[invalid] aria-describedby=[describes]; }
        }
    })
}

/// Keeps what a form gives: a new entry, or the next version of one. Gives the address of its page.
pub(crate) fn save(ctx: &Ctx, kind: &str, id: Option<&str>, form: &Form) -> Result<Result<String, Response>, PageError> {
    let viewer = ctx.signed_in()?;
    let register = find(ctx, kind)?;
    let portal = &ctx.portal;
    let plan = &portal.plan;
    let old = match id {
        Some(id) => Some(one(ctx, kind, id)?.ok_or(PageError::NotFound)?),
        None => None,
    };
    let change = Change { who: viewer.who(), at: portal.now(), why: form.text("why").to_owned() };
    let mut data: BTreeMap<String, String> = old.as_ref().map_or_else(BTreeMap::new, |old| old.data.clone());
    for field in &register.field {
        let name = field.id.get_ref();
        // A field that the form did not have, such as one the person may not see, stays as it was.
        let Some(value) = form.fields.get(name).map(|value| value.trim()) else { continue };
        if data.get(name).map_or("", String::as_str) != value {
            let may = match &old {
                Some(old) => viewer.person().may_change(plan, register, &old.id, &old.data, field),
                None => field.needs.map_or(Ok(()), |power| viewer.person().has(plan, power).map(|_| ())),
            };
            may.map_err(|denied| PageError::Denied(denied.to_string()))?;
        }
        if value.is_empty() {
            data.remove(name)
        } else {
            data.insert(name.clone(), value.to_owned())
        };
    }
    // Allowed for what is there and for what it would become: nobody moves an entry into or out of reach.
    let allowed = |fields: &BTreeMap<String, String>| {
        if let Some(old) = &old {
            return viewer
                .person()
                .may_change_some(plan, register, &old.id, fields)
                .map_err(|denied| PageError::Denied(denied.to_string()));
        }
        viewer
            .person()
            .may(plan, Power::Edit, register, id.unwrap_or_default(), fields)
            .map_err(|denied| PageError::Denied(denied.to_string()))
    };
    if let Some(old) = &old {
        allowed(&old.data)?;
    }
    allowed(&data)?;
    for field in register.field.iter().filter(|field| field.kind == FieldType::Attachment) {
        let name = field.id.get_ref();
        if let Some(file) = form.files.get(&format!("{name}.file")).filter(|file| !file.content.is_empty()) {
            data.insert(name.clone(), portal.store.attach(&file.name, &file.media_type, &file.content, &change)?);
        }
    }
    let more = BTreeMap::from(["id", "why", "source", "crs"].map(|key| (key.to_owned(), form.text(key).to_owned())));
    let lang = ctx.lang;
    let mut wrong: Vec<Wrong> = Vec::new();
    if form.text("why").trim().is_empty() {
        wrong.push(("why".to_owned(), lang.t("form.why_missing").to_owned()));
    }
    let placed = register.field.iter().any(|field| field.kind == FieldType::Longitude);
    let crs = form.text("crs");
    // What goes back to the form is the pair as it was typed.
    let typed = data.clone();
    if placed && old.as_ref().is_none_or(|old| old.get("longitude") != data.get("longitude").map_or("", String::as_str)) {
        // The pair as it was given belongs to the place the entry had before.
        data.retain(|field, _| !facts::register::GIVEN.contains(&field.as_str()));
        if let Err(misfit) = facts::coordinates::settle(&mut data, crs) {
            wrong.push((misfit.field, lang.word("misfit", misfit.expected.id())));
        }
    }
    let id = match id {
        Some(id) => id.to_owned(),
        None if form.text("id").trim().is_empty() => new_id(ctx, kind)?,
        None => form.text("id").trim().to_owned(),
    };
    if old.is_none() && one(ctx, kind, &id)?.is_some() {
        wrong.push(("id".to_owned(), lang.t("form.id_taken").to_owned()));
    }
    let source = form.text("source").trim();
    let source = if source.is_empty() {
        old.as_ref().map_or_else(|| viewer.acting().unit.clone(), |old| old.source.clone())
    } else {
        source.to_owned()
    };
    // In a demonstration everything typed in is made up, as everything else of it that is not a real record.
    let made_up = old.as_ref().map_or(portal.settings.demo, |old| old.made_up || portal.settings.demo);
    let draft = Draft { id: id.clone(), data: data.clone(), made_up, source, known_at: old.is_some().then(|| portal.known_now()) };
    for (_, error) in portal.store.check_entries(plan, kind, std::slice::from_ref(&draft))? {
        wrong.push(in_words(ctx, register, &error)?);
    }
    let form_id = old.as_ref().map(|old| old.id.as_str());
    if !wrong.is_empty() {
        return Ok(Err(page(ctx, register, form_id, &typed, &more, &wrong)?));
    }
    portal.store.put_entries(plan, kind, &[draft], &change)?;
    Ok(Ok(ctx.href_acting(&format!("registers/{kind}/{id}"))))
}

/// Takes an entry off its register.
pub(crate) fn remove(ctx: &Ctx, kind: &str, id: &str, form: &Form) -> Result<String, PageError> {
    let viewer = ctx.signed_in()?;
    let register = find(ctx, kind)?;
    let entry = one(ctx, kind, id)?.ok_or(PageError::NotFound)?;
    viewer
        .person()
        .may(&ctx.portal.plan, Power::Edit, register, id, &entry.data)
        .map_err(|denied| PageError::Denied(denied.to_string()))?;
    if form.text("why").trim().is_empty() {
        return Err(PageError::BadRequest(ctx.lang.t("form.why_missing").to_owned()));
    }
    let change = Change { who: viewer.who(), at: ctx.portal.now(), why: form.text("why").to_owned() };
    ctx.portal.store.remove_entry(&ctx.portal.plan, kind, id, &change)?;
    Ok(ctx.href_acting(&format!("registers/{kind}")))
}

/// What is wrong, in the language of the page.
pub(super) fn in_words(ctx: &Ctx, register: &Register, error: &EntryError) -> Result<Wrong, PageError> {
    let lang = ctx.lang;
    Ok(match error {
        EntryError::Field { field, found, expected, .. } => {
            let own = register.field.iter().find(|own| own.id.get_ref() == field);
            let expected = match own {
                Some(own) if found.is_empty() && own.required => lang.t("form.required_missing").to_owned(),
                Some(own) => expected_of(ctx, own)?,
                None if field == "id" => lang.t("form.id_note").to_owned(),
                None => expected.clone(),
            };
            (field.clone(), if found.is_empty() { expected } else { lang.fill("form.found", &[("found", found), ("expected", &expected)]) })
        }
        EntryError::Duplicate { other, .. } => {
            let field = register.duplicate.first().map_or_else(|| "id".to_owned(), |field| field.get_ref().clone());
            (field, lang.fill("form.duplicate", &[("other", other)]))
        }
        other => return Err(PageError::Internal(other.to_string())),
    })
}

fn expected_of(ctx: &Ctx, field: &Field) -> Result<String, PageError> {
    let lang = ctx.lang;
    Ok(match field.kind {
        FieldType::Choice => {
            let choices: Vec<String> = field.choices.iter().map(|choice| words(ctx, field, &choice.id)).collect::<Result<_, _>>()?;
            lang.fill("form.one_of", &[("choices", &choices.join(lang.t("form.comma")))])
        }
        kind => {
            let word = serde_json::to_value(kind).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default();
            lang.word("expected", &word)
        }
    })
}

/// An id for an entry whose maker gave none: the kind and the next number.
fn new_id(ctx: &Ctx, kind: &str) -> Result<String, PageError> {
    let all = entries(ctx, kind)?;
    let mut n = all.len() + 1;
    loop {
        let id = format!("{}-{n}", kind.replace('_', "-"));
        if all.binary_search_by(|entry| entry.id.as_str().cmp(&id)).is_err() && ctx.portal.store.versions(kind, &id)?.is_empty() {
            return Ok(id);
        }
        n += 1;
    }
}
