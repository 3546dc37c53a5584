//! Why: the tree under a verdict.

use axum::response::Response;
use judge::{Explanation, InputRow};
use maud::{Markup, html};

use crate::error::PageError;
use crate::html::badge;
use crate::lang::Lang;
use crate::routes::Ctx;
use crate::view::water::items_in_words;
use crate::view::{answer, frame};

/// Observations shown under an input before the rest is folded away.
const SHOWN: usize = 12;
/// Columns of an input that only say where its observations are.
const ADDRESS: [&str; 3] = ["place", "from", "to"];

pub(crate) fn respond(ctx: &Ctx, id: &str) -> Result<Response, PageError> {
    let stored = ctx.portal.store.verdict(id)?.ok_or(PageError::NotFound)?;
    let verdict = judge::Verdict::read(&stored.id, &stored.content)?;
    let why = judge::explain(&ctx.portal.store, &ctx.portal.plan, verdict, ctx.portal.settings.as_of)?;
    let title = format!("{} {}", ctx.lang.t("verdict.why"), ctx.lang.pick(&why.subject_name));
    // Inputs differ from rule to rule, so a cell is a row here; what the rule saw of the whole stands first, as input 0.
    let facts = why.verdict.facts.iter().map(|(column, value)| vec!["0".to_owned(), column.clone(), value.clone()]);
    let cells = why.inputs.iter().enumerate().flat_map(|(place, input)| {
        input.cells.iter().map(move |(column, value)| vec![(place + 1).to_string(), column.clone(), value.clone()])
    });
    let csv = (&["input", "column", "value"][..], facts.chain(cells).collect());
    let page = frame(ctx, &title, "verdicts", &["json", "csv"]);
    Ok(answer(ctx, page, &why, Some(csv), None, || draw(ctx, &why, stored.version, &stored.as_of)))
}

fn draw(ctx: &Ctx, why: &Explanation, version: i64, as_of: &str) -> Markup {
    let lang = ctx.lang;
    let verdict = &why.verdict;
    let subject_link = match verdict.subject_kind.as_str() {
        "section" => Some(ctx.href(&format!("water/{}", verdict.subject))),
        kind if ctx.portal.plan.register(kind).is_some() => Some(ctx.href(&format!("registers/{kind}/{}", verdict.subject))),
        _ => None,
    };
    html! {
        p.eyebrow { a href=(ctx.href("verdicts")) { (lang.t("menu.verdicts")) } " › " @if let Some(link) = subject_link { a href=(link) { (lang.pick(&why.subject_name)) } } @else { (lang.pick(&why.subject_name)) } }
        h1 { (lang.pick(&why.sentence)) }
        p.marks {
            (badge::outcome(lang, verdict.outcome)) " "
            @if let Some(would_be) = verdict.would_be { span.wouldbe { (lang.t("verdict.would_be")) " " (judge::outcome_word(would_be, lang.id())) } " " }
            (badge::made_up(lang, verdict.made_up)) " "
            span.muted { (verdict.period) " · " (lang.fill("home.as_of", &[("day", as_of)])) }
        }
        @if let Some(reason) = &why.reason { p { (lang.t("why.reason")) " " (lang.pick(reason)) } }
        @if let Some(judged) = ctx.snapshot.verdict(&verdict.id) { (super::measure::openers(ctx, judged)) }
        section aria-labelledby="clause" {
            h2 id="clause" { (lang.t("why.clause")) }
            @for clause in &why.clauses {
                @if let Some(task) = &clause.task { h3 { a href=(ctx.href(&format!("plan/{task}"))) { (task) " " (lang.pick(&clause.title)) } } }
                blockquote lang="zh-CN" { p { (clause.text) } }
            }
        }
        section aria-labelledby="inputs" {
            h2 id="inputs" { (lang.t("why.inputs")) }
            @if why.inputs.is_empty() { p.muted { (lang.t("why.no_inputs")) } } @else { (input_table(ctx, why)) }
        }
        @if !verdict.facts.is_empty() {
            section aria-labelledby="facts" {
                h2 id="facts" { (lang.t("why.facts")) }
                dl.fields { @for (fact, value) in &verdict.facts { div { dt { (lang.word("fact", fact)) } dd { (in_words(ctx, fact, value)) } } } }
            }
        }
        section aria-labelledby="standard" {
            h2 id="standard" { (lang.t("why.standard")) }
            @if why.citations.is_empty() { p.muted { (lang.t("why.no_standard")) } }
            ul.list {
                @for own in &why.citations {
                    li {
                        @let page = if own.citation.standard.starts_with("GB 3838") { "gb3838-2002" } else { "gbt14848-2017" };
                        a href=(ctx.href(&format!("standards/{page}#{}", own.item))) { (own.citation.standard) " " (lang.fill("standard.place", &[("table", &own.citation.table.to_string()), ("no", &own.citation.no.to_string())])) }
                        " " (items_in_words(ctx, &own.item)) ": " (own.limits.join(" / "))
                        @if !own.citation.verified { " " span.uncertain { (lang.t("mark.one_source")) } }
                    }
                }
            }
        }
        section aria-labelledby="rule" {
            h2 id="rule" { (lang.t("why.rule")) ": " a href=(ctx.href(&format!("rules/{}", verdict.rule))) { (lang.pick(&why.rule_title)) } }
            dl.fields {
                div { dt { (lang.t("why.what")) } dd { (lang.pick(&why.card.what)) } }
                div { dt { (lang.t("why.why")) } dd { (lang.pick(&why.card.why)) } }
                div { dt { (lang.t("why.example")) } dd { (lang.pick(&why.card.example)) } }
                div { dt { (lang.t("why.limits")) } dd { (lang.pick(&why.card.limits)) } }
                div { dt { (lang.t("why.sure")) } dd { (lang.word("sure", &why.card.sure)) } }
                @for parameter in &why.parameters { div { dt { code { "$" (parameter.name) } } dd { (parameter.value) @if let Some(from) = parameter.from { " · " (lang.t("rule.from")) " " (from) } " — " (lang.pick(&parameter.source)) " (" (lang.word("sure", &parameter.sure)) ")" } } }
            }
            details { summary { (lang.t("why.sql")) } pre tabindex="0" { code { (why.sql) } } }
        }
        section aria-labelledby="trace" {
            h2 id="trace" { (lang.t("why.trace")) }
            dl.fields {
                div { dt { (lang.t("why.id")) } dd { code { (why.id) } " · " (lang.t("item.version")) " " (version) } }
                div { dt { (lang.t("why.digest")) } dd { code { (why.digest) } } }
                div { dt { (lang.t("why.rule_digest")) } dd { code { (verdict.rule_digest) } } }
                div { dt { (lang.t("why.standards_digest")) } dd { code { (verdict.standards_digest) } } }
            }
            p { (lang.t("why.challenge")) }
        }
    }
}

