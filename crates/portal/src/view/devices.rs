//! Devices, for those who may see them: who speaks, who is late, what was not kept and why. No password and no address is here.

use axum::http::{HeaderValue, header};
use axum::response::Response;
use facts::instrument::{Aside, Availability, DeviceState, DeviceSummary, REGISTER};
use maud::{Markup, html};
use plan::Power;
use serde::Serialize;

use crate::error::PageError;
use crate::html::badge;
use crate::routes::Ctx;
use crate::view::water::encode;
use crate::view::{answer, frame};

/// Seconds after which a page that was asked to stay fresh is loaded again.
const FRESH: &str = "10";
/// Rows of what was not kept.
const ASIDE: usize = 100;
const DAY_MS: i64 = 86_400_000;

#[derive(Serialize)]
struct View {
    /// When this was so.
    at: String,
    on_time: usize,
    late: usize,
    never: usize,
    devices: Vec<DeviceSummary>,
    /// Of the last 24 hours.
    not_kept: Vec<Aside>,
}

/// `/desk/devices`
pub(crate) fn respond(ctx: &Ctx) -> Result<Response, PageError> {
    let viewer = ctx.signed_in()?;
    viewer.need(&ctx.portal.plan, Power::See)?;
    if !viewer.acting().subject.is_empty() {
        // Whoever speaks for one entry sees that one, in its register.
        return Err(PageError::Denied(ctx.lang.t("devices.denied").to_owned()));
    }
    let now = ctx.portal.now();
    let now_ms = now * 1000;
    let mut devices = ctx.portal.store.devices(now_ms)?;
    // Whoever needs somebody comes first.
    devices.sort_by_key(|device| match device.state {
        DeviceState::Late => 0,
        DeviceState::Never => 1,
        DeviceState::Unknown => 2,
        DeviceState::OnTime => 3,
    });
    let count = |state: DeviceState| devices.iter().filter(|device| device.state == state).count();
    let view = View {
        at: facts::time::print(now),
        on_time: count(DeviceState::OnTime),
        late: count(DeviceState::Late),
        never: count(DeviceState::Never),
        not_kept: ctx.portal.store.set_aside(now_ms - DAY_MS, ASIDE)?,
        devices,
    };
    let csv = (
        &[
            "device",
            "mn",
            "place_kind",
            "place",
            "state",
            "last_seen",
            "silent_s",
            "received",
            "expected",
            "frames",
            "again",
            "observations",
            "quarantined",
            "refused",
            "skew_ms",
            "made_up",
        ][..],
        view.devices.iter().map(cells).collect(),
    );
    let page = frame(ctx, ctx.lang.t("devices.title"), "desk", &["json", "csv"]);
    let mut response = answer(ctx, page, &view, Some(csv), None, || draw(ctx, &view));
    if ctx.asked("fresh").is_some() {
        response.headers_mut().insert(header::REFRESH, HeaderValue::from_static(FRESH));
    }
    Ok(response)
}

fn cells(device: &DeviceSummary) -> Vec<String> {
    let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    vec![
        device.id.clone(),
        device.mn.clone(),
        device.place_kind.clone(),
        device.place.clone(),
        device.state.id().to_owned(),
        device.last_seen.map(facts::time::print).unwrap_or_default(),
        number(device.silent_s),
        number(device.availability.map(|day| day.received)),
        number(device.availability.map(|day| day.expected)),
        device.frames.to_string(),
        device.again.to_string(),
        device.observations.to_string(),
        device.quarantined.to_string(),
        device.refused.to_string(),
        number(device.skew_ms),
        device.made_up.to_string(),
    ]
}

