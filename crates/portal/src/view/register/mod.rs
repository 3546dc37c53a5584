//! Registers: their lists, entries, forms and tables, all made from the kinds of the plan pack.

pub(crate) mod bulk;
pub(crate) mod entry;
pub(crate) mod form;
pub(crate) mod import;
pub(crate) mod list;

use std::sync::Arc;

use facts::Entry;
use maud::{Markup, html};
use plan::{Field, FieldType, Register};

use crate::error::PageError;
use crate::routes::Ctx;
use crate::viewer::sees;

/// A register of the pack by kind.
pub(crate) fn find<'a>(ctx: &'a Ctx, kind: &str) -> Result<&'a Register, PageError> {
    ctx.portal.plan.register(kind).ok_or(PageError::NotFound)
}

/// Its entries as they are now.
pub(crate) fn entries(ctx: &Ctx, kind: &str) -> Result<Arc<Vec<Arc<Entry>>>, PageError> {
    Ok(ctx.portal.registers.of(&ctx.portal.store, kind)?)
}

/// One entry of a kind.
pub(crate) fn one(ctx: &Ctx, kind: &str, id: &str) -> Result<Option<Arc<Entry>>, PageError> {
    let entries = entries(ctx, kind)?;
    Ok(entries.binary_search_by(|entry| entry.id.as_str().cmp(id)).ok().and_then(|place| entries.get(place).cloned()))
}

/// The name of an entry in the visitor's language; its id where it has none that everybody may see.
pub(crate) fn name_of(ctx: &Ctx, register: &Register, entry: &Entry) -> String {
    let public = |id: &str| register.field.iter().any(|field| field.public && field.id.get_ref() == id);
    let wanted = if ctx.lang == crate::lang::Lang::En { ["name_en", "name_zh"] } else { ["name_zh", "name_en"] };
    let found = wanted.into_iter().find(|id| public(id) && !entry.get(id).is_empty());
    found.map_or_else(|| entry.id.clone(), |id| entry.get(id).to_owned())
}

/// Whether the visitor may see a field of an entry.
pub(crate) fn visible(ctx: &Ctx, register: &Register, entry: &Entry, field: &Field) -> bool {
    sees(ctx.viewer.as_ref(), &ctx.portal.plan, register, entry, field)
}

/// A value in words: the label of a choice, the name of what is referred to.
pub(crate) fn words(ctx: &Ctx, field: &Field, value: &str) -> Result<String, PageError> {
    Ok(match field.kind {
        FieldType::Choice => {
            let choice = field.choices.iter().find(|choice| choice.id == value);
            choice.map_or_else(|| value.to_owned(), |choice| ctx.lang.pick(&choice.label).to_owned())
        }
        FieldType::Boolean => ctx.lang.word("boolean", value),
        FieldType::Reference => match field.reference.as_ref().map(|name| name.get_ref().as_str()) {
            Some("unit") => ctx.portal.plan.unit_name(value, ctx.lang.id()).to_owned(),
            Some("deadline") => {
                let deadline = ctx.portal.plan.deadline(value);
                deadline.map_or_else(|| value.to_owned(), |deadline| format!("{value} {}", ctx.lang.pick(&deadline.what)))
            }
            Some("task") => {
                let task = ctx.portal.plan.task(value);
                task.map_or_else(|| value.to_owned(), |task| format!("{value} {}", ctx.lang.pick(&task.title)))
            }
            Some("duty") => {
                let duty = ctx.portal.plan.duties.iter().find(|duty| duty.id.get_ref() == value);
                duty.map_or_else(|| value.to_owned(), |duty| format!("{value} {}", ctx.lang.pick(&duty.what)))
            }
            Some(kind) => match (ctx.portal.plan.register(kind), one(ctx, kind, value)?) {
                (Some(register), Some(entry)) => name_of(ctx, register, &entry),
                _ => value.to_owned(),
            },
            None => value.to_owned(),
        },
        FieldType::Decimal | FieldType::Integer => match field.unit.as_deref() {
            Some(unit) if unit != "1" => format!("{value} {unit}"),
            _ => value.to_owned(),
        },
        _ => value.to_owned(),
    })
}

/// A value as it is shown: in words, with a link where it stands for something that has a page.
pub(crate) fn shown(ctx: &Ctx, field: &Field, value: &str) -> Result<Markup, PageError> {
    let text = words(ctx, field, value)?;
    let target = field.reference.as_ref().map(|name| name.get_ref().as_str()).filter(|kind| ctx.portal.plan.register(kind).is_some());
    Ok(match (field.kind, target) {
        (FieldType::Reference, Some(kind)) => html! { a href=(ctx.href(&format!("registers/{kind}/{value}"))) { (text) } },
        (FieldType::Attachment, _) => {
            html! { a href=(ctx.href(&format!("files/{value}"))) { (ctx.lang.t("register.file")) } " " code { (value.get(..12).unwrap_or(value)) } }
        }
        (FieldType::Geometry, _) => html! { details { summary { (ctx.lang.t("register.geometry")) } code { (text) } } },
        _ => html! { (text) },
    })
}
