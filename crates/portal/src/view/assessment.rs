//! Yearly assessments: published editions, and beside them the result as it would be now, each row with its verdicts.

mod changes;
mod unit;
mod year;

use std::borrow::Cow;

use act::assessment::{self, ItemScore, PublishError, Scored};
use axum::response::Response;
use facts::Change;
use facts::edition::Edition;
use maud::{Markup, html};
use plan::schema::{Assessment, ScoreItem};
use serde::Serialize;
use standards::Decimal;

use crate::error::PageError;
use crate::post::Form;
use crate::routes::Ctx;
use crate::view::{answer, frame};

pub(crate) use unit::respond as respond_unit;
pub(crate) use year::respond as respond_year;

#[derive(Serialize)]
struct Row {
    assessment: String,
    title: String,
    year: i16,
    /// Number of the last edition; none where nothing was published.
    edition: Option<i64>,
    published: Option<String>,
    /// Units by grade, in the last edition or else in the result as it would be now.
    grades: Vec<(String, usize)>,
}

/// `/assessments`
pub(crate) fn respond(ctx: &Ctx) -> Result<Response, PageError> {
    let mut rows = Vec::new();
    for assessment in &ctx.portal.plan.assessments {
        let id = assessment.id.get_ref();
        for year in ctx.snapshot.assessed.years(id) {
            let last = ctx.portal.store.editions(&assessment::edition_id(id, year))?.pop();
            let scored = match &last {
                Some(edition) => Some(Cow::Owned(read(edition)?)),
                None => ctx.snapshot.assessed.of(id, year).and_then(Result::ok).map(Cow::Borrowed),
            };
            rows.push(Row {
                assessment: id.clone(),
                title: ctx.lang.pick(&assessment.title).to_owned(),
                year,
                edition: last.as_ref().map(|edition| edition.number),
                published: last.as_ref().map(published_on),
                grades: scored.map(|scored| grades(ctx, assessment, &scored)).unwrap_or_default(),
            });
        }
    }
    let csv = rows.iter().map(|row| {
        let number = row.edition.map(|number| number.to_string()).unwrap_or_default();
        let grades = row.grades.iter().map(|(grade, n)| format!("{grade} {n}")).collect::<Vec<_>>().join("; ");
        vec![row.assessment.clone(), row.title.clone(), row.year.to_string(), number, row.published.clone().unwrap_or_default(), grades]
    });
    let csv = (&["assessment", "title", "year", "edition", "published", "grades"][..], csv.collect());
    Ok(answer(ctx, frame(ctx, ctx.lang.t("assessment.title"), "assessments", &["json", "csv"]), &rows, Some(csv), None, || {
        draw(ctx, &rows)
    }))
}

fn draw(ctx: &Ctx, rows: &[Row]) -> Markup {
    let lang = ctx.lang;
    html! {
        h1 { (lang.t("assessment.title")) }
        p.muted { (lang.t("assessment.note")) }
        @if rows.is_empty() { p.muted { (lang.t("assessment.empty")) } } @else {
            div.scroll tabindex="0" role="region" aria-label=(lang.t("assessment.title")) { table {
                thead { tr { th { (lang.t("assessment.year")) } th { (lang.t("assessment.state")) } th { (lang.t("assessment.grades")) } } }
                tbody { @for row in rows { tr {
                    th scope="row" { a href=(ctx.href(&format!("assessments/{}/{}", row.assessment, row.year))) { (row.title) " " (row.year) } }
                    td { @match (row.edition, &row.published) {
                        (Some(number), Some(day)) => { (lang.fill("assessment.published", &[("n", &number.to_string()), ("day", day)])) },
                        _ => { (lang.t("assessment.not_published")) },
                    } }
                    td { @for (grade, n) in &row.grades { (grade) " " (n) " " } }
                } } }
            } }
        }
    }
}

/// What a page of a year speaks of: one edition, or the result as it would be now.
struct Shown<'a> {
    assessment: &'a Assessment,
    year: i16,
    edition: Option<Edition>,
    scored: Cow<'a, Scored>,
    editions: Vec<Edition>,
}

fn shown<'a>(ctx: &'a Ctx, id: &str, year: &str) -> Result<Shown<'a>, PageError> {
    let assessment = ctx.portal.plan.assessments.iter().find(|own| own.id.get_ref() == id).ok_or(PageError::NotFound)?;
    let year: i16 = year.parse().map_err(|_| PageError::NotFound)?;
    let editions = ctx.portal.store.editions(&assessment::edition_id(id, year))?;
    let asked = match ctx.asked("edition") {
        Some(number) => Some(editions.iter().find(|own| own.number.to_string() == number).ok_or(PageError::NotFound)?),
        None => None,
    };
    let (edition, scored) = match (asked, ctx.snapshot.assessed.of(id, year), editions.last()) {
        (Some(edition), _, _) | (None, None, Some(edition)) => (Some(edition.clone()), Cow::Owned(read(edition)?)),
        (None, Some(Ok(scored)), _) => (None, Cow::Borrowed(scored)),
        (None, Some(Err(error)), _) => return Err(PageError::Internal(error.to_owned())),
        (None, None, None) => return Err(PageError::NotFound),
    };
    Ok(Shown { assessment, year, edition, scored, editions })
}

