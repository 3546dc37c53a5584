//! The river model on rows: cases worked out by hand, replays, and what is refused.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use judge::river::{Asked, Found, Inputs, Model, Row, Tables, replay, run};

/// Rows out of lines `kind id field=value …`.
fn tables(lines: &str) -> Tables {
    let mut tables = Tables::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut words = line.split_whitespace();
        let (kind, id) = (words.next().unwrap(), words.next().unwrap());
        let fields = words.map(|word| word.split_once('=').unwrap()).map(|(field, value)| (field.to_owned(), value.replace('_', " ")));
        let fields: BTreeMap<String, String> = fields.collect();
        tables.entry(kind.to_owned()).or_default().push(Row { id: id.to_owned(), fields, made_up: false });
    }
    tables
}

fn inputs(model: Model, tables: Tables, asked: &[(&str, &str)]) -> Inputs {
    let given = asked.iter().map(|(id, value)| ((*id).to_owned(), (*value).to_owned())).collect();
    Inputs { model, asked: Asked::new(model, given).unwrap(), tables }
}

fn refused(model: Model, lines: &str, asked: &[(&str, &str)]) -> String {
    run(&inputs(model, tables(lines), asked)).unwrap_err().to_string()
}

/// Ten kilometres at 0.1 m/s with K = 0.2 1/d: e^(−KL/u) is 0.793357.
const RIVER: &str = "
    river_node n1 origin=measured
    river_node n2 end=mouth origin=measured
    river_reach r1 from_node=n1 to_node=n2 length_km=10 velocity_m_s=0.1 decay_cod_per_d=0.2 class=III origin=measured
    inflow head kind=headwater node=n1 flow_m3_s=2 cod_mg_l=15 origin=measured
    river_section end node=n2 class=II origin=measured
";

const AT_20: [(&str, &str); 2] = [("item", "cod"), ("temperature_c", "20")];

#[test]
fn an_outlet_adds_what_was_worked_out_by_hand() {
    let lines = format!("{RIVER}\n inflow out kind=outlet reach=r1 chainage_km=5 flow_m3_s=0.1 cod_mg_l=100 origin=measured");
    let Found::Steady(found) = run(&inputs(Model::Steady, tables(&lines), &AT_20)).unwrap().found else { panic!("steady") };
    let section = &found.sections[0];
    assert_eq!((section.mg_l.to_string(), section.target_mg_l.unwrap().to_string()), ("15.5751".to_owned(), "15".to_owned()));
    assert_eq!((section.meets, section.over_mg_l.unwrap().to_string()), (Some(false), "0.5751".to_owned()));
    let outlet = section.sources.iter().find(|source| source.name.id == "out").unwrap();
    assert_eq!((outlet.mg_l.to_string(), outlet.cut_alone_percent.unwrap().to_string()), ("4.2415".to_owned(), "13.60".to_owned()));
    assert_eq!(section.background_mg_l.to_string(), "11.3337");
}

#[test]
fn capacity_has_the_figures_of_the_worked_example() {
    let mut asked = AT_20.to_vec();
    asked.extend([("unevenness", "1"), ("safety_margin", "0")]);
    let Found::Capacity(found) = run(&inputs(Model::Capacity, tables(RIVER), &asked)).unwrap().found else { panic!("capacity") };
    let forms: Vec<String> = found.zones[0].forms_t_a.iter().map(ToString::to_string).collect();
    assert_eq!(forms, ["643.922", "573.545", "572.267", "510.860"].map(str::to_owned));
    assert_eq!((found.zones[0].capacity_t_a, found.zones[0].load_t_a.to_string()), (found.zones[0].forms_t_a[2], "0".to_owned()));
}

#[test]
fn a_run_comes_out_the_same_and_the_order_of_fields_cannot_show() {
    let first = run(&inputs(Model::Steady, tables(RIVER), &AT_20)).unwrap();
    let again = replay(&first.inputs, &first.result).unwrap();
    assert!(again.same);
    assert_eq!(again.run, first);
    let other = run(&inputs(Model::Steady, tables(RIVER), &[("item", "cod"), ("temperature_c", "19")])).unwrap();
    assert_ne!(other.id, first.id);
    // A default that is typed is the same question.
    let typed = run(&inputs(Model::Steady, tables(RIVER), &[("item", "cod"), ("temperature_c", "20"), ("theta", "1.047")])).unwrap();
    assert_eq!(typed.id, first.id);
}

