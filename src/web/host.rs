//! The private door answers only requests that name this machine: a page on the web cannot reach
//! it by pointing its own name at 127.0.0.1.

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::web::api;

/// Refuses requests whose `Host` is not this machine's own.
pub(super) async fn local_only(request: Request, next: Next) -> Response {
    if is_local(request.headers()) {
        next.run(request).await
    } else if request.uri().path().starts_with(api::ROOT) {
        api::Problem::not_local().into_response()
    } else {
        (StatusCode::FORBIDDEN, "Open this page as http://127.0.0.1 or http://localhost.\n")
            .into_response()
    }
}

fn is_local(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST).and_then(|host| host.to_str().ok()) else {
        return false;
    };
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    matches!(name, "127.0.0.1" | "localhost" | "::1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_local() {
        let host = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, text.parse().unwrap());
            is_local(&headers)
        };
        for good in ["127.0.0.1", "127.0.0.1:3000", "localhost:3000", "[::1]:3000"] {
            assert!(host(good), "{good}");
        }
        for bad in ["evil.invalid", "127.0.0.1.evil.invalid", "localhost.evil.invalid:3000", ""] {
            assert!(!host(bad), "{bad}");
        }
        assert!(!is_local(&HeaderMap::new()));
    }
}
