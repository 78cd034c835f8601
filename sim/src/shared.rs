//! The one world behind its lock, and the bells that ring when there is something to send.

use crate::world::World;
use std::{
    pin::pin,
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;

pub(crate) struct Shared {
    world: Mutex<World>,
    /// Rings when a webhook waits to be pushed.
    pub work: Notify,
    /// Rings when a webhook was pushed.
    pub idle: Notify,
}

impl Shared {
    pub(crate) fn new(world: World) -> Self {
        Self { world: Mutex::new(world), work: Notify::new(), idle: Notify::new() }
    }

    /// The world, for a moment: nothing waits while holding it. A test that panicked with the lock
    /// in its hands must not hide its own message behind a poisoned lock.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn wake(&self) {
        self.work.notify_one();
    }

    /// Waits until no webhook waits to be pushed or is on its way.
    pub(crate) async fn pushed(&self) {
        loop {
            let mut rung = pin!(self.idle.notified());
            rung.as_mut().enable();
            {
                let world = self.world();
                if world.deliveries.queue.is_empty() && world.deliveries.flying == 0 {
                    return;
                }
            }
            rung.await;
        }
    }
}
