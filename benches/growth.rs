//! How reading and subtracting grow with their input.

use std::hint::black_box;

use beholden::power::{Ground, Powers, Tree, of, subtract};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Files of the smallest input; each next one has twice as many.
const FEWEST: usize = 25;

/// So many workflows of four jobs.
fn tree(files: usize, level: &str) -> Tree {
    let job = |nth: usize| {
        format!(
            "  j{nth}:\n    runs-on: ubuntu-latest\n    permissions: {{contents: {level}}}\n    steps:\n      - uses: acme/build@v1\n        with: {{key: '${{{{ secrets.K{nth} }}}}'}}\n      - run: make test\n"
        )
    };
    let jobs: String = (0..4).map(job).collect();
    let path = |nth| format!(".github/workflows/w{nth}.yml");
    (0..files).map(|nth| (path(nth), format!("on: [push, issues]\njobs:\n{jobs}"))).collect()
}

fn growth(criterion: &mut Criterion) {
    let sizes = [FEWEST, 2 * FEWEST, 4 * FEWEST, 8 * FEWEST];
    let mut group = criterion.benchmark_group("read");
    group.sample_size(10);
    for files in sizes {
        let tree = tree(files, "read");
        group.throughput(Throughput::Elements(files as u64));
        group.bench_with_input(BenchmarkId::from_parameter(files), &tree, |bencher, tree| {
            bencher.iter(|| of(black_box(tree), &Ground::default()));
        });
    }
    group.finish();
    let mut group = criterion.benchmark_group("subtract");
    for files in sizes {
        let sides = ["read", "write"].map(|level| of(&tree(files, level), &Ground::default()));
        group.throughput(Throughput::Elements(files as u64));
        group.bench_with_input(BenchmarkId::from_parameter(files), &sides, |bencher, sides| {
            bencher.iter(|| subtract(black_box(&sides[0]), black_box(&sides[1])));
        });
    }
    group.finish();
    let mut group = criterion.benchmark_group("subtract from nothing");
    for files in sizes {
        let head = of(&tree(files, "read"), &Ground::default());
        group.throughput(Throughput::Elements(files as u64));
        group.bench_with_input(BenchmarkId::from_parameter(files), &head, |bencher, head| {
            bencher.iter(|| subtract(&Powers::default(), black_box(head)));
        });
    }
    group.finish();
}

criterion_group!(benches, growth);
criterion_main!(benches);
