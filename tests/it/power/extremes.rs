//! Inputs at the edge of what is read: each is read or refused, in time, on a thread with as little
//! stack as a server's.

use std::time::Duration;
use std::{fs, thread};

use beholden::power::{Ground, Powers, Tree, of, subtract};

use crate::power::shapes;

/// The stack of a thread of the runtime.
const STACK: usize = 2 << 20;

/// What takes more of a processor is slow. How busy the machine is plays no part.
const LONGEST: Duration = Duration::from_secs(20);

/// How much of a processor this thread has taken, as Linux counts it, in ticks of 10 ms.
fn taken() -> Duration {
    let stat = fs::read_to_string("/proc/thread-self/stat").unwrap();
    // The name of the thread stands in brackets and may hold anything; time in user and kernel mode
    // are the 12th and 13th field after it.
    let fields = stat.rsplit_once(')').unwrap().1.split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).map(|it| it.parse::<u64>().unwrap()).sum();
    Duration::from_millis(10 * ticks)
}

/// Reads a tree, takes the reading from itself, and says what of a processor that took.
fn reading(tree: Tree) -> (Powers, Duration) {
    let read = move || {
        let powers = of(&tree, &Ground::default());
        assert!(subtract(&powers, &powers).is_empty());
        (powers, taken())
    };
    thread::Builder::new().stack_size(STACK).spawn(read).unwrap().join().unwrap()
}

/// Reads every shape whose place in the list leaves this rest, at its largest.
fn every_fourth(rest: usize) {
    for shape in shapes::all().skip(rest).step_by(4) {
        let (powers, took) = reading((shape.make)(shape.most));
        println!("{}: {took:?}, {} grants", shape.name, powers.grants().len());
        assert!(took < LONGEST, "{} took {took:?}", shape.name);
    }
}

#[test]
fn the_first_shapes_are_read_in_time() {
    every_fourth(0);
}

#[test]
fn the_second_shapes_are_read_in_time() {
    every_fourth(1);
}

#[test]
fn the_third_shapes_are_read_in_time() {
    every_fourth(2);
}

#[test]
fn the_fourth_shapes_are_read_in_time() {
    every_fourth(3);
}
