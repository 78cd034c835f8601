//! The form's server: loopback, one registration, then it ends.
//!
//! The code is believed only with the `state` that this run made up, and requests must name this
//! very address, so that no page elsewhere can slip in an App of its own.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Value, json};
use subtle::ConstantTimeEq;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, oneshot};

use crate::cli::setup::pages;
use crate::config::Credentials;
use crate::domain::Login;

/// What the form needs.
pub(super) struct Door {
    /// Where to listen; port 0 takes a free one, for tests.
    pub(super) listen: SocketAddr,
    /// The organisation that will own the App.
    pub(super) org: Login,
    /// GitHub's pages.
    pub(super) web_url: String,
    /// The manifest. Where GitHub sends people back to is filled in when that is known.
    pub(super) manifest: Value,
    /// Where the credentials go.
    pub(super) folder: PathBuf,
}

/// What one run knows. `exchange` turns GitHub's code into credentials.
struct Run<X> {
    door: Door,
    address: SocketAddr,
    state: String,
    exchange: X,
    /// Taken by the one registration that succeeds; held while a code is tried.
    done: Mutex<Option<oneshot::Sender<Credentials>>>,
}

/// Serves the form until the App is registered and its credentials are on disk.
///
/// # Errors
/// The address cannot be listened on, or the server ends early.
pub(super) async fn serve<X, F>(
    mut door: Door,
    exchange: X,
    ready: impl FnOnce(SocketAddr),
) -> io::Result<Credentials>
where
    X: Fn(String) -> F + Send + Sync + 'static,
    F: Future<Output = Result<Credentials, String>> + Send + 'static,
{
    let listener = TcpListener::bind(door.listen).await?;
    let address = listener.local_addr()?;
    door.manifest["redirect_url"] = json!(format!("http://{address}/callback"));
    let (done, registered) = oneshot::channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let state = hex::encode(rand::random::<[u8; 32]>());
    let run = Arc::new(Run { door, address, state, exchange, done: Mutex::new(Some(done)) });
    let router = Router::new()
        .route("/", get(form::<X>))
        .route("/callback", get(callback::<X, F>))
        .layer(from_fn_with_state(run.clone(), only_here::<X>))
        .with_state(run);
    let server = axum::serve(listener, router).with_graceful_shutdown(async move {
        // An error means that the run is over as well.
        let _ = stopped.await;
    });
    let server = tokio::spawn(server.into_future());
    ready(address);
    let credentials = registered.await.map_err(io::Error::other)?;
    drop(stop);
    server.await.map_err(io::Error::other)??;
    Ok(credentials)
}

async fn form<X>(State(run): State<Arc<Run<X>>>) -> Html<String> {
    let Door { org, web_url, manifest, .. } = &run.door;
    Html(pages::form(org, web_url, &run.state, &manifest.to_string()))
}

/// What GitHub adds to the address when it sends a person back.
#[derive(Deserialize)]
struct Back {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
}

