//! Oxygen sags.

use hydro::decay::temperature_factor;
use hydro::steady::reaeration::saturation_mg_l;
use hydro::steady::sag::Sag;

use crate::case::{near, number, numbers, part, read, rows, tables, text, tolerance, typed, within};

#[test]
fn oxygen_sags_to_the_digits() {
    let cases = read(include_str!("../cases/sag.toml"));
    for case in tables(&cases, "case") {
        let name = text(case, "name");
        let close = tolerance(case);
        let mut sag: Sag = typed(case, "sag");
        if case.contains_key("temperature") {
            let warm = part(case, "temperature");
            let celsius = number(warm, "c");
            sag.deoxygenation_per_d *= temperature_factor(number(warm, "theta_deoxygenation"), celsius).unwrap();
            sag.reaeration_per_d *= temperature_factor(number(warm, "theta_reaeration"), celsius).unwrap();
            sag.saturation_mg_l = saturation_mg_l(celsius).unwrap();
            near(name, sag.deoxygenation_per_d, number(warm, "deoxygenation_per_d"));
            near(name, sag.reaeration_per_d, number(warm, "reaeration_per_d"));
            near(name, sag.saturation_mg_l, number(warm, "saturation_mg_l"));
        }
        let worst = sag.worst(number(case, "within_d")).unwrap();
        let expected = part(case, "worst");
        within(&format!("{name}: time"), worst.at.time_d, number(expected, "time_d"), close);
        within(&format!("{name}: deficit"), worst.at.deficit_mg_l, number(expected, "deficit_mg_l"), close);
        if expected.contains_key("oxygen_mg_l") {
            within(&format!("{name}: oxygen"), worst.at.oxygen_mg_l, number(expected, "oxygen_mg_l"), close);
        }
        if case.contains_key("anoxic_d") {
            let (from, to) = worst.anoxic_d.unwrap();
            near(&format!("{name}: anoxic from"), from, numbers(case, "anoxic_d")[0]);
            near(&format!("{name}: anoxic to"), to, numbers(case, "anoxic_d")[1]);
            assert!(worst.at.anoxic && !sag.at(from / 2.0).anoxic);
        } else {
            assert!(worst.anoxic_d.is_none(), "{name}");
        }
        for row in case.get("profile").map(|_| rows(case, "profile")).unwrap_or_default() {
            let water = sag.at(row[0]);
            within(&format!("{name}: demand after {} d", row[0]), water.cbod_mg_l, row[1], close);
            within(&format!("{name}: deficit after {} d", row[0]), water.deficit_mg_l, row[2], close);
            within(&format!("{name}: oxygen after {} d", row[0]), water.oxygen_mg_l, row[3], close);
        }
        for row in case.get("deficits").map(|_| rows(case, "deficits")).unwrap_or_default() {
            within(&format!("{name}: deficit after {} d", row[0]), sag.at(row[0]).deficit_mg_l, row[1], close);
        }
    }
}

#[test]
fn the_critical_deficit_is_what_is_used_over_what_the_air_gives() {
    let cases = read(include_str!("../cases/sag.toml"));
    let sag: Sag = typed(tables(&cases, "case")[0], "sag");
    let time_d = sag.critical_time_d().unwrap();
    let identity = sag.deoxygenation_per_d / sag.reaeration_per_d * sag.cbod_mg_l * (-sag.deoxygenation_per_d * time_d).exp();
    within("Dc", sag.at(time_d).deficit_mg_l, identity, 1e-12);
}
