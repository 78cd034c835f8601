//! Order does not matter: a story heard in any order, with repetitions, leaves the same register.
//!
//! Webhooks keep the moment at which they were received, because that is what the inbox stores;
//! the order in which they are decided about is what changes. `BEHOLDEN_PERMUTATIONS` says which
//! orders are tried: `1000` of them, or those from `400-1000`.

use std::time::Duration;

use beholden::domain::{Grant, Ownership, Timestamp};
use beholden::policy::Policy;
use beholden::store::{Filter, Store};
use github_sim::{Access, PatSpec, Person, Repository, Seed, Sim, Webhook};

use crate::support::databases::{Base, on_each_database};
use crate::support::{Product, Setup};

/// How many orders are tried when nothing else is said.
const PERMUTATIONS: usize = 12;

/// How many times ten minutes pass before what still waits counts as stuck.
const MOST_ROUNDS: usize = 24;

type Story = Vec<(Webhook, Timestamp)>;

/// `acme` with more repositories and people who administer them, without GitHub's limits: every
/// replay writes its own issues.
fn wide(mut seed: Seed) -> Seed {
    for name in ["web", "cli", "lib"] {
        seed = seed.repository(Repository { name: name.to_owned(), ..Repository::default() });
    }
    seed = seed.person(Person { login: "grace".to_owned(), ..Person::default() });
    seed.organizations[0].members.push("grace".to_owned());
    for repository in &mut seed.organizations[0].repositories {
        for login in ["monalisa", "grace"] {
            repository.collaborators.insert(login.to_owned(), Access::Maintain);
        }
    }
    seed.settings(|settings| {
        settings.content_per_minute = 1_000_000;
        settings.content_per_hour = 1_000_000;
        settings.requests_per_hour = Some(100_000_000);
    })
}

fn terms(policy: &mut Policy) {
    // Without a home every repository is asked for itself.
    policy.home = None;
    policy.machine_users.insert("hubot".parse().unwrap());
}

/// The story, minute by minute, and every webhook of it.
async fn told(base: &Base) -> (Product, Story) {
    let product = Setup::on(base).seed(wide).policy(terms).start().await;
    let github = &product.github;
    let minute = Duration::from_secs(60);
    let mut story = Story::new();
    let mut keys = Vec::new();
    for (repo, by) in [("api", "octocat"), ("web", "grace"), ("cli", "monalisa"), ("lib", "grace")]
    {
        let repo = format!("acme/{repo}");
        keys.push(github.adds_deploy_key(&repo, "ci", by == "grace", by));
        story.extend(product.passes(minute).await);
    }
    github.comments("acme/api", 1, "octocat", "/own because it deploys");
    story.extend(product.passes(minute).await);
    github.comments("acme/web", 1, "grace", "/own");
    story.extend(product.passes(minute).await);
    github.comments("acme/cli", 1, "monalisa", "/own backup @octocat");
    story.extend(product.passes(minute).await);
    github.comments("acme/api", 1, "octocat", "/disown");
    story.extend(product.passes(minute).await);
    github.comments("acme/api", 1, "monalisa", "/own");
    story.extend(product.passes(minute).await);
    github.adds_collaborator("acme/api", "hubot", Access::Write, "octocat");
    story.extend(product.passes(minute).await);
    github.changes_collaborator("acme/api", "hubot", Access::Admin, "octocat");
    github.adds_to_team("acme/platform", "hubot", "octocat");
    story.extend(product.passes(minute).await);
    let until = github.now() + jiff::SignedDuration::from_hours(24 * 90);
    let spec = PatSpec::new("nightly", "acme/api", "contents", "read").until(until);
    let spec = PatSpec { token_id: Some(7_001), ..spec };
    let request = github.requests_pat("grace", &spec);
    story.extend(product.passes(minute).await);
    github.approves_pat_request(request, "octocat");
    let denied = PatSpec { token_id: Some(7_002), ..spec };
    let denied = github.requests_pat("monalisa", &denied);
    story.extend(product.passes(minute).await);
    github.denies_pat_request(denied, "octocat");
    github.grants_team("acme/api", "acme/platform", Access::Maintain, "octocat");
    story.extend(product.passes(minute).await);
    github.removes_deploy_key("acme/lib", keys[3], "grace");
    story.extend(product.passes(minute).await);
    github.removes_collaborator("acme/api", "hubot", "octocat");
    story.extend(product.passes(minute).await);
    github.leaves_organization("grace");
    story.extend(product.passes(minute).await);
    (product, story)
}

