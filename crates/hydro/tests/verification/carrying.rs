//! Carrying capacity and its warning.

use hydro::carrying::{Bands, Colour, Direction, Indicator, Level, LevelColour, colour, compliance, ratio, section, worst};
use hydro::reference;

use crate::case::{near, number, numbers, read, rows, tables, text, typed, within};

fn bands(id: &str) -> Bands {
    let all: Vec<Bands> = typed(&read(reference::CARRYING), "bands");
    all.into_iter().find(|bands| bands.id == id).unwrap()
}

#[test]
fn carrying_capacity_to_the_digits() {
    let case = read(include_str!("../cases/carrying.toml"));
    let mut standings = Vec::new();
    for expected in tables(&case, "section") {
        let id = text(expected, "id");
        let (limits, months) = (numbers(expected, "limits"), rows(expected, "months"));
        let indicator = |(i, (item, decimals)): (usize, (&str, u8))| Indicator {
            item: item.to_owned(),
            limit: limits[i],
            at_least: item == "do",
            decimals,
            values: months.iter().map(|month| month.get(i).copied()).collect(),
        };
        let indicators: Vec<Indicator> = [("cod", 1), ("nh3n", 2), ("do", 1)].into_iter().enumerate().map(indicator).collect();
        let found = section(&indicators).unwrap();
        assert_eq!(found.n_met as f64, number(expected, "n_met"), "{id}");
        assert_eq!(found.n_measured as f64, number(expected, "n_measured"), "{id}");
        near(id, found.share, number(expected, "share"));
        for (mean, expected) in found.means.iter().zip(numbers(expected, "means")) {
            within(id, *mean, expected, 5e-6); // printed to six digits
        }
        assert_eq!(Some(found.mean_meets), expected["mean_meets"].as_bool(), "{id}");
        assert_eq!(found.worst_item, text(expected, "worst"), "{id}");
        near(id, found.worst_exceedance, number(expected, "exceedance"));
        standings.push(found);
    }
    let found = compliance(&standings).unwrap();
    near("A1", found.time_share, number(&case, "time_share"));
    near("A2", found.section_share, number(&case, "section_share"));
    near("Rc", found.index, number(&case, "index"));
    near("exceedance", found.exceedance, number(&case, "exceedance"));
    let level = bands("compliance").level(found.index).unwrap();
    assert_eq!(level, typed::<Level>(&case, "compliance_level"));
    assert_eq!(bands("exceedance").level(found.exceedance).unwrap(), typed::<Level>(&case, "exceedance_level"));
    let colours: Vec<LevelColour> = typed(&read(reference::CARRYING), "colour");
    let direction: Direction = typed(&case, "direction");
    assert_eq!(colour(level, direction, &colours), Some(typed::<Colour>(&case, "colour")));
}

#[test]
fn a_figure_on_a_band_has_the_level_that_the_band_says() {
    let level = |id: &str, figure: f64| bands(id).level(figure).unwrap();
    assert_eq!(level("compliance", 0.9), Level::Within);
    assert_eq!(level("compliance", 0.7), Level::Critical);
    assert_eq!(level("compliance", 0.6999), Level::Overloaded);
    assert_eq!(level("exceedance", 0.0), Level::Critical);
    assert_eq!(level("exceedance", 0.0001), Level::Overloaded);
    assert_eq!(level("water_use", ratio(12.0, 10.0).unwrap()), Level::Severe);
    assert_eq!(level("water_use", 0.1 + 0.8), Level::Critical);
    assert_eq!(worst([Level::Within, Level::Severe, Level::Critical]), Some(Level::Severe));
    assert_eq!(worst([]), None);
}
