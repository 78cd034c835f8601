//! GitHub's code for the App's credentials. The code works once, within the hour.

use std::time::Duration;

use crate::config::{Credentials, Host, Registered};
use crate::domain::{AppId, Login};
use crate::github::{Failure, Settings, convert_manifest};

/// Exchanges the code.
///
/// # Errors
/// A sentence for the person who waits.
pub(super) async fn convert(host: &Host, org: &Login, code: &str) -> Result<Credentials, String> {
    let app = convert_manifest(&settings(host), code).await.map_err(|failure| why(&failure))?;
    let webhook_secret = app.webhook_secret.ok_or(
        "GitHub registered the App without a webhook secret, so nothing was kept. Delete the App \
         on GitHub and register it again.",
    )?;
    Ok(Credentials {
        app: Registered {
            app_id: app.id.0,
            client_id: app.client_id,
            slug: app.slug,
            owner: org.to_string(),
            html_url: app.html_url,
        },
        private_key: app.pem,
        webhook_secret,
    })
}

/// Only the host matters here: there is no App yet, so it has neither number nor key.
fn settings(host: &Host) -> Settings {
    Settings {
        api_url: host.api_url.clone(),
        web_url: host.web_url.clone(),
        timeout: Duration::from_secs(60), // GitHub makes a key, and the code works only once
        ..Settings::new(AppId(0), "", String::new().into())
    }
}

fn why(failure: &Failure) -> String {
    match failure {
        Failure::Later { why, maybe_done: true, .. } => format!(
            "The answer of GitHub got lost ({why}). The App may exist: look in the organisation's \
             settings, delete it there, and register again."
        ),
        Failure::Later { why, .. } => format!("{why}. Wait a little and try the form again."),
        Failure::Refused { why, .. } | Failure::Blind { why } => why.clone(),
        Failure::Gone => "GitHub does not know this code any more. Try the form again.".to_owned(),
    }
}
