//! Every limit of every table is met from both sides, and the laws that hold for any water.
#![allow(clippy::unwrap_used, missing_docs)]

use proptest::prelude::*;
use standards::limit_table::{self, Limit};
use standards::surface::{self, Body};
use standards::{Class, Decimal, Item, Rounding, Scaled, decimal, groundwater, unit};

const BODIES: [Body; 2] = [Body::River, Body::Lake];

/// One unit in the last place of a printed number, one place further than it is printed.
fn step(limit: Decimal) -> Decimal {
    Decimal::new(1, limit.scale() + 1)
}

#[test]
fn every_limit_of_gb3838_table_1_is_met_from_both_sides() {
    let mut met = 0;
    for (item, body) in Item::all().flat_map(|item| BODIES.map(|body| (item, body))) {
        for class in &Class::ALL[..5] {
            let Some(printed) = surface::limit(item, *class, body) else { continue };
            let judged = |value: Decimal| surface::class_of(item, value, body).unwrap();
            met += 1;
            if let Some((low, high)) = printed.split_once('~') {
                let (low, high) = (decimal(low).unwrap(), decimal(high).unwrap());
                assert_eq!([judged(low), judged(high)], [Class::I; 2]);
                assert_eq!([judged(low - step(low)), judged(high + step(high))], [Class::InferiorV; 2]);
                continue;
            }
            let limit = decimal(printed).unwrap();
            let worse = if surface::lower_is_worse(item) { limit - step(limit) } else { limit + step(limit) };
            assert!(judged(limit) <= *class, "{item} {printed} {body:?} is class {class} or better");
            assert!(*class < judged(worse), "{item} {worse} {body:?} is worse than class {class}");
            // Where two classes share a limit the better one is given.
            if let Some(better) = Class::from_rank(class.rank() - 1)
                && surface::limit(item, better, body) == Some(printed)
            {
                assert!(judged(limit) <= better, "{item} {printed}: equal limits give the better class");
            }
        }
    }
    // 22 items with limits for rivers, total nitrogen more for lakes, five classes each.
    assert_eq!(met, 22 * 5 + 23 * 5);
}

#[test]
fn every_limit_of_gb3838_tables_2_and_3_is_met_from_both_sides() {
    let sources: Vec<Item> = Item::all().filter(|item| surface::source_limit(*item).is_some()).collect();
    assert_eq!(sources.len(), 85);
    for item in sources {
        let limit = decimal(surface::source_limit(item).unwrap()).unwrap();
        assert_eq!(surface::source_complies(item, limit), Some(true));
        assert_eq!(surface::source_complies(item, limit + step(limit)), Some(false));
    }
}

#[test]
fn every_limit_of_gbt14848_is_met_from_both_sides() {
    assert_eq!(groundwater::items().len(), 93);
    for item in groundwater::items() {
        for class in &Class::ALL[..4] {
            let Some((printed, printed_unit)) = groundwater::limit(item, *class) else { continue };
            let Ok(limit) = decimal(printed) else { continue };
            let judged = |value: Decimal| groundwater::class_of(item, unit::convert(value, printed_unit, item.unit()).unwrap()).unwrap();
            assert!(judged(limit) <= *class, "{item} {printed}");
            assert!(*class < judged(limit + step(limit)), "{item} above {printed} is worse than {class}");
        }
    }
    for (value, class) in [
        ("5.49", Class::V),
        ("5.5", Class::IV),
        ("6.49", Class::IV),
        ("6.5", Class::I),
        ("8.5", Class::I),
        ("8.51", Class::IV),
        ("9.0", Class::IV),
        ("9.01", Class::V),
    ] {
        assert_eq!(groundwater::class_of(Item::by_id("ph").unwrap(), decimal(value).unwrap()), Some(class), "pH {value}");
    }
}

#[test]
fn every_limit_of_the_emission_and_drinking_water_tables_is_met_from_both_sides() {
    let mut per_standard = std::collections::BTreeMap::new();
    for row in limit_table::rows() {
        *per_standard.entry((row.standard.as_str(), row.table)).or_insert(0) += 1;
        let complies = |value: Decimal| row.limit.complies(value).unwrap();
        match &row.limit {
            Limit::None => assert_eq!(row.limit.complies(Decimal::ONE), None),
            Limit::NotDetected => assert!(complies(Decimal::ZERO) && !complies(Decimal::new(1, 6))),
            Limit::AtMost(limit) => assert!(complies(*limit) && !complies(limit + step(*limit)), "{row:?}"),
            Limit::LessThan(limit) => assert!(!complies(*limit) && complies(limit - step(*limit)), "{row:?}"),
            Limit::AtLeast(limit) => assert!(complies(*limit) && !complies(limit - step(*limit)), "{row:?}"),
            Limit::MoreThan(limit) => assert!(!complies(*limit) && complies(limit + step(*limit)), "{row:?}"),
            Limit::Between(low, high) => {
                assert!(complies(*low) && complies(*high));
                assert!(!complies(low - step(*low)) && !complies(high + step(*high)), "{row:?}");
            }
        }
    }
    insta::assert_debug_snapshot!(per_standard);
}

