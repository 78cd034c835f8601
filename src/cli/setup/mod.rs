//! `beholden setup`: registers the App with GitHub's manifest flow and keeps its credentials.
//!
//! A form on this machine takes a person to GitHub with the manifest; GitHub sends them back with
//! a code; the code is exchanged once for the key and the secret, which go to files and nowhere else.

mod exchange;
mod manifest;
mod pages;
mod server;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::cli::{block_on, refuse};
use crate::config::{Credentials, Host, HostArgs, Refused};
use crate::domain::Login;

use exchange::convert;
use server::{Door, serve};

/// Register the App with your organisation
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct SetupArgs {
    /// The organisation that will own the App
    #[arg(long, env = "BEHOLDEN_SETUP_ORG", value_name = "ORG")]
    org: Login,

    /// Where GitHub will reach the server; deliveries go to URL/webhook
    #[arg(long, env = "BEHOLDEN_PUBLIC_URL", value_name = "URL")]
    url: String,

    /// The App's name, unique on GitHub; you can change it on the form. Default: Beholden for ORG
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Where the credentials are written: a folder that holds none yet
    #[arg(
        long,
        env = "BEHOLDEN_CREDENTIALS",
        value_name = "FOLDER",
        default_value = "credentials"
    )]
    credentials: PathBuf,

    /// Where the form is served while you register; this machine only
    #[arg(
        long,
        env = "BEHOLDEN_SETUP_LISTEN",
        value_name = "ADDRESS",
        default_value = "127.0.0.1:3001"
    )]
    listen: SocketAddr,

    #[command(flatten)]
    host: HostArgs,
}

const EXAMPLES: &str = "\
Examples:
  beholden setup --org acme --url https://beholden.example.com
        serves a form on http://127.0.0.1:3001; one click there, one on GitHub
  ssh -L 3001:127.0.0.1:3001 server
        the same from your own machine, when the server has no browser
  beholden setup --org acme --url https://… --web-url https://ghes.example.com \\
        --api-url https://ghes.example.com/api/v3
        with GitHub Enterprise Server";

/// Runs `beholden setup`.
pub(super) fn run(args: SetupArgs) -> ExitCode {
    let (host, door) = match prepare(&args) {
        Ok(prepared) => prepared,
        Err(refused) => return refuse(&refused),
    };
    let org = args.org.clone();
    let exchange = move |code: String| {
        let (host, org) = (host.clone(), org.clone());
        async move { convert(&host, &org, &code).await }
    };
    match block_on(serve(door, exchange, |address| announce(&args, address))) {
        Ok(Ok(credentials)) => {
            finish(&args, &credentials);
            ExitCode::SUCCESS
        }
        Ok(Err(error)) | Err(error) => {
            eprintln!("{}: {error}", args.listen);
            ExitCode::FAILURE
        }
    }
}

/// Checks everything that can be checked before GitHub registers anything.
fn prepare(args: &SetupArgs) -> Result<(Host, Door), Refused> {
    let mut sentences = Vec::new();
    if !args.listen.ip().is_loopback() {
        sentences.push(format!(
            "--listen {} can be reached by others, and the answer holds the App's key. \
             Use 127.0.0.1, and a tunnel to reach it from elsewhere.",
            args.listen
        ));
    }
    if let Err(error) = Credentials::room(&args.credentials) {
        sentences.push(format!("--credentials: {error}."));
    }
    let manifest = manifest::manifest(&args.org, &args.url, args.name.as_deref());
    let host = args.host.resolve();
    match (manifest, host) {
        (Ok(manifest), Ok(host)) if sentences.is_empty() => {
            let door = Door {
                listen: args.listen,
                org: args.org.clone(),
                web_url: host.web_url.clone(),
                manifest,
                folder: args.credentials.clone(),
            };
            Ok((host, door))
        }
        (manifest, host) => {
            sentences.extend(manifest.err());
            sentences.extend(host.err().into_iter().flat_map(|refused| refused.sentences));
            Err(Refused { sentences })
        }
    }
}

