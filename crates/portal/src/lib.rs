//! HTTP: public site and APIs.
//!
//! Every page is a view (what is said, as data) and a rendering of it: the same address with `.json`, `.csv` or
//! `.geojson` gives the data of the page. Pages work without JavaScript; the map becomes lively where there is some.
//!
//! ```text
//! request ─▶ route ─▶ view (from the snapshot of the last judgement, or the store) ─▶ HTML | JSON | CSV | GeoJSON
//! ```

mod api;
mod assessed;
mod assets;
mod counters;
mod error;
mod format;
mod html;
mod lang;
mod openapi;
mod post;
mod registers;
mod routes;
mod server;
mod snapshot;
mod sta;
mod view;
mod viewer;

pub use counters::Counters;
pub use lang::{Lang, catalogue_keys};
pub use server::{Portal, PortalError, PortalSettings, router, serve};
