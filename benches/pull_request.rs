//! A pull request that changes ten workflow files: both sides read, one subtracted from the other,
//! and the difference judged. The design allows 50 ms of CPU for it.

use std::fmt::Write as _;
use std::hint::black_box;

use beholden::power::{Ground, Tree, lost_owners, of, subtract};
use beholden::rules::files::{Scene, judge};
use criterion::{Criterion, criterion_group, criterion_main};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Files of the pull request.
const FILES: usize = 10;

/// Jobs of each.
const JOBS: usize = 6;

/// One workflow with jobs that check out, build, log in, deploy and ask an agent; about as long as
/// those of large projects. The head widens what the base grants.
fn workflow(nth: usize, is_head: bool) -> String {
    let (level, version) = if is_head { ("write", "v5") } else { ("read", "v4") };
    let mut text = format!(
        "name: W{nth}\non:\n  push:\n    branches: [main]\n  pull_request:\n  issues:\n    types: [opened]\npermissions:\n  contents: {level}\nenv:\n  LEVEL: info\n  TOKEN: ${{{{ secrets.TOKEN_{nth} }}}}\njobs:\n"
    );
    for job in 0..JOBS {
        write!(
            text,
            "  job{job}:\n    runs-on: ${{{{ matrix.os }}}}\n    if: github.event_name == 'push' || github.actor != 'octocat'\n    strategy:\n      matrix:\n        os: [ubuntu-latest, windows-latest]\n    permissions:\n      id-token: write\n      contents: {level}\n    steps:\n      - uses: actions/checkout@{version}\n      - uses: actions/setup-node@{version}\n        with:\n          node-version: 22\n          cache: npm\n      - name: Build\n        run: |\n          npm ci\n          npm run build -- --level \"$LEVEL\"\n          curl -fsSL https://tools.invalid/install.sh | sh\n        env:\n          KEY: ${{{{ secrets.KEY_{job} }}}}\n      - uses: aws-actions/configure-aws-credentials@{version}\n        with:\n          role-to-assume: arn:aws:iam::000000000000:role/deploy\n          aws-region: eu-west-1\n      - name: Deploy\n        run: |\n          ./scripts/deploy.sh --version ${{{{ github.sha }}}}\n          echo \"${{{{ github.event.issue.title }}}}\"\n      - uses: anthropics/claude-code-action@v1\n        with:\n          anthropic_api_key: ${{{{ secrets.ANTHROPIC_API_KEY }}}}\n          prompt: Look at ${{{{ github.event.issue.body }}}}\n"
        )
        .expect("a text takes text");
    }
    text
}

fn tree(is_head: bool) -> Tree {
    (0..FILES)
        .map(|nth| (format!(".github/workflows/w{nth}.yml"), workflow(nth, is_head)))
        .collect()
}

fn decide(base: &Tree, head: &Tree) -> usize {
    let ground = Ground::default();
    let (before, after) = (of(base, &ground), of(head, &ground));
    let difference = subtract(&before, &after);
    let lost_owners = lost_owners(base, head);
    let scene =
        Scene { base: &before, head: &after, difference: &difference, lost_owners: &lost_owners };
    judge(&scene).len()
}

fn pull_request(criterion: &mut Criterion) {
    let (base, head) = (tree(false), tree(true));
    assert!(decide(&base, &head) > FILES, "it widens each of its files");
    let mut group = criterion.benchmark_group("pull request");
    group.bench_function("ten workflow files", |bencher| {
        bencher.iter(|| decide(black_box(&base), black_box(&head)));
    });
    group.finish();
}

criterion_group!(benches, pull_request);
criterion_main!(benches);
