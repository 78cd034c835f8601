//! The three pages of `setup`: the form, the thanks, and what went wrong. Plain HTML, no script.

use crate::domain::Login;

/// The form that takes a person to GitHub with the manifest.
pub(super) fn form(org: &Login, web_url: &str, state: &str, manifest: &str) -> String {
    let action = format!("{web_url}/organizations/{org}/settings/apps/new?state={state}");
    page(
        "Register Beholden",
        &format!(
            "<p>The button takes you to GitHub, which shows what the App may do in \
             <strong>{org}</strong> and lets you change its name. You must be an owner of the \
             organisation, or one of its App managers.</p>\n\
             <form method=\"post\" action=\"{}\">\n\
             <input type=\"hidden\" name=\"manifest\" value=\"{}\">\n\
             <button type=\"submit\">Register the App on GitHub</button>\n</form>",
            escaped(&action),
            escaped(manifest),
        ),
    )
}

/// What follows a registration.
pub(super) fn done(install_url: &str) -> String {
    page(
        "The App is registered",
        &format!(
            "<p>Its key and secret are on this machine, in the folder that the terminal names.</p>\n\
             <p><a href=\"{}\">Install it on the organisation</a>, then start the server as the \
             terminal says. You can close this page.</p>",
            escaped(install_url),
        ),
    )
}

/// What went wrong, as a sentence.
pub(super) fn failed(sentence: &str) -> String {
    page(
        "That did not work",
        &format!("<p>{}</p>\n<p><a href=\"/\">Back to the form</a></p>", escaped(sentence)),
    )
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\
         <title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n{body}\n</body>\n</html>\n"
    )
}

/// Text as it may stand between tags and in quoted attributes.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(c),
        }
    }
    safe
}
