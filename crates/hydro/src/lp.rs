//! Small linear programmes with a fixed answer: objectives one after the other, prices, and a name for what cannot be met.
//!
//! A revised simplex method for variables with bounds. Later objectives choose among the optima of the earlier ones, exactly:
//! what would worsen an earlier one is frozen, so no tolerance leaks from one to the next. The last objective is the rule that
//! breaks ties, so that the answer does not hang on the order of the rows. It is meant for up to about a thousand rows;
//! it keeps a dense inverse, whose cost grows with their square.
//!
//! ```
//! use hydro::lp::{Model, Objective, solve};
//!
//! let mut model = Model::default();
//! let x = model.column("x", 0.0, 3.0);
//! let y = model.column("y", 0.0, f64::INFINITY);
//! model.row("both", f64::NEG_INFINITY, 4.0, vec![(x, 1.0), (y, 1.0)]);
//! let best = solve(&model, &[Objective::new("−(x + 2y)", vec![(x, -1.0), (y, -2.0)])]).unwrap();
//! assert!((best.values[y] - 4.0).abs() < 1e-12 && (best.prices[0][0] + 2.0).abs() < 1e-12);
//! ```

mod basis;
mod model;
mod scale;
mod simplex;

pub use model::{Account, Column, Miss, Model, NoOptimum, Objective, Optimum, Row};
pub use scale::Scaling;
pub use simplex::solve;
