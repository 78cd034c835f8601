//! `GET /orgs/{org}/personal-access-tokens` and `…-requests`: every fine-grained token that may act
//! here, or asks to. One that was given single repositories costs one request more.

use super::{Facts, Lister};
use crate::domain::{Reach, RepoId, Through};
use crate::github::Failure;
use crate::github::inventory::pat::{self, Pat};
use crate::github::wire::Numbered;

pub(super) async fn list(l: &Lister<'_>) -> Result<Facts, Failure> {
    let path = l.path();
    let tokens = l.rows(&path, |page: Vec<Pat>| page).await?;
    let mut facts = Vec::with_capacity(tokens.len());
    for token in &tokens {
        let reach = reach(l, &path, token).await?;
        facts.push((pat::fact(&l.r, token, Through::Token, reach, &path), None));
        facts.push((pat::dated(token), None));
    }
    Ok(facts)
}

pub(super) async fn requests(l: &Lister<'_>) -> Result<Facts, Failure> {
    let path = l.path();
    let requests = l.rows(&path, |page: Vec<Pat>| page).await?;
    let mut facts = Vec::with_capacity(requests.len());
    for request in &requests {
        let reach = reach(l, &path, request).await?;
        let through = Through::TokenRequest { request: request.id };
        facts.push((pat::fact(&l.r, request, through, reach, &path), None));
    }
    Ok(facts)
}

async fn reach(l: &Lister<'_>, list: &str, token: &Pat) -> Result<Reach, Failure> {
    if token.repository_selection != "subset" {
        return Ok(token.reach());
    }
    let path = format!("{list}/{}/repositories", token.id);
    let repos = l.rows(&path, |page: Vec<Numbered>| page).await?;
    Ok(Reach::Repos { repos: repos.iter().map(|repo| RepoId(repo.id)).collect() })
}
