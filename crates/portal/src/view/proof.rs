//! The proof that an observation stood in the ledger. What its row says is left out: it names who took it in.

use axum::response::Response;
use facts::proof::{PartValue, Proof, ProofError};
use maud::{Markup, html};
use serde::Serialize;

use crate::error::PageError;
use crate::html::badge;
use crate::routes::Ctx;
use crate::view::{answer, frame};

#[derive(Serialize)]
struct View {
    observation: String,
    made_up: bool,
    /// The day of the head it leads to.
    head_day: String,
    proof: Proof,
}

/// `/data/proof/{observation}`: of observations that the pages show, which are those of sections.
pub(crate) fn respond(ctx: &Ctx, name: &str) -> Result<Response, PageError> {
    let head = ctx.portal.store.head(None)?.ok_or(PageError::NotFound)?;
    let proof = match ctx.portal.store.prove(name, &head) {
        Ok(proof) => proof.public(),
        Err(ProofError::Name(_) | ProofError::Unknown(_)) => return Err(PageError::NotFound),
        Err(other) => return Err(other.into()),
    };
    let known = facts::time::end_of(ctx.portal.settings.as_of);
    let shown = match (part(&proof, "place"), part(&proof, "known_at")) {
        (Some(PartValue::Text(place)), Some(PartValue::Number(at))) => ctx.snapshot.section(place).is_some() && *at <= known,
        _ => false,
    };
    if !shown {
        return Err(PageError::NotFound);
    }
    let view = View { observation: name.to_owned(), made_up: proof.row.made_up, head_day: head.day.to_string(), proof };
    let page = frame(ctx, ctx.lang.t("proof.title"), "data", &["json"]);
    Ok(answer(ctx, page, &view, None, None, || draw(ctx, &view)))
}

fn part<'a>(proof: &'a Proof, name: &str) -> Option<&'a PartValue> {
    proof.leaf.parts.iter().find(|part| part.name == name).map(|part| &part.value)
}

fn draw(ctx: &Ctx, view: &View) -> Markup {
    let lang = ctx.lang;
    let proof = &view.proof;
    html! {
        p.eyebrow { a href=(ctx.href("data")) { (lang.t("menu.data")) } " › " a href=(ctx.href("data/head")) { (lang.t("head.title")) } }
        h1 { (lang.fill("proof.sentence", &[("name", &view.observation), ("row", &proof.row.seq.to_string()), ("day", &view.head_day)])) " " (badge::made_up(lang, view.made_up)) }
        p { (lang.t("proof.note")) }
        p {
            a href=(ctx.href(&format!("data/proof/{}.json", view.observation))) download="proof.json" { (lang.t("proof.take")) } " · "
            a href={ (ctx.href("data/head.json?day=")) (view.head_day) } download="head.json" { (lang.t("head.take")) }
        }
        p.muted { (lang.t("proof.check")) " " code { "python3 check_proof.py proof.json head.json" } }
        h2 { (lang.t("proof.leaf")) }
        div.scroll tabindex="0" role="region" aria-label=(lang.t("proof.leaf")) {
            table {
                tbody {
                    @for part in &proof.leaf.parts {
                        tr { th scope="row" { code { (part.name) } } td { (value(&part.name, &part.value)) } }
                    }
                }
            }
        }
        dl.fields {
            div { dt { (lang.t("proof.leaf_hash")) } dd { code { (proof.leaf.hash) } } }
            div { dt { (lang.t("proof.root")) } dd { code { (proof.root) } } }
            div { dt { (lang.t("head.row")) } dd { (proof.row.seq) " " code { (proof.row.hash) } } }
            div { dt { (lang.t("proof.steps")) } dd { (proof.siblings.len()) " + " (proof.row_siblings.len()) } }
            div { dt { (lang.t("head.digest")) } dd { code { (proof.head) } } }
        }
    }
}

/// What is hashed, in words: numbers are versions and instants.
fn value(name: &str, value: &PartValue) -> String {
    match value {
        PartValue::Number(number) if name != "version" => format!("{number} ({})", facts::time::print(*number)),
        PartValue::Number(number) => number.to_string(),
        PartValue::Text(text) => text.clone(),
    }
}
