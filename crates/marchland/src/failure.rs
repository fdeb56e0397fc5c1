//! How a command ends when it does not end well, and the one way to standard output.

use std::io::{self, Write};
use std::process::ExitCode;

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

impl Failure {
    /// What it says, for those who read it elsewhere than on a terminal.
    pub fn text(self) -> String {
        match self {
            Self::Findings(findings) => diagnostics::render(&findings, |_| None).text(),
            Self::Shown(text) => text.text(),
            Self::Input(text) | Self::Damaged(text) | Self::Usage(text) | Self::Interrupted(text) => text,
            Self::Output(error) => format!("could not write: {error}"),
        }
    }

    /// Tells the user, on standard error, and gives the exit code.
    pub fn report(self) -> ExitCode {
        let mut to = anstream::stderr().lock();
        // Where standard error is gone too, there is nobody left to tell.
        let (_, code) = match self {
            Self::Findings(findings) => (write!(to, "{}", diagnostics::render(&findings, |_| None).ansi()), 1),
            Self::Shown(text) => (write!(to, "{}", text.ansi()), 1),
            Self::Input(text) => (writeln!(to, "error: {}", visible(&text)), 1),
            Self::Damaged(text) => (writeln!(to, "error: {}", visible(&text)), 3),
            Self::Usage(text) => (writeln!(to, "error: {}\n\nFor more information, try '--help'.", visible(&text)), 2),
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => (Ok(()), 3),
            Self::Output(error) => {
                (writeln!(to, "error: could not write the output: {}", visible(&error.to_string())), 3)
            }
            Self::Interrupted(text) => (writeln!(to, "interrupted: {}", visible(&text)), 3),
        };
        ExitCode::from(code)
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
    let mut to = anstream::stdout().lock();
    to.write_all(text.as_bytes())?;
    to.flush()?;
    Ok(())
}

fn visible(text: &str) -> std::borrow::Cow<'_, str> {
    visible::visible(text)
}
