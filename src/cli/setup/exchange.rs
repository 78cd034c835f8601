//! GitHub's code for the App's credentials. The code works once, within the hour.

use secrecy::SecretString;
use serde::Deserialize;

use crate::config::{Credentials, Host, Registered};
use crate::domain::Login;

/// What GitHub answers, as far as it is kept.
#[derive(Deserialize)]
struct Converted {
    id: i64,
    slug: String,
    client_id: String,
    html_url: String,
    pem: String,
    webhook_secret: Option<String>,
}

/// Exchanges the code (`POST /app-manifests/{code}/conversions`, no authorization).
///
/// # Errors
/// A sentence for the person who waits.
pub(super) async fn convert(host: &Host, org: &Login, code: &str) -> Result<Credentials, String> {
    let sentence = |error: octocrab::Error| format!("GitHub did not exchange the code: {error}.");
    let github = octocrab::Octocrab::builder()
        .base_uri(host.api_url.as_str())
        .and_then(|builder| builder.build())
        .map_err(sentence)?;
    let route = format!("/app-manifests/{code}/conversions");
    let app: Converted = github.post(route, None::<&()>).await.map_err(sentence)?;
    let secret = app.webhook_secret.filter(|secret| !secret.is_empty());
    Ok(Credentials {
        app: Registered {
            app_id: app.id,
            client_id: app.client_id,
            slug: app.slug,
            owner: org.to_string(),
            html_url: app.html_url,
        },
        private_key: SecretString::from(app.pem),
        webhook_secret: SecretString::from(secret.ok_or(
            "GitHub registered the App without a webhook secret. Set one in the App's settings \
             and start the server with BEHOLDEN_WEBHOOK_SECRET.",
        )?),
    })
}
