//! The checksum of HJ 212, and the two wrong ones that devices send in its place.
//!
//! The standard calls it "ANSI CRC16", but its first step shifts the register and so loses the low byte. It is neither
//! CRC-16/MODBUS nor CRC-16/ARC, and only 256 of the 65,536 values can ever be right: one damaged frame in 256 passes. It is
//! never used here as an identity.

use serde::Deserialize;

/// 0x8005 with its bits reversed, the polynomial of HJ 212-2017 Annex A and of MODBUS alike.
const POLYNOMIAL: u16 = 0xA001;
/// What the register holds before the first byte.
const START: u16 = 0xFFFF;

const TABLE: [u16; 256] = table();

const fn table() -> [u16; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut register = byte as u16;
        let mut bit = 0;
        while bit < 8 {
            register = if register & 1 == 1 { (register >> 1) ^ POLYNOMIAL } else { register >> 1 };
            bit += 1;
        }
        table[byte] = register;
        byte += 1;
    }
    table
}

/// The checksum as the standard defines it.
pub fn crc(bytes: &[u8]) -> u16 {
    bytes.iter().fold(START, |register, byte| TABLE[usize::from((register >> 8) ^ u16::from(*byte))])
}

/// CRC-16/MODBUS, which some devices send instead.
pub fn crc_modbus(bytes: &[u8]) -> u16 {
    bytes.iter().fold(START, |register, byte| TABLE[usize::from((register ^ u16::from(*byte)) & 0xFF)] ^ (register >> 8))
}

/// Which checksum a device sends. A setting of each device, never a silent fallback: every further value that is
/// accepted lets as many more damaged frames pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CrcDialect {
    /// The standard's, and nothing else.
    Strict,
    /// CRC-16/MODBUS, printed with its low byte first.
    ModbusLowFirst,
    /// CRC-16/MODBUS, printed with its high byte first.
    ModbusHighFirst,
    /// A frame whose checksum or length field is wrong is kept and marked. What we send has the standard's checksum.
    Lenient,
}

impl CrcDialect {
    /// The checksum of a data segment that we send to the device.
    pub fn of(self, segment: &[u8]) -> u16 {
        match self {
            Self::Strict | Self::Lenient => crc(segment),
            Self::ModbusHighFirst => crc_modbus(segment),
            Self::ModbusLowFirst => crc_modbus(segment).swap_bytes(),
        }
    }

    /// The dialect other than the standard's in which a checksum would be right.
    pub(super) fn recognise(given: u16, segment: &[u8]) -> Option<Self> {
        [Self::Strict, Self::ModbusHighFirst, Self::ModbusLowFirst].into_iter().find(|dialect| dialect.of(segment) == given)
    }
}