async fn callback<X, F>(State(run): State<Arc<Run<X>>>, Query(back): Query<Back>) -> Response
where
    X: Fn(String) -> F,
    F: Future<Output = Result<Credentials, String>>,
{
    let refuse = |status, sentence: &str| (status, Html(pages::failed(sentence))).into_response();
    if !bool::from(back.state.as_bytes().ct_eq(run.state.as_bytes())) {
        return refuse(StatusCode::FORBIDDEN, OTHER_STATE);
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if back.code.is_empty() || back.code.len() > 200 || !back.code.chars().all(fits) {
        return refuse(StatusCode::BAD_REQUEST, "GitHub sent no code. Try the form once more.");
    }
    let mut done = run.done.lock().await;
    if done.is_none() {
        return refuse(StatusCode::GONE, "The App is registered already. See the terminal.");
    }
    let credentials = match (run.exchange)(back.code).await {
        Ok(credentials) => credentials,
        Err(sentence) => return refuse(StatusCode::BAD_GATEWAY, &sentence),
    };
    if let Err(error) = credentials.write(&run.door.folder) {
        let sentence = format!(
            "GitHub registered the App, and its key could not be kept: {error}. Delete the App on \
             GitHub and try again."
        );
        return refuse(StatusCode::INTERNAL_SERVER_ERROR, &sentence);
    }
    let page = pages::done(&format!("{}/installations/new", credentials.app.html_url));
    if let Some(done) = done.take() {
        // Nobody waits only when the run is being stopped; the files are written all the same.
        let _ = done.send(credentials);
    }
    Html(page).into_response()
}

const OTHER_STATE: &str = "This answer does not belong to the form of this run. \
     Open the form again and register from there.";

/// Refuses requests that name another host, as pages elsewhere would, and tells browsers to run
/// and embed nothing.
async fn only_here<X>(State(run): State<Arc<Run<X>>>, request: Request, next: Next) -> Response {
    let named = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let port = run.address.port();
    let ours = [run.address.to_string(), format!("localhost:{port}")];
    if !named.is_some_and(|named| ours.iter().any(|ours| ours == named)) {
        return StatusCode::MISDIRECTED_REQUEST.into_response();
    }
    let policy = format!(
        "default-src 'none'; form-action {}; frame-ancestors 'none'; base-uri 'none'",
        run.door.web_url
    );
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy.as_str()),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "strict-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    let answer = next.run(request).await;
    (headers.map(|(name, value)| (name, value.to_owned())), answer).into_response()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use reqwest::{Client, Response};
    use secrecy::SecretString;

    use super::*;
    use crate::config::Registered;

    /// A run with a stand-in for GitHub: the code `good` works once, as on GitHub.
    struct Story {
        address: SocketAddr,
        folder: tempfile::TempDir,
        run: tokio::task::JoinHandle<io::Result<Credentials>>,
        asked: Arc<AtomicUsize>,
    }

    async fn story() -> Story {
        let folder = tempfile::tempdir().unwrap();
        let door = Door {
            listen: "127.0.0.1:0".parse().unwrap(),
            org: "acme".parse().unwrap(),
            web_url: "https://github.invalid".to_owned(),
            manifest: json!({ "name": "<Beholden> & \"friends\"" }),
            folder: folder.path().join("credentials"),
        };
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = asked.clone();
        let exchange = move |code: String| {
            let first = counter.fetch_add(1, Ordering::SeqCst) == 0 || code == "good";
            async move { if code == "good" && first { Ok(registered()) } else { Err("No.".to_owned()) } }
        };
        let (ready, address) = oneshot::channel();
        let run = tokio::spawn(serve(door, exchange, |address| ready.send(address).unwrap()));
        Story { address: address.await.unwrap(), folder, run, asked }
    }

    fn registered() -> Credentials {
        Credentials {
            app: Registered {
                app_id: 7,
                client_id: "Iv23example".to_owned(),
                slug: "beholden-for-acme".to_owned(),
                owner: "acme".to_owned(),
                html_url: "https://github.invalid/apps/beholden-for-acme".to_owned(),
            },
            private_key: SecretString::from("a key".to_owned()),
            webhook_secret: SecretString::from("a secret".to_owned()),
        }
    }

    impl Story {
        async fn get(&self, path: &str) -> Response {
            Client::new().get(format!("http://{}{path}", self.address)).send().await.unwrap()
        }

        /// The state that the form carries to GitHub and back.
        async fn state(&self) -> String {
            let form = self.get("/").await.text().await.unwrap();
            let state = form.split("?state=").nth(1).unwrap();
            state.split('"').next().unwrap().to_owned()
        }
    }

    #[tokio::test]
    async fn the_code_becomes_files_and_the_run_ends() {
        let story = story().await;
        let state = story.state().await;
        let answer = story.get(&format!("/callback?code=good&state={state}")).await;
        assert_eq!(answer.status(), 200);
        let page = answer.text().await.unwrap();
        assert!(page.contains("/apps/beholden-for-acme/installations/new"), "{page}");
        assert!(!page.contains("a key") && !page.contains("a secret"), "{page}");
        let credentials = story.run.await.unwrap().unwrap();
        assert_eq!(credentials.app.app_id, 7);
        assert!(Credentials::read(&story.folder.path().join("credentials")).is_ok());
    }

    #[tokio::test]
    async fn a_code_without_our_state_is_not_even_tried() {
        let story = story().await;
        for query in ["code=good", "code=good&state=", "code=good&state=00", "state=x"] {
            assert_eq!(story.get(&format!("/callback?{query}")).await.status(), 403, "{query}");
        }
        let state = story.state().await;
        for code in ["", "..%2F..%2Fuser", "a%20b", &"c".repeat(201)] {
            let path = format!("/callback?code={code}&state={state}");
            assert_eq!(story.get(&path).await.status(), 400, "{code}");
        }
        assert_eq!(story.asked.load(Ordering::SeqCst), 0);
        story.run.abort();
    }

    #[tokio::test]
    async fn a_code_that_github_refuses_leaves_the_form_open() {
        let story = story().await;
        let state = story.state().await;
        let bad = story.get(&format!("/callback?code=old&state={state}")).await;
        assert_eq!(bad.status(), 502);
        let good = story.get(&format!("/callback?code=good&state={state}")).await;
        assert_eq!(good.status(), 200);
        assert!(story.run.await.unwrap().is_ok());
    }

    #[tokio::test]
    async fn a_page_elsewhere_that_points_its_name_at_us_learns_nothing() {
        let story = story().await;
        let request = Client::new().get(format!("http://{}/", story.address));
        let answer = request.header("host", "evil.invalid").send().await.unwrap();
        assert_eq!(answer.status(), 421);
        assert_eq!(answer.text().await.unwrap(), "");
        story.run.abort();
    }

    #[tokio::test]
    async fn the_form_escapes_the_manifest_and_runs_nothing() {
        let story = story().await;
        let answer = story.get("/").await;
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.contains("default-src 'none'; form-action https://github.invalid;"));
        let page = answer.text().await.unwrap();
        assert!(page.contains("&quot;&lt;Beholden&gt; &amp; \\&quot;friends\\&quot;&quot;"));
        assert!(page.contains("/organizations/acme/settings/apps/new?state="));
        story.run.abort();
    }
}
