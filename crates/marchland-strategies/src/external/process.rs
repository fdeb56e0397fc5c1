//! A running program and the two threads that talk with it, so that nobody ever waits without a
//! deadline: neither for an answer nor for a full pipe.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

use marchland_game::Forfeit;
use marchland_game::text::visible;

use super::message;
use crate::protocol::LINE_BYTES;

/// How long a program may take to end after `bye` before it is killed.
const GRACE: Duration = Duration::from_millis(300);

/// Lines of a program that may wait to be read. One that says more than it is asked waits in turn, and
/// fills no memory.
const WAITING: usize = 4;

/// A program that was started and greeted.
pub(super) struct Process {
    child: Child,
    lines_in: Option<Sender<Vec<u8>>>,
    lines_out: Receiver<ReceivedLine>,
    /// Says when all that it wrote to standard error has been passed on.
    complaints: Receiver<()>,
    /// The game that it was last told of.
    pub(super) game: Option<u64>,
}

enum ReceivedLine {
    Line(Vec<u8>),
    TooLong,
}

impl Process {
    /// Starts a program without a shell and greets it.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub(super) fn start(words: &[String], version: u32) -> io::Result<Self> {
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt;
            // A group of its own: what the program starts ends with it.
            command.process_group(0);
        }
        let mut child = command.spawn()?;
        let (mut stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let (lines_in, to_write) = mpsc::channel::<Vec<u8>>();
        let (heard, lines_out) = mpsc::sync_channel(WAITING);
        let writer = thread::Builder::new().spawn(move || {
            let Some(stdin) = &mut stdin else { return };
            // Ends when the sender is gone, which closes the program's input, or the program is.
            while let Ok(line) = to_write.recv() {
                if stdin.write_all(&line).and_then(|()| stdin.flush()).is_err() {
                    return;
                }
            }
        });
        let reader = thread::Builder::new().spawn(move || {
            if let Some(stdout) = stdout {
                listen(BufReader::new(stdout), &heard);
            }
        });
        let (told, complaints) = mpsc::channel();
        let stderr = child.stderr.take();
        let complainer = thread::Builder::new().spawn(move || {
            if let Some(stderr) = stderr {
                pass_on(BufReader::new(stderr), io::stderr());
            }
            // Nobody waits for it any more where the program was dropped long ago.
            let _ = told.send(());
        });
        let mut process = Self { child, lines_in: Some(lines_in), lines_out, complaints, game: None };
        // Without its threads the program is of no use; dropping it here stops it.
        writer?;
        reader?;
        complainer?;
        process.tell(message::hello(version));
        Ok(process)
    }

    /// Sends a line that needs no answer.
    pub(super) fn tell(&mut self, line: Vec<u8>) {
        if let Some(lines) = &self.lines_in {
            // A program that is gone is found out at the next question.
            let _ = lines.send(line);
        }
    }

    /// Sends a line and waits for one.
    ///
    /// # Errors
    /// `Timeout`, `Crash` or `Oversized`; the program should then be dropped.
    pub(super) fn ask(&mut self, line: Vec<u8>, timeout: Duration) -> Result<Vec<u8>, Forfeit> {
        self.tell(line);
        match self.lines_out.recv_timeout(timeout) {
            Ok(ReceivedLine::Line(line)) => Ok(line),
            Ok(ReceivedLine::TooLong) => Err(Forfeit::Oversized),
            Err(RecvTimeoutError::Timeout) => Err(Forfeit::Timeout),
            Err(RecvTimeoutError::Disconnected) => Err(Forfeit::Crash),
        }
    }

    #[cfg(test)]
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }
}

/// Reads lines of bounded length until the program closes its output.
fn listen(mut from: impl BufRead, heard: &SyncSender<ReceivedLine>) {
    loop {
        let mut line = Vec::new();
        match from.by_ref().take(LINE_BYTES as u64 + 1).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) if line.last() == Some(&b'\n') => {
                if heard.send(ReceivedLine::Line(line)).is_err() {
                    return;
                }
            }
            Ok(_) if line.len() > LINE_BYTES => {
                // The rest is never read: whoever hears of it stops the program.
                let _ = heard.send(ReceivedLine::TooLong);
                return;
            }
            // The last line before the end, without its line feed: an answer cut off is no answer.
            Ok(_) => return,
        }
    }
}

/// Passes on what a program writes to standard error, shown and never obeyed: it may be a terminal.
fn pass_on(mut from: impl BufRead, mut to: impl Write) {
    loop {
        let mut line = Vec::new();
        match from.by_ref().take(LINE_BYTES as u64).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            // A reader that is gone is no reason to let the pipe fill up.
            Ok(_) => drop(to.write_all(visible(&String::from_utf8_lossy(&line)).as_bytes())),
        }
    }
}

impl Drop for Process {
    /// Says farewell, waits a moment, kills it and what it started, and always collects its exit.
    fn drop(&mut self) {
        if let Some(game) = self.game {
            self.tell(message::end(game));
        }
        self.tell(message::bye());
        self.lines_in = None;
        let until = Instant::now() + GRACE;
        while Instant::now() < until && !has_ended(&mut self.child) {
            thread::sleep(Duration::from_millis(2));
        }
        end_group(&self.child);
        let _ = self.child.kill();
        let _ = self.child.wait();
        // Its last words, a traceback perhaps; not for ever, since what it started may have left its group.
        let _ = self.complaints.recv_timeout(GRACE);
    }
}

/// Whether a program has ended. Its exit is not collected yet, so that its number is still its own.
#[cfg(unix)]
fn has_ended(child: &mut Child) -> bool {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
    let Some(id) = Pid::from_raw(child.id() as i32) else { return true };
    let asked = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    // Where the system cannot say, the program has its whole grace.
    waitid(WaitId::Pid(id), asked).is_ok_and(|status| status.is_some())
}

#[cfg(not(unix))]
fn has_ended(child: &mut Child) -> bool {
    matches!(child.try_wait(), Ok(Some(_)))
}

/// Kills what a program has started and not ended, itself included.
fn end_group(child: &Child) {
    #[cfg(unix)]
    if let Some(id) = rustix::process::Pid::from_raw(child.id() as i32) {
        // Where nobody is left there is nothing to end.
        let _ = rustix::process::kill_process_group(id, rustix::process::Signal::KILL);
    }
    #[cfg(not(unix))]
    let _ = child;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_error_is_shown_and_never_obeyed() {
        let mut shown = Vec::new();
        pass_on(&b"Traceback:\n\tline 1\x1b[2J\xff\nend"[..], &mut shown);
        assert_eq!(String::from_utf8(shown).expect("text"), "Traceback:\n\tline 1␛[2J\u{fffd}\nend");
    }
}
