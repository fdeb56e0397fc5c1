//! Random edits of texts and bytes, for whoever feeds a reader what nobody would write.

use marchland_game::stream::mix;

/// Pieces that mean something to one reader or another.
const PIECES: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "\"",
    "\\",
    "//",
    "/*",
    "*/",
    "NaN",
    "inf",
    "-",
    "1e309",
    "-1e-320",
    "0",
    "18446744073709551616",
    "true",
    "None",
    "Some(",
    "\u{0}",
    "\u{feff}",
    "é",
    "😀",
    "\n",
    "\t",
    "r#\"",
    "\"#",
    "and",
    "or",
    "not",
    "==",
    "<",
    "prev(",
    "sum(",
    "{owner}",
    "{option}",
    "NFG 1 R",
    "1/0",
    "1/3",
    "D",
    ".5",
];

/// Bytes after random edits: cut, doubled, replaced or spliced, and pieces put in.
pub fn bent(bytes: &[u8], key: u64) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let mut draw = key;
    let mut below = |bound: usize| {
        draw = mix(draw);
        (draw % bound.max(1) as u64) as usize
    };
    for _ in 0..=below(4) {
        let at = below(bytes.len() + 1);
        let until = (at + below(24)).min(bytes.len());
        match below(7) {
            0 => drop(bytes.drain(at..until)),
            1 => {
                let copy = bytes[at..until].to_vec();
                bytes.splice(at..at, copy);
            }
            2 if at < bytes.len() => bytes[at] = below(256) as u8,
            3 => bytes.truncate(at),
            4 => {
                let from = below(bytes.len() + 1);
                let piece = bytes[from..(from + below(200)).min(bytes.len())].to_vec();
                bytes.splice(at..until, piece);
            }
            _ => drop(bytes.splice(at..at, PIECES[below(PIECES.len())].bytes())),
        }
    }
    bytes
}

/// A text after random edits. What is no UTF-8 after them becomes the replacement character.
pub fn mutant(text: &str, key: u64) -> String {
    String::from_utf8_lossy(&bent(text.as_bytes(), key)).into_owned()
}
