//! Every worked example of the standards comes out exactly. The examples are data: `worked-examples.json`.
#![allow(clippy::unwrap_used, missing_docs)]

use serde_json::{Value, json};
use standards::basin::{self, BasinState};
use standards::change;
use standards::mean;
use standards::reading::Reading;
use standards::rounding::half_even;
use standards::surface::{self, Body, Judged};
use standards::{Class, Decimal, Item, Rounding, Status, black_odour, cwqi, decimal, groundwater, trend, trophic};

fn item(id: &str) -> Item {
    Item::by_id(id).unwrap()
}

fn number(value: &Value) -> Decimal {
    decimal(value.as_str().unwrap()).unwrap()
}

fn pairs(value: &Value) -> Vec<(Item, Decimal)> {
    value.as_object().unwrap().iter().map(|(id, text)| (item(id), number(text))).collect()
}

fn places(value: Decimal, digits: u32) -> String {
    half_even(value, digits).to_string()
}

fn pollutants(judged: &Judged) -> Value {
    judged.main_pollutants.iter().map(|named| json!([named.item.id(), named.multiple.unwrap().to_string()])).collect()
}

fn classes(judged: &Judged) -> Value {
    judged.items.iter().map(|own| (own.item.id().to_owned(), json!(own.class))).collect::<serde_json::Map<_, _>>().into()
}

