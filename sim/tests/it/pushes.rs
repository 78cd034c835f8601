//! What is told of pushes, and what follows them.

use github_sim::{MergeMethod, PullSpec, Push, Seed, Sim, Webhook};
use serde_json::{Value, json};

fn names(sim: &Sim) -> Vec<String> {
    sim.take_webhooks().iter().map(Webhook::name).collect()
}

/// The payload of the only webhook of that event.
fn one(sim: &Sim, event: &str) -> Value {
    let taken = sim.take_webhooks();
    let mut fitting = taken.iter().filter(|webhook| webhook.event == event);
    let first = fitting.next().unwrap_or_else(|| panic!("no {event}")).payload();
    assert!(fitting.next().is_none(), "more than one {event}");
    first
}

#[test]
fn a_push_names_its_files_and_its_people() {
    let sim = Sim::start(Seed::acme());
    let before = sim.commit_at("acme/api", "main");
    let push = Push::to("acme/api", "main")
        .writes("new", "1\n")
        .writes("README.md", "changed\n")
        .authored_by("monalisa")
        .committed_by("hubot")
        .and_then()
        .removes("new")
        .message("Undo");
    let after = sim.pushes(&push, "octocat");
    let told = one(&sim, "push");
    assert_eq!((&told["before"], &told["after"]), (&json!(before), &json!(after)));
    assert_eq!((&told["created"], &told["forced"]), (&json!(false), &json!(false)));
    assert_eq!(told["commits"][0]["added"], json!(["new"]));
    assert_eq!(told["commits"][0]["modified"], json!(["README.md"]));
    assert_eq!(told["commits"][0]["author"]["username"], "monalisa");
    assert_eq!(told["commits"][0]["committer"]["username"], "hubot");
    assert_eq!(told["commits"][1]["removed"], json!(["new"]));
    assert_eq!(told["head_commit"]["message"], "Undo");
    assert_eq!(
        (&told["pusher"]["name"], &told["sender"]["login"]),
        (&json!("octocat"), &json!("octocat"))
    );
    sim.finish();
}

#[test]
fn branches_come_and_go() {
    let sim = Sim::start(Seed::acme());
    let main = sim.commit_at("acme/api", "main");
    sim.creates_branch("acme/api", "twin", "main", "monalisa");
    let taken = sim.take_webhooks();
    let created = taken[0].payload();
    assert_eq!((&created["ref"], &created["ref_type"]), (&json!("twin"), &json!("branch")));
    let pushed = taken[1].payload();
    assert_eq!((&pushed["created"], &pushed["after"]), (&json!(true), &json!(main)));
    assert_eq!(pushed["base_ref"], "refs/heads/main");
    assert_eq!(pushed["commits"], json!([]), "main has them all");
    sim.deletes_branch("acme/api", "twin", "monalisa");
    let taken = sim.take_webhooks();
    assert_eq!(taken.iter().map(Webhook::name).collect::<Vec<_>>(), ["delete", "push"]);
    assert_eq!(taken[1].payload()["head_commit"], Value::Null);
    sim.finish();
}

#[test]
fn a_forced_push_lists_what_is_new_only() {
    let sim = Sim::start(Seed::acme());
    let first = Push::to("acme/api", "feature").writes("a", "1\n").and_then().writes("b", "2\n");
    let lost = sim.pushes(&first, "monalisa");
    sim.take_webhooks();
    sim.pushes(&Push::to("acme/api", "feature").starting_at("main").writes("c", "3\n"), "monalisa");
    let told = one(&sim, "push");
    assert_eq!((&told["forced"], &told["before"]), (&json!(true), &json!(lost)));
    assert_eq!(told["commits"].as_array().unwrap().len(), 1);
    sim.finish();
}

#[test]
fn of_more_than_three_tags_nothing_is_told_and_commits_end_at_2048() {
    let sim = Sim::start(Seed::acme());
    sim.pushes_tags("acme/api", &["a", "b", "c"], "main", "octocat");
    assert_eq!(names(&sim), ["create", "push", "create", "push", "create", "push"]);
    sim.deletes_tag("acme/api", "a", "octocat");
    assert_eq!(names(&sim), ["delete", "push"]);
    sim.pushes_tags("acme/api", &["d", "e", "f", "g"], "main", "octocat");
    assert_eq!(names(&sim), Vec::<String>::new());
    let mut push = Push::to("acme/api", "main");
    for number in 0..2_050 {
        push = push.and_then().writes("counter", &format!("{number}\n"));
    }
    sim.pushes(&push, "octocat");
    assert_eq!(one(&sim, "push")["commits"].as_array().unwrap().len(), 2_048);
    sim.finish();
}

