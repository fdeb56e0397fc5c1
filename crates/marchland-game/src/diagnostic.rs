//! What is wrong with an input, where, and what would be right.

use serde::Serialize;

/// A place in a file: a range of bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Span {
    /// The file, as a path relative to the scenario's root where it lies below it.
    pub file: String,
    /// First byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The input cannot be used.
    Error,
    /// The input can be used, and something in it is idle or odd.
    Warning,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// A stable name of the kind of finding: `unknown-key`.
    pub code: &'static str,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// Where; none where it lies in no file.
    pub span: Option<Span>,
    /// What is wrong there, short; may be empty.
    pub label: String,
    /// What would be right, a few choices; may be empty.
    pub choices: Vec<String>,
    /// What to do, a sentence; may be empty.
    pub hint: String,
}

impl Diagnostic {
    /// An error.
    #[must_use]
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            span: None,
            label: String::new(),
            choices: Vec::new(),
            hint: String::new(),
        }
    }

    /// A warning.
    #[must_use]
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// With its place.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// With a short text at the place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// With a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// With the names that would have been right for `found`: the nearest becomes the hint where
    /// one is near, and at most twelve are listed.
    #[must_use]
    pub fn choose<'a>(mut self, found: &str, valid: impl IntoIterator<Item = &'a str>) -> Self {
        let mut names: Vec<&str> = valid.into_iter().collect();
        names.sort_unstable();
        names.dedup();
        if let Some(near) = nearest(found, &names)
            && self.hint.is_empty()
        {
            self.hint = format!("did you mean `{near}`?");
        }
        // The nearest names first, so that twelve of a thousand are worth reading.
        names.sort_by_cached_key(|name| (strsim::osa_distance(found, name), name.len()));
        self.choices = names.into_iter().take(12).map(str::to_owned).collect();
        self
    }
}

/// The name nearest to `found`, where one is near enough to be meant.
#[must_use]
pub fn nearest<'a>(found: &str, valid: &[&'a str]) -> Option<&'a str> {
    valid
        .iter()
        .map(|name| (strsim::osa_distance(found, name), *name))
        .min()
        .filter(|(distance, name)| *distance <= 1 + name.len().max(found.len()) / 4)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_offered_and_a_far_one_is_not() {
        assert_eq!(nearest("legitmacy", &["legitimacy", "unrest"]), Some("legitimacy"));
        assert_eq!(nearest("xyz", &["legitimacy", "unrest"]), None);
        let found = Diagnostic::error("unknown-key", "unknown key `tittle`").choose("tittle", ["title", "sources"]);
        assert_eq!(found.hint, "did you mean `title`?");
        assert_eq!(found.choices, ["title", "sources"]);
    }
}
