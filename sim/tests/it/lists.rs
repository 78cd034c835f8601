//! Pages of lists, entity tags, files at refs.

use crate::client::Client;
use github_sim::{Seed, Sim};

#[tokio::test]
async fn pages_are_linked_on_the_host_that_was_asked() {
    let sim = Sim::start(Seed::acme().many(0, 0));
    for number in 0..7 {
        sim.adds_deploy_key("acme/api", &format!("key {number}"), true, "octocat");
    }
    let client = Client::acme(&sim);
    let page = client.get("/repos/acme/api/keys?per_page=3&page=2").await.is(200);
    assert_eq!(page.json().as_array().unwrap().len(), 3);
    let at = |page: u32, rel: &str| {
        format!("<{}/repos/acme/api/keys?per_page=3&page={page}>; rel=\"{rel}\"", sim.url())
    };
    assert_eq!(
        page.header("link"),
        [at(1, "prev"), at(3, "next"), at(3, "last"), at(1, "first")].join(", ")
    );
    let last = client.get("/repos/acme/api/keys?per_page=3&page=3").await.is(200);
    assert_eq!(last.json().as_array().unwrap().len(), 1);
    assert!(!last.header("link").contains("next"));
    sim.finish();
}

#[tokio::test]
async fn a_large_organization_is_seeded_and_listed_whole() {
    let sim = Sim::start(Seed::acme().many(200, 5));
    let client = Client::acme(&sim);
    let mut next = "/installation/repositories?per_page=100".to_owned();
    let mut seen = 0;
    loop {
        let page = client.get(&next).await.is(200);
        seen += page.json()["repositories"].as_array().unwrap().len();
        let link = page.header("link").to_owned();
        match link.split(", ").find(|part| part.ends_with("rel=\"next\"")) {
            Some(part) => next = part[1..].split_once('>').unwrap().0.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, 203);
    assert_eq!(
        client.get("/repos/acme/repo-0199/keys").await.is(200).json().as_array().unwrap().len(),
        5
    );
    assert_eq!(
        client.get("/rate_limit").await.is(200).json()["resources"]["core"]["limit"],
        12_500,
        "5,000 and 50 for each repository, at most 12,500"
    );
    sim.finish();
}

#[tokio::test]
async fn what_did_not_change_costs_nothing() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let first = client.get("/repos/acme/api/keys").await.is(200);
    let tag = first.header("etag").to_owned();
    let again = client
        .try_send("GET", "/repos/acme/api/keys", None, &[("if-none-match", &tag)])
        .await
        .unwrap()
        .is(304);
    assert_eq!(again.header("x-ratelimit-remaining"), first.header("x-ratelimit-remaining"));
    assert_eq!(again.text, "");
    sim.adds_deploy_key("acme/api", "ci", true, "octocat");
    client
        .try_send("GET", "/repos/acme/api/keys", None, &[("if-none-match", &tag)])
        .await
        .unwrap()
        .is(200);
    sim.finish();
}

#[tokio::test]
async fn files_are_read_at_refs() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let first = sim.writes_file("acme/home", "beholden.yml", "mode: observe\n", "octocat");
    sim.writes_file("acme/home", "beholden.yml", "mode: comment\n", "octocat");
    sim.writes_file("acme/home", ".github/workflows/ci.yml", "on: push\n", "octocat");
    let raw = [("accept", "application/vnd.github.raw+json")];
    let read = async |path: &str| client.try_send("GET", path, None, &raw).await.unwrap();
    let at = "/repos/acme/home/contents/beholden.yml";
    assert_eq!(read(at).await.is(200).text, "mode: comment\n");
    assert_eq!(read(&format!("{at}?ref={first}")).await.is(200).text, "mode: observe\n");
    assert_eq!(read(&format!("{at}?ref=main")).await.is(200).text, "mode: comment\n");
    read(&format!("{at}?ref=nowhere")).await.is(404);
    client.get("/repos/acme/home/contents/missing.yml").await.is(404);
    let object = client.get(at).await.is(200).json();
    assert_eq!((object["encoding"].as_str(), object["size"].as_u64()), (Some("base64"), Some(14)));
    let folder = client.get("/repos/acme/home/contents/.github").await.is(200).json();
    assert_eq!(
        (folder[0]["name"].as_str(), folder[0]["type"].as_str()),
        (Some("workflows"), Some("dir"))
    );
    let root = client.get("/repos/acme/home/contents/").await.is(200).json();
    assert_eq!(root.as_array().unwrap().len(), 3);
    sim.finish();
}

#[tokio::test]
async fn commits_branches_and_trees_can_be_read() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let sha = sim.writes_file("acme/home", "a/b.txt", "text", "monalisa");
    assert_eq!(
        client.get("/repos/acme/home/branches/main").await.is(200).json()["commit"]["sha"],
        sha
    );
    assert_eq!(client.get("/repos/acme/home/branches").await.is(200).json()[0]["name"], "main");
    assert_eq!(
        client.get("/repos/acme/home/commits/main").await.is(200).json()["author"]["login"],
        "monalisa"
    );
    assert_eq!(
        client
            .get("/repos/acme/home/commits?path=a/b.txt")
            .await
            .is(200)
            .json()
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let tree = client.get("/repos/acme/home/git/trees/main?recursive=1").await.is(200).json();
    let paths: Vec<&str> = tree["tree"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["path"].as_str().unwrap())
        .collect();
    assert_eq!(paths, ["README.md", "a", "a/b.txt"]);
    let blob = tree["tree"][2]["sha"].as_str().unwrap();
    client.get(&format!("/repos/acme/home/git/blobs/{blob}")).await.is(200);
    sim.finish();
}
