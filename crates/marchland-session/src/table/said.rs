//! What people write: texts of one line, and texts in paragraphs.
//!
//! A line feed in a message would forge the line of somebody else in every list of lines, and a control character would be
//! obeyed by whatever shows it. Both are refused where a text comes in. Games of earlier versions hold some: those are made
//! visible where they are shown.

use crate::error::{SessionError, refused};

/// The longest text that somebody may write, in characters.
const LONGEST: usize = 2000;

/// A text that somebody said: not empty, not endless, on one line, and nothing that is obeyed instead of read.
///
/// # Errors
/// It is none of that; the text says where and what to do.
pub(super) fn said(text: &str) -> Result<String, SessionError> {
    let text = sized(text)?;
    for (at, c) in (1..).zip(text.chars()) {
        if breaks(c) {
            return refused(format!("character {at} is a line break, and this stays on one line: put a blank there"));
        }
        plain(at, c)?;
    }
    Ok(text.to_owned())
}

/// A text that may have paragraphs: line breaks of any kind become line feeds.
///
/// # Errors
/// It is empty or too long, or holds a control character; the text says where and what to do.
pub(super) fn paragraphs(text: &str) -> Result<String, SessionError> {
    let text = text.replace("\r\n", "\n").replace(breaks, "\n");
    let text = sized(&text)?;
    for (at, c) in (1..).zip(text.chars()) {
        if c != '\n' {
            plain(at, c)?;
        }
    }
    Ok(text.to_owned())
}

/// Whether a character ends a line: line feed, carriage return, next line, and the separators of lines and paragraphs.
pub(super) fn breaks(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn sized(text: &str) -> Result<&str, SessionError> {
    let text = text.trim();
    if text.is_empty() {
        return refused("say something");
    }
    if text.chars().count() > LONGEST {
        return refused(format!("that is longer than {LONGEST} characters; make it shorter"));
    }
    Ok(text)
}

fn plain(at: usize, c: char) -> Result<(), SessionError> {
    match c {
        '\t' => refused(format!("character {at} is a tab: put a blank there")),
        c if c.is_control() => {
            refused(format!("character {at} is a control character (U+{:04X}): leave it out", c as u32))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_break_or_a_control_character_is_refused_with_its_place() {
        for (text, place) in [
            ("yes\nchair: no", "character 4 is a line break"),
            ("yes\r\nno", "character 4 is a line break"),
            ("a\u{2028}b", "character 2 is a line break"),
            ("a\u{85}b", "character 2 is a line break"),
            ("\u{1b}[2J", "character 1 is a control character (U+001B)"),
            ("é\u{7f}", "character 2 is a control character (U+007F)"),
            ("a\0b", "U+0000"),
            ("a\tb", "character 2 is a tab"),
        ] {
            let why = said(text).expect_err(text).to_string();
            assert!(why.contains(place), "{text:?}: {why}");
        }
        // What is around a text is no part of it, and marks of direction are needed to write some languages.
        assert_eq!(said("  yes \n").expect("one line"), "yes");
        assert!(said("\u{200f}שלום\u{200f}").is_ok());
    }

    #[test]
    fn paragraphs_keep_their_line_breaks_as_line_feeds() {
        assert_eq!(paragraphs("a\r\nb\rc\n\nd\u{2029}e\r\n").expect("plain"), "a\nb\nc\n\nd\ne");
        for text in ["a\n\u{1b}[2J", "a\u{b}b", "\ta\tb"] {
            assert!(paragraphs(text).is_err(), "{text:?}");
        }
        assert!(paragraphs(" \r\n ").expect_err("empty").to_string().contains("say something"));
    }

    proptest! {
        #[test]
        fn what_is_taken_holds_nothing_that_ends_a_line_or_is_obeyed(text in any::<String>()) {
            if let Ok(line) = said(&text) {
                prop_assert!(!line.contains(|c: char| c.is_control() || breaks(c)));
            }
            if let Ok(text) = paragraphs(&text) {
                prop_assert!(!text.contains(|c: char| c != '\n' && (c.is_control() || breaks(c))));
            }
        }
    }
}
