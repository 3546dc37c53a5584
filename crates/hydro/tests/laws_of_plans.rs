//! Laws of spills, allocations and dispatches: mass is kept, water is never made, the optimum is what trying everything finds.
#![allow(clippy::unwrap_used)]

use hydro::allocate::{Cuttable, Measure, Problem, Rule, Segment, Target, equal_share, measures, plan};
use hydro::dispatch::{Aim, Curve, Demand, Evaporation, Feed, Section, Store, System, Use, Way, in_order, rule_curve};
use hydro::hydraulics::{Hydraulics, PowerLaw};
use hydro::lp::{Model, NoOptimum, Objective, solve};
use hydro::random::Random;
use hydro::spill::{Course, Joint, Period, Reach, Release, Settings, Shape, Source, Spilled, run};
use proptest::prelude::*;

/// A fork, a confluence and a reservoir: 0 → 1, 1 → 2 and 1 → 3, both → 4 (a reservoir) → 5.
fn course(numbers: &[f64]) -> Course {
    let joint = |i: usize| Joint { id: format!("j{i}"), tank_m3: (i == 4).then_some(2e5), tank_decay_per_d: 0.0 };
    let ways = [(0, 1, 1.0), (1, 2, 0.6), (1, 3, 0.4), (2, 4, 1.0), (3, 4, 1.0), (4, 5, 1.0)];
    let reach = |(i, (from, to, share)): (usize, (usize, usize, f64))| {
        let velocity = PowerLaw { alpha: 0.1 + 0.5 * numbers[i], beta: 0.3 };
        Reach {
            id: format!("r{i}"),
            from,
            to,
            length_m: 100.0 + 6000.0 * numbers[i + 1],
            shape: Shape::Hydraulics(Hydraulics::Power { velocity, depth: None }),
            lateral_m3_s_m: 0.0,
            dispersion_m2_s: 40.0 * numbers[i + 2],
            decay_per_d: 0.0,
            share,
        }
    };
    Course::new((0..6).map(joint).collect(), ways.into_iter().enumerate().map(reach).collect()).unwrap()
}

fn period(from_s: f64, flow_m3_s: f64) -> Period {
    Period {
        from_s,
        inflow_m3_s: vec![flow_m3_s, 0.0, 0.2, 0.0, 0.0, 0.0],
        taken_m3_s: vec![0.0, 0.0, 0.0, 0.1, 0.0, 0.0],
        release_m3_s: vec![None; 6],
    }
}

