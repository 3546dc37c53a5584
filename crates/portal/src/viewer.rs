//! Who is asking: a session from the browser's cookie, or a token of a program.

use axum::http::{HeaderMap, header};
use facts::account::{Account, Entered};
use plan::access::Person;
use plan::{Plan, Power, Register};

use crate::error::PageError;
use crate::server::{Portal, PortalError};

/// Name of the cookie.
pub(crate) const COOKIE: &str = "qingliu_session";

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub(crate) struct Viewer {
    pub(crate) account: Account,
    /// Must come back with every form. A program's token has none: its requests carry the token itself.
    pub(crate) form_key: String,
    pub(crate) access: String,
    pub(crate) by_token: bool,
}

impl Viewer {
    pub(crate) fn person(&self) -> Person<'_> {
        act::measure::person(&self.account)
    }

    /// Denied unless the role has the power.
    pub(crate) fn need(&self, plan: &Plan, power: Power) -> Result<(), PageError> {
        self.person().has(plan, power).map(|_| ()).map_err(|denied| PageError::Denied(denied.to_string()))
    }
}

/// Whether a visitor may see a field of an entry; what is public everybody may.
pub(crate) fn sees(viewer: Option<&Viewer>, plan: &Plan, register: &Register, entry: &facts::Entry, field: &plan::Field) -> bool {
    field.public || viewer.is_some_and(|viewer| viewer.person().may_see(plan, register, &entry.id, &entry.data, field))
}

/// Who is asking, if it is anybody we know.
pub(crate) fn of_request(portal: &Portal, headers: &HeaderMap) -> Result<Option<Viewer>, PortalError> {
    let now = portal.now();
    let made = |by_token: bool| move |Entered { account, form_key, access }| Viewer { account, form_key, access, by_token };
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer "));
    if let Some(token) = bearer {
        return Ok(portal.store.entered("token", token.trim(), now)?.map(made(true)));
    }
    match cookie(headers) {
        Some(key) => Ok(portal.store.entered("session", key, now)?.map(made(false))),
        None => Ok(None),
    }
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(name, _)| *name == COOKIE).map(|(_, value)| value)
}

/// The cookie of a new session; scripts cannot read it, and other sites' forms do not send it.
pub(crate) fn set_cookie(portal: &Portal, key: &str) -> String {
    let secure = if portal.settings.secure_cookies { "; Secure" } else { "" };
    format!("{COOKIE}={key}; Path=/; HttpOnly; SameSite=Lax{secure}")
}

/// The cookie that ends it in the browser.
pub(crate) fn clear_cookie() -> String {
    format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
}
