//! Look-aheads: work of seconds on threads of its own, a few at once and one for each device.
//!
//! Whoever asks may hang up; the work runs on to its end all the same, so what limits it is held by the work and not
//! by whoever waits for it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::StatusCode;
use tokio::sync::Semaphore;

/// Look-aheads that may run at once.
const AT_ONCE: usize = 2;

/// What limits look-aheads.
pub struct Imagining {
    permits: Arc<Semaphore>,
    devices: Arc<Mutex<BTreeSet<u32>>>,
}

/// Why there is no look-ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoLookAhead {
    /// This device's last one still runs.
    Running,
    /// It failed.
    Broken,
}

impl NoLookAhead {
    /// The status of the answer, what is wrong, and what to do.
    #[must_use]
    pub fn told(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Running => (
                StatusCode::TOO_MANY_REQUESTS,
                "Your last look-ahead still runs",
                "Wait until it has ended, then ask again.",
            ),
            Self::Broken => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "The futures could not be imagined",
                "Go back to the table; nothing there has changed.",
            ),
        }
    }
}

/// One device's place, given back when its work has ended.
struct Place {
    devices: Arc<Mutex<BTreeSet<u32>>>,
    device: u32,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.devices.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.device);
    }
}

impl Default for Imagining {
    fn default() -> Self {
        Self { permits: Arc::new(Semaphore::new(AT_ONCE)), devices: Arc::default() }
    }
}

impl Imagining {
    /// Runs something that takes long for a device.
    ///
    /// # Errors
    /// The device's last one still runs, or this one panicked.
    pub async fn run<R: Send + 'static>(
        &self,
        device: u32,
        work: impl FnOnce() -> R + Send + 'static,
    ) -> Result<R, NoLookAhead> {
        if !self.devices.lock().unwrap_or_else(PoisonError::into_inner).insert(device) {
            return Err(NoLookAhead::Running);
        }
        let place = Place { devices: Arc::clone(&self.devices), device };
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| NoLookAhead::Broken)?;
        let job = tokio::task::spawn_blocking(move || {
            let _held = (permit, place);
            work()
        });
        job.await.map_err(|_| NoLookAhead::Broken)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};
    use std::time::Duration;

    use super::*;

    /// Work that tells that it runs, and ends when it is told to.
    fn slow(begun: Sender<u32>, name: u32) -> (Sender<()>, impl FnOnce() -> u32 + Send + 'static) {
        let (end, wait) = channel();
        let work = move || {
            begun.send(name).expect("somebody listens");
            let _ = wait.recv_timeout(Duration::from_secs(60));
            name
        };
        (end, work)
    }

    #[test]
    fn who_hangs_up_frees_no_place_for_more() {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let imagining = Arc::new(Imagining::default());
        let (begun, runs) = channel();
        let mut ends = Vec::new();
        for device in [1, 2] {
            let (end, work) = slow(begun.clone(), device);
            let shared = Arc::clone(&imagining);
            let asked = runtime.spawn(async move { shared.run(device, work).await });
            assert_eq!(runs.recv_timeout(Duration::from_secs(60)), Ok(device));
            // The connection is closed: whoever waited is gone, and the work runs on.
            asked.abort();
            ends.push(end);
        }
        let again = runtime.block_on(imagining.run(1, || ()));
        assert_eq!(again, Err(NoLookAhead::Running), "one look-ahead for each device");
        let (end, work) = slow(begun, 3);
        let shared = Arc::clone(&imagining);
        let third = runtime.spawn(async move { shared.run(3, work).await });
        assert!(runs.recv_timeout(Duration::from_millis(200)).is_err(), "two run, and no third");
        ends.remove(0).send(()).expect("it waits");
        assert_eq!(runs.recv_timeout(Duration::from_secs(60)), Ok(3), "a place is free once the work has ended");
        end.send(()).expect("it waits");
        assert_eq!(runtime.block_on(third).expect("not aborted"), Ok(3));
    }
}
