//! A section: class against target, what decided, twelve months, every item.

use std::collections::BTreeSet;

use axum::response::Response;
use maud::{Markup, html};
use plan::period::Period;
use serde::Serialize;
use serde_json::json;
use standards::surface::Body;
use standards::{Class, Item};

use crate::error::PageError;
use crate::html::{badge, chart};
use crate::routes::Ctx;
use crate::snapshot::{Section, TrendOf, TrophicOf};
use crate::view::register::entry;
use crate::view::water::items_in_words;
use crate::view::{VerdictRow, answer, frame, verdict_list};

/// Months in the strip.
const MONTHS: usize = 12;
/// Months in the charts.
const CHART_MONTHS: usize = 24;

#[derive(Serialize)]
struct View<'a> {
    as_of: String,
    id: String,
    name: String,
    sentence: String,
    fields: Vec<FieldRow>,
    made_up: bool,
    class: Option<Class>,
    period: Option<String>,
    target: Option<Class>,
    target_assumed: bool,
    months: Vec<Month>,
    items: Vec<ItemRow>,
    years: Vec<Month>,
    trophic: Option<TrophicOf>,
    verdicts: Vec<VerdictRow>,
    /// What is done about it.
    measures: Vec<entry::MeasureRow>,
    /// What lies on the same water: outlets, works, sources and other sections.
    on_the_water: Vec<entry::Referring<'a>>,
}

#[derive(Serialize)]
struct FieldRow {
    id: String,
    label: String,
    value: String,
}

#[derive(Serialize)]
struct Month {
    period: String,
    class: Option<Class>,
    deciding: String,
    main_pollutants: String,
    n_items: String,
    made_up: bool,
    verdict: Option<String>,
}

#[derive(Serialize)]
struct ItemRow {
    item: String,
    name: String,
    unit: String,
    period: String,
    value: String,
    class: Option<Class>,
    limit_of_target: Option<String>,
    decides: bool,
    readings: String,
    trend: Option<TrendOf>,
    months: Vec<ItemMonth>,
}

#[derive(Serialize)]
struct ItemMonth {
    period: String,
    value: String,
    class: Option<Class>,
}

pub(crate) fn respond(ctx: &Ctx, id: &str) -> Result<Response, PageError> {
    let section = ctx.snapshot.section(id).ok_or(PageError::NotFound)?;
    let view = build(ctx, section)?;
    let page = frame(ctx, &view.name, "water", &["json", "csv", "geojson"]);
    let rows = section.items.iter().map(|((item, grain, period), value)| {
        let unit = Item::by_id(item).map_or("", Item::unit);
        vec![
            id.to_owned(),
            item.clone(),
            grain.clone(),
            period.clone(),
            value.value.clone(),
            unit.to_owned(),
            value.class.map_or("", Class::id).to_owned(),
            value.readings.clone(),
            view.made_up.to_string(),
        ]
    });
    let csv = (&["section", "item", "grain", "period", "value", "unit", "class", "readings", "made_up"][..], rows.collect());
    let feature = section.position.map(
        |(lon, lat)| json!({"type": "Feature", "id": id, "geometry": {"type": "Point", "coordinates": [lon, lat]}, "properties": view}),
    );
    Ok(answer(ctx, page, &view, Some(csv), Some(feature.into_iter().collect()), || draw(ctx, section, &view)))
}

