//! Who is asking: a session from the browser's cookie, or a token of a program.

use axum::http::{HeaderMap, header};
use facts::account::{Account, Entered, stood_in_for};
use facts::ledger::{self, LedgerRow};
use jiff::civil::Date;
use maud::{Markup, html};
use plan::access::Person;
use plan::{Plan, Power, Register};

use crate::error::PageError;
use crate::lang::Lang;
use crate::routes::Ctx;
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
    /// The person who is away and for whom this is done; nobody where it is the viewer's own.
    pub(crate) stands_for: Option<Account>,
}

impl Viewer {
    /// Whose powers count: the viewer's own, or those of whoever the viewer stands in for.
    pub(crate) fn acting(&self) -> &Account {
        self.stands_for.as_ref().unwrap_or(&self.account)
    }

    pub(crate) fn person(&self) -> Person<'_> {
        act::measure::person(self.acting())
    }

    /// Who signs a change; where somebody stands in, both are named.
    pub(crate) fn who(&self) -> String {
        let own = &self.account.name;
        self.stands_for.as_ref().map_or_else(|| own.clone(), |absent| ledger::standing_in(own, &absent.name))
    }

    /// The name at the top of pages.
    pub(crate) fn display(&self, lang: Lang) -> String {
        let own = &self.account.display;
        let both = |absent: &Account| lang.fill("desk.signed_for", &[("who", own), ("for", &absent.display)]);
        self.stands_for.as_ref().map_or_else(|| own.clone(), both)
    }

    /// What every form carries: the form key, and for whom it is sent.
    pub(crate) fn form_fields(&self) -> Markup {
        html! {
            input type="hidden" name="form_key" value=(self.form_key);
            (self.for_field())
        }
    }

    /// For whom a form is sent, where it is not one's own.
    pub(crate) fn for_field(&self) -> Markup {
        html! { @if let Some(absent) = &self.stands_for { input type="hidden" name="for" value=(absent.name); } }
    }

    /// Denied unless the role has the power.
    pub(crate) fn need(&self, plan: &Plan, power: Power) -> Result<(), PageError> {
        self.person().has(plan, power).map(|_| ()).map_err(|denied| PageError::Denied(denied.to_string()))
    }
}

impl Ctx {
    /// An address in the visitor's language that keeps for whom the visitor stands in.
    pub(crate) fn href_acting(&self, path: &str) -> String {
        let plain = self.href(path);
        match self.viewer.as_ref().and_then(|viewer| viewer.stands_for.as_ref()) {
            Some(absent) => href_for(&plain, &absent.name),
            None => plain,
        }
    }
}

/// An address at which somebody acts for a person who is away.
pub(crate) fn href_for(address: &str, absent: &str) -> String {
    let (page, part) = address.split_once('#').map_or((address, String::new()), |(page, part)| (page, format!("#{part}")));
    format!("{page}{}for={absent}{part}", if page.contains('?') { '&' } else { '?' })
}

/// The day by which absences are counted: today, not the day pages speak of.
pub(crate) fn today(portal: &Portal) -> Date {
    facts::time::day_of(portal.now()).unwrap_or(Date::MIN)
}

/// The viewer as whoever stands in for `absent`: only while that person is away and names the viewer as deputy. What
/// nothing allows is denied, and so is what was allowed until yesterday.
pub(crate) fn standing_in(portal: &Portal, lang: Lang, viewer: Option<Viewer>, absent: &str) -> Result<Option<Viewer>, PageError> {
    let Some(viewer) = viewer else { return Ok(None) };
    if absent.is_empty() {
        return Ok(Some(viewer));
    }
    let accounts = portal.store.accounts()?;
    let found = stood_in_for(&accounts, &viewer.account.name, today(portal)).into_iter().find(|account| account.name == absent);
    let denied = || PageError::Denied(lang.fill("desk.not_deputy", &[("name", absent)]));
    Ok(Some(Viewer { stands_for: Some(found.ok_or_else(denied)?.clone()), ..viewer }))
}

/// Who signed something, in words.
pub(crate) fn signed(lang: Lang, who: &str) -> String {
    match ledger::signed_by(who) {
        (deputy, Some(absent)) => lang.fill("desk.signed_for", &[("who", deputy), ("for", absent)]),
        (own, None) => own.to_owned(),
    }
}

/// Who made a change that the ledger tells of, in words.
pub(crate) fn signed_row(lang: Lang, row: &LedgerRow) -> String {
    match row.stood_in_for() {
        Some(absent) => lang.fill("desk.signed_for", &[("who", &row.who), ("for", &absent)]),
        None => row.who.clone(),
    }
}

/// Whether a visitor may see a field of an entry; what is public everybody may.
pub(crate) fn sees(viewer: Option<&Viewer>, plan: &Plan, register: &Register, entry: &facts::Entry, field: &plan::Field) -> bool {
    field.public || viewer.is_some_and(|viewer| viewer.person().may_see(plan, register, &entry.id, &entry.data, field))
}

/// Who is asking, if it is anybody we know.
pub(crate) fn of_request(portal: &Portal, headers: &HeaderMap) -> Result<Option<Viewer>, PortalError> {
    let now = portal.now();
    let made =
        |by_token: bool| move |Entered { account, form_key, access }| Viewer { account, form_key, access, by_token, stands_for: None };
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer "));
    if let Some(token) = bearer {
        return Ok(portal.store.entered("token", token.trim(), now)?.map(made(true)));
    }
    match cookie(headers) {
        Some(key) => Ok(portal.store.entered("session", key, now)?.map(made(false))),
        None => Ok(None),
    }
}

/// Whether a request carries what lets somebody in, or an answer hands it out.
pub(crate) fn is_personal(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION) || headers.contains_key(header::SET_COOKIE) || cookie(headers).is_some()
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
