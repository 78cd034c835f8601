//! Inputs at the edge of what is read: each is read or refused to its end, on a thread with as little
//! stack as a server's. What a larger one costs is measured in `benches/growth.rs`; one that is read
//! for ever stops these tests.

use std::thread;

use beholden::power::{Ground, Tree, of, subtract};

use crate::power::shapes;

/// The stack of a thread of the runtime.
const STACK: usize = 2 << 20;

/// Reads a tree and takes the reading from itself.
fn reading(name: &'static str, tree: Tree) {
    let read = move || {
        let powers = of(&tree, &Ground::default());
        assert!(subtract(&powers, &powers).is_empty(), "{name}");
    };
    thread::Builder::new().stack_size(STACK).spawn(read).unwrap().join().unwrap();
}

/// Reads every shape whose place in the list leaves this rest, at its largest.
fn every_fourth(rest: usize) {
    for shape in shapes::all().skip(rest).step_by(4) {
        reading(shape.name, (shape.make)(shape.most));
    }
}

#[test]
fn the_first_shapes_are_read_to_their_end() {
    every_fourth(0);
}

#[test]
fn the_second_shapes_are_read_to_their_end() {
    every_fourth(1);
}

#[test]
fn the_third_shapes_are_read_to_their_end() {
    every_fourth(2);
}

#[test]
fn the_fourth_shapes_are_read_to_their_end() {
    every_fourth(3);
}