fn build<'a>(ctx: &'a Ctx, section: &Section) -> Result<View<'a>, PageError> {
    let lang = ctx.lang;
    let name = lang.pick(&section.name).to_owned();
    let latest = section.latest("month");
    let target = latest.and_then(|(period, _)| section.targets.get(period.get(..4)?)).copied();
    let sentence = match (latest, target) {
        (Some((period, class)), Some((target, assumed))) => {
            let key = match (assumed, class.class <= target) {
                (true, _) => "section.sentence_assumed",
                (false, true) => "section.sentence_pass",
                (false, false) => "section.sentence_fail",
            };
            lang.fill(
                key,
                &[
                    ("name", &name),
                    ("period", period),
                    ("class", &judge::class_word(class.class.id(), lang.id())),
                    ("target", &judge::class_word(target.id(), lang.id())),
                    ("deciding", &items_in_words(ctx, &class.deciding)),
                ],
            )
        }
        (Some((period, class)), None) => lang.fill(
            "section.sentence_no_target",
            &[
                ("name", &name),
                ("period", period),
                ("class", &judge::class_word(class.class.id(), lang.id())),
                ("deciding", &items_in_words(ctx, &class.deciding)),
            ],
        ),
        (None, _) => lang.fill("section.sentence_none", &[("name", &name)]),
    };
    let water = section.entry.get("water_body");
    Ok(View {
        as_of: ctx.portal.settings.as_of.to_string(),
        id: section.id().to_owned(),
        sentence,
        fields: fields(ctx, section),
        made_up: section.entry.made_up || latest.is_some_and(|(_, class)| class.made_up),
        class: latest.map(|(_, class)| class.class),
        period: latest.map(|(period, _)| period.to_owned()),
        target: target.map(|(class, _)| class),
        target_assumed: target.is_some_and(|(_, assumed)| assumed),
        months: last_months(ctx, MONTHS)
            .into_iter()
            .map(|period| month(ctx, section, "month", "section-attainment-month", period))
            .collect(),
        years: years(section).into_iter().map(|period| month(ctx, section, "year", "section-attainment-year", period)).collect(),
        items: items(ctx, section),
        trophic: section.trophic.clone(),
        verdicts: verdicts(ctx, section),
        measures: entry::measures(ctx, "section", section.id())?,
        on_the_water: if water.is_empty() { Vec::new() } else { entry::referring(ctx, "water_body", water)? },
        name,
    })
}

/// The months up to the day asked for.
fn last_months(ctx: &Ctx, n: usize) -> Vec<String> {
    let mut month = ctx.portal.settings.as_of.first_of_month();
    let mut months = Vec::with_capacity(n);
    for _ in 0..n {
        months.push(Period::of(month, plan::Grain::Month).to_string());
        let Ok(before) = month.yesterday() else { break };
        month = before.first_of_month();
    }
    months.reverse();
    months
}

fn years(section: &Section) -> Vec<String> {
    section.classes.keys().filter(|(grain, _)| grain == "year").map(|(_, period)| period.clone()).collect()
}

fn month(ctx: &Ctx, section: &Section, grain: &str, rule: &str, period: String) -> Month {
    let class = section.class_in(grain, &period);
    Month {
        class: class.map(|class| class.class),
        deciding: class.map_or_else(String::new, |class| class.deciding.clone()),
        main_pollutants: class.map_or_else(String::new, |class| class.main.clone()),
        n_items: class.map_or_else(String::new, |class| class.n_items.clone()),
        made_up: class.is_some_and(|class| class.made_up),
        verdict: ctx.snapshot.verdict_of(rule, section.id(), &period).map(|judged| judged.verdict.id.clone()),
        period,
    }
}

fn fields(ctx: &Ctx, section: &Section) -> Vec<FieldRow> {
    let Some(register) = ctx.portal.plan.register("section") else { return Vec::new() };
    let shown = register.field.iter().filter(|field| field.public && !["name_zh", "name_en"].contains(&field.id.get_ref().as_str()));
    shown
        .filter_map(|field| {
            let id = field.id.get_ref();
            let value = section.entry.get(id);
            if value.is_empty() {
                return None;
            }
            let value = match id.as_str() {
                "water_body" => ctx.lang.pick(&section.water_body).to_owned(),
                "county" => ctx.lang.pick(&section.county).to_owned(),
                _ if field.kind == plan::FieldType::Boolean => ctx.lang.word("boolean", value),
                _ => field
                    .choices
                    .iter()
                    .find(|choice| choice.id == value)
                    .map_or_else(|| value.to_owned(), |choice| ctx.lang.pick(&choice.label).to_owned()),
            };
            Some(FieldRow { id: id.clone(), label: ctx.lang.pick(&field.label).to_owned(), value })
        })
        .chain([FieldRow { id: "source".to_owned(), label: ctx.lang.t("section.source").to_owned(), value: section.entry.source.clone() }])
        .collect()
}

