//! What a terminal shows: styled text whose every character has been through the filter.

mod block;

use std::fmt;

use anstyle::{AnsiColor, Style};

use crate::visible::{line, visible};

/// Headings.
pub const BOLD: Style = Style::new().bold();
/// Dates.
pub const DATE: Style = AnsiColor::Cyan.on_default();
/// Turning points.
pub const TURNING: Style = AnsiColor::Yellow.on_default().bold();
/// What may be passed over.
pub const QUIET: Style = Style::new().dimmed();
/// What went wrong.
pub const BAD: Style = AnsiColor::Red.on_default();
/// Nothing special.
pub const PLAIN: Style = Style::new();

/// The width that paragraphs are broken to, in columns: that of the narrowest terminal still in use, less one.
pub const WIDTH: usize = 79;

/// Styled text under construction. Escape sequences come from [`Style`] alone: whatever is written through
/// `write!` or as a span is made visible first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Screen {
    spans: Vec<Span>,
}

#[derive(Clone, Debug, PartialEq)]
enum Span {
    /// Visible text in a style.
    Text(Style, String),
    /// Visible text to be broken between words, every line after an indent.
    Paragraph(Style, String, String),
    /// A heading with its date, to be broken between words; lines after the first are set in.
    Heading(Style, String, String),
    /// A sequence that sets colours, of the renderer of findings.
    Colour(String),
}

impl Screen {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds text in a style.
    pub fn styled(&mut self, style: Style, text: &str) -> &mut Self {
        let text = visible(text);
        match self.spans.last_mut() {
            Some(Span::Text(last, held)) if *last == style => held.push_str(&text),
            _ if text.is_empty() => {}
            _ => self.spans.push(Span::Text(style, text.into_owned())),
        }
        self
    }

    /// Adds plain text.
    pub fn plain(&mut self, text: &str) -> &mut Self {
        self.styled(PLAIN, text)
    }

    /// Ends a line.
    pub fn end(&mut self) -> &mut Self {
        self.plain("\n")
    }

    /// Adds a paragraph, broken between words, every line after `indent`. Its own line feeds count as spaces, so
    /// that nothing in it can begin a line.
    pub fn paragraph(&mut self, text: &str, indent: &str, style: Style) -> &mut Self {
        let words: Vec<&str> = text.split([' ', '\n', '\t']).filter(|word| !word.is_empty()).collect();
        let text = words.join(" ");
        if !text.is_empty() {
            self.spans.push(Span::Paragraph(style, indent.to_owned(), line(&text).into_owned()));
        }
        self
    }

    /// Adds a heading after a date, broken between words.
    pub fn heading(&mut self, date: &str, style: Style, text: &str) -> &mut Self {
        self.spans.push(Span::Heading(style, line(date).into_owned(), line(text).into_owned()));
        self
    }

    /// Adds what the renderer of findings wrote: of its escape sequences those that set colours stay. It makes
    /// those of what it shows visible itself.
    pub(crate) fn rendered(&mut self, ansi: &str) -> &mut Self {
        let mut rest = ansi;
        while let Some(at) = rest.find("\u{1b}[") {
            let (before, sequence) = rest.split_at(at);
            self.plain(before);
            let codes =
                sequence[2..].find(|c: char| !(c.is_ascii_digit() || c == ';')).map_or(sequence.len(), |n| n + 2);
            if sequence[codes..].starts_with('m') {
                self.spans.push(Span::Colour(sequence[..=codes].to_owned()));
                rest = &sequence[codes + 1..];
            } else {
                self.plain(&sequence[..2]);
                rest = &sequence[2..];
            }
        }
        self.plain(rest)
    }

    /// Takes line feeds and spaces from the end.
    pub(crate) fn trim_end(&mut self) -> &mut Self {
        for span in self.spans.iter_mut().rev() {
            if let Span::Text(_, text) = span {
                text.truncate(text.trim_end().len());
                if !text.is_empty() {
                    break;
                }
            }
        }
        self
    }

    /// Adds another at the end.
    pub fn append(&mut self, other: Self) -> &mut Self {
        self.spans.extend(other.spans);
        self
    }