/// The only function here that knows which part of the crate computes what.
fn computed(id: &str, input: &Value) -> Value {
    match id {
        "E1" | "E3" => {
            let judged = surface::judge_values(&pairs(input), Body::River, Rounding::Raw).unwrap();
            json!({"classes": classes(&judged), "class": judged.class, "status": judged.status(), "main_pollutants": pollutants(&judged)})
        }
        "E2a" => {
            let values: Vec<Decimal> = input
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|text| Reading::parse(text.as_str().unwrap(), false).unwrap().for_mean())
                .collect();
            let mean = mean::arithmetic(&values).unwrap();
            let rounded = standards::rounding::apply(item("hg"), mean, Rounding::Published);
            json!({"mean": places(mean, 9), "rounded": rounded.to_string(), "class": surface::class_of(item("hg"), rounded, Body::River)})
        }
        "E2b" => {
            let values: Vec<Decimal> = input.as_array().unwrap().iter().map(number).collect();
            let mean = mean::ph(&values).unwrap();
            json!({"mean": mean.to_string(), "rounded": standards::rounding::apply(item("ph"), mean, Rounding::Published).to_string(),
                   "arithmetic_mean_is_wrong": mean::arithmetic(&values).unwrap().to_string()})
        }
        "E2c" => input
            .as_array()
            .unwrap()
            .iter()
            .map(|case| {
                let (id, text) = (case[0].as_str().unwrap(), case[1].as_str().unwrap());
                let rounded = standards::rounding::apply(item(id), decimal(text).unwrap(), Rounding::Published);
                json!([id, text, rounded.to_string(), surface::class_of(item(id), rounded, Body::River)])
            })
            .collect(),
        "E4" => {
            let sections: Vec<Vec<(Item, Decimal)>> = input.as_array().unwrap().iter().map(pairs).collect();
            let each: Vec<Value> = sections
                .iter()
                .map(|values| surface::judge_values(values, Body::River, Rounding::Raw).unwrap())
                .map(|judged| json!({"class": judged.class, "main_pollutants": pollutants(&judged)}))
                .collect();
            let Some(BasinState::ByMeans(river)) = basin::judge(&sections, Body::River, Rounding::Published) else {
                panic!("four sections are judged by means")
            };
            let means: serde_json::Map<_, _> =
                river.items.iter().map(|own| (own.item.id().to_owned(), json!(own.value.to_string()))).collect();
            json!({"sections": each, "river_means": means, "river_class": river.class, "river_status": river.status()})
        }
        "E5a" | "E5b" | "E5c" | "E5d" | "E5e" => {
            let counted = input.as_object().unwrap().iter();
            let classes: Vec<Class> = counted
                .flat_map(|(class, n)| std::iter::repeat_n(class.parse().unwrap(), usize::try_from(n.as_u64().unwrap()).unwrap()))
                .collect();
            let shares = basin::by_shares(&classes).unwrap();
            json!({"i_iii_pct": places(shares.i_iii_pct, 1), "v_plus_pct": places(shares.v_plus_pct, 1), "status": shares.status})
        }
        "E6" => {
            let over: Vec<(Item, u32)> = input["sections_over_III"]
                .as_object()
                .unwrap()
                .iter()
                .map(|(id, n)| (item(id), u32::try_from(n.as_u64().unwrap()).unwrap()))
                .collect();
            let named = basin::main_pollutants(&over, u32::try_from(input["sections"].as_u64().unwrap()).unwrap());
            named.into_iter().map(|(item, share)| json!([item.id(), format!("{}%", places(share, 1))])).collect()
        }
        "E7a" | "E7c" => {
            let found = trophic::tli(&pairs(input)).unwrap();
            let each: serde_json::Map<_, _> =
                found.each.iter().map(|(item, index)| (item.id().to_owned(), json!(index.to_string()))).collect();
            assert!(found.missing.is_empty());
            json!({"each": each, "tli": found.tli.to_string(), "grade": found.grade})
        }
        "E7b" => json!({"tli": places(trophic::tli_of_parts(&pairs(input)).unwrap(), 3)}),
        "E8a" | "E8b" | "E8c" => {
            let (difference, change) = change::by_shares(number(&input[0]), number(&input[1]), number(&input[2]), number(&input[3]));
            json!({"dG_minus_dD": difference.to_string(), "change": change.id()})
        }
        "E9a" | "E9b" | "E9c" | "E9d" => {
            let status = |value: &Value| Status::ALL.into_iter().find(|status| status.id() == value.as_str().unwrap()).unwrap();
            json!(change::by_status(status(&input[0]), status(&input[1])).id())
        }
        "E10" => {
            let values: Vec<Decimal> = input.as_array().unwrap().iter().map(number).collect();
            let found = trend::spearman(&values).unwrap();
            let (p05, p01) = found.critical.unwrap();
            json!({"sum_d2": found.sum_d2.to_string(), "rs": places(found.rs, 3), "W05": p05.to_string(), "W01": p01.to_string(),
                   "significant_05": found.significant().unwrap(), "direction": if found.rs.is_sign_negative() { "down" } else { "up" }})
        }
        "E11" => {
            let points: Vec<(String, Vec<Decimal>)> = input
                .as_object()
                .unwrap()
                .iter()
                .map(|(name, list)| (name.clone(), list.as_array().unwrap().iter().map(number).collect()))
                .collect();
            let means: Vec<Decimal> = points.iter().map(|(_, values)| mean::arithmetic(values).unwrap()).collect();
            let shown: serde_json::Map<_, _> =
                points.iter().zip(&means).map(|((name, _), mean)| (name.clone(), json!(mean.to_string()))).collect();
            let tp = item("tp");
            let rounded = |values: &[Decimal]| standards::rounding::apply(tp, mean::arithmetic(values).unwrap(), Rounding::Published);
            let lake = rounded(&means);
            let pooled: Vec<Decimal> = points.iter().flat_map(|(_, values)| values.clone()).collect();
            json!({"points": shown, "lake": lake.to_string(), "class": surface::class_of(tp, lake, Body::Lake),
                   "pooled_is_wrong": rounded(&pooled).to_string(),
                   "class_if_judged_by_river_limits_is_wrong": surface::class_of(tp, lake, Body::River)})
        }
        "C1" => {
            let parts = |id: &str| -> Value {
                let values = input[id].as_array().unwrap().iter();
                let parts = values.map(|value| cwqi::part(item(id), number(value), Body::River).unwrap());
                parts.map(|part| json!(if part.is_zero() { "0".to_owned() } else { places(part, 4) })).collect()
            };
            json!({"ph": parts("ph"), "do": parts("do")})
        }
        "C2" => {
            let values = pairs(input);
            let parts: serde_json::Map<_, _> = values
                .iter()
                .map(|(item, value)| (item.id().to_owned(), json!(places(cwqi::part(*item, *value, Body::River).unwrap(), 4))))
                .collect();
            json!({"parts": parts, "cwqi_river": places(cwqi::index(&values, Body::River).unwrap(), 4)})
        }
        "C3" => {
            let values = pairs(input);
            let tp = values.iter().find(|(own, _)| *own == "tp").unwrap().1;
            json!({"tp_part": places(cwqi::part(item("tp"), tp, Body::Lake).unwrap(), 4),
                   "cwqi_lake": places(cwqi::index(&values, Body::Lake).unwrap(), 4),
                   "with_river_tp_limit_is_wrong": places(cwqi::index(&values, Body::River).unwrap(), 4)})
        }
        "C4" => {
            let n = |key: &str| u32::try_from(input[key].as_u64().unwrap()).unwrap();
            let city = cwqi::city(
                Some((number(&input["cwqi_river"]), n("river_sections"))),
                Some((number(&input["cwqi_lake"]), n("lake_points"))),
            );
            json!({"cwqi_city": places(city.unwrap(), 4)})
        }
        "C5" => json!({"delta_pct": places(cwqi::change_pct(number(&input["base"]), number(&input["now"])).unwrap(), 2)}),
        "G1" => {
            // The example gives chloroform in the unit of the groundwater table.
            let values: Vec<(Item, Reading)> = pairs(input)
                .into_iter()
                .map(|(item, value)| {
                    let value = if item == "chloroform" { standards::unit::convert(value, "μg/L", item.unit()).unwrap() } else { value };
                    (item, Reading::Value(value))
                })
                .collect();
            let point = groundwater::judge(&values).unwrap();
            let classes: serde_json::Map<_, _> = point.items.iter().map(|(item, class)| (item.id().to_owned(), json!(class))).collect();
            json!({"classes": classes, "class": point.class, "worst_items": point.worst.iter().map(|item| item.id()).collect::<Vec<_>>()})
        }
        "G2" => {
            let classes: Vec<Class> = input.as_array().unwrap().iter().map(|class| class.as_str().unwrap().parse().unwrap()).collect();
            let score = groundwater::f_score(&classes).unwrap();
            json!({"F": score.f.to_string(), "grade": score.grade_zh})
        }
        "B1" | "B2" => {
            let rounds: Vec<(Item, Vec<Decimal>)> = input
                .as_object()
                .unwrap()
                .iter()
                .map(|(id, list)| (item(id), list.as_array().unwrap().iter().map(number).collect()))
                .collect();
            let (grade, shares) = black_odour::grade_point(&rounds);
            let shares: serde_json::Map<_, _> =
                shares.iter().map(|(item, share)| (item.id().to_owned(), json!(places(*share, 2)))).collect();
            json!({"severe_shares": shares, "point": grade.id()})
        }
        other => panic!("no test knows the worked example {other}"),
    }
}