fn items(ctx: &Ctx, section: &Section) -> Vec<ItemRow> {
    let ids: BTreeSet<&String> = section.items.keys().map(|(item, _, _)| item).collect();
    let mut found: Vec<Item> = ids.into_iter().filter_map(|id| Item::by_id(id).ok()).collect();
    found.sort();
    let body: Body = section.entry.get("body").parse().unwrap_or(Body::River);
    let months = last_months(ctx, CHART_MONTHS);
    found
        .into_iter()
        .filter_map(|item| {
            let by_month: Vec<ItemMonth> = months
                .iter()
                .filter_map(|period| {
                    let own = section.items.get(&(item.id().to_owned(), "month".to_owned(), period.clone()))?;
                    Some(ItemMonth { period: period.clone(), value: own.value.clone(), class: own.class })
                })
                .collect();
            let newest = section
                .items
                .range(
                    (item.id().to_owned(), "month".to_owned(), String::new())
                        ..=(item.id().to_owned(), "month".to_owned(), "9999".to_owned()),
                )
                .next_back()?;
            let ((_, _, period), value) = newest;
            let target = section.targets.get(period.get(..4)?).and_then(|(class, _)| standards::surface::limit(item, *class, body));
            Some(ItemRow {
                item: item.id().to_owned(),
                name: if ctx.lang == crate::lang::Lang::Zh { item.zh() } else { item.en() }.to_owned(),
                unit: item.unit().to_owned(),
                period: period.clone(),
                value: value.value.clone(),
                class: value.class,
                limit_of_target: target.map(str::to_owned),
                decides: standards::surface::decides_class(item),
                readings: value.readings.clone(),
                trend: section.trends.get(item.id()).cloned(),
                months: by_month,
            })
        })
        .collect()
}

/// Of every rule on this section the newest decided verdict, else the newest that waits.
fn verdicts(ctx: &Ctx, section: &Section) -> Vec<VerdictRow> {
    let rules = ctx.portal.plan.rules.iter().filter(|rule| rule.subject.get_ref() == "section");
    let newest = |rule: &str| {
        let of_rule = || ctx.snapshot.of_subject(rule, section.id());
        let decided = of_rule().rfind(|judged| matches!(judged.verdict.outcome, judge::Outcome::Pass | judge::Outcome::Fail));
        decided.or_else(|| of_rule().rfind(|judged| judged.verdict.outcome == judge::Outcome::Undetermined))
    };
    rules.filter_map(|rule| newest(rule.id.get_ref())).map(|judged| VerdictRow::new(ctx, judged)).collect()
}

fn draw(ctx: &Ctx, section: &Section, view: &View<'_>) -> Markup {
    let lang = ctx.lang;
    let strip: Vec<chart::StripCell> = view
        .months
        .iter()
        .map(|month| chart::StripCell {
            period: month.period.clone(),
            class: month.class,
            link: month.verdict.as_ref().map(|id| ctx.href(&format!("why/{id}"))),
        })
        .collect();
    html! {
        p.eyebrow { a href=(ctx.href("water")) { (lang.t("menu.water")) } " › " (lang.pick(&section.water_body)) }
        h1 { (view.sentence) }
        p.marks {
            @match view.class { Some(class) => { (badge::class(lang, class)) }, None => { (badge::no_class(lang)) } } " "
            @if let Some(target) = view.target { (lang.t("section.target")) " " (judge::class_word(target.id(), lang.id())) " " @if view.target_assumed { span.uncertain { (lang.t("mark.assumed")) } " " } }
            (badge::made_up(lang, view.made_up))
        }
        section aria-labelledby="strip-title" { h2 id="strip-title" { (lang.t("section.months")) } (chart::strip(lang, &strip)) }
        @if !view.years.is_empty() {
            section aria-labelledby="year-title" {
                h2 id="year-title" { (lang.t("section.years")) }
                ul.years {
                    @for year in &view.years {
                        li {
                            strong { (year.period) } " "
                            @match year.class { Some(class) => { (badge::class(lang, class)) }, None => { (badge::no_class(lang)) } } " "
                            @if !year.deciding.is_empty() { span.muted { (items_in_words(ctx, &year.deciding)) } " " }
                            @if let Some(id) = &year.verdict { a href=(ctx.href(&format!("why/{id}"))) { (lang.t("verdict.why")) span.visually-hidden { " " (year.period) } } }
                        }
                    }
                }
            }
        }
        @if let Some(trophic) = &view.trophic {
            section aria-labelledby="trophic-title" {
                h2 id="trophic-title" { (lang.t("section.trophic")) }
                p {
                    @match (&trophic.tli, &trophic.grade) {
                        (Some(tli), Some(grade)) => { (lang.fill("section.trophic_sentence", &[("period", &trophic.period), ("tli", tli), ("grade", &lang.word("trophic", grade))])) },
                        (Some(tli), None) => { (lang.fill("section.trophic_part", &[("period", &trophic.period), ("tli", tli), ("n", &trophic.n_items)])) },
                        (None, _) => { (lang.fill("section.trophic_none", &[("period", &trophic.period)])) },
                    }
                    " " (badge::made_up(lang, trophic.made_up))
                }
            }
        }
        section aria-labelledby="verdict-title" { h2 id="verdict-title" { (lang.t("section.verdicts")) } (verdict_list(ctx, &view.verdicts)) }
        (entry::draw_measures(ctx, &view.measures))
        section aria-labelledby="items-title" {
            h2 id="items-title" { (lang.t("section.items")) }
            p.muted { (lang.t("section.items_note")) }
            div.scroll tabindex="0" role="region" aria-label=(lang.t("section.items")) { (item_table(ctx, view)) }
            div.charts { @for row in view.items.iter().filter(|row| 1 < row.months.len()) { (item_chart(ctx, section, row)) } }
        }
        @if !view.on_the_water.is_empty() {
            section aria-labelledby="water-title" {
                h2 id="water-title" { (lang.fill("section.on_the_water", &[("water", lang.pick(&section.water_body))])) }
                p.muted { (lang.t("section.on_the_water_note")) }
                @for group in &view.on_the_water {
                    details {
                        summary { (group.heading()) }
                        (entry::draw_links(ctx, group))
                    }
                }
            }
        }
        section aria-labelledby="about-title" {
            h2 id="about-title" { (lang.t("section.about")) }
            dl.fields { @for field in &view.fields { div { dt { (field.label) } dd { (field.value) } } } }
        }
    }
}

