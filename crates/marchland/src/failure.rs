//! How a command ends when it does not end well, and the one way to standard output.

use std::cell::RefCell;
use std::io::{self, Write};

use marchland_game::Diagnostic;
use marchland_report::screen::Screen;
use marchland_report::{diagnostics, visible};

/// Why a command failed.
pub enum Failure {
    /// The scenario is wrong: these findings say where. Exit code 1.
    Findings(Vec<Diagnostic>),
    /// An input is wrong: findings with their excerpts. Exit code 1.
    Shown(Screen),
    /// Another input is wrong: a sentence, lower case, no full stop. Exit code 1.
    Input(String),
    /// A file is damaged: a sentence, lower case, no full stop. Exit code 3.
    Damaged(String),
    /// The command is wrong in a way that the argument parser cannot see. Exit code 2.
    Usage(String),
    /// The output could not be written. Exit code 3.
    Output(io::Error),
    /// The run was interrupted; a sentence on what is kept. Exit code 3.
    Interrupted(String),
}

thread_local! {
    /// What this thread writes in place of standard output, while a host listens.
    static HEARD: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs `f`, and returns beside its result what it would have written to standard output on this thread, without
/// styles.
pub fn heard<R>(f: impl FnOnce() -> R) -> (R, String) {
    let before = HEARD.with(|heard| heard.borrow_mut().replace(String::new()));
    let result = f();
    let text = HEARD.with(|heard| std::mem::replace(&mut *heard.borrow_mut(), before));
    (result, text.unwrap_or_default())
}

impl Failure {
    /// The exit code that it ends a command with.
    #[must_use]
    pub fn code(&self) -> u8 {
        match self {
            Self::Findings(_) | Self::Shown(_) | Self::Input(_) => 1,
            Self::Usage(_) => 2,
            Self::Damaged(_) | Self::Output(_) | Self::Interrupted(_) => 3,
        }
    }

    /// What it says, without styles and without the word `error` before a plain sentence.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Findings(findings) => diagnostics::render(findings, |_| None).text(),
            Self::Shown(screen) => screen.text(),
            Self::Input(text) | Self::Damaged(text) | Self::Usage(text) | Self::Interrupted(text) => paragraph(text),
            Self::Output(error) => format!("could not write the output: {}", paragraph(&error.to_string())),
        }
    }

    /// Tells the user, on standard error, and gives the exit code.
    pub fn report(self) -> u8 {
        let mut to = anstream::stderr().lock();
        // Where standard error is gone too, there is nobody left to tell.
        let (_, code) = match self {
            Self::Findings(findings) => (write!(to, "{}", diagnostics::render(&findings, |_| None).ansi()), 1),
            Self::Shown(text) => (write!(to, "{}", text.ansi()), 1),
            Self::Input(text) => (writeln!(to, "error: {}", paragraph(&text)), 1),
            Self::Damaged(text) => (writeln!(to, "error: {}", paragraph(&text)), 3),
            Self::Usage(text) => {
                (writeln!(to, "error: {}\n\nFor more information, try '--help'.", paragraph(&text)), 2)
            }
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => (Ok(()), 3),
            Self::Output(error) => {
                (writeln!(to, "error: could not write the output: {}", paragraph(&error.to_string())), 3)
            }
            Self::Interrupted(text) => (writeln!(to, "interrupted: {}", paragraph(&text)), 3),
        };
        code
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Writes text to standard output, colour as the terminal wants it. What the text holds is shown, never obeyed.
///
/// # Errors
/// Where it cannot be written.
pub fn print(text: impl Into<Screen>) -> Result<(), Failure> {
    raw(&text.into().ansi())
}

/// Writes a JSON value, whole or by lines, to standard output.
///
/// # Errors
/// Where it cannot be written.
pub fn print_json(text: &str) -> Result<(), Failure> {
    raw(&visible::json(text))
}

/// Hides what was on the terminal before.
///
/// # Errors
/// Where it cannot be written.
pub fn clear() -> Result<(), Failure> {
    // The screen, what was scrolled off it, and home.
    raw("\x1b[2J\x1b[3J\x1b[H")
}

/// Writes a script or a manual page of ours as it is.
///
/// # Errors
/// Where it cannot be written.
pub fn raw(text: &str) -> Result<(), Failure> {
    let listening = HEARD.with(|heard| {
        heard.borrow_mut().as_mut().map(|heard| heard.push_str(&anstream::adapter::strip_str(text).to_string()))
    });
    if listening.is_some() {
        return Ok(());
    }
    let mut to = anstream::stdout().lock();
    to.write_all(text.as_bytes())?;
    to.flush()?;
    Ok(())
}

/// A sentence that may hold words of others, a name out of a foreign file among them: shown and never obeyed, and what
/// follows a line feed in it is set in, so that it cannot pass for a line of the program's own.
fn paragraph(text: &str) -> String {
    visible::visible(text).replace('\n', "\n  ")
}
