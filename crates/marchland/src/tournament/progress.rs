//! How far a tournament is: how many games it will take follows from the games themselves, so that only
//! their number and rate are told.

use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use marchland_experiments::run::Watch;

/// Lines come this often where no terminal shows a bar.
const LINES: Duration = Duration::from_secs(10);

/// What is told, and where.
pub struct Progress {
    played: AtomicU64,
    begun: Instant,
    how: How,
}

enum How {
    Bar(ProgressBar),
    Lines { last: Mutex<Instant>, doing: Mutex<String> },
    Silent,
}

impl Progress {
    /// For the terminal, for a file, or for nobody.
    pub fn new(quiet: bool) -> Self {
        let begun = Instant::now();
        let how = if quiet {
            How::Silent
        } else if io::stderr().is_terminal() {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} games, {per_sec}, {elapsed}; {msg}") {
                bar.set_style(style);
            }
            How::Bar(bar)
        } else {
            How::Lines { last: Mutex::new(begun), doing: Mutex::new(String::new()) }
        };
        Self { played: AtomicU64::new(0), begun, how }
    }

    /// What is being done.
    pub fn say(&self, what: &str) {
        match &self.how {
            How::Bar(bar) => bar.set_message(what.to_owned()),
            How::Lines { doing, .. } => {
                if let Ok(mut doing) = doing.lock() {
                    what.clone_into(&mut doing);
                }
            }
            How::Silent => {}
        }
    }

    /// No more is told.
    pub fn close(&self) {
        if let How::Bar(bar) = &self.how {
            bar.finish_and_clear();
        }
    }

    /// The games of this session, with their rate.
    pub fn games_text(&self) -> String {
        let played = self.played.load(Ordering::Relaxed);
        let rate = played as f64 / self.begun.elapsed().as_secs_f64();
        format!("{} played, {rate:.0} a second", marchland_report::number::counted(played, "game"))
    }
}

impl Watch for Progress {
    fn game(&self) {
        self.played.fetch_add(1, Ordering::Relaxed);
        if let How::Bar(bar) = &self.how {
            bar.inc(1);
        }
    }

    fn part(&self, _: u64) {
        let How::Lines { last, doing } = &self.how else { return };
        let (Ok(mut last), Ok(doing)) = (last.lock(), doing.lock()) else { return };
        if last.elapsed() < LINES {
            return;
        }
        *last = Instant::now();
        // Progress that cannot be shown is no reason to stop.
        let _ = writeln!(anstream::stderr(), "{doing}: {}", self.games_text());
    }
}
