//! The desk: one thread that owns the room, and the way to it.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use axum::http::HeaderMap;
use tokio::sync::oneshot;

use crate::access::Role;
use crate::app;
use crate::room::{NoEntry, Room};

/// Requests that may wait for the room.
const QUEUE: usize = 512;
/// How long the end waits for the file to be closed.
const PATIENCE: Duration = Duration::from_secs(5);
/// Requests that are done before pages are told of them.
const BATCH: usize = 64;

type Job = Box<dyn FnOnce(&mut Room) -> RoomChange + Send>;
type RoomChange = bool;

/// What comes in.
enum Errand {
    /// Something to do.
    Do(Job),
    /// The end: the game's file is closed, and then it is told.
    Close(SyncSender<Closed>),
}

/// A game's file whose sitting was closed.
pub struct Closed {
    /// The file.
    pub path: std::path::PathBuf,
    /// The hash of its last entry, in hexadecimal.
    pub head: String,
}

/// The way to a room.
pub struct Desk {
    jobs: SyncSender<Errand>,
}

/// The room cannot be asked now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

/// A device that was let in.
pub struct Admission {
    /// The name of its cookie.
    pub cookie: String,
    /// What it may do.
    pub role: Role,
    /// What it proves that by.
    pub token: String,
}

impl Desk {
    /// Opens a room on a thread of its own; it ends when nobody can reach it any more.
    ///
    /// # Errors
    /// The room cannot be opened.
    pub fn open(make: impl FnOnce() -> Result<Room, String> + Send + 'static) -> Result<Self, String> {
        let (jobs, queue) = sync_channel::<Errand>(QUEUE);
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
        self.send(move |room| (look(room), false)).await
    }

    /// Changes the room; pages that this changed are told after it is done.
    ///
    /// # Errors
    /// Too many wait already, or the room is gone.
    pub async fn change<R: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Room) -> R + Send + 'static,
    ) -> Result<R, Busy> {
        self.change_some(move |room| (change(room), true)).await
    }

    /// Changes the room; pages are told where the second value says so.
    ///
    /// # Errors
    /// Too many wait already, or the room is gone.
    pub async fn change_some<R: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Room) -> (R, RoomChange) + Send + 'static,
    ) -> Result<R, Busy> {
        self.send(move |room| {
            // What it reads of pages while it changes the room is as new as what is read afterwards.
            room.moved();
            let done = change(room);
            room.moved();
            done
        })
        .await
    }

    async fn send<R: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Room) -> (R, RoomChange) + Send + 'static,
    ) -> Result<R, Busy> {
        let (answer, wait) = oneshot::channel();
        let job: Job = Box::new(move |room| {
            let (found, changed) = job(room);
            // Nobody may wait for it any more: what it holds lets go by itself.
            let _ = answer.send(found);
            changed
        });
        match self.jobs.try_send(Errand::Do(job)) {
            Ok(()) => wait.await.map_err(|_| Busy),
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => Err(Busy),
        }
    }

    /// Lets a device in by a link, or by the chair's own where none is given; one that bears a token of that role already
    /// stays the device that it is.
    ///
    /// # Errors
    /// The room has too much to do; within, the link does not let it in.
    pub async fn join(
        &self,
        headers: HeaderMap,
        secret: Option<String>,
        name: String,
        pin: String,
    ) -> Result<Result<Admission, NoEntry>, Busy> {
        self.change(move |room| {
            let cookies = format!("m{}-", room.kept.name);
            let secret = secret.or_else(|| chairs(room)).unwrap_or_default();
            let (role, token) = room.join(&secret, &name, &pin, &app::tokens(&headers, &cookies))?;
            Ok(Admission { cookie: format!("{cookies}{role}"), role, token })
        })
        .await
    }

    /// The door of the chair's own link, where its PIN is asked for.
    ///
    /// # Errors
    /// The room has too much to do.
    pub async fn chairs_door(&self) -> Result<String, Busy> {
        self.look(|room| format!("/join/{}", chairs(room).unwrap_or_default())).await
    }

    /// Has pages told of what changed beside the room; where the queue is full, what waits in it does so too.
    pub fn nudge(&self) {
        let _ = self.jobs.try_send(Errand::Do(Box::new(|room| {
            room.moved();
            true
        })));
    }

    /// Closes the game's file, after what came in before; none where the room is gone, or takes too long.
    pub fn close(&self) -> Option<Closed> {
        let (told, wait) = sync_channel(1);
        self.jobs.try_send(Errand::Close(told)).ok()?;
        wait.recv_timeout(PATIENCE).ok()
    }
}

/// The secret of the chair's link.
fn chairs(room: &Room) -> Option<String> {
    room.links.iter().find(|(_, role)| **role == Role::Chair).map(|(secret, _)| secret.clone())
}

/// Does what comes in, and tells pages of it: a role at a time, and whoever asks meanwhile goes first, so that a submit or the
/// chair's word never waits until the pages of all others are written. Within a bound, for neither they nor the clock wait
/// for as long as somebody goes on asking.
fn keep(mut room: Room, queue: &Receiver<Errand>) {
    // Roles whose pages are not told yet, and requests done since the first of them was.
    let mut untold: Vec<Role> = Vec::new();
    let mut done = 0;
    loop {
        let errand = if untold.is_empty() {
            let wait =
                room.attention().map_or(Duration::from_secs(3600), |at| at.saturating_duration_since(Instant::now()));
            match queue.recv_timeout(wait) {
                Ok(errand) => Some(errand),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            }
        } else if done < BATCH {
            queue.try_recv().ok()
        } else {
            None
        };
        let mut changed = false;
        if let Some(Errand::Close(told)) = errand {
            let closed = Closed { path: room.table.path().to_owned(), head: room.table.log().head() };
            drop(room);
            let _ = told.send(closed);
            return;
        } else if let Some(Errand::Do(job)) = errand {
            changed |= job(&mut room);
            done += 1;
        } else if let Some(role) = untold.pop() {
            room.publish(&role);
        }
        if room.due() {
            // A disk that refuses closes the table; the next input says so.
            let _ = room.tick();
            room.moved();
            changed = true;
        }
        if changed {
            // Those who wait longest are told first.
            let mut all = room.watched();
            all.retain(|role| !untold.contains(role));
            all.append(&mut untold);
            untold = all;
        }
        if untold.is_empty() {
            done = 0;
        }
    }
}
