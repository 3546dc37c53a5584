//! Whether a system can be.

use super::system::{BadSystem, Evaporation, Feed, System, Way};
use crate::input::{BadInput, not_negative, positive};

impl System {
    /// Names the first thing that cannot be.
    pub fn check(&self) -> Result<(), BadSystem> {
        for seconds in &self.period_s {
            at("periods", positive("length of a period (s)", *seconds))?;
        }
        let mut arriving = vec![0.0; self.stores.len() + self.diversions.len()];
        for (i, store) in self.stores.iter().enumerate() {
            let id = store.id.as_str();
            at(id, not_negative("dead volume (m³)", store.dead_m3))?;
            at(id, not_negative("volume at the start above the dead one (m³)", store.start_m3 - store.dead_m3))?;
            at(id, not_negative("volume wanted at the end (m³)", store.end_m3.unwrap_or(0.0)))?;
            self.series(id, "inflow", &store.inflow_m3)?;
            self.series(id, "least release", &store.least_release_m3)?;
            self.series(id, "most release", &store.most_release_m3)?;
            self.series(id, "highest volume", &store.high_m3)?;
            if store.most_change_m3.len() != self.n_periods() {
                return Err(self.length(id, "most change", store.most_change_m3.len()));
            }
            for change in store.most_change_m3.iter().flatten() {
                at(id, not_negative("most change (m³)", *change))?;
            }
            for (high, (least, most)) in store.high_m3.iter().zip(store.least_release_m3.iter().zip(&store.most_release_m3)) {
                at(id, not_negative("highest volume above the dead one (m³)", high - store.dead_m3))?;
                at(id, not_negative("most release above the least (m³)", most - least))?;
            }
            at(id, not_negative("capacity above the volume at the start (m³)", store.capacity_m3 - store.start_m3))?;
            for high in &store.high_m3 {
                at(id, not_negative("capacity above the highest volume (m³)", store.capacity_m3 - high))?;
            }
            match &store.evaporation {
                Evaporation::Volume(volume) => self.series(id, "evaporation", volume)?,
                Evaporation::Depth { depth_m, empty_m2, m2_per_m3 } => {
                    self.series(id, "evaporation", depth_m)?;
                    at(id, not_negative("area when empty (m²)", *empty_m2))?;
                    at(id, not_negative("area for each m³ (m²)", *m2_per_m3))?;
                }
            }
            self.feeds(id, &store.feeds, Some(&mut arriving))?;
            for feed in &store.feeds {
                if let Way::Store(from) = feed.way
                    && i <= from
                {
                    return Err(BadSystem::Order { id: store.id.clone(), from: self.stores[from].id.clone() });
                }
            }
        }
        for diversion in &self.diversions {
            self.series(&diversion.id, "most diverted", &diversion.most_m3)?;
        }
        for demand in &self.demands {
            self.series(&demand.id, "wanted", &demand.wanted_m3)?;
            self.there(&demand.id, "reservoir", demand.store, self.stores.len())?;
        }
        for section in &self.sections {
            self.series(&section.id, "local inflow", &section.local_m3)?;
            self.series(&section.id, "base flow", &section.base_m3)?;
            self.series(&section.id, "target flow", &section.target_m3)?;
            for (base, target) in section.base_m3.iter().zip(&section.target_m3) {
                at(&section.id, not_negative("target above base flow (m³)", target - base))?;
            }
            self.feeds(&section.id, &section.feeds, None)?;
        }
        for (i, shares) in arriving.into_iter().enumerate() {
            if 1.0 + 1e-9 < shares {
                let what = self.stores.get(i).map_or_else(|| self.diversions[i - self.stores.len()].id.clone(), |store| store.id.clone());
                return Err(BadSystem::MakesWater { what, shares });
            }
        }
        Ok(())
    }

    /// Ways that are there, shares that can be; adds up what of each way arrives in reservoirs.
    fn feeds(&self, id: &str, feeds: &[Feed], mut arriving: Option<&mut Vec<f64>>) -> Result<(), BadSystem> {
        for feed in feeds {
            let position = match feed.way {
                Way::Store(store) => {
                    self.there(id, "reservoir", store, self.stores.len())?;
                    store
                }
                Way::Diversion(diversion) => {
                    self.there(id, "diversion", diversion, self.diversions.len())?;
                    self.stores.len() + diversion
                }
            };
            for share in &feed.shares {
                at(id, not_negative("share that arrives", *share))?;
            }
            let sum: f64 = feed.shares.iter().sum();
            at(id, not_negative("1 less the shares that arrive", 1.0 + 1e-9 - sum))?;
            if let Some(arriving) = arriving.as_deref_mut() {
                arriving[position] += if feed.away { -sum } else { sum };
            }
        }
        Ok(())
    }

    fn series(&self, id: &str, what: &'static str, series: &[f64]) -> Result<(), BadSystem> {
        if series.len() != self.n_periods() {
            return Err(self.length(id, what, series.len()));
        }
        series.iter().try_for_each(|value| at(id, not_negative(what, *value)))
    }

    fn length(&self, id: &str, what: &'static str, found: usize) -> BadSystem {
        BadSystem::Length { id: id.to_owned(), what, found, expected: self.n_periods() }
    }

    fn there(&self, id: &str, what: &'static str, position: usize, n: usize) -> Result<(), BadSystem> {
        if position < n { Ok(()) } else { Err(BadSystem::Missing { id: id.to_owned(), what, position, n }) }
    }
}

fn at(id: &str, checked: Result<f64, BadInput>) -> Result<(), BadSystem> {
    checked.map(|_| ()).map_err(|source| BadSystem::Input { id: id.to_owned(), source })
}
