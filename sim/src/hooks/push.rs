//! Sends webhooks to the Apps that gave an address. Like GitHub it tries once and writes down how it went.

use super::{Outcome, headers};
use crate::shared::Shared;
use std::{collections::BTreeMap, sync::Arc, time::Duration, time::Instant};
use tokio::task::JoinSet;

/// GitHub waits this long for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs until it is dropped.
pub(crate) async fn run(shared: Arc<Shared>) {
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none());
    let Ok(client) = client.build() else { return };
    let mut flights = JoinSet::new();
    loop {
        let at_once = shared.world().settings.hooks_at_once.max(1);
        while flights.len() < at_once {
            let Some(id) = next(&shared) else { break };
            let (shared, client) = (Arc::clone(&shared), client.clone());
            flights.spawn(async move { send(&shared, &client, id).await });
        }
        if flights.is_empty() {
            shared.work.notified().await;
        } else {
            tokio::select! {
                _ = flights.join_next() => {}
                () = shared.work.notified() => {}
            }
        }
    }
}

fn next(shared: &Shared) -> Option<u64> {
    let mut world = shared.world();
    let id = world.deliveries.queue.pop_front()?;
    world.deliveries.flying += 1;
    Some(id)
}

async fn send(shared: &Shared, client: &reqwest::Client, id: u64) {
    let letter = {
        let world = shared.world();
        world.deliveries.log.get(&id).and_then(|delivery| {
            let app = world.apps.get(&delivery.app)?;
            Some((app.hook.url.clone()?, headers(app, delivery), delivery.body.to_vec()))
        })
    };
    let outcome = match letter {
        Some((url, headers, body)) => post(client, &url, headers, body).await,
        None => Outcome::Failed { seconds: 0.0 },
    };
    {
        let mut world = shared.world();
        if let Some(delivery) = world.deliveries.log.get_mut(&id) {
            delivery.outcome = outcome;
        }
        world.deliveries.flying -= 1;
    }
    shared.idle.notify_waiters();
}

async fn post(
    client: &reqwest::Client,
    url: &str,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
) -> Outcome {
    let started = Instant::now();
    let mut request = client.post(url).body(body);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    match request.send().await {
        Ok(response) => {
            let code = response.status().as_u16();
            let headers: BTreeMap<String, String> = response
                .headers()
                .iter()
                .map(|(name, value)| {
                    (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
                })
                .collect();
            let body = response.text().await.unwrap_or_default();
            Outcome::Answered { code, seconds: started.elapsed().as_secs_f64(), headers, body }
        }
        Err(_) => Outcome::Failed { seconds: started.elapsed().as_secs_f64() },
    }
}
