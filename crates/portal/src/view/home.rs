//! Home: how is the water, what fails, where does the plan stand.

use axum::response::Response;
use judge::Outcome;
use maud::{Markup, html};
use serde::Serialize;
use standards::Class;

use crate::html::{badge, layout::Page, map};
use crate::routes::Ctx;
use crate::snapshot::BasinRow;
use crate::view::water::pollutants_in_words;
use crate::view::{VerdictRow, answer, frame, verdict_list};

/// Failing promises on the page; the data form and the list of verdicts have them all.
const SHOWN: usize = 12;

/// The table of the page: the basins.
const BASIN_CSV: &[&str] = &[
    "basin",
    "grain",
    "period",
    "sections",
    "i_iii",
    "iv",
    "v",
    "v_plus",
    "i_iii_pct",
    "method",
    "status",
    "main_pollutants",
    "change",
    "made_up",
];

#[derive(Serialize)]
struct Home {
    as_of: String,
    sentence: String,
    /// The year the sentence speaks of.
    year: Option<String>,
    own: Counts,
    month: Option<String>,
    by_class: Vec<ClassCount>,
    basins: Vec<BasinRow>,
    failing: Vec<VerdictRow>,
    plan: PlanCounts,
    observations: u64,
}

/// The city's own sections against their targets.
#[derive(Default, Serialize)]
struct Counts {
    sections: usize,
    pass: usize,
    fail: usize,
    undetermined: usize,
    made_up: bool,
}

#[derive(Serialize)]
struct ClassCount {
    class: Option<Class>,
    sections: usize,
}

#[derive(Serialize)]
struct PlanCounts {
    tasks: usize,
    deadlines: usize,
    deadlines_past: usize,
    deadlines_to_come: usize,
    next_deadline: Option<String>,
    duties: usize,
    indicators: usize,
    indicators_computed: usize,
    uncertain_targets: usize,
}

pub(crate) fn respond(ctx: &Ctx) -> Response {
    let view = build(ctx);
    let page = Page { script: Some("map"), ..frame(ctx, ctx.lang.t("home.title"), "home", &["json", "csv"]) };
    let rows = view.basins.iter().map(|row| {
        let counts = [row.sections, row.i_iii, row.iv, row.v, row.v_plus].map(|n| n.to_string());
        let tail = [
            row.i_iii_pct.clone(),
            row.method.clone(),
            row.status.clone().unwrap_or_default(),
            row.main_pollutants.clone(),
            row.change.clone().unwrap_or_default(),
            row.made_up.to_string(),
        ];
        [row.basin.clone(), row.grain.clone(), row.period.clone()].into_iter().chain(counts).chain(tail).collect::<Vec<String>>()
    });
    let csv = (BASIN_CSV, rows.collect());
    answer(ctx, page, &view, Some(csv), None, || draw(ctx, &view))
}

fn build(ctx: &Ctx) -> Home {
    let snapshot = &ctx.snapshot;
    let year = snapshot.last_year.clone();
    let mut own = Counts::default();
    if let Some(year) = &year {
        for section in snapshot.sections.iter().filter(|section| section.own()) {
            let Some(judged) = snapshot.verdict_of("section-attainment-year", section.id(), year) else { continue };
            own.sections += 1;
            own.made_up |= judged.verdict.made_up;
            match judged.verdict.outcome {
                Outcome::Pass => own.pass += 1,
                Outcome::Fail => own.fail += 1,
                Outcome::Undetermined | Outcome::NotApplicable => own.undetermined += 1,
            }
        }
    }
    let lang = ctx.lang;
    let sentence = match &year {
        Some(year) if own.sections != 0 => lang.fill(
            "home.sentence",
            &[
                ("year", year),
                ("n", &own.sections.to_string()),
                ("pass", &own.pass.to_string()),
                ("fail", &own.fail.to_string()),
                ("unknown", &own.undetermined.to_string()),
            ],
        ),
        _ => lang.t("home.sentence_none").to_owned(),
    };
    let classes: Vec<Option<Class>> =
        snapshot.sections.iter().map(|section| section.latest("month").map(|(_, class)| class.class)).collect();
    let by_class = Class::ALL
        .into_iter()
        .map(Some)
        .chain([None])
        .map(|class| ClassCount { class, sections: classes.iter().filter(|own| **own == class).count() })
        .collect();
    let basins =
        snapshot.basins.iter().filter(|row| row.grain == "year" || Some(&row.period) == snapshot.last_month.as_ref()).cloned().collect();
    // The water itself comes first.
    let mut failing = snapshot.failing();
    failing.sort_by_key(|judged| judged.verdict.subject_kind != "section");
    Home {
        as_of: ctx.portal.settings.as_of.to_string(),
        sentence,
        year,
        own,
        month: snapshot.last_month.clone(),
        by_class,
        basins,
        failing: failing.into_iter().map(|judged| VerdictRow::new(ctx, judged)).collect(),
        plan: plan_counts(ctx),
        observations: snapshot.observations,
    }
}

