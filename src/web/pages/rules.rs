//! The rules: what is looked for, why it matters, what to do.

use askama::Template;
use axum::extract::{Path, State};

use crate::rules;
use crate::web::Admin;
use crate::web::pages::{Choice, Shown, Trouble, chosen, page};

#[derive(Template)]
#[template(path = "rules.html")]
struct Rules {
    orgs: Vec<Choice>,
    org: i64,
    login: String,
    rules: Vec<(&'static str, &'static str, &'static str)>,
}

#[derive(Template)]
#[template(path = "rule.html")]
struct Rule {
    orgs: Vec<Choice>,
    org: i64,
    login: String,
    title: &'static str,
    severity: &'static str,
    tags: String,
    parts: Vec<(String, String)>,
}

pub(in crate::web) async fn list(State(admin): State<Admin>) -> Shown {
    let (orgs, _) = chosen(&admin, None).await?;
    let rules = rules::pages().map(|r| (r.id, r.title, r.severity.as_str())).collect();
    page(&Rules { orgs, org: 0, login: String::new(), rules })
}

pub(in crate::web) async fn show(State(admin): State<Admin>, Path(id): Path<String>) -> Shown {
    let Some(rule) = rules::page(&id) else {
        return Err(Trouble::Missing("There is no such rule.\n"));
    };
    let (orgs, _) = chosen(&admin, None).await?;
    page(&Rule {
        orgs,
        org: 0,
        login: String::new(),
        title: rule.title,
        severity: rule.severity.as_str(),
        tags: rule.tags.join(" · "),
        parts: parts(rule.docs),
    })
}

/// The sections of a rule's page, by their headings. The pages are ours and hold only headings and
/// paragraphs.
fn parts(docs: &str) -> Vec<(String, String)> {
    docs.split("\n## ")
        .skip(1)
        .filter_map(|part| part.split_once('\n'))
        .map(|(heading, text)| (heading.to_owned(), text.trim().replace('`', "")))
        .collect()
}