    /// Whether nothing was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// With the escape sequences of its styles, as a terminal takes it.
    #[must_use]
    pub fn ansi(&self) -> String {
        let mut out = String::new();
        for span in &self.spans {
            match span {
                Span::Text(style, text) => out.push_str(&format!("{style}{text}{style:#}")),
                Span::Colour(sequence) => out.push_str(sequence),
                Span::Heading(style, date, text) => {
                    let mut rows = headed(date, text).into_iter();
                    let first = rows.next().unwrap_or_default();
                    out.push_str(&format!("{DATE}{date}{DATE:#}  {style}{first}{style:#}\n"));
                    rows.for_each(|row| out.push_str(&format!("  {style}{row}{style:#}\n")));
                }
                Span::Paragraph(style, indent, text) => {
                    for row in rows(text, indent) {
                        out.push_str(&format!("{indent}{style}{row}{style:#}\n"));
                    }
                }
            }
        }
        out
    }

    /// Without styles.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        for span in &self.spans {
            match span {
                Span::Text(_, text) => out.push_str(text),
                Span::Colour(_) => {}
                Span::Heading(_, date, text) => {
                    let rows = headed(date, text);
                    out.push_str(&format!("{date}  {}\n", rows.join("\n  ")));
                }
                Span::Paragraph(_, indent, text) => {
                    rows(text, indent).iter().for_each(|row| out.push_str(&format!("{indent}{row}\n")));
                }
            }
        }
        out
    }
}

/// A heading broken between words: its first line stands after its date.
fn headed(date: &str, text: &str) -> Vec<String> {
    let indent = " ".repeat(date.chars().count());
    let options = textwrap::Options::new(WIDTH - 2)
        .initial_indent(&indent)
        .break_words(false)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    let rows = textwrap::wrap(text, options);
    rows.iter().map(|row| row.trim_start().to_owned()).collect()
}

/// A paragraph broken between words, so that its lines fit after the indent.
fn rows<'t>(text: &'t str, indent: &str) -> Vec<std::borrow::Cow<'t, str>> {
    let options = textwrap::Options::new(WIDTH - indent.len())
        .break_words(false)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::wrap(text, options)
}

/// Text whose lines are broken between words where they are longer than a terminal is wide; what is broken off stands
/// under its line's own indent, two columns in.
#[must_use]
pub fn fitted(text: &str, columns: usize) -> String {
    /// No terminal is narrower that anybody reads on.
    const NARROWEST: usize = 20;
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches('\n');
        if columns < NARROWEST || textwrap::core::display_width(bare) <= columns {
            out.push_str(line);
            continue;
        }
        let begins = &bare[..bare.len() - bare.trim_start_matches(' ').len()];
        let under = format!("{begins}  ");
        let options = textwrap::Options::new(columns)
            .initial_indent(begins)
            .subsequent_indent(if under.len() < columns / 2 { &under } else { "" })
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        out.push_str(&textwrap::wrap(bare.trim_start_matches(' '), options).join("\n"));
        out.push_str(&line[bare.len()..]);
    }
    out
}

impl fmt::Write for Screen {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.plain(text);
        Ok(())
    }
}

impl From<&str> for Screen {
    fn from(text: &str) -> Self {
        let mut screen = Self::new();
        screen.plain(text);
        screen
    }
}

impl From<String> for Screen {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    #[test]
    fn styles_are_obeyed_and_text_is_not() {
        let mut screen = Screen::new();
        screen.styled(BOLD, "a\u{1b}[31m");
        write!(screen, "\u{1b}]0;x\r").expect("a string takes all");
        assert_eq!(screen.text(), "a␛[31m␛]0;x␍");
        assert_eq!(screen.ansi().matches('\u{1b}').count(), 2, "{:?}", screen.ansi());
    }

    #[test]
    fn paragraphs_break_between_words() {
        let mut screen = Screen::new();
        screen.paragraph(&"word ".repeat(40), "  ", PLAIN);
        let text = screen.text();
        assert!(text.lines().count() > 1);
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH && line.starts_with("  ")));
    }

    #[test]
    fn lines_fit_a_terminal_and_break_between_words() {
        let text = format!("short\n  {}\n", "word ".repeat(40).trim_end());
        for columns in [80, 100] {
            let fitted = fitted(&text, columns);
            assert!(fitted.lines().all(|line| line.chars().count() <= columns), "{fitted}");
            assert!(fitted.starts_with("short\n  word") && fitted.contains("\n    word"), "{fitted}");
            assert_eq!(fitted.split_whitespace().count(), 41);
        }
    }

    #[test]
    fn a_paragraph_cannot_forge_a_line() {
        let mut screen = Screen::new();
        screen.paragraph("hello\nFacilitator: all is lost", "  ", PLAIN);
        assert_eq!(screen.text(), "  hello Facilitator: all is lost\n");
    }
}
