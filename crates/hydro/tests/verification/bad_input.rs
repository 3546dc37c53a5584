//! What cannot be is refused, by name.

use hydro::decay::Season;
use hydro::design_flow::low_flow::{LowFlowAsked, low_flow, of_minima};
use hydro::network::{Fault, Faults, Flows, Records, build, water};
use hydro::steady::{Conditions, Loads, Rates};
use hydro::{DailyFlows, Day};

use crate::case::within;
use crate::network::plausible;

const RIVER: &str = r#"
node = [{ id = "a" }, { id = "b" }, { id = "c", end = "mouth" }]
inflow = [{ id = "spring", kind = "headwater", place = "a", flow = "1 m³/s", quality = { cod = "5 mg/L" } }]
intake = [{ id = "works", place = "b", flow = "0.2 m³/s" }]
section = [{ id = "s", place = { reach = "bc", distance = "1 km" } }]
reach = [
  { id = "ab", from = "a", to = "b", length = "2 km", hydraulics = { form = "given", velocity = "0.5 m/s" }, decay = { cod = "0.2 1/d" } },
  { id = "bc", from = "b", to = "c", length = "3 km", hydraulics = { form = "given", velocity = "0.5 m/s" }, decay = { cod = "0.2 1/d" } },
]
"#;

fn faults(from: &str, to: &str) -> Vec<String> {
    assert!(RIVER.contains(from), "{from}");
    let records: Records = toml::from_str(&RIVER.replacen(from, to, 1)).unwrap();
    let Err(Faults(faults)) = build(&records, &plausible()) else { panic!("{to} was let pass") };
    faults.iter().map(ToString::to_string).collect()
}

