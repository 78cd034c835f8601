//! What goes wrong, as JSON that says what to do.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::store::StoreError;
use crate::web::api::ROOT;

/// Why there is no answer.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::web) struct Problem {
    status: StatusCode,
    code: &'static str,
    message: String,
    what_to_do: String,
}

impl Problem {
    fn new(
        status: StatusCode,
        code: &'static str,
        message: impl Into<String>,
        what_to_do: impl Into<String>,
    ) -> Self {
        Self { status, code, message: message.into(), what_to_do: what_to_do.into() }
    }

    /// What was asked for makes no sense.
    pub(super) fn bad(message: impl Into<String>, what_to_do: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", message, what_to_do)
    }

    /// The register does not hold it.
    pub(super) fn missing(message: impl Into<String>, what_to_do: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", message, what_to_do)
    }

    pub(super) fn no_route() -> Self {
        Self::missing("There is no such route.", format!("{ROOT}/openapi.json lists them."))
    }

    pub(super) fn read_only() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "read_only",
            "The API answers GET and changes nothing.",
            "Answer for an identity where Beholden asks about it, on GitHub.",
        )
    }

    /// Asked from elsewhere than this machine.
    pub(in crate::web) fn not_local() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "not_local",
            "The API answers this machine only.",
            "Ask http://127.0.0.1 or http://localhost; from elsewhere through a tunnel.",
        )
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the API cannot read");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "The database does not answer.",
            "Try again soon; the log says why.",
        )
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self::bad(
            rejection.body_text(),
            format!("{ROOT}/openapi.json lists what each route takes."),
        )
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Self { status, code, message, what_to_do } = self;
        let body = json!({
            "error": { "code": code, "message": message, "what_to_do": what_to_do },
        });
        (status, Json(body)).into_response()
    }
}