fn carried(course: &Course, periods: &[Period], releases: &[Release]) -> Spilled {
    let settings = Settings {
        cell_m: 300.0,
        until_s: 12.0 * 3600.0,
        courant: 0.8,
        longest_step_s: 600.0,
        watch: vec![2, 5],
        frame_every_s: None,
        start_mg_l: None,
    };
    run(course, periods, releases, &settings).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_spill_keeps_its_mass_and_is_never_negative(numbers in prop::collection::vec(0.05..1.0f64, 8), flow in 1.0..20.0f64, later in 1.0..20.0f64) {
        let course = course(&numbers);
        let periods = [period(0.0, flow), period(6.0 * 3600.0, later)];
        let release = |source| Release { joint: 1, source };
        let releases =
            [release(Source::AtOnce { mass_g: 1e5 }), release(Source::Over { from_s: 1000.0, until_s: 9000.0, g_s: 20.0 })];
        let spilled = carried(&course, &periods, &releases);
        let ledger = spilled.ledger;
        prop_assert!(ledger.residual_g.abs() <= 1e-9 * ledger.entered_g, "{ledger:?}");
        prop_assert!((ledger.entered_g - 1e5 - 1.6e5).abs() < 1e-3);
        prop_assert!(spilled.end_mg_l.iter().flatten().all(|mg_l| 0.0 <= *mg_l));
        prop_assert!(spilled.samples.iter().flatten().all(|sample| 0.0 <= sample.mg_l && sample.mg_l.is_finite()));
        let twice = releases.map(|release| match release.source {
            Source::AtOnce { mass_g } => Release { source: Source::AtOnce { mass_g: 2.0 * mass_g }, ..release },
            Source::Over { from_s, until_s, g_s } => Release { source: Source::Over { from_s, until_s, g_s: 2.0 * g_s }, ..release },
            other => Release { source: other, ..release },
        });
        let doubled = carried(&course, &periods, &twice);
        for (one, two) in spilled.samples.iter().flatten().zip(doubled.samples.iter().flatten()) {
            prop_assert!((2.0 * one.mg_l - two.mg_l).abs() <= 1e-9 * (1.0 + two.mg_l));
        }
    }

    #[test]
    fn water_that_is_everywhere_alike_stays_so(numbers in prop::collection::vec(0.05..1.0f64, 8), flow in 1.0..20.0f64, later in 1.0..20.0f64) {
        let course = course(&numbers);
        let inflow = |joint| Release { joint, source: Source::Inflow { from_s: 0.0, until_s: 1e9, mg_l: 7.0 } };
        let first = carried(&course, &[period(0.0, flow)], &[inflow(0), inflow(2), Release { joint: 4, source: Source::AtOnce { mass_g: 7.0 * 2e5 } }]);
        let settings = Settings {
            cell_m: 300.0,
            until_s: 6.0 * 3600.0,
            courant: 0.8,
            longest_step_s: 600.0,
            watch: vec![1, 3],
            frame_every_s: None,
            start_mg_l: Some(first.end_mg_l.iter().map(|cells| vec![7.0; cells.len()]).collect()),
        };
        let reservoir = Release { joint: 4, source: Source::AtOnce { mass_g: 7.0 * 2e5 } };
        let spilled = run(&course, &[period(0.0, flow), period(7200.0, later)], &[inflow(0), inflow(2), reservoir], &settings).unwrap();
        for mg_l in spilled.end_mg_l.iter().flatten().chain(spilled.samples.iter().flatten().map(|sample| &sample.mg_l)) {
            prop_assert!((mg_l - 7.0).abs() < 1e-8, "{mg_l}");
        }
    }

    #[test]
    fn the_optimum_is_what_trying_all_corners_finds(
        costs in prop::collection::vec(-5.0..5.0f64, 2), highs in prop::collection::vec(0.5..10.0f64, 2),
        rows in prop::collection::vec((-3.0..3.0f64, -3.0..3.0f64, -2.0..8.0f64), 1..5),
    ) {
        let mut model = Model::default();
        let columns: Vec<usize> = highs.iter().enumerate().map(|(i, high)| model.column(format!("x{i}"), 0.0, *high)).collect();
        for (i, (a, b, most)) in rows.iter().enumerate() {
            model.row(format!("row {i}"), f64::NEG_INFINITY, *most, vec![(columns[0], *a), (columns[1], *b)]);
        }
        let mut lines: Vec<(f64, f64, f64)> = rows.clone();
        lines.extend([(1.0, 0.0, highs[0]), (0.0, 1.0, highs[1]), (-1.0, 0.0, 0.0), (0.0, -1.0, 0.0)]);
        let mut best: Option<f64> = None;
        for (i, one) in lines.iter().enumerate() {
            for other in &lines[..i] {
                let determinant = one.0 * other.1 - one.1 * other.0;
                if determinant.abs() < 1e-9 {
                    continue;
                }
                let x = (one.2 * other.1 - one.1 * other.2) / determinant;
                let y = (one.0 * other.2 - one.2 * other.0) / determinant;
                if lines.iter().all(|(a, b, most)| a * x + b * y <= most + 1e-7) {
                    let value = costs[0] * x + costs[1] * y;
                    best = Some(best.map_or(value, |best| best.min(value)));
                }
            }
        }
        let objective = Objective::new("cost", vec![(columns[0], costs[0]), (columns[1], costs[1])]);
        match (solve(&model, &[objective]), best) {
            (Ok(found), Some(best)) => prop_assert!((found.objectives[0] - best).abs() < 1e-5, "{} {best}", found.objectives[0]),
            (Err(NoOptimum::Infeasible { misses }), None) => prop_assert!(!misses.is_empty()),
            // Where all hangs on a corner that just touches, either may be right.
            (Err(NoOptimum::Infeasible { misses }), Some(_)) => prop_assert!(misses.iter().all(|miss| miss.by.abs() < 1e-5)),
            (found, best) => prop_assert!(false, "{found:?} {best:?}"),
        }
    }

    #[test]
    fn plans_meet_their_targets_and_none_is_cheaper(
        loads in prop::collection::vec(10.0..100.0f64, 3), shares in prop::collection::vec(0.3..0.9f64, 3),
        costs in prop::collection::vec(0.1..5.0f64, 3), factors in prop::collection::vec(0.0..0.01f64, 6),
        strict in 0.4..1.0f64,
    ) {
        let curve = |i: usize| vec![Segment { cut_kg_d: loads[i] * shares[i], cost_per_kg_d: costs[i] }];
        let sources: Vec<Cuttable> = (0..3).map(|i| Cuttable { id: format!("s{i}"), present_kg_d: loads[i], curve: curve(i) }).collect();
        let now = |k: usize| 0.1 + (0..3).map(|i| factors[3 * k + i] * loads[i]).sum::<f64>();
        let targets = (0..2).map(|k| Target { id: format!("t{k}"), background_mg_l: 0.1, limit_mg_l: 0.1 + (now(k) - 0.1) * strict + 1e-6 }).collect();
        let problem = Problem::new(sources, targets, factors.clone()).unwrap();
        let Ok(cheapest) = plan(&problem, Rule::LeastCost) else {
            prop_assert!(problem.can_be_met().is_err());
            return Ok(());
        };
        let most = plan(&problem, Rule::MostLoad).unwrap();
        let fairest = plan(&problem, Rule::Fairest).unwrap();
        let equal = equal_share(&problem).unwrap();
        for one in [&cheapest, &most, &fairest] {
            prop_assert!(one.sections.iter().all(|section| -1e-7 <= section.room_mg_l));
            prop_assert!(cheapest.cost <= one.cost + 1e-5 && one.total_kg_d <= most.total_kg_d + 1e-5);
        }
        if equal.below_floor.is_empty() {
            prop_assert!(equal.loads_kg_d[0] / loads[0] <= fairest.least_kept.unwrap() + 1e-6);
        }
        // Whole measures: a third, two thirds or all of the cut.
        let offer = |i: usize, part: f64| Measure { id: format!("m{i}"), load_kg_d: loads[i] * (1.0 - shares[i] * part), cost: costs[i] * loads[i] * shares[i] * part };
        let offers: Vec<Vec<Measure>> = (0..3).map(|i| vec![offer(i, 0.333), offer(i, 0.667), offer(i, 1.0)]).collect();
        let chosen = measures(&problem, &offers, 1000).unwrap();
        let mut best = f64::INFINITY;
        for code in 0..64usize {
            let picks = [code % 4, code / 4 % 4, code / 16];
            let of = |i: usize| if picks[i] == 0 { (loads[i], 0.0) } else { (offers[i][picks[i] - 1].load_kg_d, offers[i][picks[i] - 1].cost) };
            let tried: Vec<f64> = (0..3).map(|i| of(i).0).collect();
            if (0..2).all(|k| problem.mg_l(k, &tried) <= problem.targets()[k].limit_mg_l * (1.0 + 1e-12)) {
                best = best.min((0..3).map(|i| of(i).1).sum());
            }
        }
        prop_assert!(chosen.proved && (chosen.cost - best).abs() < 1e-9, "{} {best}", chosen.cost);
        prop_assert!(cheapest.cost <= chosen.cost + 1e-6);
    }

    #[test]
    fn dispatch_never_makes_water(seed in any::<u64>()) {
        let system = reservoirs(seed);
        let mut random = Random::seeded(seed ^ 1);
        let mut wanted = || (0..6).map(|_| 3e6 * random.unit()).collect::<Vec<f64>>();
        let curve = Curve {
            release_m3: vec![wanted(), wanted()],
            divert_m3: Vec::new(),
            keep_m3: vec![vec![6e6; 6]; 2],
            kept_share: 0.5,
        };
        let rule = rule_curve(&system, &curve).unwrap();
        let best = in_order(&system, &[Aim::Demand(Use::Drinking), Aim::Base, Aim::Target]).unwrap();
        for found in [&rule, &best] {
            prop_assert!(found.balance.residual_m3.abs() < 1.0, "{:?}", found.balance);
            for (series, store) in found.stores.iter().zip(&system.stores) {
                prop_assert!(series.end_m3.iter().all(|volume| -1e-3 <= *volume && *volume <= store.capacity_m3 + 1e-3));
                prop_assert!(series.release_m3.iter().chain(&series.spill_m3).all(|volume| -1e-3 <= *volume));
            }
        }
        prop_assert!(best.totals.drinking_m3 <= rule.totals.drinking_m3 + 1.0);
    }
}

