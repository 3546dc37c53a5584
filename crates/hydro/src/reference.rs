//! Tables that come with the crate as text, each with its origin and how sure it is. Nothing in the crate reads them by
//! itself: whoever calls parses one, or has a table of the city's own.

/// Shares of the mean flow after Tennant (1976), for [`crate::ecoflow::TennantTable`]; TOML.
pub const TENNANT: &str = include_str!("../data/tennant.toml");

/// Bands and colours of the carrying capacity, for [`crate::carrying::Bands`]; TOML.
pub const CARRYING: &str = include_str!("../data/carrying.toml");

/// Where steady discharge with dispersion needs which formula, for [`crate::steady::dispersion::Thresholds`]; TOML.
pub const DISPERSION: &str = include_str!("../data/dispersion.toml");

/// Grades of an event with their reporting hours, for [`crate::spill::response::Grades`]; TOML.
pub const SPILL_GRADES: &str = include_str!("../data/spill-grades.toml");
