//! Where findings are collected while a scenario is read, so that all are reported at once.

use std::cell::RefCell;

use marchland_game::{Diagnostic, Severity, Span};

/// A range of bytes of a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Place {
    /// Which file: position in the sink's list.
    pub file: u16,
    /// First byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

/// The most findings kept: a file of garbage should not fill a screen a thousand times.
pub const FINDINGS: usize = 500;

/// Findings, and the names of the files they lie in.
#[derive(Debug, Default)]
pub struct Sink {
    files: RefCell<Vec<String>>,
    found: RefCell<Vec<Diagnostic>>,
}

impl Sink {
    /// A sink for one file.
    #[must_use]
    pub fn of(file: &str) -> Self {
        let sink = Self::default();
        sink.file(file);
        sink
    }

    /// Adds a file and gives its number.
    pub fn file(&self, name: &str) -> u16 {
        let mut files = self.files.borrow_mut();
        files.push(name.to_owned());
        (files.len() - 1) as u16
    }

    /// The place as it is reported.
    #[must_use]
    pub fn span(&self, place: Place) -> Span {
        let file = self.files.borrow().get(usize::from(place.file)).cloned().unwrap_or_default();
        Span { file, start: place.start as usize, end: place.end as usize }
    }

    /// Adds a finding at a place.
    pub fn push(&self, found: Diagnostic, place: Place) {
        self.push_bare(found.at(self.span(place)));
    }

    /// Adds a finding that has its place, or none.
    pub fn push_bare(&self, found: Diagnostic) {
        let mut all = self.found.borrow_mut();
        if all.len() < FINDINGS {
            all.push(found);
        }
    }

    /// Whether an error was found.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.found.borrow().iter().any(|found| found.severity == Severity::Error)
    }

    /// All findings, by place, each once.
    #[must_use]
    pub fn finish(self) -> Vec<Diagnostic> {
        let mut found = self.found.into_inner();
        found.sort_by(|a, b| (&a.span, a.severity, a.code, &a.message).cmp(&(&b.span, b.severity, b.code, &b.message)));
        found.dedup();
        found
    }
}
