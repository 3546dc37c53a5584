//! Those for whom an officer stands in: what is theirs stands on the officer's Today as well, with their name, while they
//! are away and no longer.

use std::collections::BTreeSet;

use facts::Account;
use facts::account::stood_in_for;
use serde::Serialize;

use super::Item;
use super::items::own;
use crate::error::PageError;
use crate::routes::Ctx;
use crate::viewer::{href_for, today};

/// Somebody who is away.
#[derive(Debug, Serialize)]
pub(super) struct Absence {
    name: String,
    display: String,
    /// The last day; empty where none is named.
    until: String,
}

impl Absence {
    pub(super) fn of(account: &Account) -> Self {
        Self { name: account.name.clone(), display: account.display.clone(), until: account.away_to.clone() }
    }

    /// For whom, and how long.
    pub(super) fn words(&self, ctx: &Ctx) -> String {
        let key = if self.until.is_empty() { "desk.absent" } else { "desk.absent_until" };
        ctx.lang.fill(key, &[("name", &self.display), ("day", &self.until)])
    }
}

/// The people for whom an account stands in today.
pub(super) fn absent(ctx: &Ctx, account: &Account) -> Result<Vec<Account>, PageError> {
    let accounts = ctx.portal.store.accounts()?;
    Ok(stood_in_for(&accounts, &account.name, today(&ctx.portal)).into_iter().cloned().collect())
}

/// What an account has to do, and what those have to do for whom it stands in, by date. What is the account's own too is
/// there once.
pub(super) fn all_items(ctx: &Ctx, account: &Account, absent: &[Account]) -> Result<Vec<Item>, PageError> {
    let mut all = own(ctx, account)?;
    let mut known: BTreeSet<String> = all.iter().map(|item| item.href.clone()).collect();
    for away in absent {
        for item in own(ctx, away)? {
            if known.insert(item.href.clone()) {
                all.push(Item { href: href_for(&item.href, &away.name), standing_in_for: Some(away.display.clone()), ..item });
            }
        }
    }
    all.sort_by(|a, b| (a.due.is_none(), &a.due, &a.id).cmp(&(b.due.is_none(), &b.due, &b.id)));
    Ok(all)
}

/// What keeps the same date apart in a calendar where it is one's own and somebody else's.
pub(super) fn mark(item: &Item) -> String {
    item.standing_in_for.as_ref().map_or_else(String::new, |name| format!("-for-{}", name.replace(' ', "-")))
}

/// Why it is in somebody's calendar.
pub(super) fn description(ctx: &Ctx, item: &Item) -> String {
    match &item.standing_in_for {
        Some(name) => format!("{} · {}", ctx.lang.fill("desk.standing_in", &[("name", name)]), item.why),
        None => item.why.clone(),
    }
}
