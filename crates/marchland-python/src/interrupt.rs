//! Long work without the interpreter's lock, which an interrupt ends.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use pyo3::prelude::*;

use crate::error::raise;
use crate::strategy::Objects;

/// How often signals are looked at, and progress is told.
const TICK: Duration = Duration::from_millis(25);

/// Work in hand: told to stop, and telling how far it is.
pub struct Work {
    /// Set once the work should end.
    pub stop: &'static AtomicBool,
    /// What is done so far, in units of the work.
    pub done: AtomicU64,
    /// Strategies in Python that take part.
    objects: Objects,
}

/// Does `job` on a thread of its own, so that this one may look at signals. `progress` is called with what is done
/// so far; what it raises ends the work too, as does what one of `objects` raises. The second value is what ended the
/// work before its time.
///
/// # Errors
/// The job panicked, which a broken invariant alone does.
pub fn watched<R: Send>(
    py: Python<'_>,
    objects: Objects,
    progress: Option<&Bound<'_, PyAny>>,
    job: impl FnOnce(&Work) -> R + Send,
) -> PyResult<(R, Option<PyErr>)> {
    thread_local! {
        /// One flag a thread, since commands keep it for as long as they please.
        static STOP: &'static AtomicBool = Box::leak(Box::new(AtomicBool::new(false)));
    }
    let stop = STOP.with(|stop| *stop);
    stop.store(false, Ordering::Relaxed);
    objects.forget_failures();
    let work = Work { stop, done: AtomicU64::new(0), objects };
    let progress: Option<Py<PyAny>> = progress.map(|progress| progress.clone().unbind());
    let (result, raised) = py.detach(|| {
        // Set before this thread is woken: that the worker's thread has ended is known a moment later only.
        let ended = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let ended = &ended;
            let caller = std::thread::current();
            let work = &work;
            let worker = scope.spawn(move || {
                let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| job(work)));
                ended.store(true, Ordering::Release);
                caller.unpark();
                result
            });
            let mut raised = None;
            while !ended.load(Ordering::Acquire) {
                std::thread::park_timeout(TICK);
                if raised.is_some() {
                    continue;
                }
                let looked = Python::attach(|py| {
                    py.check_signals()?;
                    match &progress {
                        Some(progress) => progress.call1(py, (work.done.load(Ordering::Relaxed),)).map(drop),
                        None => Ok(()),
                    }
                });
                raised = looked.err();
                if raised.is_some() || work.objects.failed() {
                    stop.store(true, Ordering::Relaxed);
                }
            }
            (worker.join(), raised)
        })
    });
    let broken = || raise("the engine broke an invariant; please report how", 3);
    let result = result.map_err(|_| broken())?.map_err(|_| broken())?;
    let raised = raised.or_else(|| work.objects.take_failure());
    if let (None, Some(progress)) = (&raised, &progress) {
        progress.call1(py, (work.done.load(Ordering::Relaxed),))?;
    }
    Ok((result, raised))
}

impl marchland_experiments::run::Watch for Work {
    fn game(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    fn part(&self, _: u64) {}

    fn sound(&self) -> bool {
        !self.objects.failed()
    }
}
