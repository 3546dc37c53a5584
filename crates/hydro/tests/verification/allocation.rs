//! Who cuts how much: the plans of each rule to the digits, and what cannot be met.

use hydro::allocate::{NoPlan, Plan, Problem, Rule, Segment, by_contribution, equal_share, plan};
use hydro::network::{Flows, Records, build, water};
use hydro::steady::receptor::source_receptor;
use hydro::steady::{Loads, Rates};
use toml::Table;

use crate::case::{near, number, numbers, part, read, text, typed, within};
use crate::network::{AS_GIVEN, plausible};

/// The problem of the case, with another limit at one section if so wanted.
fn problem(case: &Table, other: Option<(&str, f64)>) -> Problem {
    let records: Records = typed(&read(include_str!("../cases/network.toml")), "network");
    let network = build(&records, &plausible()).unwrap();
    let water = water(&network, &Flows::recorded(&network)).unwrap();
    let rates = Rates::recorded(&network, "nh3n", &AS_GIVEN).unwrap();
    let loads = Loads::recorded(&network, "nh3n").unwrap();
    let matrix = source_receptor(&network, &water, &rates);
    let curves = part(case, "curves");
    let curve = |id: &String| {
        let numbers = numbers(curves, id);
        (id.clone(), vec![Segment { cut_kg_d: numbers[0], cost_per_kg_d: numbers[1] }])
    };
    let curves: Vec<(String, Vec<Segment>)> = curves.keys().map(curve).collect();
    let limit = |id: &String| {
        let limit = number(part(case, "limits"), id);
        (network.section(id).unwrap(), other.filter(|(section, _)| section == id).map_or(limit, |(_, limit)| limit))
    };
    let limits: Vec<_> = part(case, "limits").keys().map(limit).collect();
    Problem::of_network(&network, &water, &loads, &matrix, &curves, &limits).unwrap()
}

fn loads_are(found: &Plan, expected: &Table) {
    for source in &found.sources {
        near(&source.id, source.load_kg_d, number(expected, &source.id));
    }
}

#[test]
fn the_largest_load_and_its_prices_to_the_digits() {
    let case = read(include_str!("../cases/allocation.toml"));
    let found = plan(&problem(&case, None), Rule::MostLoad).unwrap();
    let expected = part(&case, "most_load");
    near("total", found.total_kg_d, number(expected, "total_kg_d"));
    loads_are(&found, part(expected, "load_kg_d"));
    for section in &found.sections {
        within(&section.id, section.price_per_mg_l, number(part(expected, "price"), &section.id), 1e-5);
    }
    assert_eq!((found.price_of, found.account.tie_break.as_str()), ("kg/d", "cost"));
}

#[test]
fn the_least_cost_to_the_digits() {
    let case = read(include_str!("../cases/allocation.toml"));
    let found = plan(&problem(&case, None), Rule::LeastCost).unwrap();
    let expected = part(&case, "least_cost");
    within("cost", found.cost, number(expected, "cost"), 1e-5);
    for source in &found.sources {
        within(&source.id, source.load_kg_d, number(part(expected, "load_kg_d"), &source.id), 1e-6);
    }
    assert!(found.sections.iter().all(|section| -1e-9 <= section.room_mg_l));
}

#[test]
fn equal_and_fairest_shares_to_the_digits() {
    let case = read(include_str!("../cases/allocation.toml"));
    let problem = problem(&case, None);
    let found = equal_share(&problem).unwrap();
    let expected = part(&case, "equal_share");
    near("share", found.loads_kg_d[0] / problem.present_kg_d()[0], number(expected, "kept"));
    near("total", found.loads_kg_d.iter().sum(), number(expected, "total_kg_d"));
    assert_eq!(found.binding, [text(expected, "binding")]);
    let found = plan(&problem, Rule::Fairest).unwrap();
    near("least kept", found.least_kept.unwrap(), number(part(&case, "fairest"), "least_kept"));
    near("total", found.total_kg_d, number(part(&case, "fairest"), "total_kg_d"));
}

#[test]
fn sharing_by_contribution_brings_every_section_to_its_target() {
    let case = read(include_str!("../cases/allocation.toml"));
    let problem = problem(&case, None);
    let found = by_contribution(&problem).unwrap();
    for (target, mg_l) in problem.targets().iter().zip(&found.sections_mg_l) {
        assert!(*mg_l <= target.limit_mg_l * (1.0 + 1e-9), "{}: {mg_l}", target.id);
    }
    assert!(found.below_floor.is_empty());
}

#[test]
fn what_cannot_be_met_is_named() {
    let case = read(include_str!("../cases/allocation.toml"));
    let expected = part(&case, "infeasible");
    let section = text(expected, "section");
    let problem = problem(&case, Some((section, number(expected, "limit_mg_l"))));
    let Err(NoPlan::CannotBeMet(found)) = plan(&problem, Rule::LeastCost) else { panic!("there is a plan") };
    assert_eq!(found.sections.len(), 1);
    let at = &found.sections[0];
    assert_eq!(at.id, section);
    assert!(!at.background_alone);
    near("least", at.least_mg_l, number(expected, "least_mg_l"));
    near("background", at.background_mg_l, number(expected, "background_mg_l"));
    near("excess", at.excess_mg_l, number(expected, "excess_mg_l"));
    assert!(found.to_string().starts_with("cannot be met: all sources at their floors still exceed the target at `N4` by 0.066"));
}