fn announce(args: &SetupArgs, address: SocketAddr) {
    println!("Open http://{address}/ in a browser, and register the App for {}.", args.org);
    println!("(From another machine: ssh -L {0}:127.0.0.1:{0} this-host)", address.port());
    println!("Waiting. Ctrl-C stops without registering anything.");
}

fn finish(args: &SetupArgs, credentials: &Credentials) {
    let app = &credentials.app;
    let folder = args.credentials.display();
    println!();
    println!("{} is registered, and its credentials are in {folder}.", app.slug);
    println!("1. Install it: {}/installations/new", app.html_url);
    println!("2. Start it:   beholden serve --credentials {folder} --orgs {}", args.org);
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use github_sim::{Seed, Sim};
    use reqwest::{Client, redirect};
    use tokio::sync::oneshot;

    use super::*;
    use crate::domain::AppId;
    use crate::github::{Github, Settings};

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        setup: SetupArgs,
    }

    fn typed(flags: &[&str]) -> SetupArgs {
        Typed::parse_from(["setup", "--org", "acme"].iter().chain(flags)).setup
    }

    /// What stands between two texts in a page, with its entities undone.
    fn between(page: &str, before: &str, after: &str) -> String {
        let found = page.split(before).nth(1).unwrap().split(after).next().unwrap();
        found
            .replace("&quot;", "\"")
            .replace("&#39;", "'")
            .replace("&lt;", "<")
            .replace("&amp;", "&")
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_person_clicks_twice_and_the_app_signs_in_with_what_was_written() {
        let github = Sim::start(Seed::acme());
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("credentials");
        let args = typed(&[
            "--url",
            "https://beholden.invalid",
            "--credentials",
            folder.to_str().unwrap(),
            "--listen",
            "127.0.0.1:0",
            "--api-url",
            &github.url(),
            "--web-url",
            &github.url(),
        ]);
        let (host, door) = prepare(&args).unwrap();
        let exchange = move |code: String| {
            let host = host.clone();
            async move { convert(&host, &"acme".parse().unwrap(), &code).await }
        };
        let (ready, address) = oneshot::channel();
        let run = tokio::spawn(serve(door, exchange, |address| ready.send(address).unwrap()));

        let browser = Client::builder().redirect(redirect::Policy::none()).build().unwrap();
        let form = browser.get(format!("http://{}/", address.await.unwrap()));
        let form = form.send().await.unwrap().text().await.unwrap();
        let manifest = between(&form, "name=\"manifest\" value=\"", "\">");
        let body: String = manifest.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let click = browser
            .post(between(&form, "action=\"", "\">"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("manifest={body}"));
        let back = click.send().await.unwrap();
        assert_eq!(back.status(), 302, "{}", back.text().await.unwrap());
        let back = back.headers()["location"].to_str().unwrap().to_owned();
        assert_eq!(browser.get(&back).send().await.unwrap().status(), 200);

        run.await.unwrap().unwrap();
        let written = Credentials::read(&folder).unwrap();
        let app = AppId(written.app.app_id);
        let mut settings = Settings::new(app, &written.app.client_id, written.private_key);
        settings.api_url = github.url();
        settings.web_url = github.url();
        assert_eq!(Github::new(settings).unwrap().app().await.unwrap().id, app);
    }

    #[test]
    fn what_cannot_work_is_said_before_github_registers_anything() {
        let place = tempfile::tempdir().unwrap();
        std::fs::write(place.path().join("app.json"), "{}").unwrap();
        let folder = place.path().to_str().unwrap();
        let args = typed(&[
            "--url",
            "http://beholden.invalid",
            "--credentials",
            folder,
            "--listen",
            "0.0.0.0:3001",
            "--web-url",
            "github.com",
        ]);
        let refused = prepare(&args).err().unwrap();
        assert_eq!(refused.sentences.len(), 4, "{refused}");
    }
}
