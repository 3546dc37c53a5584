//! Non-point loads by export coefficients, and event means of a station.
//!
//! ```text
//! L = λ · ( Σ E_land·A + Σ E_animal·N·(1 − r) + Σ E_person·P )
//! ```
//!
//! A yearly mean of an area; it knows neither single rains nor the way through the soil. Every coefficient is data with its
//! origin, since provinces publish their own.

use serde::{Deserialize, Serialize};

use crate::input::{BadInput, not_negative, positive, share};

/// An area whose loads run into one reach.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Catchment {
    /// λ: the share of what leaves the ground that enters the river.
    pub river_entry_share: f64,
    /// Uses of land.
    #[serde(default)]
    pub land: Vec<Land>,
    /// Animals kept.
    #[serde(default)]
    pub animals: Vec<Animals>,
    /// People without a treatment plant.
    #[serde(default)]
    pub people: Vec<People>,
}

/// Land of one use.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Land {
    /// What it is.
    pub name: String,
    /// Area, hm².
    pub area_hm2: f64,
    /// What leaves a hectare in a year, kg/(hm²·a).
    pub export_kg_hm2_a: f64,
    /// Where the coefficient is from.
    pub origin: String,
}

/// Animals of one kind.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Animals {
    /// What they are.
    pub name: String,
    /// How many.
    pub heads: f64,
    /// What one excretes in a year, kg/a.
    pub export_kg_head_a: f64,
    /// r: the share that is treated or used.
    pub treated_share: f64,
    /// Where the coefficient is from.
    pub origin: String,
}

/// People of one kind of place.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct People {
    /// Who they are.
    pub name: String,
    /// How many.
    pub persons: f64,
    /// What one gives off in a year, kg/a.
    pub export_kg_person_a: f64,
    /// Where the coefficient is from.
    pub origin: String,
}

/// The load of a catchment with its parts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NonpointLoad {
    /// The parts, in the order land, animals, people.
    pub parts: Vec<Part>,
    /// λ.
    pub river_entry_share: f64,
    /// What enters the river, t/a.
    pub t_a: f64,
    /// The same, g/s, spread evenly over a year of 365 days.
    pub g_s: f64,
}

/// One part of a load.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// What it is from.
    pub name: String,
    /// What leaves the ground, t/a.
    pub leaving_t_a: f64,
    /// What enters the river, t/a.
    pub entering_t_a: f64,
    /// Where its coefficient is from.
    pub origin: String,
}

/// What a catchment gives to its river in a year.
pub fn load(catchment: &Catchment) -> Result<NonpointLoad, BadInput> {
    let entry = share("river-entry share", catchment.river_entry_share)?;
    let mut parts = Vec::new();
    let mut add = |name: &str, kg_a: f64, origin: &str| {
        let leaving_t_a = kg_a / 1000.0;
        parts.push(Part { name: name.to_owned(), leaving_t_a, entering_t_a: entry * leaving_t_a, origin: origin.to_owned() });
    };
    for land in &catchment.land {
        let coefficient = not_negative("export of land (kg/(hm²·a))", land.export_kg_hm2_a)?;
        add(&land.name, not_negative("area of land (hm²)", land.area_hm2)? * coefficient, &land.origin);
    }
    for animals in &catchment.animals {
        let untreated = 1.0 - share("treated share of manure", animals.treated_share)?;
        let coefficient = not_negative("export of an animal (kg/a)", animals.export_kg_head_a)?;
        add(&animals.name, not_negative("number of animals", animals.heads)? * coefficient * untreated, &animals.origin);
    }
    for people in &catchment.people {
        let coefficient = not_negative("export of a person (kg/a)", people.export_kg_person_a)?;
        add(&people.name, not_negative("number of people", people.persons)? * coefficient, &people.origin);
    }
    let t_a = parts.iter().fold(0.0, |sum, part| sum + part.entering_t_a);
    Ok(NonpointLoad { parts, river_entry_share: entry, t_a, g_s: t_a / crate::T_A_PER_G_S })
}

/// One stretch of an event at a station.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct EventSample {
    /// Concentration, mg/L.
    pub concentration_mg_l: f64,
    /// Flow, m³/s.
    pub flow_m3_s: f64,
    /// How long it stands for, s.
    pub duration_s: f64,
}

/// The mean of an event.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct EventMean {
    /// Event mean concentration, mg/L: load over water.
    pub concentration_mg_l: f64,
    /// Load, kg.
    pub load_kg: f64,
    /// Water, m³.
    pub water_m3: f64,
}

/// `Σ C·Q·Δt / Σ Q·Δt` of an event.
pub fn event_mean(samples: &[EventSample]) -> Result<EventMean, BadInput> {
    let mut grams = 0.0;
    let mut water_m3 = 0.0;
    for sample in samples {
        let concentration = not_negative("concentration (mg/L)", sample.concentration_mg_l)?;
        let water = not_negative("flow (m³/s)", sample.flow_m3_s)? * positive("duration (s)", sample.duration_s)?;
        grams += concentration * water;
        water_m3 += water;
    }
    let water_m3 = positive("water of the event (m³)", water_m3)?;
    Ok(EventMean { concentration_mg_l: grams / water_m3, load_kg: grams / 1000.0, water_m3 })
}
