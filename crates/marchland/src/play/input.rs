//! Lines that people type, with a clock beside them.

use std::io::{BufRead, IsTerminal as _, Read as _};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

/// What came.
pub enum InputEvent {
    /// A line, without its end.
    Line(String),
    /// The input has ended.
    End,
    /// The moment that was waited for.
    Moment,
}

/// Who is asked for a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addressee<'a> {
    /// A party, by its name: it may edit the line and recall what it typed before.
    Party(&'a str),
    /// Whoever sits there, for a key that says so or for what is secret.
    Anybody,
}

/// What people type: lines of standard input, or at a terminal that can do more lines that they edit.
pub struct Input {
    lines: Lines,
    #[cfg(unix)]
    editor: Option<super::editor::LineEditor>,
    /// Whether a line is asked for from the editor.
    edits: bool,
}

impl Input {
    /// Begins to read whole lines alone, whatever the terminal can do.
    pub fn plain() -> Self {
        Self {
            lines: Lines::always(),
            #[cfg(unix)]
            editor: None,
            edits: false,
        }
    }

    /// Begins to read.
    pub fn standard() -> Self {
        #[cfg(unix)]
        {
            let editor = super::editor::LineEditor::new();
            let lines = if editor.is_some() { Lines::on_demand() } else { Lines::always() };
            Self { lines, editor, edits: false }
        }
        #[cfg(not(unix))]
        Self { lines: Lines::always(), edits: false }
    }

    /// Asks for a line below a prompt; whether the prompt is still to be printed.
    pub fn ask(&mut self, asked: Addressee<'_>, prompt: &str) -> bool {
        #[cfg(unix)]
        if let Some(editor) = &mut self.editor {
            match asked {
                // A line that was begun without the editor is finished without it.
                Addressee::Party(party) if !self.lines.waits() => {
                    editor.ask(party, prompt);
                    self.edits = true;
                    return false;
                }
                _ => editor.call_off(),
            }
        }
        let _ = (asked, prompt);
        self.edits = false;
        self.lines.ask();
        true
    }

    /// The line that was asked for, unless `until` comes first.
    pub fn next(&mut self, until: Option<Instant>) -> InputEvent {
        #[cfg(unix)]
        if let Some(editor) = self.editor.as_mut().filter(|_| self.edits) {
            return editor.next(until);
        }
        self.lines.next(until)
    }

    /// Says something while a line is being typed; whether the prompt is still to be printed.
    pub fn say_above(&mut self, text: &str) -> bool {
        #[cfg(unix)]
        if let Some(editor) = self.editor.as_mut().filter(|_| self.edits) {
            return !editor.say_above(text);
        }
        let _ = text;
        true
    }

    /// Throws away what was typed ahead at a terminal: it was not meant for whoever gets the keyboard now. What comes
    /// from a file or another program was written for this order of seats, and stays.
    pub fn drain(&mut self) {
        #[cfg(unix)]
        if let Some(editor) = &mut self.editor {
            editor.call_off();
            let _ = rustix::termios::tcflush(std::io::stdin(), rustix::termios::QueueSelector::IFlush);
        }
        self.lines.drain();
    }
}

/// Standard input, read by a thread of its own so that waiting for a line can end.
struct Lines {
    lines: Receiver<String>,
    /// Tells the reader to take one line more; none where it takes all that come.
    wanted: Option<std::sync::mpsc::Sender<()>>,
    /// Whether a line is asked for and has not come.
    waits: bool,
}

/// The longest line that is taken, in bytes; what is longer is cut before it is stored.
const LONGEST: usize = 1 << 16;
/// Lines that may wait to be taken; beyond them reading pauses.
const MOST_WAITING: usize = 64;

impl Lines {
    /// Every line, as it comes.
    fn always() -> Self {
        Self { lines: Self::reader(None), wanted: None, waits: false }
    }

    /// One line for each that is asked for: others are read elsewhere.
    #[cfg(unix)]
    fn on_demand() -> Self {
        let (wanted, one) = std::sync::mpsc::channel();
        Self { lines: Self::reader(Some(one)), wanted: Some(wanted), waits: false }
    }

    fn reader(wanted: Option<Receiver<()>>) -> Receiver<String> {
        let (to, lines) = sync_channel(MOST_WAITING);
        std::thread::spawn(move || {
            let mut from = std::io::stdin().lock();
            loop {
                if wanted.as_ref().is_some_and(|wanted| wanted.recv().is_err()) {
                    break;
                }
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
        lines
    }

    /// Asks for a line, where lines are asked for and none is under way.
    fn ask(&mut self) {
        if let Some(wanted) = self.wanted.as_ref().filter(|_| !self.waits) {
            // The reader's end shows when the line is taken.
            let _ = wanted.send(());
            self.waits = true;
        }
    }

    /// Whether a line is asked for and has not come.
    #[cfg(unix)]
    fn waits(&self) -> bool {
        self.waits
    }

    fn drain(&mut self) {
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
                Ok(_) => {
                    self.waits = false;
                }
                Err(_) => return,
            }
        }
    }

    /// The next line, unless `until` comes first.
    fn next(&mut self, until: Option<Instant>) -> InputEvent {
        let read = match until {
            None => self.lines.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(until) => self.lines.recv_timeout(until.saturating_duration_since(Instant::now())),
        };
        match read {
            Ok(line) => {
                self.waits = false;
                InputEvent::Line(line)
            }
            Err(RecvTimeoutError::Timeout) => InputEvent::Moment,
            Err(RecvTimeoutError::Disconnected) => InputEvent::End,
        }
    }
}

/// Keeps what is typed off the screen until it is dropped; does nothing where standard input is no terminal.
pub struct EchoGuard {
    #[cfg(unix)]
    before: Option<rustix::termios::Termios>,
}

impl EchoGuard {
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

impl Drop for EchoGuard {
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