/// Two reservoirs in a row with a lag between them and evaporation by depth.
fn reservoirs(seed: u64) -> System {
    let mut random = Random::seeded(seed);
    let mut series = |most: f64| (0..6).map(|_| most * random.unit()).collect::<Vec<f64>>();
    let store = |id: &str, inflow_m3: Vec<f64>, feeds: Vec<Feed>| Store {
        id: id.to_owned(),
        dead_m3: 1e6,
        capacity_m3: 2e7,
        high_m3: vec![2e7, 2e7, 1.2e7, 1.2e7, 2e7, 2e7],
        start_m3: 1e7,
        end_m3: None,
        inflow_m3,
        evaporation: Evaporation::Depth { depth_m: vec![0.1; 6], empty_m2: 1e5, m2_per_m3: 0.02 },
        least_release_m3: vec![0.0; 6],
        most_release_m3: vec![5e6; 6],
        most_change_m3: vec![None; 6],
        feeds,
        past_m3: vec![1e6],
    };
    let lagged = Feed { way: Way::Store(0), away: false, shares: vec![0.3, 0.7] };
    let base_m3 = series(2e6);
    let target_m3 = base_m3.iter().map(|base| base * 1.5).collect();
    System {
        period_s: vec![864_000.0; 6],
        stores: vec![store("upper", series(6e6), Vec::new()), store("lower", series(2e6), vec![lagged])],
        diversions: Vec::new(),
        demands: vec![Demand { id: "town".to_owned(), store: 1, purpose: Use::Drinking, wanted_m3: series(3e6) }],
        sections: vec![Section {
            id: "below".to_owned(),
            local_m3: vec![0.0; 6],
            feeds: vec![Feed { way: Way::Store(1), away: false, shares: vec![1.0] }],
            base_m3,
            target_m3,
        }],
    }
}
