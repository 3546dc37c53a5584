//! Why a request is refused: always as JSON, and for something that cannot be read with its place.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// A request that is not answered as it was asked.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// Something in the address or the body cannot be read.
    Unreadable(Unreadable),
    /// There is no such thing; the text names it.
    NotFound(String),
    /// The request is understood and cannot be done; the text says why.
    Bad(String),
    /// Only with a token.
    SignIn,
    /// The token's account may not.
    Denied(String),
    /// It contradicts what is there.
    Conflict(String),
    /// Not with this method.
    Method(String),
    /// Anything else. The visitor gets no more than that, the log the cause.
    Internal(String),
}

/// What cannot be read, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// The option or field, such as `$filter`.
    pub(crate) place: String,
    /// The character at which reading stopped, from 0.
    pub(crate) position: usize,
    pub(crate) found: String,
    pub(crate) expected: String,
}

impl<E: std::error::Error> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Internal(error.to_string())
    }
}

/// At most so much of what was found is repeated.
const SHOWN: usize = 60;

/// What was found, cut where it is long.
pub(crate) fn shorten(text: &str) -> String {
    if text.chars().count() <= SHOWN { text.to_owned() } else { text.chars().take(SHOWN).chain(['…']).collect() }
}

/// A refusal for something that cannot be read.
pub(crate) fn unreadable(place: &str, position: usize, found: &str, expected: impl Into<String>) -> Refusal {
    Refusal::Unreadable(Unreadable { place: place.to_owned(), position, found: shorten(found), expected: expected.into() })
}

impl Refusal {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Unreadable(_) | Self::Bad(_) => StatusCode::BAD_REQUEST,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::Denied(_) => StatusCode::FORBIDDEN,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The sentence that is told.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Unreadable(what) => {
                format!("{}, position {}: found `{}` (expected {})", what.place, what.position, what.found, what.expected)
            }
            Self::NotFound(what) => format!("there is no {what}"),
            Self::SignIn => "writing needs a personal token in the header `Authorization: Bearer …`".to_owned(),
            Self::Bad(what) | Self::Denied(what) | Self::Conflict(what) | Self::Method(what) => what.clone(),
            Self::Internal(_) => "internal error".to_owned(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        if let Self::Internal(cause) = &self {
            tracing::error!("the sensor service failed: {cause}");
        }
        let status = self.status();
        let mut body = json!({"code": status.as_u16(), "type": "error", "message": self.message()});
        if let Self::Unreadable(what) = &self {
            body["place"] = json!(what.place);
            body["position"] = json!(what.position);
            body["found"] = json!(what.found);
            body["expected"] = json!(what.expected);
        }
        (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
    }
}
