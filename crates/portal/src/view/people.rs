//! The door, one's own account, and the people of the desk.

use axum::response::Response;
use facts::{Account, AccountError, Change, NewAccount};
use maud::{Markup, html};
use plan::Power;
use serde_json::json;

use crate::error::PageError;
use crate::post::Form;
use crate::routes::Ctx;
use crate::view::{answer, frame, handover, units as unit_names};

/// How long a program's token or a calendar's holds, in seconds: a year.
const TOKEN_S: i64 = 366 * 24 * 3600;

/// `/sign-in`
pub(crate) fn respond_sign_in(ctx: &Ctx, error: Option<&AccountError>) -> Response {
    let lang = ctx.lang;
    let mut response = answer(ctx, frame(ctx, lang.t("sign.in"), "", &[]), &json!({}), None, None, || {
        html! {
            h1 { (lang.t("sign.in")) }
            p.muted { (lang.t("sign.note")) }
            @if let Some(error) = error {
                div.errors role="alert" { p { @match error { AccountError::Locked(_) => { (lang.t("sign.locked")) }, _ => { (lang.t("sign.wrong")) } } } }
            }
            form.entry method="post" action=(ctx.href("sign-in")) {
                div.field { label for="name" { (lang.t("sign.name")) } input type="text" id="name" name="name" autocomplete="username" required; }
                div.field { label for="password" { (lang.t("sign.password")) } input type="password" id="password" name="password" autocomplete="current-password" required; }
                div.field { label for="code" { (lang.t("sign.code")) } input type="text" inputmode="numeric" id="code" name="code" autocomplete="one-time-code"; }
                p { button type="submit" { (lang.t("sign.in")) } }
            }
            @if ctx.portal.settings.demo { p.notice { (lang.t("sign.demo")) } }
        }
    });
    if error.is_some() {
        *response.status_mut() = axum::http::StatusCode::UNAUTHORIZED;
    }
    response
}

