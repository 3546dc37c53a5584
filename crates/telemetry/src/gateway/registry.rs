//! The devices of the register, as the gateway needs them.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::Arc;

use facts::instrument::REGISTER;
use facts::{Entry, FactsError, Store};
use jiff::civil::Date;

use crate::hj212::{self, Address, CrcDialect, Edition, Key, Side};

/// System code that requests carry until the device has told its own: surface water pollution sources.
const WASTE_WATER: &str = "32";

/// A device of the register. It is never printed: it holds a password.
pub(super) struct Device {
    pub(super) mn: String,
    /// Empty where the register has none; then any is taken.
    pub(super) password: String,
    /// Empty where it may send from anywhere.
    networks: Vec<Network>,
    /// The entry its readings are of. `None` where the register names one that is not there.
    pub(super) place: Option<String>,
    pub(super) line: hj212::Device,
    pub(super) interval_s: Option<u64>,
    active: (Option<Date>, Option<Date>),
    pub(super) made_up: bool,
}

impl Device {
    fn read(entry: &Entry, places: &HashSet<(String, String)>) -> Self {
        let edition = match entry.get("protocol") {
            "2005" => Some(Edition::V2005),
            "2017" => Some(Edition::V2017),
            "2025" => Some(Edition::V2025),
            _ => None,
        };
        let crc = match entry.get("crc") {
            "modbus_low" => CrcDialect::ModbusLowFirst,
            "modbus_high" => CrcDialect::ModbusHighFirst,
            "lenient" => CrcDialect::Lenient,
            _ => CrcDialect::Strict,
        };
        let key = <[u8; 16]>::try_from(entry.get("encryption_key").as_bytes()).ok().map(Key::new);
        let place = (entry.get("place_kind").to_owned(), entry.get("place").to_owned());
        Self {
            mn: entry.get("mn").to_owned(),
            password: entry.get("password").to_owned(),
            networks: networks(entry.get("addresses")),
            place: places.contains(&place).then_some(place.1),
            line: hj212::Device { crc, key, edition, from: Side::Field },
            interval_s: entry.get("interval_s").parse().ok(),
            active: (entry.get("active_from").parse().ok(), entry.get("active_to").parse().ok()),
            made_up: entry.made_up,
        }
    }

    pub(super) fn may_send_from(&self, peer: IpAddr) -> bool {
        self.networks.is_empty() || self.networks.iter().any(|network| network.holds(peer))
    }

    pub(super) fn is_active(&self, day: Date) -> bool {
        self.active.0.is_none_or(|from| from <= day) && self.active.1.is_none_or(|to| day <= to)
    }

    /// To whom requests go. The system code is the one it sent last.
    pub(super) fn address(&self, st: Option<&str>) -> Address {
        Address {
            edition: self.line.edition.unwrap_or(Edition::V2017),
            st: st.unwrap_or(WASTE_WATER).to_owned(),
            pw: self.password.clone(),
            mn: self.mn.clone(),
        }
    }
}

/// An address with the number of bits that count. One that cannot be read holds nobody: what was meant as a limit stays one.
enum Network {
    Of(IpAddr, u32),
    Nobody,
}

impl Network {
    fn read(text: &str) -> Self {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let Ok(address) = address.trim().parse::<IpAddr>() else { return Self::Nobody };
        let all = if address.is_ipv4() { 32 } else { 128 };
        match bits.map(|bits| bits.trim().parse::<u32>()) {
            None => Self::Of(address, all),
            Some(Ok(bits)) if bits <= all => Self::Of(address, bits),
            Some(_) => Self::Nobody,
        }
    }

    fn holds(&self, peer: IpAddr) -> bool {
        match (self, peer) {
            (Self::Of(IpAddr::V4(own), bits), IpAddr::V4(peer)) => *bits <= (own.to_bits() ^ peer.to_bits()).leading_zeros(),
            (Self::Of(IpAddr::V6(own), bits), IpAddr::V6(peer)) => *bits <= (own.to_bits() ^ peer.to_bits()).leading_zeros(),
            _ => false,
        }
    }
}

fn networks(text: &str) -> Vec<Network> {
    text.split([',', ';', ' ', '\u{ff0c}', '\u{3001}']).map(str::trim).filter(|part| !part.is_empty()).map(Network::read).collect()
}

/// All devices by MN.
#[derive(Default)]
pub(super) struct Registry {
    by_mn: HashMap<String, Arc<Device>>,
    revision: i64,
}

impl Registry {
    pub(super) fn read(store: &Store) -> Result<Self, FactsError> {
        // The revision first: what changes while we read is read again.
        let revision = store.register_revision(REGISTER)?;
        let entries = store.entries(REGISTER)?;
        let mut places = HashSet::new();
        for entry in &entries {
            let (kind, id) = (entry.get("place_kind"), entry.get("place"));
            if !kind.is_empty() && !id.is_empty() && store.entry(kind, id)?.is_some() {
                places.insert((kind.to_owned(), id.to_owned()));
            }
        }
        let devices = entries.iter().map(|entry| Device::read(entry, &places)).filter(|device| !device.mn.is_empty());
        Ok(Self { by_mn: devices.map(|device| (device.mn.clone(), Arc::new(device))).collect(), revision })
    }

    /// The registry as it is now, where it changed since this one was read.
    pub(super) fn newer(&self, store: &Store) -> Result<Option<Self>, FactsError> {
        // A place that was entered later counts as a change too, so devices without one are looked at again.
        let waiting = self.by_mn.values().any(|device| device.place.is_none());
        if !waiting && store.register_revision(REGISTER)? == self.revision {
            return Ok(None);
        }
        Self::read(store).map(Some)
    }

    pub(super) fn device(&self, mn: &str) -> Option<&Arc<Device>> {
        self.by_mn.get(mn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_may_send_from_the_networks_that_are_listed() {
        let cases = [
            ("10.1.2.3", "10.1.2.3", true),
            ("10.1.2.3", "10.1.2.4", false),
            ("10.1.2.0/24, 192.168.0.1", "10.1.2.99", true),
            ("10.1.2.0/24, 192.168.0.1", "192.168.0.1", true),
            ("10.1.2.0/24", "10.1.3.1", false),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("fd00::/8", "fd12::1", true),
            ("fd00::/8", "10.1.2.3", false),
            ("somewhere", "10.1.2.3", false),
            ("10.1.2.3/99", "10.1.2.3", false),
        ];
        for (listed, peer, expected) in cases {
            let peer: IpAddr = peer.parse().unwrap();
            assert_eq!(networks(listed).iter().any(|network| network.holds(peer)), expected, "{listed}: {peer}");
        }
    }
}
