//! What an account has to do: dates of tasks, duties, steps of measures, findings, reports of others. Each leads to the
//! form with which it is done.

use act::measure;
use facts::Account;
use judge::Outcome;
use plan::{Modality, Plan, Power};

use super::Item;
use crate::error::PageError;
use crate::routes::Ctx;
use crate::view::{accept, dispatch, duties, register};

/// How many findings without a measure are listed of each measure that could be opened, so that none hides the others, and how
/// many reports to accept.
const FINDINGS: usize = 10;
const REPORTS: usize = 30;

/// Everything an account has to do of its own.
pub(super) fn own(ctx: &Ctx, account: &Account) -> Result<Vec<Item>, PageError> {
    if !acts(&ctx.portal.plan, account) {
        return Ok(Vec::new());
    }
    let mut items = deadlines(ctx, account);
    items.extend(owed(ctx, account)?);
    items.extend(measures(ctx, account)?);
    items.extend(findings(ctx, account)?);
    items.extend(reports(ctx, account)?);
    Ok(items)
}

/// Whether an account is an officer's who can do something at all; whoever only reads has nothing to do.
fn acts(plan: &Plan, account: &Account) -> bool {
    let can = |role: &plan::Role| role.can.iter().any(|power| matches!(power, Power::Edit | Power::Accept | Power::Sign));
    account.subject.is_empty() && plan.role(&account.role).is_some_and(can)
}

/// Whether an account may make entries of a register.
fn may_make(ctx: &Ctx, account: &Account, kind: &str) -> bool {
    let plan = &ctx.portal.plan;
    plan.register(kind).is_some_and(|register| measure::person(account).may_make(plan, register).is_ok())
}

/// What a new report of a county says of where it belongs.
fn county_part(ctx: &Ctx, unit: &str) -> String {
    let county = ctx.portal.plan.counties().any(|county| county.id.get_ref() == unit);
    if county { format!("&county={unit}") } else { String::new() }
}

/// Dates of tasks that the account's unit leads or answers for, and that are not met yet.
fn deadlines(ctx: &Ctx, account: &Account) -> Vec<Item> {
    let (plan, lang) = (&ctx.portal.plan, ctx.lang);
    // Whatever was of a unit that ended is of its successor.
    let unit = plan.unit_now(&account.unit);
    let reports = may_make(ctx, account, "task_report");
    let mut items = Vec::new();
    for task in &plan.tasks {
        for (n, deadline) in task.deadline.iter().enumerate().filter(|(_, deadline)| deadline.modality != Modality::Context) {
            let part = dispatch::part(plan, task, deadline, unit).or((unit == plan.city()).then_some("desk.city"));
            let Some(part) = part else { continue };
            let id = format!("{}-{}", task.id.get_ref(), n + 1);
            let judged = ctx.snapshot.of_subject("deadline", &id).next_back();
            if judged.is_some_and(|judged| judged.verdict.outcome == Outcome::Pass) {
                continue;
            }
            let reason = judged.and_then(|judged| judged.verdict.reason.as_deref());
            // Extensions move the day; a stop, or a report that waits for somebody else, leaves nothing to be done.
            let due = judged.and_then(|judged| judged.verdict.facts.get("due")).cloned().unwrap_or_else(|| deadline.date.0.to_string());
            let why = match reason {
                Some("not_accepted") => lang.t("desk.waits_acceptance"),
                Some("stopped") => lang.t("desk.stopped"),
                _ => lang.t(part),
            };
            items.push(Item {
                kind: "deadline",
                title: format!("{} {}", task.id.get_ref(), lang.pick(&deadline.what)),
                why: why.to_owned(),
                href: if reports {
                    ctx.href(&format!("registers/task_report/new?deadline={id}&unit={unit}{}", county_part(ctx, unit)))
                } else {
                    ctx.href(&format!("plan/{}", task.id.get_ref()))
                },
                waits: matches!(reason, Some("not_accepted" | "stopped")),
                lenient: judged.is_some_and(|judged| judged.verdict.outcome == Outcome::Undetermined)
                    && due < ctx.portal.settings.as_of.to_string(),
                button: if reports { "desk.report" } else { "desk.look" },
                made_up: judged.is_some_and(|judged| judged.verdict.made_up),
                standing_in_for: None,
                due: Some(due),
                id,
            });
        }
    }
    items
}

/// Records of repeating duties that have not come.
fn owed(ctx: &Ctx, account: &Account) -> Result<Vec<Item>, PageError> {
    let unit = ctx.portal.plan.unit_now(&account.unit);
    let records = may_make(ctx, account, duties::RECORDS);
    let item = |owed: duties::Owed| Item {
        kind: "duty",
        title: format!("{} {} · {}", owed.duty, owed.what, owed.period),
        why: ctx.lang.t(if owed.proposed { "desk.duty_proposed" } else { "desk.duty" }).to_owned(),
        href: if records {
            let kind = duties::RECORDS;
            let county = county_part(ctx, unit);
            ctx.href(&format!("registers/{kind}/new?duty={}&period={}&unit={unit}{county}", owed.duty, owed.period))
        } else {
            ctx.href(&format!("plan/{}", owed.task))
        },
        lenient: owed.proposed,
        waits: false,
        button: if records { "desk.record" } else { "desk.look" },
        made_up: owed.made_up,
        standing_in_for: None,
        due: Some(owed.due.to_string()),
        id: format!("{}-{}", owed.duty, owed.period),
    };
    Ok(duties::owed(ctx, unit)?.into_iter().map(item).collect())
}

