//! What the national standards say, and the functions over them.
//!
//! Every limit, decimal place, threshold and critical value is read from the files in `data/`, which name table,
//! edition and how far each row was verified. Nothing here knows a file system, a clock or a network.
//!
//! ```text
//! text ─▶ reading ─▶ mean ─▶ rounding ─▶ class of an item ─▶ class of a section ─▶ state of a river
//!        (marks, DL)                      (exact decimals)     (worst item)          (means or shares)
//! ```
//!
//! ```
//! use standards::{surface::{self, Body}, Class, Rounding};
//!
//! let values = [("nh3n", "0.905"), ("tp", "0.25"), ("do", "8.1")];
//! let judged = surface::judge(values, Body::River, Rounding::Published).unwrap();
//! assert_eq!(judged.class, Class::IV);
//! assert_eq!(judged.deciding, ["tp"]);
//! assert_eq!(judged.main_pollutants[0].to_string(), "总磷(0.2)");
//! ```

pub mod basin;
pub mod black_odour;
pub mod change;
mod cite;
mod class;
pub mod column;
pub mod cwqi;
mod data;
pub mod groundwater;
pub mod item;
pub mod limit_table;
pub mod mean;
pub mod reading;
pub mod rounding;
mod scaled;
pub mod surface;
pub mod trend;
pub mod trophic;
pub mod unit;

pub use cite::{Citation, digest};
pub use class::{Class, Status, UnknownClass};
pub use item::{Item, UnknownItem};
pub use rounding::Rounding;
pub use rust_decimal::Decimal;
pub use scaled::{BadDecimal, Scaled, decimal};
