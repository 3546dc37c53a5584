//! Ecological flow gauge by gauge: what the methods ask for, what is asked in all, how often it was kept and how much was missing.
//!
//! Where the city fixed a base flow, that one is held against the record; where it did not, the greatest of the methods is, and the
//! result says so. A month without a flow, or with days missing, keeps nothing and fails nothing.

use std::sync::LazyLock;

use hydro::design_flow::NoDesignFlow;
use hydro::design_flow::driest::{DriestMonths, driest_months, guaranteed, last_years};
use hydro::design_flow::duration::duration;
use hydro::design_flow::frequency::Reading;
use hydro::design_flow::low_flow::{LowFlowAsked, low_flow};
use hydro::ecoflow::{MethodFlow, TennantTable, envelope, tennant};
use hydro::{BadInput, MonthMean};
use serde::{Deserialize, Serialize};
use standards::Decimal;

use super::asked::{Asked, Model};
use super::error::RiverError;
use super::figure::{M3_S, PERCENT, figure};
use super::flows::{self, GaugeFlows};
use super::held::held;
use super::names::{Named, Names};
use super::rows::{Row, Tables, of};

/// The result of a run.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct EcoflowResult {
    /// Gauges, by id.
    pub gauges: Vec<GaugeRow>,
    /// Whether a number in it is assumed.
    pub assumed: bool,
    /// Whether a row in it was made up.
    pub made_up: bool,
}

/// A gauge.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct GaugeRow {
    /// Its names.
    pub name: Named,
    /// Its water body.
    pub water_body: String,
    /// Its first month with a flow, empty where there is none.
    pub from: String,
    /// Its last.
    pub to: String,
    /// Months with a flow.
    pub n_months: usize,
    /// Mean of the complete months, m³/s.
    pub mean_m3_s: Option<Decimal>,
    /// Months that do not count.
    pub excluded_months: Vec<u8>,
    /// What each method asks for.
    pub methods: Vec<MethodRow>,
    /// What each month needs by the greatest of them; empty where a month of the year has no flow at all.
    pub needs: Vec<MonthNeed>,
    /// The base flow that the city fixed, m³/s.
    pub fixed_m3_s: Option<Decimal>,
    /// Whether that is assumed.
    pub fixed_assumed: bool,
    /// What the record is held against: fixed, computed, or nothing.
    pub basis: String,
    /// Months held against it.
    pub n_judged: usize,
    /// Of them those that kept it.
    pub n_kept: usize,
    /// Months that count and have no flow, or not all days.
    pub n_missing: usize,
    /// Kept over judged, per cent.
    pub kept_percent: Option<Decimal>,
    /// The water that was missing, 10⁴ m³.
    pub deficit_10k_m3: Decimal,
    /// Months below, and months near, the newest first.
    pub shortfalls: Vec<Shortfall>,
    /// Monthly flows, for drawing: month and m³/s.
    pub flows: Vec<(String, Decimal)>,
}

/// What a method asks for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct MethodRow {
    /// tennant, driest_guaranteed, driest_last_years, low_flow_7q10, duration.
    pub method: String,
    /// For each month of the year, m³/s; empty where the method cannot be used.
    pub month_m3_s: Vec<Decimal>,
    /// Why it cannot: too_few_years, no_days, no_flow, other; empty where it can.
    pub why_not: String,
    /// Complete years that were found.
    pub n_years: usize,
}

/// What a month needs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct MonthNeed {
    /// The month, 1 to 12.
    pub month: u8,
    /// What must be kept, m³/s.
    pub required_m3_s: Decimal,
    /// The method that asks for most, empty where none asks for anything.
    pub method: String,
    /// What flows in the mean, m³/s.
    pub natural_m3_s: Decimal,
    /// Whether less flows by nature than the method asks for.
    pub capped: bool,
}

/// A month below what is needed, or near it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Shortfall {
    /// The month, 2020-05.
    pub month: String,
    /// What flowed, m³/s.
    pub flow_m3_s: Decimal,
    /// What was needed, m³/s.
    pub required_m3_s: Decimal,
    /// What was missing, m³/s; zero where it was only near.
    pub short_m3_s: Decimal,
}

static TENNANT: LazyLock<Option<TennantTable>> = LazyLock::new(|| toml::from_str(hydro::reference::TENNANT).ok());

/// What was asked, as numbers.
struct Given {
    grade: String,
    guarantee: f64,
    min_years: usize,
    warn_ratio: Decimal,
    excluded: Option<Vec<u8>>,
}