fn draw(ctx: &Ctx, view: &View) -> Markup {
    let lang = ctx.lang;
    let n = |n: usize| n.to_string();
    html! {
        p.eyebrow { a href=(ctx.href("desk")) { (lang.t("menu.desk")) } }
        h1 { (lang.fill("devices.sentence", &[("n", &n(view.devices.len())), ("on_time", &n(view.on_time)), ("late", &n(view.late)), ("never", &n(view.never))])) }
        p.muted {
            (lang.fill("devices.at", &[("time", &view.at)])) " · "
            @if ctx.asked("fresh").is_some() { a href=(ctx.href("desk/devices")) { (lang.t("devices.still")) } }
            @else { a href=(ctx.href("desk/devices?fresh=1")) { (lang.t("devices.fresh")) } }
        }
        @if view.devices.is_empty() { p.muted { (lang.t("devices.empty")) } }
        @else { (table(ctx, view)) }
        h2 { (lang.t("devices.not_kept")) }
        @if view.not_kept.is_empty() { p.muted { (lang.t("devices.all_kept")) } }
        @else {
            p.muted { (lang.t("devices.not_kept_note")) }
            div.scroll tabindex="0" role="region" aria-label=(lang.t("devices.not_kept")) { table {
                thead { tr { th { (lang.t("devices.mn")) } th { (lang.t("devices.what")) } th { (lang.t("devices.why")) } th.num { (lang.t("devices.frames")) } th { (lang.t("devices.last")) } } }
                tbody { @for row in &view.not_kept { tr {
                    td { code { (row.mn) } } td { (lang.word("frame_state", &row.state)) } td { (lang.word("frame_reason", &row.reason)) }
                    td.num { (row.frames) } td.nowrap { (facts::time::print(row.last)) }
                } } }
            } }
        }
    }
}

fn table(ctx: &Ctx, view: &View) -> Markup {
    let lang = ctx.lang;
    html! {
        div.scroll tabindex="0" role="region" aria-label=(lang.t("devices.title")) { table {
            thead { tr {
                th { (lang.t("devices.device")) } th { (lang.t("devices.place")) } th { (lang.t("devices.state")) } th { (lang.t("devices.last")) }
                th.num { (lang.t("devices.day")) } th.num { (lang.t("devices.frames")) } th.num { (lang.t("devices.quarantined")) }
                th.num { (lang.t("devices.refused")) } th.num { (lang.t("devices.clock")) }
            } }
            tbody { @for device in &view.devices { tr {
                th scope="row" { a href=(ctx.href(&format!("registers/{REGISTER}/{}", encode(&device.id)))) { (device.id) } " " (badge::made_up(lang, device.made_up)) }
                td { a href=(ctx.href(&format!("registers/{}/{}", encode(&device.place_kind), encode(&device.place)))) { (device.place) } }
                td.nowrap { span aria-hidden="true" { (sign(device.state)) " " } (lang.word("device_state", device.state.id())) }
                td.nowrap {
                    @if let (Some(last), Some(silent)) = (device.last_seen, device.silent_s) { (facts::time::print(last)) " · " (ago(ctx, silent)) }
                    @else { (lang.t("devices.no_word")) }
                }
                td.num { (day(device.availability)) }
                td.num { (device.frames) } td.num { (device.quarantined) } td.num { (device.refused) }
                td.num { @if let Some(skew) = device.skew_ms { (lang.fill("devices.seconds", &[("n", &format!("{:+}", skew / 1000))])) } @else { "–" } }
            } } }
        } }
    }
}

/// The shape beside the word of a state.
const fn sign(state: DeviceState) -> &'static str {
    match state {
        DeviceState::OnTime => "✓",
        DeviceState::Late => "!",
        DeviceState::Never => "–",
        DeviceState::Unknown => "?",
    }
}

/// Records of the last day in percent of those expected; a full hundred only where none is missing.
fn day(availability: Option<Availability>) -> String {
    availability
        .map_or_else(|| "–".to_owned(), |day| format!("{} % ({}/{})", day.received * 100 / day.expected, day.received, day.expected))
}

/// How long ago, in the largest unit that fits twice.
fn ago(ctx: &Ctx, seconds: i64) -> String {
    let (key, n) = match seconds {
        ..120 => ("devices.seconds_ago", seconds),
        120..7200 => ("devices.minutes_ago", seconds / 60),
        7200..172_800 => ("devices.hours_ago", seconds / 3600),
        _ => ("devices.days_ago", seconds / 86_400),
    };
    ctx.lang.fill(key, &[("n", &n.to_string())])
}