/// What a page says after a change.
pub(crate) enum Said {
    /// It was done; what is shown once, such as a token, stands beside it.
    Done(&'static str, Option<String>),
    /// It was not.
    Wrong(String),
}

fn said(ctx: &Ctx, said: Option<&Said>) -> Markup {
    html! {
        @match said {
            Some(Said::Done(key, shown)) => { div.notice role="status" { p { (ctx.lang.t(key)) } @if let Some(shown) = shown { p { code { (shown) } } } } },
            Some(Said::Wrong(why)) => { div.errors role="alert" { p { (why) } } },
            None => {},
        }
    }
}

/// `/desk/account`
pub(crate) fn respond_account(ctx: &Ctx, now: Option<&Said>) -> Result<Response, PageError> {
    let viewer = ctx.signed_in()?;
    let lang = ctx.lang;
    let account = &viewer.account;
    let accesses = ctx.portal.store.accesses(&account.name, ctx.portal.now())?;
    let hidden =
        |what: &str| html! { input type="hidden" name="form_key" value=(viewer.form_key); input type="hidden" name="do" value=(what); };
    Ok(answer(ctx, frame(ctx, lang.t("desk.account"), "desk", &[]), &json!({}), None, None, || {
        html! {
            p.eyebrow { a href=(ctx.href("desk")) { (lang.t("menu.desk")) } }
            h1 { (account.display) }
            (said(ctx, now))
            dl.fields {
                div { dt { (lang.t("sign.name")) } dd { (account.name) } }
                div { dt { (lang.t("people.unit")) } dd { (unit_names::name(ctx, &account.unit)) } }
                div { dt { (lang.t("people.role")) } dd { (role_title(ctx, &account.role)) } }
                div { dt { (lang.t("people.factor")) } dd { (lang.word("boolean", if account.totp { "true" } else { "false" })) } }
            }
            form method="post" action=(ctx.href("sign-out")) { input type="hidden" name="form_key" value=(viewer.form_key); p { button type="submit" { (lang.t("sign.out")) } } }
            h2 { (lang.t("account.password")) }
            form.entry method="post" action=(ctx.href("desk/account")) {
                (hidden("password"))
                div.field { label for="old" { (lang.t("account.old")) } input type="password" id="old" name="old" autocomplete="current-password" required; }
                div.field { label for="new" { (lang.fill("account.new", &[("n", &facts::account::PASSWORD_MIN.to_string())])) } input type="password" id="new" name="new" autocomplete="new-password" required; }
                p { button type="submit" { (lang.t("account.change")) } }
            }
            h2 { (lang.t("people.factor")) }
            form.entry method="post" action=(ctx.href("desk/account")) { (hidden("totp")) p { (lang.t("account.factor_note")) } p { button type="submit" { (lang.t("account.factor_set")) } } }
            h2 { (lang.t("account.absence")) }
            form.entry method="post" action=(ctx.href("desk/account")) {
                (hidden("absence"))
                div.field { label for="deputy" { (lang.t("account.deputy")) } input type="text" id="deputy" name="deputy" value=(account.deputy); }
                div.field { label for="from" { (lang.t("account.from")) } input type="date" id="from" name="from" value=(account.away_from); }
                div.field { label for="to" { (lang.t("account.to")) } input type="date" id="to" name="to" value=(account.away_to); }
                p { button type="submit" { (lang.t("form.save")) } }
            }
            h2 { (lang.t("account.tokens")) }
            p.muted { (lang.t("account.tokens_note")) }
            ul.list { @for access in &accesses {
                li {
                    (lang.word("access", &access.kind)) " " (access.label) " " span.muted { (facts::time::print(access.created_at)) " – " (facts::time::print(access.expires_at)) }
                    form method="post" action=(ctx.href("desk/account")) { (hidden("revoke")) input type="hidden" name="access" value=(access.hash); button type="submit" { (lang.t("account.revoke")) span.visually-hidden { " " (access.label) } } }
                }
            } }
            form.entry method="post" action=(ctx.href("desk/account")) {
                (hidden("token"))
                div.field { label for="kind" { (lang.t("account.kind")) } select id="kind" name="kind" { option value="calendar" { (lang.word("access", "calendar")) } option value="token" { (lang.word("access", "token")) } } }
                div.field { label for="label" { (lang.t("account.label")) } input type="text" id="label" name="label"; }
                p { button type="submit" { (lang.t("account.make")) } }
            }
        }
    }))
}

fn role_title(ctx: &Ctx, role: &str) -> String {
    ctx.portal.plan.role(role).map_or_else(|| role.to_owned(), |role| ctx.lang.pick(&role.title).to_owned())
}

/// A change of one's own account.
pub(crate) fn change_own(ctx: &Ctx, form: &Form) -> Result<Response, PageError> {
    let viewer = ctx.signed_in()?;
    let store = &ctx.portal.store;
    let name = &viewer.account.name;
    let change = Change { who: name.clone(), at: ctx.portal.now(), why: form.text("do").to_owned() };
    let done = match form.text("do") {
        "password" => match store.sign_in(name, form.text("old"), form.text("code"), ctx.portal.now()) {
            Err(AccountError::Wrong) if !viewer.account.totp => Err(AccountError::Wrong),
            Err(AccountError::Locked(left)) => Err(AccountError::Locked(left)),
            _ => store.set_password(name, form.text("new"), &change).map(|()| Said::Done("account.password_done", None)),
        },
        "totp" => store.set_totp(name, &change).map(|secret| Said::Done("account.factor_done", Some(secret))),
        "absence" => {
            let (deputy, from, to) = (form.text("deputy").trim(), form.text("from").trim(), form.text("to").trim());
            if let Some(wrong) = handover::wrong_absence(ctx, &viewer.account, deputy, from, to)? {
                return respond_account(ctx, Some(&Said::Wrong(wrong)));
            }
            store.set_absence(name, deputy, from, to, &change).map(|()| Said::Done("account.done", None))
        }
        "token" => {
            let kind = if form.text("kind") == "token" { "token" } else { "calendar" };
            let made = store.make_token(name, kind, form.text("label"), change.at + TOKEN_S, &change);
            made.map(|key| Said::Done("account.token_done", Some(if kind == "calendar" { format!("/calendar/{key}.ics") } else { key })))
        }
        "revoke" => {
            store.revoke(name, form.text("access"), change.at)?;
            Ok(Said::Done("account.done", None))
        }
        other => return Err(PageError::BadRequest(format!("do=`{other}`"))),
    };
    respond_account(ctx, Some(&in_words(ctx, done)?))
}

fn in_words(ctx: &Ctx, done: Result<Said, AccountError>) -> Result<Said, PageError> {
    match done {
        Ok(said) => Ok(said),
        Err(error @ (AccountError::Facts(_) | AccountError::Secret(_))) => Err(error.into()),
        Err(AccountError::WeakPassword(_)) => {
            Ok(Said::Wrong(ctx.lang.fill("account.weak", &[("n", &facts::account::PASSWORD_MIN.to_string())])))
        }
        Err(AccountError::Wrong) => Ok(Said::Wrong(ctx.lang.t("sign.wrong").to_owned())),
        Err(AccountError::Locked(_)) => Ok(Said::Wrong(ctx.lang.t("sign.locked").to_owned())),
        Err(other) => Ok(Said::Wrong(other.to_string())),
    }
}

/// `/desk/people`
pub(crate) fn respond(ctx: &Ctx, now: Option<&Said>) -> Result<Response, PageError> {
    let viewer = ctx.signed_in()?;
    let plan = &ctx.portal.plan;
    viewer.need(plan, Power::Administer)?;
    let lang = ctx.lang;
    let accounts: Vec<Account> = ctx.portal.store.accounts()?;
    let rows = accounts.iter().map(|account| {
        vec![
            account.name.clone(),
            account.display.clone(),
            account.unit.clone(),
            account.role.clone(),
            account.subject.clone(),
            account.closed.to_string(),
        ]
    });
    let csv = (&["name", "display", "unit", "role", "subject", "closed"][..], rows.collect());
    let view = json!(accounts.iter().map(|account| json!({"name": account.name, "display": account.display, "unit": account.unit, "role": account.role, "subject": account.subject, "closed": account.closed})).collect::<Vec<_>>());
    let hidden = |what: &str| html! { (viewer.form_fields()) input type="hidden" name="do" value=(what); };
    let units = |id: &str, chosen: &str| html! { select id=(id) name="unit" { @for unit in &plan.head.unit { option value=(unit.id.get_ref()) selected[unit.id.get_ref() == chosen] { (lang.pick(&unit.name)) } } } };
    let roles = |id: &str, chosen: &str| html! { select id=(id) name="role" { @for role in &plan.roles { option value=(role.id.get_ref()) selected[role.id.get_ref() == chosen] { (lang.pick(&role.title)) } } } };
    Ok(answer(ctx, frame(ctx, lang.t("desk.people"), "desk", &["json", "csv"]), &view, Some(csv), None, || {
        html! {
            p.eyebrow { a href=(ctx.href("desk")) { (lang.t("menu.desk")) } }
            h1 { (lang.fill("people.sentence", &[("n", &accounts.len().to_string())])) }
            (said(ctx, now))
            div.scroll tabindex="0" role="region" aria-label=(lang.t("desk.people")) { table {
                thead { tr { th { (lang.t("sign.name")) } th { (lang.t("people.display")) } th { (lang.t("people.unit")) } th { (lang.t("people.role")) } th { (lang.t("people.subject")) } th { (lang.t("people.change")) } } }
                tbody { @for account in &accounts { tr {
                    th scope="row" { (account.name) @if account.closed { " " span.tag { (lang.t("people.closed")) } } }
                    td { (account.display) } td { (unit_names::name(ctx, &account.unit)) } td { (role_title(ctx, &account.role)) } td { (account.subject) }
                    td { @if !account.closed { details { summary { (lang.t("people.change")) span.visually-hidden { " " (account.name) } }
                        form.entry method="post" action=(ctx.href("desk/people")) {
                            (hidden("move")) input type="hidden" name="name" value=(account.name);
                            div.field { label for={ "u-" (account.name) } { (lang.t("people.unit")) } (units(&format!("u-{}", account.name), &account.unit)) }
                            div.field { label for={ "r-" (account.name) } { (lang.t("people.role")) } (roles(&format!("r-{}", account.name), &account.role)) }
                            div.field { label for={ "w-" (account.name) } { (lang.t("form.why")) } input type="text" id={ "w-" (account.name) } name="why" required; }
                            p { button type="submit" { (lang.t("people.move")) } }
                        }
                        form.entry method="post" action=(ctx.href("desk/people")) { (hidden("close")) (handover::fields(ctx, &accounts, account)) }
                    } } }
                } } }
            } }
            h2 { (lang.t("people.add")) }
            form.entry method="post" action=(ctx.href("desk/people")) {
                (hidden("add"))
                div.field { label for="f-name" { (lang.t("sign.name")) } input type="text" id="f-name" name="name" required; }
                div.field { label for="f-display" { (lang.t("people.display")) } input type="text" id="f-display" name="display" required; }
                div.field { label for="f-unit" { (lang.t("people.unit")) } (units("f-unit", "")) }
                div.field { label for="f-role" { (lang.t("people.role")) } (roles("f-role", "")) }
                div.field { label for="f-subject" { (lang.t("people.subject")) } p.hint { (lang.t("people.subject_note")) } input type="text" id="f-subject" name="subject"; }
                div.field { label for="f-email" { (lang.t("people.email")) } input type="email" id="f-email" name="email"; }
                div.field { label for="f-password" { (lang.t("people.first_password")) } input type="password" id="f-password" name="password" autocomplete="new-password" required; }
                p { button type="submit" { (lang.t("people.add")) } }
            }
        }
    }))
}

/// A change of somebody's account.
pub(crate) fn change(ctx: &Ctx, form: &Form) -> Result<Response, PageError> {
    let viewer = ctx.signed_in()?;
    let plan = &ctx.portal.plan;
    viewer.need(plan, Power::Administer)?;
    let store = &ctx.portal.store;
    let change = Change { who: viewer.who(), at: ctx.portal.now(), why: form.text("why").to_owned() };
    let name = form.text("name").trim();
    let (unit, role) = (form.text("unit"), form.text("role"));
    let known = plan.unit(unit).is_some() && plan.role(role).is_some();
    let done = match form.text("do") {
        "add" | "move" if !known => return Err(PageError::BadRequest(format!("unit=`{unit}`, role=`{role}`"))),
        "add" => {
            let own = |field: &str| form.text(field).trim().to_owned();
            let new = NewAccount {
                name: name.to_owned(),
                display: own("display"),
                unit: unit.to_owned(),
                role: role.to_owned(),
                subject: own("subject"),
                email: own("email"),
            };
            store.add_account(&new, form.text("password"), &change).map(|()| Said::Done("people.added", None))
        }
        "move" => store.move_account(name, unit, role, &change).map(|()| Said::Done("account.done", None)),
        "close" if [&viewer.account.name, &viewer.acting().name].iter().any(|own| own.as_str() == name) => {
            return respond(ctx, Some(&Said::Wrong(ctx.lang.t("people.not_self").to_owned())));
        }
        "close" => match handover::heir(ctx, name, form.text("successor"))? {
            Ok(heir) => store.hand_over(name, heir, &change).map(|done| Said::Done("people.closed_done", Some(handover::told(ctx, &done)))),
            Err(wrong) => return respond(ctx, Some(&Said::Wrong(wrong))),
        },
        other => return Err(PageError::BadRequest(format!("do=`{other}`"))),
    };
    respond(ctx, Some(&in_words(ctx, done)?))
}
