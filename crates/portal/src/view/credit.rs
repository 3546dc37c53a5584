//! Whose data the pages show: the credits of the pack for the sources that really gave observations, and for the pack's own.

use plan::schema::Credit;

use crate::lang::Lang;
use crate::routes::Ctx;

/// The credits that apply, in the order of the pack.
pub(crate) fn applying(ctx: &Ctx) -> impl Iterator<Item = &Credit> {
    let used = move |credit: &&Credit| credit.source.as_ref().is_none_or(|source| ctx.snapshot.sources.contains(source));
    ctx.portal.plan.head.credit.iter().filter(used)
}

/// Sources of observations for which the pack has no credit.
pub(crate) fn unnamed(ctx: &Ctx) -> impl Iterator<Item = &String> {
    let named = move |source: &&String| ctx.portal.plan.head.credit.iter().any(|credit| credit.source.as_ref() == Some(*source));
    ctx.snapshot.sources.iter().filter(move |source| !named(source))
}

/// The line at the foot of every page; empty where the pack credits nobody.
pub(crate) fn line(ctx: &Ctx) -> String {
    let texts: Vec<&str> = applying(ctx).map(|credit| ctx.lang.pick(&credit.text)).collect();
    texts.join(if ctx.lang == Lang::Zh { "" } else { " " })
}
