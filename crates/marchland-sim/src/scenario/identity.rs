//! Which scenario it is: a hash over what is read of its files, and not over how that is written.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use super::node::{Kind, Node};

/// Keys of records whose value is read by people alone, or says where a file lies.
pub const DISPLAY: [&str; 20] = [
    "title",
    "description",
    "sources",
    "background",
    "meaning",
    "briefing",
    "private_briefing",
    "why",
    "intent",
    "refusal",
    "fitted_to",
    "mechanism",
    "rows",
    "aims",
    "minutes",
    "base",
    "include",
    "map",
    "words",
    "phrases",
];

/// The key whose word counts and whose text is for people: `source: Judgement("…")`.
const SOURCE: &str = "source";

/// SHA-256 over the content of files in reading order, in hexadecimal, each with whether it belongs to the
/// scenario itself. Comments, layout, line ends, the order of a record's keys, the names of files and the
/// keys of [`DISPLAY`] do not enter, nor does a file that holds nothing else; a number counts by its value, a string by
/// what it says.
pub(crate) fn content_hash<'n>(files: impl Iterator<Item = (&'n Node, bool)>) -> String {
    let mut hash = Sha256::new();
    for (tree, own) in files {
        if for_people_alone(tree) {
            continue;
        }
        hash.update([b'/', u8::from(own)]);
        add(&mut hash, tree);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a file's record has keys, and those of [`DISPLAY`] only.
fn for_people_alone(tree: &Node) -> bool {
    let Kind::Record(_, entries) = &tree.kind else { return false };
    !entries.is_empty() && entries.iter().all(|entry| DISPLAY.contains(&entry.key.as_str()))
}

/// Every value begins with a letter of its kind and says how many there are in it: what differs never
/// reads the same.
fn add(hash: &mut Sha256, node: &Node) {
    match &node.kind {
        Kind::Number(x) => {
            hash.update(b"n");
            hash.update(x.to_bits().to_le_bytes());
        }
        Kind::Flag(flag) => hash.update([b'f', u8::from(*flag)]),
        Kind::Text(text) => add_text(hash, b't', &text.value),
        Kind::Word(word) => add_text(hash, b'w', word),
        Kind::Refused => hash.update(b"x"),
        Kind::List(items) => {
            count(hash, b'l', items.len());
            items.iter().for_each(|item| add(hash, item));
        }
        Kind::Map(pairs) => {
            count(hash, b'm', pairs.len());
            for (key, value) in pairs {
                add(hash, key);
                add(hash, value);
            }
        }
        Kind::Tuple(name, items) => {
            add_text(hash, b'c', name.as_deref().unwrap_or_default());
            count(hash, b'i', items.len());
            items.iter().for_each(|item| add(hash, item));
        }
        Kind::Record(name, entries) => {
            let mut counted: Vec<_> = entries.iter().filter(|entry| !DISPLAY.contains(&entry.key.as_str())).collect();
            counted.sort_by(|a, b| a.key.cmp(&b.key));
            add_text(hash, b'r', name.as_deref().unwrap_or_default());
            count(hash, b'e', counted.len());
            for entry in counted {
                add_text(hash, b'k', &entry.key);
                match &entry.value.kind {
                    Kind::Tuple(Some(word), _) if entry.key == SOURCE => add_text(hash, b'w', word),
                    _ => add(hash, &entry.value),
                }
            }
        }
    }
}

fn count(hash: &mut Sha256, kind: u8, items: usize) {
    hash.update([kind]);
    hash.update((items as u64).to_le_bytes());
}

fn add_text(hash: &mut Sha256, kind: u8, text: &str) {
    // Line ends are layout, in a string of several lines too.
    let text = if text.contains('\r') { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) };
    count(hash, kind, text.len());
    hash.update(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::node;
    use crate::scenario::sink::Sink;

    fn hash(text: &str) -> String {
        let sink = Sink::of("text");
        let tree = node::read(text, 0, &sink).unwrap_or_else(|| panic!("{:?}", sink.finish()));
        content_hash([(&tree, true)].into_iter())
    }

    #[test]
    fn what_people_read_and_how_it_is_laid_out_do_not_count() {
        let text = "(title: \"A\", tracks: [(id: \"x\", range: (0, 10), initial: 2.0, meaning: \"much\")],\n\
                    end: \"x > 3\", parameters: [(id: \"p\", source: Judgement(\"ours\"))])";
        let same = "// A comment.\r\n(\r\n  end: \"x > 3\",\r\n  tracks: [\r\n(id: \"x\", initial: 2, /* all */ range: (0.0, 1e1), title: \"X\"),],\
                    parameters: [(source: Judgement(\"theirs\"), id: \"p\")], title: \"B\")";
        assert_eq!(hash(text), hash(same));
    }

    #[test]
    fn what_games_depend_on_counts() {
        let base = "(a: [1, 2], b: {\"x\": 1}, source: Judgement(\"s\"))";
        let others = [
            "(a: [2, 1], b: {\"x\": 1}, source: Judgement(\"s\"))",
            "(a: [1, 2], b: {\"y\": 1}, source: Judgement(\"s\"))",
            "(a: [1, 2], b: {\"x\": 1}, source: Found(\"s\"))",
            "(a: [1, 2], b: {\"x\": true}, source: Judgement(\"s\"))",
            "(a: [[1], 2], b: {\"x\": 1}, source: Judgement(\"s\"))",
            "(a: [1, 2], b: {\"title\": 1}, source: Judgement(\"s\"))",
            "(a: (1, 2), b: {\"x\": 1}, source: Judgement(\"s\"))",
        ];
        for other in others {
            assert_ne!(hash(base), hash(other), "{other}");
        }
    }
}
