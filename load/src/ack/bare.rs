//! The fastest receiver that checks a signature: axum, the raw bytes, one HMAC, 202. It keeps
//! nothing, so it says how fast the door could be at most.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use clap::Args;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tokio::net::TcpListener;

/// A receiver that checks the signature and keeps nothing: what `ack` compares with
#[derive(Args, Debug)]
pub(crate) struct Bare {
    /// Its port
    #[arg(long)]
    port: u16,
    /// The webhook secret
    #[arg(long)]
    secret: String,
}

impl Bare {
    pub(crate) async fn run(&self) -> anyhow::Result<()> {
        let app = Router::new()
            .route("/webhook", post(receive))
            .layer(DefaultBodyLimit::max(25 * 1024 * 1024))
            .with_state(self.secret.clone());
        axum::serve(TcpListener::bind(("127.0.0.1", self.port)).await?, app).await?;
        Ok(())
    }
}

async fn receive(State(secret): State<String>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let given = headers
        .get("x-hub-signature-256")
        .and_then(|value| value.to_str().ok()?.strip_prefix("sha256="))
        .and_then(|value| hex::decode(value).ok());
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(&body);
    match given {
        Some(given) if mac.verify_slice(&given).is_ok() => StatusCode::ACCEPTED,
        _ => StatusCode::UNAUTHORIZED,
    }
}