/// Open measures whose next step the account may take.
fn measures(ctx: &Ctx, account: &Account) -> Result<Vec<Item>, PageError> {
    let mut items = Vec::new();
    for own in ctx.portal.store.measures()?.into_iter().filter(|own| own.closed_at.is_none()) {
        let Some(machine) = ctx.portal.plan.measure(&own.machine) else { continue };
        let county = register::entry::county_of(ctx, &own.subject_kind, &own.subject)?;
        let judged = ctx.snapshot.standing(&own.rule, &own.subject);
        let finding = judged.map(|judged| &judged.verdict);
        let next = measure::steps_from(machine, &own.state)
            .find(|step| measure::allowed(&ctx.portal.plan, &own, step, finding, &county, account).is_ok());
        let person = measure::person(account);
        let later = measure::steps_from(machine, &own.state).find(|step| person.may_step(&ctx.portal.plan, step, &county).is_ok());
        let Some(step) = next.or(later) else { continue };
        let steps = ctx.portal.store.measure_steps(&own.id)?;
        items.push(Item {
            kind: "measure",
            title: format!(
                "{} · {}",
                judged.map_or(own.subject.as_str(), |judged| ctx.lang.pick(&judged.subject_name)),
                ctx.lang.pick(&machine.title)
            ),
            due: steps.last().and_then(|step| step.due.clone()),
            why: ctx.lang.fill(if next.is_some() { "desk.next_step" } else { "desk.waits" }, &[("step", ctx.lang.pick(&step.title))]),
            href: ctx.href(&format!("measures/{}", own.id)),
            lenient: false,
            waits: next.is_none(),
            button: "desk.take",
            made_up: own.made_up,
            standing_in_for: None,
            id: own.id,
        });
    }
    Ok(items)
}

/// Failing findings for which a measure could be opened and none is, of registers within the account's reach.
fn findings(ctx: &Ctx, account: &Account) -> Result<Vec<Item>, PageError> {
    let plan = &ctx.portal.plan;
    let person = measure::person(account);
    if person.has(plan, Power::Sign).is_err() {
        return Ok(Vec::new());
    }
    let open = ctx.portal.store.measures()?;
    let mut items = Vec::new();
    for machine in &plan.measures {
        let enough = items.len() + FINDINGS;
        for rule in &machine.rules {
            let failing = ctx.snapshot.failing_of(rule.get_ref());
            for judged in failing {
                let verdict = &judged.verdict;
                let taken = open.iter().any(|own| own.rule == verdict.rule && own.subject == verdict.subject && own.closed_at.is_none());
                let county = register::entry::county_of(ctx, &verdict.subject_kind, &verdict.subject)?;
                let first = measure::steps_from(machine, machine.start.get_ref()).any(|step| person.may_step(plan, step, &county).is_ok());
                if taken || !first || enough <= items.len() {
                    continue;
                }
                items.push(Item {
                    kind: "finding",
                    id: verdict.id.clone(),
                    title: ctx.lang.pick(&judged.sentence).to_owned(),
                    due: None,
                    why: ctx.lang.fill("desk.can_open", &[("measure", ctx.lang.pick(&machine.title))]),
                    href: ctx.href(&format!("why/{}", verdict.id)),
                    lenient: false,
                    waits: false,
                    button: "desk.decide",
                    made_up: verdict.made_up,
                    standing_in_for: None,
                });
            }
        }
    }
    Ok(items)
}

/// Reports of other units that are this one's to accept.
fn reports(ctx: &Ctx, account: &Account) -> Result<Vec<Item>, PageError> {
    let mut items = Vec::new();
    for report in accept::waiting(ctx, account)?.into_iter().filter(|report| accept::is_for(ctx, &account.unit, report)).take(REPORTS) {
        let unit = ctx.portal.plan.unit_name(report.get("unit"), ctx.lang.id()).to_owned();
        let deadline = ctx.portal.plan.deadline(report.get("deadline"));
        let what = deadline.map_or("", |deadline| ctx.lang.pick(&deadline.what));
        items.push(Item {
            kind: "report",
            title: format!("{} {what} · {unit}", report.get("deadline")),
            due: None,
            why: ctx.lang.fill("desk.reported", &[("unit", &unit), ("day", report.get("reported_on"))]),
            href: ctx.href(&format!("desk/accept#e-{}", report.id)),
            lenient: false,
            waits: false,
            button: "desk.accept",
            made_up: report.made_up,
            standing_in_for: None,
            id: report.id.clone(),
        });
    }
    Ok(items)
}
