//! Pages that need nothing but themselves: one file, no script, no font or picture from elsewhere, and
//! they print to A4.

mod style;
mod svg;

use std::fmt::Write;

pub(crate) use svg::{Track, sparkline, track};

/// Text with what markup would take for its own written out.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // No markup has a way to write other control characters.
            c if c.is_control() && c != '\n' && c != '\t' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// A page under construction.
pub(crate) struct Page {
    title: String,
    /// Repeated at the foot of every printed page.
    foot: String,
    body: String,
}

impl Page {
    pub(crate) fn new(title: &str, foot: &str) -> Self {
        Self { title: title.to_owned(), foot: foot.to_owned(), body: String::new() }
    }

    /// Markup as it is.
    pub(crate) fn raw(&mut self, markup: &str) -> &mut Self {
        self.body.push_str(markup);
        self.body.push('\n');
        self
    }

    /// An element with text; `class` may be empty.
    pub(crate) fn element(&mut self, tag: &str, class: &str, text: &str) -> &mut Self {
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        let _ = writeln!(self.body, "<{tag}{class}>{}</{tag}>", escaped(text));
        self
    }

    /// A table with a heading row. Cells are markup; the first of a row heads it.
    pub(crate) fn table(&mut self, class: &str, heads: &[&str], rows: &[Vec<String>]) -> &mut Self {
        let heads: String = heads.iter().map(|head| format!("<th scope=\"col\">{}</th>", escaped(head))).collect();
        let _ = writeln!(self.body, "<table class=\"{class}\"><thead><tr>{heads}</tr></thead><tbody>");
        for row in rows {
            let mut cells = String::new();
            for (at, cell) in row.iter().enumerate() {
                let _ = if at == 0 {
                    write!(cells, "<th scope=\"row\">{cell}</th>")
                } else {
                    write!(cells, "<td>{cell}</td>")
                };
            }
            let _ = writeln!(self.body, "<tr>{cells}</tr>");
        }
        self.raw("</tbody></table>")
    }

    /// The page, whole.
    pub(crate) fn finish(self) -> String {
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
             content=\"width=device-width\">\n<title>{}</title>\n<style>\n{}@page {{ @bottom-left {{ content: \"{}\"; }} }}\n</style>\n</head>\n<body>\n{}</body>\n</html>\n",
            escaped(&self.title),
            style::SHEET,
            css_text(&self.foot),
            self.body
        )
    }
}

/// Text within a string of a style sheet.
fn css_text(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !matches!(c, '"' | '\\' | '<')).collect()
}

/// Every element that opens is closed, in order.
#[cfg(test)]
pub(crate) fn assert_well_formed(page: &str) {
    const VOID: [&str; 3] = ["meta", "br", "!doctype"];
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
        let nasty = "</style><script>alert(\"1\")</script> & \u{7}";
        let mut page = Page::new(nasty, nasty);
        page.element("p", "note", nasty).table("", &[nasty], &[vec![escaped(nasty)]]);
        let text = page.finish();
        assert!(!text.contains("<script"), "{text}");
        assert_eq!(text.matches("</style>").count(), 1, "{text}");
        assert!(text.contains("&lt;script&gt;alert(&quot;1&quot;)"));
    }
}
