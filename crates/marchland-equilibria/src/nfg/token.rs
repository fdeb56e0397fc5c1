//! Words of a game file.

use winnow::combinator::{alt, delimited, repeat};
use winnow::error::{ContextError, ErrMode};
use winnow::prelude::*;
use winnow::token::{any, none_of, one_of, take_while};

/// One word of the file.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'a> {
    Open,
    Close,
    Comma,
    /// A quoted text, its `\"` undone. As in Gambit, a backslash before anything else is itself.
    Text(String),
    /// A run of other visible characters: a number or a keyword.
    Word(&'a str),
    End,
}

impl Token<'_> {
    /// How the word reads in a message.
    pub(super) fn describe(&self) -> String {
        match self {
            Token::Open => "'{'".into(),
            Token::Close => "'}'".into(),
            Token::Comma => "','".into(),
            Token::Text(text) => format!("\"{}\"", shorten(text)),
            Token::Word(word) if word.starts_with(typographic) => {
                format!("'{}' (in typographic quotation marks: write straight ones)", shorten(word))
            }
            Token::Word(word) => format!("'{}'", shorten(word)),
            Token::End => "the end of the file".into(),
        }
    }
}

fn typographic(c: char) -> bool {
    matches!(c, '\u{2018}'..='\u{201f}' | '\u{ab}' | '\u{bb}' | '\u{2032}' | '\u{2033}')
}

/// At most 40 characters of a text, for messages.
fn shorten(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.into(),
    }
}

/// Takes the next word off the input; fails on a quote that is never closed.
pub(super) fn next<'a>(input: &mut &'a str) -> Result<Token<'a>, ErrMode<ContextError>> {
    // No-break spaces among them, as word processors put them.
    take_while(0.., char::is_whitespace).parse_next(input)?;
    if input.is_empty() {
        return Ok(Token::End);
    }
    alt((
        '{'.value(Token::Open),
        '}'.value(Token::Close),
        ','.value(Token::Comma),
        quoted.map(Token::Text),
        take_while(1.., |c: char| !c.is_whitespace() && !"{},\"".contains(c)).map(Token::Word),
    ))
    .parse_next(input)
}

fn quoted(input: &mut &str) -> Result<String, ErrMode<ContextError>> {
    let escaped = ('\\', one_of('"')).map(|(_, quote)| quote);
    let character = alt((escaped, none_of('"')));
    delimited('"', repeat(0.., character), any).parse_next(input)
}
