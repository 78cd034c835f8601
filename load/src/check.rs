//! What has to be true in the end: every acknowledged delivery was processed, every issue and every
//! reply stands once, every key has the owner who said so.

use std::collections::BTreeMap;

use beholden::domain::{IdentityKey, OrgId};
use beholden::store::{InboxState, Store};
use github_sim::Sim;

use crate::post::Post;
use crate::story::{Key, Story, asks_about};
use crate::town::{self, BOT};

/// What was counted, and what was found to be wrong.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Deliveries that were acknowledged, all of them held and processed.
    pub(crate) processed: usize,
    /// Issues of ours that stand.
    pub(crate) issues: usize,
    /// Replies of ours that stand.
    pub(crate) replies: usize,
    /// Keys that are owned by who said so.
    pub(crate) owned: usize,
    /// Objects of ours that were made twice and taken back.
    pub(crate) taken_back: usize,
    /// Sentences about what is wrong.
    pub(crate) wrong: Vec<String>,
}

/// Looks at everything. The processes have ended.
pub(crate) async fn everything(
    url: &str,
    github: &Sim,
    post: &Post,
    story: &Story,
    organisations: usize,
) -> anyhow::Result<Found> {
    let store = Store::open(url).await?;
    let mut found = Found::default();
    let books = post.books().clone();
    found.wrong.extend(books.refused.iter().map(|what| format!("refused at the door: {what}")));
    for guid in &books.acknowledged {
        match store.delivery(guid).await?.map(|stored| stored.state) {
            Some(InboxState::Done | InboxState::Ignored) => found.processed += 1,
            Some(state) => found.wrong.push(format!("delivery {guid} is {state:?}")),
            None => found.wrong.push(format!("delivery {guid} was acknowledged and is lost")),
        }
    }
    for parked in store.parked(20).await? {
        found.wrong.push(format!("parked: {:?}: {}", parked.what, parked.why));
    }
    let keys = story.keys().clone();
    for key in &keys {
        key_is_right(&store, github, key, &mut found).await?;
    }
    for organisation in 0..organisations {
        let placed = keys.iter().filter(|key| key.organisation == organisation).count();
        for place in 0..placed {
            stands_once(github, &town::repository(organisation, place), &mut found);
        }
    }
    store.close().await;
    Ok(found)
}

async fn key_is_right(
    store: &Store,
    github: &Sim,
    key: &Key,
    found: &mut Found,
) -> anyhow::Result<()> {
    let org = OrgId(github.org_id(&town::name(key.organisation)).cast_signed());
    let identity: IdentityKey =
        format!("deploy_key/{}", key.id).parse().map_err(anyhow::Error::msg)?;
    let record = store.record(org, &identity).await?;
    let owners: Vec<String> = record
        .iter()
        .flat_map(|record| record.ownership.owners())
        .map(beholden::domain::Owner::plain)
        .collect();
    let said = key.owner.map(|(who, _)| who.to_owned());
    if said.is_some() && said.iter().eq(&owners) {
        found.owned += 1;
    } else {
        let known = if record.is_some() { "known" } else { "unknown" };
        found.wrong.push(format!(
            "{} in {} ({known}) should be owned by {said:?} and is owned by {owners:?}",
            key.title, key.repo
        ));
    }
    let about = github.issues(&key.repo).iter().filter(|issue| asks_about(issue, key)).count();
    if about != 1 {
        found.wrong.push(format!("{} is asked about in {about} issues", key.title));
    }
    let Some(number) = key.issue else { return Ok(()) };
    let issue = github.issue(&key.repo, number);
    if key.owner.is_some() && issue.open {
        found.wrong.push(format!("{}#{number} is still open", key.repo));
    }
    let comments = github.comments_of(&key.repo, number);
    for said in [key.owner.map(|(_, said)| said), key.explained].into_iter().flatten() {
        let comment = comments.iter().find(|comment| comment.id == said);
        let reactions = comment.map(|comment| comment.reactions.as_slice()).unwrap_or_default();
        let ours = reactions.iter().filter(|reaction| reaction.starts_with(BOT)).count();
        if ours != 1 {
            found.wrong.push(format!("comment {said} in {} has {ours} reactions", key.repo));
        }
    }
    if let Some(said) = key.explained {
        let answered = comments.iter().filter(|comment| {
            comment.author == BOT
                && what(&comment.body).is_some_and(|w| w.ends_with(&format!("/{said}")))
        });
        let answered = answered.count();
        if answered != 1 {
            found.wrong.push(format!("comment {said} in {} has {answered} replies", key.repo));
        }
    }
    Ok(())
}

/// Counts markers: each names one object of ours.
fn stands_once(github: &Sim, repo: &str, found: &mut Found) {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for issue in github.issues(repo) {
        if issue.author == BOT {
            match what(&issue.body) {
                Some(what) => {
                    found.issues += 1;
                    *times.entry(what.to_owned()).or_default() += 1;
                }
                None if !issue.open => found.taken_back += 1,
                None => found.wrong.push(format!("{repo}#{} has no marker", issue.number)),
            }
        }
        for comment in github.comments_of(repo, issue.number) {
            if comment.author == BOT {
                found.replies += 1;
                let what = what(&comment.body).unwrap_or("nothing");
                *times.entry(what.to_owned()).or_default() += 1;
            }
        }
    }
    for (what, times) in times {
        if times > 1 || what == "nothing" {
            found.wrong.push(format!("{repo}: {what} stands {times} times"));
        }
    }
}

/// What the marker in a body says, less its HMAC.
fn what(body: &str) -> Option<&str> {
    body.split_once("<!-- beholden:begin ")?.1.split_once(" mac=").map(|(what, _)| what)
}

impl Found {
    /// Prints it all; an error when anything is wrong.
    pub(crate) fn conclude(&self) -> anyhow::Result<()> {
        println!("  acknowledged and processed  {}", self.processed);
        println!("  issues standing             {}", self.issues);
        println!("  replies standing            {}", self.replies);
        println!("  keys owned as said          {}", self.owned);
        println!("  doubles taken back          {} issues", self.taken_back);
        for sentence in self.wrong.iter().take(40) {
            println!("  WRONG: {sentence}");
        }
        if self.wrong.is_empty() {
            println!("  nothing lost, nothing twice");
            return Ok(());
        }
        anyhow::bail!("{} things are wrong", self.wrong.len())
    }
}
