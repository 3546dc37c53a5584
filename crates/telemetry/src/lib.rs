//! How facts arrive: HJ 212, MQTT, SensorThings, lab sheets.
//!
//! [`hj212`] is the protocol between field data loggers and a monitoring centre. It opens no socket, reads no clock and keeps no file:
//! bytes come in as an argument, and so does the time. What a device sent becomes a message together with everything that was
//! noticed about it; bad data is data, and no bytes make this crate panic. [`gateway`] is what devices connect to: it stores what
//! they send and answers when it is on disk; its clock comes in as a function. [`simulate`] sends what made-up devices say.
//!
//! ```text
//! bytes ─▶ Framer ─▶ Frame ─▶ open ─▶ Opened ─▶ segment ─▶ (Reassembly) ─▶ understand ─▶ Message
//!          noise     length    CRC, SM4,  text      fields,      packets                     factors, answers,
//!                    CRC       encoding             data area                                events
//! ```
//!
//! A gateway feeds what it reads and sends back what is wanted:
//!
//! ```
//! use telemetry::hj212::{self, Body, CrcDialect, Device, Found, Framer, Side, Suffix};
//!
//! let device = Device { crc: CrcDialect::Strict, key: None, edition: None, from: Side::Field };
//! let mut framer = Framer::new(hj212::SEGMENT_HOLD);
//! let mut answers = Vec::new();
//!
//! let bytes = b"##0146QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;\
//!     CP=&&DataTime=20160801085857;w01018-Rtd=40.1,w01018-Flag=N;hello&&C0C1\r\n";
//! for found in framer.push(bytes) {
//!     let Found::Frame(frame) = found else { continue };
//!     let opened = hj212::open(&frame, &device);
//!     let parsed = opened.read(&device);
//!     if !parsed.accepted() {
//!         continue; // a wrong CRC gets no answer
//!     }
//!     let message = parsed.value;
//!     if let Body::Upload(upload) = &message.body {
//!         let cod = &upload.factors[0];
//!         assert_eq!(cod.item.map(|item| item.id()), Some("cod"));
//!         assert_eq!(cod.value(Suffix::Rtd).map(|value| &*value.text), Some("40.1"));
//!     }
//!     assert_eq!(parsed.notices[0].id(), "token-without-value"); // `hello` was noticed, not fatal
//!     if let Some(answer) = hj212::answer(&message) {
//!         answers.push(hj212::encode(&answer, CrcDialect::Strict).expect("an answer to a readable message can be written"));
//!     }
//! }
//! assert_eq!(
//!     String::from_utf8_lossy(&answers[0]),
//!     "##0087QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&3240\r\n"
//! );
//! ```

pub mod gateway;
pub mod hj212;
pub mod simulate;
