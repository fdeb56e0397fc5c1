//! Findings as people and programs read them.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use marchland_game::{Diagnostic, Severity, Span};
use serde::Serialize;

use crate::screen::Screen;
use crate::visible::{line, visible};

/// The longest text that is shown around a finding, in bytes: a line of a broken file may be longer
/// than a screen.
const EXCERPT: usize = 20_000;

/// Findings as text, with the excerpts that `text` gives for their files.
#[must_use]
pub fn render<'t>(findings: &[Diagnostic], text: impl Fn(&str) -> Option<&'t str>) -> Screen {
    let renderer = Renderer::styled();
    let mut screen = Screen::new();
    for finding in findings {
        let finding = shown(finding);
        screen.rendered(&renderer.render(&[group(&finding, &text)])).plain("\n\n");
    }
    screen
}

/// That something cannot be used, with every finding and its excerpt: an error as the command line prints it.
#[must_use]
pub fn unusable<'t>(what: &str, findings: &[Diagnostic], text: impl Fn(&str) -> Option<&'t str>) -> Screen {
    let mut screen = Screen::from(format!("error: {what} cannot be used\n\n"));
    screen.append(render(findings, text)).trim_end().end();
    screen
}

/// A finding whose words are safe to show. Its file keeps its name, by which excerpts are found; the renderer
/// makes control characters of excerpts visible itself.
fn shown(finding: &Diagnostic) -> Diagnostic {
    let mut finding = finding.clone();
    for text in [&mut finding.message, &mut finding.label, &mut finding.hint] {
        *text = visible(text).into_owned();
    }
    for choice in &mut finding.choices {
        *choice = line(choice).into_owned();
    }
    finding
}

fn group<'a, 't: 'a>(finding: &'a Diagnostic, text: &impl Fn(&str) -> Option<&'t str>) -> Group<'a> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(finding.message.as_str()).id(finding.code);
    let excerpt = finding.span.as_ref().and_then(|span| Some((span, excerpt(span, text(&span.file)?))));
    let mut group = match excerpt {
        Some((span, (shown, line, range))) => {
            let mark = AnnotationKind::Primary.span(range);
            let label = (!finding.label.is_empty()).then_some(finding.label.as_str());
            let snippet = Snippet::source(shown).line_start(line).path(span.file.as_str());
            title.element(snippet.annotation(mark.label(label)))
        }
        None => match &finding.span {
            Some(span) if !span.file.is_empty() => title.element(annotate_snippets::Origin::path(span.file.as_str())),
            _ => Group::with_title(title),
        },
    };
    if !finding.hint.is_empty() {
        group = group.element(Level::HELP.message(finding.hint.as_str()));
    }
    if let Some(valid) = finding.valid() {
        group = group.element(Level::NOTE.message(format!("valid here: {valid}")));
    }
    group
}

/// The lines around a span, the number of the first, and the span within them.
fn excerpt<'t>(span: &Span, text: &'t str) -> (&'t str, usize, std::ops::Range<usize>) {
    let boundary = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let (start, mut end) = (boundary(span.start), boundary(span.end));
    // One line is enough to find the place by.
    end = end.max(start).min(start + text[start..].find('\n').unwrap_or(text.len() - start));
    let from = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let to = end + text[end..].find('\n').unwrap_or(text.len() - end);
    let (from, to) =
        if to - from > EXCERPT { (start, boundary(start + 200).max(end.min(start + EXCERPT))) } else { (from, to) };
    let to = boundary(to).max(from);
    let line = text[..from].matches('\n').count() + 1;
    (&text[from..to], line, start - from..end.min(to) - from)
}

/// A finding as programs read it.
#[derive(Serialize)]
pub struct Finding<'a> {
    severity: Severity,
    code: &'a str,
    message: &'a str,
    file: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    label: &'a str,
    choices: &'a [String],
    hint: &'a str,
}

impl<'a> Finding<'a> {
    /// A finding with its line and column, both from 1; columns count characters.
    pub fn new<'t>(finding: &'a Diagnostic, text: impl Fn(&str) -> Option<&'t str>) -> Self {
        let place = finding.span.as_ref().and_then(|span| {
            let text = text(&span.file)?;
            let before = text.get(..span.start.min(text.len()))?;
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
            Some((line, column))
        });
        Self {
            severity: finding.severity,
            code: finding.code,
            message: &finding.message,
            file: finding.span.as_ref().map(|span| span.file.as_str()).filter(|file| !file.is_empty()),
            line: place.map(|place| place.0),
            column: place.map(|place| place.1),
            label: &finding.label,
            choices: &finding.choices,
            hint: &finding.hint,
        }
    }
}
