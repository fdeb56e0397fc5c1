//! Lines from standard input, with a clock beside them.

use std::io::{BufRead, IsTerminal as _, Read as _};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

/// What came.
pub enum Read {
    /// A line, without its end.
    Line(String),
    /// The input has ended.
    End,
    /// The moment that was waited for.
    Moment,
}

/// Standard input, read by a thread of its own so that waiting for a line can end.
pub struct Input {
    lines: Receiver<String>,
}

/// The longest line that is taken, in bytes; what is longer is cut before it is stored.
const LONGEST: usize = 1 << 16;
/// Lines that may wait to be taken; beyond them reading pauses.
const MOST_WAITING: usize = 64;

impl Input {
    /// Begins to read.
    pub fn standard() -> Self {
        let (to, lines) = sync_channel(MOST_WAITING);
        std::thread::spawn(move || {
            let mut from = std::io::stdin().lock();
            loop {
                let mut bytes = Vec::new();
                match from.by_ref().take(LONGEST as u64).read_until(b'\n', &mut bytes) {
                    Ok(0) | Err(_) => break,
                    Ok(_) => {}
                }
                if bytes.len() == LONGEST && !bytes.ends_with(b"\n") && skip_line(&mut from).is_err() {
                    break;
                }
                let line = String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r']).to_owned();
                // Nobody listens any more: the program is ending.
                if to.send(line).is_err() {
                    break;
                }
            }
        });
        Self { lines }
    }

    /// Throws away what was typed ahead at a terminal: it was not meant for whoever gets the keyboard now. What comes
    /// from a file or another program was written for this order of seats, and stays.
    pub fn drain(&self) {
        /// The reader takes a moment to pass on what it holds.
        const PASSED_ON: Duration = Duration::from_millis(15);
        if !std::io::stdin().is_terminal() {
            return;
        }
        // Nobody types faster than that for long.
        for _ in 0..64 {
            #[cfg(unix)]
            let _ = rustix::termios::tcflush(std::io::stdin(), rustix::termios::QueueSelector::IFlush);
            match self.lines.recv_timeout(PASSED_ON) {
                Ok(_) => {}
                Err(_) => return,
            }
        }
    }

    /// The next line, unless `until` comes first.
    pub fn next(&self, until: Option<Instant>) -> Read {
        let Some(until) = until else {
            return self.lines.recv().map_or(Read::End, Read::Line);
        };
        match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(line) => Read::Line(line),
            Err(RecvTimeoutError::Timeout) => Read::Moment,
            Err(RecvTimeoutError::Disconnected) => Read::End,
        }
    }
}

/// Keeps what is typed off the screen until it is dropped; does nothing where standard input is no terminal.
pub struct Hidden {
    #[cfg(unix)]
    before: Option<rustix::termios::Termios>,
}

impl Hidden {
    /// From now on.
    pub fn now() -> Self {
        #[cfg(unix)]
        {
            use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
            let from = std::io::stdin();
            let before = tcgetattr(&from).ok();
            if let Some(before) = &before {
                let mut modes = before.clone();
                modes.local_modes.remove(LocalModes::ECHO);
                // Where the terminal refuses, the PIN is seen by whoever looks on, as any other line.
                let _ = tcsetattr(&from, OptionalActions::Now, &modes);
            }
            Self { before }
        }
        #[cfg(not(unix))]
        Self {}
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(before) = &self.before {
            let _ = rustix::termios::tcsetattr(std::io::stdin(), rustix::termios::OptionalActions::Now, before);
        }
    }
}

/// Passes over the rest of a line without keeping it.
fn skip_line(from: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let held = from.fill_buf()?;
        let (length, ends) = match held.iter().position(|byte| *byte == b'\n') {
            Some(at) => (at + 1, true),
            None => (held.len(), held.is_empty()),
        };
        from.consume(length);
        if ends {
            return Ok(());
        }
    }
}