fn plan_counts(ctx: &Ctx) -> PlanCounts {
    let plan = &ctx.portal.plan;
    let today = ctx.portal.settings.as_of;
    let dates: Vec<jiff::civil::Date> = plan.tasks.iter().flat_map(|task| &task.deadline).map(|deadline| deadline.date.0).collect();
    PlanCounts {
        tasks: plan.tasks.len(),
        deadlines: dates.len(),
        deadlines_past: dates.iter().filter(|date| **date < today).count(),
        deadlines_to_come: dates.iter().filter(|date| today <= **date).count(),
        next_deadline: dates.iter().filter(|date| today <= **date).min().map(ToString::to_string),
        duties: plan.duties.len(),
        indicators: plan.indicators.len(),
        indicators_computed: plan.indicators.iter().filter(|indicator| indicator.sql.is_some()).count(),
        uncertain_targets: plan.indicators.iter().flat_map(|indicator| &indicator.target).filter(|target| target.uncertain).count(),
    }
}

fn draw(ctx: &Ctx, view: &Home) -> Markup {
    let lang = ctx.lang;
    let places: Vec<map::Place<'_>> = ctx
        .snapshot
        .sections
        .iter()
        .map(|section| {
            let latest = section.latest("month");
            let word = latest.map_or_else(
                || lang.t("class.none").to_owned(),
                |(period, class)| format!("{} {period}", judge::class_word(class.class.id(), lang.id())),
            );
            map::Place { section, class: latest.map(|(_, class)| class.class), word }
        })
        .collect();
    html! {
        p.eyebrow { (lang.pick(&ctx.portal.plan.head.title)) }
        h1.lead { (view.sentence) }
        p.muted { (lang.fill("home.as_of", &[("day", &view.as_of)])) " " (badge::made_up(lang, view.own.made_up)) }
        form.search action=(ctx.href("water")) method="get" role="search" {
            label for="q" { (lang.t("water.search")) }
            input type="search" id="q" name="q";
            button type="submit" { (lang.t("water.find")) }
        }
        section aria-labelledby="map-title" {
            h2 id="map-title" { (lang.t("home.map")) }
            (map::render(ctx, &places, &ctx.href("water.geojson")))
            ul.counts {
                @for count in view.by_class.iter().filter(|count| count.sections != 0) {
                    li {
                        a href=(ctx.href(&format!("water?class={}", count.class.map_or("none", Class::id).replace('+', "%2B")))) {
                            strong { (count.sections) } " "
                            @match count.class { Some(class) => { (badge::class(lang, class)) }, None => { (badge::no_class(lang)) } }
                        }
                    }
                }
            }
            p.muted { (lang.t("home.latest_month")) }
        }
        section aria-labelledby="fail-title" {
            h2 id="fail-title" { (lang.t("home.failing")) }
            (verdict_list(ctx, view.failing.get(..SHOWN).unwrap_or(&view.failing)))
            p { a href=(ctx.href("verdicts?outcome=fail")) { (lang.fill("home.all_failing", &[("n", &view.failing.len().to_string())])) } }
        }
        section aria-labelledby="basin-title" {
            h2 id="basin-title" { (lang.t("home.basins")) }
            (basin_table(ctx, &view.basins))
        }
        section aria-labelledby="plan-title" {
            h2 id="plan-title" { (lang.t("home.plan")) }
            p { (lang.fill("home.plan_sentence", &[
                ("tasks", &view.plan.tasks.to_string()), ("deadlines", &view.plan.deadlines.to_string()), ("past", &view.plan.deadlines_past.to_string()),
                ("to_come", &view.plan.deadlines_to_come.to_string()), ("duties", &view.plan.duties.to_string()), ("indicators", &view.plan.indicators.to_string()),
                ("computed", &view.plan.indicators_computed.to_string())])) }
            @if view.plan.uncertain_targets != 0 { p { span.uncertain { (lang.t("mark.uncertain")) } " " (lang.fill("home.uncertain", &[("n", &view.plan.uncertain_targets.to_string())])) } }
            p { a href=(ctx.href("plan")) { (lang.t("home.to_plan")) } }
        }
    }
}

fn basin_table(ctx: &Ctx, rows: &[BasinRow]) -> Markup {
    let lang = ctx.lang;
    html! {
        div.scroll tabindex="0" role="region" aria-label=(lang.t("home.basins")) {
            table {
                thead { tr { th { (lang.t("basin.basin")) } th { (lang.t("basin.period")) } th.num { (lang.t("basin.sections")) } th.num { (lang.t("basin.i_iii")) } th.num { "Ⅳ" } th.num { "Ⅴ" } th.num { (lang.t("basin.v_plus")) } th.num { (lang.t("basin.share")) } th { (lang.t("basin.status")) } th { (lang.t("basin.main")) } th { (lang.t("basin.change")) } } }
                tbody {
                    @for row in rows {
                        tr {
                            td { (row.basin) } td { (row.period) } td.num { (row.sections) } td.num { (row.i_iii) } td.num { (row.iv) } td.num { (row.v) } td.num { (row.v_plus) } td.num { (row.i_iii_pct) " %" }
                            td { @match &row.status { Some(status) => { (lang.word("status", status)) }, None => { "–" } } @if row.method == "means" { " " span.muted { (lang.t("basin.by_means")) } } " " (badge::made_up(lang, row.made_up)) }
                            td { @if row.main_pollutants.is_empty() { "–" } @else { (pollutants_in_words(ctx, &row.main_pollutants)) } }
                            td { @match &row.change { Some(change) => { (lang.word("change", &change.replace(' ', "_"))) }, None => { span.muted { (lang.t("basin.no_before")) } } } }
                        }
                    }
                }
            }
        }
    }
}