#[test]
fn what_cannot_be_used_is_named() {
    let cases = [
        (
            RIVER.replace("length_km=10", "length_km=ten"),
            "river_reach `r1`: length_km is `ten`, expected a number in km, or one with its unit",
        ),
        (RIVER.replace("length_km=10", "length_km=10_s"), "reach `r1`: length (m): unit `s` is unknown here, expected one of m, km"),
        (RIVER.replace("flow_m3_s=2", "flow_m3_s=-2"), "inflow `head`: flow (m³/s) is -2, expected zero or more"),
        (
            RIVER.replace("velocity_m_s=0.1", ""),
            "reach `r1` has no hydraulics, expected a velocity, α and β, or a channel for Manning's formula",
        ),
        (
            RIVER.replace("kind=headwater node=n1", "kind=headwater"),
            "inflow `head`: node is empty, and so is reach, expected either a node, or a reach with a chainage",
        ),
        (String::new(), "there is no river_reach, expected rows of the register or a file river_reach.csv"),
    ];
    for (lines, expected) in cases {
        let said = refused(Model::Steady, &lines, &AT_20);
        assert!(said.contains(expected), "{said}");
    }
    let ice = refused(Model::Steady, RIVER, &[("item", "cod"), ("season", "ice")]);
    assert_eq!(ice, "reach `r1` has no decay coefficient of cod under ice, expected one for the ice season");
    let changes = refused(Model::Steady, RIVER, &[("item", "cod"), ("changes", "nobody=0.5")]);
    assert!(changes.contains("there is no source `nobody`"), "{changes}");
    let asked = Asked::new(Model::Steady, BTreeMap::from([("season".to_owned(), "spring".to_owned())]));
    assert_eq!(asked.unwrap_err().to_string(), "parameter season is `spring`, expected one of open, ice");
}

#[test]
fn a_length_may_carry_its_own_unit() {
    let plain = run(&inputs(Model::Steady, tables(RIVER), &AT_20)).unwrap();
    let metres = run(&inputs(Model::Steady, tables(&RIVER.replace("length_km=10", "length_km=10000_m")), &AT_20)).unwrap();
    assert_eq!(plain.result, metres.result);
}

/// Twelve months of ten years with 2 m³/s, but 1 m³/s in May of the last.
fn gauge(extra: &str) -> String {
    let mut lines = format!("flow_gauge g1 origin=measured {extra}\n");
    for year in 2011..=2020 {
        for month in 1..=12 {
            let flow = if (year, month) == (2020, 5) { 1 } else { 2 };
            lines.push_str(&format!("flow_month m{year}{month:02} gauge=g1 month={year}-{month:02} flow_m3_s={flow} origin=measured\n"));
        }
    }
    lines
}

#[test]
fn months_are_held_against_the_fixed_flow_and_frozen_ones_are_not() {
    let lines = gauge("required_m3_s=1.5 required_mark=confirmed frozen_months=12,1,2");
    let Found::Ecoflow(found) = run(&inputs(Model::Ecoflow, tables(&lines), &[])).unwrap().found else { panic!("ecoflow") };
    let gauge = &found.gauges[0];
    assert_eq!((gauge.n_judged, gauge.n_kept, gauge.n_missing, gauge.basis.as_str()), (90, 89, 0, "fixed"));
    // 0.5 m³/s over 31 days of 8.64·10⁴ m³.
    assert_eq!(gauge.deficit_10k_m3.to_string(), "133.92");
    assert_eq!((gauge.shortfalls.len(), gauge.shortfalls[0].month.as_str()), (1, "2020-05"));
    let without_days = gauge.methods.iter().filter(|method| method.why_not == "no_days").count();
    assert_eq!(without_days, 2);
}

#[test]
fn nine_years_are_too_few_for_ten() {
    let lines: String = gauge("").lines().filter(|line| !line.contains("month=2011")).map(|line| format!("{line}\n")).collect();
    let Found::Ecoflow(found) = run(&inputs(Model::Ecoflow, tables(&lines), &[])).unwrap().found else { panic!("ecoflow") };
    let driest = found.gauges[0].methods.iter().find(|method| method.method == "driest_guaranteed").unwrap();
    assert_eq!((driest.why_not.as_str(), driest.n_years), ("too_few_years", 9));
    assert_eq!(found.gauges[0].basis, "computed");
    assert!(found.assumed);
}