#[test]
fn every_fault_of_a_network_is_named() {
    let cases = [
        (r#"to = "c""#, r#"to = "a""#, "reaches run in a circle: a → b → bc@1000 → a"),
        (r#"id = "c", end = "mouth""#, r#"id = "c""#, "node `c` is a dangling end: no reach leaves it and it is no mouth"),
        (
            r#"{ id = "b" }"#,
            r#"{ id = "b", end = "mouth" }"#,
            "the network has several mouths: b, c; expected one, and the others declared as side ends",
        ),
        (r#""c", end = "mouth""#, r#""c", end = "side""#, "the part of the network around node `a` has no mouth"),
        (r#"{ id = "b" }"#, r#"{ id = "b" }, { id = "d" }"#, "node `d` has no reach"),
        (r#"place = "b""#, r#"place = "z""#, "intake `works`: there is no node `z`"),
        (r#"place = "a""#, r#"place = "b""#, "node `a` begins a river without water: no reach arrives and nothing flows in"),
        (r#"length = "2 km""#, r#"length = "2 s""#, "reach `ab`: length (m): unit `s` is unknown here, expected one of m, km"),
        (r#"length = "2 km""#, r#"length = "0 km""#, "reach `ab`: length (m) is 0, expected a number above zero"),
        (r#"velocity = "0.5 m/s""#, r#"velocity = "-1 m/s""#, "reach `ab`: velocity (m/s) is -1, expected a number above zero"),
        (r#"flow = "1 m³/s""#, r#"flow = "-1 m³/s""#, "inflow `spring`: flow (m³/s) is -1, expected zero or more"),
        (r#"cod = "0.2 1/d""#, r#"cod = "-0.2 1/d""#, "reach `ab`: decay (1/d) of cod is -0.2, expected zero or more"),
        (
            r#"hydraulics = { form = "given", velocity = "0.5 m/s" }, "#,
            "",
            "reach `ab` has no hydraulics, expected a velocity, α and β, or a channel for Manning's formula",
        ),
        (r#"distance = "1 km""#, r#"distance = "4 km""#, "section `s` lies 4000 m along reach `bc`, which is 3000 m long"),
        (r#"id = "b""#, r#"id = "a""#, "node `a` stands twice"),
        (
            r#"length = "2 km""#,
            r#"length = "2 km", share = 0.5"#,
            "the shares of the reaches that leave node `a` add up to 0.5, expected 1",
        ),
    ];
    for (from, to, expected) in cases {
        let found = faults(from, to);
        assert!(found.iter().any(|fault| fault == expected), "{to}: expected {expected}, found {found:?}");
    }
}

#[test]
fn several_faults_are_named_at_once() {
    let found = faults(r#"length = "2 km", hydraulics = { form = "given", velocity = "0.5 m/s" }"#, r#"length = "2 s""#);
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn an_intake_on_a_node_without_reaches_is_named() {
    let text = RIVER.replace(r#"{ id = "b" },"#, r#"{ id = "b" }, { id = "d" },"#).replace(r#"place = "b""#, r#"place = "d""#);
    let records: Records = toml::from_str(&text).unwrap();
    let Err(Faults(faults)) = build(&records, &plausible()) else { panic!("it was let pass") };
    assert_eq!(faults, [Fault::Disconnected { node: "d".to_owned(), on_it: vec!["intake `works`".to_owned()] }]);
    assert_eq!(faults[0].to_string(), "node `d` has no reach, but on it lie intake `works`");
}

#[test]
fn a_slip_of_the_unit_is_warned_of() {
    let records: Records = toml::from_str(&RIVER.replacen("0.2 1/d", "0.2 1/s", 1)).unwrap();
    let network = build(&records, &plausible()).unwrap();
    let warnings: Vec<String> = network.warnings().iter().map(ToString::to_string).collect();
    let expected = "reach `ab`: decay (1/d) of cod is 17280, which is not between 0.001 and 100; is the unit right";
    assert_eq!(warnings, [expected]);
}

#[test]
fn an_intake_that_takes_more_than_there_is_is_named() {
    let records: Records = toml::from_str(RIVER).unwrap();
    let network = build(&records, &plausible()).unwrap();
    let mut flows = Flows::recorded(&network);
    flows.intake_m3_s[0] = 1.5;
    let refused = water(&network, &flows).unwrap_err();
    assert_eq!(refused.to_string(), "intakes at node `b` take 1.5 m³/s, but only 1 m³/s arrive");
    flows.intake_m3_s[0] = 1.0;
    assert_eq!(water(&network, &flows).unwrap_err().to_string(), "no water is left for reach `bc@0`");
    flows.inflow_m3_s[0] = 0.0;
    assert_eq!(water(&network, &flows).unwrap_err().to_string(), "no water arrives at node `a`");
}

#[test]
fn a_missing_coefficient_is_named_and_never_made_up() {
    let records: Records = toml::from_str(RIVER).unwrap();
    let network = build(&records, &plausible()).unwrap();
    let open = Conditions { season: Season::Open { temperature_c: 12.0 }, theta: 1.047 };
    let missing = Rates::recorded(&network, "tp", &open).unwrap_err();
    let expected = "reach `ab` has no decay coefficient of tp at 20 ℃, expected one, or zero for a conservative substance";
    assert_eq!(missing.to_string(), expected);
    let ice = Conditions { season: Season::Ice, theta: 1.047 };
    let missing = Rates::recorded(&network, "cod", &ice).unwrap_err();
    assert_eq!(missing.to_string(), "reach `ab` has no decay coefficient of cod under ice, expected one for the ice season");
    assert_eq!(Loads::recorded(&network, "tp").unwrap_err().to_string(), "inflow `spring` has no concentration of tp");
}

#[test]
fn too_short_a_record_gives_no_7q10_and_a_constant_one_gives_the_constant() {
    let first: Day = "2016-04-01".parse().unwrap();
    let flows = DailyFlows::new((0..2000).map(|n| (first.plus(n), 1.0)).collect()).unwrap();
    let asked = LowFlowAsked { window_days: 7, return_period_a: 10.0, first_month: 4, min_years: 10 };
    let refused = low_flow(&flows, &asked).unwrap_err();
    assert_eq!(refused.to_string(), "the record has 5 complete years, expected at least 10");
    within("constant", of_minima(&[0.3; 12], 10.0).unwrap().value_m3_s, 0.3, 1e-12);
}
