//! What a handler gives back: an answer, or a refusal in GitHub's words.

use serde_json::{Value, json};

/// What an answer carries.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Nothing,
    Json(Value),
    /// Media type and bytes.
    Raw(&'static str, Vec<u8>),
}

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub status: u16,
    pub content: Content,
    pub headers: Vec<(&'static str, String)>,
}

/// A refusal: the status and body that GitHub would send.
#[derive(Clone, Debug)]
pub(crate) struct Refusal(pub Box<Answer>);

pub(crate) type Outcome = Result<Answer, Refusal>;

/// 200 with a body.
pub(crate) fn found(body: Value) -> Outcome {
    Ok(Answer { status: 200, content: Content::Json(body), headers: Vec::new() })
}

/// 201 with a body.
pub(crate) fn made(body: Value) -> Outcome {
    Ok(Answer { status: 201, content: Content::Json(body), headers: Vec::new() })
}

/// 204.
pub(crate) fn nothing() -> Outcome {
    Ok(Answer { status: 204, content: Content::Nothing, headers: Vec::new() })
}

/// 404: it is not there, or the caller may not know that it is.
pub(crate) fn gone() -> Refusal {
    Refusal::new(404, "Not Found")
}

/// 422 with one reason.
pub(crate) fn invalid(resource: &str, field: &str, code: &str) -> Refusal {
    let body = json!({
        "message": "Validation Failed",
        "errors": [{ "resource": resource, "field": field, "code": code }],
        "documentation_url": DOCUMENTATION,
        "status": "422",
    });
    Refusal(Box::new(Answer { status: 422, content: Content::Json(body), headers: Vec::new() }))
}

const DOCUMENTATION: &str = "https://docs.github.com/rest";

impl Refusal {
    pub(crate) fn new(status: u16, message: &str) -> Self {
        let body = json!({
            "message": message,
            "documentation_url": DOCUMENTATION,
            "status": status.to_string(),
        });
        Self(Box::new(Answer { status, content: Content::Json(body), headers: Vec::new() }))
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: String) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// 301 to an address of this GitHub.
    pub(crate) fn moved(to: String) -> Self {
        let body = json!({ "message": "Moved Permanently", "url": to, "documentation_url": DOCUMENTATION });
        let answer =
            Answer { status: 301, content: Content::Json(body), headers: vec![("location", to)] };
        Self(Box::new(answer))
    }
}
