//! Registering an App from a manifest, and installing it: the two pages that people click through,
//! and the conversion of the code into credentials.

use crate::{
    catalogue::{self, knows_permission},
    http::{Answer, Call, Content, Incoming, Outcome, Refusal, encoded, gone, made, pairs},
    keys::AppKey,
    render::with,
    seed::{Person, Settings},
    shared::Shared,
    world::{App, Hook, Kind, Level, Permissions, Selection, World, client_id, sha},
};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::json;

/// A manifest as it was accepted, waiting for its code to be exchanged.
#[derive(Clone, Debug)]
pub(crate) struct Registration {
    manifest: Manifest,
    owner: u64,
    at: Timestamp,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    name: String,
    url: Option<String>,
    hook_attributes: Option<HookAttributes>,
    redirect_url: Option<String>,
    #[serde(default)]
    callback_urls: Vec<String>,
    #[serde(rename = "setup_url")]
    _setup_url: Option<String>,
    description: Option<String>,
    #[serde(rename = "public", default)]
    _public: bool,
    #[serde(default)]
    default_events: Vec<String>,
    #[serde(default)]
    default_permissions: Permissions,
    #[serde(rename = "request_oauth_on_install", default)]
    _request_oauth_on_install: bool,
    #[serde(rename = "setup_on_update", default)]
    _setup_on_update: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HookAttributes {
    url: Option<String>,
    #[serde(default = "yes")]
    active: bool,
}

fn yes() -> bool {
    true
}

/// GitHub delivers to public addresses only; the seed may allow this machine.
pub(crate) fn check_hook_url(settings: &Settings, url: &str) -> Result<(), String> {
    let host = url
        .split_once("://")
        .map_or("", |(_, rest)| rest.split(['/', ':', '?']).next().unwrap_or_default());
    let here = host == "localhost"
        || host.starts_with("127.")
        || host.starts_with('[')
        || host == "0.0.0.0";
    if host.is_empty() || !(url.starts_with("https://") || url.starts_with("http://")) {
        return Err("Hook url must be a valid URL".to_owned());
    }
    if here && !settings.loopback_hooks {
        return Err(
            "Hook url is not supported because it isn't reachable over the public Internet"
                .to_owned(),
        );
    }
    if !here && !url.starts_with("https://") {
        return Err("Hook url must use https".to_owned());
    }
    Ok(())
}

/// Every reason to refuse a manifest.
fn objections(manifest: &Manifest, settings: &Settings) -> Vec<String> {
    let mut found = Vec::new();
    if manifest.name.trim().is_empty() || manifest.name.chars().count() > 34 {
        found.push("name must have 1 to 34 characters".to_owned());
    }
    if manifest.url.as_deref().is_none_or(str::is_empty) {
        found.push("url wasn't supplied".to_owned());
    }
    if manifest.callback_urls.len() > 10 {
        found.push("callback_urls may hold 10 addresses".to_owned());
    }
    if let Some(hook) = &manifest.hook_attributes {
        match &hook.url {
            None => found.push("hook_attributes.url wasn't supplied".to_owned()),
            Some(url) => found.extend(check_hook_url(settings, url).err()),
        }
    }
    for name in manifest.default_permissions.keys().filter(|name| !knows_permission(name)) {
        found.push(format!(
            "default permission records resource {name} is not included in the list"
        ));
    }
    for name in &manifest.default_events {
        match catalogue::event(name) {
            None => found.push(format!("default events unsupported: {name}")),
            Some(event) if event.always => {
                found.push(format!("default events unsupported: {name} is sent to every App"));
            }
            Some(event) if !event.is_offered_by(&manifest.default_permissions) => {
                found.push(format!("default events are not supported by permissions: {name}"));
            }
            Some(_) => {}
        }
    }
    found
}

/// The pages for people; `None` when the address is none of theirs.
pub(crate) fn page(shared: &Shared, incoming: &Incoming) -> Option<Answer> {
    let parts: Vec<&str> = incoming.path.trim_matches('/').split('/').collect();
    match (incoming.method.as_str(), parts.as_slice()) {
        ("POST", ["organizations", org, "settings", "apps", "new"]) => {
            Some(submit(&mut shared.world(), org, incoming))
        }
        ("GET", ["organizations", org, "settings", "apps", "new"]) => Some(html(
            200,
            &format!(
                "<form method=\"post\"><textarea name=\"manifest\"></textarea><button>Create App for {org}</button></form>"
            ),
        )),
        ("GET", ["apps", slug, "installations", "new"]) => Some(choose(&shared.world(), slug)),
        ("POST", ["apps", slug, "installations", "new"]) => {
            let page = install(&mut shared.world(), slug, incoming);
            shared.wake();
            Some(page)
        }
        _ => None,
    }
}

fn html(status: u16, inner: &str) -> Answer {
    let page = format!("<!doctype html><meta charset=\"utf-8\"><title>github-sim</title>{inner}");
    Answer {
        status,
        content: Content::Raw("text/html; charset=utf-8", page.into_bytes()),
        headers: Vec::new(),
    }
}

fn field(text: &[u8], name: &str) -> Option<String> {
    let pairs = pairs(&String::from_utf8_lossy(text));
    pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

fn refused(reasons: &[String]) -> Answer {
    let items: String =
        reasons.iter().map(|reason| format!("<li>{}</li>", escaped(reason))).collect();
    html(422, &format!("<h1>Invalid GitHub App configuration</h1><ul>{items}</ul>"))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

fn submit(world: &mut World, org: &str, incoming: &Incoming) -> Answer {
    let Some(owner) = world.org(org).map(|org| org.id) else {
        return html(404, "<h1>Not Found</h1>");
    };
    let Some(text) = field(&incoming.body, "manifest") else {
        return refused(&["manifest wasn't supplied".to_owned()]);
    };
    let manifest: Manifest = match serde_json::from_str(&text) {
        Ok(manifest) => manifest,
        Err(why) => return refused(&[format!("Error: {why}")]),
    };
    let mut reasons = objections(&manifest, &world.settings);
    if world.app_by_slug(&slug_of(&manifest.name)).is_some() {
        reasons.push("Name is already taken".to_owned());
    }
    if !reasons.is_empty() {
        return refused(&reasons);
    }
    let code = sha(uuid::Uuid::new_v4().as_bytes());
    let back =
        manifest.redirect_url.clone().unwrap_or_else(|| format!("{}/settings/apps", world.base));
    let at = world.now();
    world.registrations.insert(code.clone(), Registration { manifest, owner, at });
    let state = field(incoming.query.as_bytes(), "state")
        .map(|state| format!("&state={}", encoded(&state)));
    let joint = if back.contains('?') { '&' } else { '?' };
    let to = format!("{back}{joint}code={code}{}", state.unwrap_or_default());
    Answer { headers: vec![("location", to)], ..html(302, "") }
}

fn slug_of(name: &str) -> String {
    let dashed: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
        .collect();
    dashed.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// `POST /app-manifests/{code}/conversions`: once, within the hour.
pub(crate) fn convert(world: &mut World, call: &Call) -> Outcome {
    let registration = world.registrations.remove(call.param("code")).ok_or_else(gone)?;
    if world.now().duration_since(registration.at) > SignedDuration::from_hours(1) {
        return Err(gone());
    }
    let id = register(world, registration)?;
    let app = world.apps.get(&id).ok_or_else(gone)?;
    let secrets = json!({
        "client_secret": app.client_secret,
        "webhook_secret": app.hook.secret,
        "pem": app.private_key_pem,
    });
    made(with(world.show_app(app), secrets))
}

fn register(world: &mut World, registration: Registration) -> Result<u64, Refusal> {
    let Registration { manifest, owner, at } = registration;
    let key = AppKey::generate().map_err(|why| Refusal::new(500, &why.to_string()))?;
    let (id, hook_id, slug) = (world.next_id(), world.next_id(), slug_of(&manifest.name));
    let bot = world.make_user(&Person {
        login: format!("{slug}[bot]"),
        kind: Kind::Bot,
        ..Person::default()
    });
    let hook = manifest.hook_attributes.filter(|hook| hook.active);
    let mut permissions = manifest.default_permissions;
    permissions.entry("metadata".to_owned()).or_insert(Level::Read);
    world.apps.insert(
        id,
        App {
            id,
            client_id: client_id(id),
            client_secret: sha(uuid::Uuid::new_v4().as_bytes()),
            slug,
            name: manifest.name,
            description: manifest.description,
            external_url: manifest.url.unwrap_or_default(),
            owner,
            bot,
            private_key_pem: key.private_pem,
            public_key: key.public_der,
            hook: Hook {
                id: hook_id,
                secret: hook.is_some().then(|| sha(uuid::Uuid::new_v4().as_bytes())),
                url: hook.and_then(|hook| hook.url),
                content_type: "json".to_owned(),
                insecure_ssl: "0".to_owned(),
            },
            permissions,
            events: manifest.default_events.into_iter().collect(),
            created: at,
        },
    );
    Ok(id)
}

fn choose(world: &World, slug: &str) -> Answer {
    let Some(app) = world.app_by_slug(slug) else {
        return html(404, "<h1>Not Found</h1>");
    };
    let buttons: String = world
        .orgs
        .values()
        .map(|org| {
            format!(
                "<button name=\"organization\" value=\"{0}\">Install on {0}</button>",
                escaped(&org.login)
            )
        })
        .collect();
    html(
        200,
        &format!("<h1>Install {}</h1><form method=\"post\">{buttons}</form>", escaped(&app.name)),
    )
}

fn install(world: &mut World, slug: &str, incoming: &Incoming) -> Answer {
    let app = world.app_by_slug(slug).map(|app| app.id);
    let org =
        field(&incoming.body, "organization").and_then(|login| world.org(&login).map(|org| org.id));
    let (Some(app), Some(org)) = (app, org) else {
        return html(404, "<h1>Not Found</h1>");
    };
    let by = world.first_owner(org);
    let id = match world.installation_on(app, org).map(|installation| installation.id) {
        Some(id) => id,
        None => world.install(app, org, Selection::All, by),
    };
    html(200, &format!("<h1>Installed</h1><p>Installation {id}</p>"))
}
