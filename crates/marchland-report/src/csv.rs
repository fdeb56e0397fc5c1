//! Comma-separated values (RFC 4180): the one writer, whose every cell has been through the filter.

use crate::visible::line;

/// A table under construction.
pub struct Table {
    writer: csv::Writer<Vec<u8>>,
}

impl Table {
    /// A table with a heading row.
    #[must_use]
    pub fn new(head: &[&str]) -> Self {
        let mut table = Self { writer: csv::WriterBuilder::new().flexible(true).from_writer(Vec::new()) };
        table.row(head);
        table
    }

    /// Adds a row. Line feeds within a cell count as spaces, so that nothing in it can begin a row.
    pub fn row<C: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = C>) {
        let cells = cells.into_iter().map(|cell| line(&cell.as_ref().replace(['\n', '\t'], " ")).into_owned());
        // A vector takes all.
        let _ = self.writer.write_record(cells.map(String::into_bytes));
    }

    /// The table, whole.
    #[must_use]
    pub fn finish(self) -> String {
        let bytes = self.writer.into_inner().unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be_and_nothing_is_obeyed() {
        let mut table = Table::new(&["a", "b"]);
        table.row(["x, \"y\"", "\u{1b}[2J\r\nc"]);
        assert_eq!(table.finish(), "a,b\n\"x, \"\"y\"\"\",␛[2J␍ c\n");
    }
}
