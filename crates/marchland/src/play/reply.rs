//! The answer to a command: text for people, data for programs.

use marchland_game::PlayerId;
use marchland_session::{Receipt, SessionError};
use serde::Serialize;
use serde_json::Value;

/// What follows an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Continuation {
    /// The same seat goes on.
    Stay,
    /// A seat is done for now.
    Done,
    /// The keyboard goes to a seat.
    Hand(PlayerId),
    /// The game stands elsewhere now.
    Moved,
    /// Everybody stops.
    Quit,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Whether what was asked for was done.
    pub ok: bool,
    /// For people.
    pub text: String,
    /// For programs.
    pub data: Value,
    /// The log's entry that keeps it, where something was kept.
    pub entry: Option<u64>,
    /// What follows.
    pub then: Continuation,
    /// Whether the game takes nothing more: the log could not be written.
    pub closed: bool,
}

impl Reply {
    /// Something to read.
    pub fn told(text: impl Into<String>) -> Self {
        Self { ok: true, text: text.into(), data: Value::Null, entry: None, then: Continuation::Stay, closed: false }
    }

    /// Something that was kept.
    pub fn kept(done: Receipt, text: impl Into<String>) -> Self {
        Self { entry: Some(done.entry), ..Self::told(text) }
    }

    /// Something that was not done; the text says why.
    pub fn refused(text: impl Into<String>) -> Self {
        Self { ok: false, ..Self::told(text) }
    }

    /// With data.
    pub fn with(mut self, data: &impl Serialize) -> Self {
        self.data = serde_json::to_value(data).unwrap_or(Value::Null);
        self
    }

    /// With what follows.
    pub fn then(mut self, then: Continuation) -> Self {
        self.then = then;
        self
    }
}

impl From<SessionError> for Reply {
    fn from(error: SessionError) -> Self {
        let closed = matches!(error, SessionError::NotKept { .. } | SessionError::Lost { .. });
        let mut text = error.to_string();
        if let SessionError::Findings(findings) = &error
            && let Some(valid) = findings.first().and_then(marchland_game::Diagnostic::valid)
        {
            text += &format!("; valid here: {valid}");
        }
        Self { closed, then: if closed { Continuation::Quit } else { Continuation::Stay }, ..Self::refused(text) }
    }
}

/// An answer, or a session's refusal as one.
pub fn or_refused(result: Result<Reply, SessionError>) -> Reply {
    result.unwrap_or_else(Reply::from)
}