#[test]
fn every_worked_example_comes_out_exactly() {
    let examples: Vec<Value> = serde_json::from_str(include_str!("worked-examples.json")).unwrap();
    assert_eq!(examples.len(), 33);
    for example in examples {
        let id = example["id"].as_str().unwrap();
        let mut expected = example["output"].clone();
        // Weights are data here, not a result.
        if let Some(table) = expected.as_object_mut() {
            table.remove("weights");
        }
        assert_eq!(computed(id, &example["input"]), expected, "worked example {id}: {}", example["kind"]);
    }
}

#[test]
fn check_values_of_the_plan_mechanisms_come_out() {
    let values = [("chl_a", "10"), ("tp", "0.05"), ("tn", "1.0"), ("transparency", "1.0"), ("codmn", "4.0")];
    let found = trophic::tli(&values.map(|(id, text)| (item(id), decimal(text).unwrap()))).unwrap();
    assert_eq!(places(found.tli, 3), "48.018");
    assert_eq!(found.grade_zh, "中营养");

    let score = |ranks: &[u8]| {
        let classes: Vec<Class> = ranks.iter().map(|rank| Class::from_rank(*rank).unwrap()).collect();
        let score = groundwater::f_score(&classes).unwrap();
        (score.f.to_string(), score.grade_zh)
    };
    assert_eq!(score(&[1, 2, 3, 4]), ("4.60".to_owned(), "较差"));
    assert_eq!(score(&[5, 3, 2, 2]), ("7.55".to_owned(), "极差"));
}
