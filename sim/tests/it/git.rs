//! Trees, blobs, contents, refs and comparisons.

use crate::client::Client;
use base64::{Engine, prelude::BASE64_STANDARD};
use github_sim::{PullSpec, Push, Seed, Sim};
use serde_json::{Value, json};

const API: &str = "/repos/acme/api";

fn paths(list: &Value, field: &str) -> Vec<String> {
    let entries = list.as_array().unwrap();
    entries.iter().map(|entry| entry[field].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_tree_is_read_whole_or_folder_by_folder() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let push = Push::to("acme/api", "main")
        .writes(".github/workflows/ci.yml", "on: push\n")
        .writes_program("run.sh", "true\n")
        .links("link", "run.sh");
    let sha = sim.pushes(&push, "octocat");
    let tree = client.get(&format!("{API}/git/trees/{sha}?recursive=1")).await.is(200).json();
    assert_eq!(tree["truncated"], false);
    let expected =
        [".github", ".github/workflows", ".github/workflows/ci.yml", "README.md", "link", "run.sh"];
    assert_eq!(paths(&tree["tree"], "path"), expected);
    assert_eq!(
        paths(&tree["tree"], "mode"),
        ["040000", "040000", "100644", "100644", "120000", "100755"]
    );
    let top = client.get(&format!("{API}/git/trees/main")).await.is(200).json();
    assert_eq!(paths(&top["tree"], "path"), [".github", "README.md", "link", "run.sh"]);
    assert_eq!(top["sha"], tree["sha"]);
    let folder = top["tree"][0]["sha"].as_str().unwrap();
    let inner = client.get(&format!("{API}/git/trees/{folder}")).await.is(200).json();
    assert_eq!(paths(&inner["tree"], "path"), ["workflows"]);
    let blob = tree["tree"][2]["sha"].as_str().unwrap();
    let blob = client.get(&format!("{API}/git/blobs/{blob}")).await.is(200).json();
    assert_eq!(BASE64_STANDARD.decode(blob["content"].as_str().unwrap()).unwrap(), b"on: push\n");
    client.get(&format!("{API}/git/trees/{}", "0".repeat(40))).await.is(404);
    sim.finish();
}

#[tokio::test]
async fn a_tree_that_is_too_large_says_so() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    sim.pushes(
        &Push::to("acme/api", "main").writes("a", "").writes("b", "").writes("c", ""),
        "octocat",
    );
    sim.truncates_trees_at(2);
    let tree = client.get(&format!("{API}/git/trees/main?recursive=1")).await.is(200).json();
    assert_eq!(tree["truncated"], true);
    assert_eq!(tree["tree"].as_array().unwrap().len(), 2);
    sim.finish();
}

#[tokio::test]
async fn a_file_over_one_megabyte_comes_only_raw_or_as_a_blob() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let large = "x".repeat(1024 * 1024 + 1);
    sim.pushes(&Push::to("acme/api", "main").writes("large.txt", &large), "octocat");
    let at = format!("{API}/contents/large.txt");
    let shown = client.get(&at).await.is(200).json();
    assert_eq!((shown["encoding"].as_str(), shown["content"].as_str()), (Some("none"), Some("")));
    let raw = [("accept", "application/vnd.github.raw+json")];
    assert_eq!(
        client.try_send("GET", &at, None, &raw).await.unwrap().is(200).text.len(),
        large.len()
    );
    let blob = format!("{API}/git/blobs/{}", shown["sha"].as_str().unwrap());
    assert_eq!(client.get(&blob).await.is(200).json()["size"], large.len());
    sim.finish();
}

#[tokio::test]
async fn refs_are_found_by_name_and_by_their_beginning() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let sha = sim.pushes(&Push::to("acme/api", "feature/one").writes("a", "1\n"), "monalisa");
    sim.creates_branch("acme/api", "feature/two", "main", "monalisa");
    sim.pushes_tags("acme/api", &["v1"], "main", "monalisa");
    let number = sim.opens("acme/api", &PullSpec::from("feature/one"), "monalisa");
    for name in ["heads/feature/one".to_owned(), format!("pull/{number}/head")] {
        let found = client.get(&format!("{API}/git/ref/{name}")).await.is(200).json();
        assert_eq!(found["object"]["sha"], sha, "{name}");
    }
    client.get(&format!("{API}/git/ref/heads/feature")).await.is(404);
    let matching =
        client.get(&format!("{API}/git/matching-refs/heads/feature")).await.is(200).json();
    assert_eq!(paths(&matching, "ref"), ["refs/heads/feature/one", "refs/heads/feature/two"]);
    let branch = client.get(&format!("{API}/branches/feature/one")).await.is(200).json();
    assert_eq!(branch["commit"]["sha"], sha);
    client.get(&format!("{API}/branches/feature%2Fone")).await.is(200);
    assert_eq!(paths(&client.get(&format!("{API}/tags")).await.is(200).json(), "name"), ["v1"]);
    let test_merge = client.get(&format!("{API}/git/ref/pull/{number}/merge")).await.is(200).json();
    let test_merge = test_merge["object"]["sha"].as_str().unwrap().to_owned();
    let pull = client.get(&format!("{API}/pulls/{number}")).await.is(200).json();
    assert_eq!(pull["merge_commit_sha"], test_merge);
    let merge = client.get(&format!("{API}/git/commits/{test_merge}")).await.is(200).json();
    assert_eq!(merge["parents"].as_array().unwrap().len(), 2);
    sim.finish();
}

