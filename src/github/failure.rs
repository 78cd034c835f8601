//! What a failed call to GitHub asks, and of whom.
//!
//! Absence is never read out of an error: a 404 alone is [`Failure::Blind`]. Only a caller that
//! has seen the parent answer may say [`Failure::Gone`].

use http::{HeaderMap, Method, StatusCode};
use jiff::SignedDuration;

use crate::domain::Timestamp;
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
            return Self::Later { until, why, maybe_done: false };
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
