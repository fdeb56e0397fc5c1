//! Edits of scenario texts by their structure: brackets, strings and comments are respected, nothing else is
//! understood.

use std::ops::Range;

/// The end of the item that begins at `from`: the comma or closing bracket that follows it at its own depth.
fn item_end(text: &str, from: usize) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (from, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => at = string_end(bytes, at),
            b'/' if bytes.get(at + 1) == Some(&b'/') => at = line_end(bytes, at),
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth == 0 => return at,
            b')' | b']' | b'}' => depth -= 1,
            b',' if depth == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    at
}

/// The closing quote of the string that opens at `from`.
fn string_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at
}

/// The end of the line on which `from` lies.
fn line_end(bytes: &[u8], from: usize) -> usize {
    bytes[from..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |length| from + length)
}

/// The first byte from `from` on that is neither blank nor comment.
fn solid(text: &str, from: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = from;
    while at < bytes.len() {
        if bytes[at].is_ascii_whitespace() {
            at += 1;
        } else if bytes[at..].starts_with(b"//") {
            at = line_end(bytes, at);
        } else {
            break;
        }
    }
    at
}

/// The items of a bracketed text, without their commas.
pub fn items(text: &str) -> Vec<Range<usize>> {
    let open = solid(text, 0);
    let mut found = Vec::new();
    let mut at = solid(text, open + 1);
    while at < text.len() && !matches!(text.as_bytes()[at], b')' | b']' | b'}') {
        let end = item_end(text, at);
        found.push(at..end);
        at = if text.as_bytes().get(end) == Some(&b',') { solid(text, end + 1) } else { end };
    }
    found
}

/// A bracketed text with only the items that `keep` wants.
pub fn filter(text: &str, keep: impl Fn(&str) -> bool) -> String {
    let open = solid(text, 0);
    let close = text.trim_end().len() - 1;
    let kept: Vec<&str> = items(text).into_iter().map(|range| &text[range]).filter(|item| keep(item)).collect();
    format!("{}{}{}", &text[open..=open], kept.join(", "), &text[close..=close])
}

/// A bracketed text with every item changed.
pub fn map(text: &str, change: impl Fn(&str) -> String) -> String {
    let open = solid(text, 0);
    let close = text.trim_end().len() - 1;
    let changed: Vec<String> = items(text).into_iter().map(|range| change(&text[range])).collect();
    format!("{}{}{}", &text[open..=open], changed.join(", "), &text[close..=close])
}

/// Key and value of an item of a record or map; the key without its quotes.
pub fn pair(item: &str) -> Option<(&str, &str)> {
    let end = if item.starts_with('"') { string_end(item.as_bytes(), 0) + 1 } else { item.find(':')? };
    let rest = item[end..].trim_start();
    Some((item[..end].trim().trim_matches('"'), rest.strip_prefix(':')?.trim_start()))
}

/// The value of a key of a record.
pub fn value<'t>(record: &'t str, key: &str) -> Option<&'t str> {
    items(record)
        .into_iter()
        .find_map(|range| pair(&record[range]).filter(|(own, _)| *own == key))
        .map(|(_, text)| text)
}

/// The text of a string.
pub fn string(value: &str) -> &str {
    value.trim().trim_matches('"')
}

/// Replaces whole names, within and without strings, where `new` knows another.
pub fn rename(text: &str, new: impl Fn(&str) -> Option<String>) -> String {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut renamed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(from) = rest.find(word) {
        let (before, tail) = rest.split_at(from);
        let end = tail.find(|c| !word(c)).unwrap_or(tail.len());
        renamed.push_str(before);
        renamed.push_str(&new(&tail[..end]).unwrap_or_else(|| tail[..end].to_owned()));
        rest = &tail[end..];
    }
    renamed + rest
}

#[test]
fn items_are_found_among_brackets_strings_and_comments() {
    let text = "(a: \"x, (\", // b, c\n b: [1, (2, 3)], \"c\": {\"d\": 1},)";
    let found: Vec<&str> = items(text).into_iter().map(|range| &text[range]).collect();
    assert_eq!(found, ["a: \"x, (\"", "b: [1, (2, 3)]", "\"c\": {\"d\": 1}"]);
    assert_eq!(value(text, "b"), Some("[1, (2, 3)]"));
    assert_eq!(filter("[(id: \"a\"), (id: \"b\")]", |item| item.contains('b')), "[(id: \"b\")]");
    assert_eq!(rename("\"a.b\": a_b", |name| (name == "a").then(|| "z".into())), "\"z.b\": a_b");
}
