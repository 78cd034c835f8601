//! Inputs at the edge of what is read: each is read or refused, in time, on a thread with as little
//! stack as a server's.

use std::thread;
use std::time::{Duration, Instant};

use beholden::power::{Ground, Powers, Tree, of, subtract};

use crate::power::shapes;

/// The stack of a thread of the runtime.
const STACK: usize = 2 << 20;

/// What takes longer is slow, however busy the machine is.
const LONGEST: Duration = Duration::from_secs(20);

/// Reads a tree and takes the reading from itself.
fn reading(tree: Tree) -> Powers {
    let read = move || {
        let powers = of(&tree, &Ground::default());
        assert!(subtract(&powers, &powers).is_empty());
        powers
    };
    thread::Builder::new().stack_size(STACK).spawn(read).unwrap().join().unwrap()
}

/// Reads every shape whose place in the list leaves this rest, at its largest.
fn every_fourth(rest: usize) {
    for shape in shapes::all().skip(rest).step_by(4) {
        let began = Instant::now();
        let powers = reading((shape.make)(shape.most));
        let took = began.elapsed();
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
