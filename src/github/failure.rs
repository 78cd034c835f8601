//! What a failed call to GitHub asks, and of whom.
//!
//! Absence is never read out of an error: a 404 alone is [`Failure::Blind`]. Only a caller that
//! has seen the parent answer may say [`Failure::Gone`].

use http::{HeaderMap, Method, StatusCode};
use jiff::SignedDuration;

use crate::domain::Timestamp;
use crate::github::Quota;
use crate::github::answer::Answer;

/// Why a call did not do what it should.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Of us: rate limits, timeouts, 5xx, broken connections. Nothing is lost by waiting.
    #[error("{why}; next try not before {until}")]
    Later {
        /// The earliest moment at which trying again makes sense.
        until: Timestamp,
        /// A sentence without its full stop.
        why: String,
        /// GitHub may have done what was asked: look before asking again. Never set for reads.
        maybe_done: bool,
    },
    /// Of the organisation or the operator: a permission is missing, issues are switched off, the
    /// repository is archived, the installation suspended. Trying again changes nothing.
    #[error("{why}")]
    Refused {
        /// A sentence for people, with the permission where GitHub names it.
        why: String,
        /// `X-Accepted-GitHub-Permissions`: what would have been enough.
        permission: Option<String>,
    },
    /// Of nobody: it answers 404 while what it belongs to answers 200 to the same token.
    #[error("it is gone")]
    Gone,
    /// Cannot be told: 404 without proof, another object under the name, another host.
    #[error("{why}")]
    Blind {
        /// A sentence for people.
        why: String,
    },
}

impl Failure {
    pub(super) fn refused(why: impl Into<String>) -> Self {
        Self::Refused { why: why.into(), permission: None }
    }

    pub(super) fn blind(why: impl Into<String>) -> Self {
        Self::Blind { why: why.into() }
    }

    /// What an answer that is not a success asks.
    pub(super) fn of(answer: &Answer) -> Self {
        let message = answer.message();
        let status = answer.status;
        let what = &answer.request;
        if let Some((until, why)) = pause(status, &answer.headers, &message, Timestamp::now()) {
            let maybe_done = status.is_server_error() && writes(&answer.method);
            return Self::Later { until, why, maybe_done };
        }
        match status {
            StatusCode::UNAUTHORIZED => Self::Later {
                until: in_seconds(300),
                why: format!("GitHub does not accept the App's credentials for {what}"),
                maybe_done: false,
            },
            StatusCode::FORBIDDEN if message.contains("suspended") => {
                Self::refused("The installation is suspended. An organisation owner can lift that.")
            }
            StatusCode::FORBIDDEN if message.contains("archived") => {
                Self::refused("The repository is archived, so nothing can be written there.")
            }
            StatusCode::FORBIDDEN => forbidden(&answer.headers, what, &message),
            StatusCode::NOT_FOUND => Self::blind(format!(
                "GitHub answers 404 to {what}: it is gone, or hidden from this installation."
            )),
            StatusCode::GONE => Self::refused(format!("GitHub answers 410 to {what}: {message}")),
            StatusCode::CONFLICT => Self::Later {
                until: in_seconds(30),
                why: format!("GitHub answers 409 to {what}: {message}"),
                maybe_done: false,
            },
            status if status.is_server_error() => Self::Later {
                until: in_seconds(30),
                why: format!("GitHub answers {} to {what}", status.as_u16()),
                maybe_done: writes(&answer.method),
            },
            status if status.is_redirection() => {
                Self::blind(format!("{what} has moved, and its new place cannot be followed."))
            }
            status => {
                Self::refused(format!("GitHub refuses {what} with {}: {message}", status.as_u16()))
            }
        }
    }
}

/// The wait that an answer asks for, if it is about limits. Also true of successes that used up
/// the last request. Source: "Rate limits for the REST API" and its best practices.
pub(super) fn pause(
    status: StatusCode,
    headers: &HeaderMap,
    message: &str,
    now: Timestamp,
) -> Option<(Timestamp, String)> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<i64>().ok();
    let limited = matches!(status, StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS);
    let lower = message.to_ascii_lowercase();
    let secondary = lower.contains("secondary rate limit") || lower.contains("abuse detection");
    if let Some(seconds) = number("retry-after").filter(|_| limited || status.is_server_error()) {
        let until = after(now, seconds.clamp(1, 3_600));
        return Some((until, "GitHub asks us to wait".to_owned()));
    }
    if limited && secondary {
        return Some((after(now, 60), "GitHub's secondary rate limit is reached".to_owned()));
    }
    if number("x-ratelimit-remaining") == Some(0)
        && (limited || status.is_success())
        && let Some(reset) = number("x-ratelimit-reset")
    {
        let until = reset_on_our_clock(reset, headers, now);
        return Some((until, "GitHub's rate limit is used up".to_owned()));
    }
    (status == StatusCode::TOO_MANY_REQUESTS)
        .then(|| (after(now, 60), "GitHub asks us to slow down".to_owned()))
}

/// What an answer says is left of the hour; nothing on hosts without limits.
pub(super) fn quota(headers: &HeaderMap, now: Timestamp) -> Option<Quota> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<i64>().ok();
    let reset = reset_on_our_clock(number("x-ratelimit-reset")?, headers, now);
    let (limit, remaining) = (number("x-ratelimit-limit")?, number("x-ratelimit-remaining")?);
    Some(Quota { limit, remaining, reset })
}

/// Whether a request of this method changes anything.
pub(super) fn writes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// A moment so many seconds from now.
pub(super) fn in_seconds(seconds: i64) -> Timestamp {
    after(Timestamp::now(), seconds)
}

