//! How a command ends when it does not end well, and the one way to standard output.

use std::io::{self, Write};
use std::process::ExitCode;

use marchland_game::Diagnostic;

/// Why a command failed.
pub enum Failure {
    /// The scenario is wrong: these findings say where. Exit code 1.
    Findings(Vec<Diagnostic>),
    /// Another input is wrong: a sentence, lower case, no full stop. Exit code 1.
    Input(String),
    /// The command is wrong in a way that the argument parser cannot see. Exit code 2.
    Usage(String),
    /// The output could not be written. Exit code 3.
    Output(io::Error),
    /// The run was interrupted; a sentence on what is kept. Exit code 3.
    Interrupted(String),
}

impl Failure {
    /// Tells the user, on standard error, and gives the exit code.
    pub fn report(self) -> ExitCode {
        let mut to = anstream::stderr().lock();
        // Where standard error is gone too, there is nobody left to tell.
        let (_, code) = match self {
            Self::Findings(findings) => (crate::failure::findings(&mut to, &findings), 1),
            Self::Input(text) => (writeln!(to, "error: {text}"), 1),
            Self::Usage(text) => (writeln!(to, "error: {text}\n\nFor more information, try '--help'."), 2),
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => (Ok(()), 3),
            Self::Output(error) => (writeln!(to, "error: could not write the output: {error}"), 3),
            Self::Interrupted(text) => (writeln!(to, "interrupted: {text}"), 3),
        };
        ExitCode::from(code)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

fn findings(to: &mut impl Write, findings: &[Diagnostic]) -> io::Result<()> {
    for finding in findings {
        writeln!(
            to,
            "{}: {}",
            if finding.severity == marchland_game::Severity::Error { "error" } else { "warning" },
            finding.message
        )?;
        if !finding.hint.is_empty() {
            writeln!(to, "  help: {}", finding.hint)?;
        }
        if !finding.choices.is_empty() {
            writeln!(to, "  valid here: {}", finding.choices.join(", "))?;
        }
    }
    Ok(())
}

/// Writes to standard output, colour as the terminal wants it.
///
/// # Errors
/// Where it cannot be written.
pub fn print(bytes: &[u8]) -> Result<(), Failure> {
    let mut to = anstream::stdout().lock();
    to.write_all(bytes)?;
    to.flush()?;
    Ok(())
}