impl Shown<'_> {
    /// The address of a page of this year, of the same edition.
    fn href(&self, ctx: &Ctx, below: &str) -> String {
        let edition = self.edition.as_ref().map(|edition| format!("?edition={}", edition.number)).unwrap_or_default();
        ctx.href(&format!("assessments/{}/{}{below}{edition}", self.assessment.id.get_ref(), self.year))
    }

    /// Whether this is published, in words.
    fn state(&self, ctx: &Ctx) -> String {
        match &self.edition {
            Some(edition) => ctx.lang.fill("assessment.published", &[("n", &edition.number.to_string()), ("day", &published_on(edition))]),
            None => ctx.lang.fill("assessment.working", &[("day", &self.scored.as_of)]),
        }
    }
}

fn read(edition: &Edition) -> Result<Scored, PageError> {
    Ok(serde_json::from_str(&edition.content)?)
}

fn published_on(edition: &Edition) -> String {
    facts::time::day_of(edition.published_at).map(|day| day.to_string()).unwrap_or_default()
}

/// Units by grade, best first; those that cannot be graded last.
fn grades(ctx: &Ctx, assessment: &Assessment, scored: &Scored) -> Vec<(String, usize)> {
    let count = |grade: Option<&String>| scored.units.iter().filter(|unit| unit.grade.as_ref() == grade).count();
    let known = assessment.band.iter().map(|band| (ctx.lang.pick(&band.title).to_owned(), count(Some(band.id.get_ref()))));
    let none = [(ctx.lang.t("assessment.no_grade").to_owned(), count(None))];
    known.chain(none).filter(|(_, n)| 0 < *n).collect()
}

/// The title of a grade, or words for none.
fn grade_title<'a>(ctx: &'a Ctx, assessment: &'a Assessment, grade: Option<&'a str>) -> &'a str {
    match grade {
        Some(id) => assessment.grade(id).map_or(id, |band| ctx.lang.pick(&band.title)),
        None => ctx.lang.t("assessment.no_grade"),
    }
}

/// The item of the pack behind a row; an edition may have one that the pack no longer has.
fn item<'a>(assessment: &'a Assessment, id: &str) -> Option<&'a ScoreItem> {
    assessment.items().find(|item| item.id.get_ref() == id)
}

fn item_title<'a>(ctx: &Ctx, assessment: &'a Assessment, id: &'a str) -> &'a str {
    item(assessment, id).map_or(id, |item| ctx.lang.pick(&item.title))
}

/// A score as it is printed; a dash where there is none.
fn score_text(score: Option<Decimal>, digits: u32) -> String {
    score.map_or_else(|| "–".to_owned(), |score| assessment::rounded(score, digits).to_string())
}

/// The mark of what is assumed.
fn assumed(ctx: &Ctx, is: bool) -> Markup {
    html! { @if is { span.uncertain { (ctx.lang.t("assessment.assumed")) } } }
}

/// Rows of the CSV form: one for each item of each unit.
fn csv_rows(shown: &Shown<'_>) -> Vec<Vec<String>> {
    let text = |value: Option<Decimal>| value.map(|value| value.to_string()).unwrap_or_default();
    let row = |unit: &str, sheet: &str, own: &ItemScore| {
        vec![
            unit.to_owned(),
            sheet.to_owned(),
            own.id.clone(),
            own.points.to_string(),
            text(own.ok),
            text(own.total),
            text(own.score),
            own.deducted.to_string(),
            own.assumed.to_string(),
            own.made_up.to_string(),
            own.evidence.iter().map(|own| own.verdict.as_str()).collect::<Vec<_>>().join(" "),
        ]
    };
    let mut rows = Vec::new();
    for unit in &shown.scored.units {
        for sheet in &unit.sheets {
            rows.extend(sheet.items.iter().map(|own| row(&unit.unit, &sheet.id, own)));
        }
        rows.extend(unit.extra.iter().map(|own| row(&unit.unit, "", own)));
    }
    rows
}

const CSV: &[&str] = &["unit", "sheet", "item", "points", "ok", "total", "score", "deducted", "assumed", "made_up", "verdicts"];

/// Publishes the result as it is now as the next edition.
pub(crate) fn publish(ctx: &Ctx, id: &str, year: &str, form: &Form) -> Result<String, PageError> {
    let viewer = ctx.signed_in()?;
    let shown = shown(ctx, id, year)?;
    if shown.edition.is_some() {
        return Err(PageError::NotFound);
    }
    let portal = &ctx.portal;
    let change = Change { who: viewer.who(), at: portal.now(), why: form.text("note").trim().to_owned() };
    let published =
        assessment::publish(&portal.store, &portal.plan, shown.assessment, &shown.scored, finding(ctx), viewer.acting(), &change);
    match published {
        Ok(number) => Ok(ctx.href(&format!("assessments/{id}/{year}?edition={number}"))),
        Err(PublishError::Denied(denied)) => Err(PageError::Denied(denied.to_string())),
        Err(PublishError::Facts(error)) => Err(PageError::Internal(error.to_string())),
        Err(PublishError::Content(error)) => Err(PageError::Internal(error.to_string())),
        Err(other) => Err(PageError::BadRequest(other.to_string())),
    }
}

/// The outcome of a rule on a unit in a year, as the last judgement has it.
fn finding(ctx: &Ctx) -> impl Fn(&str, &str, &str) -> Option<judge::Outcome> {
    move |rule, unit, year| ctx.snapshot.verdict_of(rule, unit, year).map(|judged| judged.verdict.outcome)
}
