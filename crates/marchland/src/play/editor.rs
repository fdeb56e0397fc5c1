//! A line that can be edited, with what the same party typed before at the arrow keys: at a terminal, where both ends
//! are one.
//!
//! Each line is read by a thread of its own, so that the clock can end the wait for it. Every party has a history of its
//! own, in memory alone: nobody recalls what another typed, and no file keeps it. What is asked for in secret, and the
//! key that says that somebody may look, are never read here.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use rustyline::error::ReadlineError;
use rustyline::history::{History as _, MemHistory};
use rustyline::{Config, Editor, ExternalPrinter};

use super::input::InputEvent;

/// Lines of a party that are remembered.
const REMEMBERED: usize = 200;
/// Until a signal that called a line off has surely arrived everywhere.
const ARRIVED: Duration = Duration::from_secs(1);

/// When a line was last called off: signals of that time are ours, and no wish to stop.
static CALLED_OFF: Mutex<Option<Instant>> = Mutex::new(None);

/// Reads lines that can be edited.
pub struct LineEditor {
    histories: BTreeMap<String, Vec<String>>,
    pending: Option<PendingLine>,
}

/// A line that is being typed.
struct PendingLine {
    party: String,
    printer: Option<Box<dyn ExternalPrinter + Send>>,
    line: Receiver<Result<String, ReadlineError>>,
}

impl LineEditor {
    /// An editor, where this terminal can have one: not where its kind is unknown or says that it is dumb.
    pub fn new() -> Option<Self> {
        use std::io::IsTerminal as _;
        let both = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
        let kind = std::env::var("TERM").unwrap_or_default();
        if !both || ["", "dumb", "cons25", "emacs"].contains(&kind.as_str()) {
            return None;
        }
        let ours = || {
            let called_off = CALLED_OFF.lock().ok().and_then(|at| *at);
            if called_off.is_none_or(|at| at.elapsed() > ARRIVED) {
                // What was entered is kept; this is how a shell names the end by that signal.
                std::process::exit(130);
            }
        };
        // Between lines a signal is the wish to stop, as it would be without this.
        ctrlc::set_handler(ours).ok()?;
        Some(Self { histories: BTreeMap::new(), pending: None })
    }

    /// Begins to read a line for a party below a prompt; none is begun while one of that party is being typed.
    pub fn ask(&mut self, party: &str, prompt: &str) {
        if self.pending.as_ref().is_some_and(|pending| pending.party == party) {
            return;
        }
        self.call_off();
        let (to, line) = channel();
        let config = Config::builder().auto_add_history(false).build();
        let mut printer: Option<Box<dyn ExternalPrinter + Send>> = None;
        match Editor::<(), MemHistory>::with_history(config.clone(), MemHistory::with_config(&config)) {
            Ok(mut editor) => {
                for before in self.histories.get(party).into_iter().flatten() {
                    // What a history refuses is not recalled, and nothing else.
                    let _ = editor.history_mut().add(before);
                }
                // While there is one, a line waits for signals as well as for keys, and so can be called off.
                printer = editor.create_external_printer().ok().map(|own| Box::new(own) as Box<_>);
                let prompt = prompt.to_owned();
                std::thread::spawn(move || {
                    // Nobody listens any more: the program is ending.
                    let _ = to.send(editor.readline(prompt.as_str()));
                });
            }
            Err(error) => {
                let _ = to.send(Err(error));
            }
        }
        self.pending = Some(PendingLine { party: party.to_owned(), printer, line });
    }

    /// The line that was asked for, unless `until` comes first.
    pub fn next(&mut self, until: Option<Instant>) -> InputEvent {
        let Some(pending) = &self.pending else { return InputEvent::End };
        let answer = match until {
            None => pending.line.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(until) => pending.line.recv_timeout(until.saturating_duration_since(Instant::now())),
        };
        match answer {
            Err(RecvTimeoutError::Timeout) => InputEvent::Moment,
            Err(RecvTimeoutError::Disconnected) => {
                self.pending = None;
                InputEvent::End
            }
            Ok(read) => {
                let party = self.pending.take().map(|pending| pending.party).unwrap_or_default();
                let Ok(line) = read else { return InputEvent::End };
                let own = self.histories.entry(party).or_default();
                let secret = line.trim_start().to_lowercase().starts_with("pin");
                if !line.trim().is_empty() && !secret && own.last() != Some(&line) {
                    own.push(line.clone());
                    let beyond = own.len().saturating_sub(REMEMBERED);
                    own.drain(..beyond);
                }
                // What was pasted in several lines is one here: a verb and its text never need another.
                InputEvent::Line(line.replace(['\n', '\r'], " "))
            }
        }
    }

    /// Says something above the line that is being typed; whether there is one.
    pub fn say_above(&mut self, text: &str) -> bool {
        match self.pending.as_mut().and_then(|pending| pending.printer.as_mut()) {
            Some(printer) => printer.print(text.to_owned()).is_ok(),
            None => false,
        }
    }

    /// Gives up the line that is being typed, and what was typed of it.
    pub fn call_off(&mut self) {
        /// Tries, each as long as a thread may take to begin to read.
        const TRIES: usize = 40;
        const WAIT: Duration = Duration::from_millis(50);
        let Some(pending) = self.pending.take() else { return };
        for _ in 0..TRIES {
            if let Ok(mut at) = CALLED_OFF.lock() {
                *at = Some(Instant::now());
            }
            let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::INT);
            if !matches!(pending.line.recv_timeout(WAIT), Err(RecvTimeoutError::Timeout)) {
                return;
            }
        }
    }
}

impl Drop for LineEditor {
    fn drop(&mut self) {
        // Whoever reads a line has changed the terminal, and changes it back.
        self.call_off();
    }
}
