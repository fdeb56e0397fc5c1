//! Comma-separated values (RFC 4180): the one writer, whose every cell has been through the filter.

use marchland_experiments::table::Decimal;

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

    /// Adds a row. Line feeds within a cell count as spaces, so that nothing in it can begin a row; a text that a
    /// spreadsheet would take for a formula is led by an apostrophe, which makes it a text there (OWASP, "CSV
    /// Injection").
    pub fn row<C: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = C>) {
        let cells = cells.into_iter().map(|cell| {
            let cell = line(&cell.as_ref().replace(['\n', '\t'], " ")).into_owned();
            if is_formula(&cell) { format!("'{cell}") } else { cell }
        });
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

/// A finished table as a spreadsheet of another place reads it: cells that are numbers take its decimal mark, and its
/// separator stands between cells.
#[must_use]
pub fn local(text: &str, decimal: Decimal) -> String {
    if decimal == Decimal::Point {
        return text.to_owned();
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut writer = csv::WriterBuilder::new().flexible(true).delimiter(decimal.separator()).from_writer(Vec::new());
    for record in reader.records().flatten() {
        let cells = record.iter().map(|cell| match cell.parse::<f64>() {
            Ok(number) if number.is_finite() => decimal.local(cell),
            _ => cell.to_owned(),
        });
        // A vector takes all.
        let _ = writer.write_record(cells.map(String::into_bytes));
    }
    String::from_utf8_lossy(&writer.into_inner().unwrap_or_default()).into_owned()
}

/// Whether a spreadsheet would compute a cell: numbers with their sign are no formulas.
fn is_formula(cell: &str) -> bool {
    cell.trim_start().starts_with(['=', '+', '-', '@']) && cell.trim().parse::<f64>().is_err() && cell.trim().len() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_comma_is_for_numbers_alone() {
        let mut table = Table::new(&["a", "b"]);
        table.row(["0.25", "v0.25"]);
        table.row(["-1.5e-3", "one; two, three"]);
        assert_eq!(local(&table.finish(), Decimal::Comma), "a;b\n0,25;v0.25\n-1,5e-3;\"one; two, three\"\n");
    }

    #[test]
    fn no_cell_is_a_formula_and_numbers_stay_numbers() {
        let mut table = Table::new(&["a"]);
        for cell in ["=1+1", "+cmd", "-2+3", " @SUM(A1)", "-0.25", "+3", "-", "\t=x"] {
            table.row([cell]);
        }
        let text = table.finish();
        let rows: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(rows, ["'=1+1", "'+cmd", "'-2+3", "' @SUM(A1)", "-0.25", "+3", "-", "' =x"]);
    }

    #[test]
    fn cells_are_quoted_where_they_must_be_and_nothing_is_obeyed() {
        let mut table = Table::new(&["a", "b"]);
        table.row(["x, \"y\"", "\u{1b}[2J\r\nc"]);
        assert_eq!(table.finish(), "a,b\n\"x, \"\"y\"\"\",␛[2J␍ c\n");
    }
}
