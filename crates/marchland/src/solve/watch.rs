//! Running a solver under a time limit and an interrupt.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use marchland_equilibria::error::Error;
use marchland_equilibria::solution::{Progress, Solver};
use marchland_report::solve::Answer;

use crate::failure::Failure;

/// How long a solver may take to notice that it should stop: linear programs look at the clock rarely.
const PATIENCE: Duration = Duration::from_secs(3);
/// How often the limit and the interrupt are looked at.
const TICK: Duration = Duration::from_millis(20);

/// Runs `work` in a thread of its own; whether the user interrupted it is the second result.
///
/// Solvers look at the clock themselves. One that is deep in a single step when its time is up is
/// abandoned after [`PATIENCE`], with an empty answer: the process ends soon after anyway.
pub(super) fn run(
    limit: Option<Duration>,
    work: impl FnOnce(&mut Solver<'_>) -> Result<Answer, Error> + Send + 'static,
) -> Result<(Result<Answer, Failure>, bool), Failure> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&interrupted);
    ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed))
        .map_err(|error| Failure::Output(std::io::Error::other(error)))?;
    let started = Instant::now();
    let (sender, receiver) = channel();
    let flag = Arc::clone(&interrupted);
    thread::spawn(move || {
        let bar = spinner();
        let listener = |progress: &Progress| {
            bar.set_message(describe(progress));
            match flag.load(Ordering::Relaxed) {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        };
        let mut solver = Solver::new().listener(listener);
        if let Some(limit) = limit {
            solver = solver.time_limit(limit);
        }
        let answer = work(&mut solver);
        drop(solver);
        bar.finish_and_clear();
        // Nobody listens any more if the patience ran out.
        let _ = sender.send(answer);
    });
    let mut stop_at = limit.map(|limit| started + limit);
    loop {
        match receiver.recv_timeout(TICK) {
            Ok(answer) => {
                let answer = answer.map_err(|error| Failure::Input(error.to_string()));
                return Ok((answer, interrupted.load(Ordering::Relaxed)));
            }
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Failure::Output(std::io::Error::other("the solver ended without an answer")));
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
        if interrupted.load(Ordering::Relaxed) && stop_at.is_none_or(|at| at > Instant::now()) {
            stop_at = Some(Instant::now());
        }
        if stop_at.is_some_and(|at| Instant::now() >= at + PATIENCE) {
            return Ok((Ok(Answer::none_in_time(started.elapsed())), interrupted.load(Ordering::Relaxed)));
        }
    }
}

/// A spinner on standard error, which shows only on a terminal and only for work that takes a while.
fn spinner() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    bar.set_style(ProgressStyle::with_template("{spinner} {elapsed} {msg}").expect("a valid template"));
    bar
}

fn describe(progress: &Progress) -> String {
    let done = progress.done.map_or(String::new(), |done| format!("{:.0} %, ", 100.0 * done));
    format!("{done}{} steps, {} found", progress.iterations, progress.found)
}