fn item_table(ctx: &Ctx, view: &View<'_>) -> Markup {
    let lang = ctx.lang;
    html! {
        table {
            thead { tr { th { (lang.t("item.item")) } th.num { (lang.t("item.value")) } th { (lang.t("item.unit")) } th { (lang.t("water.class")) } th.num { (lang.t("item.limit")) } th { (lang.t("water.month")) } th.num { (lang.t("item.readings")) } th { (lang.t("item.trend")) } th { (lang.t("item.standard")) } } }
            tbody {
                @for row in &view.items {
                    tr {
                        th scope="row" { a href=(ctx.href(&format!("water/{}/{}?from={}&to={}", view.id, row.item, row.period, row.period))) { (row.name) } }
                        td.num { (row.value) }
                        td { (if row.unit == "1" { "–" } else { row.unit.as_str() }) }
                        td { @match row.class { Some(class) => { (badge::class(lang, class)) }, None => { span.muted { (lang.t("item.no_class")) } } } }
                        td.num { (row.limit_of_target.as_deref().unwrap_or("–")) }
                        td.nowrap { (row.period) }
                        td.num { a href=(ctx.href(&format!("water/{}/{}?from={}&to={}", view.id, row.item, row.period, row.period))) { (row.readings) span.visually-hidden { " " (lang.t("item.readings")) " " (row.name) } } }
                        td { @match row.trend.as_ref() {
                            Some(TrendOf { trend: Some(trend), years, .. }) => { (lang.word("trend", trend)) " " span.muted { (lang.fill("item.trend_years", &[("n", &years.to_string())])) } },
                            _ => { span.muted { (lang.t("item.trend_few")) } },
                        } }
                        td.nowrap { @if standards::Item::by_id(&row.item).is_ok_and(|item| standards::surface::place(item).is_some()) { a href=(ctx.href(&format!("standards/gb3838-2002#{}", row.item))) { "GB 3838-2002" span.visually-hidden { " " (row.name) } } } @else { "–" } }
                    }
                }
            }
        }
    }
}

fn item_chart(ctx: &Ctx, section: &Section, row: &ItemRow) -> Markup {
    let Ok(item) = Item::by_id(&row.item) else { return html! {} };
    let body: Body = section.entry.get("body").parse().unwrap_or(Body::River);
    let epoch = jiff::civil::date(2000, 1, 1);
    let points: Vec<chart::Point> = row
        .months
        .iter()
        .filter_map(|month| {
            let first = month.period.parse::<Period>().ok()?.first();
            let days = first.since(epoch).ok()?.get_days();
            Some(chart::Point {
                period: month.period.clone(),
                x: f64::from(days),
                y: month.value.parse().ok()?,
                text: format!("{} {}", month.value, item.unit()),
            })
        })
        .collect();
    let title = ctx.lang.fill("chart.title", &[("item", &row.name), ("unit", if row.unit == "1" { "–" } else { &row.unit })]);
    html! {
        figure.itemchart {
            figcaption { a href=(ctx.href(&format!("water/{}/{}", section.id(), row.item))) { (title) } }
            (chart::item(ctx.lang, item, body, &points, &title))
        }
    }
}