/// Runs the model.
pub(super) fn run(tables: &Tables, asked: &Asked) -> Result<EcoflowResult, RiverError> {
    if of(tables, "flow_gauge").is_empty() {
        return Err(RiverError::Nothing { kind: "flow_gauge" });
    }
    asked.number("warn_ratio", 1.0, 100.0)?;
    let excluded = asked.months("excluded_months")?;
    let given = Given {
        grade: asked.text("tennant_grade").to_owned(),
        guarantee: asked.number("guarantee", 0.01, 0.99)?,
        min_years: asked.number("min_years", 1.0, 1000.0)? as usize,
        warn_ratio: standards::decimal(asked.text("warn_ratio")).map_err(|_| asked.refused("warn_ratio", "a number"))?,
        excluded: (!excluded.is_empty()).then_some(excluded),
    };
    let names = Names::new(tables);
    let mut rows: Vec<&Row> = of(tables, "flow_gauge").iter().collect();
    rows.sort_by(|a, b| a.id.cmp(&b.id));
    let mut gauges = Vec::with_capacity(rows.len());
    for row in rows {
        gauges.push(gauge(&names, tables, &given, row)?);
    }
    let used = || ["flow_gauge", "flow_month", "flow_day"].into_iter().flat_map(|kind| of(tables, kind));
    let assumed = asked.is_assumed(Model::Ecoflow) || used().any(|row| row.get("origin") == Some("assumed"));
    Ok(EcoflowResult { gauges, assumed, made_up: used().any(|row| row.made_up) })
}

fn gauge(names: &Names<'_>, tables: &Tables, given: &Given, row: &Row) -> Result<GaugeRow, RiverError> {
    let id = row.id.as_str();
    let at = |source| RiverError::Input { place: format!("gauge `{id}`"), source };
    let known = flows::of_gauge(tables, id)?;
    let refused = |field: &str, expected: &str| RiverError::Parameter {
        id: format!("{field} of gauge {id}"),
        found: row.get(field).unwrap_or_default().to_owned(),
        expected: expected.to_owned(),
    };
    let own = flows::months(row.get("frozen_months").unwrap_or_default());
    let excluded = match &given.excluded {
        Some(months) => months.clone(),
        None => own.ok_or_else(|| refused("frozen_months", "months as numbers from 1 to 12, with commas"))?,
    };
    let fixed = row.get("required_m3_s").map(standards::decimal).transpose().map_err(|_| refused("required_m3_s", "a flow in m³/s"))?;
    let complete: Vec<f64> = known.months.iter().filter(|mean| mean.complete).map(|mean| mean.mean_m3_s).collect();
    let mean = (!complete.is_empty()).then(|| complete.iter().sum::<f64>() / complete.len() as f64);
    let methods = methods(&known, mean, &excluded, given)?;
    let needs = needs(&known.months, &methods).map_err(at)?;
    let mut shown = Vec::with_capacity(methods.len());
    for method in methods {
        shown.push(method.row(id)?);
    }
    let mut rows = Vec::with_capacity(needs.len());
    for need in needs {
        rows.push(MonthNeed {
            month: need.month,
            required_m3_s: figure(id, need.required_m3_s, M3_S)?,
            method: need.method.unwrap_or_default(),
            natural_m3_s: figure(id, natural(&known.months, need.month).unwrap_or(0.0), M3_S)?,
            capped: need.capped,
        });
    }
    let mut flows = Vec::with_capacity(known.months.len());
    for mean in &known.months {
        flows.push((period(mean), figure(id, mean.mean_m3_s, M3_S)?));
    }
    let required = |month: u8| fixed.or_else(|| rows.iter().find(|need| need.month == month).map(|need| need.required_m3_s));
    let kept = held(&known.months, &flows, &excluded, given.warn_ratio, required);
    let basis = if fixed.is_some() {
        "fixed"
    } else if rows.is_empty() {
        "nothing"
    } else {
        "computed"
    };
    let kept_share = (0 < kept.n_judged).then(|| 100.0 * kept.n_kept as f64 / kept.n_judged as f64);
    Ok(GaugeRow {
        name: names.of("flow_gauge", id),
        water_body: names.field("flow_gauge", id, "water_body"),
        from: flows.first().map(|(month, _)| month.clone()).unwrap_or_default(),
        to: flows.last().map(|(month, _)| month.clone()).unwrap_or_default(),
        n_months: flows.len(),
        mean_m3_s: mean.map(|mean| figure(id, mean, M3_S)).transpose()?,
        excluded_months: excluded,
        methods: shown,
        needs: rows,
        fixed_m3_s: fixed,
        fixed_assumed: fixed.is_some() && row.get("required_mark") != Some("confirmed"),
        basis: basis.to_owned(),
        n_judged: kept.n_judged,
        n_kept: kept.n_kept,
        n_missing: kept.n_missing,
        kept_percent: kept_share.map(|share| figure(id, share, PERCENT)).transpose()?,
        deficit_10k_m3: kept.deficit_10k_m3,
        shortfalls: kept.shortfalls,
        flows,
    })
}

