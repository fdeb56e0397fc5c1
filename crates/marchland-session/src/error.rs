//! What can go wrong with a game on a file.

use std::path::PathBuf;

use marchland_game::Diagnostic;

/// Why something could not be done. Texts are lower case, without a full stop.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// There is no such file, or it cannot be opened.
    #[error("cannot open `{path}`: {why}", path = .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// The file is no game.
    #[error("`{path}` is not a game of Marchland; it is left as it is", path = .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file was written by an older program: it can be read, and not played on.
    #[error("`{path}` was written by an older Marchland and can only be read; to play on, make a copy in today's format: `marchland convert {quoted} NEW`", path = .path.display(), quoted = quoted(.path))]
    Old {
        /// The file.
        path: PathBuf,
    },
    /// The file was written by a newer program.
    #[error("`{path}` was written by a newer Marchland (format {found}, and this one reads up to {known}); it is left as it is", path = .path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The newest format that this program reads.
        known: u32,
    },
    /// Another program has the file open.
    #[error("`{path}` is open in another program; close it there first", path = .path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// The file is broken.
    #[error("`{path}` is damaged: {why}; it is left as it is, and `marchland convert --salvage {quoted} NEW` copies what comes before the damage, if anything does", path = .path.display(), quoted = quoted(.path))]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// A game cannot be created where a file is already.
    #[error("`{path}` exists already; name another file, or resume it", path = .path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The log could not be written: the last input was not taken, and the table is closed.
    #[error("the last input was not kept: {why}. Everything acknowledged before it is safe in `{path}`; make room and resume it", path = .path.display())]
    NotKept {
        /// The file.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// The file is not where or what it was: the last input was not taken, and the table is closed.
    #[error("the last input was not kept: `{path}` {what} while it was played. What was acknowledged before lies in the file as it was: put it back, or resume it where it is now", path = .path.display())]
    Lost {
        /// The file.
        path: PathBuf,
        /// What became of it.
        what: String,
    },
    /// The replay of the file differs from what it says happened: it can be looked at, and not played on.
    #[error("this game can be read and not played on: its replay differs {0}")]
    ReadOnly(String),
    /// What was asked for is not possible; the text says why and what is.
    #[error("{0}")]
    Refused(String),
    /// The scenario, a strategy or an expression is wrong.
    #[error("{}", first(.0))]
    Findings(Vec<Diagnostic>),
}

/// A path as a shell takes it, for commands in messages.
#[must_use]
pub fn quoted(path: &std::path::Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "/._-+@%,:".contains(c);
    if !text.is_empty() && !text.starts_with('-') && text.chars().all(plain) {
        return text;
    }
    let dashed = if text.starts_with('-') { format!("./{text}") } else { text };
    format!("'{}'", dashed.replace('\'', "'\\''"))
}

fn first(findings: &[Diagnostic]) -> String {
    findings.first().map_or_else(
        || "the scenario cannot be used".to_owned(),
        |found| {
            let hint = if found.hint.is_empty() { String::new() } else { format!(" ({})", found.hint) };
            format!("{}{hint}", found.message)
        },
    )
}

impl From<Vec<Diagnostic>> for SessionError {
    fn from(findings: Vec<Diagnostic>) -> Self {
        Self::Findings(findings)
    }
}

/// A refusal with its text.
pub(crate) fn refused<T>(text: impl Into<String>) -> Result<T, SessionError> {
    Err(SessionError::Refused(text.into()))
}
