//! Text from others is shown, never obeyed: the one filter before a terminal, a page, a picture or a table.
//!
//! Titles, names, messages, notes, answers of programs and foreign files may hold control characters and marks of
//! direction. A terminal would obey them (clear itself, colour, write a link, go back to the start of the line), a
//! browser would turn the text around, and a line feed in a name would forge a line of somebody else. Here they
//! become signs that one can see.

use std::borrow::Cow;
use std::fmt::Write;

pub use marchland_game::text::{line, obeyed, visible};

/// JSON in which what a terminal would obey is written as an escape. Equal values, and equal bytes where there is
/// nothing to hide: such characters stand within strings only.
#[must_use]
pub fn json(text: &str) -> Cow<'_, str> {
    let hidden = |c: char| obeyed(c) && c != '\n' && c != '\t';
    if !text.contains(hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_would_be_obeyed_is_seen() {
        assert_eq!(visible("\u{1b}[2Ja\rb\u{7f}"), "␛[2Ja␍b␡");
        assert_eq!(visible("\u{1b}]8;;http://x\u{7}y\u{9c}"), "␛]8;;http://x␇y⟨U+009C⟩");
        assert_eq!(visible("a\u{202e}b\n\tc"), "a⟨U+202E⟩b\n\tc");
        assert_eq!(line("yes\nchair: no"), "yes␊chair: no");
        assert_eq!(json("{\"a\": \"\u{202e}\u{9b}\"}\n"), "{\"a\": \"\\u202e\\u009b\"}\n");
    }

    #[test]
    fn ordinary_text_stays_as_it_is() {
        let text = "Бишкек, “Manas” – ½ ± 3 · 东 · ‌a‍b · é";
        assert!(matches!(visible(text), Cow::Borrowed(_)) && matches!(line(text), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn nothing_that_is_obeyed_passes(text in any::<String>()) {
            prop_assert!(!line(&text).contains(obeyed));
            let shown = visible(&text);
            prop_assert!(!shown.contains(|c| obeyed(c) && c != '\n' && c != '\t'));
            let whole = serde_json::to_string(&text).expect("a string");
            let read: String = serde_json::from_str(&json(&whole)).expect("JSON still");
            prop_assert_eq!(read, text);
        }
    }
}
