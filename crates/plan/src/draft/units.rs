//! The units of a draft: every name once, with an id.

use super::model::DraftUnit;
use super::people::Person;
use super::words::known;
use crate::schema::UnitKind;

/// Id of the city.
pub(super) const CITY: &str = "city";

/// Id of the city's government.
pub(super) const GOVERNMENT: &str = "city_gov";

/// Stands for the name of the city where the title does not say it.
pub(super) const NO_CITY: &str = "(待填)";

/// Units in the order they are first named.
#[derive(Debug)]
pub(super) struct Units(Vec<DraftUnit>);

impl Units {
    /// The city and its government.
    pub(super) fn new(places: &[String]) -> Self {
        let city = places.first().map_or(NO_CITY, String::as_str);
        let government = format!("{city}人民政府");
        Self(vec![
            unit(CITY, UnitKind::City, city, ""),
            DraftUnit { aliases: vec!["市政府".to_owned()], ..unit(GOVERNMENT, UnitKind::Actor, &government, "") },
        ])
    }

    /// The id of a department.
    pub(super) fn department(&mut self, person: &Person) -> String {
        let found = self.0.iter_mut().find(|unit| unit.kind == UnitKind::Department && unit.name == person.plain);
        if let Some(unit) = found {
            if person.written != unit.name && !unit.aliases.contains(&person.written) {
                unit.aliases.push(person.written.clone());
            }
            return unit.id.clone();
        }
        let department = known(&person.plain);
        let id = self.free(department.map_or("department", |own| own.id.as_str()));
        let mut unit = unit(&id, UnitKind::Department, &person.plain, department.map_or("", |own| own.en.as_str()));
        if person.written != person.plain {
            unit.aliases.push(person.written.clone());
        }
        self.0.push(unit);
        id
    }

    /// The id of a place: the city or a county.
    pub(super) fn place(&mut self, name: &str) -> String {
        let place = |unit: &&DraftUnit| !matches!(unit.kind, UnitKind::Department | UnitKind::Actor);
        if let Some(unit) = self.0.iter().filter(place).find(|unit| unit.name == name) {
            return unit.id.clone();
        }
        let kind = if name.ends_with('区') { UnitKind::District } else { UnitKind::County };
        let id = self.free(if kind == UnitKind::District { "district" } else { "county" });
        self.0.push(unit(&id, kind, name, ""));
        id
    }

    pub(super) fn into_list(self) -> Vec<DraftUnit> {
        self.0
    }

    /// An id that no unit has: the word, or the word with the first free number.
    fn free(&self, word: &str) -> String {
        let taken = |id: &str| self.0.iter().any(|unit| unit.id == id);
        if !taken(word) && !matches!(word, "department" | "county" | "district") {
            return word.to_owned();
        }
        (1..).map(|n| format!("{word}_{n}")).find(|id| !taken(id)).unwrap_or_default()
    }
}

fn unit(id: &str, kind: UnitKind, name: &str, en: &str) -> DraftUnit {
    DraftUnit { id: id.to_owned(), kind, name: name.to_owned(), en: en.to_owned(), aliases: Vec::new() }
}
