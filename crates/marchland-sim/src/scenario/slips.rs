//! Slips of the pen that the grammar of RON explains badly, named with their cure; and what texts are read as.

use std::ops::Range;

/// A file's text as it is read: without a byte order mark, every line ended by a line feed alone.
#[must_use]
pub fn plain(text: String) -> String {
    let text = match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    };
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

/// A slip at the byte where the grammar gave up: where it is, what it is, and how to mend it.
pub(super) fn at(text: &str, byte: usize) -> Option<(Range<usize>, String, String)> {
    decimal_comma(text, byte).or_else(|| odd_sign(text, byte))
}

/// `0,25`: digits, a comma and digits again, where a key should follow the comma.
fn decimal_comma(text: &str, byte: usize) -> Option<(Range<usize>, String, String)> {
    let number = |c: char| c.is_ascii_digit();
    // The grammar gives up before or after the digits that follow the comma.
    let before = text.get(..byte)?.trim_end_matches(number);
    let whole = before.strip_suffix(',')?;
    let after = &text[before.len()..];
    let decimals = after.len() - after.trim_start_matches(number).len();
    let digits = whole.len() - whole.trim_end_matches(number).len();
    if decimals == 0 || digits == 0 {
        return None;
    }
    let mut start = whole.len() - digits;
    if whole[..start].ends_with(['-', '+']) {
        start -= 1;
    }
    let end = before.len() + decimals;
    let written = &text[start..end];
    let hint = format!("numbers are written with a point: {}", written.replace(',', "."));
    Some((start..end, format!("a decimal comma: {written}"), hint))
}

/// A sign that word processors put in place of one of the keyboard's.
fn odd_sign(text: &str, byte: usize) -> Option<(Range<usize>, String, String)> {
    let odd = |c: char| -> Option<(&'static str, &'static str)> {
        Some(match c {
            '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{00ab}' | '\u{00bb}' => {
                ("a typographic quotation mark", "texts stand in straight double quotes: \"…\"")
            }
            '\u{2018}' | '\u{2019}' => ("a typographic quotation mark", "texts stand in straight double quotes: \"…\""),
            '\u{00a0}' | '\u{202f}' | '\u{2007}' => ("a no-break space", "replace it with an ordinary space"),
            '\u{200b}' | '\u{2060}' | '\u{feff}' => ("an invisible sign", "delete it"),
            '\u{2212}' | '\u{2013}' | '\u{2014}' => ("a dash in place of a minus sign", "a minus sign is written -"),
            _ => return None,
        })
    };
    // The grammar may give up at the sign, or just before or after it.
    let from = text[..byte.min(text.len())].char_indices().rev().take(2).last().map_or(0, |(at, _)| at);
    let near = text[from..].char_indices().take(4);
    let (at, c, (what, cure)) = near.filter_map(|(at, c)| Some((from + at, c, odd(c)?))).next()?;
    let message = format!("{what} (U+{:04X}) stands outside a text", c as u32);
    Some((at..at + c.len_utf8(), message, cure.to_owned()))
}

/// The text after attributes of the format, `#![enable(…)]`, which change nothing here.
pub(super) fn after_attributes(text: &str) -> &str {
    let mut rest = text;
    while let Some(attribute) = rest.trim_start().strip_prefix("#![") {
        match attribute.find(']') {
            Some(end) => rest = &attribute[end + 1..],
            None => break,
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::super::node;
    use super::super::sink::Sink;

    /// One slip, one finding, at its place, with its cure.
    #[test]
    fn a_slip_is_named_where_it_stands() {
        for (text, message, hint, place) in [
            ("(a: 1, weight: -0,25, b: 2)", "decimal comma: -0,25", "-0.25", "-0,25"),
            ("(weight: 1,5)", "decimal comma: 1,5", "1.5", "1,5"),
            ("(title: \u{201c}Blue\u{201d}, b: 2)", "quotation mark (U+201C)", "straight", "\u{201c}"),
            ("(title:\u{a0}\"Blue\")", "no-break space (U+00A0)", "ordinary space", "\u{a0}"),
            ("(weight: \u{2212}2)", "minus sign (U+2212)", "written -", "\u{2212}"),
        ] {
            let sink = Sink::of("test.ron");
            assert!(node::read(text, 0, &sink).is_none(), "{text}");
            let found = sink.finish();
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert!(found[0].message.contains(message) && found[0].hint.contains(hint), "{text}: {:?}", found[0]);
            let span = found[0].span.as_ref().map(|span| &text[span.start..span.end]);
            assert_eq!(span, Some(place), "{text}");
        }
    }

    #[test]
    fn marks_line_ends_and_attributes_are_read() {
        assert_eq!(super::plain("\u{feff}(a: 1)".into()), "(a: 1)");
        assert_eq!(super::plain("// a\r(\r\n)\r".into()), "// a\n(\n)\n");
        let sink = Sink::of("test.ron");
        assert!(node::read("#![enable(implicit_some)]\n// a\n(a: 1)", 0, &sink).is_some());
        assert!(!sink.failed());
    }
}
