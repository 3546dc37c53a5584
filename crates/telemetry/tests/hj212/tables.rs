//! The data files hold together.

use std::collections::HashSet;

use standards::{Item, unit};
use telemetry::hj212::{Command, Edition, Meaning, defaults, digits14, digits17, factors, instant, meaning, systems};

#[test]
fn every_factor_has_a_name_a_known_unit_and_codes_of_its_own() {
    let mut codes = HashSet::new();
    for row in factors() {
        let name = format!("{:?} {:?}", row.code, row.old);
        assert!(!row.zh().is_empty() && !row.en().is_empty(), "{name} has names");
        for edition in Edition::ALL {
            let unit_name = row.unit(edition);
            assert!(unit::canonical(unit_name).is_ok(), "{name}: {unit_name} is a unit");
            if let Some(item) = row.item()
                && unit::canonical(item.unit()).is_ok_and(|own| own != "倍")
            {
                assert!(unit::convert("1".parse().unwrap(), unit_name, item.unit()).is_ok(), "{name}: {unit_name} becomes {}", item.unit());
            }
        }
        for code in [&row.code, &row.old].into_iter().flatten() {
            assert!(codes.insert(code.clone()), "{code} stands once");
            assert!(matches!(meaning(code), Some(Meaning::Factor { row: found, .. }) if found == row), "{code} is found");
        }
    }
    assert_eq!(factors().len(), 48);
}

#[test]
fn our_items_and_the_table_give_a_code_the_same_meaning() {
    for row in factors() {
        let Some(code) = &row.code else { continue };
        let ours = Item::all().find(|item| item.codes().contains(code));
        assert_eq!(row.item(), ours, "{code}");
    }
    let others = Item::all().flat_map(Item::codes).filter(|code| matches!(meaning(code), Some(Meaning::Item(_)))).count();
    assert!(50 < others, "codes that only our items know are understood, too");
}

#[test]
fn every_command_is_known_to_one_edition_and_stands_in_each_once() {
    for edition in Edition::ALL {
        let mut numbers = HashSet::new();
        for command in Command::all().iter().filter(|command| command.editions.contains(&edition) || command.open.contains(&edition)) {
            assert!(numbers.insert(&command.cn), "{} stands once in {}", command.cn, edition.code());
            assert_eq!(Command::find(&command.cn, edition), Some(command));
        }
    }
    for command in Command::all() {
        assert!(command.up.is_some() || command.down.is_some(), "{} has a sender", command.cn);
        assert!(command.cn.len() == 4 && !command.zh.is_empty() && !command.en.is_empty());
    }
}

#[test]
fn systems_and_defaults_are_those_of_the_standard() {
    assert_eq!(systems().iter().filter(|system| system.editions.contains(&Edition::V2005)).count(), 13);
    assert_eq!((defaults().over_time_s, defaults().re_count), (10, 3));
}

#[test]
fn times_are_chinas_and_impossible_ones_are_none() {
    let at = instant("20160801085857223").unwrap();
    assert_eq!(at.to_string(), "2016-08-01T00:58:57.223Z");
    assert_eq!((digits17(at), digits14(at)), ("20160801085857223".to_owned(), "20160801085857".to_owned()));
    assert!(instant("20160229000000").is_some());
    for odd in ["20150229000000", "20160801240000", "201608010858", "1617938397858", "2016080108585x", "", "２０１６", "20161301000000"]
    {
        assert_eq!(instant(odd), None, "{odd}");
    }
}
