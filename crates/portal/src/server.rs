//! Starting the portal, and what every answer carries.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use facts::Store;
use jiff::civil::Date;
use plan::{PackFiles, Plan};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use crate::routes;
use crate::snapshot::Snapshot;

/// Scripts and styles come from here alone; nothing inline runs.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// What the portal is told.
#[derive(Debug, Clone)]
pub struct PortalSettings {
    /// The day pages speak of.
    pub as_of: Date,
    /// Whether it is a demonstration, which every page then says.
    pub demo: bool,
    /// Number of the reviewed base map (审图号).
    pub map_review_number: Option<String>,
}

/// Why the portal cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum PortalError {
    /// The store says no.
    #[error(transparent)]
    Facts(#[from] facts::FactsError),
    /// The facts cannot be asked.
    #[error(transparent)]
    Judge(#[from] judge::JudgeError),
    /// A stored verdict cannot be read.
    #[error("verdict {id}: {source}")]
    Verdict {
        /// Its id.
        id: String,
        /// Why.
        source: serde_json::Error,
    },
    /// The network says no.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// The portal over a store.
#[derive(Debug)]
pub struct Portal {
    pub(crate) store: Store,
    pub(crate) plan: Plan,
    pub(crate) files: PackFiles,
    pub(crate) settings: PortalSettings,
    snapshot: RwLock<Option<Arc<Snapshot>>>,
}

impl Portal {
    /// A portal over a store and its pack.
    pub fn new(store: Store, plan: Plan, files: PackFiles, settings: PortalSettings) -> Result<Self, PortalError> {
        Ok(Self { store, plan, files, settings, snapshot: RwLock::new(None) })
    }

    /// What the last judgement gave; read again only where there was a new one since.
    pub(crate) async fn snapshot(&self) -> Result<Arc<Snapshot>, PortalError> {
        let key = self.store.setting("judged_with")?.unwrap_or_default();
        let held = self.snapshot.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(held) = held.filter(|held| held.key == key) {
            return Ok(held);
        }
        let fresh = Arc::new(Snapshot::read(self, key).await?);
        *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&fresh));
        Ok(fresh)
    }
}

/// The routes with everything every answer carries.
pub fn router(portal: Arc<Portal>) -> Router {
    let header = |name: &'static str, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(HeaderName::from_static(name), HeaderValue::from_static(value))
    };
    routes::all()
        .with_state(portal)
        .layer(header("content-security-policy", CONTENT_SECURITY_POLICY))
        .layer(header("x-content-type-options", "nosniff"))
        .layer(header("referrer-policy", "same-origin"))
        .layer(header("cache-control", "no-cache"))
        .layer(CompressionLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(30)))
        .layer(CatchPanicLayer::new())
        .layer(TraceLayer::new_for_http())
}

/// Serves until told to stop.
pub async fn serve(
    listener: tokio::net::TcpListener,
    portal: Portal,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), PortalError> {
    let portal = Arc::new(portal);
    // Ready before the first visitor comes.
    portal.snapshot().await?;
    axum::serve(listener, router(portal)).with_graceful_shutdown(stop).await?;
    Ok(())
}
