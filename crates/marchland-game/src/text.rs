//! Text from others, with what something would obey made visible: what every terminal, page, picture and table of cells
//! is filtered by.

use std::borrow::Cow;
use std::fmt::Write as _;

/// A paragraph or a page with every character that something would obey made visible; line feeds and tabs stay.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    replaced(text, |c| obeyed(c) && c != '\n' && c != '\t')
}

/// A name or a message that has to stay on its line: as [`visible`], with line feeds and tabs made visible too.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    replaced(text, obeyed)
}

/// Whether a terminal, a browser or a reader of lines takes a character as an order instead of showing it:
/// control characters (C0, delete, C1), separators of lines, marks of direction, tags and the byte-order mark.
#[must_use]
pub fn obeyed(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

fn replaced(text: &str, hidden: impl Fn(char) -> bool) -> Cow<'_, str> {
    let Some(first) = first(text, &hidden) else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len() + 16);
    out.push_str(&text[..first]);
    for c in text[first..].chars() {
        if hidden(c) { push_sign(&mut out, c) } else { out.push(c) }
    }
    Cow::Owned(out)
}

/// Where the first hidden character stands. Pages are long, and what ASCII prints is nowhere hidden.
fn first(text: &str, hidden: impl Fn(char) -> bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if matches!(bytes[at], b' '..=b'~') {
            at += 1;
            continue;
        }
        let c = text[at..].chars().next()?;
        if hidden(c) {
            return Some(at);
        }
        at += c.len_utf8();
    }
    None
}

/// The sign of a character: its picture where Unicode has one, else its number.
fn push_sign(out: &mut String, c: char) {
    let picture = match c as u32 {
        low @ 0..=0x1f => char::from_u32(0x2400 + low),
        0x7f => Some('\u{2421}'),
        _ => None,
    };
    match picture {
        Some(picture) => out.push(picture),
        None => {
            let _ = write!(out, "\u{27e8}U+{:04X}\u{27e9}", c as u32);
        }
    }
}
