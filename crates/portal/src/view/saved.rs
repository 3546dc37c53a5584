//! Saved filters: a page with its filter under a name, kept for one account, opened from the desk and from the page.

use facts::{SavedView, SavedViewError};
use maud::{Markup, html};
use serde::Serialize;

use crate::error::PageError;
use crate::html::layout::Page;
use crate::post::Form;
use crate::routes::Ctx;
use crate::view::water::encode;

/// A saved filter as pages show it.
#[derive(Debug, Serialize)]
pub(crate) struct Saved {
    name: String,
    href: String,
}

/// The address a saved filter leads to, in the visitor's language.
fn href(ctx: &Ctx, view: &SavedView) -> String {
    let query = if view.query.is_empty() { String::new() } else { format!("?{}", view.query) };
    ctx.href(&format!("{}{query}", view.path))
}

/// The saved filters of whoever is signed in.
pub(crate) fn own(ctx: &Ctx) -> Result<Vec<Saved>, PageError> {
    let Some(viewer) = &ctx.viewer else { return Ok(Vec::new()) };
    let views = ctx.portal.store.saved_views(&viewer.account.name)?;
    Ok(views.into_iter().map(|view| Saved { href: href(ctx, &view), name: view.name }).collect())
}

/// Below a page that is a table: its saved filters, and the form that saves the one that is set. A list that cannot be
/// read takes no page with it.
pub(crate) fn panel(ctx: &Ctx, page: &Page) -> Markup {
    let Some(viewer) = ctx.viewer.as_ref().filter(|viewer| !viewer.by_token && page.formats.contains(&"csv")) else { return html! {} };
    let views = ctx.portal.store.saved_views(&viewer.account.name).unwrap_or_else(|error| {
        tracing::error!("saved filters cannot be read: {error}");
        Vec::new()
    });
    let here: Vec<&SavedView> = views.iter().filter(|view| view.path == ctx.path).collect();
    let query = query_of(ctx);
    if here.is_empty() && query.is_empty() {
        return html! {};
    }
    let lang = ctx.lang;
    html! {
        section.saved aria-labelledby="saved-title" {
            h2 id="saved-title" { (lang.t("saved.title")) }
            @if !here.is_empty() { ul.list { @for view in here { li { a href=(href(ctx, view)) { (view.name) } } } } }
            @if !query.is_empty() {
                form.filters method="post" action=(ctx.href("desk/saved")) {
                    input type="hidden" name="form_key" value=(viewer.form_key);
                    input type="hidden" name="do" value="save";
                    input type="hidden" name="path" value=(ctx.path);
                    input type="hidden" name="query" value=(query);
                    div { label for="saved-name" { (lang.t("saved.name")) } input type="text" id="saved-name" name="name" maxlength=(facts::saved_view::NAME_MOST) required; }
                    button type="submit" { (lang.t("saved.save")) }
                }
            }
        }
    }
}

/// On the desk: every saved filter, each with the button that deletes it.
pub(crate) fn list(ctx: &Ctx, saved: &[Saved]) -> Markup {
    let lang = ctx.lang;
    html! {
        @if let Some(viewer) = ctx.viewer.as_ref().filter(|_| !saved.is_empty()) {
            section.saved aria-labelledby="saved-title" {
                h2 id="saved-title" { (lang.t("saved.title")) }
                ul.list { @for view in saved {
                    li {
                        form.inline method="post" action=(ctx.href("desk/saved")) {
                            a href=(view.href) { (view.name) } " "
                            input type="hidden" name="form_key" value=(viewer.form_key);
                            input type="hidden" name="do" value="delete";
                            input type="hidden" name="name" value=(view.name);
                            button.quiet type="submit" { (lang.t("saved.delete")) span.visually-hidden { " " (view.name) } }
                        }
                    }
                } }
            }
        }
    }
}

/// The filter that is set, without the page number: whoever comes back begins at the first page.
fn query_of(ctx: &Ctx) -> String {
    join(ctx.query.iter().filter(|(key, value)| key.as_str() != "page" && !value.trim().is_empty()))
}

fn join<'a>(pairs: impl Iterator<Item = (&'a String, &'a String)>) -> String {
    pairs.map(|(key, value)| format!("{}={}", encode(key), encode(value))).collect::<Vec<_>>().join("&")
}

/// Saves or deletes a filter. Gives the page to go to.
pub(crate) fn change(ctx: &Ctx, form: &Form) -> Result<String, PageError> {
    let viewer = ctx.signed_in()?;
    let (store, account) = (&ctx.portal.store, viewer.account.name.as_str());
    let name = form.text("name").trim();
    match form.text("do") {
        "save" => {
            let path = form.text("path").trim_matches('/');
            let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
            if path.is_empty() || !path.chars().all(plain) || path.split('/').any(|part| part.is_empty() || part == "..") {
                return Err(PageError::BadRequest(format!("path=`{path}`")));
            }
            // Read and written again, so that what is kept is a query and nothing else.
            let pairs: Vec<(String, String)> =
                serde_urlencoded::from_str(form.text("query")).map_err(|error| PageError::BadRequest(error.to_string()))?;
            let view =
                SavedView { name: name.to_owned(), path: path.to_owned(), query: join(pairs.iter().map(|(key, value)| (key, value))) };
            match store.save_view(account, &view, ctx.portal.now()) {
                Ok(()) => Ok(href(ctx, &view)),
                Err(SavedViewError::Facts(error)) => Err(PageError::Internal(error.to_string())),
                Err(other) => Err(PageError::BadRequest(other.to_string())),
            }
        }
        "delete" => {
            store.forget_view(account, name)?;
            Ok(ctx.href("desk"))
        }
        other => Err(PageError::BadRequest(format!("do=`{other}`"))),
    }
}