/// What order must not change: identities, whether they live, the living ones' grants without
/// their history, and the living owner.
async fn register(product: &Product) -> Vec<String> {
    let store = product.engine.store();
    let page = store.register_page(product.org(), &Filter::default(), None, 1_000).await.unwrap();
    assert!(page.next.is_none() || page.items.len() < 1_000);
    let mut lines = Vec::new();
    for record in page.items {
        let grant = |grant: &Grant| {
            format!(
                "{:?} {:?} {:?} {:?} {:?} {:?}",
                grant.through,
                grant.reach,
                grant.access,
                grant.permissions,
                grant.role,
                grant.expiry
            )
        };
        let live = record.identity.is_live();
        let grants: Vec<_> =
            if live { record.grants.iter().map(grant).collect() } else { Vec::new() };
        let owners: Vec<_> = match &record.ownership {
            Ownership::Owned { .. } => record.ownership.owners().map(|o| o.plain()).collect(),
            Ownership::Unowned { .. } | Ownership::Retired { .. } => Vec::new(),
        };
        let retired = matches!(record.ownership, Ownership::Retired { .. });
        lines.push(format!(
            "{} live {live} retired {retired} owned by {owners:?}: {grants:#?}",
            record.identity.key
        ));
    }
    lines.sort();
    lines
}

/// A small generator, so that a failing order can be told again by its number.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }

    /// The story in another order, a third of it twice.
    fn shuffles(&mut self, story: &Story) -> Story {
        let mut order = story.clone();
        for heard in story {
            if self.below(3) == 0 {
                order.push(heard.clone());
            }
        }
        for at in (1..order.len()).rev() {
            order.swap(at, self.below(at + 1));
        }
        order
    }
}

/// Hears a story in this order, in handfuls, as a new product on the same GitHub. Gives back the
/// register, and what was put aside.
async fn heard(
    github: &Sim,
    first: &Product,
    story: &Story,
    dice: &mut Dice,
) -> (Vec<String>, Vec<String>) {
    let store = Store::open("sqlite::memory:").await.unwrap();
    let mut policy = Policy { default_mode: beholden::policy::Mode::Comment, ..Policy::default() };
    terms(&mut policy);
    let clock = first.engine.clock().clone();
    let product = Product::of(github.clone(), store, policy, clock).await;
    let mut waits = 0;
    for (webhook, received) in story {
        product.hears(webhook, *received).await;
        if waits == 0 {
            product.engine.settle().await.unwrap();
            waits = dice.below(4);
        } else {
            waits -= 1;
        }
    }
    // What made no sense yet is tried again, and what waits for GitHub's pace waits.
    for _ in 0..MOST_ROUNDS {
        product.engine.settle().await.unwrap();
        let stats = product.engine.store().stats().await.unwrap();
        if stats.refreshes_waiting + stats.outbox_waiting + stats.inbox_waiting == 0 {
            break;
        }
        product.engine.clock().advance(Duration::from_secs(600));
    }
    let gaps = product.engine.store().gaps(product.org()).await.unwrap();
    let mut aside = product.parked().await;
    aside.extend(gaps.into_iter().map(|gap| format!("{}: {}", gap.what, gap.why)));
    (register(&product).await, aside)
}

#[tokio::test]
async fn a_story_heard_in_any_order_leaves_the_same_register() {
    on_each_database(|base| async move {
        if base.is_postgres() {
            return; // The replays run on SQLite; one round is enough.
        }
        let (product, story) = told(&base).await;
        let names: Vec<_> = story.iter().map(|(webhook, _)| webhook.name()).collect();
        let expected = register(&product).await;
        assert!(expected.len() >= 7, "{expected:#?}");
        let tries = std::env::var("BEHOLDEN_PERMUTATIONS").ok();
        let tries = tries.map_or(0..PERMUTATIONS, |text| match text.split_once('-') {
            Some((first, last)) => first.parse().unwrap()..last.parse().unwrap(),
            None => 0..text.parse().unwrap(),
        });
        for number in tries.clone() {
            let mut dice = Dice(number as u64);
            let order = dice.shuffles(&story);
            let (found, aside) = heard(&product.github, &product, &order, &mut dice).await;
            if found != expected {
                let order: Vec<_> = order.iter().map(|(webhook, _)| webhook.name()).collect();
                let only = |these: &[String], those: &[String]| {
                    these.iter().filter(|it| !those.contains(it)).cloned().collect::<Vec<_>>()
                };
                let (more, less) = (only(&found, &expected), only(&expected, &found));
                panic!("order {number} of {names:?}: {order:?}\nfound {more:#?}\nnot {less:#?}\naside {aside:#?}");
            }
        }
        println!("{} orders of {} deliveries", tries.len(), story.len());
    })
    .await;
}
