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

/// The cure where more numbers stand in a tuple than there is room for, as a decimal comma has it; none where there are
/// not more.
#[must_use]
pub fn too_many_numbers(found: usize, wanted: usize) -> Option<String> {
    (found > wanted).then(|| {
        format!("here are {found} numbers: a comma separates them, and decimals are written with a point, as in 0.5")
    })
}

/// A file's bytes as the text that is read: UTF-8, or UTF-16 with its byte order mark, as [`plain`] has it.
///
/// # Errors
/// It is neither: at which byte, and how to mend it.
pub fn text(bytes: Vec<u8>) -> Result<String, String> {
    let unit: Option<fn([u8; 2]) -> u16> = match bytes.as_slice() {
        [0xff, 0xfe, ..] => Some(u16::from_le_bytes),
        [0xfe, 0xff, ..] => Some(u16::from_be_bytes),
        _ => None,
    };
    let Some(unit) = unit else {
        return String::from_utf8(bytes).map(plain).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let line = 1 + error.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count();
            format!("it is not a text: byte {at}, in line {line}, is not UTF-8; save it as UTF-8")
        });
    };
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    match String::from_utf16(&units) {
        Ok(text) if rest.is_empty() => Ok(plain(text)),
        _ => Err("it begins as UTF-16 and is not; save it as UTF-8".to_owned()),
    }
}

/// A slip at the byte where the grammar gave up: where it is, what it is, and how to mend it.
pub(super) fn at(text: &str, byte: usize) -> Option<(Range<usize>, String, String)> {
    decimal_comma(text, byte)
        .or_else(|| in_number(text, byte))
        .or_else(|| odd_sign(text, byte))
        .or_else(|| unclosed(text, byte))
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
    let fraction =
        text[end..].strip_prefix('.').map_or("", |rest| &rest[..rest.len() - rest.trim_start_matches(number).len()]);
    if !fraction.is_empty() {
        let end = end + 1 + fraction.len();
        let written = &text[start..end];
        let hint = format!("numbers are written without separators: {}", written.replace(',', ""));
        return Some((start..end, format!("a comma within a number: {written}"), hint));
    }
    let written = &text[start..end];
    let hint = format!("numbers are written with a point: {}", written.replace(',', "."));
    Some((start..end, format!("a decimal comma: {written}"), hint))
}

/// `1 000` and `50 %`.
fn in_number(text: &str, byte: usize) -> Option<(Range<usize>, String, String)> {
    let number = |c: char| c.is_ascii_digit();
    let (before, after) = (text.get(..byte)?, text.get(byte..)?);
    let spaces = before.len() - before.trim_end_matches(' ').len();
    let (before, spaced) = (before.trim_end_matches(' '), spaces > 0);
    let start = before.trim_end_matches(|c: char| number(c) || c == '.').len();
    let digits = &before[start..];
    let value: f64 = digits.parse().ok()?;
    if after.starts_with('%') {
        let hint = format!("shares are written as numbers: {}", value / 100.0);
        return Some((start..byte + 1, format!("a per cent sign: {digits} %"), hint));
    }
    let rest = after.len() - after.trim_start_matches(number).len();
    if !spaced || rest == 0 {
        return None;
    }
    let written = &text[start..byte + rest];
    let hint = format!("numbers are written without separators: {}", written.replace(' ', ""));
    Some((start..byte + rest, format!("a space within a number: {written}"), hint))
}

