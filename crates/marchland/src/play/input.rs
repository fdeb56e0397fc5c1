//! Lines from standard input, with a clock beside them.

use std::io::{BufRead, Read as _};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Instant;

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
