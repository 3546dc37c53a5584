//! What a visitor sees when something is not there or went wrong: never more than they may know.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::format::Format;
use crate::html::layout;
use crate::lang::Lang;

/// An answer that is not the page asked for.
#[derive(Debug)]
pub(crate) enum PageError {
    /// There is no such page, section, verdict …
    NotFound,
    /// The address asks for something that cannot be read; the message names it.
    BadRequest(String),
    /// Only for people who are signed in.
    SignIn,
    /// Signed in, but not allowed; the message says why.
    Denied(String),
    /// Anything else. The visitor gets a number, the log the cause.
    Internal(String),
}

impl<E: std::error::Error> From<E> for PageError {
    fn from(error: E) -> Self {
        Self::Internal(error.to_string())
    }
}

static NUMBER: AtomicU64 = AtomicU64::new(1);

/// The error as a page, or as JSON where data was asked for.
pub(crate) fn respond(error: PageError, lang: Lang, format: Format) -> Response {
    let (status, title, text) = match error {
        PageError::NotFound => (StatusCode::NOT_FOUND, lang.t("error.not_found"), lang.t("error.not_found_text").to_owned()),
        PageError::BadRequest(what) => (StatusCode::BAD_REQUEST, lang.t("error.bad_request"), what),
        PageError::SignIn => (StatusCode::UNAUTHORIZED, lang.t("error.sign_in"), lang.t("error.sign_in_text").to_owned()),
        PageError::Denied(why) => (StatusCode::FORBIDDEN, lang.t("error.denied"), why),
        PageError::Internal(cause) => {
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            tracing::error!(error.number = number, "internal error {number}: {cause}");
            (
                StatusCode::INTERNAL_SERVER_ERROR,
                lang.t("error.internal"),
                lang.fill("error.internal_text", &[("number", &number.to_string())]),
            )
        }
    };
    if format != Format::Html {
        let body = serde_json::json!({"error": title, "message": text});
        return (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response();
    }
    let page = layout::Page {
        title: title.to_owned(),
        lang,
        here: "",
        path: String::new(),
        query: String::new(),
        formats: &[],
        demo: false,
        credit: String::new(),
        script: None,
        viewer: None,
        behind: false,
    };
    let body = layout::render(
        &page,
        &maud::html! { h1 { (title) } p { (text) } @if status == StatusCode::UNAUTHORIZED { p { a href={ "/" (lang.id()) "/sign-in" } { (lang.t("sign.in")) } } } p { a href={ "/" (lang.id()) "/" } { (lang.t("error.home")) } } },
    );
    (status, body).into_response()
}