fn after(now: Timestamp, seconds: i64) -> Timestamp {
    now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

/// `x-ratelimit-reset` is on GitHub's clock: the `Date` of the same answer carries it to ours.
/// At most an hour ahead, which is the longest window there is.
fn reset_on_our_clock(reset: i64, headers: &HeaderMap, now: Timestamp) -> Timestamp {
    let theirs = date(headers).unwrap_or(now).as_second();
    after(now, (reset - theirs).clamp(1, 3_600))
}

/// The `Date` of an answer.
pub(super) fn date(headers: &HeaderMap) -> Option<Timestamp> {
    let text = headers.get(http::header::DATE)?.to_str().ok()?;
    Some(jiff::fmt::rfc2822::parse(text).ok()?.timestamp())
}

/// A 403 about permissions. Commas in the header mean "and", semicolons "or".
fn forbidden(headers: &HeaderMap, what: &str, message: &str) -> Failure {
    let permission = headers
        .get("x-accepted-github-permissions")
        .and_then(|value| value.to_str().ok())
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(str::to_owned);
    let why = match &permission {
        Some(needed) => format!(
            "The App may not {what}: it needs the permission {}.",
            needed.replace(';', " or").replace(',', " and").replace('=', ": ")
        ),
        None => format!("The App may not {what}: {message}"),
    };
    Failure::Refused { why, permission }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Headers<'a> = &'a [(&'static str, &'a str)];

    /// What an answer with these headers and this message asks, in one word and with its wait.
    fn of(method: Method, status: u16, headers: Headers<'_>, message: &str) -> String {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        let answer = Answer {
            request: format!("{method} /x"),
            method,
            status: StatusCode::from_u16(status).unwrap(),
            headers: map,
            body: serde_json::json!({ "message": message }).to_string().into(),
        };
        let now = Timestamp::now();
        match Failure::of(&answer) {
            Failure::Later { until, maybe_done, .. } => {
                let seconds = until.duration_since(now).as_millis().div_euclid(1_000);
                format!("later {}{}", seconds, if maybe_done { " doubtful" } else { "" })
            }
            Failure::Refused { permission: Some(permission), .. } => {
                format!("refused {permission}")
            }
            Failure::Refused { .. } => "refused".to_owned(),
            Failure::Gone => "gone".to_owned(),
            Failure::Blind { .. } => "blind".to_owned(),
        }
    }

    #[test]
    fn every_answer_asks_something_of_somebody() {
        let remaining = ("x-ratelimit-remaining", "0");
        let reset = ("x-ratelimit-reset", "784111837");
        let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        let secondary = "You have exceeded a secondary rate limit.";
        let needed = ("x-accepted-github-permissions", "issues=write");
        let table: &[(Method, u16, Headers<'_>, &str, &str)] = &[
            (Method::GET, 401, &[], "Bad credentials", "later 300"),
            (Method::POST, 401, &[], "Bad credentials", "later 300"),
            (Method::GET, 403, &[("retry-after", "7")], "slow down", "later 7"),
            (Method::GET, 429, &[("retry-after", "7")], "slow down", "later 7"),
            (Method::GET, 403, &[remaining, reset, date], "limit", "later 60"),
            (Method::POST, 403, &[], secondary, "later 60"),
            (Method::POST, 429, &[], "", "later 60"),
            (Method::GET, 403, &[needed], "Resource not accessible", "refused issues=write"),
            (Method::GET, 403, &[], "Resource not accessible by integration", "refused"),
            (Method::GET, 403, &[], "This installation has been suspended", "refused"),
            (Method::POST, 403, &[], "Repository was archived so is read-only.", "refused"),
            (Method::GET, 404, &[], "Not Found", "blind"),
            (Method::POST, 404, &[], "Not Found", "blind"),
            (Method::GET, 301, &[], "Moved Permanently", "blind"),
            (Method::POST, 409, &[], "Conflict", "later 30"),
            (Method::POST, 410, &[], "Issues are disabled for this repo", "refused"),
            (Method::POST, 422, &[], "Validation Failed", "refused"),
            (Method::POST, 451, &[], "Repository access blocked", "refused"),
            (Method::GET, 500, &[], "", "later 30"),
            (Method::POST, 502, &[], "", "later 30 doubtful"),
            (Method::PATCH, 504, &[], "", "later 30 doubtful"),
            (Method::POST, 503, &[("retry-after", "9")], "", "later 9 doubtful"),
            (Method::GET, 503, &[("retry-after", "9")], "", "later 9"),
        ];
        for (method, status, headers, message, want) in table {
            let got = of(method.clone(), *status, headers, message);
            // The clock moves on a little between the answer and its judgement.
            assert_eq!(got, *want, "{method} {status} {message}");
        }
    }

    #[test]
    fn a_missing_permission_is_named_in_words() {
        let mut headers = HeaderMap::new();
        let needed = "issues=write; pull_requests=write".parse().unwrap();
        headers.insert("x-accepted-github-permissions", needed);
        let failure = forbidden(&headers, "POST /repos/acme/api/issues", "");
        assert_eq!(
            failure.to_string(),
            "The App may not POST /repos/acme/api/issues: it needs the permission issues: write or \
             pull_requests: write."
        );
    }

    #[test]
    fn a_wait_is_never_longer_than_the_longest_window() {
        let mut headers = HeaderMap::new();
        headers.insert("retry-after", "999999999999".parse().unwrap());
        let now = Timestamp::UNIX_EPOCH;
        let (until, _) = pause(StatusCode::FORBIDDEN, &headers, "", now).unwrap();
        assert_eq!(until.as_second(), 3_600);
    }
}
