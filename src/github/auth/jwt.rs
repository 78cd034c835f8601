//! The App's own credential: a short-lived JWT.
//!
//! RS256; `iss` is the client id, `iat` lies a minute back and `exp` nine minutes ahead, so that
//! small differences between the clocks do no harm. Larger ones are learnt from the `Date` of a
//! 401. Source: "Generating a JSON Web Token (JWT) for a GitHub App".

use std::sync::Mutex;

use http::HeaderValue;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use crate::domain::Timestamp;
use crate::github::Unusable;

/// Seconds that one JWT is used for: less than it lives.
const USED_FOR: i64 = 480;

/// Signs as the App.
pub(crate) struct AppKey {
    issuer: String,
    key: EncodingKey,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// How far GitHub's clock is ahead of ours, in seconds, as far as we correct for it.
    skew: i64,
    /// The JWT in use, and the second on our clock at which it was made.
    made: Option<(i64, HeaderValue)>,
}

#[derive(Serialize)]
struct Claims<'a> {
    iat: i64,
    exp: i64,
    iss: &'a str,
}

impl AppKey {
    /// Reads an RSA key, PKCS#1 or PKCS#8, and signs once to see that it can.
    pub(crate) fn new(issuer: &str, pem: &SecretString) -> Result<Self, Unusable> {
        let key = EncodingKey::from_rsa_pem(pem.expose_secret().trim().as_bytes())
            .map_err(|error| Unusable::Key(error.to_string()))?;
        let app = Self { issuer: issuer.to_owned(), key, state: Mutex::default() };
        app.sign(0).map_err(|error| Unusable::Key(error.to_string()))?;
        Ok(app)
    }

    /// The `Authorization` header to use at `now`, made afresh every eight minutes.
    pub(crate) fn bearer(&self, now: Timestamp) -> HeaderValue {
        let mut state = self.state.lock().expect("no holder of this lock panics");
        let second = now.as_second();
        match &state.made {
            Some((made, bearer)) if (*made..*made + USED_FOR).contains(&second) => bearer.clone(),
            _ => {
                let token = self.sign(second + state.skew).expect("it signed when it was made");
                let mut bearer = HeaderValue::from_str(&format!("Bearer {token}"))
                    .expect("a JWT is base64url and dots");
                bearer.set_sensitive(true);
                state.made = Some((second, bearer.clone()));
                bearer
            }
        }
    }

    /// GitHub refused a JWT and said what time it is there. Answers whether a JWT made now would
    /// differ enough to be worth a second try.
    pub(crate) fn correct(&self, theirs: Timestamp, now: Timestamp) -> bool {
        let mut state = self.state.lock().expect("no holder of this lock panics");
        let skew = theirs.as_second() - now.as_second();
        let worth = (skew - state.skew).abs() > 5;
        if worth {
            *state = State { skew, made: None };
        }
        worth
    }

    /// Seconds that GitHub's clock is ahead of ours, as far as it had to be corrected for.
    pub(crate) fn skew(&self) -> i64 {
        self.state.lock().expect("no holder of this lock panics").skew
    }

    fn sign(&self, theirs: i64) -> jsonwebtoken::errors::Result<String> {
        let claims = Claims { iat: theirs - 60, exp: theirs + 540, iss: &self.issuer };
        encode(&Header::new(Algorithm::RS256), &claims, &self.key)
    }
}