#[tokio::test]
async fn a_comparison_starts_where_the_two_parted() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let parted = sim.commit_at("acme/api", "main");
    let two = Push::to("acme/api", "feature").writes("a", "1\n").and_then().writes("b", "2\n");
    sim.pushes(&two, "monalisa");
    sim.pushes(&Push::to("acme/api", "main").writes("other", "x\n"), "octocat");
    let at = |basehead: &str| format!("{API}/compare/{basehead}");
    let shown = client.get(&at("main...feature")).await.is(200).json();
    assert_eq!(shown["status"], "diverged");
    assert_eq!((shown["ahead_by"].as_u64(), shown["behind_by"].as_u64()), (Some(2), Some(1)));
    assert_eq!(shown["merge_base_commit"]["sha"], parted);
    assert_eq!(paths(&shown["files"], "filename"), ["a", "b"]);
    let second = client.get(&at("main...feature?per_page=1&page=2")).await.is(200).json();
    assert_eq!(second["commits"].as_array().unwrap().len(), 1);
    assert!(second.get("files").is_none(), "files come with the first page");
    for (basehead, status) in
        [("main...main", "identical"), ("feature...main", "diverged"), ("main...main~", "")]
    {
        let answer = client.get(&at(basehead)).await;
        match status {
            "" => assert_eq!(answer.status, 404),
            _ => assert_eq!(answer.is(200).json()["status"], status),
        }
    }
    sim.finish();
}

#[tokio::test]
async fn a_comparison_shows_three_hundred_files_and_a_commit_pages_through_all() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let mut push = Push::to("acme/api", "feature");
    for number in 0..310 {
        push = push.writes(&format!("f{number:03}"), "x\n");
    }
    let sha = sim.pushes(&push, "monalisa");
    let shown = client.get(&format!("{API}/compare/main...feature")).await.is(200).json();
    assert_eq!(shown["files"].as_array().unwrap().len(), 300);
    let rest = client.get(&format!("{API}/commits/{sha}?page=2")).await.is(200).json();
    assert_eq!(rest["files"].as_array().unwrap().len(), 10);
    assert_eq!(rest["stats"]["additions"], 310);
    sim.finish();
}

#[tokio::test]
async fn a_commit_says_what_its_author_wants_and_github_knows() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let push = Push::to("acme/api", "main").writes("a", "1\n").authored_by("monalisa").signed();
    let sha = sim.pushes(&push, "octocat");
    let shown = client.get(&format!("{API}/commits/{sha}")).await.is(200).json();
    assert_eq!(shown["author"]["login"], "monalisa");
    assert_eq!(shown["commit"]["verification"]["verified"], true);
    let push =
        Push::to("acme/api", "main").writes("a", "2\n").authored_by("nobody@example.invalid");
    let sha = sim.pushes(&push, "octocat");
    let shown = client.get(&format!("{API}/commits/{sha}")).await.is(200).json();
    assert_eq!(shown["author"], Value::Null);
    assert_eq!(shown["commit"]["author"]["email"], "nobody@example.invalid");
    let listed = client.get(&format!("{API}/commits?path=a")).await.is(200).json();
    assert_eq!(listed.as_array().unwrap().len(), 2);
    sim.finish();
}

#[tokio::test]
async fn the_pull_requests_of_a_commit_are_found() {
    let sim = Sim::start(Seed::acme());
    let client = Client::acme(&sim);
    let sha = sim.pushes(&Push::to("acme/api", "feature").writes("a", "1\n"), "monalisa");
    let at = |sha: &str| format!("{API}/commits/{sha}/pulls");
    assert_eq!(client.get(&at(&sha)).await.is(200).json(), json!([]));
    let number = sim.opens("acme/api", &PullSpec::from("feature"), "monalisa");
    assert_eq!(client.get(&at(&sha)).await.is(200).json()[0]["number"], number);
    let merged = sim.merges_pull_by("acme/api", number, github_sim::MergeMethod::Squash, "octocat");
    assert_eq!(client.get(&at(&merged)).await.is(200).json()[0]["number"], number);
    sim.finish();
}
