//! Who is calling: an App by its JWT, or an installation by its token.

use crate::{
    http::{Caller, Refusal},
    world::{App, World, sha},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::Value;

/// A JWT may live this long.
const LONGEST: i64 = 600;
/// How far clocks may be apart.
const LEEWAY: i64 = 60;

impl World {
    /// # Errors
    /// 401 when the credential is bad, 403 when the installation is suspended.
    pub(crate) fn caller(&self, authorization: Option<&str>) -> Result<Caller, Refusal> {
        let Some(header) = authorization else {
            return Ok(Caller::Nobody);
        };
        let (scheme, credential) = header.split_once(' ').unwrap_or(("", header));
        let known_scheme =
            scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token");
        if !known_scheme {
            return Err(bad_credentials());
        }
        if let Some(token) = self.tokens.get(credential) {
            let installation =
                self.installations.get(&token.installation).ok_or_else(bad_credentials)?;
            if token.expires <= self.now() {
                return Err(bad_credentials());
            }
            if installation.suspended.is_some() {
                return Err(suspended());
            }
            return Ok(Caller::Installation {
                app: installation.app,
                id: installation.id,
                permissions: token.permissions.clone(),
                repositories: token.repositories.clone(),
            });
        }
        if credential.split('.').count() == 3 && credential.starts_with("ey") {
            if !scheme.eq_ignore_ascii_case("bearer") {
                return Err(Refusal::new(401, "A JSON web token could not be decoded"));
            }
            return self.app_of_jwt(credential).map(|app| Caller::App(app.id));
        }
        Err(bad_credentials())
    }

    fn app_of_jwt(&self, jwt: &str) -> Result<&App, Refusal> {
        let undecodable = || Refusal::new(401, "A JSON web token could not be decoded");
        let payload = jwt.split('.').nth(1).ok_or_else(undecodable)?;
        let payload = BASE64_URL_SAFE_NO_PAD.decode(payload).map_err(|_| undecodable())?;
        let claims: Value = serde_json::from_slice(&payload).map_err(|_| undecodable())?;
        let issuer = match &claims["iss"] {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return Err(Refusal::new(401, "'Issuer' claim ('iss') must be provided")),
        };
        let app = self
            .apps
            .values()
            .find(|app| app.client_id == issuer || app.id.to_string() == issuer)
            .ok_or_else(|| Refusal::new(401, "Integration not found"))?;
        let mut rules = Validation::new(Algorithm::RS256);
        rules.required_spec_claims.clear();
        rules.validate_exp = false;
        rules.validate_aud = false;
        jsonwebtoken::decode::<Value>(jwt, &DecodingKey::from_rsa_der(&app.public_key), &rules)
            .map_err(|_| undecodable())?;
        // A program under test has its own clock and may not follow when a test moves this one.
        timely(&claims, self.now())
            .or_else(|why| timely(&claims, Timestamp::now()).map_err(|_| why))?;
        Ok(app)
    }

    /// A new token in the long form that GitHub hands out since 2026: `ghs_<app>_<three parts with dots>`.
    pub(crate) fn token_text(&self, app: u64) -> String {
        let part = |text: String| BASE64_URL_SAFE_NO_PAD.encode(text);
        let unique = uuid::Uuid::new_v4().simple().to_string();
        let head = part("{\"alg\":\"RS256\",\"typ\":\"JWT\"}".to_owned());
        let body = part(format!("{{\"app\":{app},\"jti\":\"{unique}\"}}"));
        let seal = part(format!("{}{}", sha(unique.as_bytes()), sha(body.as_bytes())));
        format!("ghs_{app}_{head}.{body}.{seal}")
    }
}

fn timely(claims: &Value, now: Timestamp) -> Result<(), Refusal> {
    let now = now.as_second();
    let claim = |name: &str| claims[name].as_f64().map(|seconds| seconds as i64);
    let Some(expires) = claim("exp") else {
        return Err(Refusal::new(401, "'Expiration time' claim ('exp') must be a numeric value"));
    };
    let Some(issued) = claim("iat") else {
        return Err(Refusal::new(401, "'Issued at' claim ('iat') must be an Integer"));
    };
    if issued > now + LEEWAY {
        return Err(Refusal::new(401, "'Issued at' claim ('iat') is in the future"));
    }
    if expires <= now {
        return Err(Refusal::new(401, "'Expiration time' claim ('exp') is in the past"));
    }
    if expires > now + LONGEST {
        return Err(Refusal::new(401, "'Expiration time' claim ('exp') is too far in the future"));
    }
    Ok(())
}

/// How long an installation token lives.
pub(crate) const TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(1);

pub(crate) fn bad_credentials() -> Refusal {
    Refusal::new(401, "Bad credentials")
}

pub(crate) fn suspended() -> Refusal {
    Refusal::new(403, "This installation has been suspended")
}
