//! Low flows, design flows and ecological flow of a record of 32 years.

use hydro::design_flow::driest::{driest_months, guaranteed, last_years};
use hydro::design_flow::duration::{by_month, duration};
use hydro::design_flow::frequency::{Reading, exceeded};
use hydro::design_flow::low_flow::{LowFlowAsked, low_flow, minima, of_minima};
use hydro::ecoflow::{AttainmentAsked, TennantFlow, TennantTable, attainment, tennant};
use hydro::{DailyFlows, Day, reference};
use toml::Table;

use crate::case::{near, number, numbers, part, read, rows, tables, text, within};

fn record() -> DailyFlows {
    let mut lines = include_str!("../cases/choptank-daily-flow.csv").lines().filter(|line| !line.starts_with('#'));
    let first: Day = lines.next().unwrap().parse().unwrap();
    let days = lines.zip(0..).map(|(flow, n)| (first.plus(n), flow.parse().unwrap()));
    DailyFlows::new(days.collect()).unwrap()
}

fn cases() -> Table {
    read(include_str!("../cases/low-flow.toml"))
}

fn tennant_flows(flows: &DailyFlows) -> Vec<TennantFlow> {
    let table: TennantTable = toml::from_str(reference::TENNANT).unwrap();
    tennant(flows.mean_m3_s(), &table).unwrap()
}

#[test]
fn the_record_is_whole() {
    let (flows, cases) = (record(), cases());
    let case = part(&cases, "record");
    assert_eq!(flows.days().len() as f64, number(case, "n_days"));
    assert_eq!(flows.n_missing(), 0);
    assert_eq!(flows.last().to_string(), "2011-09-30");
    near("mean", flows.mean_m3_s(), number(case, "mean_m3_s"));
    near("median", duration(&flows, 0.5, Reading::Linear).unwrap(), number(case, "median_m3_s"));
    let values = flows.flows_m3_s();
    near("least", values.iter().copied().fold(f64::INFINITY, f64::min), number(case, "least_m3_s"));
    near("greatest", values.iter().copied().fold(0.0, f64::max), number(case, "greatest_m3_s"));
}

#[test]
fn tennant_to_the_digits() {
    let (flows, cases) = (tennant_flows(&record()), cases());
    for (case, flow) in tables(&cases, "tennant").into_iter().zip(&flows) {
        assert_eq!(text(case, "grade"), flow.grade);
        near(&flow.grade, flow.general_m3_s, number(case, "general"));
        near(&flow.grade, flow.spawning_m3_s, number(case, "spawning"));
        assert_eq!(flow.general_to_m3_s.is_some(), case.contains_key("general_to"));
        if let (Some(general), Some(spawning)) = (flow.general_to_m3_s, flow.spawning_to_m3_s) {
            near(&flow.grade, general, number(case, "general_to"));
            near(&flow.grade, spawning, number(case, "spawning_to"));
        }
    }
}

#[test]
fn low_flows_to_the_digits() {
    let (flows, cases) = (record(), cases());
    let case = part(&cases, "minima");
    let found = minima(&flows, 7, 4).unwrap();
    let expected = rows(case, "years");
    assert_eq!(found.years.len(), expected.len());
    for (year, row) in found.years.iter().zip(&expected) {
        assert_eq!(f64::from(year.year), row[0]);
        near(&format!("{}", year.year), year.mean_m3_s, row[1]);
    }
    assert_eq!(found.left_out.iter().map(|(year, _)| *year).collect::<Vec<_>>(), [1979, 2011]);
    for row in rows(part(&cases, "low_flow"), "statistic") {
        let asked = LowFlowAsked { window_days: 7, return_period_a: row[0], first_month: 4, min_years: 10 };
        let (low, _) = low_flow(&flows, &asked).unwrap();
        let name = format!("7Q{}", row[0]);
        near(&name, low.factor.unwrap(), row[1]);
        near(&name, low.value_m3_s, row[2]);
        near(&name, low.wilson_hilferty_m3_s.unwrap(), row[4]);
        let moments = low.log_moments.unwrap();
        near(&name, moments.mean, number(case, "log_mean"));
        near(&name, moments.deviation, number(case, "log_deviation"));
        near(&name, moments.skew, number(case, "log_skew"));
        near(&name, (low.wilson_hilferty_m3_s.unwrap().log10() - moments.mean) / moments.deviation, row[3]);
    }
    let asked = LowFlowAsked { window_days: 7, return_period_a: 10.0, first_month: 1, min_years: 10 };
    let (calendar, years) = low_flow(&flows, &asked).unwrap();
    assert_eq!(years.years.len(), 31);
    near("7Q10 of calendar years", calendar.value_m3_s, rows(part(&cases, "low_flow"), "statistic")[2][2]);
    near("Weibull", calendar.weibull_m3_s, number(case, "weibull_7q10"));
}