fn input_table(ctx: &Ctx, why: &Explanation) -> Markup {
    let lang = ctx.lang;
    let mut columns: Vec<&String> = Vec::new();
    for column in why.inputs.iter().flat_map(|input| input.cells.keys()) {
        if !columns.contains(&column) && !ADDRESS.contains(&column.as_str()) {
            columns.push(column);
        }
    }
    // What is measured comes first, then its number, then what it is compared with.
    let order = [
        "month",
        "section",
        "item",
        "value_before",
        "value",
        "mean_so_far",
        "mean_needed",
        "target_limit",
        "class_before",
        "class",
        "multiple",
    ];
    columns.sort_by_key(|column| (order.iter().position(|own| own == &column.as_str()).unwrap_or(order.len()), (*column).clone()));
    html! {
        div.scroll tabindex="0" role="region" aria-label=(lang.t("why.inputs")) {
            table {
                thead { tr { @for column in &columns { th { (lang.word("fact", column)) } } th { (lang.t("item.observations")) } } }
                tbody {
                    @for input in &why.inputs {
                        tr {
                            @for column in &columns { td { (input.cells.get(*column).map_or_else(|| "–".to_owned(), |value| in_words(ctx, column, value))) } }
                            td { (observations(ctx, input)) }
                        }
                    }
                }
            }
        }
    }
}

fn observations(ctx: &Ctx, input: &InputRow) -> Markup {
    let lang = ctx.lang;
    let (Some(place), Some(item)) = (input.cells.get("place"), input.cells.get("item")) else { return html! { "–" } };
    let month = |column: &str| input.cells.get(column).and_then(|day| day.get(..7)).unwrap_or_default();
    let link = ctx.snapshot.section(place).map(|_| ctx.href(&format!("water/{place}/{item}?from={}&to={}", month("from"), month("to"))));
    html! {
        details {
            summary { (lang.fill("why.n_observations", &[("n", &input.observations.len().to_string())])) span.visually-hidden { " " (items_in_words(ctx, item)) } }
            ul.plain {
                @for row in input.observations.iter().take(SHOWN) {
                    li { span.time { (row.time) } " " strong { (row.text) } " " (if row.unit == "1" { "" } else { row.unit.as_str() }) @if row.qualifier != "value" { " " (lang.word("qualifier", row.qualifier)) } @if !row.flag.is_empty() { " " span.tag { (row.flag) } } @if 1 < row.version { " " span.tag { (lang.t("item.corrected")) } } " " span.muted { (row.source) } }
                }
            }
            @if let Some(link) = link { a href=(link) { (lang.t("why.all_observations")) } } @else if SHOWN < input.observations.len() { span.muted { (lang.fill("item.more", &[("n", &(input.observations.len() - SHOWN).to_string())])) } }
        }
    }
}

/// A cell in the words of the language: items by name, classes as classes.
fn in_words(ctx: &Ctx, column: &str, value: &str) -> String {
    match column {
        "item" | "deciding" | "rising" | "items" if !value.is_empty() => items_in_words(ctx, value),
        "class" | "target" | "class_before" | "yearly_class" => judge::class_word(value, ctx.lang.id()),
        "main" | "main_pollutants" if !value.is_empty() => {
            let named = value.split(',').map(|part| match part.split_once('(') {
                Some((id, multiple)) => format!("{}({multiple}", items_in_words(ctx, id)),
                None => items_in_words(ctx, part),
            });
            named.collect::<Vec<_>>().join(if ctx.lang == Lang::Zh { "、" } else { ", " })
        }
        "body" => ctx.lang.word("body", value),
        "" => value.to_owned(),
        _ if value.is_empty() => "–".to_owned(),
        _ => value.to_owned(),
    }
}