#[test]
fn a_deploy_key_pushes_in_the_name_of_whoever_added_it() {
    let sim = Sim::start(Seed::acme());
    sim.adds_deploy_key("acme/api", "ci", false, "monalisa");
    sim.take_webhooks();
    let push = Push::to("acme/api", "robot").writes("a", "1\n").with_deploy_key("ci");
    sim.pushes(&push, "octocat");
    let taken = sim.take_webhooks();
    assert_eq!(taken[0].payload()["pusher_type"], "deploy_key");
    assert_eq!(taken[1].payload()["sender"]["login"], "monalisa");
    sim.finish();
}

#[test]
fn a_pull_request_ends_with_its_branch_and_with_a_push_of_its_commits() {
    let sim = Sim::start(Seed::acme());
    let sha = sim.pushes(&Push::to("acme/api", "one").writes("a", "1\n"), "monalisa");
    sim.pushes(&Push::to("acme/api", "two").writes("b", "1\n"), "monalisa");
    let one = sim.opens("acme/api", &PullSpec::from("one"), "monalisa");
    let two = sim.opens("acme/api", &PullSpec::from("two"), "monalisa");
    sim.take_webhooks();
    sim.deletes_branch("acme/api", "two", "monalisa");
    assert_eq!(names(&sim), ["delete", "push", "pull_request.closed"]);
    assert_eq!(sim.pull("acme/api", two).merged, None);
    sim.pushes(&Push::to("acme/api", "main").starting_at(&sha), "octocat");
    // The commit has its suites since it was pushed first.
    assert_eq!(names(&sim), ["push", "pull_request.closed"]);
    assert_eq!(sim.pull("acme/api", one).merged, Some(sha));
    sim.finish();
}

#[test]
fn each_method_merges_in_its_own_way() {
    let sim = Sim::start(Seed::acme());
    for (method, branch, commits) in [
        (MergeMethod::Merge, "one", 3),
        (MergeMethod::Squash, "two", 1),
        (MergeMethod::Rebase, "three", 2),
    ] {
        let push = Push::to("acme/api", branch)
            .writes(branch, "1\n")
            .and_then()
            .writes(branch, "2\n")
            .authored_by("hubot");
        sim.pushes(&push, "monalisa");
        let number = sim.opens("acme/api", &PullSpec::from(branch), "monalisa");
        let before = sim.commit_at("acme/api", "main");
        sim.take_webhooks();
        let sha = sim.merges_pull_by("acme/api", number, method, "octocat");
        let told = sim.take_webhooks();
        let (pushed, closed) = (told[0].payload(), told.last().unwrap().payload());
        assert_eq!((&pushed["before"], &pushed["after"]), (&json!(before), &json!(sha)));
        assert_eq!(closed["pull_request"]["merged"], true);
        assert_eq!(closed["pull_request"]["merge_commit_sha"], sha);
        assert_eq!(pushed["commits"].as_array().unwrap().len(), commits, "{method:?}");
    }
    sim.finish();
}

#[test]
fn what_conflicts_is_not_merged() {
    let sim = Sim::start(Seed::acme());
    sim.pushes(&Push::to("acme/api", "feature").writes("README.md", "mine\n"), "monalisa");
    let number = sim.opens("acme/api", &PullSpec::from("feature"), "monalisa");
    assert_eq!(sim.pull("acme/api", number).standing, "clean");
    sim.pushes(&Push::to("acme/api", "main").writes("README.md", "yours\n"), "octocat");
    assert_eq!(sim.pull("acme/api", number).standing, "dirty");
    let refused = sim.tries_to_merge("acme/api", number, MergeMethod::Merge, "octocat");
    assert_eq!(refused, Err("Pull Request is not mergeable".to_owned()));
    sim.finish();
}
