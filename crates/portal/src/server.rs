//! Starting the portal, and what every answer carries.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use facts::Store;
use jiff::civil::Date;
use plan::{PackFiles, Plan};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use crate::registers::Registers;
use crate::routes;
use crate::snapshot::Snapshot;
use crate::viewer;

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
    /// Now, in seconds since 1970.
    pub clock: fn() -> i64,
    /// Whether cookies are only sent over TLS; for a portal behind a proxy that speaks it.
    pub secure_cookies: bool,
    /// How long whoever changed a fact waits for the judgement that follows; longer ones go on behind the page.
    pub judgement_wait: Duration,
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
    /// The calendar of the plan pack cannot be read.
    #[error(transparent)]
    Calendar(#[from] act::calendar::CalendarError),
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
    pub(crate) calendar: act::calendar::Calendar,
    pub(crate) registers: Registers,
    pub(crate) counters: Option<crate::counters::Counters>,
    pub(crate) sensors: crate::sta::Held,
    snapshot: RwLock<Option<Arc<Snapshot>>>,
    judging: tokio::sync::Mutex<()>,
    behind: AtomicBool,
}

impl Portal {
    /// A portal over a store and its pack.
    pub fn new(store: Store, mut plan: Plan, files: PackFiles, settings: PortalSettings) -> Result<Self, PortalError> {
        // Units that ended before the day the pages speak of are succeeded on them.
        plan.set_day(settings.as_of);
        let calendar = act::calendar::Calendar::from_toml(files.get("calendar.toml").unwrap_or_default())?;
        Ok(Self {
            store,
            plan,
            files,
            settings,
            calendar,
            registers: Registers::default(),
            counters: None,
            sensors: crate::sta::Held::default(),
            snapshot: RwLock::new(None),
            judging: tokio::sync::Mutex::new(()),
            behind: AtomicBool::new(false),
        })
    }

    /// With counters of what runs beside it, for `/metrics`.
    #[must_use]
    pub fn with_counters(mut self, counters: crate::counters::Counters) -> Self {
        self.counters = Some(counters);
        self
    }

    /// Now.
    pub(crate) fn now(&self) -> i64 {
        (self.settings.clock)()
    }

    /// When something that is written down now became known to the pages: now, or on the day they speak of where that
    /// lies before today, as in a demonstration.
    pub(crate) fn known_now(&self) -> i64 {
        self.now().min(facts::time::end_of(self.settings.as_of))
    }

    /// Whether facts changed that the pages do not tell of yet.
    pub(crate) fn is_behind(&self) -> bool {
        self.behind.load(Ordering::Relaxed)
    }

    /// Judges again where facts changed since the last judgement; one judgement at a time. It goes on where the caller
    /// no longer waits.
    pub(crate) async fn judge_again(self: &Arc<Self>, who: &str) {
        let (portal, who) = (Arc::clone(self), who.to_owned());
        let judged = tokio::spawn(async move {
            if let Err(error) = portal.judge_now(&who).await {
                tracing::error!("judging again after a change failed: {error}");
            }
        });
        // Waited for so long and no longer: the page then says that a judgement is under way.
        drop(tokio::time::timeout(self.settings.judgement_wait, judged).await);
    }

    async fn judge_now(&self, who: &str) -> Result<(), PortalError> {
        let _one = self.judging.lock().await;
        let as_of = self.settings.as_of;
        if self.store.setting("judged_with")?.as_deref() == Some(&judge::made_with(&self.store, &self.plan, as_of)?) {
            return Ok(());
        }
        self.behind.store(true, Ordering::Relaxed);
        let change = facts::Change { who: who.to_owned(), at: self.now(), why: "facts changed".to_owned() };
        let done = judge::judge_and_keep(&self.store, &self.plan, as_of, &change, |_| {}).await;
        self.behind.store(false, Ordering::Relaxed);
        done?;
        Ok(())
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

/// What a person sees who is signed in is kept nowhere: by no cache on the way, and not by a browser that others use too.
async fn keep_private(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let shared = path.starts_with("/static/") || path.starts_with("/map/");
    let personal = path.starts_with("/calendar/") || viewer::is_personal(request.headers());
    let mut response = next.run(request).await;
    if !shared && (personal || viewer::is_personal(response.headers())) {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    }
    response
}

/// The routes with everything every answer carries.
pub fn router(portal: Arc<Portal>) -> Router {
    let put = |name: &'static str, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(HeaderName::from_static(name), HeaderValue::from_static(value))
    };
    routes::all()
        .with_state(portal)
        .layer(middleware::from_fn(keep_private))
        .layer(put("content-security-policy", CONTENT_SECURITY_POLICY))
        .layer(put("x-content-type-options", "nosniff"))
        .layer(put("referrer-policy", "same-origin"))
        .layer(put("cache-control", "no-cache"))
        .layer(CompressionLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(60)))
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
