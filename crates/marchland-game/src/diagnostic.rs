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
    /// How many more there are than are listed.
    pub more_choices: usize,
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
            more_choices: 0,
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
        // The nearest names first, so that twelve of a thousand are worth reading: those that begin as it does before all.
        names.sort_by_cached_key(|name| {
            let begins = !found.is_empty() && name.starts_with(found);
            (!begins, strsim::osa_distance(found, name), name.len())
        });
        self.more_choices = names.len().saturating_sub(LISTED);
        self.choices = names.into_iter().take(LISTED).map(str::to_owned).collect();
        self
    }

    /// The choices as one line: `a, b, c, and 4 more`; none where there are none.
    #[must_use]
    pub fn valid(&self) -> Option<String> {
        if self.choices.is_empty() {
            return None;
        }
        let listed = self.choices.join(", ");
        Some(if self.more_choices == 0 { listed } else { format!("{listed}, and {} more", self.more_choices) })
    }
}

/// The most names that a finding lists.
const LISTED: usize = 12;

/// The name nearest to `found`, where one is near enough to be meant: the only one that begins so, or one of few other
/// letters.
#[must_use]
pub fn nearest<'a>(found: &str, valid: &[&'a str]) -> Option<&'a str> {
    let mut begin = valid.iter().filter(|name| found.len() >= 2 && name.starts_with(found));
    if let (Some(only), None) = (begin.next(), begin.next()) {
        return Some(only);
    }
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
        assert_eq!(nearest("r1", &["r1-memo-portfolio", "r2-backing", "Idle"]), Some("r1-memo-portfolio"));
        assert_eq!(nearest("r", &["r1-memo-portfolio", "u1-ndn"]), None, "one letter says little");
        let found = Diagnostic::error("unknown-key", "unknown key `tittle`").choose("tittle", ["title", "sources"]);
        assert_eq!(found.hint, "did you mean `title`?");
        assert_eq!(found.choices, ["title", "sources"]);
        let many: Vec<String> = (0..20).map(|at| format!("name{at:02}")).chain(["zx-strategy".to_owned()]).collect();
        let found = Diagnostic::error("unknown-key", "").choose("zx", many.iter().map(String::as_str));
        assert_eq!((found.choices[0].as_str(), found.choices.len(), found.more_choices), ("zx-strategy", 12, 9));
        assert!(found.valid().expect("choices").ends_with(", and 9 more"));
    }
}