/// A text that runs over lines, and at whose end the grammar gives up: its closing mark is the next one's opening.
fn unclosed(text: &str, byte: usize) -> Option<(Range<usize>, String, String)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < byte {
        let from = at;
        match bytes[at] {
            b'"' => {
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
                let line = bytes[from..at.min(bytes.len())].iter().position(|b| *b == b'\n');
                if let Some(line) = line
                    && (at..at + 2).contains(&byte)
                {
                    let message = "a text that is not closed on its line".to_owned();
                    return Some((from..from + line, message, "close it with \"".to_owned()));
                }
            }
            b'r' if text[at..].starts_with("r\"") || text[at..].starts_with("r#") => {
                let marks = text[at + 1..].len() - text[at + 1..].trim_start_matches('#').len();
                let end = format!("\"{}", "#".repeat(marks));
                let open = at + 1 + marks + 1;
                at = text.get(open..).and_then(|rest| rest.find(&end)).map_or(open, |found| open + found + end.len());
            }
            b'/' if text[at..].starts_with("//") => at += text[at..].find('\n').unwrap_or(text.len() - at),
            b'/' if text[at..].starts_with("/*") => at += text[at..].find("*/").map_or(2, |end| end + 2),
            _ => at += text[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    None
}

/// A sign that word processors put in place of one of the keyboard's.
fn odd_sign(text: &str, byte: usize) -> Option<(Range<usize>, String, String)> {
    let odd = |c: char| -> Option<(&'static str, &'static str)> {
        Some(match c {
            '\u{201c}'..='\u{201f}' | '\u{2033}' | '\u{00ab}' | '\u{00bb}' | '\u{2018}'..='\u{201b}' | '\u{2032}' => {
                ("a typographic quotation mark", "texts stand in straight double quotes: \"…\"")
            }
            '\u{00a0}' | '\u{202f}' | '\u{2007}' => ("a no-break space", "replace it with an ordinary space"),
            '\u{2000}'..='\u{200a}' | '\u{205f}' | '\u{3000}' => {
                ("an unusual space", "replace it with an ordinary space")
            }
            '\u{00ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {
                ("an invisible sign", "delete it")
            }
            '\u{2212}' | '\u{2010}'..='\u{2015}' => ("a dash in place of a minus sign", "a minus sign is written -"),
            '\u{ff01}'..='\u{ff5e}' => ("a full-width sign", "replace it with the ordinary one"),
            _ => return None,
        })
    };
    if text.get(byte..).is_some_and(|rest| rest.starts_with('\'')) {
        let line = text[byte..].find('\n').map_or(text.len(), |end| byte + end);
        let end = text[byte + 1..line].find('\'').map_or(byte + 1, |end| byte + 1 + end + 1);
        let cure = "texts stand in straight double quotes: \"…\"".to_owned();
        return Some((byte..end, "a text in single quotes".to_owned(), cure));
    }
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
            ("(weight: 1,234.5)", "a comma within a number: 1,234.5", "1234.5", "1,234.5"),
            ("(weight: 1 000, b: 2)", "a space within a number: 1 000", "1000", "1 000"),
            ("(share: 50%, b: 2)", "per cent sign: 50 %", "0.5", "50%"),
            ("(share: 12.5 %)", "per cent sign: 12.5 %", "0.125", "12.5 %"),
            ("(title: 'Blue', b: 2)", "a text in single quotes", "straight double", "'Blue'"),
            ("(ti\u{ad}tle: 1)", "invisible sign (U+00AD)", "delete", "\u{ad}"),
            ("(title:\u{3000}1)", "unusual space (U+3000)", "ordinary space", "\u{3000}"),
            ("(title: 1\u{ff0c} b: 2)", "full-width sign (U+FF0C)", "ordinary one", "\u{ff0c}"),
            ("(title: \u{2033}Blue\u{2033})", "quotation mark (U+2033)", "straight", "\u{2033}"),
            ("(weight: \u{2011}2)", "minus sign (U+2011)", "written -", "\u{2011}"),
            ("(\n// It's\na: \"one,\nb: \"two\",\n)", "not closed on its line", "close it with \"", "\"one,"),
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
    fn texts_of_other_encodings_are_read_or_named() {
        let utf16 =
            |unit: fn(u16) -> [u8; 2]| "\u{feff}(a: \"é\")\r\n".encode_utf16().flat_map(unit).collect::<Vec<u8>>();
        assert_eq!(super::text(utf16(u16::to_le_bytes)).as_deref(), Ok("(a: \"é\")\n"));
        assert_eq!(super::text(utf16(u16::to_be_bytes)).as_deref(), Ok("(a: \"é\")\n"));
        let mut half = utf16(u16::to_le_bytes);
        half.pop();
        assert!(super::text(half).unwrap_err().contains("UTF-16"));
        let latin = super::text(b"(a: 1,\n b: \"caf\xe9\")".to_vec()).unwrap_err();
        assert!(latin.contains("byte 15, in line 2, is not UTF-8; save it as UTF-8"), "{latin}");
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
