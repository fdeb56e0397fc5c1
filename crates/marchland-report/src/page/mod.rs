//! Pages that need nothing but themselves: one file, no script, no font or picture from elsewhere, and
//! they print to A4.
//!
//! Their markup is written with `maud`, which escapes every text; whole pages pass the filter of
//! [`crate::visible`].

mod style;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::visible::visible;

/// A page under construction.
pub(crate) struct Page {
    title: String,
    /// Repeated at the foot of every printed page.
    foot: String,
    /// Rules of this page's own.
    style: String,
    body: Vec<Markup>,
}

impl Page {
    pub(crate) fn new(title: &str, foot: &str) -> Self {
        Self { title: title.to_owned(), foot: foot.to_owned(), style: String::new(), body: Vec::new() }
    }

    /// Adds rules of ours to the style sheet.
    pub(crate) fn style(&mut self, rules: &str) {
        self.style.push_str(rules);
    }

    /// Adds a part.
    pub(crate) fn add(&mut self, part: Markup) -> &mut Self {
        self.body.push(part);
        self
    }

    /// The page, whole.
    pub(crate) fn finish(self) -> String {
        let foot = format!("@page {{ @bottom-left {{ content: \"{}\"; }} }}\n", css_text(&self.foot));
        let page = html! {
            (DOCTYPE) "\n"
            html lang="en" {
                "\n" head {
                    "\n" meta charset="utf-8";
                    "\n" meta name="viewport" content="width=device-width";
                    "\n" title { (self.title) }
                    // Ours, and a text that holds nothing a style sheet would take for its own.
                    "\n" style { "\n" (PreEscaped(style::SHEET)) (PreEscaped(self.style)) (PreEscaped(foot)) }
                    "\n"
                }
                "\n" body {
                    "\n"
                    main { "\n" @for part in &self.body { (part) "\n" } }
                }
                "\n"
            }
            "\n"
        };
        visible(&page.into_string()).into_owned()
    }
}

/// A table with a heading row; the first cell of a row heads it.
pub(crate) fn table(class: &str, heads: &[&str], rows: &[Vec<Markup>]) -> Markup {
    html! {
        table class=[(!class.is_empty()).then_some(class)] {
            // A cell without words heads nothing.
            thead { tr { @for head in heads { @if head.is_empty() { td {} } @else { th scope="col" { (head) } } } } }
            tbody {
                @for row in rows {
                    tr {
                        @for (at, cell) in row.iter().enumerate() {
                            @if at == 0 && !cell.0.is_empty() { th scope="row" { (cell) } } @else { td { (cell) } }
                        }
                    }
                }
            }
        }
    }
}

/// A cell of text.
pub(crate) fn cell(text: impl AsRef<str>) -> Markup {
    let text = text.as_ref();
    html! { (text) }
}

/// The words between and after which a page closes: what is kept, and what the figures are.
pub(crate) fn closing(lines: &[&str]) -> Markup {
    html! { @for line in lines { p.small.quiet { (line) } } }
}

/// Text within a string of a style sheet.
fn css_text(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !matches!(c, '"' | '\\' | '<')).collect()
}

/// Every element that opens is closed, in order.
#[cfg(test)]
pub(crate) fn assert_well_formed(page: &str) {
    const VOID: [&str; 4] = ["meta", "br", "input", "!DOCTYPE"];
    let mut open: Vec<&str> = Vec::new();
    for part in page.split('<').skip(1) {
        let tag = part.split('>').next().expect("a tag ends");
        let name = tag.split([' ', '/']).find(|word| !word.is_empty()).expect("a tag has a name");
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "closed by </{name}>");
        } else if !tag.ends_with('/') && !VOID.contains(&name) {
            open.push(name);
        }
    }
    assert_eq!(open, [] as [&str; 0]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_people_cannot_break_a_page() {
        let nasty = "</style><script>alert(\"1\")</script> & \u{7}\u{202e}";
        let mut page = Page::new(nasty, nasty);
        page.add(html! { p.note { (nasty) } }).add(table("", &[nasty], &[vec![cell(nasty)]]));
        let text = page.finish();
        assert_well_formed(&text);
        assert!(!text.contains("<script"), "{text}");
        assert_eq!(text.matches("</style>").count(), 1, "{text}");
        assert!(text.contains("&lt;script&gt;alert(&quot;1&quot;)"));
        assert!(text.contains("␇⟨U+202E⟩") && !text.contains(['\u{7}', '\u{202e}']));
    }
}