#[test]
fn years_without_flow_count_by_conditional_probability() {
    let (flows, cases) = (record(), cases());
    let case = part(&cases, "zero_years");
    let dry = numbers(case, "years");
    let years = minima(&flows, 7, 4).unwrap().years;
    let dried = |year: i32, mean: f64| if dry.iter().any(|dry| (*dry - f64::from(year)).abs() < 0.5) { 0.0 } else { mean };
    let values: Vec<f64> = years.iter().map(|year| dried(year.year, year.mean_m3_s)).collect();
    let low = of_minima(&values, 10.0).unwrap();
    near("zero share", low.zero_share, number(case, "zero_share"));
    near("adjusted", low.adjusted.unwrap(), number(case, "adjusted"));
    near("mean", low.log_moments.unwrap().mean, number(case, "log_mean"));
    near("deviation", low.log_moments.unwrap().deviation, number(case, "log_deviation"));
    near("skew", low.log_moments.unwrap().skew, number(case, "log_skew"));
    near("7Q10", low.value_m3_s, number(case, "q10"));
    near("7Q5", of_minima(&values, 5.0).unwrap().value_m3_s, number(case, "q5"));
    near("7Q20", of_minima(&values, 20.0).unwrap().value_m3_s, 0.0);
}

#[test]
fn driest_months_to_the_digits() {
    let (flows, cases) = (record(), cases());
    let case = part(&cases, "driest");
    let driest = driest_months(&flows.month_means(), &[]).unwrap();
    let expected = rows(case, "years");
    assert_eq!(driest.years.len(), expected.len());
    for (year, row) in driest.years.iter().zip(&expected) {
        within(&format!("{}", year.year), year.mean_m3_s, row[1], 5e-6); // printed to six digits
    }
    let last = last_years(&driest, 10).unwrap();
    assert_eq!((last.from, last.to), (2001, 2010));
    near("mean of the last ten", last.mean_m3_s, number(case, "last_10_mean"));
    near("least of the last ten", last.least_m3_s, number(case, "last_10_least"));
    let found = guaranteed(&driest, 0.9, 30).unwrap();
    near("guaranteed", found.weibull_m3_s, number(case, "guarantee_90"));
    near("mean", found.moments.mean, number(case, "mean"));
    near("Cv", found.cv, number(case, "cv"));
    near("Cs", found.moments.skew, number(case, "cs"));
    near("Pearson III", found.pearson3_m3_s, number(case, "pearson3_90"));

    let open = driest_months(&flows.month_means(), &[7, 8, 9, 10]).unwrap();
    assert!(open.years.iter().zip(&driest.years).all(|(open, all)| all.mean_m3_s <= open.mean_m3_s));
}

#[test]
fn flow_duration_to_the_digits() {
    let (flows, cases) = (record(), cases());
    let case = part(&cases, "duration");
    let values = flows.flows_m3_s();
    for row in rows(case, "quantile") {
        for (reading, expected) in [(Reading::Weibull, row[1]), (Reading::Linear, row[2]), (Reading::Ranked, row[3])] {
            near(&format!("{} {reading:?}", row[0]), exceeded(&values, row[0], reading).unwrap().value, expected);
        }
    }
    for (month, row) in by_month(&flows, 0.9).unwrap().iter().zip(rows(case, "month")) {
        let name = format!("month {}", month.month);
        assert_eq!(f64::from(month.month), row[0]);
        near(&name, month.mean_m3_s, row[1]);
        near(&name, month.of_days_m3_s, row[2]);
        near(&name, month.of_means_m3_s.unwrap(), row[3]);
        near(&name, month.mean_of_means_m3_s.unwrap(), row[4]);
    }
}

#[test]
fn attainment_of_an_ecological_flow_to_the_digits() {
    let (flows, cases) = (record(), cases());
    let case = part(&cases, "attainment");
    let grade = tennant_flows(&flows).into_iter().find(|flow| flow.grade == text(case, "grade")).unwrap();
    let mut asked = AttainmentAsked {
        from: flows.first(),
        to: flows.last(),
        required_m3_s: grade.month_m3_s,
        excluded_months: Vec::new(),
        decimals: 6,
    };
    let found = attainment(&flows, &asked).unwrap();
    near("share", found.share.unwrap(), number(case, "share"));
    assert_eq!(f64::from(found.longest_below_days), number(case, "longest_below_days"));
    asked.required_m3_s = [rows(part(&cases, "low_flow"), "statistic")[2][2]; 12];
    let below = attainment(&flows, &asked).unwrap();
    assert_eq!(f64::from(below.n_expected - below.n_attained), number(case, "below_7q10_days"));

    asked.to = asked.to.plus(31);
    asked.excluded_months = vec![1, 2];
    let longer = attainment(&flows, &asked).unwrap();
    assert_eq!(longer.n_missing, 31);
    assert_eq!(longer.n_expected + longer.n_excluded, 11_688 + 31);
    assert_eq!(longer.months.len(), 10);
}
