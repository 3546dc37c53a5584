//! `/metrics`: counters as Prometheus reads them. They come from whoever runs beside the portal, and name no device and no person.

use std::fmt;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use crate::server::Portal;

/// What gives the text of the counters.
#[derive(Clone)]
pub struct Counters(Arc<dyn Fn() -> String + Send + Sync>);

impl Counters {
    /// Counters whose text is made when it is asked for.
    pub fn new(text: impl Fn() -> String + Send + Sync + 'static) -> Self {
        Self(Arc::new(text))
    }
}

impl fmt::Debug for Counters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Counters(…)")
    }
}

/// The text, or that nothing is counted here.
pub(crate) async fn respond(State(portal): State<Arc<Portal>>) -> Response {
    match &portal.counters {
        Some(Counters(text)) => ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
