//! Units by name: one that ended is told with whoever stands in its place now.

use crate::routes::Ctx;

/// The name of a unit on the day the pages speak of: `now X (until DATE: Y)` where Y ended by then. What was signed or
/// reported keeps the name of its time and does not come here.
pub(crate) fn name(ctx: &Ctx, id: &str) -> String {
    let plan = &ctx.portal.plan;
    let (was, now) = (plan.unit_name(id, ctx.lang.id()), plan.unit_now(id));
    let ended = plan.unit(id).and_then(|unit| unit.ended).filter(|_| now != id);
    match ended {
        Some(day) => {
            ctx.lang.fill("unit.succeeded", &[("now", plan.unit_name(now, ctx.lang.id())), ("day", &day.0.to_string()), ("was", was)])
        }
        None => was.to_owned(),
    }
}
