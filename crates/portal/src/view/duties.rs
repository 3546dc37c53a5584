//! Repeating duties of a unit: which period is owed, by which day, and which records have not come. A period is owed from
//! the day it is over, and late once the next one is over too: that is how the rule of the pack judges it.

use jiff::Span;
use jiff::civil::{Date, date};
use judge::Outcome;
use plan::{Duty, Every};

use crate::error::PageError;
use crate::routes::Ctx;
use crate::view::register;

/// The rule of the pack that judges duties, and the register of their records.
const RULE: &str = "duty";
pub(crate) const RECORDS: &str = "duty_report";
/// The word in `who` for every county and district.
const COUNTIES: &str = "counties";

/// A record that is still to come.
#[derive(Debug, Clone, serde::Serialize)]
pub(crate) struct Owed {
    pub(crate) duty: String,
    pub(crate) task: String,
    pub(crate) what: String,
    pub(crate) period: String,
    /// The last day on which the record is in time.
    pub(crate) due: Date,
    /// Whether its period is only proposed, so that it is never late for certain.
    pub(crate) proposed: bool,
    pub(crate) made_up: bool,
}

/// Months between two records; none for what has no period.
const fn months(every: Every) -> Option<i8> {
    match every {
        Every::Monthly => Some(1),
        Every::Quarterly => Some(3),
        Every::HalfYearly => Some(6),
        Every::Yearly => Some(12),
        Every::Once | Every::Event | Every::Regular => None,
    }
}

/// The name of the period of so many months that begins on a day: `2021-02`, `2021-Q1`, `2021-H1`, `2021`.
fn name(first: Date, months: i8) -> String {
    let (year, month) = (first.year(), first.month());
    match months {
        1 => format!("{year:04}-{month:02}"),
        3 => format!("{year:04}-Q{}", (month - 1) / 3 + 1),
        6 => format!("{year:04}-H{}", (month - 1) / 6 + 1),
        _ => format!("{year:04}"),
    }
}

/// The two newest periods that are over on a day, the older one first: first day, day after the last, and last day on
/// which the record is in time.
fn periods(today: Date, months: i8) -> Vec<(Date, Date, Date)> {
    let running = date(today.year(), (today.month() - 1) / months * months + 1, 1);
    let shift = |n: i8| running.checked_add(Span::new().months(n)).ok();
    let of = |back: i8| {
        let (first, after, next) = (shift(-back * months)?, shift((1 - back) * months)?, shift((2 - back) * months)?);
        Some((first, after, next.yesterday().ok()?))
    };
    [of(2), of(1)].into_iter().flatten().collect()
}

/// Whether a duty is a unit's.
fn is_of(ctx: &Ctx, duty: &Duty, unit: &str) -> bool {
    let plan = &ctx.portal.plan;
    let named = |id: &str| duty.who.iter().any(|name| plan.same_unit(name.get_ref(), id));
    let county = plan.counties().any(|county| county.id.get_ref() == unit);
    named(unit) || (county && named(COUNTIES)) || (unit == plan.city() && named(plan.head.issuer.get_ref()))
}

/// Whether the duty had begun when a period ended: from the year that the plan names, or else after it was issued.
fn had_begun(ctx: &Ctx, duty: &Duty, first: Date, after: Date) -> bool {
    duty.from.map_or_else(|| ctx.portal.plan.head.issue_year < after.year(), |year| year <= first.year())
}

/// The records that a unit still owes on the day the pages speak of, by the day they are due.
pub(crate) fn owed(ctx: &Ctx, unit: &str) -> Result<Vec<Owed>, PageError> {
    let plan = &ctx.portal.plan;
    if plan.register(RECORDS).is_none() {
        return Ok(Vec::new());
    }
    let today = ctx.portal.settings.as_of;
    let day = today.to_string();
    let records = register::entries(ctx, RECORDS)?;
    let county = plan.counties().any(|county| county.id.get_ref() == unit);
    let mut owed = Vec::new();
    for duty in plan.duties.iter().filter(|duty| is_of(ctx, duty, unit)) {
        let Some(months) = months(duty.suggested.unwrap_or(duty.period)) else { continue };
        let id = duty.id.get_ref();
        let place =
            |record: &facts::Entry| if record.get("county").is_empty() { record.get("unit") == unit } else { record.get("county") == unit };
        // A record of any department counts for all that share the duty; each county needs its own.
        let recorded = |period: &str| {
            records.iter().any(|record| {
                record.get("duty") == id
                    && record.get("period") == period
                    && record.get("done_on") <= day.as_str()
                    && (!county || place(record))
            })
        };
        let verdict = ctx.snapshot.standing(RULE, id).map(|judged| &judged.verdict);
        let outcome = verdict.map(|verdict| verdict.would_be.unwrap_or(verdict.outcome));
        let periods = periods(today, months);
        // Where the judgement is content without a record, data stand for it, as those of the stations do.
        let by_data =
            !county && outcome == Some(Outcome::Pass) && periods.first().is_some_and(|(first, ..)| !recorded(&name(*first, months)));
        for (first, after, due) in periods {
            let period = name(first, months);
            let is_late = due < today;
            if by_data || recorded(&period) || !had_begun(ctx, duty, first, after) || (is_late && outcome != Some(Outcome::Fail)) {
                continue;
            }
            owed.push(Owed {
                duty: id.clone(),
                task: duty.task.get_ref().clone(),
                what: ctx.lang.pick(&duty.what).to_owned(),
                period,
                due,
                proposed: duty.period == Every::Regular || duty.period_uncertain,
                made_up: verdict.is_some_and(|verdict| verdict.made_up),
            });
        }
    }
    owed.sort_by(|a, b| (a.due, &a.duty).cmp(&(b.due, &b.duty)));
    Ok(owed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The periods owed on a day, each with the last day on which its record is in time.
    fn shown(today: &str, months: i8) -> String {
        let today: Date = today.parse().unwrap();
        let all = periods(today, months).into_iter().map(|(first, _, due)| format!("{} by {due}", name(first, months)));
        all.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn a_record_is_in_time_until_the_next_period_is_over() {
        for (today, months, expected) in [
            ("2021-04-05", 1, "2021-02 by 2021-03-31, 2021-03 by 2021-04-30"),
            ("2021-03-31", 1, "2021-01 by 2021-02-28, 2021-02 by 2021-03-31"),
            ("2021-04-05", 3, "2020-Q4 by 2021-03-31, 2021-Q1 by 2021-06-30"),
            ("2021-04-05", 6, "2020-H1 by 2020-12-31, 2020-H2 by 2021-06-30"),
            ("2021-12-31", 12, "2019 by 2020-12-31, 2020 by 2021-12-31"),
            ("2022-01-01", 12, "2020 by 2021-12-31, 2021 by 2022-12-31"),
        ] {
            assert_eq!(shown(today, months), expected, "{today}");
        }
    }
}