fn any_item() -> impl Strategy<Value = Item> {
    proptest::sample::select(surface::deciding_items().collect::<Vec<_>>())
}

fn any_body() -> impl Strategy<Value = Body> {
    proptest::sample::select(BODIES.to_vec())
}

fn any_value() -> impl Strategy<Value = Decimal> {
    (0_i64..50_000_000, 0_u32..8).prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale))
}

fn any_sample() -> impl Strategy<Value = Vec<(Item, Decimal)>> {
    proptest::collection::btree_map(any_item(), any_value(), 1..15).prop_map(|sample| sample.into_iter().collect())
}

fn any_rounding() -> impl Strategy<Value = Rounding> {
    proptest::sample::select(vec![Rounding::Raw, Rounding::Published])
}

/// The same sample with one item made worse: more of it, less oxygen, or a pH further from neutral.
fn worsened(sample: &[(Item, Decimal)], place: usize, by: Decimal) -> Vec<(Item, Decimal)> {
    let mut worse = sample.to_vec();
    let (item, value) = &mut worse[place % sample.len()];
    if surface::lower_is_worse(*item) {
        *value = (*value - by).max(Decimal::ZERO);
    } else if *item == "ph" && *value < Decimal::from(7) {
        *value -= by;
    } else {
        *value += by;
    }
    worse
}

proptest! {
    #[test]
    fn worse_water_never_gets_a_better_class(sample in any_sample(), place in 0_usize..20, by in any_value(), body in any_body(), rounding in any_rounding()) {
        let before = surface::judge_values(&sample, body, rounding).unwrap();
        let after = surface::judge_values(&worsened(&sample, place, by), body, rounding).unwrap();
        prop_assert!(before.class <= after.class);
    }

    #[test]
    fn the_order_of_items_never_matters((sample, shuffled) in any_sample().prop_flat_map(|sample| (Just(sample.clone()), Just(sample).prop_shuffle())), body in any_body(), rounding in any_rounding()) {
        prop_assert_eq!(surface::judge_values(&sample, body, rounding), surface::judge_values(&shuffled, body, rounding));
    }

    #[test]
    fn an_item_more_never_makes_the_section_better(sample in any_sample(), extra in any_item(), value in any_value(), body in any_body()) {
        let before = surface::judge_values(&sample, body, Rounding::Raw).unwrap();
        let mut more = sample;
        more.push((extra, value));
        prop_assert!(before.class <= surface::judge_values(&more, body, Rounding::Raw).unwrap().class);
    }

    #[test]
    fn trailing_zeros_never_change_a_class(item in any_item(), value in any_value(), zeros in 0_u32..8, body in any_body()) {
        let mut longer = value;
        longer.rescale(value.scale() + zeros);
        prop_assert_eq!(surface::class_of(item, value, body), surface::class_of(item, longer, body));
    }

    #[test]
    fn the_column_road_and_the_decimal_road_agree(item in any_item(), value in any_value(), body in any_body(), rounding in any_rounding()) {
        let judge = surface::ItemJudge::new(item, body, rounding).unwrap();
        let mut wide = value;
        wide.rescale(12);
        let rounded = standards::rounding::apply(item, value, rounding);
        prop_assert_eq!(judge.class(Scaled::from(wide)), surface::class_of(item, rounded, body).unwrap());
    }

    #[test]
    fn rounding_never_makes_nothing_of_something(value in any_value(), digits in 0_u32..6) {
        let rounded = standards::rounding::half_even(value, digits);
        prop_assert_eq!(rounded.is_zero(), value.is_zero());
        prop_assert!((rounded - value).abs() <= Decimal::new(5, digits + 1));
    }

    #[test]
    fn groundwater_gets_no_better_class_by_more_of_an_item(place in 0_usize..93, value in any_value(), by in any_value()) {
        let item = groundwater::items()[place];
        prop_assume!(item != "ph" && item.unit() != "1");
        prop_assert!(groundwater::class_of(item, value) <= groundwater::class_of(item, value + by));
    }

    #[test]
    fn units_there_and_back_give_the_same(value in any_value(), units in proptest::sample::select(vec![("mg/L", "μg/L"), ("g/L", "mg/m3"), ("m", "cm"), ("个/mL", "个/L"), ("mS/m", "μS/cm")])) {
        let there = unit::convert(value, units.0, units.1).unwrap();
        prop_assert_eq!(unit::convert(there, units.1, units.0).unwrap(), value);
    }
}
