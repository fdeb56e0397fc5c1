//! Words of a game file.

use std::borrow::Cow;

/// One word of the file.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'a> {
    Open,
    Close,
    Comma,
    /// A quoted text.
    Text(QuotedText<'a>),
    /// A run of other visible characters: a number or a keyword.
    Word(&'a str),
    End,
}

/// What stands between two quotes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct QuotedText<'a>(&'a str);

impl<'a> QuotedText<'a> {
    /// The text, its `\"` undone. As in Gambit, a backslash before anything else is itself.
    pub(super) fn undone(self) -> Cow<'a, str> {
        if self.0.contains('\\') { self.0.replace("\\\"", "\"").into() } else { self.0.into() }
    }
}

impl Token<'_> {
    /// How the word reads in a message.
    pub(super) fn describe(&self) -> String {
        match self {
            Token::Open => "'{'".into(),
            Token::Close => "'}'".into(),
            Token::Comma => "','".into(),
            Token::Text(text) => format!("\"{}\"", shorten(&text.undone())),
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

/// What parts words without being white space.
const MARKS: [u8; 4] = *b"{},\"";

/// A quote that is never closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct UnclosedQuote;

/// Takes the next word off the input, in time linear in its length and without memory for it: files have millions of
/// payoffs, and a quote may be all of a file.
pub(super) fn next<'a>(input: &mut &'a str) -> Result<Token<'a>, UnclosedQuote> {
    // No-break spaces among them, as word processors put them.
    let rest = input.trim_start();
    let Some(first) = rest.as_bytes().first() else {
        *input = rest;
        return Ok(Token::End);
    };
    let (token, length) = match first {
        b'{' => (Token::Open, 1),
        b'}' => (Token::Close, 1),
        b',' => (Token::Comma, 1),
        b'"' => {
            let text = quoted(&rest[1..])?;
            (Token::Text(QuotedText(text)), text.len() + 2)
        }
        _ => {
            let length = word(rest);
            (Token::Word(&rest[..length]), length)
        }
    };
    *input = &rest[length..];
    Ok(token)
}

/// The bytes of the word at the beginning of a text.
fn word(text: &str) -> usize {
    let ends = |byte: u8| MARKS.contains(&byte) || byte.is_ascii_whitespace() || !byte.is_ascii();
    // Numbers and keywords are ASCII, and end at a mark or a space of ASCII.
    match text.bytes().position(ends) {
        None => text.len(),
        Some(at) if text.as_bytes()[at].is_ascii() => at,
        Some(_) => {
            let ends = |c: char| c.is_whitespace() || u8::try_from(c).is_ok_and(|byte| MARKS.contains(&byte));
            text.find(ends).unwrap_or(text.len())
        }
    }
}

/// What stands before the closing quote: the first that no backslash precedes.
fn quoted(text: &str) -> Result<&str, UnclosedQuote> {
    let mut closing = text.match_indices('"').map(|(at, _)| at);
    let end = closing.find(|at| !text[..*at].ends_with('\\')).ok_or(UnclosedQuote)?;
    Ok(&text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(mut text: &str) -> Vec<String> {
        let mut words = Vec::new();
        loop {
            match next(&mut text) {
                Ok(Token::End) => return words,
                Ok(Token::Text(quoted)) => words.push(format!("<{}>", quoted.undone())),
                Ok(token) => words.push(token.describe()),
                Err(UnclosedQuote) => {
                    words.push("unclosed".into());
                    return words;
                }
            }
        }
    }

    #[test]
    fn words_end_where_they_should() {
        assert_eq!(
            words("a{1,2}\u{b}3\u{a0}4\u{2003}ü5\"q\""),
            ["'a'", "'{'", "'1'", "','", "'2'", "'}'", "'3'", "'4'", "'ü5'", "<q>"]
        );
        // A backslash before a quote keeps it, and is itself before all else, another backslash included.
        assert_eq!(words(r#""\"" "" "\x" "\\" x" "a"#), ["<\">", "<>", "<\\x>", "<\\\" x>", "unclosed"]);
        assert_eq!(words(r#""\""#), ["unclosed"]);
        assert_eq!(words(" \n\t\u{a0}"), Vec::<String>::new());
    }
}
