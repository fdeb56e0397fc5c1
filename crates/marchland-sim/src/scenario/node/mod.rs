//! A file of the scenario language as a tree of values that know their place.
//!
//! A file without a slip is read in one pass (`quick`). Any other, and any with uncommon forms, by `ron` (`by_ron`), which
//! says what is wrong and where.

mod by_ron;
mod quick;
mod value;

pub use value::{Entry, Kind, NESTING, Node, Text};

use super::sink::Sink;

/// Reads a file's text as a tree. The first syntax error goes to the sink.
#[must_use]
pub fn read(text: &str, file: u16, sink: &Sink) -> Option<Node> {
    quick::read(text, file).or_else(|| by_ron::read(text, file, sink))
}

#[cfg(test)]
mod tests {
    use marchland_game::Diagnostic;

    use super::super::sink::Place;
    use super::*;

    fn tree(text: &str) -> (Option<Node>, Vec<Diagnostic>) {
        let sink = Sink::of("test.ron");
        let node = read(text, 0, &sink);
        (node, sink.finish())
    }

    #[test]
    fn places_are_exact_behind_comments_and_escapes() {
        let text = "// head\n(a: /* x */ 1, b: [\n  // first\n  \"q\\\"zz\", Uniform(2, 3)], c: { \"k\": true },)";
        let (node, found) = tree(text);
        assert!(found.is_empty(), "{found:?}");
        let Some(Node { kind: Kind::Record(None, entries), .. }) = node else { panic!("a record") };
        let spelled = |place: Place| &text[place.start as usize..place.end as usize];
        assert_eq!(entries.iter().map(|entry| spelled(entry.place)).collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(spelled(entries[0].value.place), "1");
        let Kind::List(items) = &entries[1].value.kind else { panic!("a list") };
        assert_eq!(spelled(items[0].place), "\"q\\\"zz\"");
        let Kind::Text(quoted) = &items[0].kind else { panic!("a text") };
        assert_eq!(&text[quoted.origin(2) as usize..][..2], "zz");
        assert_eq!(spelled(items[1].place), "Uniform(2, 3)");
        assert_eq!(items[1].word(), Some("Uniform"));
    }

    #[test]
    fn deep_broken_and_binary_files_are_refused() {
        for text in ["[".repeat(100_000), "(a: 1".into(), "(a: NaN)".into(), "\u{0}\u{1}".into(), String::new()] {
            let (_, found) = tree(&text);
            assert_eq!(found.len(), 1, "{:?}", text.get(..20));
            assert_eq!(found[0].code, "syntax");
        }
    }
}
