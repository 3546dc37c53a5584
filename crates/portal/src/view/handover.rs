//! When a person leaves or is away: who takes over, and what is refused.

use facts::{Account, Handover};
use jiff::civil::Date;
use maud::{Markup, html};

use crate::error::PageError;
use crate::routes::Ctx;

/// Stands for nobody in the list of successors; no account has such a name.
const NOBODY: &str = "-";

/// Whether one account can take over from another: open, of the same unit by now, and speaking for the same entry.
fn fits(ctx: &Ctx, leaving: &Account, other: &Account) -> bool {
    !other.closed && other.name != leaving.name && other.subject == leaving.subject && ctx.portal.plan.same_unit(&other.unit, &leaving.unit)
}

/// The fields of the form that closes an account.
pub(crate) fn fields(ctx: &Ctx, accounts: &[Account], leaving: &Account) -> Markup {
    let lang = ctx.lang;
    let name = &leaving.name;
    html! {
        input type="hidden" name="name" value=(name);
        div.field {
            label for={ "s-" (name) } { (lang.t("people.successor")) " " span.required { (lang.t("form.required")) } }
            p.hint id={ "h-" (name) } { (lang.t("people.successor_note")) }
            select id={ "s-" (name) } name="successor" required aria-describedby={ "h-" (name) } {
                option value="" { "–" }
                @for other in accounts.iter().filter(|other| fits(ctx, leaving, other)) { option value=(other.name) { (other.display) " (" (other.name) ")" } }
                option value=(NOBODY) { (lang.t("people.no_successor")) }
            }
        }
        p { button type="submit" { (lang.t("people.close")) } }
    }
}

/// Who takes over, as a form says; the inner error is for the page.
pub(crate) fn heir<'a>(ctx: &Ctx, leaving: &str, named: &'a str) -> Result<Result<Option<&'a str>, String>, PageError> {
    let store = &ctx.portal.store;
    let Some(leaving) = store.account(leaving)? else { return Err(PageError::NotFound) };
    Ok(match named {
        "" => Err(ctx.lang.t("people.successor_missing").to_owned()),
        NOBODY => Ok(None),
        named => match store.account(named)?.filter(|other| fits(ctx, &leaving, other)) {
            Some(_) => Ok(Some(named)),
            None => Err(ctx.lang.fill("people.successor_unfit", &[("name", named)])),
        },
    })
}

/// What ended and what went where.
pub(crate) fn told(ctx: &Ctx, done: &Handover) -> String {
    let counts = [
        ("ended", done.ended.to_string()),
        ("deputy_of", done.deputy_of.len().to_string()),
        ("moved", done.letters_moved.to_string()),
        ("unsent", done.letters_ended.to_string()),
    ];
    let counts: Vec<(&str, &str)> = counts.iter().map(|(key, n)| (*key, n.as_str())).collect();
    ctx.lang.fill("people.handed_over", &counts)
}

/// What is wrong with an absence: the deputy is another open account that speaks for the same entry, if any, and the days
/// are days in their order.
pub(crate) fn wrong_absence(ctx: &Ctx, own: &Account, deputy: &str, from: &str, to: &str) -> Result<Option<String>, PageError> {
    if !deputy.is_empty() {
        let fits = |other: &Account| !other.closed && other.name != own.name && other.subject == own.subject;
        if !ctx.portal.store.account(deputy)?.as_ref().is_some_and(fits) {
            return Ok(Some(ctx.lang.fill("account.deputy_unfit", &[("name", deputy)])));
        }
    }
    let day = |text: &str| if text.is_empty() { Ok(None) } else { text.parse::<Date>().map(Some) };
    let in_order = match (day(from), day(to)) {
        (Ok(Some(from)), Ok(Some(to))) => from <= to,
        (Ok(from), Ok(to)) => from.is_some() || to.is_none(),
        _ => false,
    };
    Ok(if in_order { None } else { Some(ctx.lang.t("account.absence_days").to_owned()) })
}