/// A method with what it asks for, or why it cannot.
struct Method {
    id: &'static str,
    found: Result<[f64; 12], &'static str>,
    n_years: usize,
}

impl Method {
    fn row(self, gauge: &str) -> Result<MethodRow, RiverError> {
        let (mut month_m3_s, mut why_not) = (Vec::new(), "");
        match self.found {
            Ok(flows) => {
                for flow in flows {
                    month_m3_s.push(figure(gauge, flow, M3_S)?);
                }
            }
            Err(why) => why_not = why,
        }
        Ok(MethodRow { method: self.id.to_owned(), month_m3_s, why_not: why_not.to_owned(), n_years: self.n_years })
    }
}

/// The reason of a method that cannot be used, in a word.
fn why(error: &NoDesignFlow) -> &'static str {
    if matches!(error, NoDesignFlow::TooFewYears { .. }) { "too_few_years" } else { "other" }
}

fn methods(known: &GaugeFlows, mean: Option<f64>, excluded: &[u8], given: &Given) -> Result<Vec<Method>, RiverError> {
    let grade = TENNANT.as_ref().zip(mean).and_then(|(table, mean)| {
        let flows = tennant(mean, table).ok()?;
        flows.into_iter().find(|flow| flow.grade == given.grade).map(|flow| flow.month_m3_s)
    });
    let driest = driest_months(&known.months, excluded).map_err(|error| RiverError::Parameter {
        id: "excluded_months".to_owned(),
        found: format!("{excluded:?}"),
        expected: error.to_string(),
    })?;
    let n_years = driest.years.len();
    let mut methods = vec![
        Method { id: "tennant", found: grade.ok_or("no_flow"), n_years },
        Method { id: "driest_guaranteed", found: at_guarantee(&driest, given), n_years },
        Method {
            id: "driest_last_years",
            found: last_years(&driest, given.min_years).map(|last| [last.mean_m3_s; 12]).map_err(|error| why(&error)),
            n_years,
        },
    ];
    let (low, many) = match &known.days {
        None => (Err("no_days"), Err("no_days")),
        Some(days) => {
            let asked = LowFlowAsked { window_days: 7, return_period_a: 10.0, first_month: 4, min_years: given.min_years };
            let low = low_flow(days, &asked).map(|(low, _)| [low.value_m3_s; 12]).map_err(|error| why(&error));
            (low, duration(days, given.guarantee, Reading::Weibull).map(|flow| [flow; 12]).map_err(|_| "other"))
        }
    };
    methods.push(Method { id: "low_flow_7q10", found: low, n_years });
    methods.push(Method { id: "duration", found: many, n_years });
    Ok(methods)
}

fn at_guarantee(driest: &DriestMonths, given: &Given) -> Result<[f64; 12], &'static str> {
    guaranteed(driest, given.guarantee, given.min_years).map(|found| [found.weibull_m3_s; 12]).map_err(|error| why(&error))
}

/// What each month needs; nothing where a month of the year has no complete record at all.
fn needs(means: &[MonthMean], methods: &[Method]) -> Result<Vec<hydro::ecoflow::MonthRequirement>, BadInput> {
    let mut natural_m3_s = [0.0; 12];
    for (month, flow) in (1u8..=12).zip(&mut natural_m3_s) {
        let Some(mean) = natural(means, month) else { return Ok(Vec::new()) };
        *flow = mean;
    }
    let mut asked = Vec::new();
    for method in methods {
        if let Ok(month_m3_s) = method.found {
            asked.push(MethodFlow { method: method.id.to_owned(), month_m3_s });
        }
    }
    envelope(&asked, &natural_m3_s)
}

/// The mean of a month of the year over its complete records, m³/s.
fn natural(means: &[MonthMean], month: u8) -> Option<f64> {
    let flows: Vec<f64> = means.iter().filter(|mean| mean.month == month && mean.complete).map(|mean| mean.mean_m3_s).collect();
    (!flows.is_empty()).then(|| flows.iter().sum::<f64>() / flows.len() as f64)
}

fn period(mean: &MonthMean) -> String {
    format!("{}-{:02}", mean.year, mean.month)
}
