//! Who is here: the streams that devices have open.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::desk::Desk;

/// Streams that are open, by device.
#[derive(Clone, Default)]
pub struct Presence(Arc<Mutex<BTreeMap<u32, usize>>>);

/// While it lives, a device counts as here. It counts from the moment at which it is made, and lets go by itself:
/// neither a client that is gone before it was answered nor a full queue leaves anything behind.
pub struct PresenceGuard {
    presence: Presence,
    device: u32,
    desk: Weak<Desk>,
}

impl Presence {
    fn counts(&self) -> MutexGuard<'_, BTreeMap<u32, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A stream of a device is opened; pages of its room are told when it is closed.
    #[must_use]
    pub fn open(&self, device: u32, desk: Weak<Desk>) -> PresenceGuard {
        *self.counts().entry(device).or_default() += 1;
        PresenceGuard { presence: self.clone(), device, desk }
    }

    /// Streams that a device has open.
    #[must_use]
    pub fn streams(&self, device: u32) -> usize {
        self.counts().get(&device).copied().unwrap_or(0)
    }
}

impl PresenceGuard {
    /// The device.
    #[must_use]
    pub fn device(&self) -> u32 {
        self.device
    }

    /// The way to its room.
    #[must_use]
    pub fn desk(&self) -> Option<Arc<Desk>> {
        self.desk.upgrade()
    }
}

impl Drop for PresenceGuard {
    fn drop(&mut self) {
        let mut counts = self.presence.counts();
        if let Some(count) = counts.get_mut(&self.device) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.device);
            }
        }
        drop(counts);
        if let Some(desk) = self.desk.upgrade() {
            // Only for pages to be told: where the queue is full, they are told after what waits in it.
            desk.nudge();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_that_nobody_waits_for_any_more_is_not_counted() {
        let presence = Presence::default();
        let (first, second) = (presence.open(7, Weak::new()), presence.open(7, Weak::new()));
        assert_eq!((presence.streams(7), presence.streams(8)), (2, 0));
        drop(first);
        assert_eq!(presence.streams(7), 1);
        // What the room's thread made for somebody who is gone goes with the answer that nobody takes.
        let (answer, wait) = tokio::sync::oneshot::channel();
        drop(wait);
        assert!(answer.send(second).is_err());
        assert_eq!(presence.streams(7), 0);
    }
}
