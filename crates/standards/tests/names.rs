//! Items, columns, units, readings and classes: what records call them and how nonsense is refused.
#![allow(clippy::unwrap_used, missing_docs)]

use proptest::prelude::*;
use standards::column::Column;
use standards::reading::Reading;
use standards::{Class, Item, decimal, unit};

fn column(name: &str) -> String {
    match Column::parse(name) {
        Ok(Some(column)) => format!("{} in {}{}", column.item, column.unit, if column.raw { ", unrounded" } else { "" }),
        Ok(None) => "no item".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn column_names_of_real_files_are_understood() {
    let names = [
        "do",
        "do_mgl",
        "do_mgl_raw",
        "w01009",
        "溶解氧",
        "溶解氧(mg/L)",
        "氨氮（mg/L）",
        "wt_c",
        "ec_uscm",
        "turb_ntu",
        "chla_mgl",
        "algae_cells_l",
        "algae_cells_l_raw",
        "pH(无量纲)",
        "水温(℃)",
        "叶绿素α(mg/L)",
        "藻密度(cells/L)",
        "浊度(NTU)",
        "tp_ugl",
        "section",
        "class_official",
        "do_ntu",
        "nh3n_kg",
        "tp_",
    ];
    insta::assert_snapshot!(names.map(|name| format!("{name:20} {}", column(name))).join("\n"));
}

#[test]
fn readings_keep_their_marks_and_nonsense_is_refused() {
    let cells = [
        "7.50",
        "0",
        "0.00004L",
        "<0.01",
        "--",
        "*",
        "",
        "-1",
        "7.789312E+07",
        "-0.5",
        "-1.0",
        "12a",
        "1,5",
        "NaN",
        "inf",
        "0.0.1",
        "L",
        "1e99",
    ];
    let shown = cells.map(|cell| match Reading::parse(cell, false) {
        Ok(reading) => format!("{cell:14} {reading:?}"),
        Err(error) => format!("{cell:14} {error}"),
    });
    insta::assert_snapshot!(shown.join("\n"));
    assert_eq!(Reading::parse("-0.5", true), Ok(Reading::Value(decimal("-0.5").unwrap())));
}

#[test]
fn zero_survives_and_below_detection_counts_half_in_means_and_nothing_in_loads() {
    assert_eq!(Reading::parse("0.000", false).unwrap().for_mean().unwrap().to_string(), "0.000");
    let below = Reading::parse("0.02L", false).unwrap();
    assert_eq!(below.for_mean().unwrap().to_string(), "0.01");
    assert!(below.for_load().unwrap().is_zero());
    assert_eq!(Reading::parse("--", false).unwrap().for_mean(), None);
}

#[test]
fn every_item_is_found_by_each_of_its_names() {
    assert!(170 < Item::all().count());
    for item in Item::all() {
        assert_eq!(Item::by_id(item.id()), Ok(item));
        assert_eq!(Item::by_name(&item.id().to_uppercase()), Ok(item));
        for name in item.aliases().iter().chain(item.codes()) {
            assert_eq!(Item::by_name(name), Ok(item), "{name}");
        }
        assert!(unit::canonical(item.unit()).is_ok(), "{item}: unit {}", item.unit());
    }
    assert_eq!(
        Item::by_name("unobtainium").unwrap_err().to_string(),
        "`unobtainium` is not an item (expected an id such as nh3n, a Chinese name such as 氨氮, or an HJ 212 code such as w21003)"
    );
}

#[test]
fn class_words_of_all_kinds_are_read_and_others_refused() {
    for (word, class) in [
        ("Ⅰ", Class::I),
        ("II", Class::II),
        ("Ⅲ类", Class::III),
        ("4", Class::IV),
        ("Ⅴ", Class::V),
        ("劣Ⅴ", Class::InferiorV),
        ("劣V", Class::InferiorV),
        ("V+", Class::InferiorV),
    ] {
        assert_eq!(word.parse(), Ok(class));
    }
    for word in ["", "VI", "7", "类", "Ⅵ", "good"] {
        assert!(word.parse::<Class>().is_err(), "{word}");
    }
}

#[test]
fn units_without_a_rule_between_them_are_refused() {
    let one = decimal("1").unwrap();
    assert_eq!(unit::convert(one, "mg/L", "NTU").unwrap_err().to_string(), "mg/L cannot become NTU");
    assert!(unit::convert(one, "mg/L", "furlong").is_err());
    assert_eq!(unit::convert(decimal("0.0028").unwrap(), "μg/L", "mg/L").unwrap(), decimal("0.0000028").unwrap());
    assert_eq!(unit::load_kg_d(decimal("50").unwrap(), decimal("0.2").unwrap()).unwrap().normalize().to_string(), "864");
}

proptest! {
    #[test]
    fn no_text_makes_the_parsers_panic(text in any::<String>()) {
        let _ = Column::parse(&text);
        let _ = Reading::parse(&text, true);
        let _ = text.parse::<Class>();
        let _ = unit::canonical(&text);
        let _ = decimal(&text);
    }
}
