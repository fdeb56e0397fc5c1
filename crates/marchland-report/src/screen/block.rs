//! A screen as headings, items and paragraphs: for documents and pages.

use anstyle::{Effects, Style};
use maud::{Markup, html};

use super::{DATE, Screen, Span};
use crate::page::Page;

/// A part of a document.
enum Block {
    /// A line that stands at the margin in a heading's style.
    Heading(String),
    /// A line of its own, in parts: bold or not, and its text.
    Item(Vec<(bool, String)>),
    /// Running text.
    Paragraph(String),
}

impl Screen {
    /// As Markdown: headings, items and paragraphs.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut out = String::new();
        let mut in_list = false;
        for (at, block) in self.blocks().iter().enumerate() {
            if !(out.is_empty() || in_list && matches!(block, Block::Item(_))) {
                out.push('\n');
            }
            in_list = matches!(block, Block::Item(_));
            match block {
                Block::Heading(text) => {
                    out.push_str(&format!("{} {}\n", if at == 0 { "#" } else { "##" }, escaped(text)));
                }
                Block::Item(parts) => {
                    let parts: Vec<String> = parts
                        .iter()
                        .map(|(bold, text)| if *bold { format!("**{}**", escaped(text)) } else { escaped(text) })
                        .collect();
                    out.push_str(&format!("- {}\n", parts.concat()));
                }
                Block::Paragraph(text) => out.push_str(&format!("{}\n", escaped(text))),
            }
        }
        out
    }

    /// As a page that needs nothing but itself.
    #[must_use]
    pub fn html(&self, title: &str, foot: &str) -> String {
        self.html_before(title, foot, html! {})
    }

    /// The same, with something at its end.
    pub(crate) fn html_before(&self, title: &str, foot: &str, end: Markup) -> String {
        let mut page = Page::new(title, foot);
        for part in self.parts(|at, text| html! { @if at == 0 { h1 { (text) } } @else { h2 { (text) } } }) {
            page.add(part);
        }
        page.add(end);
        page.finish()
    }

    /// As a part of a page; its first heading is the page's, and left out.
    pub(crate) fn body(&self) -> Markup {
        let parts = self.parts(|at, text| html! { @if at > 0 { h3 { (text) } } });
        html! { @for part in &parts { (part) } }
    }

    fn parts(&self, heading: impl Fn(usize, &str) -> Markup) -> Vec<Markup> {
        let mut parts = Vec::new();
        let mut items: Vec<Vec<(bool, String)>> = Vec::new();
        for (at, block) in self.blocks().into_iter().enumerate() {
            match block {
                Block::Item(item) => items.push(item),
                Block::Heading(text) => {
                    list(&mut parts, &mut items);
                    parts.push(heading(at, &text));
                }
                Block::Paragraph(text) => {
                    list(&mut parts, &mut items);
                    parts.push(html! { p { (text) } });
                }
            }
        }
        list(&mut parts, &mut items);
        parts
    }

    fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut parts: Vec<(Style, String)> = Vec::new();
        for span in &self.spans {
            match span {
                Span::Colour(_) => {}
                Span::Heading(_, date, text) => {
                    end_line(&mut blocks, &mut parts);
                    blocks.push(Block::Heading(format!("{date} \u{2013} {text}")));
                }
                Span::Paragraph(_, _, text) => {
                    end_line(&mut blocks, &mut parts);
                    blocks.push(Block::Paragraph(text.clone()));
                }
                Span::Text(style, text) => {
                    for (at, piece) in text.split('\n').enumerate() {
                        if at > 0 {
                            end_line(&mut blocks, &mut parts);
                        }
                        if !piece.is_empty() {
                            parts.push((*style, piece.to_owned()));
                        }
                    }
                }
            }
        }
        end_line(&mut blocks, &mut parts);
        blocks
    }
}

fn list(to: &mut Vec<Markup>, items: &mut Vec<Vec<(bool, String)>>) {
    if !items.is_empty() {
        to.push(html! {
            ul {
                @for parts in items.iter() {
                    li { @for (bold, text) in parts { @if *bold { b { (text) } } @else { (text) } } }
                }
            }
        });
        items.clear();
    }
}

/// Whether a style marks a heading where it begins a line.
fn heads(style: Style) -> bool {
    style.get_effects().contains(Effects::BOLD) || style == DATE
}

fn end_line(blocks: &mut Vec<Block>, parts: &mut Vec<(Style, String)>) {
    let whole: String = parts.iter().map(|(_, text)| text.as_str()).collect();
    if !whole.trim().is_empty() {
        let heading = parts.first().is_some_and(|(style, text)| heads(*style) && !text.starts_with(' '));
        blocks.push(if heading {
            let words: Vec<&str> = whole.split("  ").map(str::trim).filter(|word| !word.is_empty()).collect();
            Block::Heading(words.join(" \u{2013} "))
        } else {
            let last = parts.len() - 1;
            let of = |(at, (style, text)): (usize, &(Style, String))| {
                let text = if at == 0 { text.trim_start() } else { text };
                let text = if at == last { text.trim_end() } else { text };
                (style.get_effects().contains(Effects::BOLD), text.to_owned())
            };
            Block::Item(parts.iter().enumerate().map(of).filter(|(_, text)| !text.is_empty()).collect())
        });
    }
    parts.clear();
}

/// Text that Markdown takes as text.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '~' => {
                out.push('\\');
                out.push(c);
            }
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::{BOLD, PLAIN, QUIET};
    use super::*;

    fn screen() -> Screen {
        let mut screen = Screen::new();
        screen.styled(BOLD, "A <title>").end();
        screen.styled(DATE, "April 2010").plain("  ").styled(BOLD, "A vote").end();
        screen.paragraph(&"word ".repeat(40), "  ", PLAIN);
        screen.plain("  one ").styled(QUIET, "...").plain(" 1\n  two_2\n");
        screen
    }

    #[test]
    fn headings_items_and_paragraphs_are_told_apart() {
        let text = screen().markdown();
        assert!(text.starts_with("# A &lt;title&gt;\n\n## April 2010 \u{2013} A vote\n\nword word"), "{text}");
        assert!(text.ends_with("\n\n- one ... 1\n- two\\_2\n"), "{text}");
        let page = screen().html("A <title>", "foot");
        crate::page::assert_well_formed(&page);
        assert!(page.contains("<h1>A &lt;title&gt;</h1>") && page.contains("<li>two_2</li>"), "{page}");
    }
}
