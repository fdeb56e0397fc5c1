//! The desk: one thread that owns the room, and the way to it.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::room::Room;

/// Requests that may wait for the room.
const QUEUE: usize = 512;

type Job = Box<dyn FnOnce(&mut Room) -> Changed + Send>;
type Changed = bool;

/// The way to a room.
pub struct Desk {
    jobs: SyncSender<Job>,
}

/// The room cannot be asked now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

impl Desk {
    /// Opens a room on a thread of its own; it ends when nobody can reach it any more.
    ///
    /// # Errors
    /// The room cannot be opened.
    pub fn open(make: impl FnOnce() -> Result<Room, String> + Send + 'static) -> Result<Self, String> {
        let (jobs, queue) = sync_channel::<Job>(QUEUE);
        let (opened, wait) = sync_channel(1);
        let thread = std::thread::Builder::new().name("room".into());
        thread
            .spawn(move || match make() {
                Ok(room) => {
                    let _ = opened.send(Ok(()));
                    keep(room, &queue);
                }
                Err(why) => {
                    let _ = opened.send(Err(why));
                }
            })
            .map_err(|error| format!("cannot start a thread: {error}"))?;
        wait.recv().unwrap_or_else(|_| Err("the room could not be opened".into()))?;
        Ok(Self { jobs })
    }

    /// Looks at the room.
    ///
    /// # Errors
    /// Too many wait already, or the room is gone.
    pub async fn look<R: Send + 'static>(&self, look: impl FnOnce(&mut Room) -> R + Send + 'static) -> Result<R, Busy> {
        self.send(false, look).await
    }

    /// Changes the room; pages that this changed are told after it is done.
    ///
    /// # Errors
    /// Too many wait already, or the room is gone.
    pub async fn change<R: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Room) -> R + Send + 'static,
    ) -> Result<R, Busy> {
        self.send(true, change).await
    }

    async fn send<R: Send + 'static>(
        &self,
        changes: bool,
        job: impl FnOnce(&mut Room) -> R + Send + 'static,
    ) -> Result<R, Busy> {
        let (answer, wait) = oneshot::channel();
        let job: Job = Box::new(move |room| {
            let _ = answer.send(job(room));
            changes
        });
        match self.jobs.try_send(job) {
            Ok(()) => wait.await.map_err(|_| Busy),
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => Err(Busy),
        }
    }

    /// Changes the room from where nobody waits.
    pub fn tell(&self, change: impl FnOnce(&mut Room) + Send + 'static) {
        let _ = self.jobs.try_send(Box::new(move |room| {
            change(room);
            true
        }));
    }
}

fn keep(mut room: Room, queue: &Receiver<Job>) {
    loop {
        let wait =
            room.attention().map_or(Duration::from_secs(3600), |at| at.saturating_duration_since(Instant::now()));
        match queue.recv_timeout(wait) {
            Ok(job) => {
                let mut changed = job(&mut room);
                // What has come in meanwhile is done first: pages are told once of all of it.
                while let Ok(job) = queue.try_recv() {
                    changed |= job(&mut room);
                }
                if changed {
                    room.publish();
                }
            }
            Err(RecvTimeoutError::Timeout) => {
                // A disk that refuses closes the table; the next input says so.
                let _ = room.tick();
                room.publish();
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}
